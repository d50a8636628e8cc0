//! The JSON door: reading, writing and listing challenges, and their steps.

use actix_web::web::{Data, Path};
use serde_json::{Map, Value};
use utoipa::OpenApi;

use super::actions::{self, DecisionForm, ExtensionForm, RemarkForm};
use super::amendments::{self, AmendmentView, FieldChange};
use super::card::Card;
use super::entry::{self, EntryAnswerForm};
use super::form::{BudgetForm, ContactForm, Form, IndicatorForm};
use super::listing::ListParams;
use super::selection;
use super::store::{self, Known};
use super::view::Detail;
use super::{ChallengeId, content, states};
use crate::db::DbConn;
use crate::failure::Failure;
use crate::matches::Ranking;
use crate::moderation::{self, Entry, SubjectKind};
use crate::policy::{self, Action, Actor, Who, sight};
use crate::services::Deed;
use crate::web::{Answer, Body, Door, Page, Params, Problem, Reply, id_of};

#[derive(OpenApi)]
#[openapi(
    paths(
        list, create, show, change, remove, submit, recall, publish, return_, withdraw, close, extend, decide,
        archive, list_amendments, moderation_log, answer_entry
    ),
    components(schemas(
        Detail, super::view::RoundRef, Card, Form, BudgetForm, ContactForm, IndicatorForm, RemarkForm, ExtensionForm, DecisionForm,
        AmendmentView, FieldChange, Entry, EntryAnswerForm, states::Status, states::Outcome, content::EntryStage,
        content::ContractRoute, content::Visibility, content::Readiness
    )),
    tags((name = "challenges", description = "地域課題: needs of municipalities, with their budgets"))
)]
pub struct Doc;

/// The challenge, if the caller may see it.
fn seen(conn: &mut DbConn, actor: &Actor, id: ChallengeId) -> Result<Known, Failure> {
    let known = store::find(conn, actor, id)?;
    policy::require(actor, Action::See, &known.subject())?;
    Ok(known)
}

fn shown(deed: &mut Deed<'_>, known: &Known) -> Result<Reply, Failure> {
    let by = deed.by().clone();
    let detail = Detail::of(deed.conn(), &by, known)?;
    Ok(Reply::ok(&detail)?.at_version(detail.version))
}

/// List challenges
///
/// Those the caller may see. Filters combine; `total=true` counts. Readers who may not see budget figures filter and
/// sort by bands.
#[utoipa::path(get, path = "/api/v1/challenges", tag = "challenges", params(ListParams),
    responses(
        (status = 200, description = "A page", body = Page<Card>),
        (status = 422, description = "A parameter is wrong", body = Problem),
    ))]
pub async fn list(door: Door, ranking: Data<Ranking>, Params(params): Params<ListParams>) -> Answer {
    let listing = params.parse(sight(door.actor()).figures)?;
    door.read(move |conn, actor| {
        let hits = listing.q.as_deref().map(|q| ranking.search_challenges(q));
        Reply::ok(&selection::page(conn, actor, &listing, hits)?)
    })
    .await
}

/// Begin a challenge
///
/// A draft needs a title only. A bureau may enter one for a municipality with `on_behalf_of`.
#[utoipa::path(post, path = "/api/v1/challenges", tag = "challenges", request_body = Form, security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Do it once")),
    responses(
        (status = 201, description = "The draft; its path in Location", body = Detail),
        (status = 401, description = "Nobody is signed in", body = Problem),
        (status = 403, description = "Not a municipality", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
    ))]
pub async fn create(door: Door, body: Body<Form>) -> Answer {
    let form = body.value;
    door.write(body.fingerprint, move |deed| {
        let known = actions::create(deed, &form)?;
        let by = deed.by().clone();
        let detail = Detail::of(deed.conn(), &by, &known)?;
        let location = format!("/api/v1/challenges/{}", detail.id);
        Ok(Reply::created(location, &detail)?.at_version(detail.version))
    })
    .await
}

