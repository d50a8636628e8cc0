//! Whom a request for confirmation may be mailed to (domain.md, Deployment). Pure.

use crate::accounts::{Locale, MemberId};
use crate::fields::Email;

/// The addresses and domains that stand for a vendor.
#[derive(Debug, Clone, Default)]
pub struct VendorAddresses {
    /// The domains of its members' addresses and of its web site, in lower case.
    domains: Vec<String>,
}

impl VendorAddresses {
    /// Collects them from the members' addresses and the address of the web site.
    pub fn of<'a>(members: impl IntoIterator<Item = &'a str>, website: Option<&str>) -> Self {
        let mut domains: Vec<String> = members
            .into_iter()
            .filter_map(|address| address.rsplit_once('@'))
            .map(|(_, domain)| domain.to_lowercase())
            .collect();
        let site = website.and_then(|address| url::Url::parse(address).ok());
        if let Some(url::Host::Domain(host)) = site.as_ref().and_then(url::Url::host) {
            domains.push(host.strip_prefix("www.").unwrap_or(host).to_lowercase());
        }
        Self { domains }
    }

    /// Whether `email` is one of the vendor's or shares a domain with it, in either direction: a department
    /// below the vendor's domain, or the vendor's group above it.
    pub fn include(&self, email: &Email) -> bool {
        self.domains.iter().any(|domain| related(domain, email.domain()))
    }
}

fn related(a: &str, b: &str) -> bool {
    let below = |lower: &str, upper: &str| {
        lower.strip_suffix(upper).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    below(a, b) || below(b, a)
}

/// A verified admin or editor of the municipality's approved organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub member: MemberId,
    /// The address to sign in with.
    pub email: Email,
    /// The language of mails.
    pub locale: Locale,
    /// Whether requests without an address go here.
    pub admin: bool,
}

impl Colleague {
    fn recipient(&self) -> Recipient {
        Recipient { member: Some(self.member), email: self.email.clone(), locale: self.locale }
    }
}

/// What is known of the municipality named in a deployment.
#[derive(Debug, Clone, Default)]
pub struct MunicipalityAddresses {
    /// Admins and editors of its approved organization.
    pub colleagues: Vec<Colleague>,
    /// Its allow-listed mail domains, in lower case.
    pub domains: Vec<String>,
}

/// Somebody who may be mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who, when the address belongs to a member: the request stands in the app as well.
    pub member: Option<MemberId>,
    /// Where.
    pub email: Email,
    /// In which language.
    pub locale: Locale,
}

/// What is done with an address that a vendor gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// It is known to be the municipality's.
    Mail(Recipient),
    /// The bureau decides.
    Queue,
    /// It is the vendor's own.
    Refuse,
}

impl MunicipalityAddresses {
    /// Where a request to `email` goes.
    pub fn route(&self, email: &Email, vendor: &VendorAddresses) -> Route {
        if vendor.include(email) {
            return Route::Refuse;
        }
        let colleague = self.colleagues.iter().find(|colleague| colleague.email == *email);
        let listed = self.domains.iter().any(|domain| domain == email.domain());
        match colleague {
            Some(colleague) => Route::Mail(colleague.recipient()),
            None if listed => {
                Route::Mail(Recipient { member: None, email: email.clone(), locale: Locale::Ja })
            }
            None => Route::Queue,
        }
    }

    /// Who is mailed when no address was given: all admins but those who are the vendor's own.
    pub fn admins(&self, vendor: &VendorAddresses) -> Vec<Recipient> {
        let admins = self.colleagues.iter().filter(|colleague| colleague.admin);
        admins.filter(|colleague| !vendor.include(&colleague.email)).map(Colleague::recipient).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn town() -> MunicipalityAddresses {
        let colleague = |address: &str, locale, admin| Colleague {
            member: MemberId::new(),
            email: email(address),
            locale,
            admin,
        };
        MunicipalityAddresses {
            colleagues: vec![
                colleague("head@city.example.jp", Locale::Ja, true),
                colleague("second@vendor.example", Locale::Ja, true),
                colleague("clerk@free.example", Locale::En, false),
            ],
            domains: vec!["city.example.jp".to_owned()],
        }
    }

    fn vendor() -> VendorAddresses {
        VendorAddresses::of(["a@Vendor.example", "b@mail.group.example"], Some("https://www.brand.example/x"))
    }

    #[test]
    fn members_and_listed_domains_of_the_municipality_are_mailed() {
        let town = town();
        let route = |address: &str| town.route(&email(address), &vendor());
        let clerk = town.colleagues.last().map(Colleague::recipient).unwrap();
        assert_eq!(route("clerk@free.example"), Route::Mail(clerk));
        let unknown = Recipient { member: None, email: email("unknown@city.example.jp"), locale: Locale::Ja };
        assert_eq!(route("unknown@city.example.jp"), Route::Mail(unknown));
    }

    #[test]
    fn everybody_else_waits_for_the_bureau() {
        for address in ["other@free.example", "a@sub.city.example.jp", "a@notcity.example.jp"] {
            assert_eq!(town().route(&email(address), &vendor()), Route::Queue, "{address}");
        }
    }

    #[test]
    fn the_vendors_own_addresses_are_never_mailed_whoever_vouches_for_them() {
        let mut town = town();
        town.domains.push("vendor.example".to_owned());
        for address in [
            "a@vendor.example",
            "other@vendor.example",
            "x@dept.vendor.example",
            "x@group.example",
            "x@brand.example",
            "x@www.brand.example",
            "second@vendor.example",
        ] {
            assert_eq!(town.route(&email(address), &vendor()), Route::Refuse, "{address}");
        }
        assert!(!vendor().include(&email("x@notvendor.example")));
    }

    #[test]
    fn without_an_address_all_admins_are_asked_but_the_vendors_own() {
        let asked: Vec<String> =
            town().admins(&vendor()).into_iter().map(|recipient| recipient.email.to_string()).collect();
        assert_eq!(asked, ["head@city.example.jp"]);
    }

    #[test]
    fn a_web_site_without_a_name_shares_nothing() {
        let vendor = VendorAddresses::of([], Some("http://192.0.2.1/"));
        assert!(!vendor.include(&email("a@city.example.jp")));
    }
}
