//! The plain page behind the mailed link: it shows what the vendor says, and three ways to answer. Opening it
//! changes nothing, for link scanners open links too; only its buttons act, by POST and without JavaScript.

use std::collections::HashMap;

use actix_web::{HttpRequest, web};
use askama::Template;
use serde_json::{Map, Value, json};

use super::{AnswerForm, Question, answer, letter, question};
use crate::accounts::links::Dead;
use crate::accounts::{Locale, Secret};
use crate::failure::Failure;
use crate::fields::FieldErrors;
use crate::locales;
use crate::policy::{Actor, Who};
use crate::reference::Sector;
use crate::services::Services;
use crate::solutions::deployments::{DeploymentContent, Outcome, Stage};
use crate::web::{Answer, MailedLink, Shell, origin_of, page};

/// Empty rows for results that the vendor did not name.
const SPARE_ROWS: usize = 1;

const LINK: MailedLink =
    MailedLink { texts: "deployment_page", onward: ("deployment_page.onward", "/solutions") };

#[derive(Template)]
#[template(path = "solutions/deployments/confirmation/templates/question.html")]
struct QuestionPage {
    shell: Shell,
    token: String,
    facts: Vec<(String, String)>,
    typed: Typed,
    sectors: Vec<(&'static str, &'static str)>,
    stages: Vec<(&'static str, String)>,
    outcomes: Vec<(&'static str, String)>,
    refusals: Vec<String>,
}

/// What stands in the form: what the vendor says, or what was typed before it was refused.
#[derive(Debug, Clone, Default)]
struct Typed {
    sector: String,
    started_on: String,
    ended_on: String,
    stage: String,
    outcome: String,
    results: Vec<[String; 4]>,
    comment: String,
}

impl Typed {
    fn of(content: &DeploymentContent) -> Self {
        let figure = |figure: Option<f64>| figure.map_or_else(String::new, |figure| figure.to_string());
        let rows = content.results.iter().map(|result| {
            [result.indicator.clone(), figure(result.before), figure(result.after), result.unit.clone()]
        });
        Self {
            sector: content.sector.as_str().to_owned(),
            started_on: content.started_on.to_string(),
            ended_on: content.ended_on.map_or_else(String::new, |day| day.to_string()),
            stage: content.stage.as_str().to_owned(),
            outcome: content.outcome.as_str().to_owned(),
            results: rows.collect(),
            comment: String::new(),
        }
        .with_spare_rows()
    }

    fn read(fields: &HashMap<String, String>) -> Self {
        let field = |name: &str| fields.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let row = |index: usize| {
            ["indicator", "before", "after", "unit"].map(|part| field(&format!("{part}_{index}")))
        };
        let results = (0..fields.len()).map(row).filter(|row| row.iter().any(|text| !text.is_empty()));
        Self {
            sector: field("sector"),
            started_on: field("started_on"),
            ended_on: field("ended_on"),
            stage: field("stage"),
            outcome: field("outcome"),
            results: results.collect(),
            comment: field("comment"),
        }
    }

    fn with_spare_rows(mut self) -> Self {
        self.results.extend((0..SPARE_ROWS).map(|_| <[String; 4]>::default()));
        self
    }

    /// The merge patch it makes; an emptied field is taken away.
    fn corrections(&self) -> Map<String, Value> {
        let said = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
        let results: Vec<Value> = self
            .results
            .iter()
            .map(|[indicator, before, after, unit]| {
                json!({
                    "indicator": said(indicator), "before": said(before), "after": said(after), "unit": said(unit),
                })
            })
            .collect();
        [
            ("sector", said(&self.sector)),
            ("started_on", said(&self.started_on)),
            ("ended_on", said(&self.ended_on)),
            ("stage", said(&self.stage)),
            ("outcome", said(&self.outcome)),
            ("results", json!(results)),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}

/// `GET /deployment-confirmation?token=…`
///
/// # Errors
/// `Busy` when the question cannot be read.
pub async fn show(request: HttpRequest, services: web::Data<Services>) -> Answer {
    let token = page::query_value(&request, "token").unwrap_or_default();
    ask_again(&request, &services, token, None, Vec::new()).await
}

/// `POST /deployment-confirmation`, from the form of the page.
///
/// # Errors
/// Those of [`answer`] that the page cannot show.
pub async fn act(request: HttpRequest, services: web::Data<Services>, body: web::Bytes) -> Answer {
    let fields: HashMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let typed = Typed::read(&fields);
    let text = |name: &str| fields.get(name).cloned();
    let reply = text("answer").unwrap_or_default();
    let form = AnswerForm {
        token: text("token"),
        answer: Some(reply.clone()),
        corrections: (reply == "correct").then(|| typed.corrections()),
        comment: text("comment"),
    };
    let actor = Actor { who: Who::Link, origin: origin_of(&request) };
    match services.perform(actor, move |deed| answer(deed, form)).await {
        Ok(()) => LINK.ends(&request, 200, "done", &format!("done_{reply}")),
        Err(Failure::Invalid(errors)) => {
            let token = text("token").unwrap_or_default();
            let locale = Shell::of(&request, "deployment_page.title").locale;
            ask_again(&request, &services, token, Some(typed), sentences(&errors, locale)).await
        }
        Err(failure) => Err(failure),
    }
}

/// The page of the question; with `refusals`, after an answer that could not be taken.
async fn ask_again(
    request: &HttpRequest,
    services: &Services,
    token: String,
    typed: Option<Typed>,
    refusals: Vec<String>,
) -> Answer {
    let now = services.clock().now();
    let Ok(secret) = Secret::parse(&token) else { return LINK.is_dead(request, Dead::Unknown) };
    match services.read(move |conn| question(conn, now, &secret)).await? {
        Err(why) => LINK.is_dead(request, why),
        Ok(asked) => {
            let status = if refusals.is_empty() { 200 } else { 422 };
            let shell = Shell::of(request, "deployment_page.title");
            page::secret_html(
                status,
                &QuestionPage {
                    token,
                    facts: facts(&shell, &asked),
                    typed: typed.map_or_else(|| Typed::of(&asked.deployment), Typed::with_spare_rows),
                    sectors: sectors(shell.locale),
                    stages: choices(&shell, Stage::ALL, "deployment.stage", Stage::as_str),
                    outcomes: choices(&shell, Outcome::ALL, "deployment.outcome", Outcome::as_str),
                    refusals,
                    shell,
                },
            )
        }
    }
}

fn facts(shell: &Shell, asked: &Question) -> Vec<(String, String)> {
    let content = &asked.deployment;
    let ended = content.ended_on.map_or_else(|| shell.t("deployment.no_end"), |day| day.to_string());
    let results = letter::results(content).unwrap_or_else(|| shell.t("deployment.no_results"));
    [
        ("solution", asked.solution.clone()),
        ("vendor", asked.vendor.clone()),
        ("municipality", letter::place(content, shell.locale)),
        ("sector", letter::sector(content, shell.locale).to_owned()),
        ("started_on", content.started_on.to_string()),
        ("ended_on", ended),
        ("stage", shell.t(&format!("deployment.stage.{}", content.stage))),
        ("outcome", shell.t(&format!("deployment.outcome.{}", content.outcome))),
        ("results", results),
    ]
    .into_iter()
    .map(|(name, value)| (shell.t(&format!("deployment_page.{name}")), value))
    .collect()
}

fn sectors(locale: Locale) -> Vec<(&'static str, &'static str)> {
    let name = |sector: Sector| sector.name(locale);
    Sector::all().map(|sector| (sector.as_str(), name(sector))).collect()
}

fn choices<T: Copy>(
    shell: &Shell,
    all: &[T],
    prefix: &str,
    name: impl Fn(T) -> &'static str,
) -> Vec<(&'static str, String)> {
    all.iter().map(|value| (name(*value), shell.t(&format!("{prefix}.{}", name(*value))))).collect()
}

/// The refusals in words, each with the name of its field.
fn sentences(errors: &FieldErrors, locale: Locale) -> Vec<String> {
    let sentence = |(pointer, invalid): (&str, &crate::fields::Invalid)| {
        let field = pointer.trim_start_matches("/corrections").trim_start_matches('/');
        let field = field.split('/').next().unwrap_or_default();
        let label = locales::text(locale, &format!("deployment_page.{field}"), &[]);
        let rule = locales::rule(locale, invalid);
        format!("{label}: {rule}")
    };
    errors.iter().map(sentence).collect()
}
