//! The JSON door of questions.

use actix_web::web::Path;
use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};

use super::actions::{self, AnswerForm, HideForm, QuestionForm};
use super::view::{self, QuestionList, QuestionView};
use super::{Audience, QuestionId, Status, Step};
use crate::challenges::ChallengeId;
use crate::failure::Failure;
use crate::web::{Answer, Body, Door, Problem, Reply};

#[derive(OpenApi)]
#[openapi(
    paths(list, ask, answer, withdraw, hide),
    components(schemas(QuestionView, QuestionList, QuestionForm, AnswerForm, HideForm, Nothing, Status, Step, Audience)),
    tags((name = "questions", description = "質問: asked by vendors, answered by the municipality; nobody is told who asked"))
)]
pub struct Doc;

/// A step that needs no words.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = QuestionStepForm)]
pub struct Nothing {}

fn id_of<T: std::str::FromStr>(path: &Path<String>) -> Result<T, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}

/// List the questions on a challenge
///
/// Answered ones as far as their audience goes, one's own, and for the municipality and its bureau all that were not taken
/// back.
#[utoipa::path(get, path = "/api/v1/challenges/{id}/questions", tag = "questions",
    params(("id" = String, Path, format = Uuid, description = "The challenge")),
    responses(
        (status = 200, description = "Oldest first", body = QuestionList),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn list(door: Door, path: Path<String>) -> Answer {
    let (id, now): (ChallengeId, _) = (id_of(&path)?, door.services().clock().now());
    door.read(move |conn, actor| Reply::ok(&view::list(conn, actor, id, now)?)).await
}

/// Ask a question
///
/// By an approved vendor, while questions are taken.
#[utoipa::path(post, path = "/api/v1/challenges/{id}/questions", tag = "questions", request_body = QuestionForm,
    security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The challenge"),
        ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
    ),
    responses(
        (status = 201, description = "Asked", body = QuestionView),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "Not an approved vendor", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
        (status = 409, description = "Questions have ended, or too many of yours wait", body = Problem),
        (status = 422, description = "The text is missing or too long", body = Problem),
    ))]
pub async fn ask(door: Door, path: Path<String>, body: Body<QuestionForm>) -> Answer {
    let id: ChallengeId = id_of(&path)?;
    let form = body.value;
    door.write(body.fingerprint, move |deed| {
        let (brief, question) = actions::ask(deed, id, &form)?;
        let shown = view::of(deed.by(), &brief, &question);
        let path = format!("/api/v1/challenges/{id}/questions");
        Ok(Reply::created(path, &shown)?.at_version(shown.version))
    })
    .await
}

macro_rules! step_handler {
    ($(#[doc = $doc:literal])+ $name:ident, $path:literal, $form:ty, |$deed:ident, $id:ident, $version:ident, $body:ident| $act:expr) => {
        $(#[doc = $doc])+
        #[utoipa::path(post, path = $path, tag = "questions", request_body = $form, security(("bearer" = [])),
            params(
                ("id" = String, Path, format = Uuid, description = "The question"),
                ("If-Match" = Option<String>, Header, description = "The version that was read"),
                ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
            ),
            responses(
                (status = 200, description = "As it is now", body = QuestionView),
                (status = 401, description = "Nobody is signed in", body = Problem),
                (status = 403, description = "Not allowed; the reason is said", body = Problem),
                (status = 404, description = "Not there, or hidden", body = Problem),
                (status = 409, description = "Not in this state; the legal steps are named", body = Problem),
                (status = 412, description = "Somebody was faster", body = Problem),
                (status = 422, description = "Fields are missing or wrong", body = Problem),
            ))]
        pub async fn $name(door: Door, path: Path<String>, body: Body<$form>) -> Answer {
            let ($id, $version, $body): (QuestionId, _, _) = (id_of(&path)?, door.version()?, body.value);
            door.write(body.fingerprint, move |$deed| {
                let (brief, question) = $act?;
                let shown = view::of($deed.by(), &brief, &question);
                Ok(Reply::ok(&shown)?.at_version(shown.version))
            })
            .await
        }
    };
}

step_handler!(
    /// Answer a question
    ///
    /// By the municipality; the answer is `public` or for `registered` organizations.
    answer, "/api/v1/questions/{id}/answer", AnswerForm,
    |deed, id, version, body| actions::answer(deed, id, version, &body)
);
step_handler!(
    /// Take one's own question back
    withdraw, "/api/v1/questions/{id}/withdraw", Nothing,
    |deed, id, version, _body| actions::withdraw(deed, id, version)
);
step_handler!(
    /// Take a question out of sight
    ///
    /// By the bureau in charge or the operator, with a reason that its asker and the municipality read.
    hide, "/api/v1/questions/{id}/hide", HideForm,
    |deed, id, version, body| actions::hide(deed, id, version, &body)
);
