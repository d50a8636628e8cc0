//! `/challenges/{id}/matches` and `/solutions/{id}/matches`: what fits, best first, each place with its reasons.

use std::collections::HashMap;

use actix_web::web::{Data, Path};
use askama::Template;

use super::why::{Why, newcomer_remark};
use super::{ChallengeLine, SolutionLine, bounded, id_of};
use crate::challenges::{self, ChallengeId};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::matches::candidates::{self, Asked, Places, RankedSolution};
use crate::matches::store::{self, Filter};
use crate::matches::{MatchId, Ranking, Remark, Status, Suggestion, actions};
use crate::matching::{ComponentName, Weights};
use crate::policy::{self, Action, Actor};
use crate::solutions::{self, SolutionId};
use crate::web::forms::{FormError, FormView, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page};

/// Places shown at first, with each further page, and at most.
const PLACES: usize = 10;
const MOST_PLACES: usize = 50;

/// A weight as a slider of a page, 0 to 100.
struct Slider {
    name: String,
    label: String,
    hint: String,
    value: String,
}

/// A solution in its place, with what can be done.
struct Row {
    rank: usize,
    solution: SolutionLine,
    why: Why,
    /// The match that the pair has.
    known: Option<Known>,
}

struct Known {
    href: String,
    status: Status,
}

#[derive(Template)]
#[template(path = "matches/templates/challenge_matches.html")]
struct ChallengeMatches {
    shell: Shell,
    challenge: ChallengeLine,
    rows: Vec<Row>,
    candidates: usize,
    sliders: Vec<Slider>,
    /// Whether the weights are others than the configured ones.
    adjusted: bool,
    /// What is wrong with the weights, or with what was sent.
    errors: Vec<FormError>,
    newcomers: String,
    /// Whether the reader may bring a pair together, and say no to it.
    may_suggest: bool,
    may_dismiss: bool,
    /// Whether the vendor may be invited to propose, and where that goes.
    may_invite: bool,
    invite: String,
    /// Where more places are, empty when these are all.
    more: String,
    /// The solution whose form was refused, and what was typed there.
    refused: Option<(String, String)>,
}

impl ChallengeMatches {
    /// What was typed into the refused form of a solution.
    fn typed_for(&self, solution: &str) -> Option<String> {
        self.refused.as_ref().filter(|(refused, _)| refused == solution).map(|(_, typed)| typed.clone())
    }
}

/// What the page of a challenge's ranking reads.
struct Found {
    brief: challenges::Card,
    places: Places<RankedSolution>,
    known: HashMap<SolutionId, (MatchId, Status)>,
    may_suggest: bool,
    may_dismiss: bool,
    may_invite: bool,
}

fn find(
    conn: &mut DbConn,
    actor: &Actor,
    ranking: &Ranking,
    (id, asked): (ChallengeId, &Asked),
) -> Result<Found, Failure> {
    let places = candidates::solutions_for(conn, actor, ranking, (id, asked))?;
    let subject = challenges::brief(conn, actor, id)?.subject;
    let brief = challenges::cards(conn, actor, &[id])?.remove(&id).ok_or(Failure::NotFound)?;
    let invites = brief.status == challenges::Status::Open;
    let takes = matches!(brief.status, challenges::Status::Open | challenges::Status::Closed);
    let filter = Filter { challenge: Some(id), ..Filter::default() };
    let rows = store::list(conn, &policy::match_scope(actor)?, &filter, None, MOST_KNOWN)?;
    let known = rows.into_iter().map(|known| (known.row.solution_id, (known.row.id, known.row.status)));
    Ok(Found {
        brief,
        places,
        known: known.collect(),
        may_suggest: takes && policy::allows(actor, Action::SuggestMatch, &subject),
        may_dismiss: takes && policy::allows(actor, Action::Moderate, &subject),
        may_invite: invites && policy::allows(actor, Action::SuggestMatch, &subject),
    })
}

/// Matches of one challenge that a page looks at, at most.
const MOST_KNOWN: i64 = 1_000;

