//! The JSON door: calls, their steps, and raised hands.

use actix_web::web::{Data, Path};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, OpenApi};

use super::form::{FieldForm, OfferForm, RemarkForm};
use super::states::{OfferStatus, OfferStep, Status, Step};
use super::store::{self, Filter};
use super::view::{self, FieldView, OfferView};
use super::{FieldOfferId, FieldWantedId, actions, offers};
use crate::accounts::OrganizationId;
use crate::db::schema::organizations;
use crate::failure::Failure;
use crate::fields::Invalid;
use crate::matches::Ranking;
use crate::policy;
use crate::services::Deed;
use crate::web::{Answer, Body, Door, Page, PageQuery, Params, Problem, Reply, id_of};
use diesel::prelude::*;

#[derive(OpenApi)]
#[openapi(
    paths(
        list, create, show, change, remove, submit, recall, publish, give_back, close, list_offers, offer, accept,
        decline, withdraw
    ),
    components(schemas(FieldView, FieldForm, OfferView, OfferForm, RemarkForm, Status, Step, OfferStatus, OfferStep)),
    tags((name = "fields-wanted", description = "実証フィールド募集: vendors that seek a place to try a solution"))
)]
pub struct Doc;

/// The parameters of the list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// One state.
    pub status: Option<String>,
    /// The vendor.
    pub organization: Option<String>,
    /// Items on a page, 1 to 100; 20 unless given.
    pub limit: Option<i64>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
}

fn shown(deed: &mut Deed<'_>, id: FieldWantedId) -> Result<Reply, Failure> {
    let (by, now) = (deed.by().clone(), deed.now());
    let view = view::card(deed.conn(), &by, id, now)?;
    Ok(Reply::ok(&view)?.at_version(view.version))
}

fn offer_shown(deed: &mut Deed<'_>, id: FieldOfferId) -> Result<OfferView, Failure> {
    let by = deed.by().clone();
    let offer = store::find_offer(deed.conn(), id)?;
    let known = store::find(deed.conn(), offer.field_wanted_id)?;
    let name: String =
        organizations::table.find(offer.organization_id).select(organizations::name).first(deed.conn())?;
    view::offer_view(deed.conn(), &by, &known, (offer, name))
}

/// List calls
///
/// The latest first. What is not open yet is shown to its vendor, its bureau and the operator.
#[utoipa::path(get, path = "/api/v1/fields-wanted", tag = "fields-wanted", params(ListParams),
    responses(
        (status = 200, description = "A page", body = Page<FieldView>),
        (status = 422, description = "A parameter is wrong", body = Problem),
    ))]
pub async fn list(door: Door, Params(params): Params<ListParams>) -> Answer {
    let status = params.status.as_deref().map(Status::parse).transpose();
    let status = status.map_err(|invalid| Failure::field("/status", invalid))?;
    let organization: Option<OrganizationId> = params
        .organization
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| Failure::field("/organization", Invalid::new("not_an_id")))?;
    let query = PageQuery::new(params.limit, params.cursor, None);
    let (limit, after, now) = (query.checked_limit()?, query.place()?, door.services().clock().now());
    door.read(move |conn, actor| {
        let filter = Filter { status, organization };
        let rows = store::list(conn, &policy::sight(actor), &filter, after, limit)?;
        let page = Page::cut(rows, limit, None, |known| known.field.id)?;
        let items: Result<Vec<FieldView>, Failure> =
            page.items.iter().map(|known| FieldView::of(conn, actor, known, now)).collect();
        Reply::ok(&Page { items: items?, next: page.next, total: None })
    })
    .await
}

/// Begin a call
///
/// A draft needs a solution of one's own and a title.
#[utoipa::path(post, path = "/api/v1/fields-wanted", tag = "fields-wanted", request_body = FieldForm,
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Do it once")),
    responses(
        (status = 201, description = "The draft; its path in Location", body = FieldView),
        (status = 403, description = "Not a vendor", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
    ))]
