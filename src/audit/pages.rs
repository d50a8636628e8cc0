//! `/operations/audit`: the audit trail as far as its reader may see it, and `/account/activity`: one's own acts.

use std::collections::HashMap;

use askama::Template;
use chrono::TimeZone as _;
use chrono_tz::Asia::Tokyo;
use serde_json::Value;
use uuid::Uuid;

use super::api::{EventView, Filter, page as events};
use crate::accounts::pages::{Tab, account_tabs};
use crate::accounts::{self, MemberId, Person};
use crate::db::Json;
use crate::fields::{FieldErrors, Invalid};
use crate::locales;
use crate::policy;
use crate::web::forms::{FormView, Typed};
use crate::web::{Answer, Shell, Turns, Visit, page};

const TRAIL: &str = "/operations/audit";
const OWN: &str = "/account/activity";
/// Events on one page.
const ON_A_PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "audit/templates/trail.html")]
struct Trail {
    shell: Shell,
    form: FormView,
    rows: Vec<EventView>,
    people: HashMap<MemberId, Person>,
    /// Only the reader's own acts.
    own: bool,
    next: String,
    first: String,
}

impl Trail {
    fn tabs(&self) -> Vec<Tab> {
        account_tabs(&self.shell, OWN)
    }

    fn action(&self, row: &EventView) -> String {
        self.named("audit.action", &row.action)
    }

    fn subject(&self, row: &EventView) -> String {
        self.named("audit.subject", &row.subject_kind)
    }

    /// The text of a name; the name itself while the locale files do not know it.
    fn named(&self, prefix: &str, name: &str) -> String {
        let key = format!("{prefix}.{}", name.replace('.', "_"));
        if locales::has(self.shell.locale, &key) { self.shell.t(&key) } else { name.to_owned() }
    }

    fn short(&self, row: &EventView) -> String {
        row.subject_id.to_string().chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect()
    }

    fn who(&self, row: &EventView) -> Option<&Person> {
        self.people.get(&row.member_id?)
    }

    fn actor_kind(&self, row: &EventView) -> String {
        self.shell.t(&format!("audit.actor.{}", row.actor_kind))
    }

    /// What changed: each field, before and after.
    fn changes(&self, row: &EventView) -> Vec<(String, String, String)> {
        let fields = |side: &Option<Json<Value>>| match side {
            Some(Json(Value::Object(fields))) => fields.clone(),
            _ => serde_json::Map::new(),
        };
        let (before, after) = (fields(&row.before), fields(&row.after));
        let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
        names.sort();
        names.dedup();
        let shown = |side: &serde_json::Map<String, Value>, name: &String| in_short(side.get(name));
        names.into_iter().map(|name| (name.clone(), shown(&before, name), shown(&after, name))).collect()
    }
}

/// A value as people can read it; a hash by its beginning.
fn in_short(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) => {
            format!("#{}…", text.chars().take(8).collect::<String>())
        }
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The filters of the page, as the action takes them.
fn filter(typed: &Typed) -> Result<Filter, FieldErrors> {
    let mut errors = FieldErrors::new();
    let id = |name: &str| {
        let text = typed.text(name);
        text.map(|text| text.parse::<Uuid>().map_err(|_| Invalid::new("not_an_id"))).transpose()
    };
    let actor = errors.keep("/actor", id("actor")).flatten();
    let subject = errors.keep("/subject", id("subject")).flatten();
    let since = errors.keep("/since", typed.date("since")).flatten();
    errors.into_result()?;
    // The day begins in Japan.
    let since = since
        .and_then(|day| Tokyo.from_local_datetime(&day.and_time(chrono::NaiveTime::MIN)).earliest())
        .map(|instant| instant.to_rfc3339());
    Ok(Filter { actor, subject, since, limit: Some(ON_A_PAGE), cursor: typed.text("cursor"), total: None })
}

async fn shown(visit: Visit, own: bool) -> Answer {
    let typed = Typed::parse(visit.request().query_string().as_bytes());
    let (mut wanted, errors) = match filter(&typed) {
        Ok(filter) => (filter, FieldErrors::new()),
        Err(errors) => (filter(&Typed::new())?, errors),
    };
    if own {
        wanted.actor = Some(visit.member()?.member.0);
    }
    let (found, people) = visit
        .read(move |conn, actor| {
            let found = events(conn, actor, wanted)?;
            let ids: Vec<MemberId> = found.items.iter().filter_map(|row| row.member_id).collect();
            let people = accounts::people(conn, actor, &ids)?;
            Ok((found, people))
        })
        .await?;
    let path = if own { OWN } else { TRAIL };
    let shell = visit.shell(if own { "audit.own.title" } else { "audit.trail.title" });
    let Turns { next, first } = Turns::of(&shell, path, &typed, found.next.as_deref());
    let status = if errors.is_empty() { 200 } else { 422 };
    let form = FormView::new(shell.locale, "audit.filter", typed).with_errors(errors);
    page::html(status, &Trail { shell, form, rows: found.items, people, own, next, first })
}

/// `GET /operations/audit`: everything for the operator, its region for a bureau.
///
/// # Errors
/// `Unauthenticated`, `Forbidden` for all others, `Busy`.
pub async fn trail(visit: Visit) -> Answer {
    policy::desk(visit.actor())?;
    shown(visit, false).await
}

/// `GET /account/activity`
///
/// # Errors
/// `Unauthenticated`, `Busy`.
pub async fn own(visit: Visit) -> Answer {
    visit.member()?;
    shown(visit, true).await
}
