//! The API door of accounts.

pub mod auth;
pub mod me;
pub mod members;
pub mod operations;
pub mod organizations;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use utoipa::OpenApi;

use super::sign_in_pages::user_agent;
use super::view;
use crate::accounts::Locale;
use crate::failure::Failure;
use crate::policy::{Actor, Who};
use crate::services::Services;
use crate::web::{Problem, origin_of};

/// The part of the API document that accounts bring.
#[derive(OpenApi)]
#[openapi(
    paths(
        auth::sign_up, auth::verify_email, auth::resend, auth::sign_in, auth::refresh, auth::sign_out,
        auth::forgot, auth::reset, auth::accept_invitation,
        organizations::list, organizations::show, organizations::change, organizations::approve,
        organizations::reject, organizations::suspend, organizations::reinstate,
        members::list, members::show, members::change, members::accept, members::decline, members::deactivate,
        members::reactivate, members::invite, members::list_invitations, members::revoke_invitation,
        operations::list_domains, operations::add_domain, operations::remove_domain, operations::end_sessions,
        operations::rotate_keys,
        me::show, me::change, me::sessions, me::end_session, me::end_all_sessions, me::change_password,
    ),
    components(schemas(Problem, view::SignedIn, view::Me)),
    tags(
        (name = "auth", description = "Sign-up, sign-in, passwords."),
        (name = "me", description = "The caller's own account."),
        (name = "organizations", description = "Who takes part, and where they stand."),
        (name = "members", description = "The people of an organization."),
        (name = "mail-domains", description = "Which mail domains speak for a municipality."),
        (name = "operations", description = "For the operator."),
    )
)]
pub struct Doc;

/// A caller of the doors that need no session. A stale `Authorization` header, which clients send along out of
/// habit, does no harm here.
pub struct Visitor {
    actor: Actor,
    services: Services,
    user_agent: String,
}

impl Visitor {
    pub(super) fn actor(&self) -> &Actor {
        &self.actor
    }

    pub(super) fn services(&self) -> &Services {
        &self.services
    }

    pub(super) fn locale(&self) -> Locale {
        self.actor.locale()
    }
}

impl FromRequest for Visitor {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let services = request.app_data::<web::Data<Services>>().map(|data| data.get_ref().clone());
        let visitor = services.map(|services| Self {
            actor: Actor { who: Who::Public, origin: origin_of(request) },
            services,
            user_agent: user_agent(request),
        });
        let missing = || Failure::internal("the services are not part of the application");
        std::future::ready(visitor.ok_or_else(missing))
    }
}
