//! What fits: solutions for a challenge, challenges for a solution, challenges like a challenge.
//!
//! A ranking is a question; it makes no match. It shows only what the asker may see: rankings of solutions hold what is
//! in the catalogue, rankings and likenesses of challenges keep to visibility and anonymity.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Explanation, Ranking, store, veil};
use crate::accounts::Locale;
use crate::challenges::{self, ChallengeId};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::matching::{ChallengeDoc, ComponentName, Query, Ranked, SolutionDoc, Weights};
use crate::policy::{self, Action, Actor};
use crate::solutions::{self, SolutionId, SolutionStatus};

use super::explanation::ComponentView;

/// How a ranking is asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// How many places, 1 to 50.
    pub(super) limit: usize,
    /// Weights other than the configured ones, already normalised.
    pub(super) weights: Option<Weights>,
    /// The day on which evidence is weighed.
    pub(super) today: NaiveDate,
}

impl Asked {
    fn query<Id>(&self) -> Query<'static, Id> {
        let query = Query::new(self.today, self.limit);
        match self.weights {
            Some(weights) => query.weights(weights),
            None => query,
        }
    }
}

/// One place in a ranking.
#[derive(Debug, Serialize, ToSchema)]
pub struct Place {
    /// The place shown, from 1.
    pub(super) rank: usize,
    /// Eligibility times the sum of the contributions, 0 to 1.
    pub(super) score: f64,
    /// Whether the solution has no operation-stage deployment anywhere and is good enough without one.
    pub(super) newcomer: bool,
    /// Whether it stands here by the share that is kept for newcomers and not by its score.
    pub(super) kept_place: bool,
    /// 1, or less where the vendor does not serve the place or the solution denies what is asked for.
    pub(super) eligibility: f64,
    /// Why the factor is below 1.
    #[schema(value_type = Option<Object>)]
    pub(super) eligibility_reason: Option<serde_json::Value>,
    /// What the challenge asks for and the solution's own words deny, and how much that matters.
    #[schema(value_type = Object)]
    pub(super) denied: serde_json::Value,
    /// The components in their fixed order.
    pub(super) components: Vec<ComponentView>,
    /// The reasons in a sentence, in the reader's language.
    pub(super) reason: String,
}

impl Place {
    fn of<Id>(ranked: &Ranked<Id>, locale: Locale) -> Result<Self, Failure> {
        let why = Explanation::of(ranked)?;
        Ok(Self {
            rank: ranked.rank,
            score: ranked.score,
            newcomer: ranked.newcomer,
            kept_place: ranked.kept_place,
            eligibility: why.eligibility,
            eligibility_reason: why.eligibility_reason,
            denied: why.denied,
            components: why.components,
            reason: why.reason.in_locale(locale).to_owned(),
        })
    }
}

/// A solution in its place.
#[derive(Debug, Serialize, ToSchema)]
pub struct RankedSolution {
    #[serde(flatten)]
    pub(super) place: Place,
    /// The solution.
    pub(super) solution: solutions::Card,
}

/// A challenge in its place.
#[derive(Debug, Serialize, ToSchema)]
pub struct RankedChallenge {
    #[serde(flatten)]
    pub(super) place: Place,
    /// The challenge, as far as the reader may see it.
    pub(super) challenge: challenges::Card,
}

/// A ranking.
#[derive(Debug, Serialize, ToSchema)]
pub struct Places<T> {
    /// The best, best first.
    pub(super) items: Vec<T>,
    /// How many were compared.
    pub(super) candidates: usize,
    /// The weights that were used.
    #[schema(value_type = Object, example = json!({"sector": 0.22, "text": 0.23, "technology": 0.05, "region": 0.15,
        "evidence": 0.2, "budget": 0.1, "readiness": 0.05}))]
    pub(super) weights: Weights,
}