pub async fn create(door: Door, body: Body<FieldForm>) -> Answer {
    let form = body.value;
    door.write(body.fingerprint, move |deed| {
        let id = actions::create(deed, &form)?;
        let (by, now) = (deed.by().clone(), deed.now());
        let view = view::card(deed.conn(), &by, id, now)?;
        Ok(Reply::created(format!("/api/v1/fields-wanted/{id}"), &view)?.at_version(view.version))
    })
    .await
}

/// Read a call
#[utoipa::path(get, path = "/api/v1/fields-wanted/{id}", tag = "fields-wanted",
    params(("id" = String, Path, format = Uuid, description = "The call")),
    responses(
        (status = 200, description = "The call", body = FieldView),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn show(door: Door, path: Path<String>) -> Answer {
    let (id, now) = (id_of(&path)?, door.services().clock().now());
    door.read(move |conn, actor| {
        let view = view::card(conn, actor, id, now)?;
        Ok(Reply::ok(&view)?.at_version(view.version))
    })
    .await
}

/// Change a call
///
/// A JSON merge patch (RFC 7396); while it is a draft or was returned.
#[utoipa::path(patch, path = "/api/v1/fields-wanted/{id}", tag = "fields-wanted", request_body = FieldForm,
    security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The call"),
        ("If-Match" = String, Header, description = "The ETag that was read"),
    ),
    responses(
        (status = 200, description = "As it is now", body = FieldView),
        (status = 403, description = "Not yours", body = Problem),
        (status = 409, description = "Not in this state; the legal steps are named", body = Problem),
        (status = 412, description = "Somebody was faster", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
        (status = 428, description = "If-Match is missing", body = Problem),
    ))]
pub async fn change(door: Door, path: Path<String>, body: Body<Map<String, Value>>) -> Answer {
    let (id, version, patch) = (id_of(&path)?, door.required_version()?, body.value);
    door.write(body.fingerprint, move |deed| {
        actions::edit(deed, id, Some(version), patch)?;
        shown(deed, id)
    })
    .await
}

/// Throw a draft away
#[utoipa::path(delete, path = "/api/v1/fields-wanted/{id}", tag = "fields-wanted", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The call")),
    responses(
        (status = 204, description = "Gone"),
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

macro_rules! step_of_a_call {
    ($(#[doc = $doc:literal])+ $name:ident, $path:literal, |$deed:ident, $id:ident, $version:ident, $said:ident| $act:expr) => {
        $(#[doc = $doc])+
        #[utoipa::path(post, path = $path, tag = "fields-wanted", request_body = RemarkForm, security(("bearer" = [])),
            params(
                ("id" = String, Path, format = Uuid, description = "The call"),
                ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
                ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
            ),
            responses(
                (status = 200, description = "As it is now", body = FieldView),
                (status = 403, description = "Not yours to do", body = Problem),
                (status = 409, description = "Not in this state; the legal steps are named", body = Problem),
                (status = 412, description = "Somebody was faster", body = Problem),
                (status = 422, description = "Fields are wrong or missing", body = Problem),
            ))]
        pub async fn $name(door: Door, path: Path<String>, body: Body<RemarkForm>) -> Answer {
            let ($id, $version): (FieldWantedId, _) = (id_of(&path)?, door.version()?);
            let $said = body.value;
            door.write(body.fingerprint, move |$deed| {
                $act?;
                shown($deed, $id)
            })
            .await
        }
    };
}

step_of_a_call!(
    /// Put a call before its bureau
    submit, "/api/v1/fields-wanted/{id}/submit",
    |deed, id, version, _said| actions::submit(deed, id, version)
);
step_of_a_call!(
    /// Take a call back from its bureau
    recall, "/api/v1/fields-wanted/{id}/recall",
    |deed, id, version, _said| actions::recall(deed, id, version)
);
step_of_a_call!(
    /// Open a call
    ///
    /// By the bureau of the vendor's head office, or the operator.
    publish, "/api/v1/fields-wanted/{id}/publish",
    |deed, id, version, said| actions::publish(deed, id, version, said.reason.as_deref())
);
step_of_a_call!(
    /// Give a call back with the reason
    give_back, "/api/v1/fields-wanted/{id}/return",
    |deed, id, version, said| actions::give_back(deed, id, version, said.reason.as_deref())
);
step_of_a_call!(
    /// Take no more hands
    close, "/api/v1/fields-wanted/{id}/close",
    |deed, id, version, _said| actions::close(deed, id, version)
);

/// List the hands raised to a call
///
/// All of them for its vendor and the bureau in charge; a municipality sees its own.
#[utoipa::path(get, path = "/api/v1/fields-wanted/{id}/offers", tag = "fields-wanted", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The call")),
    responses(
        (status = 200, description = "Those that the caller may see", body = Page<OfferView>),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn list_offers(door: Door, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    door.read(move |conn, actor| {
        let known = view::seen(conn, actor, id)?;
        Reply::ok(&Page { items: view::offers(conn, actor, &known)?, next: None, total: None })
    })
    .await
}

/// Raise a hand
///
/// By an approved municipality, once; one that was taken back can be raised again.
#[utoipa::path(post, path = "/api/v1/fields-wanted/{id}/offers", tag = "fields-wanted", request_body = OfferForm,
    security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The call"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 201, description = "The raised hand", body = OfferView),
        (status = 403, description = "Not a municipality", body = Problem),
        (status = 409, description = "The call is over, or the hand is raised already", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
    ))]
