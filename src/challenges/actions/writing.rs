//! Beginning, changing, amending and throwing away.

use serde_json::{Map, Value, json};

use super::{begin, finish};
use crate::accounts::OrganizationId;
use crate::audit;
use crate::challenges::form::{self, Form};
use crate::challenges::letters::{self, Note};
use crate::challenges::states::{Status, Step};
use crate::challenges::store::{self, Challenge, Known};
use crate::challenges::{ChallengeId, Content};
use crate::db::change_log::Changed;
use crate::db::{Json, Timestamp};
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::policy::{self, Action, Actor, Subject};
use crate::reference::MunicipalityCode;
use crate::rounds;
use crate::services::Deed;
use crate::watches::Happening;
use crate::web::{merge_patch, read_value};

/// Begins a challenge: by a municipality for itself, or by a bureau on behalf of one (代理登録).
///
/// # Errors
/// `Forbidden`, `Invalid`.
pub fn create(deed: &mut Deed<'_>, form: &Form) -> Result<Known, Failure> {
    let (organization, place, on_behalf) = for_whom(deed, form)?;
    if form.amendment_note.is_some() {
        return Err(Failure::field("/amendment_note", Invalid::new("not_an_amendment")));
    }
    let content = form.parse()?;
    content.due_ahead(deed.now().japan_date())?;
    apart_from_owner(&content, place)?;
    let challenge = draft(deed, organization, place, on_behalf, content);
    store::insert(deed.conn(), &challenge)?;
    let event = audit::Event::new("challenge.create", "challenge", challenge.id.0)
        .in_prefecture(challenge.prefecture_code())
        .change(None, json!({"status": challenge.status, "on_behalf": on_behalf, "content": digest(&challenge.content.0)?}));
    audit::record(deed, event)?;
    deed.touch(Changed::Challenge(challenge.id.0));
    if let Some(round) = &form.round {
        let unknown = |_| Failure::field("/round", Invalid::new("not_an_id"));
        let id = round.trim().parse().map_err(unknown)?;
        rounds::enter(deed, id, challenge.id).map_err(|failure| match failure {
            Failure::NotFound => Failure::field("/round", Invalid::new("no_such_round")),
            other => other,
        })?;
    }
    let actor = deed.by().clone();
    store::find(deed.conn(), &actor, challenge.id)
}

/// The organization that will own it, its place, and whether a bureau enters it.
fn for_whom(deed: &mut Deed<'_>, form: &Form) -> Result<(OrganizationId, MunicipalityCode, bool), Failure> {
    let actor = deed.by().clone();
    if let Some(on_behalf_of) = &form.on_behalf_of {
        return on_behalf(deed, &actor, on_behalf_of);
    }
    policy::require(&actor, Action::WriteChallenge, &Subject::default())?;
    let member = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    let code = member.municipality_code.as_deref().unwrap_or_default();
    let place = MunicipalityCode::parse(code).map_err(Failure::internal)?;
    Ok((member.organization, place, false))
}

fn on_behalf(
    deed: &mut Deed<'_>,
    actor: &Actor,
    whom: &str,
) -> Result<(OrganizationId, MunicipalityCode, bool), Failure> {
    let by_id = whom.parse().ok();
    let by_code = match by_id {
        Some(_) => None,
        None => {
            Some(MunicipalityCode::parse(whom).map_err(|invalid| Failure::field("/on_behalf_of", invalid))?)
        }
    };
    // The policy first: who may not do this learns nothing about who has an account here.
    let allowed = |owner: Option<OrganizationId>, place: Option<MunicipalityCode>| {
        let prefecture = place.map(|place| place.prefecture().code());
        let subject = Subject { owner, prefecture, ..Subject::default() };
        policy::require(actor, Action::WriteChallengeOnBehalf, &subject)
    };
    if by_code.is_some() {
        allowed(None, by_code)?;
    }
    let Some((organization, code)) = store::municipality(deed.conn(), by_id, by_code)? else {
        allowed(None, by_code)?;
        return Err(Failure::field("/on_behalf_of", Invalid::new("municipality_without_account")));
    };
    let place = MunicipalityCode::parse(&code).map_err(Failure::internal)?;
    allowed(Some(organization), Some(place))?;
    Ok((organization, place, true))
}

