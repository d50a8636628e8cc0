//! Beginning, changing, submitting, taking back. All of it is sealed: the audit trail names nobody.

use serde_json::{Map, Value, json};

use super::{begin, next_status};
use crate::attachments::{self, Holder};
use crate::audit::{self, Event};
use crate::challenges::{self, ChallengeId};
use crate::db::Json;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::policy::{self, Action, Actor};
use crate::proposals::content::Content;
use crate::proposals::form::{AnswerForm, Form};
use crate::proposals::store::{self, Attached, Document, Known, Proposal, Together, Version};
use crate::proposals::{ProposalId, Status, Step, canonical, letters};
use crate::services::Deed;
use crate::solutions::{self, SolutionStatus};
use crate::web::{merge_patch, read_value};

/// Begins a proposal.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`; `Conflict`: `proposals_closed`, `proposal_exists`.
pub(in crate::proposals) fn create(
    deed: &mut Deed<'_>,
    challenge: ChallengeId,
    form: &Form,
) -> Result<Known, Failure> {
    let by = deed.by().clone();
    let brief = challenges::brief(deed.conn(), &by, challenge)?;
    policy::require(&by, Action::See, &brief.subject)?;
    policy::require(&by, Action::Propose, &brief.subject)?;
    let member = by.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    let content = form.parse()?;
    own_solutions(deed, &by, &content)?;
    let instant = deed.database_now()?;
    if !store::takes_proposals(&brief, instant) {
        return Err(Failure::Conflict("proposals_closed"));
    }
    let now = deed.now();
    let row = Proposal {
        id: ProposalId::new(),
        challenge_id: challenge,
        organization_id: member.organization,
        status: Status::Draft,
        content: Json(content),
        number: 0,
        submitted_at: None,
        opened_at: None,
        reason_code: None,
        feedback: None,
        decided_at: None,
        match_id: None,
        created_by: Some(member.member),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    if !store::insert(deed.conn(), &row)? {
        return Err(Failure::Conflict("proposal_exists"));
    }
    record(deed, "proposal.create", &row, json!({"status": row.status, "version": row.version}))?;
    store::find(deed.conn(), &by, row.id)
}

/// An event that tells which proposal, and neither whose nor what it says.
fn record(deed: &mut Deed<'_>, action: &'static str, row: &Proposal, after: Value) -> Result<(), Failure> {
    audit::record(deed, Event::new(action, "proposal", row.id.0).unnamed().change(None, after))
}

/// Only solutions of one's own are proposed.
fn own_solutions(deed: &mut Deed<'_>, by: &Actor, content: &Content) -> Result<(), Failure> {
    let own = by.member().map(|member| member.organization);
    let cards = solutions::cards(deed.conn(), &content.solutions)?;
    let mut errors = FieldErrors::new();
    for (at, id) in content.solutions.iter().enumerate() {
        if cards.get(id).map(|card| card.vendor.id) != own {
            errors.add(format!("/solutions/{at}"), Invalid::new("no_such_solution"));
        }
    }
    Ok(errors.into_result()?)
}

/// Changes the working copy: `patch` is a JSON merge patch of the form. A patch that changes nothing writes nothing.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`, `Invalid`.
pub(in crate::proposals) fn edit(
    deed: &mut Deed<'_>,
    id: ProposalId,
    version: i32,
    patch: Map<String, Value>,
) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Edit, Some(version))?;
    let mut document = serde_json::to_value(&known.row.content.0).map_err(Failure::internal)?;
    merge_patch(&mut document, patch);
    let form: Form = read_value(document)?;
    let content = form.parse()?;
    let by = deed.by().clone();
    own_solutions(deed, &by, &content)?;
    if content == known.row.content.0 {
        return Ok(known);
    }
    let now = deed.now();
    let mut next = Proposal { content: Json(content), ..known.row.clone() };
    store::update(deed.conn(), &known.row, &mut next, now)?;
    record(deed, "proposal.edit", &next, json!({"status": next.status, "version": next.version}))?;
    store::find(deed.conn(), &by, id)
}

