//! The verbs of a match, one function each.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::candidates::{challenge_doc, solution_doc};
use super::letters::News;
use super::states::{Side, Status, Step};
use super::store::{self, Known, Match};
use super::{Explanation, MatchId, Origin, Ranking, letters};
use crate::audit::{self, Event, digest};
use crate::challenges::{self, Brief, ChallengeId};
use crate::db::Json;
use crate::failure::Failure;
use crate::fields::{self, FieldErrors, Invalid};
use crate::moderation::{self, SubjectKind};
use crate::policy::{self, Action, Actor, Openness};
use crate::services::Deed;
use crate::solutions::{self, SolutionId};

/// Characters of a note and of a reason.
const LONGEST_NOTE: usize = 2_000;
const LONGEST_REASON: usize = 500;

/// The body of `POST matches`.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// The challenge.
    #[schema(value_type = String, format = Uuid)]
    pub challenge_id: Option<String>,
    /// The solution.
    #[schema(value_type = String, format = Uuid)]
    pub solution_id: Option<String>,
    /// Why the two belong together, up to 2,000 characters; the vendor does not see it.
    pub note: Option<String>,
}

/// [`Suggestion`], read.
struct Pair {
    challenge: ChallengeId,
    solution: SolutionId,
    note: Option<String>,
}

impl Suggestion {
    fn parse(&self) -> Result<Pair, FieldErrors> {
        let mut errors = FieldErrors::new();
        let challenge = id(&mut errors, "/challenge_id", self.challenge_id.as_deref());
        let solution = id(&mut errors, "/solution_id", self.solution_id.as_deref());
        let note = remark(&mut errors, "/note", self.note.as_deref(), LONGEST_NOTE);
        match (challenge, solution) {
            (Some(challenge), Some(solution)) if errors.is_empty() => Ok(Pair { challenge, solution, note }),
            _ => Err(errors),
        }
    }
}

fn id<T: std::str::FromStr>(errors: &mut FieldErrors, pointer: &str, text: Option<&str>) -> Option<T> {
    let parsed = match text {
        None => Err(Invalid::new("required")),
        Some(text) => text.trim().parse().map_err(|_| Invalid::new("not_an_id")),
    };
    errors.keep(pointer, parsed)
}

/// A text that may be left out; blank is the same as none.
fn remark(errors: &mut FieldErrors, pointer: &str, text: Option<&str>, most: usize) -> Option<String> {
    let text = errors.keep(pointer, fields::prose(text.unwrap_or_default(), most))?;
    (!text.is_empty()).then_some(text)
}

/// The body of a step.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// Why, up to 500 characters; `dismiss` and `end` need one. That of a dismissal is never shown to the vendor.
    pub reason: Option<String>,
    /// For the moderation log, up to 2,000 characters.
    pub note: Option<String>,
}

/// [`Remark`], read.
struct Said {
    reason: Option<String>,
    note: Option<String>,
}

impl Remark {
    /// A remark with this reason.
    pub fn because(reason: Option<&str>) -> Self {
        Self { reason: reason.map(str::to_owned), note: None }
    }

    fn parse(&self, step: Step) -> Result<Said, FieldErrors> {
        let mut errors = FieldErrors::new();
        let reason = remark(&mut errors, "/reason", self.reason.as_deref(), LONGEST_REASON);
        let note = remark(&mut errors, "/note", self.note.as_deref(), LONGEST_NOTE);
        if matches!(step, Step::Dismiss | Step::End) && reason.is_none() && errors.is_empty() {
            errors.add("/reason", Invalid::new("required"));
        }
        errors.into_result()?;
        Ok(Said { reason, note })
    }
}

