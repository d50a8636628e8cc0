//! The JSON door of proposals and their partners.

use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{OpenApi, ToSchema};

use super::content::{Content, Cost, Milestone};
use super::form::{AnswerForm, CostForm, Form, MilestoneForm};
use super::partners::{self, PartnerForm, PartnerStatus, Partnership};
use super::view::{self, Card, ChallengeView, Detail, PartnerView, ProposalList, VendorView, VersionView};
use super::{ProposalId, ReasonCode, Status, Step, actions, store};
use crate::accounts::OrganizationId;
use crate::challenges::ChallengeId;
use crate::failure::Failure;
use crate::matches::Ranking;
use crate::services::Deed;
use crate::web::{Answer, Body, Door, Page, Problem, Reply};

#[derive(OpenApi)]
#[openapi(
    paths(
        list, create, own, show, change, remove, submit, withdraw, shortlist, select, decline, versions,
        invite_partner, remove_partner, confirm_partnership, decline_partnership, partnerships
    ),
    components(schemas(
        ProposalList, Card, Detail, VersionView, VendorView, ChallengeView, PartnerView, Partnership, Form, CostForm,
        MilestoneForm, Content, Cost, Milestone, AnswerForm, PartnerForm, PartnerStatus, Nothing, Status, Step,
        ReasonCode, Versions, Partnerships
    )),
    tags((name = "proposals", description = "提案: sealed until the deadline from everyone but proposer and confirmed partners"))
)]
pub struct Doc;

/// A step that needs no words.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProposalStepForm)]
pub struct Nothing {}

/// Every submitted version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposalVersions)]
pub struct Versions {
    items: Vec<VersionView>,
}

/// What the caller was asked to propose together.
#[derive(Debug, Serialize, ToSchema)]
pub struct Partnerships {
    items: Vec<Partnership>,
}

fn id_of<T: std::str::FromStr>(path: &Path<String>) -> Result<T, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}

/// The proposal as the caller sees it after what was done.
fn shown(deed: &mut Deed<'_>, id: ProposalId) -> Result<(Detail, i32), Failure> {
    let (by, now) = (deed.by().clone(), deed.database_now()?);
    let detail = view::detail(deed.conn(), &by, id, now)?;
    let version = detail.card.version;
    Ok((detail, version))
}

/// List the proposals to a challenge
///
/// While they are sealed, the municipality, its bureau and the operator get `count` only. A vendor gets its own, and those
/// it is a confirmed partner of.
#[utoipa::path(get, path = "/api/v1/challenges/{id}/proposals", tag = "proposals", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The challenge")),
    responses(
        (status = 200, description = "As far as the caller may know", body = ProposalList),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn list(door: Door, path: Path<String>) -> Answer {
    let (id, now): (ChallengeId, _) = (id_of(&path)?, door.services().clock().now());
    door.read(move |conn, actor| Reply::ok(&view::list(conn, actor, id, now)?)).await
}

/// Begin a proposal
///
/// By an approved vendor, until the deadline; one for a challenge. A draft needs nothing.
#[utoipa::path(post, path = "/api/v1/challenges/{id}/proposals", tag = "proposals", request_body = Form,
    security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The challenge"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 201, description = "The draft; its path in Location", body = Detail),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "Not an approved vendor", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
        (status = 409, description = "The deadline has passed, or there is one already", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
    ))]
pub async fn create(door: Door, path: Path<String>, body: Body<Form>) -> Answer {
    let id: ChallengeId = id_of(&path)?;
    let form = body.value;
    door.write(body.fingerprint, move |deed| {
        let made = actions::create(deed, id, &form)?.row.id;
        let (detail, version) = shown(deed, made)?;
        Ok(Reply::created(format!("/api/v1/proposals/{made}"), &detail)?.at_version(version))
    })
    .await
}

/// List one's own proposals
///
/// Those that the caller's organization wrote, alone or as a confirmed partner; the latest first.
#[utoipa::path(get, path = "/api/v1/proposals", tag = "proposals", security(("bearer" = [])),
    responses(
        (status = 200, description = "All of them", body = Page<Card>),
        (status = 401, description = "Nobody is signed in", body = Problem),
    ))]
pub async fn own(door: Door) -> Answer {
    let now = door.services().clock().now();
    door.read(move |conn, actor| {
        let items = view::own(conn, actor, now)?;
        Reply::ok(&Page { items, next: None, total: None })
    })
    .await
}

/// Read a proposal
///
/// Its proposer and confirmed partners always; after it was opened its municipality and bureau, the latest submitted
/// version. ETag is the version.
#[utoipa::path(get, path = "/api/v1/proposals/{id}", tag = "proposals", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The proposal")),
    responses(
        (status = 200, description = "The proposal", body = Detail),
        (status = 403, description = "A conflict of interest was declared", body = Problem),
        (status = 404, description = "Not there, sealed, or hidden", body = Problem),
    ))]
