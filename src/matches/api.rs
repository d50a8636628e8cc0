//! The JSON door: rankings, matches and their steps.

use actix_web::web::{Data, Path};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use super::candidates::{self, Asked, Places, RankedChallenge, RankedSolution};
use super::store::{self, Filter};
use super::view::{self, Card, Contact, Detail};
use super::{
    ComponentView, Explanation, MatchId, Origin, Ranking, Remark, Sentence, Status, Step, Suggestion, actions,
};
use crate::challenges::ChallengeId;
use crate::clock::Clock;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::matching::ComponentName;
use crate::policy;
use crate::services::Deed;
use crate::solutions::SolutionId;
use crate::web::{Answer, Body, Door, Page, PageQuery, Params, Problem, Reply, id_of};

/// Places of a ranking unless the caller says otherwise, and at most.
const DEFAULT_PLACES: usize = 10;
const MOST_PLACES: usize = 50;

/// This slice's part of the description.
#[derive(OpenApi)]
#[openapi(
    paths(
        for_challenge, for_solution, similar, list, suggest, show, approve, dismiss, introduce, record_meeting, agree,
        end
    ),
    components(schemas(
        Detail, Card, Contact, Explanation, ComponentView, ComponentName, Sentence, Status, Step, Origin, Suggestion,
        Remark
    )),
    tags((name = "matches", description = "What fits, and challenges and solutions brought together"))
)]
pub struct Doc;

/// How to rank. Weights that are absent keep their default; then all are divided by their sum.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RankingQuery {
    /// How many places, 1 to 50; 10 unless given.
    limit: Option<String>,
    /// Weight of the likeness of sectors, 0 or more.
    #[serde(rename = "weights.sector")]
    sector: Option<String>,
    /// Weight of the relevance of words.
    #[serde(rename = "weights.text")]
    text: Option<String>,
    /// Weight of technologies.
    #[serde(rename = "weights.technology")]
    technology: Option<String>,
    /// Weight of nearness and likeness of place.
    #[serde(rename = "weights.region")]
    region: Option<String>,
    /// Weight of earlier deployments.
    #[serde(rename = "weights.evidence")]
    evidence: Option<String>,
    /// Weight of price against budget.
    #[serde(rename = "weights.budget")]
    budget: Option<String>,
    /// Weight of maturity and lead time.
    #[serde(rename = "weights.readiness")]
    readiness: Option<String>,
}

impl RankingQuery {
    fn parse(&self, ranking: &Ranking, clock: &Clock) -> Result<Asked, Failure> {
        let limit = match self.limit.as_deref().map(str::parse::<usize>) {
            None => DEFAULT_PLACES,
            Some(Ok(limit @ 1..=MOST_PLACES)) => limit,
            Some(_) => {
                let invalid = Invalid::new("out_of_range").with("min", 1).with("max", MOST_PLACES);
                return Err(Failure::field("/limit", invalid));
            }
        };
        let overrides = [
            (ComponentName::Sector, &self.sector),
            (ComponentName::Text, &self.text),
            (ComponentName::Technology, &self.technology),
            (ComponentName::Region, &self.region),
            (ComponentName::Evidence, &self.evidence),
            (ComponentName::Budget, &self.budget),
            (ComponentName::Readiness, &self.readiness),
        ];
        let weights = candidates::weights(ranking, &overrides)?;
        Ok(Asked { limit, weights, today: clock.now().japan_date() })
    }
}

/// Rank solutions for a challenge
///
/// For its municipality, its bureau and the operator. Every place carries its score, its components with the facts
/// behind them, and the reason in a sentence; a share of the first page is kept for newcomers.
#[utoipa::path(get, path = "/api/v1/challenges/{id}/matches", tag = "matches",
    params(("id" = String, Path, format = Uuid, description = "The challenge"), RankingQuery),
    responses(
        (status = 200, description = "The best solutions, best first", body = Places<RankedSolution>),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "Not yours to rank", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
        (status = 422, description = "A weight or the limit is wrong", body = Problem),
    ), security(("bearer" = [])))]
pub async fn for_challenge(
    door: Door,
    ranking: Data<Ranking>,
    path: Path<String>,
    Params(query): Params<RankingQuery>,
) -> Answer {
    let id: ChallengeId = id_of(&path)?;
    let asked = query.parse(&ranking, door.services().clock())?;
    door.read(move |conn, actor| Reply::ok(&candidates::solutions_for(conn, actor, &ranking, (id, &asked))?))
        .await
}

