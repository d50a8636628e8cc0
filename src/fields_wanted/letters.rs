//! What is told to whom about calls and raised hands.

use super::store::{self, Known, Offer};
use crate::accounts::{OrganizationId, Role};
use crate::failure::Failure;
use crate::notices::{self, Kind, Letter, Link};
use crate::services::Deed;

fn letter(kind: Kind, known: &Known) -> Letter {
    let page = Link::Page(format!("/fields-wanted/{}", known.field.id));
    Letter::new(kind, ("field_wanted", known.field.id.0), page)
        .with("title", &known.field.title)
        .with("vendor", &known.vendor.name)
}

fn tell(deed: &mut Deed<'_>, to: OrganizationId, letter: &Letter) -> Result<(), Failure> {
    notices::tell_organization(deed, to, Role::Editor, letter)
}

/// Your call is open.
pub(super) fn published(deed: &mut Deed<'_>, known: &Known) -> Result<(), Failure> {
    let until = known.field.content.0.until.map(|day| day.to_string()).unwrap_or_default();
    let letter = letter(Kind::FieldPublished, known).with("until", until);
    tell(deed, known.field.organization_id, &letter)
}

/// Your call came back.
pub(super) fn returned(deed: &mut Deed<'_>, known: &Known, comment: &str) -> Result<(), Failure> {
    let letter = letter(Kind::FieldReturned, known).with("comment", comment);
    tell(deed, known.field.organization_id, &letter)
}

/// A municipality raised a hand, or took it back.
pub(super) fn offered(
    deed: &mut Deed<'_>,
    known: &Known,
    offer: &Offer,
    (municipality, news): (&str, &'static str),
) -> Result<(), Failure> {
    let letter = letter(Kind::FieldOffered, known)
        .with("municipality", municipality)
        .with("news_key", news)
        .with("note", &offer.note);
    tell(deed, known.field.organization_id, &letter)
}

/// The vendor answered. Whoever was accepted learns whom to write to, and so does the vendor.
pub(super) fn answered(
    deed: &mut Deed<'_>,
    known: &Known,
    offer: &Offer,
    municipality: &str,
) -> Result<(), Failure> {
    let accepted = offer.answered_at.is_some() && offer.reason.is_none();
    let news = if accepted { "fields_wanted.news.accepted" } else { "fields_wanted.news.declined" };
    let mut to_town =
        letter(Kind::FieldAnswered, known).with("municipality", municipality).with("news_key", news);
    if let Some(reason) = &offer.reason {
        to_town = to_town.with("reason", reason);
    }
    if !accepted {
        return tell(deed, offer.organization_id, &to_town);
    }
    let by = offer.answered_by.or(known.field.created_by);
    let vendor = store::contact(deed.conn(), by)?.unwrap_or_default();
    let town = store::contact(deed.conn(), offer.offered_by)?.unwrap_or_default();
    tell(deed, offer.organization_id, &to_town.with("contact", vendor))?;
    let to_vendor = letter(Kind::FieldAnswered, known)
        .with("municipality", municipality)
        .with("news_key", news)
        .with("contact", town);
    tell(deed, known.field.organization_id, &to_vendor)
}