pub async fn show(door: Door, path: Path<String>) -> Answer {
    let (id, now) = (id_of(&path)?, door.services().clock().now());
    door.read(move |conn, actor| {
        let detail = view::detail(conn, actor, id, now)?;
        let version = detail.card.version;
        Ok(Reply::ok(&detail)?.at_version(version))
    })
    .await
}

/// Change the working copy
///
/// A JSON merge patch (RFC 7396). What was submitted stays as it was until it is submitted again.
#[utoipa::path(patch, path = "/api/v1/proposals/{id}", tag = "proposals", request_body = Form, security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The proposal"),
        ("If-Match" = String, Header, description = "The ETag that was read"),
    ),
    responses(
        (status = 200, description = "As it is now", body = Detail),
        (status = 403, description = "Not yours to write", body = Problem),
        (status = 404, description = "Not there, sealed, or hidden", body = Problem),
        (status = 409, description = "The deadline has passed; the legal steps are named", body = Problem),
        (status = 412, description = "Somebody was faster", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
        (status = 428, description = "If-Match is missing", body = Problem),
    ))]
pub async fn change(door: Door, path: Path<String>, body: Body<Map<String, Value>>) -> Answer {
    let (id, version, patch) = (id_of(&path)?, door.required_version()?, body.value);
    door.write(body.fingerprint, move |deed| {
        actions::edit(deed, id, version, patch)?;
        let (detail, version) = shown(deed, id)?;
        Ok(Reply::ok(&detail)?.at_version(version))
    })
    .await
}

/// Throw a draft away
#[utoipa::path(delete, path = "/api/v1/proposals/{id}", tag = "proposals", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The proposal")),
    responses(
        (status = 204, description = "Gone"),
        (status = 404, description = "Not there, sealed, or hidden", body = Problem),
        (status = 409, description = "Not a draft any more", body = Problem),
    ))]
pub async fn remove(door: Door, path: Path<String>) -> Answer {
    let (id, version) = (id_of(&path)?, door.version()?);
    door.write(Vec::new(), move |deed| {
        actions::delete(deed, id, version)?;
        Ok(Reply::no_content())
    })
    .await
}

/// The handler of one step: the id and version from the request, the verb, the proposal as it is afterwards.
macro_rules! step_handler {
    ($(#[doc = $doc:literal])+ $name:ident, $path:literal, $form:ty, |$deed:ident, $ranking:ident, $id:ident, $version:ident, $body:ident| $act:expr) => {
        $(#[doc = $doc])+
        #[utoipa::path(post, path = $path, tag = "proposals", request_body = $form, security(("bearer" = [])),
            params(
                ("id" = String, Path, format = Uuid, description = "The proposal"),
                ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
                ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
            ),
            responses(
                (status = 200, description = "As it is now", body = Detail),
                (status = 401, description = "Nobody is signed in", body = Problem),
                (status = 403, description = "Not allowed; the reason is said", body = Problem),
                (status = 404, description = "Not there, sealed, or hidden", body = Problem),
                (status = 409, description = "Not in this state; the legal steps are named", body = Problem),
                (status = 412, description = "Somebody was faster", body = Problem),
                (status = 422, description = "Fields are missing or wrong", body = Problem),
            ))]
        pub async fn $name(door: Door, $ranking: Data<Ranking>, path: Path<String>, body: Body<$form>) -> Answer {
            let ($id, $version, $body): (ProposalId, _, _) = (id_of(&path)?, door.version()?, body.value);
            door.write(body.fingerprint, move |$deed| {
                $act?;
                let (detail, version) = shown($deed, $id)?;
                Ok(Reply::ok(&detail)?.at_version(version))
            })
            .await
        }
    };
}

step_handler!(
    /// Submit it, or a new version of it
    ///
    /// A numbered version that never changes, with a hash; the receipt comes by mail. Asks for everything that is missing at
    /// once.
    submit, "/api/v1/proposals/{id}/submit", Nothing,
    |deed, _ranking, id, version, _body| actions::submit(deed, id, version)
);
step_handler!(
    /// Take it back
    ///
    /// Before the deadline it can be submitted again.
    withdraw, "/api/v1/proposals/{id}/withdraw", AnswerForm,
    |deed, _ranking, id, version, body| actions::withdraw(deed, id, version, &body)
);
step_handler!(
    /// Put it on the shortlist
    shortlist, "/api/v1/proposals/{id}/shortlist", AnswerForm,
    |deed, _ranking, id, version, body| actions::shortlist(deed, id, version, &body)
);
step_handler!(
    /// Choose it
    ///
    /// `reason_code` and `feedback` are required. Its main solution and the challenge become an introduced match.
    select, "/api/v1/proposals/{id}/select", AnswerForm,
    |deed, ranking, id, version, body| actions::select(deed, &ranking, id, version, &body)
);
step_handler!(
    /// Say no
    ///
    /// `reason_code` and `feedback` are required, and told to the proposer.
    decline, "/api/v1/proposals/{id}/decline", AnswerForm,
    |deed, _ranking, id, version, body| actions::decline(deed, id, version, &body)
);

