//! What is done at the desk: deciding, with the words of a refusal, and taking back.

use std::collections::HashSet;

use actix_web::web::Path;
use askama::Template;

use super::desk::shown;
use crate::accounts::Locale;
use crate::failure::Failure;
use crate::fields::{FieldErrors, Invalid};
use crate::moderation::acts::{self, ActId, BatchId, Decision, Item};
use crate::moderation::queue::WaitingKind;
use crate::moderation::undo;
use crate::policy;
use crate::services::Deed;
use crate::web::forms::{FormView, Typed};
use crate::web::{Answer, Flash, Problem, Sent, Shell, Visit, id_of, page};

/// Things that can be decided in one go.
const MOST_AT_ONCE: usize = 100;

#[derive(Template)]
#[template(path = "moderation/templates/decline.html")]
struct Decline {
    shell: Shell,
    /// What is decided: as forms send it, and what it is called.
    items: Vec<(String, String)>,
    form: FormView,
    /// Texts to begin with: their key, and what they are about.
    replies: Vec<(String, String)>,
    kind: String,
}

/// `POST /moderation`: decides about what was chosen, or asks for the words of a refusal first.
///
/// # Errors
/// `Unauthenticated`; `Forbidden` for whoever has no desk.
pub async fn act(sent: Sent) -> Answer {
    let (visit, typed) = (&sent.visit, &sent.typed);
    policy::desk(visit.actor())?;
    let kind = typed.text("kind");
    let items = chosen(typed)?;
    if items.is_empty() {
        let nothing = visit.shell("moderation.title").t("moderation.nothing_chosen");
        let failed = vec![(String::new(), nothing)];
        return shown(visit, kind, None, (422, &HashSet::new(), failed)).await;
    }
    let decision = Decision::parse(typed.get("decision")).ok();
    let reply = typed.text("reply");
    let comment = typed.text("comment");
    let Some(decision) = decision.filter(|_| reply.is_none()) else {
        return decline(visit, typed, &items, reply.as_deref(), FieldErrors::new()).await;
    };
    if decision == Decision::Decline && comment.is_none() {
        let missing = FieldErrors::one("/comment", Invalid::new("required"));
        return decline(visit, typed, &items, None, missing).await;
    }
    let (failed, wrong) = decide(&sent, &items, decision, comment.as_deref()).await?;
    if let Some(errors) = wrong {
        return decline(visit, typed, &items, None, errors).await;
    }
    if failed.is_empty() {
        let back = kind.map_or_else(|| "/moderation".to_owned(), |kind| format!("/moderation?kind={kind}"));
        return Ok(visit.go_saying(back, &Flash::said("moderation_done")));
    }
    let still: HashSet<String> = failed.iter().map(|(item, _, _)| item.to_string()).collect();
    let told = failed.into_iter().map(|(_, title, why)| (title, why)).collect();
    shown(visit, kind, None, (409, &still, told)).await
}

/// The things that a form names.
fn chosen(typed: &Typed) -> Result<Vec<Item>, Failure> {
    let mut items: Vec<Item> = Vec::new();
    for text in typed.all("item") {
        let item = Item::parse(text).map_err(|invalid| Failure::field("/item", invalid))?;
        if !items.contains(&item) {
            items.push(item);
        }
    }
    if items.len() > MOST_AT_ONCE {
        let invalid = Invalid::new("too_many_entries").with("max", MOST_AT_ONCE).with("actual", items.len());
        return Err(Failure::field("/item", invalid));
    }
    Ok(items)
}

/// What could not be done: the thing, what it is called, and why.
type Failed = Vec<(Item, String, String)>;

/// Decides about each thing by itself, so that one that cannot be decided does not hold up the others. Answers what
/// could not be done; or what is wrong with the comment, when that is what stands in the way.
async fn decide(
    sent: &Sent,
    items: &[Item],
    decision: Decision,
    comment: Option<&str>,
) -> Result<(Failed, Option<FieldErrors>), Failure> {
    let visit = &sent.visit;
    let batch = BatchId::new();
    let done_before = done_before(visit).await?;
    let mut failed: Failed = Vec::new();
    for item in items.iter().copied() {
        // The same form sent twice does nothing twice, and complains of nothing.
        if done_before.contains(&(item.id, decision.verb(item.kind).to_owned())) {
            continue;
        }
        let comment = comment.map(str::to_owned);
        let done = sent.perform(move |deed| acts::act(deed, batch, item, decision, comment.as_deref()));
        match done.await {
            Ok(()) => {}
            Err(Failure::Invalid(errors)) if errors.iter().all(|(pointer, _)| is_comment(pointer)) => {
                let mut mapped = FieldErrors::new();
                for (_, invalid) in errors.iter() {
                    mapped.add("/comment", invalid.clone());
                }
                return Ok((failed, Some(mapped)));
            }
            Err(failure @ (Failure::Busy | Failure::Internal(_) | Failure::Unauthenticated(_))) => {
                return Err(failure);
            }
            Err(failure) => {
                let title = title_of(visit, item).await?;
                failed.push((item, title, said(visit.locale(), &failure)));
            }
        }
    }
    Ok((failed, None))
}

