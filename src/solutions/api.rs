//! The doors to solutions.

use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use super::listing::{self, Sort, Wanted};
use super::view::{self, SolutionItem, SolutionView};
use super::{Maturity, SolutionForm, SolutionId, SolutionStatus, actions, store};
use crate::accounts::OrganizationId;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid, Yen, line};
use crate::matches::Ranking;
use crate::moderation::{self, SubjectKind};
use crate::policy::{self, Action};
use crate::reference::{Bureau, Prefecture, Region, Sector, Technology, TopSector};
use crate::services::Deed;
use crate::web::{Answer, Body, Door, Page, PageQuery, Params, Reply};

/// The part of the API description about solutions.
#[derive(OpenApi)]
#[openapi(
    paths(list, create, show, edit, delete, submit, recall, publish, give_back, suspend, archive, moderation_log),
    components(schemas(SolutionView, SolutionItem, SolutionForm)),
    tags((name = "solutions", description = "What vendors offer (ソリューション)"))
)]
pub struct Doc;

/// Filters, order and page of the list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Words to search for, up to 200 characters; two are enough.
    pub(super) q: Option<String>,
    /// A sector's slug: a leaf, or a top sector for all its leaves.
    pub(super) sector: Option<String>,
    /// A technology's slug.
    pub(super) technology: Option<String>,
    /// Serves at least a part of this prefecture, 01 to 47.
    pub(super) prefecture: Option<String>,
    /// Serves at least a part of what this bureau covers.
    pub(super) bureau: Option<String>,
    /// Serves at least a part of this region: `nationwide`, `bureau:kanto`, `pref:13`, `muni:131130`.
    pub(super) region: Option<String>,
    /// How far it has come.
    pub(super) maturity: Option<String>,
    /// The least cost of introduction is at most this, in whole yen.
    pub(super) price_max: Option<String>,
    /// The vendor.
    pub(super) organization: Option<Uuid>,
    /// Where it stands; only what the caller may see, as everywhere.
    pub(super) status: Option<String>,
    /// Whether there are deployments.
    pub(super) has_evidence: Option<bool>,
    /// Whether there is a deployment that a bureau documented or a municipality confirmed.
    pub(super) verified: Option<bool>,
    /// `newest`, `price`, or with `q` also `relevance`, which is then the order unless another is given.
    pub(super) sort: Option<String>,
    /// Items on a page, 1 to 100; 20 unless given.
    pub(super) limit: Option<i64>,
    /// The `next` of the page before.
    pub(super) cursor: Option<String>,
    /// Whether to count all items as well.
    pub(super) total: Option<bool>,
}

/// Longest search text in characters, as for challenges.
const QUERY: usize = 200;

impl ListParams {
    /// What is searched for, and the order.
    pub(super) fn search(&self) -> Result<(Option<String>, Sort), FieldErrors> {
        let mut errors = FieldErrors::new();
        let q = read(&mut errors, "/q", self.q.as_deref(), |text| line(text, QUERY));
        let sort = read(&mut errors, "/sort", self.sort.as_deref(), Sort::parse);
        if sort == Some(Sort::Relevance) && q.is_none() {
            errors.add("/sort", Invalid::new("relevance_needs_q"));
        }
        errors.into_result()?;
        let usual = if q.is_some() { Sort::Relevance } else { Sort::Newest };
        Ok((q, sort.unwrap_or(usual)))
    }

    /// The filters.
    pub(super) fn wanted(&self) -> Result<Wanted, FieldErrors> {
        let mut errors = FieldErrors::new();
        let sectors = self.sector.as_deref().and_then(|slug| errors.keep("/sector", sectors(slug)));
        let technology = read(&mut errors, "/technology", self.technology.as_deref(), Technology::parse);
        let maturity = read(&mut errors, "/maturity", self.maturity.as_deref(), Maturity::parse);
        let price_max = read(&mut errors, "/price_max", self.price_max.as_deref(), Yen::parse);
        let status = read(&mut errors, "/status", self.status.as_deref(), SolutionStatus::parse);
        let prefecture = read(&mut errors, "/prefecture", self.prefecture.as_deref(), Prefecture::parse);
        let bureau = read(&mut errors, "/bureau", self.bureau.as_deref(), Bureau::parse);
        let region = read(&mut errors, "/region", self.region.as_deref(), Region::parse);
        let given = [region, prefecture.map(Region::Prefecture), bureau.map(Region::Bureau)];
        if given.iter().flatten().count() > 1 {
            errors.add("/region", Invalid::new("one_region_only"));
        }
        errors.into_result()?;
        Ok(Wanted {
            sectors,
            technology,
            region: given.into_iter().flatten().next(),
            maturity,
            price_max,
            organization: self.organization.map(OrganizationId),
            status,
            has_evidence: self.has_evidence,
            verified: self.verified,
        })
    }
}