/// Read its submitted versions
///
/// The newest first; each with the text that was hashed. For its proposer and partners all of them, for the municipality
/// and its bureau the latest.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/versions", tag = "proposals", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The proposal")),
    responses(
        (status = 200, description = "Those that the caller may read", body = Versions),
        (status = 404, description = "Not there, sealed, or hidden", body = Problem),
    ))]
pub async fn versions(door: Door, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    door.read(move |conn, actor| {
        let known = view::seen(conn, actor, id)?;
        let mut rows = store::versions(conn, id)?;
        if !known.is_of(actor) {
            rows.truncate(1);
        }
        Reply::ok(&Versions { items: rows.into_iter().map(VersionView::from).collect() })
    })
    .await
}

/// Ask a vendor to propose together
#[utoipa::path(post, path = "/api/v1/proposals/{id}/partners", tag = "proposals", request_body = PartnerForm,
    security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The proposal"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 200, description = "The proposal as it is now", body = Detail),
        (status = 404, description = "Not there, sealed, or hidden", body = Problem),
        (status = 409, description = "The deadline has passed, or it was asked already", body = Problem),
        (status = 422, description = "No such vendor", body = Problem),
    ))]
pub async fn invite_partner(door: Door, path: Path<String>, body: Body<PartnerForm>) -> Answer {
    let (id, form) = (id_of(&path)?, body.value);
    door.write(body.fingerprint, move |deed| {
        partners::invite(deed, id, &form)?;
        let (detail, version) = shown(deed, id)?;
        Ok(Reply::ok(&detail)?.at_version(version))
    })
    .await
}

/// Take a partner out
#[utoipa::path(delete, path = "/api/v1/proposals/{id}/partners/{organization}", tag = "proposals", security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The proposal"),
        ("organization" = String, Path, format = Uuid, description = "The partner"),
    ),
    responses(
        (status = 204, description = "Gone"),
        (status = 404, description = "Not there, sealed, or hidden", body = Problem),
        (status = 409, description = "The deadline has passed", body = Problem),
    ))]
pub async fn remove_partner(door: Door, path: Path<(String, String)>) -> Answer {
    let id: ProposalId = path.0.parse().map_err(|_| Failure::NotFound)?;
    let organization: OrganizationId = path.1.parse().map_err(|_| Failure::NotFound)?;
    door.write(Vec::new(), move |deed| {
        partners::remove(deed, id, organization)?;
        Ok(Reply::no_content())
    })
    .await
}

/// Say yes to proposing together
#[utoipa::path(post, path = "/api/v1/proposals/{id}/partners/confirm", tag = "proposals", request_body = Nothing,
    security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The proposal")),
    responses(
        (status = 204, description = "From now on you may read it"),
        (status = 404, description = "You were not asked", body = Problem),
        (status = 409, description = "The deadline has passed", body = Problem),
    ))]
pub async fn confirm_partnership(door: Door, path: Path<String>, body: Body<Nothing>) -> Answer {
    answered(door, path, body, true).await
}

/// Say no to proposing together
#[utoipa::path(post, path = "/api/v1/proposals/{id}/partners/decline", tag = "proposals", request_body = Nothing,
    security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The proposal")),
    responses(
        (status = 204, description = "Noted"),
        (status = 404, description = "You were not asked", body = Problem),
        (status = 409, description = "The deadline has passed", body = Problem),
    ))]
pub async fn decline_partnership(door: Door, path: Path<String>, body: Body<Nothing>) -> Answer {
    answered(door, path, body, false).await
}

async fn answered(door: Door, path: Path<String>, body: Body<Nothing>, yes: bool) -> Answer {
    let id = id_of(&path)?;
    door.write(body.fingerprint, move |deed| {
        partners::answer(deed, id, yes)?;
        Ok(Reply::no_content())
    })
    .await
}

/// List what one was asked to propose together
#[utoipa::path(get, path = "/api/v1/partnerships", tag = "proposals", security(("bearer" = [])),
    responses(
        (status = 200, description = "The latest first", body = Partnerships),
        (status = 401, description = "Nobody is signed in", body = Problem),
    ))]
pub async fn partnerships(door: Door) -> Answer {
    door.read(move |conn, actor| Reply::ok(&Partnerships { items: partners::of_reader(conn, actor)? })).await
}