/// The best solutions for a challenge, with the share that is kept for newcomers.
pub(super) fn solutions_for(
    conn: &mut DbConn,
    actor: &Actor,
    ranking: &Ranking,
    (id, asked): (ChallengeId, &Asked),
) -> Result<Places<RankedSolution>, Failure> {
    let brief = challenges::brief(conn, actor, id)?;
    policy::require(actor, Action::Rank, &brief.subject)?;
    let doc = challenge_doc(conn, id)?;
    let found = ranking.solutions_for(&doc, &asked.query().keep_places_for_newcomers());
    let ids: Vec<SolutionId> = found.items.iter().map(|ranked| ranked.id).collect();
    let mut cards = solutions::cards(conn, &ids)?;
    let mut items = Vec::with_capacity(ids.len());
    for ranked in &found.items {
        // Between a change elsewhere and its way into this node's index, the row knows better.
        let Some(solution) = cards.remove(&ranked.id) else { continue };
        if solution.status == SolutionStatus::Published {
            items.push(RankedSolution { place: Place::of(ranked, actor.locale())?, solution });
        }
    }
    Ok(Places { items, candidates: found.candidates, weights: asked.weights.unwrap_or(ranking.weights()) })
}

/// The open challenges for which a solution is best, among those that the asker may see.
pub(super) fn challenges_for(
    conn: &mut DbConn,
    actor: &Actor,
    ranking: &Ranking,
    (id, asked): (SolutionId, &Asked),
) -> Result<Places<RankedChallenge>, Failure> {
    let subject = solutions::subject(conn, id)?;
    policy::require(actor, Action::Rank, &subject)?;
    let doc = solution_doc(conn, id)?;
    let visible = visible_to(conn, actor)?;
    let found = ranking.challenges_for(&doc, &asked.query().visible(&visible));
    let weights = asked.weights.unwrap_or(ranking.weights());
    Ok(Places { items: with_cards(conn, actor, &found.items)?, candidates: found.candidates, weights })
}

/// The published challenges most like one, among those that the asker may see.
pub(super) fn similar(
    conn: &mut DbConn,
    actor: &Actor,
    ranking: &Ranking,
    (id, asked): (ChallengeId, &Asked),
) -> Result<Places<RankedChallenge>, Failure> {
    let brief = challenges::brief(conn, actor, id)?;
    policy::require(actor, Action::See, &brief.subject)?;
    let doc = challenge_doc(conn, id)?;
    let knows_the_place = !brief.anonymous || policy::allows(actor, Action::Rank, &brief.subject);
    let doc = if knows_the_place { doc } else { veil::over(doc) };
    let visible = visible_to(conn, actor)?;
    let found = ranking.similar(&doc, id, &asked.query().visible(&visible));
    Ok(Places {
        items: with_cards(conn, actor, &found.items)?,
        candidates: found.candidates,
        weights: ranking.weights(),
    })
}

/// The document of a challenge as it is now.
pub(super) fn challenge_doc(conn: &mut DbConn, id: ChallengeId) -> Result<ChallengeDoc, Failure> {
    let found = challenges::for_index(conn, Some(&[id]))?.pop();
    found.map(|found| found.doc).ok_or(Failure::NotFound)
}

/// The document of a solution as it is now.
pub(super) fn solution_doc(conn: &mut DbConn, id: SolutionId) -> Result<SolutionDoc, Failure> {
    let found = solutions::for_index(conn, Some(&[id]))?.pop();
    found.map(|found| found.doc).ok_or(Failure::NotFound)
}

/// Which published challenges `actor` may see.
fn visible_to(conn: &mut DbConn, actor: &Actor) -> Result<impl Fn(&ChallengeId) -> bool + use<>, Failure> {
    let reader = actor.member().map(|member| member.organization);
    let subjects = store::published_subjects(conn, reader)?;
    let seen = subjects.into_iter().filter(|(_, subject)| policy::allows(actor, Action::See, subject));
    let seen: HashSet<ChallengeId> = seen.map(|(id, _)| id).collect();
    Ok(move |id: &ChallengeId| seen.contains(id))
}

