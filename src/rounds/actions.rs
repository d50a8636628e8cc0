//! The verbs of a round. Each is one deed: policy, state, row, audit, notices.

use serde_json::{Map, Value, json};

use super::form::{Content, ReasonForm, RoundForm};
use super::states::{Status, Step};
use super::store::{self, Round};
use super::{RoundId, letters};
use crate::accounts::{self, OrganizationId};
use crate::audit;
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::policy::{self, Action, Openness, Subject};
use crate::reference::{Bureau, Prefecture};
use crate::services::Deed;
use crate::sessions;
use crate::web::{merge_patch, read_value};

/// The round with its row locked, once the caller may take the step, from this version, in this state.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`, `IllegalStep`.
pub fn holding(deed: &mut Deed<'_>, id: RoundId, step: Step, version: Option<i32>) -> Result<Round, Failure> {
    let round = store::lock(deed.conn(), id)?;
    let subject = round.subject();
    policy::require(deed.by(), Action::See, &subject)?;
    policy::require(deed.by(), Action::RunRound, &subject)?;
    if version.is_some_and(|version| version != round.version) {
        return Err(Failure::Stale { current: round.version });
    }
    round.status.step(step)?;
    Ok(round)
}

/// Writes the state after `step` with its audit event.
pub(super) fn finish(
    deed: &mut Deed<'_>,
    before: &Round,
    mut next: Round,
    (action, step): (&'static str, Step),
    details: Value,
) -> Result<Round, Failure> {
    let now = deed.now();
    next.status = before.status.step(step)?;
    store::update(deed.conn(), before, &mut next, now)?;
    let event = audit::Event::new(action, "round", before.id.0).in_prefecture(before.prefecture()).change(
        json!({"status": before.status, "version": before.version}),
        json!({"status": next.status, "version": next.version, "details": details}),
    );
    audit::record(deed, event)?;
    Ok(next)
}

/// Begins a round: a bureau's own, or that of the bureau which the operator names.
///
/// # Errors
/// `Invalid`, `Forbidden`.
pub fn create(deed: &mut Deed<'_>, form: &RoundForm) -> Result<Round, Failure> {
    let (organization, bureau) = whose(deed, form)?;
    let content = form.parse()?;
    let now = deed.now();
    let windows = content.windows;
    let mut round = Round {
        id: RoundId::new(),
        organization_id: organization,
        bureau: bureau.to_string(),
        status: Status::Draft,
        title: String::new(),
        description: String::new(),
        challenges_from: windows.challenges.from,
        challenges_to: windows.challenges.to,
        proposals_from: windows.proposals.from,
        proposals_to: windows.proposals.to,
        sessions_from: windows.sessions.from,
        sessions_to: windows.sessions.to,
        sessions_per_challenge: content.sessions_per_challenge,
        sessions_per_vendor: content.sessions_per_vendor,
        session_minutes: content.session_minutes,
        turned_until: None,
        next_turn_at: None,
        announced_at: None,
        surveyed_at: None,
        ended_at: None,
        reason: None,
        created_by: deed.by().member().map(|member| member.member),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let digest = digest(&content);
    round.take(content);
    store::insert(deed.conn(), &round)?;
    let event = audit::Event::new("round.create", "round", round.id.0)
        .in_prefecture(round.prefecture())
        .change(None, json!({"status": round.status, "bureau": round.bureau, "content": digest}));
    audit::record(deed, event)?;
    Ok(round)
}

/// The bureau whose round it will be.
fn whose(deed: &mut Deed<'_>, form: &RoundForm) -> Result<(OrganizationId, Bureau), Failure> {
    let named = form.bureau.as_deref().map(Bureau::parse).transpose();
    let named = named.map_err(|invalid| Failure::field("/bureau", invalid))?;
    let own = deed.by().member().and_then(|member| member.covers.first().copied());
    let bureau = named.or_else(|| own.and_then(Prefecture::from_code).map(Prefecture::bureau));
    let prefecture = bureau.and_then(|bureau| bureau.prefectures().next()).map(Prefecture::code);
    let subject = Subject { prefecture, openness: Openness::Public, ..Subject::default() };
    policy::require(deed.by(), Action::RunRound, &subject)?;
    let bureau = bureau.ok_or_else(|| Failure::field("/bureau", Invalid::new("required")))?;
    Ok((accounts::bureau(deed.conn(), bureau)?, bureau))
}

fn digest(content: &Content) -> String {
    audit::digest(&content.document().to_string())
}

/// Changes what a round says or its windows: `patch` is a JSON merge patch of the form. Windows of an announced round
/// that have moved are told to those who take part.
///
/// # Errors
/// `Stale`, `IllegalStep`, `Invalid`, and those of the policy.
pub fn edit(
    deed: &mut Deed<'_>,
    id: RoundId,
    version: i32,
    patch: Map<String, Value>,
) -> Result<Round, Failure> {
    let before = holding(deed, id, Step::Edit, Some(version))?;
    let mut document = before.content().document();
    merge_patch(&mut document, patch);
    let form: RoundForm = read_value(document)?;
    if form.bureau.is_some() {
        return Err(Failure::field("/bureau", Invalid::new("unknown_field")));
    }
    let content = form.parse()?;
    if content == before.content() {
        return Ok(before);
    }
    let (moved, digest) = (content.windows != before.windows(), digest(&content));
    let mut next = before.clone();
    next.take(content);
    if before.status == Status::Announced && moved {
        let now = deed.now();
        next.turned_until = Some(now);
        next.next_turn_at = next.windows().next_turn(now);
        if next.next_turn_at.is_none() {
            return Err(Failure::field("/sessions/to", Invalid::new("window_past")));
        }
    }
    let details = json!({"content": digest, "windows": next.windows()});
    let next = finish(deed, &before, next, ("round.edit", Step::Edit), details)?;
    if next.status == Status::Announced && moved {
        letters::windows_moved(deed, &next)?;
    }
    Ok(next)
}

/// Makes a round public. What opens or closes from now on is told by the clock; the municipalities of the region are
/// told at once.
///
/// # Errors
/// `Invalid` at `/challenges/to` when the window of challenges is over; `Stale`, `IllegalStep`, and those of the
/// policy.
pub fn announce(deed: &mut Deed<'_>, id: RoundId, version: Option<i32>) -> Result<Round, Failure> {
    let before = holding(deed, id, Step::Announce, version)?;
    let now = deed.now();
    if before.windows().challenges.closes_at() <= now {
        return Err(Failure::field("/challenges/to", Invalid::new("window_past")));
    }
    let mut next = before.clone();
    next.announced_at = Some(now);
    next.turned_until = Some(now);
    next.next_turn_at = next.windows().next_turn(now);
    let next = finish(deed, &before, next, ("round.announce", Step::Announce), json!({}))?;
    letters::announced(deed, &next)?;
    Ok(next)
}

/// Calls a round off, with the reason; whoever takes part is told, its sessions are cancelled.
///
/// # Errors
/// `Invalid` without a reason; `Stale`, `IllegalStep`, and those of the policy.
pub fn cancel(
    deed: &mut Deed<'_>,
    id: RoundId,
    version: Option<i32>,
    form: &ReasonForm,
) -> Result<Round, Failure> {
    let before = holding(deed, id, Step::Cancel, version)?;
    let reason = form.required()?;
    let mut next = before.clone();
    next.next_turn_at = None;
    next.ended_at = Some(deed.now());
    next.reason = Some(reason.clone());
    let details = json!({"reason": audit::digest(&reason)});
    let next = finish(deed, &before, next, ("round.cancel", Step::Cancel), details)?;
    sessions::cancel_all(deed, &next, &reason)?;
    letters::cancelled(deed, &next, &reason)?;
    Ok(next)
}

/// Ends a round before its last window closes.
///
/// # Errors
/// `Stale`, `IllegalStep`, and those of the policy.
pub fn end(deed: &mut Deed<'_>, id: RoundId, version: Option<i32>) -> Result<Round, Failure> {
    let before = holding(deed, id, Step::End, version)?;
    let mut next = before.clone();
    next.next_turn_at = None;
    next.ended_at = Some(deed.now());
    finish(deed, &before, next, ("round.end", Step::End), json!({"by": "bureau"}))
}

/// Throws a draft away.
///
/// # Errors
/// `Stale`, `IllegalStep`, and those of the policy.
pub fn delete(deed: &mut Deed<'_>, id: RoundId, version: Option<i32>) -> Result<(), Failure> {
    let round = holding(deed, id, Step::Delete, version)?;
    store::delete(deed.conn(), &round)?;
    let event = audit::Event::new("round.delete", "round", id.0)
        .in_prefecture(round.prefecture())
        .change(json!({"status": round.status, "content": digest(&round.content())}), None);
    audit::record(deed, event)
}
