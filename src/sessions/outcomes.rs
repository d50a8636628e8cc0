//! What came of a session, as each of its parties says: on its page, or by one click from a mail.

use serde::Deserialize;
use utoipa::ToSchema;

use super::states::{Outcome, Step};
use super::store::{self, Session};
use super::{RoundSessionId, actions, view};
use crate::accounts::links::{self, Dead, Purpose};
use crate::accounts::{OrganizationId, Secret};
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::fields::{self, FieldErrors, Invalid};
use crate::policy::{self, Action};
use crate::rounds::{self, Round};
use crate::services::Deed;

/// Characters of a reason.
const REASON: usize = 1_000;

/// What a party says.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionOutcomeForm, example = json!({"outcome": "pilot", "reason": "冬の間に1路線で試す"}))]
pub struct OutcomeForm {
    /// `continue`, `pilot` or `no`.
    #[schema(value_type = Outcome)]
    pub outcome: Option<String>,
    /// Why, up to 1,000 characters; `no` by a signed-in member needs one.
    pub reason: Option<String>,
    /// With `POST session-outcomes` only: the token of the mailed link.
    pub token: Option<String>,
}

impl OutcomeForm {
    fn parse(&self, no_needs_reason: bool) -> Result<(Outcome, Option<String>), FieldErrors> {
        let mut errors = FieldErrors::new();
        let outcome = self.outcome.as_deref().ok_or_else(|| Invalid::new("required"));
        let outcome = errors.keep("/outcome", outcome.and_then(Outcome::parse));
        let reason =
            errors.keep("/reason", fields::prose(self.reason.as_deref().unwrap_or_default(), REASON));
        let reason = reason.filter(|text| !text.is_empty());
        if no_needs_reason && outcome == Some(Outcome::No) && reason.is_none() && errors.is_empty() {
            errors.add("/reason", Invalid::new("required"));
        }
        match outcome {
            Some(outcome) if errors.is_empty() => Ok((outcome, reason)),
            _ => Err(errors),
        }
    }
}

/// Records what the caller's side says; saying it again replaces it.
///
/// # Errors
/// `NotFound`, `Forbidden` for all but its parties, `IllegalStep` before its time is over, `Stale`, `Invalid`.
pub fn record(
    deed: &mut Deed<'_>,
    id: RoundSessionId,
    version: Option<i32>,
    form: &OutcomeForm,
) -> Result<(), Failure> {
    let session = store::lock(deed.conn(), id)?;
    let by = deed.by().clone();
    let round = rounds::seen(deed.conn(), &by, session.round_id)?;
    let subject = view::subject(&round, &session);
    policy::require(&by, Action::See, &subject)?;
    policy::require(&by, Action::RecordOutcome, &subject)?;
    if version.is_some_and(|version| version != session.version) {
        return Err(Failure::Stale { current: session.version });
    }
    session.status.step(Step::RecordOutcome)?;
    let said = form.parse(true)?;
    let side = by.member().map(|member| member.organization).ok_or(Failure::Forbidden("parties_only"))?;
    write(deed, &round, &session, (side, said))
}

/// Records what the holder of a mailed link says for the side to which it was mailed; the link is used up.
///
/// # Errors
/// `Invalid` with every wrong field, at `/token` for a link that does not act.
pub fn record_by_link(deed: &mut Deed<'_>, form: &OutcomeForm) -> Result<(), Failure> {
    let said = form.parse(false)?;
    let token = form.token.as_deref().ok_or_else(|| Failure::field("/token", Invalid::new("required")))?;
    let token = Secret::parse(token).map_err(|invalid| Failure::field("/token", invalid))?;
    let target = links::redeem(deed, Purpose::SessionOutcome, &token)?;
    let session = store::lock(deed.conn(), RoundSessionId(target.subject))?;
    let by = deed.by().clone();
    let round = rounds::seen(deed.conn(), &by, session.round_id)?;
    policy::require(&by, Action::RecordOutcome, &view::subject(&round, &session))?;
    session.status.step(Step::RecordOutcome)?;
    let side = store::organization_of(deed.conn(), &target.email)?.ok_or(Dead::Unknown)?;
    write(deed, &round, &session, (side, said))
}

fn write(
    deed: &mut Deed<'_>,
    round: &Round,
    session: &Session,
    (side, (outcome, reason)): (OrganizationId, (Outcome, Option<String>)),
) -> Result<(), Failure> {
    let mut next = session.clone();
    let now = deed.now();
    if side == session.municipality_id {
        next.municipality_outcome = Some(outcome);
        next.municipality_reason = reason;
        next.municipality_recorded_at = Some(now);
    } else if side == session.vendor_id {
        next.vendor_outcome = Some(outcome);
        next.vendor_reason = reason;
        next.vendor_recorded_at = Some(now);
    } else {
        return Err(Dead::Unknown.into());
    }
    actions::finish(deed, round, session, next, ("session.record_outcome", Step::RecordOutcome))?;
    Ok(())
}

/// The session that a link asks about, without using it.
///
/// # Errors
/// `Internal` when rows cannot be read; the inner [`Dead`] when the link does not act.
pub(super) fn asked(
    conn: &mut DbConn,
    now: Timestamp,
    token: &Secret,
) -> Result<Result<Session, Dead>, Failure> {
    match links::peek(conn, now, Purpose::SessionOutcome, token)? {
        Ok(target) => Ok(Ok(store::find(conn, RoundSessionId(target.subject))?)),
        Err(dead) => Ok(Err(dead)),
    }
}
