//! A sign-up and the organization it is for, read into types.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::enrol::NewOrganization;
use super::forms::{both, department, kept, locale, person_name, required};
use super::passwords::NewPassword;
use super::store::OrganizationRow;
use super::{Locale, OrganizationKind, VendorType};
use crate::failure::Failure;
use crate::fields::{Email, FieldErrors, Invalid, date, line, prose, web_address};
use crate::reference::{Bureau, CorporateNumber, MunicipalityCode};
use crate::web::forms::Typed;
use crate::web::{merge_patch, read_value};

/// Most characters of an organization's name.
const ORGANIZATION_NAME: usize = 200;
/// Most characters of a description.
const DESCRIPTION: usize = 4000;
/// More employees than any organization of Japan has.
const MOST_EMPLOYEES: i64 = 1_000_000;

/// A new account, and the organization it is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUpForm {
    /// Mail address to sign in with.
    #[schema(example = "taro@city.example.jp", required = true)]
    email: Option<String>,
    /// At least 15 characters; any characters.
    #[schema(required = true)]
    password: Option<String>,
    /// The person's name.
    #[schema(example = "岩見沢 太郎", required = true)]
    name: Option<String>,
    /// Department, section.
    department: Option<String>,
    /// `ja` (default) or `en`: the language of mails.
    locale: Option<String>,
    /// The organization.
    #[schema(required = true)]
    organization: Option<OrganizationForm>,
}

/// A sign-up whose fields are right.
#[derive(Debug)]
pub(super) struct SignUp {
    pub email: Email,
    pub password: NewPassword,
    pub name: String,
    pub department: Option<String>,
    pub locale: Locale,
    pub organization: NewOrganization,
}

impl SignUpForm {
    /// As the sign-up page sends it; its language is the page's.
    pub(super) fn typed(typed: &Typed) -> Self {
        let organization = OrganizationForm {
            kind: typed.text("organization.kind"),
            name: typed.text("organization.name"),
            name_kana: typed.text("organization.name_kana"),
            municipality_code: typed.text("organization.municipality_code"),
            corporate_number: typed.text("organization.corporate_number"),
            vendor_type: typed.text("organization.vendor_type"),
            website: typed.text("organization.website"),
            ..OrganizationForm::default()
        };
        Self {
            email: typed.text("email"),
            password: kept(typed, "password"),
            name: typed.text("name"),
            department: typed.text("department"),
            locale: None,
            organization: Some(organization),
        }
    }

    /// `fallback` is the reader's own language.
    ///
    /// # Errors
    /// All wrong fields.
    pub(super) fn parse(self, fallback: Locale) -> Result<SignUp, FieldErrors> {
        let mut errors = FieldErrors::new();
        let email = errors.keep("/email", required(self.email).and_then(|text| Email::parse(&text)));
        let name = errors.keep("/name", person_name(self.name));
        let department = errors.keep("/department", department(self.department));
        let locale = errors.keep("/locale", locale(self.locale, fallback));
        let organization = match self.organization {
            Some(form) => form.parse(&mut errors, "/organization"),
            None => {
                errors.add("/organization", Invalid::new("required"));
                None
            }
        };
        let context = [
            email.as_ref().map_or("", Email::as_str),
            organization.as_ref().map_or("", |organization| organization.name.as_str()),
        ];
        let password = errors
            .keep("/password", required(self.password).and_then(|text| NewPassword::parse(&text, &context)));
        errors.into_result()?;
        let (((email, password), (name, department)), (locale, organization)) = both(
            both(both(email, password).ok(), both(name, department).ok()).ok(),
            both(locale, organization).ok(),
        )?;
        Ok(SignUp { email, password, name, department, locale, organization })
    }
}

/// An organization as it describes itself.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationForm {
    /// `municipality` or `vendor`.
    #[schema(example = "municipality", required = true)]
    pub kind: Option<String>,
    /// Its name; a municipality is shown under its official name whatever stands here.
    #[schema(example = "岩見沢市")]
    pub name: Option<String>,
    /// Its name in kana.
    pub name_kana: Option<String>,
    /// 全国地方公共団体コード: a municipality's own, a vendor's head office.
    #[schema(example = "012106", required = true)]
    pub municipality_code: Option<String>,
    /// 法人番号, 13 digits with check digit.
    pub corporate_number: Option<String>,
    /// `startup`, `sme`, `large`, `university`, `npo`, `team`.
    pub vendor_type: Option<String>,
    /// Day of foundation, `YYYY-MM-DD`.
    pub founded_on: Option<String>,
    /// How many people work there.
    pub employees: Option<i64>,
    /// Its web site.
    pub website: Option<String>,
    /// What it does.
    pub description: Option<String>,
}