fn read<T>(
    errors: &mut FieldErrors,
    pointer: &str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Option<T> {
    text.and_then(|text| errors.keep(pointer, parse(text)))
}

/// The leaves a slug stands for.
fn sectors(slug: &str) -> Result<Vec<Sector>, Invalid> {
    match TopSector::parse(slug) {
        Ok(top) => Ok(top.leaves().collect()),
        Err(_) => Sector::parse(slug).map(|leaf| vec![leaf]),
    }
}

/// `GET /api/v1/solutions`
///
/// # Errors
/// `Invalid` parameters.
#[utoipa::path(
    get, path = "/api/v1/solutions", tag = "solutions",
    summary = "Solutions that the caller may see",
    params(ListParams),
    responses((status = 200, body = Page<SolutionItem>), (status = 422, description = "Parameters are wrong"))
)]
pub async fn list(door: Door, ranking: Data<Ranking>, Params(params): Params<ListParams>) -> Answer {
    let wanted = params.wanted()?;
    let (q, sort) = params.search()?;
    let query = PageQuery::new(params.limit, params.cursor, params.total);
    door.read(move |conn, actor| {
        let hits = q.map(|q| ranking.search_solutions(&q));
        let hits = hits.map(|hits| hits.into_iter().map(|(id, fit)| (SolutionId(id), fit)).collect());
        Reply::ok(&listing::page(conn, &policy::sight(actor), &wanted, hits, sort, &query)?)
    })
    .await
}

/// `POST /api/v1/solutions`
///
/// # Errors
/// Those of [`actions::create`].
#[utoipa::path(
    post, path = "/api/v1/solutions", tag = "solutions", security(("bearer" = [])),
    summary = "Begin a solution",
    description = "A draft needs only a name. What a submission needs is asked there, everything at once.",
    request_body = SolutionForm,
    responses(
        (status = 201, body = SolutionView),
        (status = 403, description = "Not an editor of a vendor"),
        (status = 422, description = "Fields are wrong")
    )
)]
pub async fn create(door: Door, body: Body<SolutionForm>) -> Answer {
    let owner = door.member()?.organization;
    door.write(body.fingerprint, move |deed| {
        let id = actions::create(deed, owner, &body.value)?;
        let view = shown(deed, id)?;
        Ok(Reply::created(format!("/api/v1/solutions/{id}"), &view)?.at_version(view.version))
    })
    .await
}

/// `GET /api/v1/solutions/{id}`
///
/// # Errors
/// `NotFound`.
#[utoipa::path(
    get, path = "/api/v1/solutions/{id}", tag = "solutions", summary = "One solution",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = SolutionView), (status = 404, description = "Not found"))
)]
pub async fn show(door: Door, path: Path<Uuid>) -> Answer {
    let id = SolutionId(path.into_inner());
    door.read(move |conn, actor| {
        let view = view::of(conn, actor, id)?;
        Ok(Reply::ok(&view)?.at_version(view.version))
    })
    .await
}

/// `PATCH /api/v1/solutions/{id}`
///
/// # Errors
/// Those of [`actions::edit`], `VersionRequired`.
#[utoipa::path(
    patch, path = "/api/v1/solutions/{id}", tag = "solutions", security(("bearer" = [])),
    summary = "Change a solution (JSON merge patch)",
    description = "A published solution stays published; it must stay complete. Not while it is under review.",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag that was read")),
    request_body = SolutionForm,
    responses(
        (status = 200, body = SolutionView),
        (status = 409, description = "Not in this state"),
        (status = 412, description = "Changed in the meantime"),
        (status = 422, description = "Fields are wrong"),
        (status = 428, description = "If-Match is missing")
    )
)]
pub async fn edit(door: Door, path: Path<Uuid>, body: Body<Map<String, Value>>) -> Answer {
    let id = SolutionId(path.into_inner());
    let version = door.required_version()?;
    door.write(body.fingerprint, move |deed| {
        actions::edit(deed, id, version, body.value)?;
        let view = shown(deed, id)?;
        Ok(Reply::ok(&view)?.at_version(view.version))
    })
    .await
}