/// Brings a challenge and a solution together; whether that made a new match. An existing one is given as it is.
///
/// # Errors
/// `Invalid` for ids that name nothing the caller may see, `Forbidden`, `Conflict` when the challenge takes no matches or
/// the solution is not in the catalogue.
pub fn suggest(
    deed: &mut Deed<'_>,
    ranking: &Ranking,
    body: &Suggestion,
) -> Result<(MatchId, bool), Failure> {
    let pair = body.parse()?;
    let by = deed.by().clone();
    let brief = challenge_of(deed, &by, pair.challenge)?;
    policy::require(&by, Action::SuggestMatch, &brief.subject)?;
    let catalogued = is_in_catalogue(deed, &by, pair.solution)?;
    if let Some(known) = store::of_pair(deed.conn(), pair.challenge, pair.solution)? {
        return Ok((known, false));
    }
    if !matches!(brief.status, challenges::Status::Open | challenges::Status::Closed) {
        return Err(Failure::Conflict("challenge_takes_no_matches"));
    }
    if !catalogued {
        return Err(Failure::Conflict("solution_not_in_catalogue"));
    }
    let row = new_match(deed, ranking, &pair, &brief)?;
    if !store::insert(deed.conn(), &row)? {
        let known = store::of_pair(deed.conn(), pair.challenge, pair.solution)?;
        return known.map(|known| (known, false)).ok_or(Failure::Busy);
    }
    moderation::enter(deed, SubjectKind::Match, row.id.0, "suggest", row.note.as_deref())?;
    let event = Event::new("match.suggest", "match", row.id.0).in_prefecture(brief.subject.prefecture).change(
        None,
        json!({"challenge": row.challenge_id, "solution": row.solution_id, "status": row.status, "score": row.score}),
    );
    audit::record(deed, event)?;
    Ok((row.id, true))
}

/// Makes a match of what both sides agreed to elsewhere, such as a proposal that its municipality selected: they know each
/// other, so it is introduced at once. A pair that has a match already is introduced by this, unless it went further.
///
/// # Errors
/// `NotFound`, `Internal`.
pub fn from_agreement(
    deed: &mut Deed<'_>,
    ranking: &Ranking,
    (challenge, solution): (ChallengeId, SolutionId),
    origin: Origin,
) -> Result<MatchId, Failure> {
    let by = deed.by().clone();
    let brief = challenges::brief(deed.conn(), &by, challenge)?;
    let pair = Pair { challenge, solution, note: None };
    let made = new_match(deed, ranking, &pair, &brief)?;
    let made = Match { origin, status: Status::Introduced, introduced_at: Some(deed.now()), ..made };
    let said = Said { reason: None, note: None };
    let known = if store::insert(deed.conn(), &made)? {
        moderation::enter(deed, SubjectKind::Match, made.id.0, "select", None)?;
        let event = Event::new("match.select", "match", made.id.0)
            .in_prefecture(brief.subject.prefecture)
            .change(None, json!({"challenge": challenge, "solution": solution, "status": made.status}));
        audit::record(deed, event)?;
        store::find(deed.conn(), made.id)?
    } else {
        let known = store::of_pair(deed.conn(), challenge, solution)?.ok_or(Failure::Busy)?;
        let known = store::lock(deed.conn(), known)?;
        if !matches!(known.row.status, Status::Suggested | Status::Dismissed | Status::Approved) {
            return Ok(known.row.id);
        }
        let next =
            Match { status: Status::Introduced, introduced_at: made.introduced_at, ..known.row.clone() };
        write(deed, Step::Introduce, &known, next, &said)?
    };
    letters::introduced(deed, &known)?;
    Ok(known.row.id)
}

/// The challenge, if the caller may see it; otherwise the field is wrong, for it was named in a body.
fn challenge_of(deed: &mut Deed<'_>, by: &Actor, id: ChallengeId) -> Result<Brief, Failure> {
    let unknown = || Failure::field("/challenge_id", Invalid::new("no_such_challenge"));
    let brief = match challenges::brief(deed.conn(), by, id) {
        Err(Failure::NotFound) => return Err(unknown()),
        other => other?,
    };
    if policy::allows(by, Action::See, &brief.subject) { Ok(brief) } else { Err(unknown()) }
}

/// Whether everyone may see the solution.
fn is_in_catalogue(deed: &mut Deed<'_>, by: &Actor, id: SolutionId) -> Result<bool, Failure> {
    let unknown = || Failure::field("/solution_id", Invalid::new("no_such_solution"));
    let subject = match solutions::subject(deed.conn(), id) {
        Err(Failure::NotFound) => return Err(unknown()),
        other => other?,
    };
    if !policy::allows(by, Action::See, &subject) {
        return Err(unknown());
    }
    Ok(subject.openness == Openness::Public)
}