pub async fn offer(door: Door, path: Path<String>, body: Body<OfferForm>) -> Answer {
    let (id, form) = (id_of(&path)?, body.value);
    door.write(body.fingerprint, move |deed| {
        let offer = offers::offer(deed, id, &form)?;
        let view = offer_shown(deed, offer)?;
        Ok(Reply::created(format!("/api/v1/fields-wanted/{id}/offers"), &view)?.at_version(view.version))
    })
    .await
}

macro_rules! step_of_an_offer {
    ($(#[doc = $doc:literal])+ $name:ident, $path:literal, |$deed:ident, $ranking:ident, $id:ident, $version:ident, $said:ident| $act:expr) => {
        $(#[doc = $doc])+
        #[utoipa::path(post, path = $path, tag = "fields-wanted", request_body = RemarkForm, security(("bearer" = [])),
            params(
                ("id" = String, Path, format = Uuid, description = "The raised hand"),
                ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
                ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
            ),
            responses(
                (status = 200, description = "As it is now", body = OfferView),
                (status = 404, description = "Not yours to see", body = Problem),
                (status = 409, description = "Not in this state; the legal steps are named", body = Problem),
                (status = 412, description = "Somebody was faster", body = Problem),
                (status = 422, description = "Fields are wrong or missing", body = Problem),
            ))]
        pub async fn $name(
            door: Door,
            $ranking: Data<Ranking>,
            path: Path<String>,
            body: Body<RemarkForm>,
        ) -> Answer {
            let ($id, $version): (FieldOfferId, _) = (id_of(&path)?, door.version()?);
            let $said = body.value;
            door.write(body.fingerprint, move |$deed| {
                $act?;
                let view = offer_shown($deed, $id)?;
                Ok(Reply::ok(&view)?.at_version(view.version))
            })
            .await
        }
    };
}

step_of_an_offer!(
    /// Accept a raised hand
    ///
    /// By the vendor. Both learn whom to write to; with a challenge they are an introduced match.
    accept, "/api/v1/field-offers/{id}/accept",
    |deed, ranking, id, version, _said| offers::accept(deed, &ranking, id, version)
);
step_of_an_offer!(
    /// Decline a raised hand with the reason
    decline, "/api/v1/field-offers/{id}/decline",
    |deed, _ranking, id, version, said| offers::decline(deed, id, version, &said)
);
step_of_an_offer!(
    /// Take a raised hand back
    withdraw, "/api/v1/field-offers/{id}/withdraw",
    |deed, _ranking, id, version, _said| offers::withdraw(deed, id, version)
);