/// What this member has just done: the things, and the verbs.
async fn done_before(visit: &Visit) -> Result<HashSet<(uuid::Uuid, String)>, Failure> {
    let (member, now) = (visit.member()?.member, visit.services().clock().now());
    let acts = visit.read(move |conn, _| undo::undoable(conn, member, now)).await?;
    Ok(acts.into_iter().map(|act| (act.subject.0, act.act)).collect())
}

fn is_comment(pointer: &str) -> bool {
    matches!(pointer, "/comment" | "/reason" | "/note")
}

/// A failure in words, with every field that is wrong.
fn said(locale: Locale, failure: &Failure) -> String {
    let problem = Problem::of(failure, locale, None);
    let fields = problem.errors.iter().map(|field| field.detail.clone());
    std::iter::once(problem.detail.clone()).chain(fields).collect::<Vec<_>>().join(" ")
}

async fn title_of(visit: &Visit, item: Item) -> Result<String, Failure> {
    let found = visit.read(move |conn, actor| acts::title(conn, &policy::desk(actor)?, item));
    match found.await {
        Err(Failure::NotFound) => Ok(String::new()),
        found => found,
    }
}

/// The page that asks for the words of a refusal, with a text to begin with when one was picked.
async fn decline(
    visit: &Visit,
    typed: &Typed,
    items: &[Item],
    reply: Option<&str>,
    errors: FieldErrors,
) -> Answer {
    let mut named = Vec::with_capacity(items.len());
    for item in items {
        let title = title_of(visit, *item).await?;
        if !title.is_empty() {
            named.push((item.to_string(), title));
        }
    }
    if named.is_empty() {
        return Err(Failure::NotFound);
    }
    let shell = visit.shell("moderation.decline.title");
    let kinds: HashSet<WaitingKind> = items.iter().map(|item| item.kind).collect();
    let replies: Vec<(String, String)> = WaitingKind::ALL
        .iter()
        .filter(|kind| kinds.contains(kind))
        .flat_map(|kind| replies(*kind).iter().map(move |reply| format!("{kind}.{reply}")))
        .map(|key| (key.clone(), shell.t(&format!("moderation.reply.{key}.label"))))
        .collect();
    let mut typed = typed.clone();
    if let Some(reply) = reply.filter(|reply| replies.iter().any(|(key, _)| key == reply)) {
        typed.set("comment", shell.t(&format!("moderation.reply.{reply}.text")));
    }
    let status = if errors.is_empty() { 200 } else { 422 };
    let shown = Decline {
        items: named,
        kind: typed.get("kind").to_owned(),
        form: FormView::new(shell.locale, "moderation.form", typed).with_errors(errors),
        replies,
        shell,
    };
    page::html(status, &shown)
}

/// The texts to begin a refusal with, by kind; they stand in the locale files.
fn replies(kind: WaitingKind) -> &'static [&'static str] {
    match kind {
        WaitingKind::Organization => &["identity", "duplicate"],
        WaitingKind::Challenge => &["problem", "budget", "personal"],
        WaitingKind::Solution => &["price", "claims", "scope"],
        WaitingKind::Match => &["scope", "budget", "already"],
        WaitingKind::FieldWanted => &["terms", "scope"],
        WaitingKind::Confirmation => &["address", "private"],
    }
}

/// `POST /moderation/undo/{batch}`: takes back what was done together.
///
/// # Errors
/// `NotFound` for what is no batch; `Forbidden` for whoever has no desk.
pub async fn take_back(sent: Sent, path: Path<String>) -> Answer {
    taken_back(&sent, id_of(&path)?, None).await
}

/// `POST /moderation/undo/{batch}/{act}`: takes back one of what was done together.
///
/// # Errors
/// Those of [`take_back`].
pub async fn take_back_one(sent: Sent, path: Path<(String, String)>) -> Answer {
    let (batch, act) = path.into_inner();
    let batch = batch.parse().map_err(|_| Failure::NotFound)?;
    let act = act.parse().map_err(|_| Failure::NotFound)?;
    taken_back(&sent, batch, Some(act)).await
}

async fn taken_back(sent: &Sent, batch: BatchId, only: Option<ActId>) -> Answer {
    let visit = &sent.visit;
    policy::desk(visit.actor())?;
    let acts = visit.read(move |conn, _| undo::of_batch(conn, batch)).await?;
    let acts: Vec<_> = acts.into_iter().filter(|act| only.is_none_or(|only| only == act.id)).collect();
    let mut failed = Vec::new();
    for act in acts {
        let id = act.id;
        match sent.perform(move |deed: &mut Deed<'_>| undo::undo(deed, id)).await {
            Ok(()) => {}
            Err(Failure::NotFound) => return Err(Failure::NotFound),
            Err(failure @ (Failure::Busy | Failure::Internal(_))) => return Err(failure),
            Err(failure) => failed.push((act.title, said(visit.locale(), &failure))),
        }
    }
    if failed.is_empty() {
        return Ok(visit.go_saying("/moderation", &Flash::said("moderation_undone")));
    }
    shown(visit, None, None, (409, &HashSet::new(), failed)).await
}