fn new_match(deed: &mut Deed<'_>, ranking: &Ranking, pair: &Pair, brief: &Brief) -> Result<Match, Failure> {
    let challenge = challenge_doc(deed.conn(), pair.challenge)?;
    let solution = solution_doc(deed.conn(), pair.solution)?;
    let explanation = Explanation::of(&ranking.pair(&challenge, &solution, deed.now().japan_date()))?;
    let member = deed.by().member();
    let own = member.is_some_and(|member| member.organization == brief.owner);
    Ok(Match {
        id: MatchId::new(),
        challenge_id: pair.challenge,
        solution_id: pair.solution,
        origin: if own { Origin::Municipality } else { Origin::Bureau },
        status: Status::Suggested,
        score: explanation.score,
        explanation: Json(explanation),
        note: pair.note.clone(),
        reason: None,
        suggested_by: member.map(|member| member.member),
        municipality_agreed_at: None,
        vendor_agreed_at: None,
        introduced_at: None,
        version: 1,
        created_at: deed.now(),
        updated_at: deed.now(),
    })
}

/// The match, if the caller may take `step` with it, its row locked.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Stale`.
fn takes(deed: &mut Deed<'_>, id: MatchId, step: Step, version: Option<i32>) -> Result<Known, Failure> {
    let known = store::lock(deed.conn(), id)?;
    may_take(deed.by(), step, &known)?;
    match version {
        Some(version) if version != known.row.version => Err(Failure::Stale { current: known.row.version }),
        _ => Ok(known),
    }
}

/// Who may take which step: the desk moderates, both parties answer, and the desk may write down what they did.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub(super) fn may_take(by: &Actor, step: Step, known: &Known) -> Result<(), Failure> {
    let subject = known.subject();
    match step {
        Step::Approve | Step::Dismiss | Step::Introduce => policy::require(by, Action::Moderate, &subject),
        Step::RecordMeeting | Step::End if policy::allows(by, Action::Moderate, &subject) => Ok(()),
        Step::RecordMeeting | Step::End | Step::Agree => policy::require(by, Action::AnswerMatch, &subject),
    }
}

/// Writes a step down: the row, the moderation log, the audit trail.
fn write(
    deed: &mut Deed<'_>,
    step: Step,
    before: &Known,
    mut next: Match,
    said: &Said,
) -> Result<Known, Failure> {
    let now = deed.now();
    store::update(deed.conn(), &before.row, &mut next, now)?;
    let comment = said.note.as_deref().or(said.reason.as_deref());
    moderation::enter(deed, SubjectKind::Match, next.id.0, step.as_str(), comment)?;
    let event = Event::new(audited_as(step), "match", next.id.0)
        .in_prefecture(before.prefecture())
        .change(fields_of(&before.row), fields_of(&next));
    audit::record(deed, event)?;
    store::find(deed.conn(), next.id)
}

fn audited_as(step: Step) -> &'static str {
    match step {
        Step::Approve => "match.approve",
        Step::Dismiss => "match.dismiss",
        Step::Introduce => "match.introduce",
        Step::RecordMeeting => "match.record-meeting",
        Step::Agree => "match.agree",
        Step::End => "match.end",
    }
}

/// What the audit trail keeps of a match.
fn fields_of(row: &Match) -> Value {
    json!({
        "status": row.status,
        "reason": row.reason.as_deref().map(digest),
        "municipality_agreed": row.municipality_agreed_at.is_some(),
        "vendor_agreed": row.vendor_agreed_at.is_some(),
    })
}

/// The bureau says yes.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Stale`, `Invalid`.
pub fn approve(deed: &mut Deed<'_>, id: MatchId, version: Option<i32>, body: &Remark) -> Result<(), Failure> {
    simply(deed, id, version, Step::Approve, body).map(drop)
}

/// The bureau says no, with a reason.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Stale`, `Invalid`.
pub fn dismiss(deed: &mut Deed<'_>, id: MatchId, version: Option<i32>, body: &Remark) -> Result<(), Failure> {
    simply(deed, id, version, Step::Dismiss, body).map(drop)
}