/// Submits the working copy as a new version that never changes, and answers with a receipt.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`, `Invalid` with everything that is missing.
pub(in crate::proposals) fn submit(
    deed: &mut Deed<'_>,
    id: ProposalId,
    version: Option<i32>,
) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Submit, version)?;
    let content = &known.row.content.0;
    content.complete()?;
    in_catalogue(deed, content)?;
    let (by, now) = (deed.by().clone(), deed.now());
    let mut next = Proposal {
        status: next_status(deed, &known, Step::Submit)?,
        number: known.row.number.saturating_add(1),
        submitted_at: Some(now),
        ..known.row.clone()
    };
    let submitted = version_of(deed, &known, next.number)?;
    store::update(deed.conn(), &known.row, &mut next, now)?;
    store::keep_version(deed.conn(), &submitted)?;
    let after = json!({"status": next.status, "number": next.number, "sha256": submitted.sha256});
    record(deed, "proposal.submit", &next, after)?;
    let known = store::find(deed.conn(), &by, id)?;
    letters::receipt(deed, &known, &submitted)?;
    Ok(known)
}

/// What is submitted must be offered to everyone.
fn in_catalogue(deed: &mut Deed<'_>, content: &Content) -> Result<(), Failure> {
    let cards = solutions::cards(deed.conn(), &content.solutions)?;
    let mut errors = FieldErrors::new();
    for (at, id) in content.solutions.iter().enumerate() {
        if cards.get(id).map(|card| card.status) != Some(SolutionStatus::Published) {
            errors.add(format!("/solutions/{at}"), Invalid::new("solution_not_published"));
        }
    }
    Ok(errors.into_result()?)
}

/// The version that the working copy is now, with its partners and files.
fn version_of(deed: &mut Deed<'_>, known: &Known, number: i32) -> Result<Version, Failure> {
    let now = deed.now();
    let files = attachments::listed(deed.conn(), &Actor::system(), Holder::Proposal(known.row.id))?;
    let together = known.confirmed().map(|partner| Together {
        id: partner.id,
        name: partner.name.clone(),
        part: partner.part.clone(),
    });
    let document = Document {
        attachments: files
            .into_iter()
            .map(|file| Attached { name: file.name, sha256: file.sha256 })
            .collect(),
        challenge: known.row.challenge_id,
        content: known.row.content.0.clone(),
        number,
        partners: together.collect(),
        proposal: known.row.id,
        submitted_at: now,
        vendor: known.vendor.clone(),
    };
    let document = canonical::text(&serde_json::to_value(&document).map_err(Failure::internal)?);
    Ok(Version {
        proposal_id: known.row.id,
        number,
        sha256: audit::digest(&document),
        document,
        submitted_by: deed.by().member().map(|member| member.member),
        submitted_at: now,
    })
}

/// Takes a submitted proposal back: before the deadline without a trace for others, afterwards the municipality is told.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`, `Invalid`.
pub(in crate::proposals) fn withdraw(
    deed: &mut Deed<'_>,
    id: ProposalId,
    version: Option<i32>,
    form: &AnswerForm,
) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Withdraw, version)?;
    let said = form.parse(Step::Withdraw)?;
    let (by, now) = (deed.by().clone(), deed.now());
    let mut next = Proposal { status: next_status(deed, &known, Step::Withdraw)?, ..known.row.clone() };
    store::update(deed.conn(), &known.row, &mut next, now)?;
    if next.opened_at.is_none() {
        record(deed, "proposal.withdraw", &next, json!({"status": next.status, "number": next.number}))?;
    } else {
        let reason = said.feedback.as_deref().map(audit::digest);
        let event = Event::new("proposal.withdraw", "proposal", id.0)
            .in_prefecture(known.brief.subject.prefecture)
            .change(json!({"status": known.row.status}), json!({"status": next.status, "reason": reason}));
        audit::record(deed, event)?;
        letters::withdrawn(deed, &known, said.feedback.as_deref())?;
    }
    store::find(deed.conn(), &by, id)
}

/// Throws a draft away.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`.
pub(in crate::proposals) fn delete(
    deed: &mut Deed<'_>,
    id: ProposalId,
    version: Option<i32>,
) -> Result<(), Failure> {
    let known = begin(deed, id, Step::Delete, version)?;
    store::delete(deed.conn(), &known.row)?;
    record(deed, "proposal.delete", &known.row, json!({"status": known.row.status}))
}
