//! `/rounds/new` and `/rounds/{id}/edit`: one form.

use actix_web::web::Path;
use askama::Template;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::policy::{self, Action, Openness, Subject};
use crate::reference::Bureau;
use crate::rounds::api::{id_of, seen};
use crate::rounds::states::Step;
use crate::rounds::store::Round;
use crate::rounds::windows::WindowKind;
use crate::rounds::{RoundForm, RoundId, actions};
use crate::web::forms::{Choice, FormView, Refusal, Typed};
use crate::web::{Answer, Flash, Sent, Shell, Visit, page, read_value};

#[derive(Template)]
#[template(path = "rounds/templates/write.html")]
struct Write {
    shell: Shell,
    form: FormView,
    action: String,
    /// What is edited, and its version; `None` for a new one.
    known: Option<(RoundId, String, i32)>,
    /// The bureaus among which the operator chooses; empty for a bureau.
    bureaus: Vec<Choice>,
    said: Option<String>,
}

const COUNTS: [&str; 3] = ["sessions_per_challenge", "sessions_per_vendor", "session_minutes"];

impl Write {
    fn crumbs(&self) -> Vec<(String, String)> {
        let mut crumbs = vec![(self.shell.t("rounds.list.title"), self.shell.link("/rounds"))];
        if let Some((id, title, _)) = &self.known {
            crumbs.push((title.clone(), self.shell.link(&format!("/rounds/{id}"))));
        }
        crumbs.push((self.shell.title.clone(), String::new()));
        crumbs
    }

    fn windows(&self) -> &'static [WindowKind] {
        WindowKind::ALL
    }
}

/// Whether the reader may begin a round, and for which bureaus to choose.
fn bureaus(visit: &Visit) -> Result<Vec<Choice>, Failure> {
    let own = visit.actor().member().and_then(|member| member.covers.first().copied());
    let subject = Subject { prefecture: own, openness: Openness::Public, ..Subject::default() };
    policy::require(visit.actor(), Action::RunRound, &subject)?;
    if own.is_some() {
        return Ok(Vec::new());
    }
    let name = |bureau: Bureau| super::bureau_name(visit.locale(), bureau.as_str());
    Ok(Bureau::all().map(|bureau| Choice::new(bureau.as_str(), name(bureau))).collect())
}

/// `GET /rounds/new`
///
/// # Errors
/// `Unauthenticated`, or `Forbidden` for whoever runs none.
pub async fn begin(visit: Visit) -> Answer {
    let bureaus = bureaus(&visit)?;
    let mut typed = Typed::new();
    for (name, usual) in COUNTS.iter().zip(["3", "3", "45"]) {
        typed.set(name, usual);
    }
    shown(&visit, None, bureaus, typed, None)
}

fn shown(
    visit: &Visit,
    known: Option<(RoundId, String, i32)>,
    bureaus: Vec<Choice>,
    typed: Typed,
    refused: Option<Refusal>,
) -> Answer {
    let title = if known.is_some() { "rounds.write.edit_title" } else { "rounds.write.new_title" };
    let action = known.as_ref().map_or_else(|| "/rounds".to_owned(), |(id, ..)| format!("/rounds/{id}/edit"));
    let (status, errors, said) = match refused {
        Some(refused) => (refused.status, refused.errors, refused.sentence),
        None => (200, FieldErrors::new(), None),
    };
    let shell = visit.shell(title);
    let form = FormView::new(shell.locale, "rounds.form", typed).with_errors(errors);
    page::html(status, &Write { shell, form, action, known, bureaus, said })
}