/// Read a challenge
///
/// Budget figures, municipality and contact only as far as the caller may see them; ETag is the version.
#[utoipa::path(get, path = "/api/v1/challenges/{id}", tag = "challenges",
    params(("id" = String, Path, format = Uuid, description = "The challenge")),
    responses(
        (status = 200, description = "The challenge", body = Detail),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn show(door: Door, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    door.read(move |conn, actor| {
        let known = seen(conn, actor, id)?;
        let detail = Detail::of(conn, actor, &known)?;
        Ok(Reply::ok(&detail)?.at_version(detail.version))
    })
    .await
}

/// Change or amend a challenge
///
/// A JSON merge patch (RFC 7396). On an open challenge it is an amendment: numbered, explained in `amendment_note`, and
/// told to everyone who watches.
#[utoipa::path(patch, path = "/api/v1/challenges/{id}", tag = "challenges", request_body = Form, security(("bearer" = [])),
    params(
        ("id" = String, Path, format = Uuid, description = "The challenge"),
        ("If-Match" = String, Header, description = "The ETag that was read"),
    ),
    responses(
        (status = 200, description = "As it is now", body = Detail),
        (status = 403, description = "Not yours", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
        (status = 409, description = "Not in this state", body = Problem),
        (status = 412, description = "Somebody was faster", body = Problem),
        (status = 422, description = "Fields are wrong", body = Problem),
        (status = 428, description = "If-Match is missing", body = Problem),
    ))]
pub async fn change(door: Door, path: Path<String>, body: Body<Map<String, Value>>) -> Answer {
    let (id, version, patch) = (id_of(&path)?, door.required_version()?, body.value);
    door.write(body.fingerprint, move |deed| {
        let known = actions::amend_or_edit(deed, id, version, patch)?;
        shown(deed, &known)
    })
    .await
}

