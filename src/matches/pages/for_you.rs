//! `/for-you`: for a vendor, the open challenges that its solutions answer best. Made for a phone between two meetings.

use actix_web::web::Data;
use askama::Template;

use super::why::Why;
use super::{ChallengeLine, bounded};
use crate::challenges;
use crate::db::DbConn;
use crate::failure::Failure;
use crate::matches::Ranking;
use crate::matches::candidates::{self, Asked};
use crate::policy::Actor;
use crate::proposals::{self, InvitationView};
use crate::solutions::SolutionId;
use crate::web::forms::{Choice, FieldView, FormView, Typed};
use crate::web::{Answer, Shell, Visit, page};

/// Challenges shown at first, and at most.
const PLACES: usize = 10;
const MOST_PLACES: usize = 50;

struct Row {
    rank: usize,
    challenge: ChallengeLine,
    /// The own solution that fits it best: the page of what fits it, and its name.
    solution: (String, String),
    why: Why,
}

#[derive(Template)]
#[template(path = "matches/templates/for_you.html")]
struct ForYou {
    shell: Shell,
    rows: Vec<Row>,
    /// Open challenges to which the reader was invited and has not proposed yet.
    invited: Vec<InvitationView>,
    /// Own solutions to choose between; none of one alone.
    solution: Option<FieldView>,
    /// Whether there is a published solution at all.
    has_solutions: bool,
    /// Why nothing can be ranked yet.
    barred: Option<String>,
    more: String,
}

/// The invitations that still wait for a proposal, the latest first.
fn invited(conn: &mut DbConn, actor: &Actor) -> Result<Vec<InvitationView>, Failure> {
    let mut waiting = Vec::new();
    for one in proposals::invitations_of(conn, actor)? {
        let open = challenges::brief(conn, actor, one.challenge_id)?.status == challenges::Status::Open;
        let begun = proposals::involved(conn, one.challenge_id)?;
        let own = actor.member().is_some_and(|member| begun.contains(&member.organization));
        if open && !own {
            waiting.push(one);
        }
    }
    Ok(waiting)
}

/// `GET /for-you`
///
/// # Errors
/// `Unauthenticated`; `Forbidden` for others than vendors.
pub async fn for_you(visit: Visit, ranking: Data<Ranking>) -> Answer {
    if visit.member()?.kind != crate::accounts::OrganizationKind::Vendor {
        return Err(Failure::Forbidden("vendors_only"));
    }
    let limit = bounded(visit.query("limit"), 1, MOST_PLACES, PLACES);
    let only: Option<SolutionId> = visit.query("solution").and_then(|id| id.parse().ok());
    let today = visit.services().clock().now().japan_date();
    let asked = Asked { limit: limit.saturating_add(1), weights: None, today };
    let index = ranking.clone();
    let found =
        visit.read(move |conn, actor| candidates::for_vendor(conn, actor, &index, (only, &asked))).await;
    let shell = visit.shell("matches.for_you.title");
    let ((mut found, own), barred) = match found {
        Ok(found) => (found, None),
        // A vendor that still waits shall read so here, where it looks for challenges.
        Err(Failure::Forbidden(code)) => {
            ((Vec::new(), Vec::new()), Some(shell.t(&format!("problem.forbidden.{code}"))))
        }
        Err(failure) => return Err(failure),
    };
    let more = found.len() > limit && limit < MOST_PLACES;
    found.truncate(limit);
    let rows = found.iter().enumerate().map(|(at, fitting)| Row {
        rank: at.saturating_add(1),
        why: Why::of_place(&shell, &fitting.ranked.challenge.id.to_string(), &fitting.ranked.place),
        challenge: ChallengeLine::of(&shell, &fitting.ranked.challenge, today),
        solution: (format!("/solutions/{}/matches", fitting.solution.id), fitting.solution.name.clone()),
    });
    let rows: Vec<Row> = rows.collect();
    let mut typed = Typed::new();
    typed.set("solution", only.map(|id| id.to_string()).unwrap_or_default());
    let form = FormView::new(visit.locale(), "matches.for_you.form", typed);
    let choices: Vec<Choice> =
        own.iter().map(|card| Choice::new(card.id.to_string(), card.name.clone())).collect();
    let choosing = (own.len() > 1).then(|| {
        form.field("solution").options(choices).empty_choice(shell.t("matches.for_you.all_solutions"))
    });
    let next = limit.saturating_add(PLACES).min(MOST_PLACES);
    let only = only.map(|id| format!("&solution={id}")).unwrap_or_default();
    let shown = ForYou {
        rows,
        invited: visit.read(invited).await?,
        solution: choosing,
        has_solutions: !own.is_empty(),
        barred,
        more: if more { format!("/for-you?limit={next}{only}") } else { String::new() },
        shell,
    };
    page::html(200, &shown)
}