fn with_cards(
    conn: &mut DbConn,
    actor: &Actor,
    ranked: &[Ranked<ChallengeId>],
) -> Result<Vec<RankedChallenge>, Failure> {
    let ids: Vec<ChallengeId> = ranked.iter().map(|ranked| ranked.id).collect();
    let mut cards = challenges::cards(conn, actor, &ids)?;
    let mut items = Vec::with_capacity(ids.len());
    for one in ranked {
        if let Some(challenge) = cards.remove(&one.id) {
            items.push(RankedChallenge { place: Place::of(one, actor.locale())?, challenge });
        }
    }
    Ok(items)
}

/// What a query string asks for: absent weights keep their default.
pub(super) fn weights(
    ranking: &Ranking,
    overrides: &[(ComponentName, &Option<String>)],
) -> Result<Option<Weights>, Failure> {
    let mut errors = crate::fields::FieldErrors::new();
    let mut given = Vec::new();
    for (name, text) in overrides {
        let Some(text) = text else { continue };
        let pointer = format!("/weights.{name}");
        let parsed = text.trim().parse::<f64>().map_err(|_| crate::fields::Invalid::new("not_a_number"));
        if let Some(value) = errors.keep(pointer, parsed) {
            given.push((*name, value));
        }
    }
    errors.into_result()?;
    if given.is_empty() {
        return Ok(None);
    }
    ranking.weights().adjusted(given.iter().copied()).map(Some).map_err(|invalid| {
        let named = invalid.params().iter().find(|(name, _)| *name == "component");
        let pointer = named.map_or("/weights".to_owned(), |(_, component)| format!("/weights.{component}"));
        Failure::field(pointer, invalid)
    })
}

/// A challenge that fits one of a vendor's own solutions.
pub(super) struct Fitting {
    /// The own solution for which it stands highest.
    pub(super) solution: solutions::Card,
    /// The challenge in that solution's ranking.
    pub(super) ranked: RankedChallenge,
}

/// The open challenges that fit the published solutions of the asker's organization, best first, each once, with the
/// solution that fits it best; and those solutions. `only` keeps to one of them.
pub(super) fn for_vendor(
    conn: &mut DbConn,
    actor: &Actor,
    ranking: &Ranking,
    (only, asked): (Option<SolutionId>, &Asked),
) -> Result<(Vec<Fitting>, Vec<solutions::Card>), Failure> {
    let member = actor.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    let ids = store::solutions_of(conn, member.organization)?;
    let mut own: Vec<solutions::Card> = solutions::cards(conn, &ids)?.into_values().collect();
    own.retain(|card| card.status == SolutionStatus::Published);
    own.sort_by(|one, other| one.name.cmp(&other.name).then(one.id.cmp(&other.id)));
    let visible = visible_to(conn, actor)?;
    let query = asked.query().visible(&visible);
    // Of each challenge the best place, and the own solution that has it.
    let mut best: HashMap<ChallengeId, (&solutions::Card, Ranked<ChallengeId>)> = HashMap::new();
    for card in own.iter().filter(|card| only.is_none_or(|only| only == card.id)) {
        policy::require(actor, Action::Rank, &solutions::subject(conn, card.id)?)?;
        for ranked in ranking.challenges_for(&solution_doc(conn, card.id)?, &query).items {
            if best.get(&ranked.id).is_none_or(|(_, known)| known.score < ranked.score) {
                best.insert(ranked.id, (card, ranked));
            }
        }
    }
    let mut places: Vec<_> = best.into_values().collect();
    places.sort_by(|(_, one), (_, other)| other.score.total_cmp(&one.score).then(one.id.cmp(&other.id)));
    places.truncate(asked.limit);
    let (cards, ranked): (Vec<_>, Vec<_>) = places.into_iter().unzip();
    let with: HashMap<ChallengeId, &solutions::Card> = ranked.iter().map(|one| one.id).zip(cards).collect();
    let shown = with_cards(conn, actor, &ranked)?.into_iter();
    let found = shown.filter_map(|ranked| {
        let solution = (*with.get(&ranked.challenge.id)?).clone();
        Some(Fitting { solution, ranked })
    });
    let found = found.collect();
    Ok((found, own))
}
