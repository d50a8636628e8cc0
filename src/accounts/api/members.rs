//! `organizations/{id}/members`, `organizations/{id}/invitations`, `members/{id}…`.

use actix_web::web;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::accounts::forms::{self, InviteForm, ReasonForm};
use crate::accounts::invitations::{self, Invitation};
use crate::accounts::members::{self, Profile};
use crate::accounts::store::MemberRow;
use crate::accounts::view::MemberView;
use crate::accounts::{InvitationId, MemberId, OrganizationId};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::web::{Answer, Body, Door, Page, PageQuery, Params, Problem, Reply};

/// A page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// Items on a page, 1 to 100; 20 unless given.
    limit: Option<i64>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

impl PageParams {
    fn page(self) -> PageQuery {
        PageQuery::new(self.limit, self.cursor, None)
    }
}

/// What may be changed about a member; `null` empties, absent leaves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberPatch {
    /// The person's name.
    name: Option<String>,
    /// Department, section; `""` for none.
    department: Option<String>,
    /// `ja` or `en`.
    locale: Option<String>,
    /// `admin`, `editor` or `viewer`; not one's own through `me`.
    role: Option<String>,
}

impl MemberPatch {
    /// What a page shows of a profile, as it was typed.
    pub(in crate::accounts) fn profile(name: &str, department: &str, locale: &str) -> Self {
        let text = |text: &str| Some(text.to_owned());
        Self { name: text(name), department: text(department), locale: text(locale), role: None }
    }

    /// The same with a role.
    pub(in crate::accounts) fn with_role(self, role: &str) -> Self {
        Self { role: Some(role.to_owned()), ..self }
    }

    pub(in crate::accounts) fn on(self, row: &MemberRow) -> Result<Profile, Failure> {
        let mut errors = FieldErrors::new();
        let name = errors.keep("/name", forms::person_name(self.name.or_else(|| Some(row.name.clone()))));
        let department =
            errors.keep("/department", forms::department(self.department.or_else(|| row.department.clone())));
        let locale = errors.keep("/locale", forms::locale(self.locale, row.locale));
        let role =
            errors.keep("/role", forms::role(self.role.or_else(|| Some(row.role.as_str().to_owned()))));
        errors.into_result()?;
        let ((name, department), (locale, role)) =
            forms::both(forms::both(name, department).ok(), forms::both(locale, role).ok())?;
        Ok(Profile { name, department, locale, role })
    }

    pub(super) fn names_role(&self) -> bool {
        self.role.is_some()
    }
}

/// How a request to join is accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptMemberForm {
    /// The role to begin with; `editor` unless given.
    role: Option<String>,
}

fn shown(row: MemberRow) -> Result<Reply, Failure> {
    let version = row.version;
    Ok(Reply::ok(&MemberView::from(row))?.at_version(version))
}

/// Lists members.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`.
#[utoipa::path(
    get, path = "/api/v1/organizations/{id}/members", tag = "members", summary = "List the members",
    params(("id" = OrganizationId, Path), PageParams),
    responses(
        (status = 200, description = "Members, oldest first, those who ask to join too.", body = Page<MemberView>),
        (status = 403, description = "Neither a member nor in charge of it.", body = Problem),
        (status = 404, description = "None that the caller may see.", body = Problem),
    ),
)]
pub async fn list(door: Door, id: web::Path<OrganizationId>, params: Params<PageParams>) -> Answer {
    let page = params.0.page();
    let (limit, after) = (page.checked_limit()?, page.place()?);
    door.read(move |conn, actor| {
        let rows = members::list(conn, actor, id.into_inner(), after, limit)?;
        Reply::ok(&Page::cut(rows, limit, None, |row| row.id)?.map(MemberView::from))
    })
    .await
}

/// Shows one.
///
/// # Errors
/// `NotFound`.
#[utoipa::path(
    get, path = "/api/v1/members/{id}", tag = "members", summary = "Show a member",
    params(("id" = MemberId, Path)),
    responses(
        (status = 200, description = "The member.", body = MemberView),
        (status = 404, description = "None that the caller may see.", body = Problem),
    ),
)]
pub async fn show(door: Door, id: web::Path<MemberId>) -> Answer {
    door.read(move |conn, actor| shown(members::show(conn, actor, id.into_inner())?)).await
}

/// Changes a member.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`, `Stale`, `VersionRequired`, `Conflict`.
#[utoipa::path(
    patch, path = "/api/v1/members/{id}", tag = "members", summary = "Change a member",
    params(("id" = MemberId, Path), ("If-Match" = String, Header)), request_body = MemberPatch,
    responses(
        (status = 200, description = "Changed; a new role holds at once.", body = MemberView),
        (status = 403, description = "Not an admin of the organization.", body = Problem),
        (status = 409, description = "The last admin stays one.", body = Problem),
        (status = 412, description = "Changed by somebody else.", body = Problem),
        (status = 422, description = "Some fields are wrong.", body = Problem),
        (status = 428, description = "`If-Match` is missing.", body = Problem),
    ),
)]
pub async fn change(door: Door, id: web::Path<MemberId>, body: Body<MemberPatch>) -> Answer {
    let version = door.required_version()?;
    let patch = body.value;
    door.write(body.fingerprint, move |deed| {
        shown(members::change(deed, id.into_inner(), version, |row| patch.on(row))?)
    })
    .await
}