/// `DELETE /api/v1/solutions/{id}`
///
/// # Errors
/// Those of [`actions::delete`].
#[utoipa::path(
    delete, path = "/api/v1/solutions/{id}", tag = "solutions", security(("bearer" = [])),
    summary = "Throw a draft away",
    params(("id" = Uuid, Path)),
    responses((status = 204, description = "Gone"), (status = 409, description = "Not a draft"))
)]
pub async fn delete(door: Door, path: Path<Uuid>) -> Answer {
    let id = SolutionId(path.into_inner());
    let version = door.version()?;
    door.write(Vec::new(), move |deed| {
        actions::delete(deed, id, version)?;
        Ok(Reply::no_content())
    })
    .await
}

/// What is said with a step. Returning and suspending need it; `comment` and `reason` are read alike, so that
/// every step of the service can be given the same body.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepForm {
    /// Up to 2,000 characters.
    comment: Option<String>,
    /// Up to 2,000 characters.
    reason: Option<String>,
}

impl StepForm {
    fn words(&self) -> Option<&str> {
        self.comment.as_deref().or(self.reason.as_deref())
    }
}

macro_rules! step {
    ($name:ident, $path:literal, $summary:literal, $take:expr) => {
        #[doc = concat!("`POST /api/v1/solutions/{id}/", $path, "`")]
        ///
        /// # Errors
        /// Those of the action of the same name.
        #[utoipa::path(
            post, path = concat!("/api/v1/solutions/{id}/", $path), tag = "solutions", security(("bearer" = [])),
            summary = $summary,
            params(
                ("id" = Uuid, Path),
                ("If-Match" = Option<String>, Header, description = "The ETag that was read")
            ),
            request_body = StepForm,
            responses(
                (status = 200, body = SolutionView),
                (status = 403, description = "Not allowed to this caller"),
                (status = 409, description = "Not in this state; the legal steps are named"),
                (status = 422, description = "Something is missing")
            )
        )]
        pub async fn $name(door: Door, path: Path<Uuid>, body: Body<StepForm>) -> Answer {
            let id = SolutionId(path.into_inner());
            let version = door.version()?;
            door.write(body.fingerprint, move |deed| {
                let take: fn(&mut Deed<'_>, SolutionId, Option<i32>, Option<&str>) -> Result<(), Failure> = $take;
                take(deed, id, version, body.value.words())?;
                let view = shown(deed, id)?;
                Ok(Reply::ok(&view)?.at_version(view.version))
            })
            .await
        }
    };
}

step!(submit, "submit", "Put it before the bureau", |deed, id, version, _| actions::submit(
    deed, id, version
));
step!(recall, "recall", "Take it back from the bureau", |deed, id, version, _| actions::recall(
    deed, id, version
));
step!(publish, "publish", "Put it into the catalogue (bureau, operator)", actions::publish);
step!(give_back, "return", "Give it back with a comment (bureau, operator)", actions::give_back);
step!(suspend, "suspend", "Take it out of the catalogue (bureau, operator)", actions::suspend);
step!(archive, "archive", "No longer offer it", actions::archive);

/// The moderation log of a solution.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModerationLog {
    /// Oldest first; all on one page.
    items: Vec<moderation::Entry>,
    /// Always `null`.
    next: Option<String>,
}

/// `GET /api/v1/solutions/{id}/moderation`
///
/// # Errors
/// `NotFound`, `Forbidden` for others than the vendor, its bureau and the operator.
#[utoipa::path(
    get, path = "/api/v1/solutions/{id}/moderation", tag = "solutions", security(("bearer" = [])),
    summary = "What the bureau did and said, oldest first",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ModerationLog), (status = 403, description = "Not a party"))
)]
pub async fn moderation_log(door: Door, path: Path<Uuid>) -> Answer {
    let id = SolutionId(path.into_inner());
    door.read(move |conn, actor| {
        policy::require(actor, Action::SeeModeration, &store::find(conn, id)?.subject())?;
        let items = moderation::entries(conn, SubjectKind::Solution, id.0)?;
        Reply::ok(&ModerationLog { items, next: None })
    })
    .await
}

/// The solution as the deed left it.
fn shown(deed: &mut Deed<'_>, id: SolutionId) -> Result<SolutionView, Failure> {
    let actor = deed.by().clone();
    view::of(deed.conn(), &actor, id)
}