/// Throw a draft away
#[utoipa::path(delete, path = "/api/v1/challenges/{id}", tag = "challenges", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The challenge")),
    responses(
        (status = 204, description = "Gone"),
        (status = 404, description = "Not there, or hidden", body = Problem),
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

/// The handler of one step: the id and version from the request, the verb, the challenge as it is afterwards.
macro_rules! step_handler {
    ($(#[doc = $doc:literal])+ $name:ident, $path:literal, $form:ty, |$deed:ident, $id:ident, $version:ident, $body:ident| $act:expr) => {
        $(#[doc = $doc])+
        #[utoipa::path(post, path = $path, tag = "challenges", request_body = $form, security(("bearer" = [])),
            params(
                ("id" = String, Path, format = Uuid, description = "The challenge"),
                ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
                ("Idempotency-Key" = Option<String>, Header, description = "Do it once"),
            ),
            responses(
                (status = 200, description = "As it is now", body = Detail),
                (status = 401, description = "Nobody is signed in", body = Problem),
                (status = 403, description = "Not allowed; the reason is said", body = Problem),
                (status = 404, description = "Not there, or hidden", body = Problem),
                (status = 409, description = "Not in this state; the legal steps are named", body = Problem),
                (status = 412, description = "Somebody was faster", body = Problem),
                (status = 422, description = "Fields are missing or wrong", body = Problem),
            ))]
        pub async fn $name(door: Door, path: Path<String>, body: Body<$form>) -> Answer {
            let ($id, $version, $body) = (id_of(&path)?, door.version()?, body.value);
            door.write(body.fingerprint, move |$deed| {
                let known = $act?;
                shown($deed, &known)
            })
            .await
        }
    };
}

step_handler!(
    /// Put it before the bureau
    ///
    /// Asks for everything that is missing at once.
    submit, "/api/v1/challenges/{id}/submit", RemarkForm,
    |deed, id, version, body| actions::submit(deed, id, version, &body)
);
step_handler!(
    /// Take it back from the bureau
    recall, "/api/v1/challenges/{id}/recall", RemarkForm,
    |deed, id, version, _body| actions::recall(deed, id, version)
);
step_handler!(
    /// Open it
    ///
    /// By the bureau in charge of the prefecture, or the operator.
    publish, "/api/v1/challenges/{id}/publish", RemarkForm,
    |deed, id, version, body| actions::publish(deed, id, version, &body)
);
step_handler!(
    /// Give it back with comments
    ///
    /// By the bureau in charge of the prefecture, or the operator; `comment` is required.
    return_, "/api/v1/challenges/{id}/return", RemarkForm,
    |deed, id, version, body| actions::return_(deed, id, version, &body)
);
step_handler!(
    /// Take it back from the public
    ///
    /// `reason` is required.
    withdraw, "/api/v1/challenges/{id}/withdraw", RemarkForm,
    |deed, id, version, body| actions::withdraw(deed, id, version, &body)
);
step_handler!(
    /// Close it before its deadline
    close, "/api/v1/challenges/{id}/close", RemarkForm,
    |deed, id, version, body| actions::close(deed, id, version, &body)
);
step_handler!(
    /// Move its deadline back
    extend, "/api/v1/challenges/{id}/extend", ExtensionForm,
    |deed, id, version, body| actions::extend(deed, id, version, &body)
);
step_handler!(
    /// Say what came of it
    decide, "/api/v1/challenges/{id}/decide", DecisionForm,
    |deed, id, version, body| actions::decide(deed, id, version, &body)
);
step_handler!(
    /// Put it away
    archive, "/api/v1/challenges/{id}/archive", RemarkForm,
    |deed, id, version, _body| actions::archive(deed, id, version)
);

/// Read its amendments
///
/// The newest first, each with the fields that changed as far as the caller may see them.
#[utoipa::path(get, path = "/api/v1/challenges/{id}/amendments", tag = "challenges",
    params(("id" = String, Path, format = Uuid, description = "The challenge")),
    responses(
        (status = 200, description = "All of them", body = Page<AmendmentView>),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn list_amendments(door: Door, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    door.read(move |conn, actor| {
        let known = seen(conn, actor, id)?;
        Reply::ok(&Page { items: amendments::of(conn, actor, &known)?, next: None, total: None })
    })
    .await
}

/// Read its moderation log
///
/// For its municipality and its bureau; the oldest first.
#[utoipa::path(get, path = "/api/v1/challenges/{id}/moderation", tag = "challenges", security(("bearer" = [])),
    params(("id" = String, Path, format = Uuid, description = "The challenge")),
    responses(
        (status = 200, description = "All of it", body = Page<Entry>),
        (status = 403, description = "Not a party", body = Problem),
        (status = 404, description = "Not there, or hidden", body = Problem),
    ))]
pub async fn moderation_log(door: Door, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    door.read(move |conn, actor| {
        let known = seen(conn, actor, id)?;
        policy::require(actor, Action::SeeModeration, &known.subject())?;
        let items = moderation::entries(conn, SubjectKind::Challenge, id.0)?;
        Reply::ok(&Page { items, next: None, total: None })
    })
    .await
}

/// Answer whether you want a challenge that was entered for you
///
/// With the token of the mailed link. `refuse` makes it a draft again; the bureau is told.
#[utoipa::path(post, path = "/api/v1/challenge-confirmations", tag = "challenges", request_body = EntryAnswerForm,
    responses(
        (status = 204, description = "Recorded; the link is used up"),
        (status = 422, description = "Fields are wrong, or the link does not act", body = Problem),
    ))]
pub async fn answer_entry(door: Door, body: Body<EntryAnswerForm>) -> Answer {
    let form = body.value;
    let actor = Actor { who: Who::Link, origin: door.actor().origin.clone() };
    door.services().perform(actor, move |deed| entry::answer(deed, &form)).await?;
    Ok(Reply::no_content().into())
}
