//! `organizations…`: listed, described, decided on.

use actix_web::web;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use crate::accounts::forms::ReasonForm;
use crate::accounts::organizations::{self as actions, Filter};
use crate::accounts::sign_up_form::{self, OrganizationForm};
use crate::accounts::standing::Step;
use crate::accounts::store::OrganizationRow;
use crate::accounts::view::OrganizationView;
use crate::accounts::{OrganizationId, OrganizationKind, OrganizationStatus};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::reference::{Bureau, Prefecture};
use crate::web::forms::Typed;
use crate::web::{Answer, Body, Door, Page, PageQuery, Params, Problem, Reply};

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// `pending`, `approved`, `suspended`, `rejected`.
    status: Option<String>,
    /// `municipality`, `vendor`, `bureau`, `operator`.
    kind: Option<String>,
    /// Number of a prefecture, `01` to `47`.
    prefecture: Option<String>,
    /// Slug of a bureau.
    bureau: Option<String>,
    /// Items on a page, 1 to 100; 20 unless given.
    limit: Option<i64>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Whether to count all items as well.
    total: Option<bool>,
}

impl ListParams {
    /// As the page's filters send them.
    pub(in crate::accounts) fn typed(typed: &Typed) -> Self {
        Self {
            status: typed.text("status"),
            kind: typed.text("kind"),
            prefecture: typed.text("prefecture"),
            bureau: typed.text("bureau"),
            limit: None,
            cursor: None,
            total: None,
        }
    }

    /// # Errors
    /// All wrong filters.
    pub(in crate::accounts) fn filter(&self) -> Result<Filter, FieldErrors> {
        let mut errors = FieldErrors::new();
        let status = self.status.as_deref().map(OrganizationStatus::parse).transpose();
        let kind = self.kind.as_deref().map(OrganizationKind::parse).transpose();
        let prefecture = self.prefecture.as_deref().map(Prefecture::parse).transpose();
        let bureau = self.bureau.as_deref().map(Bureau::parse).transpose();
        let filter = Filter {
            status: errors.keep("/status", status).flatten(),
            kind: errors.keep("/kind", kind).flatten(),
            prefecture: errors.keep("/prefecture", prefecture).flatten(),
            bureau: errors.keep("/bureau", bureau).flatten(),
        };
        errors.into_result().map(|()| filter)
    }
}

/// Lists organizations.
///
/// # Errors
/// `Invalid`.
#[utoipa::path(
    get, path = "/api/v1/organizations", tag = "organizations", summary = "List organizations",
    params(ListParams),
    responses(
        (status = 200, description = "Approved ones; a bureau sees all of its region, the operator all.", body = Page<OrganizationView>),
        (status = 422, description = "A filter is wrong.", body = Problem),
    ),
)]
pub async fn list(door: Door, params: Params<ListParams>) -> Answer {
    let filter = params.0.filter()?;
    let page = PageQuery::new(params.0.limit, params.0.cursor, params.0.total);
    let (limit, after) = (page.checked_limit()?, page.place()?);
    door.read(move |conn, actor| {
        let rows = actions::list(conn, actor, &filter, after, limit)?;
        let total = match page.total {
            Some(true) => Some(actions::count(conn, actor, &filter)?),
            _ => None,
        };
        let page = Page::cut(rows, limit, total, |row| row.id)?;
        Reply::ok(&page.map(|row| OrganizationView::of(row, actor)))
    })
    .await
}

/// Shows one.
///
/// # Errors
/// `NotFound`.
#[utoipa::path(
    get, path = "/api/v1/organizations/{id}", tag = "organizations", summary = "Show an organization",
    params(("id" = OrganizationId, Path)),
    responses(
        (status = 200, description = "The organization.", body = OrganizationView),
        (status = 404, description = "None that the caller may see.", body = Problem),
    ),
)]
pub async fn show(door: Door, id: web::Path<OrganizationId>) -> Answer {
    door.read(move |conn, actor| shown(actions::show(conn, actor, id.into_inner())?, actor)).await
}