/// Rank open challenges for a solution
///
/// For its vendor, its bureau and the operator; among the challenges that the caller may see. Of an anonymous challenge
/// the ranking knows the bureau only.
#[utoipa::path(get, path = "/api/v1/solutions/{id}/matches", tag = "matches",
    params(("id" = String, Path, format = Uuid, description = "The solution"), RankingQuery),
    responses(
        (status = 200, description = "The best challenges, best first", body = Places<RankedChallenge>),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "Not yours to rank", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
        (status = 422, description = "A weight or the limit is wrong", body = Problem),
    ), security(("bearer" = [])))]
pub async fn for_solution(
    door: Door,
    ranking: Data<Ranking>,
    path: Path<String>,
    Params(query): Params<RankingQuery>,
) -> Answer {
    let id: SolutionId = id_of(&path)?;
    let asked = query.parse(&ranking, door.services().clock())?;
    door.read(move |conn, actor| Reply::ok(&candidates::challenges_for(conn, actor, &ranking, (id, &asked))?))
        .await
}

/// How many likenesses.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SimilarQuery {
    /// How many places, 1 to 50; 10 unless given.
    limit: Option<String>,
}

/// Find challenges like a challenge
///
/// Open, closed and decided ones, among those that the caller may see.
#[utoipa::path(get, path = "/api/v1/challenges/{id}/similar", tag = "matches",
    params(("id" = String, Path, format = Uuid, description = "The challenge"), SimilarQuery),
    responses(
        (status = 200, description = "The most similar challenges first", body = Places<RankedChallenge>),
        (status = 404, description = "Not there, or hidden", body = Problem),
        (status = 422, description = "The limit is wrong", body = Problem),
    ))]
pub async fn similar(
    door: Door,
    ranking: Data<Ranking>,
    path: Path<String>,
    Params(query): Params<SimilarQuery>,
) -> Answer {
    let id: ChallengeId = id_of(&path)?;
    let query = RankingQuery { limit: query.limit, ..RankingQuery::default() };
    let asked = query.parse(&ranking, door.services().clock())?;
    door.read(move |conn, actor| Reply::ok(&candidates::similar(conn, actor, &ranking, (id, &asked))?)).await
}

/// Which matches.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// In this state.
    status: Option<String>,
    /// Of this challenge.
    challenge: Option<String>,
    /// Of this solution.
    solution: Option<String>,
    /// Items on a page, 1 to 100.
    limit: Option<i64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Whether to count all items as well.
    total: Option<bool>,
}

impl ListQuery {
    fn filter(&self) -> Result<Filter, FieldErrors> {
        fn id<T: std::str::FromStr>(
            errors: &mut FieldErrors,
            name: &str,
            text: Option<&String>,
        ) -> Option<T> {
            let parsed = text?.parse().map_err(|_| Invalid::new("not_an_id"));
            errors.keep(name, parsed)
        }
        let mut errors = FieldErrors::new();
        let status = self.status.as_deref().and_then(|text| errors.keep("/status", Status::parse(text)));
        let filter = Filter {
            status,
            challenge: id(&mut errors, "/challenge", self.challenge.as_ref()),
            solution: id(&mut errors, "/solution", self.solution.as_ref()),
        };
        errors.into_result().map(|()| filter)
    }
}

/// List matches
///
/// Newest first: a bureau those of its prefectures, the operator all, a municipality those of its challenges, a vendor
/// those of its solutions from the introduction on.
#[utoipa::path(get, path = "/api/v1/matches", tag = "matches", params(ListQuery),
    responses(
        (status = 200, description = "A page", body = Page<Card>),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 422, description = "A parameter is wrong", body = Problem),
    ), security(("bearer" = [])))]
pub async fn list(door: Door, Params(query): Params<ListQuery>) -> Answer {
    let scope = policy::match_scope(door.actor())?;
    let filter = query.filter()?;
    let page = PageQuery::new(query.limit, query.cursor, query.total);
    let (limit, after): (i64, Option<MatchId>) = (page.checked_limit()?, page.place()?);
    door.read(move |conn, actor| {
        let total = match page.total {
            Some(true) => Some(store::count(conn, &scope, &filter)?),
            _ => None,
        };
        let rows = store::list(conn, &scope, &filter, after, limit)?;
        let Page { items, next, total } = Page::cut(rows, limit, total, |known| known.row.id)?;
        Reply::ok(&Page { items: view::cards(conn, actor, items)?, next, total })
    })
    .await
}

