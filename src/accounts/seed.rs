//! The organizations that exist from the start: the 11 bureaus and the operator. They have no members, so nobody
//! can sign in until the command line adds the first one (ASVS 6.3.2).

use uuid::Uuid;

use super::enrol::{NewOrganization, add_organization};
use super::{Locale, OrganizationId, OrganizationStatus};
use crate::failure::Failure;
use crate::locales;
use crate::policy::Actor;
use crate::reference::Bureau;
use crate::services::{Deed, Services};

/// The operator's organization has the same id everywhere, so that two nodes that start at once make it once.
pub const OPERATOR: OrganizationId =
    OrganizationId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));

/// Makes the organizations that are missing; a second time, or on a second node, nothing happens.
///
/// # Errors
/// `Internal` or `Busy` when the rows cannot be written.
pub async fn seed(services: &Services) -> Result<(), Failure> {
    services.perform(Actor::system(), make_missing).await
}

fn make_missing(deed: &mut Deed<'_>) -> Result<(), Failure> {
    let operator = NewOrganization::operator(locales::text(Locale::Ja, "accounts.operator_name", &[]));
    add_organization(deed, OPERATOR, &operator, OrganizationStatus::Approved)?;
    for bureau in Bureau::all() {
        let new = NewOrganization::bureau(bureau);
        add_organization(deed, OrganizationId::new(), &new, OrganizationStatus::Approved)?;
    }
    Ok(())
}