fn draft(
    deed: &Deed<'_>,
    organization: OrganizationId,
    place: MunicipalityCode,
    on_behalf_of: bool,
    content: Content,
) -> Challenge {
    let now: Timestamp = deed.now();
    let mut challenge = Challenge {
        id: ChallengeId::new(),
        organization_id: organization,
        municipality_code: place.to_string(),
        prefecture: i32::from(place.prefecture().code()),
        bureau: place.bureau().to_string(),
        status: Status::Draft,
        title: String::new(),
        content: Json(content.clone()),
        entry_stage: None,
        budget_min: None,
        budget_max: None,
        budget_band: 0,
        visibility: content.visibility,
        anonymous: content.anonymous,
        proposals_due: None,
        closes_at: None,
        closing_soon_sent: false,
        decision: None,
        created_by: deed.by().member().map(|member| member.member),
        on_behalf_of,
        submitted_at: None,
        published_at: None,
        closed_at: None,
        amendment: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    challenge.take(content, now);
    challenge
}

/// Changes a draft, or amends an open challenge: `patch` is a JSON merge patch of the form. A patch that changes
/// nothing writes nothing.
///
/// # Errors
/// `Stale`, `IllegalStep`, `Invalid`, and those of the policy.
pub fn amend_or_edit(
    deed: &mut Deed<'_>,
    id: ChallengeId,
    version: i32,
    mut patch: Map<String, Value>,
) -> Result<Known, Failure> {
    let known = begin(deed, id, Step::Edit, Some(version))?;
    let open = known.challenge.status == Status::Open;
    let note = patch.remove("amendment_note");
    let content = merged(&known.challenge.content.0, patch)?;
    let note = checked(&known, &content, note.as_ref(), deed.now())?;
    if content == known.challenge.content.0 {
        return Ok(known);
    }
    if content.proposals_due != known.challenge.content.0.proposals_due {
        rounds::within_window(deed.conn(), id, content.proposals_due)?;
    }
    let mut next = known.challenge.clone();
    let fields = known.challenge.content.0.changed_fields(&content);
    let details = json!({"fields": &fields, "content": digest(&content)?});
    next.take(content, deed.now());
    if !open {
        return finish(deed, known, next, ("challenge.edit", Step::Edit), details);
    }
    next.amendment = next.amendment.saturating_add(1);
    let known = finish(deed, known, next, ("challenge.amend", Step::Edit), details)?;
    let what = if fields == ["proposals_due"] { Happening::DeadlineChanged } else { Happening::Amended };
    let note = note.unwrap_or_default();
    keep_version(deed, &known.challenge, &note)?;
    letters::amended(deed, &known, what, &Note::Said(&note))?;
    Ok(known)
}

/// The document after the patch, read by the same parser as a new one.
fn merged(current: &Content, patch: Map<String, Value>) -> Result<Content, Failure> {
    let mut document = current.document().map_err(Failure::internal)?;
    merge_patch(&mut document, patch);
    let form: Form = read_value(document)?;
    if form.on_behalf_of.is_some() {
        return Err(Failure::field("/on_behalf_of", Invalid::new("unknown_field")));
    }
    if form.round.is_some() {
        return Err(Failure::field("/round", Invalid::new("unknown_field")));
    }
    Ok(form.parse()?)
}

/// What holds for a change beyond the form: a new deadline lies ahead, an open challenge stays complete and its
/// amendment is explained. Gives the note of an amendment.
fn checked(
    known: &Known,
    content: &Content,
    note: Option<&Value>,
    now: Timestamp,
) -> Result<Option<String>, Failure> {
    let open = known.challenge.status == Status::Open;
    let mut errors = FieldErrors::new();
    let mut gather = |found: Result<(), FieldErrors>| {
        if let Err(found) = found {
            errors.extend(&found);
        }
    };
    if content.proposals_due != known.challenge.content.0.proposals_due {
        gather(content.due_ahead(now.japan_date()));
    }
    if open {
        gather(content.complete());
    }
    gather(apart_from_owner(content, known.challenge.place()?));
    let note = match note {
        None if open => errors.keep("/amendment_note", Err(Invalid::new("required"))),
        None => None,
        Some(Value::String(text)) if open => errors.keep("/amendment_note", form::note(Some(text))),
        Some(_) if open => {
            errors.keep("/amendment_note", Err(Invalid::new("wrong_type").with("expected", "string")))
        }
        Some(_) => errors.keep("/amendment_note", Err(Invalid::new("not_an_amendment"))),
    };
    errors.into_result()?;
    Ok(note)
}

/// The owner is not among those who post it together with the owner.
fn apart_from_owner(content: &Content, place: MunicipalityCode) -> Result<(), FieldErrors> {
    match content.joint_municipalities.iter().position(|code| *code == place) {
        Some(at) => {
            Err(FieldErrors::one(format!("/joint_municipalities/{at}"), Invalid::new("own_municipality")))
        }
        None => Ok(()),
    }
}

/// Keeps the document as it is now among the published versions.
pub(in crate::challenges) fn keep_version(
    deed: &mut Deed<'_>,
    challenge: &Challenge,
    note: &str,
) -> Result<(), Failure> {
    let (by, now) = (deed.by().member().map(|member| member.member), deed.now());
    store::keep_version(deed.conn(), challenge, note, by, now)
}

fn digest(content: &Content) -> Result<String, Failure> {
    let document = content.document().map_err(Failure::internal)?;
    Ok(audit::digest(&document.to_string()))
}

/// Throws a draft away.
///
/// # Errors
/// `Stale`, `IllegalStep`, and those of the policy.
pub fn delete(deed: &mut Deed<'_>, id: ChallengeId, version: Option<i32>) -> Result<(), Failure> {
    let known = begin(deed, id, Step::Delete, version)?;
    store::delete(deed.conn(), &known.challenge)?;
    let event = audit::Event::new("challenge.delete", "challenge", id.0)
        .in_prefecture(known.challenge.prefecture_code())
        .change(json!({"status": Status::Draft, "content": digest(&known.challenge.content.0)?}), None);
    audit::record(deed, event)?;
    deed.touch(Changed::Challenge(id.0));
    Ok(())
}