/// `GET /challenges/{id}/matches`
///
/// # Errors
/// `NotFound`, `Unauthenticated`, `Forbidden`.
pub async fn for_challenge(visit: Visit, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    shown(&visit, &ranking, id_of(&path)?, FieldErrors::new(), None).await
}

/// The page, with what is wrong with what was sent.
async fn shown(
    visit: &Visit,
    ranking: &Data<Ranking>,
    id: ChallengeId,
    errors: FieldErrors,
    refused: Option<(String, String)>,
) -> Answer {
    visit.member()?;
    let (asked, mut wrong) = asked(visit, ranking)?;
    let refused_weights = !wrong.is_empty();
    for (pointer, invalid) in errors.iter() {
        wrong.add(pointer, invalid.clone());
    }
    let limit = asked.limit;
    let (weights, today) = (asked.weights, asked.today);
    let index = ranking.clone();
    let found = visit.read(move |conn, actor| find(conn, actor, &index, (id, &asked))).await?;
    let status = if wrong.is_empty() { 200 } else { 422 };
    let shell = visit.shell("matches.ranked.title");
    let title = shell.tf("matches.ranked.title_of", &[("title", found.brief.title.clone())]);
    let shell = shell.titled(title);
    let all = found.places.items.len() < limit || limit >= MOST_PLACES;
    let rows = found.places.items.into_iter().map(|item| {
        let known = found.known.get(&item.solution.id);
        Row {
            rank: item.place.rank,
            why: Why::of_place(&shell, &item.solution.id.to_string(), &item.place),
            known: known.map(|(id, status)| Known { href: format!("/matches/{id}"), status: *status }),
            solution: SolutionLine::of(&shell, &item.solution),
        }
    });
    let rows: Vec<Row> = rows.collect();
    let form = FormView::new(visit.locale(), "matches.form", Typed::new()).with_errors(wrong);
    let listed = ChallengeMatches {
        challenge: ChallengeLine::of(&shell, &found.brief, today),
        rows,
        candidates: found.places.candidates,
        sliders: sliders(&shell, found.places.weights),
        adjusted: weights.is_some() || refused_weights,
        errors: form.errors(),
        newcomers: newcomer_remark(shell.locale),
        may_suggest: found.may_suggest,
        may_dismiss: found.may_dismiss,
        may_invite: found.may_invite,
        invite: format!("/challenges/{id}/invitations"),
        more: if all { String::new() } else { more(visit, limit) },
        refused,
        shell,
    };
    page::html(status, &listed)
}

/// How the ranking is asked for; weights that cannot be used are named, and the usual ones taken.
fn asked(visit: &Visit, ranking: &Ranking) -> Result<(Asked, FieldErrors), Failure> {
    let typed = ComponentName::ALL.iter().map(|name| (*name, visit.query(&format!("weights.{name}"))));
    let typed: Vec<(ComponentName, Option<String>)> = typed.collect();
    let overrides: Vec<_> = typed.iter().map(|(name, text)| (*name, text)).collect();
    let (weights, errors) = match candidates::weights(ranking, &overrides) {
        Ok(weights) => (weights, FieldErrors::new()),
        Err(Failure::Invalid(errors)) => (None, errors),
        Err(other) => return Err(other),
    };
    let limit = bounded(visit.query("limit"), 1, MOST_PLACES, PLACES);
    let today = visit.services().clock().now().japan_date();
    Ok((Asked { limit, weights, today }, errors))
}

fn sliders(shell: &Shell, weights: Weights) -> Vec<Slider> {
    let slider = |name: &ComponentName| Slider {
        name: name.to_string(),
        label: shell.name("matching.component", name),
        hint: shell.name("matches.component_hint", name),
        value: format!("{:.0}", weights.of(*name) * 100.0),
    };
    ComponentName::ALL.iter().map(slider).collect()
}

/// This page with one page more of places.
fn more(visit: &Visit, limit: usize) -> String {
    let pairs = url::form_urlencoded::parse(visit.request().query_string().as_bytes());
    let kept = pairs.filter(|(name, _)| name != "limit");
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("limit", &limit.saturating_add(PLACES).min(MOST_PLACES).to_string())
        .finish();
    format!("{}?{query}", visit.request().path())
}

