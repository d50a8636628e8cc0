//! What of a round is shown to whom.

use serde::Serialize;
use utoipa::ToSchema;

use super::RoundId;
use super::states::{Status, Step};
use super::store::Round;
use super::windows::{Days, WindowKind, WindowState};
use crate::accounts::OrganizationId;
use crate::db::Timestamp;
use crate::policy::{self, Action, Actor};

/// A round as one reader sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoundView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: RoundId,
    /// The organization of the bureau that runs it.
    #[schema(value_type = String, format = Uuid)]
    pub organization: OrganizationId,
    /// The bureau's slug.
    pub bureau: String,
    /// Where it stands.
    pub status: Status,
    /// Counts every write; the ETag.
    pub version: i32,
    /// 題名
    pub title: String,
    /// 説明
    pub description: String,
    /// When municipalities enter challenges.
    pub challenges: WindowView,
    /// When vendors propose.
    pub proposals: WindowView,
    /// When sessions are held.
    pub sessions: WindowView,
    /// How many proposers a challenge hears.
    pub sessions_per_challenge: i32,
    /// How many sessions one vendor gets at most.
    pub sessions_per_vendor: i32,
    /// Minutes of a session.
    pub session_minutes: i32,
    /// The windows that are open now.
    pub open: Vec<WindowKind>,
    /// The next instant at which a window opens or closes.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_turn_at: Option<Timestamp>,
    /// When it was announced.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub announced_at: Option<Timestamp>,
    /// When the municipalities of the region were last asked for their needs.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub surveyed_at: Option<Timestamp>,
    /// When it ended or was called off.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Why it was called off.
    pub reason: Option<String>,
    /// The steps that are legal now and allowed to the caller.
    pub steps: Vec<Step>,
}

/// A window with its instants.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RoundWindow)]
pub struct WindowView {
    /// Its days in Japan, both included.
    #[serde(flatten)]
    pub days: Days,
    /// The instant at which it opens.
    #[schema(value_type = String, format = DateTime)]
    pub opens_at: Timestamp,
    /// The instant at which it closes.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Timestamp,
    /// Where it stands.
    pub state: WindowState,
}

impl RoundView {
    /// `round` as `actor` sees it at an instant.
    pub fn of(actor: &Actor, round: &Round, now: Timestamp) -> Self {
        let window = |kind| {
            let days = round.days(kind);
            let (opens_at, closes_at) = (days.opens_at(), days.closes_at());
            WindowView { days, opens_at, closes_at, state: days.state(now) }
        };
        let runs = policy::allows(actor, Action::RunRound, &round.subject());
        Self {
            id: round.id,
            organization: round.organization_id,
            bureau: round.bureau.clone(),
            status: round.status,
            version: round.version,
            title: round.title.clone(),
            description: round.description.clone(),
            challenges: window(WindowKind::Challenges),
            proposals: window(WindowKind::Proposals),
            sessions: window(WindowKind::Sessions),
            sessions_per_challenge: round.sessions_per_challenge,
            sessions_per_vendor: round.sessions_per_vendor,
            session_minutes: round.session_minutes,
            open: WindowKind::ALL.iter().copied().filter(|kind| round.is_open(*kind, now)).collect(),
            next_turn_at: round.next_turn_at,
            announced_at: round.announced_at,
            surveyed_at: round.surveyed_at,
            ended_at: round.ended_at,
            reason: round.reason.clone(),
            steps: round.status.legal_steps().filter(|_| runs).collect(),
        }
    }
}