/// Suggest a match
///
/// By the owning municipality, its bureau or the operator. A pair that already has a match gets that one (200).
#[utoipa::path(post, path = "/api/v1/matches", tag = "matches", request_body = Suggestion,
    params(("Idempotency-Key" = Option<String>, Header, description = "Do it once")),
    responses(
        (status = 201, description = "The new match", body = Detail),
        (status = 200, description = "The match that the pair already has", body = Detail),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "Not yours to suggest", body = Problem),
        (status = 409, description = "The challenge takes no matches, or the solution is not in the catalogue", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
    ), security(("bearer" = [])))]
pub async fn suggest(door: Door, ranking: Data<Ranking>, body: Body<Suggestion>) -> Answer {
    door.member()?;
    let suggestion = body.value;
    door.write(body.fingerprint, move |deed| {
        let (id, new) = actions::suggest(deed, &ranking, &suggestion)?;
        let shown = shown(deed, id)?;
        Ok(match new {
            true => Reply { status: 201, location: Some(format!("/api/v1/matches/{id}")), ..shown },
            false => shown,
        })
    })
    .await
}

/// Read a match
///
/// With the score and the reasons as they were when it was made; contacts of both sides from the introduction on.
#[utoipa::path(get, path = "/api/v1/matches/{id}", tag = "matches",
    params(("id" = String, Path, format = Uuid, description = "The match")),
    responses(
        (status = 200, description = "The match", body = Detail),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ), security(("bearer" = [])))]
pub async fn show(door: Door, path: Path<String>) -> Answer {
    let id: MatchId = id_of(&path)?;
    door.read(move |conn, actor| {
        let detail = view::detail(conn, actor, id)?;
        Ok(Reply::ok(&detail)?.at_version(detail.card.version))
    })
    .await
}

fn shown(deed: &mut Deed<'_>, id: MatchId) -> Result<Reply, Failure> {
    let actor = deed.by().clone();
    let detail = view::detail(deed.conn(), &actor, id)?;
    Ok(Reply::ok(&detail)?.at_version(detail.card.version))
}

/// The doors of the steps differ in name, words and action only.
macro_rules! step {
    ($name:ident, $path:literal, $summary:literal, $description:literal) => {
        #[doc = $summary]
        #[doc = ""]
        #[doc = $description]
        #[utoipa::path(post, path = $path, tag = "matches", request_body = Remark,
            params(
                ("id" = String, Path, format = Uuid, description = "The match"),
                ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
                ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
            ),
            responses(
                (status = 200, description = "As it is now", body = Detail),
                (status = 403, description = "Not yours to do", body = Problem),
                (status = 404, description = "Not there, or hidden", body = Problem),
                (status = 409, description = "Not from this state; the legal steps are named", body = Problem),
                (status = 412, description = "Somebody else was faster", body = Problem),
                (status = 422, description = "Fields are wrong", body = Problem),
            ), security(("bearer" = [])))]
        pub async fn $name(door: Door, path: Path<String>, body: Body<Remark>) -> Answer {
            door.member()?;
            let (id, version, remark) = (id_of(&path)?, door.version()?, body.value);
            door.write(body.fingerprint, move |deed| {
                actions::$name(deed, id, version, &remark)?;
                shown(deed, id)
            })
            .await
        }
    };
}

step!(
    approve,
    "/api/v1/matches/{id}/approve",
    "Approve a match",
    "By the bureau of the challenge's prefecture."
);
step!(
    dismiss,
    "/api/v1/matches/{id}/dismiss",
    "Dismiss a match",
    "By the bureau, with a reason that the vendor never sees."
);
step!(
    introduce,
    "/api/v1/matches/{id}/introduce",
    "Introduce both sides",
    "By the bureau; both sides get each other's contact."
);
step!(
    record_meeting,
    "/api/v1/matches/{id}/record-meeting",
    "Record that they met",
    "By either side or the bureau."
);
step!(
    agree,
    "/api/v1/matches/{id}/agree",
    "Agree to go on",
    "Records the caller's side; agreed when both have."
);
step!(end, "/api/v1/matches/{id}/end", "End a match", "By either side or the bureau, with a reason.");