/// `POST /challenges/{id}/matches`: brings a pair together, or says no to it with a reason.
///
/// # Errors
/// Those of suggesting and dismissing.
pub async fn bring_together(sent: Sent, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    let id: ChallengeId = id_of(&path)?;
    let (typed, visit) = (&sent.typed, &sent.visit);
    let solution = typed.get("solution_id").to_owned();
    let suggestion = Suggestion {
        challenge_id: Some(id.to_string()),
        solution_id: Some(solution.clone()),
        note: typed.text("note"),
    };
    let no = typed.get("act") == "dismiss";
    let remark = Remark { reason: typed.text("reason"), note: None };
    let index = ranking.clone();
    let done = sent.once(move |deed| {
        let (made, _) = actions::suggest(deed, &index, &suggestion)?;
        if no {
            actions::dismiss(deed, made, None, &remark)?;
            return Ok(format!("/challenges/{id}/matches"));
        }
        Ok(format!("/matches/{made}"))
    });
    match done.await {
        Ok(path) => {
            let said = if no { "match_dismissed" } else { "match_suggested" };
            Ok(visit.go_saying(path, &Flash::said(said)))
        }
        Err(Failure::Invalid(errors)) => {
            let typed = typed.get(if no { "reason" } else { "note" }).to_owned();
            shown(visit, &ranking, id, errors, Some((solution, typed))).await
        }
        Err(failure) => Err(failure),
    }
}

/// A challenge in its place.
struct ChallengeRow {
    rank: usize,
    challenge: ChallengeLine,
    why: Why,
}

#[derive(Template)]
#[template(path = "matches/templates/solution_matches.html")]
struct SolutionMatches {
    shell: Shell,
    solution: SolutionLine,
    rows: Vec<ChallengeRow>,
    candidates: usize,
    sliders: Vec<Slider>,
    adjusted: bool,
    errors: Vec<FormError>,
    more: String,
}

/// `GET /solutions/{id}/matches`
///
/// # Errors
/// `NotFound`, `Unauthenticated`, `Forbidden`.
pub async fn for_solution(visit: Visit, ranking: Data<Ranking>, path: Path<String>) -> Answer {
    let id: SolutionId = id_of(&path)?;
    visit.member()?;
    let (asked, wrong) = asked(&visit, &ranking)?;
    let (weights, limit, today) = (asked.weights, asked.limit, asked.today);
    let index = ranking.clone();
    let (places, card) = visit
        .read(move |conn, actor| {
            let places = candidates::challenges_for(conn, actor, &index, (id, &asked))?;
            let card = solutions::cards(conn, &[id])?.remove(&id).ok_or(Failure::NotFound)?;
            Ok((places, card))
        })
        .await?;
    let shell = visit.shell("matches.for_solution.title");
    let title = shell.tf("matches.for_solution.title_of", &[("name", card.name.clone())]);
    let shell = shell.titled(title);
    let all = places.items.len() < limit || limit >= MOST_PLACES;
    let rows = places.items.iter().map(|item| ChallengeRow {
        rank: item.place.rank,
        why: Why::of_place(&shell, &item.challenge.id.to_string(), &item.place),
        challenge: ChallengeLine::of(&shell, &item.challenge, today),
    });
    let rows: Vec<ChallengeRow> = rows.collect();
    let status = if wrong.is_empty() { 200 } else { 422 };
    let adjusted = weights.is_some() || !wrong.is_empty();
    let form = FormView::new(visit.locale(), "matches.form", Typed::new()).with_errors(wrong);
    let listed = SolutionMatches {
        solution: SolutionLine::of(&shell, &card),
        rows,
        candidates: places.candidates,
        sliders: sliders(&shell, places.weights),
        adjusted,
        errors: form.errors(),
        more: if all { String::new() } else { more(&visit, limit) },
        shell,
    };
    page::html(status, &listed)
}