/// Makes a match that was approved or dismissed a moment ago a suggestion again, as if that had not been. `version` is
/// the one that the step made.
///
/// # Errors
/// `Stale` when it was written since, `Conflict` (`nothing_to_undo`) in any other state, and those of the policy.
pub fn take_back(deed: &mut Deed<'_>, id: MatchId, version: i32) -> Result<(), Failure> {
    let known = store::lock(deed.conn(), id)?;
    policy::require(deed.by(), Action::Moderate, &known.subject())?;
    if known.row.version != version {
        return Err(Failure::Stale { current: known.row.version });
    }
    if !matches!(known.row.status, Status::Approved | Status::Dismissed) {
        return Err(Failure::Conflict("nothing_to_undo"));
    }
    let mut next = Match { status: Status::Suggested, reason: None, ..known.row.clone() };
    let now = deed.now();
    store::update(deed.conn(), &known.row, &mut next, now)?;
    moderation::enter(deed, SubjectKind::Match, id.0, "undo", None)?;
    let event = Event::new("match.undo", "match", id.0)
        .in_prefecture(known.prefecture())
        .change(fields_of(&known.row), fields_of(&next));
    audit::record(deed, event)
}

/// Both sides have met.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Stale`, `Invalid`.
pub fn record_meeting(
    deed: &mut Deed<'_>,
    id: MatchId,
    version: Option<i32>,
    body: &Remark,
) -> Result<(), Failure> {
    simply(deed, id, version, Step::RecordMeeting, body).map(drop)
}

/// It came to nothing, with a reason.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Stale`, `Invalid`.
pub fn end(deed: &mut Deed<'_>, id: MatchId, version: Option<i32>, body: &Remark) -> Result<(), Failure> {
    let ended = simply(deed, id, version, Step::End, body)?;
    letters::answered(deed, &ended, News::Ended)
}

/// A step that only changes the state.
fn simply(
    deed: &mut Deed<'_>,
    id: MatchId,
    version: Option<i32>,
    step: Step,
    body: &Remark,
) -> Result<Known, Failure> {
    let known = takes(deed, id, step, version)?;
    let said = body.parse(step)?;
    let status = known.row.status.step(step)?;
    let reason = said.reason.clone();
    let next = Match { status, reason, ..known.row.clone() };
    write(deed, step, &known, next, &said)
}

/// The bureau makes both sides known to each other and writes to both.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Stale`, `Invalid`.
pub fn introduce(
    deed: &mut Deed<'_>,
    id: MatchId,
    version: Option<i32>,
    body: &Remark,
) -> Result<(), Failure> {
    let known = takes(deed, id, Step::Introduce, version)?;
    let said = body.parse(Step::Introduce)?;
    let status = known.row.status.step(Step::Introduce)?;
    let next = Match { status, introduced_at: Some(deed.now()), ..known.row.clone() };
    let introduced = write(deed, Step::Introduce, &known, next, &said)?;
    letters::introduced(deed, &introduced)
}

/// The caller's side wants to go on; it is agreed when both do. Saying so again changes nothing.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Stale`, `Invalid`.
pub fn agree(deed: &mut Deed<'_>, id: MatchId, version: Option<i32>, body: &Remark) -> Result<(), Failure> {
    let known = takes(deed, id, Step::Agree, version)?;
    let said = body.parse(Step::Agree)?;
    known.row.status.step(Step::Agree)?;
    let side = own_side(deed.by(), &known)?;
    if known.row.agreement().of(side) {
        return Ok(());
    }
    let mut next = known.row.clone();
    next.agree(side, deed.now());
    next.status = next.agreement().status();
    let news = if next.status == Status::Agreed { News::Agreed } else { News::HalfAgreed };
    let answered = write(deed, Step::Agree, &known, next, &said)?;
    letters::answered(deed, &answered, news)
}

/// The side of a match on which the caller stands.
fn own_side(by: &Actor, known: &Known) -> Result<Side, Failure> {
    let organization = by.member().map(|member| member.organization);
    organization.and_then(|own| known.side_of(own)).ok_or(Failure::Forbidden("parties_only"))
}
