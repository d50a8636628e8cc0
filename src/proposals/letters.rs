//! What is told to whom about proposals. While one is sealed, only its own people hear of it, and no subject names them.

use super::partners::PartnerStatus;
use super::store::{self, Known, Version};
use super::{ReasonCode, Status};
use crate::accounts::{Locale, OrganizationId, Role};
use crate::challenges::Brief;
use crate::db::Timestamp;
use crate::failure::Failure;
use crate::matches::Sentence;
use crate::notices::{self, Kind, Letter, Link};
use crate::services::Deed;
use crate::web::formats;

fn of_proposal(kind: Kind, known: &Known) -> Letter {
    let page = Link::Page(format!("/proposals/{}", known.row.id));
    Letter::new(kind, ("proposal", known.row.id.0), page)
        .with("title", known.brief.title.clone())
        .with("municipality", known.brief.name_for_outsiders())
}

fn of_call(kind: Kind, brief: &Brief) -> Letter {
    let page = Link::Page(format!("/challenges/{}/proposals", brief.id));
    Letter::new(kind, ("challenge", brief.id.0), page)
        .with("title", brief.title.clone())
        .with("municipality", brief.municipality_name())
}

/// The proposer and its confirmed partners.
fn to_proposers(deed: &mut Deed<'_>, known: &Known, letter: &Letter) -> Result<(), Failure> {
    notices::tell_organization(deed, known.row.organization_id, Role::Editor, letter)?;
    for partner in known.confirmed() {
        notices::tell_organization(deed, partner.id, Role::Editor, letter)?;
    }
    Ok(())
}

/// The end of the call in words; a day ends at 24:00 in Japan.
fn due(letter: Letter, brief: &Brief) -> Letter {
    match brief.content.proposals_due {
        Some(day) => letter
            .with("due_ja", format!("{} 24:00（日本時間）", formats::date(Locale::Ja, day)))
            .with("due_en", format!("{}, 24:00 JST", formats::date(Locale::En, day))),
        None => letter.with("due_key", "challenges.due.none"),
    }
}

/// A version was received.
pub(super) fn receipt(deed: &mut Deed<'_>, known: &Known, version: &Version) -> Result<(), Failure> {
    let letter = of_proposal(Kind::ProposalReceipt, known)
        .with("receipt", known.row.id.to_string())
        .with("number", version.number.to_string())
        .with("sha256", &version.sha256)
        .with("at_ja", formats::date_time(Locale::Ja, version.submitted_at))
        .with("at_en", formats::date_time(Locale::En, version.submitted_at));
    to_proposers(deed, known, &due(letter, &known.brief))
}

/// You are asked to propose together.
pub(super) fn partner_invited(
    deed: &mut Deed<'_>,
    known: &Known,
    partner: OrganizationId,
    part: &str,
) -> Result<(), Failure> {
    let page = Link::Page("/proposals".to_owned());
    let letter = Letter::new(Kind::PartnerInvited, ("proposal", known.row.id.0), page)
        .with("title", known.brief.title.clone())
        .with("municipality", known.brief.name_for_outsiders())
        .with("vendor", known.vendor.name.clone())
        .with("part", part);
    notices::tell_organization(deed, partner, Role::Editor, &letter)
}

/// A partner said yes or no.
pub(super) fn partner_answered(
    deed: &mut Deed<'_>,
    known: &Known,
    partner: OrganizationId,
    status: PartnerStatus,
) -> Result<(), Failure> {
    let name = store::named(deed.conn(), partner)?.name;
    let key = match status {
        PartnerStatus::Confirmed => "proposals.partner.confirmed",
        _ => "proposals.partner.declined",
    };
    let page = Link::Page(format!("/proposals/{}", known.row.id));
    let letter = Letter::new(Kind::PartnerAnswered, ("proposal", known.row.id.0), page)
        .with("title", known.brief.title.clone())
        .with("partner", name)
        .with("answer_key", key);
    notices::tell_organization(deed, known.row.organization_id, Role::Editor, &letter)
}

/// The proposals to a challenge were opened: told to its municipality and its bureau.
pub(super) fn opened(deed: &mut Deed<'_>, brief: &Brief, count: usize) -> Result<(), Failure> {
    let letter = of_call(Kind::ProposalsOpened, brief).with("count", count.to_string());
    notices::tell_organization(deed, brief.owner, Role::Editor, &letter)?;
    notices::tell_bureau(deed, brief.place.prefecture(), &letter)
}

/// Proposals wait for an answer.
pub(super) fn unanswered(
    deed: &mut Deed<'_>,
    brief: &Brief,
    count: i64,
    since: Timestamp,
) -> Result<(), Failure> {
    let day = |locale| formats::date(locale, since.japan_date());
    let letter = of_call(Kind::ProposalsUnanswered, brief)
        .with("count", count.to_string())
        .with("since_ja", day(Locale::Ja))
        .with("since_en", day(Locale::En));
    notices::tell_organization(deed, brief.owner, Role::Editor, &letter)
}

/// What the municipality answered: told to the proposer and its partners.
pub(super) fn answered(deed: &mut Deed<'_>, known: &Known) -> Result<(), Failure> {
    let kind = match known.row.status {
        Status::Shortlisted => Kind::ProposalShortlisted,
        Status::Selected => Kind::ProposalSelected,
        _ => Kind::ProposalDeclined,
    };
    let letter = of_proposal(kind, known);
    let letter = match &known.row.feedback {
        Some(feedback) => letter.with("feedback", feedback),
        None => letter.with("feedback_key", "proposals.feedback_none"),
    };
    let letter = match known.row.reason_code {
        Some(code) => letter.with("reason_key", reason_key(code)),
        None => letter,
    };
    to_proposers(deed, known, &letter)
}

fn reason_key(code: ReasonCode) -> String {
    format!("proposals.reason.{code}")
}

/// You are invited to propose.
pub(super) fn invited(
    deed: &mut Deed<'_>,
    brief: &Brief,
    (vendor, solution): (OrganizationId, &str),
    reason: &Sentence,
    note: &str,
) -> Result<(), Failure> {
    let page = Link::Page(format!("/challenges/{}", brief.id));
    let letter = Letter::new(Kind::InvitedToPropose, ("challenge", brief.id.0), page)
        .with("title", brief.title.clone())
        .with("municipality", brief.name_for_outsiders())
        .with("solution", solution)
        .with("reason_ja", &reason.ja)
        .with("reason_en", &reason.en)
        .with("note", note);
    notices::tell_organization(deed, vendor, Role::Editor, &due(letter, brief))
}

/// A proposal was withdrawn after it was opened.
pub(super) fn withdrawn(deed: &mut Deed<'_>, known: &Known, reason: Option<&str>) -> Result<(), Failure> {
    let letter = of_call(Kind::ProposalWithdrawn, &known.brief).with("vendor", known.vendor.name.clone());
    let letter = match reason {
        Some(reason) => letter.with("reason", reason),
        None => letter.with("reason_key", "proposals.feedback_none"),
    };
    notices::tell_organization(deed, known.brief.owner, Role::Editor, &letter)
}
