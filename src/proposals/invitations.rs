//! Invitations to propose: a municipality or its bureau asks the vendor of a ranked solution, and the vendor sees why.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::view::VendorView;
use super::{InvitationId, letters, store};
use crate::accounts::{MemberId, OrganizationId};
use crate::audit::{self, Event, digest};
use crate::challenges::{self, Brief, ChallengeId};
use crate::db::schema::{organizations, proposal_invitations, solutions as solution_rows};
use crate::db::{Both, DbConn, Json, MultiBackend, Timestamp};
use crate::failure::Failure;
use crate::fields::{self, Invalid};
use crate::matches::{self, Explanation, Ranking};
use crate::policy::{self, Action, Actor, Openness};
use crate::services::Deed;
use crate::solutions::{self, SolutionId};

/// Characters of the word that goes with an invitation.
pub(super) const NOTE: usize = 500;

/// Who is invited.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProposalInvitationForm)]
pub struct InvitationForm {
    /// The solution whose vendor is asked; in the catalogue.
    #[schema(value_type = String, format = Uuid)]
    pub solution_id: Option<String>,
    /// A word for the vendor, up to 500 characters.
    pub note: Option<String>,
}

/// An invitation as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ProposalInvitation)]
pub struct InvitationView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: InvitationId,
    /// The challenge.
    #[schema(value_type = String, format = Uuid)]
    pub challenge_id: ChallengeId,
    /// 題名
    pub challenge: String,
    /// The solution.
    #[schema(value_type = String, format = Uuid)]
    pub solution_id: SolutionId,
    /// Its name.
    pub solution: String,
    /// Who offers it.
    pub vendor: VendorView,
    /// A word for the vendor.
    pub note: Option<String>,
    /// Why, in a sentence in the reader's language.
    pub reason: String,
    /// The score and its reasons as they were when the vendor was invited.
    pub explanation: Explanation,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = proposal_invitations, check_for_backend(MultiBackend))]
struct Row {
    id: InvitationId,
    challenge_id: ChallengeId,
    solution_id: SolutionId,
    organization_id: OrganizationId,
    invited_by: Option<MemberId>,
    note: Option<String>,
    explanation: Json<Explanation>,
    created_at: Timestamp,
}

/// Invites the vendor of a solution to propose; whether it was not invited before. A second time changes and sends
/// nothing.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Conflict` (`proposals_closed`).
pub(super) fn invite(
    deed: &mut Deed<'_>,
    ranking: &Ranking,
    challenge: ChallengeId,
    form: &InvitationForm,
) -> Result<(InvitationView, bool), Failure> {
    let by = deed.by().clone();
    let brief = challenges::brief(deed.conn(), &by, challenge)?;
    policy::require(&by, Action::See, &brief.subject)?;
    policy::require(&by, Action::SuggestMatch, &brief.subject)?;
    let solution = asked_solution(deed, &by, form)?;
    let note = fields::prose(form.note.as_deref().unwrap_or_default(), NOTE);
    let note = note.map_err(|invalid| Failure::field("/note", invalid))?;
    let instant = deed.database_now()?;
    if !store::takes_proposals(&brief, instant) {
        return Err(Failure::Conflict("proposals_closed"));
    }
    let now = deed.now();
    let card = solutions::cards(deed.conn(), &[solution])?.remove(&solution).ok_or(Failure::NotFound)?;
    let row = Row {
        id: InvitationId::new(),
        challenge_id: challenge,
        solution_id: solution,
        organization_id: card.vendor.id,
        invited_by: by.member().map(|member| member.member),
        note: (!note.is_empty()).then_some(note),
        explanation: Json(matches::why(deed.conn(), ranking, &brief, solution, now.japan_date())?),
        created_at: now,
    };
    let statement = diesel::insert_into(proposal_invitations::table)
        .values(&row)
        .on_conflict((proposal_invitations::challenge_id, proposal_invitations::solution_id))
        .do_nothing();
    let new = Both(statement).execute(deed.conn())? == 1;
    if new {
        tell(deed, &brief, &row, &card.name)?;
    }
    let shown = of_pair(deed.conn(), &by, challenge, solution)?.ok_or(Failure::NotFound)?;
    Ok((shown, new))
}

