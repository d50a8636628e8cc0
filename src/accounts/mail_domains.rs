//! Which mail domains speak for a municipality; empty at first, kept by its bureau and the operator.

use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::MemberId;
use crate::audit;
use crate::db::schema::mail_domains;
use crate::db::{Both, DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::{Email, Invalid};
use crate::policy::{self, Action, Subject};
use crate::reference::{MunicipalityCode, Prefecture};
use crate::services::Deed;

/// Anybody can have an address there, so none of them speaks for a municipality.
const OPEN_TO_ANYONE: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "yahoo.co.jp",
    "ymail.ne.jp",
    "yahoo.com",
    "outlook.com",
    "outlook.jp",
    "hotmail.com",
    "hotmail.co.jp",
    "live.jp",
    "live.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "docomo.ne.jp",
    "ezweb.ne.jp",
    "au.com",
    "softbank.ne.jp",
    "i.softbank.jp",
    "ybb.ne.jp",
    "nifty.com",
    "biglobe.ne.jp",
    "ocn.ne.jp",
    "so-net.ne.jp",
    "plala.or.jp",
    "proton.me",
    "protonmail.com",
    "mail.com",
    "zoho.com",
    "gmx.com",
    "naver.com",
    "qq.com",
    "163.com",
];

/// Domains under which many organizations have theirs (JPRS: attribute types of .jp; the largest top levels). Those
/// of the prefectures, such as `hokkaido.jp` and `hokkaido.lg.jp`, come on top.
const SHARED_BY_MANY: &[&str] =
    &["lg.jp", "co.jp", "or.jp", "ne.jp", "go.jp", "ac.jp", "ad.jp", "ed.jp", "gr.jp", "jpn.com"];

/// Whether other organizations than one municipality have addresses at, or below, `domain`.
fn is_shared(domain: &str) -> bool {
    let of_a_prefecture = |prefecture: Prefecture| {
        let name = prefecture.name_en().to_lowercase();
        domain.strip_prefix(name.as_str()).is_some_and(|rest| matches!(rest, ".jp" | ".lg.jp"))
    };
    SHARED_BY_MANY.contains(&domain) || Prefecture::all().any(of_a_prefecture)
}

/// A mail domain in lower case, such as `city.iwamizawa.hokkaido.jp`. Whoever may write from exactly this domain
/// belongs to the municipality; its subdomains are listed one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailDomain(String);

impl MailDomain {
    /// Reads a domain.
    ///
    /// # Errors
    /// `not_a_domain`; `domain_open_to_anyone` for mail providers; `domain_shared` for what many organizations share.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let domain = text.trim().trim_start_matches('@').to_lowercase();
        // A domain that can stand in an address is one.
        let probe = Email::parse(&format!("a@{domain}")).map_err(|_| Invalid::new("not_a_domain"))?;
        if probe.domain() != domain || domain.len() > 200 {
            return Err(Invalid::new("not_a_domain"));
        }
        if OPEN_TO_ANYONE.contains(&domain.as_str()) {
            return Err(Invalid::new("domain_open_to_anyone"));
        }
        if is_shared(&domain) {
            return Err(Invalid::new("domain_shared"));
        }
        Ok(Self(domain))
    }

    /// The domain.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One domain as it is shown.
#[derive(Debug, Queryable, Serialize, ToSchema)]
pub struct Entry {
    /// The domain.
    pub domain: String,
    /// Who added it; none once that member is gone, or when it came from the command line.
    pub added_by: Option<MemberId>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
}

/// Whether an address belongs to a municipality by its domain.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn allow(conn: &mut DbConn, code: MunicipalityCode, email: &Email) -> Result<bool, Failure> {
    let row = mail_domains::table.find((code.as_str().to_owned(), email.domain().to_owned()));
    Ok(row.count().get_result::<i64>(conn)? > 0)
}

/// The domains of a municipality, in the order of the alphabet.
///
/// # Errors
/// `NotFound` or `Forbidden` for all but the bureau in charge and the operator.
pub(super) fn list(
    conn: &mut DbConn,
    actor: &policy::Actor,
    code: MunicipalityCode,
) -> Result<Vec<Entry>, Failure> {
    policy::require(actor, Action::DecideOrganization, &subject(code))?;
    Ok(mail_domains::table
        .filter(mail_domains::municipality_code.eq(code.as_str()))
        .order(mail_domains::domain)
        .select((mail_domains::domain, mail_domains::added_by, mail_domains::added_at))
        .load(conn)?)
}