fn shown(row: OrganizationRow, actor: &crate::policy::Actor) -> Result<Reply, Failure> {
    let version = row.version;
    Ok(Reply::ok(&OrganizationView::of(row, actor))?.at_version(version))
}

/// Changes what an organization says of itself.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Stale`, `VersionRequired`, `Conflict`.
#[utoipa::path(
    patch, path = "/api/v1/organizations/{id}", tag = "organizations", summary = "Change an organization",
    description = "JSON merge patch (RFC 7396); needs `If-Match`. Name, corporate number and head office are the bureau's \
        to change once it has decided.",
    params(("id" = OrganizationId, Path), ("If-Match" = String, Header)), request_body = OrganizationForm,
    responses(
        (status = 200, description = "Changed.", body = OrganizationView),
        (status = 403, description = "Not an admin of it, nor in charge of it.", body = Problem),
        (status = 404, description = "None that the caller may see.", body = Problem),
        (status = 409, description = "Another organization stands in the way.", body = Problem),
        (status = 412, description = "Changed by somebody else.", body = Problem),
        (status = 422, description = "Some fields are wrong.", body = Problem),
        (status = 428, description = "`If-Match` is missing.", body = Problem),
    ),
)]
pub async fn change(door: Door, id: web::Path<OrganizationId>, body: Body<Map<String, Value>>) -> Answer {
    let version = door.required_version()?;
    let patch = body.value;
    door.write(body.fingerprint, move |deed| {
        let row = actions::change(deed, id.into_inner(), version, |row| {
            sign_up_form::patched(row, sign_up_form::document(row), patch)
        })?;
        shown(row, deed.by())
    })
    .await
}

async fn decide(door: Door, id: OrganizationId, body: Body<ReasonForm>, step: Step) -> Answer {
    let version = door.version()?;
    let reason = body.value.parse()?;
    door.write(body.fingerprint, move |deed| {
        let row = actions::decide(deed, id, version, step, reason)?;
        shown(row, deed.by())
    })
    .await
}

macro_rules! decisions {
    ($($(#[$meta:meta])* $name:ident = $path:literal, $summary:literal, $step:expr;)*) => {$(
        $(#[$meta])*
        ///
        /// # Errors
        /// `NotFound`, `Forbidden`, `IllegalStep`, `Stale`, `Conflict`, `Invalid`.
        #[utoipa::path(
            post, path = $path, tag = "organizations", summary = $summary,
            description = "For the bureau that covers its prefecture, and the operator. Its admins are told by mail.",
            params(("id" = OrganizationId, Path)), request_body = ReasonForm,
            responses(
                (status = 200, description = "Decided.", body = OrganizationView),
                (status = 403, description = "Outside the caller's region, or no bureau at all.", body = Problem),
                (status = 404, description = "None that the caller may see.", body = Problem),
                (status = 409, description = "Not possible in this state, or another organization stands in the way.", body = Problem),
                (status = 412, description = "Changed by somebody else.", body = Problem),
                (status = 422, description = "The reason is wrong.", body = Problem),
            ),
        )]
        pub async fn $name(door: Door, id: web::Path<OrganizationId>, body: Body<ReasonForm>) -> Answer {
            decide(door, id.into_inner(), body, $step).await
        }
    )*};
}

decisions! {
    /// Lets an organization act.
    approve = "/api/v1/organizations/{id}/approve", "Approve an organization", Step::Approve;
    /// Refuses an organization.
    reject = "/api/v1/organizations/{id}/reject", "Reject an organization", Step::Reject;
    /// Suspends an organization.
    suspend = "/api/v1/organizations/{id}/suspend", "Suspend an organization", Step::Suspend;
    /// Lets a suspended organization act again.
    reinstate = "/api/v1/organizations/{id}/reinstate", "Reinstate an organization", Step::Reinstate;
}