fn asked_solution(deed: &mut Deed<'_>, by: &Actor, form: &InvitationForm) -> Result<SolutionId, Failure> {
    let unknown = || Failure::field("/solution_id", Invalid::new("no_such_solution"));
    let text = form.solution_id.as_deref();
    let text = text.ok_or_else(|| Failure::field("/solution_id", Invalid::new("required")))?;
    let id: SolutionId = text.trim().parse().map_err(|_| unknown())?;
    let subject = match solutions::subject(deed.conn(), id) {
        Err(Failure::NotFound) => return Err(unknown()),
        other => other?,
    };
    if subject.openness == Openness::Public && policy::allows(by, Action::See, &subject) {
        Ok(id)
    } else {
        Err(unknown())
    }
}

fn tell(deed: &mut Deed<'_>, brief: &Brief, row: &Row, solution: &str) -> Result<(), Failure> {
    let event = Event::new("proposal.invite", "challenge", brief.id.0)
        .in_prefecture(brief.subject.prefecture)
        .change(
            None,
            json!({"solution": row.solution_id, "note": row.note.as_deref().map(digest), "score": row.explanation.0.score}),
        );
    audit::record(deed, event)?;
    let note = row.note.as_deref().unwrap_or("-");
    letters::invited(deed, brief, (row.organization_id, solution), &row.explanation.0.reason, note)
}

type Joined = (Row, String, String);

fn shown(
    conn: &mut DbConn,
    actor: &Actor,
    (row, solution, vendor): Joined,
) -> Result<InvitationView, Failure> {
    let title = challenges::brief(conn, actor, row.challenge_id)?.title;
    let explanation = row.explanation.0;
    Ok(InvitationView {
        id: row.id,
        challenge_id: row.challenge_id,
        challenge: title,
        solution_id: row.solution_id,
        solution,
        vendor: VendorView { id: row.organization_id, name: vendor },
        note: row.note,
        reason: explanation.reason.in_locale(actor.locale()).to_owned(),
        explanation,
        created_at: row.created_at,
    })
}

macro_rules! joined {
    () => {
        proposal_invitations::table
            .inner_join(solution_rows::table.inner_join(organizations::table))
            .order((proposal_invitations::created_at.desc(), proposal_invitations::id))
            .select((Row::as_select(), solution_rows::name, organizations::name))
    };
}

fn of_pair(
    conn: &mut DbConn,
    actor: &Actor,
    challenge: ChallengeId,
    solution: SolutionId,
) -> Result<Option<InvitationView>, Failure> {
    let found: Option<Joined> = joined!()
        .filter(proposal_invitations::challenge_id.eq(challenge))
        .filter(proposal_invitations::solution_id.eq(solution))
        .first(conn)
        .optional()?;
    found.map(|row| shown(conn, actor, row)).transpose()
}

/// The invitations to propose for a challenge, the latest first: all for its municipality and bureau, a vendor's own.
///
/// # Errors
/// `NotFound`, `Unauthenticated`.
pub(super) fn on(conn: &mut DbConn, actor: &Actor, id: ChallengeId) -> Result<Vec<InvitationView>, Failure> {
    let brief = challenges::brief(conn, actor, id)?;
    policy::require(actor, Action::See, &brief.subject)?;
    let own = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?.organization;
    let all = policy::allows(actor, Action::SeeModeration, &brief.subject);
    let rows: Vec<Joined> = joined!().filter(proposal_invitations::challenge_id.eq(id)).load(conn)?;
    let seen = rows.into_iter().filter(|(row, _, _)| all || row.organization_id == own);
    seen.map(|row| shown(conn, actor, row)).collect()
}

/// What the reader's organization was invited to, the latest first.
///
/// # Errors
/// `Unauthenticated`.
pub fn of_reader(conn: &mut DbConn, actor: &Actor) -> Result<Vec<InvitationView>, Failure> {
    let own = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?.organization;
    let rows: Vec<Joined> = joined!().filter(proposal_invitations::organization_id.eq(own)).load(conn)?;
    rows.into_iter().map(|row| shown(conn, actor, row)).collect()
}
