//! A round in short: as a card of a list, and as what other concepts need to know of it.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::RoundId;
use super::states::Status;
use super::store::{self, Round};
use super::windows::{WindowKind, WindowState, Windows};
use crate::challenges::ChallengeId;
use crate::db::schema::rounds;
use crate::db::{DbConn, Timestamp};
use crate::failure::Failure;
use crate::policy::{self, Action, Actor};

/// One round in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RoundCard {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: RoundId,
    /// The bureau that runs it.
    pub bureau: String,
    /// Where it stands.
    pub status: Status,
    /// 題名
    pub title: String,
    /// Its windows.
    pub windows: Windows,
    /// The windows that are open now.
    pub open: Vec<WindowKind>,
    /// How many challenges take part that the caller may see.
    pub challenges: i64,
}

impl RoundCard {
    /// `round` at an instant.
    pub(super) fn of(round: &Round, challenges: i64, now: Timestamp) -> Self {
        Self {
            id: round.id,
            bureau: round.bureau.clone(),
            status: round.status,
            title: round.title.clone(),
            windows: round.windows(),
            open: WindowKind::ALL.iter().copied().filter(|kind| round.is_open(*kind, now)).collect(),
            challenges,
        }
    }
}

/// Cards with the number of challenges that take part.
pub(super) fn cards(conn: &mut DbConn, rows: &[Round], now: Timestamp) -> Result<Vec<RoundCard>, Failure> {
    let ids: Vec<RoundId> = rows.iter().map(|round| round.id).collect();
    let counts = store::counts(conn, &ids)?;
    let count = |id: RoundId| counts.iter().find(|(one, _)| *one == id).map_or(0, |(_, count)| *count);
    Ok(rows.iter().map(|round| RoundCard::of(round, count(round.id), now)).collect())
}

/// The announced rounds whose last window is not over, those with the nearest turn first.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn open_rounds(conn: &mut DbConn, now: Timestamp, limit: i64) -> Result<Vec<RoundCard>, Failure> {
    let rows: Vec<Round> = rounds::table
        .filter(rounds::status.eq(Status::Announced))
        .order((rounds::next_turn_at, rounds::id))
        .limit(limit)
        .select(Round::as_select())
        .load(conn)?;
    cards(conn, &rows, now)
}

/// The round in which a challenge takes part, as far as `actor` may see it.
///
/// # Errors
/// `Internal` when it cannot be read.
pub fn round_of(
    conn: &mut DbConn,
    actor: &Actor,
    challenge: ChallengeId,
) -> Result<Option<(RoundId, String)>, Failure> {
    let found = store::of_challenge(conn, challenge)?;
    let seen = found.filter(|round| policy::allows(actor, Action::See, &round.subject()));
    Ok(seen.map(|round| (round.id, round.title)))
}

/// The rounds of a bureau into which a challenge can be put now.
///
/// # Errors
/// `Internal` when they cannot be read.
pub fn taking_challenges(
    conn: &mut DbConn,
    bureau: &str,
    now: Timestamp,
) -> Result<Vec<(RoundId, String)>, Failure> {
    let rows: Vec<Round> = rounds::table
        .filter(rounds::status.eq(Status::Announced))
        .filter(rounds::bureau.eq(bureau))
        .order(rounds::id)
        .select(Round::as_select())
        .load(conn)?;
    let open = |round: &Round| round.windows().challenges.state(now) == WindowState::Open;
    Ok(rows.into_iter().filter(open).map(|round| (round.id, round.title)).collect())
}