impl OrganizationForm {
    /// Notes what is wrong under `at`; `None` then.
    pub fn parse(self, errors: &mut FieldErrors, at: &str) -> Option<NewOrganization> {
        let pointer = |field: &str| format!("{at}/{field}");
        let kind = errors.keep(pointer("kind"), required(self.kind).and_then(|text| signed_up_kind(&text)));
        let code = errors.keep(
            pointer("municipality_code"),
            required(self.municipality_code).and_then(|text| MunicipalityCode::parse(&text)),
        );
        let name = match kind {
            Some(OrganizationKind::Municipality) => Some(String::new()),
            _ => errors
                .keep(pointer("name"), required(self.name).and_then(|text| line(&text, ORGANIZATION_NAME))),
        };
        let name_kana = errors.keep(pointer("name_kana"), optional_line(self.name_kana));
        let number = self.corporate_number.map(|text| CorporateNumber::parse(&text)).transpose();
        let corporate_number = errors.keep(pointer("corporate_number"), number);
        let vendor_type = errors
            .keep(pointer("vendor_type"), self.vendor_type.map(|text| VendorType::parse(&text)).transpose());
        let founded_on =
            errors.keep(pointer("founded_on"), self.founded_on.map(|text| date(&text)).transpose());
        let employees = errors.keep(pointer("employees"), self.employees.map(employees).transpose());
        let website =
            errors.keep(pointer("website"), self.website.map(|text| web_address(&text)).transpose());
        let description = errors.keep(
            pointer("description"),
            prose(self.description.as_deref().unwrap_or_default(), DESCRIPTION),
        );
        if kind == Some(OrganizationKind::Municipality) && matches!(vendor_type, Some(Some(_))) {
            errors.add(pointer("vendor_type"), Invalid::new("vendors_have_it"));
        }
        let base = match kind? {
            OrganizationKind::Municipality => NewOrganization::municipality(code?),
            _ => NewOrganization { name_kana: name_kana?, ..NewOrganization::vendor(name?, code?) },
        };
        Some(NewOrganization {
            corporate_number: corporate_number?,
            vendor_type: vendor_type?,
            founded_on: founded_on?,
            employees: employees?,
            website: website?,
            description: description?,
            ..base
        })
    }
}

impl OrganizationForm {
    /// A bureau or the operator, which may change its web site and description only.
    fn parse_office(self, errors: &mut FieldErrors, row: &OrganizationRow) -> Option<NewOrganization> {
        let foreign = [
            ("/corporate_number", self.corporate_number.is_some()),
            ("/vendor_type", self.vendor_type.is_some()),
            ("/founded_on", self.founded_on.is_some()),
            ("/employees", self.employees.is_some()),
            ("/name_kana", self.name_kana.is_some()),
        ];
        for (pointer, _) in foreign.into_iter().filter(|(_, given)| *given) {
            errors.add(pointer, Invalid::new("fixed"));
        }
        let website = errors.keep("/website", self.website.map(|text| web_address(&text)).transpose())?;
        let description = self.description.unwrap_or_default();
        let description = errors.keep("/description", prose(&description, DESCRIPTION))?;
        let bureau = row.bureau.as_deref().and_then(|slug| Bureau::parse(slug).ok());
        let base = match bureau {
            Some(bureau) => NewOrganization::bureau(bureau),
            None => NewOrganization::operator(&row.name),
        };
        Some(NewOrganization { name: row.name.clone(), website, description, ..base })
    }
}

/// Bureaus and operators never sign themselves up.
fn signed_up_kind(text: &str) -> Result<OrganizationKind, Invalid> {
    match OrganizationKind::parse(text) {
        Ok(kind @ (OrganizationKind::Municipality | OrganizationKind::Vendor)) => Ok(kind),
        _ => Err(Invalid::new("unknown_value").with("allowed", "municipality, vendor")),
    }
}

fn employees(count: i64) -> Result<i32, Invalid> {
    let refused = || Invalid::new("out_of_range").with("min", 0).with("max", MOST_EMPLOYEES);
    if (0..=MOST_EMPLOYEES).contains(&count) {
        i32::try_from(count).map_err(|_| refused())
    } else {
        Err(refused())
    }
}

/// A name in kana, blank for none.
fn optional_line(text: Option<String>) -> Result<Option<String>, Invalid> {
    match text {
        Some(text) if !text.trim().is_empty() => line(&text, ORGANIZATION_NAME).map(Some),
        _ => Ok(None),
    }
}

/// The body that would describe an organization as it is.
pub(super) fn document(row: &OrganizationRow) -> Value {
    json!({
        "kind": row.kind, "name": row.name, "name_kana": row.name_kana,
        "municipality_code": row.municipality_code, "corporate_number": row.corporate_number,
        "vendor_type": row.vendor_type, "founded_on": row.founded_on, "employees": row.employees,
        "website": row.website, "description": row.description,
    })
}

/// An organization's description after a JSON merge patch (RFC 7396); `document` describes it as it is.
///
/// # Errors
/// All wrong fields; `fixed` for the kind, and for the name of anything but a vendor.
pub(super) fn patched(
    row: &OrganizationRow,
    document: Value,
    patch: Map<String, Value>,
) -> Result<NewOrganization, Failure> {
    let mut errors = FieldErrors::new();
    for (field, value) in &patch {
        let named = matches!(field.as_str(), "name" | "municipality_code");
        let fixed = field == "kind" || (named && row.kind != OrganizationKind::Vendor);
        if fixed && document.get(field) != Some(value) {
            errors.add(format!("/{field}"), Invalid::new("fixed"));
        }
    }
    errors.into_result()?;
    let mut merged = document;
    merge_patch(&mut merged, patch);
    let form: OrganizationForm = read_value(merged)?;
    let mut errors = FieldErrors::new();
    let new = match row.kind {
        OrganizationKind::Municipality | OrganizationKind::Vendor => form.parse(&mut errors, ""),
        OrganizationKind::Bureau | OrganizationKind::Operator => form.parse_office(&mut errors, row),
    };
    errors.into_result()?;
    new.ok_or_else(|| Failure::internal("a form without errors gave no organization"))
}
