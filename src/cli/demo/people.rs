//! The organizations of the world and who acts for them.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::accounts::{BUREAU, OPERATOR, SignIn, TOWN, VENDOR};
use super::seeds::{SeedVendor, Seeds};
use crate::accounts::passwords::PasswordHash;
use crate::accounts::{
    self, Locale, MemberId, MemberStatus, NewMember, NewOrganization, OrganizationId, OrganizationKind,
    OrganizationStatus, Role, SessionId, VendorType, add_member, enrol,
};
use crate::db::schema::organizations;
use crate::failure::Failure;
use crate::fields::Email;
use crate::policy::{ActingMember, Actor, Origin, Who};
use crate::reference::{Bureau, MunicipalityCode};
use crate::services::Deed;

/// Who acts for each organization, by municipality code, bureau slug or vendor key.
#[derive(Debug, Default)]
pub(super) struct People {
    towns: BTreeMap<String, Actor>,
    vendors: BTreeMap<String, (OrganizationId, Actor)>,
    bureaus: BTreeMap<Bureau, Actor>,
}

impl People {
    /// Lets everybody in, with one password.
    pub(super) fn enrol(
        deed: &mut Deed<'_>,
        seeds: &Seeds,
        password: &PasswordHash,
    ) -> Result<Self, Failure> {
        let mut people = Self::default();
        for bureau in Bureau::all() {
            let organization = seeded(deed, OrganizationKind::Bureau, Some(bureau))?;
            let email =
                sign_in_or(&BUREAU, bureau.as_str(), || format!("{}@bureau.demo.example", bureau.as_str()));
            let member = person(&email, bureau.name_ja(), password)?;
            let id = add_member(deed, organization, &member, MemberStatus::Active)?;
            let covers = bureau.prefectures().map(|prefecture| prefecture.code()).collect();
            people.bureaus.insert(bureau, actor(id, organization, OrganizationKind::Bureau, None, covers));
        }
        let operator = person(OPERATOR.email, "operator", password)?;
        add_member(deed, accounts::OPERATOR, &operator, MemberStatus::Active)?;
        people.enrol_town(deed, TOWN.organization, password)?;
        for challenge in &seeds.challenges {
            people.enrol_town(deed, &challenge.municipality_code, password)?;
        }
        for vendor in &seeds.vendors {
            people.enrol_vendor(deed, vendor, password)?;
        }
        Ok(people)
    }

    /// Who acts for a municipality.
    pub(super) fn town(&self, code: &str) -> Result<Actor, Failure> {
        self.towns.get(code).cloned().ok_or_else(|| unknown(code))
    }

    /// A vendor and who acts for it.
    pub(super) fn vendor(&self, key: &str) -> Result<(OrganizationId, Actor), Failure> {
        self.vendors.get(key).cloned().ok_or_else(|| unknown(key))
    }

    /// The bureau in charge of the place an actor's organization has.
    pub(super) fn bureau_of(&self, actor: &Actor) -> Result<Actor, Failure> {
        let code = actor.member().and_then(|member| member.municipality_code.clone()).unwrap_or_default();
        let code = MunicipalityCode::parse(&code).map_err(Failure::internal)?;
        self.bureaus.get(&code.bureau()).cloned().ok_or_else(|| unknown(code.as_str()))
    }

    fn enrol_town(
        &mut self,
        deed: &mut Deed<'_>,
        code: &str,
        password: &PasswordHash,
    ) -> Result<(), Failure> {
        if self.towns.contains_key(code) {
            return Ok(());
        }
        let place = MunicipalityCode::parse(code).map_err(Failure::internal)?;
        // A domain apart from that of the printed sign-ins: a vendor may not ask an address of its own domain to
        // confirm a deployment.
        let email = sign_in_or(&TOWN, code, || format!("dx@{code}.town.example"));
        let new = NewOrganization { demonstration: true, ..NewOrganization::municipality(place) };
        let first = person(&email, &format!("{} DX", place.municipality().name), password)?;
        let (organization, member) = enrol(deed, &new, OrganizationStatus::Approved, &first)?;
        if code == TOWN.organization {
            // The printed sign-ins share a domain; whom the printed vendor asks to confirm is this colleague.
            let colleague = person(&format!("dx@{code}.town.example"), "佐藤 澪", password)?;
            add_member(deed, organization, &colleague, MemberStatus::Active)?;
        }
        let actor = actor(member, organization, OrganizationKind::Municipality, Some(place), Vec::new());
        self.towns.insert(code.to_owned(), actor);
        Ok(())
    }

    /// A vendor acts as approved while the world is made; what its standing is today is set at the end.
    fn enrol_vendor(
        &mut self,
        deed: &mut Deed<'_>,
        vendor: &SeedVendor,
        password: &PasswordHash,
    ) -> Result<(), Failure> {
        let place = MunicipalityCode::parse(&vendor.municipality_code).map_err(Failure::internal)?;
        let new = NewOrganization {
            vendor_type: Some(VendorType::parse(&vendor.vendor_type).map_err(Failure::internal)?),
            founded_on: vendor.founded_on,
            employees: vendor.employees,
            website: vendor.website.clone(),
            description: vendor.description.clone(),
            demonstration: true,
            ..NewOrganization::vendor(vendor.name.clone(), place)
        };
        let email = sign_in_or(&VENDOR, &vendor.key, || format!("sales@{}.example", vendor.key));
        let first = person(&email, &vendor.name, password)?;
        let (organization, member) = enrol(deed, &new, OrganizationStatus::Approved, &first)?;
        let actor = actor(member, organization, OrganizationKind::Vendor, Some(place), Vec::new());
        self.vendors.insert(vendor.key.clone(), (organization, actor));
        Ok(())
    }
}

fn unknown(name: &str) -> Failure {
    Failure::internal(format!("the demonstration names {name}, which it does not make"))
}

fn sign_in_or(sign_in: &SignIn, organization: &str, other: impl FnOnce() -> String) -> String {
    if sign_in.organization == organization { sign_in.email.to_owned() } else { other() }
}

fn person(email: &str, name: &str, password: &PasswordHash) -> Result<NewMember, Failure> {
    Ok(NewMember {
        email: Email::parse(email).map_err(Failure::internal)?,
        name: name.chars().take(100).collect(),
        department: None,
        locale: Locale::Ja,
        role: Role::Admin,
        password: password.clone(),
    })
}

fn actor(
    member: MemberId,
    organization: OrganizationId,
    kind: OrganizationKind,
    place: Option<MunicipalityCode>,
    covers: Vec<u8>,
) -> Actor {
    let who = Who::Member(Box::new(ActingMember {
        member,
        session: SessionId::new(),
        role: Role::Admin,
        locale: Locale::Ja,
        organization,
        kind,
        status: OrganizationStatus::Approved,
        prefecture: place.map(|place| place.prefecture().code()),
        covers,
        municipality_code: place.map(|place| place.as_str().to_owned()),
    }));
    Actor { who, origin: Origin::default() }
}

fn seeded(
    deed: &mut Deed<'_>,
    kind: OrganizationKind,
    bureau: Option<Bureau>,
) -> Result<OrganizationId, Failure> {
    let found = organizations::table
        .filter(organizations::kind.eq(kind))
        .filter(organizations::bureau.eq(bureau.map(|bureau| bureau.as_str().to_owned())))
        .select(organizations::id)
        .first(deed.conn())?;
    Ok(found)
}