/// `POST /rounds`
///
/// # Errors
/// Those of the action that the form cannot show.
pub async fn create(sent: Sent) -> Answer {
    let bureaus = bureaus(&sent.visit)?;
    let saved = match document(&sent.typed) {
        Err(errors) => Err(Failure::Invalid(errors)),
        Ok(mut document) => {
            if let Some(bureau) = sent.typed.text("bureau") {
                document.insert("bureau".to_owned(), json!(bureau));
            }
            let form: RoundForm = read_value(Value::Object(document))?;
            sent.once(move |deed| Ok(format!("/rounds/{}", actions::create(deed, &form)?.id))).await
        }
    };
    let failure = match saved {
        Ok(there) => return Ok(sent.visit.go_saying(there, &Flash::said("round_saved"))),
        Err(failure) => failure,
    };
    let refused = Refusal::of(&sent.visit.shell("rounds.write.new_title"), failure)?;
    shown(&sent.visit, None, bureaus, sent.typed.clone(), Some(refused))
}

/// `GET /rounds/{id}/edit`
///
/// # Errors
/// `NotFound`, `Forbidden`, `IllegalStep` when it is over.
pub async fn edit(visit: Visit, path: Path<String>) -> Answer {
    let round = editable(&visit, id_of(&path)?).await?;
    let typed = typed(&round);
    shown(&visit, Some((round.id, round.title, round.version)), Vec::new(), typed, None)
}

async fn editable(visit: &Visit, id: RoundId) -> Result<Round, Failure> {
    visit
        .read(move |conn, actor| {
            let round = seen(conn, actor, id)?;
            policy::require(actor, Action::RunRound, &round.subject())?;
            round.status.step(Step::Edit)?;
            Ok(round)
        })
        .await
}

/// `POST /rounds/{id}/edit`
///
/// # Errors
/// Those of the action that the form cannot show.
pub async fn save(sent: Sent, path: Path<String>) -> Answer {
    let id = id_of(&path)?;
    let round = editable(&sent.visit, id).await?;
    let version: i32 = sent.typed.get("version").parse().map_err(|_| Failure::VersionRequired)?;
    let saved = match document(&sent.typed) {
        Err(errors) => Err(Failure::Invalid(errors)),
        Ok(patch) => {
            sent.once(move |deed| {
                actions::edit(deed, id, version, patch)?;
                Ok(format!("/rounds/{id}"))
            })
            .await
        }
    };
    let failure = match saved {
        Ok(there) => return Ok(sent.visit.go_saying(there, &Flash::said("round_saved"))),
        Err(failure) => failure,
    };
    let refused = Refusal::of(&sent.visit.shell("rounds.write.edit_title"), failure)?;
    // After somebody else's write the form goes on from the version that stands now: sending it again is meant.
    let version = if refused.is_stale() { round.version } else { version };
    let known = Some((id, round.title, version));
    shown(&sent.visit, known, Vec::new(), sent.typed.clone(), Some(refused))
}

/// What was typed as the API's document.
fn document(typed: &Typed) -> Result<Map<String, Value>, FieldErrors> {
    let mut errors = FieldErrors::new();
    let mut document = Map::new();
    document.insert("title".to_owned(), json!(typed.get("title")));
    document.insert("description".to_owned(), json!(typed.get("description")));
    for kind in WindowKind::ALL {
        let mut day =
            |end: &str| errors.keep(format!("/{kind}/{end}"), typed.date(&format!("{kind}.{end}"))).flatten();
        let (from, to) = (day("from"), day("to"));
        document.insert(kind.to_string(), json!({"from": from, "to": to}));
    }
    for name in COUNTS {
        let number = errors.keep(format!("/{name}"), typed.number(name)).flatten();
        document.insert(name.to_owned(), json!(number.and_then(|number| i32::try_from(number).ok())));
    }
    errors.into_result().map(|()| document)
}

/// A round as the form shows it.
fn typed(round: &Round) -> Typed {
    let mut typed = Typed::new();
    let content = round.content();
    typed.set("title", content.title);
    typed.set("description", content.description);
    for kind in WindowKind::ALL {
        let days = content.windows.of(*kind);
        typed.set(&format!("{kind}.from"), days.from.to_string());
        typed.set(&format!("{kind}.to"), days.to.to_string());
    }
    let counts = [content.sessions_per_challenge, content.sessions_per_vendor, content.session_minutes];
    for (name, count) in COUNTS.iter().zip(counts) {
        typed.set(name, count.to_string());
    }
    typed
}