/// Adds a domain to a municipality's list; one that is there already stays as it is.
///
/// # Errors
/// `Forbidden` for all but the bureau in charge and the operator.
pub(super) fn add(
    deed: &mut Deed<'_>,
    code: MunicipalityCode,
    domain: &MailDomain,
) -> Result<Entry, Failure> {
    policy::require(deed.by(), Action::DecideOrganization, &subject(code))?;
    let by = deed.by().member().map(|member| member.member);
    let now = deed.now();
    let added = Both(
        diesel::insert_into(mail_domains::table)
            .values((
                mail_domains::municipality_code.eq(code.as_str().to_owned()),
                mail_domains::domain.eq(domain.as_str().to_owned()),
                mail_domains::added_by.eq(by),
                mail_domains::added_at.eq(now),
            ))
            .on_conflict_do_nothing(),
    )
    .execute(deed.conn())?;
    if added > 0 {
        note(deed, "mail_domain.add", code, None, Some(domain.as_str()))?;
    }
    Ok(mail_domains::table
        .find((code.as_str().to_owned(), domain.as_str().to_owned()))
        .select((mail_domains::domain, mail_domains::added_by, mail_domains::added_at))
        .first(deed.conn())?)
}

/// Takes a domain off a municipality's list; members who came in by it stay.
///
/// # Errors
/// `NotFound` when it is not there, `Forbidden` as in [`add`].
pub(super) fn remove(deed: &mut Deed<'_>, code: MunicipalityCode, domain: &str) -> Result<(), Failure> {
    policy::require(deed.by(), Action::DecideOrganization, &subject(code))?;
    let row = mail_domains::table.find((code.as_str().to_owned(), domain.to_owned()));
    if diesel::delete(row).execute(deed.conn())? == 0 {
        return Err(Failure::NotFound);
    }
    note(deed, "mail_domain.remove", code, Some(domain), None)
}

fn note(
    deed: &mut Deed<'_>,
    action: &'static str,
    code: MunicipalityCode,
    before: Option<&str>,
    after: Option<&str>,
) -> Result<(), Failure> {
    let entry = |domain: Option<&str>| {
        domain.map(|domain| json!({ "municipality_code": code.as_str(), "domain": domain }))
    };
    // A municipality on the list may have no organization yet, so the event names its code instead.
    let event = audit::Event::new(action, "municipality", Uuid::nil())
        .in_prefecture(Some(code.prefecture().code()))
        .change(entry(before), entry(after));
    audit::record(deed, event)
}

/// Every municipality is known; what is done to its list is its bureau's affair.
fn subject(code: MunicipalityCode) -> Subject {
    Subject {
        prefecture: Some(code.prefecture().code()),
        openness: policy::Openness::Public,
        ..Subject::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_folded_and_must_belong_to_somebody() {
        assert_eq!(MailDomain::parse(" @City.Example.JP").unwrap().as_str(), "city.example.jp");
        for bad in ["", "localhost", "a b.jp", "taro@city.jp", "city..jp", "-.jp\r\n"] {
            assert_eq!(MailDomain::parse(bad).unwrap_err().code(), "not_a_domain", "{bad}");
        }
        assert_eq!(MailDomain::parse("Gmail.com").unwrap_err().code(), "domain_open_to_anyone");
    }

    #[test]
    fn what_many_organizations_share_speaks_for_none_of_them() {
        for wide in ["lg.jp", "CO.JP", "hokkaido.jp", "hokkaido.lg.jp", "tokyo.jp"] {
            assert_eq!(MailDomain::parse(wide).unwrap_err().code(), "domain_shared", "{wide}");
        }
        for own in ["pref.hokkaido.lg.jp", "city.iwamizawa.hokkaido.jp", "town.kamishihoro.lg.jp"] {
            assert!(MailDomain::parse(own).is_ok(), "{own}");
        }
    }
}