/// Lets somebody in who asked to join.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Invalid`.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/accept", tag = "members", summary = "Accept a request to join",
    params(("id" = MemberId, Path)), request_body = AcceptMemberForm,
    responses(
        (status = 200, description = "A member now; told by mail.", body = MemberView),
        (status = 403, description = "Not an admin of the organization.", body = Problem),
        (status = 409, description = "Answered before.", body = Problem),
    ),
)]
pub async fn accept(door: Door, id: web::Path<MemberId>, body: Body<AcceptMemberForm>) -> Answer {
    let role = body.value.role.map(|role| forms::role(Some(role))).transpose();
    let role = role.map_err(|invalid| Failure::field("/role", invalid))?;
    door.write(body.fingerprint, move |deed| shown(members::accept(deed, id.into_inner(), role)?)).await
}

/// Answers no to somebody who asked to join.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Invalid`.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/decline", tag = "members", summary = "Decline a request to join",
    params(("id" = MemberId, Path)), request_body = ReasonForm,
    responses(
        (status = 204, description = "Declined; told by mail."),
        (status = 403, description = "Not an admin of the organization.", body = Problem),
        (status = 409, description = "Answered before.", body = Problem),
    ),
)]
pub async fn decline(door: Door, id: web::Path<MemberId>, body: Body<ReasonForm>) -> Answer {
    let reason = body.value.parse()?;
    door.write(body.fingerprint, move |deed| {
        members::decline(deed, id.into_inner(), reason.as_deref())?;
        Ok(Reply::no_content())
    })
    .await
}

/// A step that needs no more than to be asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoForm {}

/// Ends a membership.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`, `Conflict`.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/deactivate", tag = "members", summary = "Deactivate a member",
    params(("id" = MemberId, Path)),
    responses(
        (status = 200, description = "Deactivated; all sessions ended.", body = MemberView),
        (status = 403, description = "Not an admin of the organization.", body = Problem),
        (status = 409, description = "Not active, or the last admin.", body = Problem),
    ),
)]
pub async fn deactivate(door: Door, id: web::Path<MemberId>, body: Body<NoForm>) -> Answer {
    door.write(body.fingerprint, move |deed| shown(members::deactivate(deed, id.into_inner())?)).await
}

/// Lets a deactivated member back in.
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep`.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/reactivate", tag = "members", summary = "Reactivate a member",
    params(("id" = MemberId, Path)),
    responses(
        (status = 200, description = "Active again.", body = MemberView),
        (status = 403, description = "Not an admin of the organization.", body = Problem),
        (status = 409, description = "Not deactivated.", body = Problem),
    ),
)]
pub async fn reactivate(door: Door, id: web::Path<MemberId>, body: Body<NoForm>) -> Answer {
    door.write(body.fingerprint, move |deed| shown(members::reactivate(deed, id.into_inner())?)).await
}

/// Invites a colleague.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`.
#[utoipa::path(
    post, path = "/api/v1/organizations/{id}/invitations", tag = "members", summary = "Invite a colleague",
    params(("id" = OrganizationId, Path)), request_body = InviteForm,
    responses(
        (status = 201, description = "Mailed, for 14 days.", body = Invitation),
        (status = 403, description = "Not an admin of the organization.", body = Problem),
        (status = 422, description = "Some fields are wrong.", body = Problem),
    ),
)]
pub async fn invite(door: Door, id: web::Path<OrganizationId>, body: Body<InviteForm>) -> Answer {
    let (email, role) = body.value.parse()?;
    door.write(body.fingerprint, move |deed| {
        let invitation = invitations::invite(deed, id.into_inner(), &email, role)?;
        Reply::created(format!("/api/v1/invitations/{}", invitation.id), &invitation)
    })
    .await
}

/// Lists invitations.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Invalid`.
#[utoipa::path(
    get, path = "/api/v1/organizations/{id}/invitations", tag = "members", summary = "List the invitations",
    params(("id" = OrganizationId, Path), PageParams),
    responses(
        (status = 200, description = "Invitations, newest first.", body = Page<Invitation>),
        (status = 403, description = "Not an admin of the organization.", body = Problem),
    ),
)]
pub async fn list_invitations(
    door: Door,
    id: web::Path<OrganizationId>,
    params: Params<PageParams>,
) -> Answer {
    let page = params.0.page();
    let (limit, after) = (page.checked_limit()?, page.place()?);
    door.read(move |conn, actor| {
        let rows = invitations::list(conn, actor, id.into_inner(), after, limit)?;
        Reply::ok(&Page::cut(rows, limit, None, |row| row.id)?)
    })
    .await
}

/// Takes an invitation back.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Conflict`.
#[utoipa::path(
    delete, path = "/api/v1/invitations/{id}", tag = "members", summary = "Take an invitation back",
    params(("id" = InvitationId, Path)),
    responses(
        (status = 204, description = "Its link acts no more."),
        (status = 403, description = "Not an admin of the organization.", body = Problem),
        (status = 409, description = "Accepted or taken back before.", body = Problem),
    ),
)]
pub async fn revoke_invitation(door: Door, id: web::Path<InvitationId>) -> Answer {
    door.write(Vec::new(), move |deed| {
        invitations::revoke(deed, id.into_inner())?;
        Ok(Reply::no_content())
    })
    .await
}
