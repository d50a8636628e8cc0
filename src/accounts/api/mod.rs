//! The API door of accounts.

pub mod auth;
pub mod me;

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use utoipa::OpenApi;

use super::view;
use crate::failure::Failure;
use crate::policy::{Actor, Who};
use crate::services::Services;
use crate::web::{Problem, origin_of};

/// The part of the API document that accounts bring.
#[derive(OpenApi)]
#[openapi(
    paths(
        auth::sign_in, auth::refresh, auth::sign_out,
        me::show, me::sessions, me::end_session, me::end_all_sessions, me::change_password,
    ),
    components(schemas(Problem, view::SignedIn, view::Me)),
    tags(
        (name = "auth", description = "Sign-up, sign-in, passwords."),
        (name = "me", description = "The caller's own account."),
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
    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn services(&self) -> &Services {
        &self.services
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

/// What the device calls itself, cut to what a list of sessions can show.
fn user_agent(request: &HttpRequest) -> String {
    let text = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    text.unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect()
}
