//! The main job, once, in the terminal: over HTTP, as anybody could do it.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use awc::Client;
use serde_json::{Value, json};

use super::super::table::Table;
use super::accounts::{BUREAU, PASSWORD, SignIn, TOWN};

/// How long the mails get to leave.
const MAILS_WITHIN: Duration = Duration::from_secs(10);
/// How many places of the ranking are shown.
const PLACES: usize = 5;

/// Why the walk stopped.
#[derive(Debug, thiserror::Error)]
pub(super) enum WalkError {
    /// The terminal went away.
    #[error(transparent)]
    Terminal(#[from] io::Error),
    /// The service did not answer.
    #[error("{0} did not answer: {1}")]
    Silent(String, String),
    /// The service refused.
    #[error("{path} was refused: {body}")]
    Refused {
        /// What was asked.
        path: String,
        /// What it said.
        body: Value,
    },
}

/// A signed-in client of the service.
struct Person<'a> {
    origin: &'a str,
    client: Client,
    token: String,
}

impl<'a> Person<'a> {
    async fn sign_in(origin: &'a str, who: &SignIn) -> Result<Self, WalkError> {
        let mut person = Self { origin, client: Client::default(), token: String::new() };
        let answer = person.post("/auth/sign-in", json!({"email": who.email, "password": PASSWORD})).await?;
        person.token = answer.get("access_token").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(person)
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value, WalkError> {
        let request = self.client.post(format!("{}/api/v1{path}", self.origin));
        let request = if self.token.is_empty() { request } else { request.bearer_auth(&self.token) };
        let silent = |error: &dyn std::fmt::Display| WalkError::Silent(path.to_owned(), error.to_string());
        let mut response = request.send_json(&body).await.map_err(|error| silent(&error))?;
        let bytes = response.body().await.map_err(|error| silent(&error))?;
        Self::accepted(path, response.status().is_success(), &bytes)
    }

    async fn get(&self, path: &str) -> Result<Value, WalkError> {
        let request = self.client.get(format!("{}/api/v1{path}", self.origin)).bearer_auth(&self.token);
        let silent = |error: &dyn std::fmt::Display| WalkError::Silent(path.to_owned(), error.to_string());
        let mut response = request.send().await.map_err(|error| silent(&error))?;
        let bytes = response.body().await.map_err(|error| silent(&error))?;
        Self::accepted(path, response.status().is_success(), &bytes)
    }

    fn accepted(path: &str, success: bool, bytes: &[u8]) -> Result<Value, WalkError> {
        let body = serde_json::from_slice(bytes).unwrap_or(Value::Null);
        if success { Ok(body) } else { Err(WalkError::Refused { path: path.to_owned(), body }) }
    }
}

/// Posts, publishes, ranks, approves, introduces, and shows the mails.
pub(super) async fn walk(origin: &str, mails: &Path, out: &mut impl Write) -> Result<(), WalkError> {
    let town = Person::sign_in(origin, &TOWN).await?;
    let bureau = Person::sign_in(origin, &BUREAU).await?;

    heading(out, "demo.walk.post")?;
    let challenge = town.post("/challenges", posted()).await?;
    let id = text(&challenge, "/id");
    writeln!(out, "{}", text(&challenge, "/title"))?;
    writeln!(out, "{} {}", say("demo.walk.budget"), budget(&challenge))?;
    town.post(&format!("/challenges/{id}/submit"), json!({})).await?;
    bureau.post(&format!("/challenges/{id}/publish"), json!({})).await?;
    writeln!(out, "{}", say("demo.walk.published"))?;

    heading(out, "demo.walk.rank")?;
    let ranking = town.get(&format!("/challenges/{id}/matches?limit={PLACES}")).await?;
    let places = ranking.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    show_ranking(out, &ranking, &places)?;

    heading(out, "demo.walk.introduce")?;
    let Some(first) = places.first() else { return Ok(()) };
    let suggestion = json!({"challenge_id": id, "solution_id": text(first, "/solution/id")});
    let matched = bureau.post("/matches", suggestion).await?;
    let matched = text(&matched, "/id");
    bureau.post(&format!("/matches/{matched}/approve"), json!({})).await?;
    bureau.post(&format!("/matches/{matched}/introduce"), json!({})).await?;
    writeln!(out, "{}", text(first, "/solution/name"))?;

    heading(out, "demo.walk.mails")?;
    show_mails(out, mails, &text(&challenge, "/title")).await
}

fn say(key: &str) -> String {
    crate::locales::text(crate::accounts::Locale::Ja, key, &[])
}

fn heading(out: &mut impl Write, key: &str) -> io::Result<()> {
    writeln!(out, "\n== {}", say(key))
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A challenge with its budget, as the API takes it.
fn posted() -> Value {
    serde_json::from_str(include_str!("../../../seeds/demo/walk.json")).unwrap_or(Value::Null)
}

fn budget(challenge: &Value) -> String {
    let yen = |pointer| challenge.pointer(pointer).and_then(Value::as_i64).unwrap_or_default();
    let in_words = |amount: i64| format!("{}万円", amount.checked_div(10_000).unwrap_or_default());
    format!("{}〜{}", in_words(yen("/budget/min")), in_words(yen("/budget/max")))
}

fn show_ranking(out: &mut impl Write, ranking: &Value, places: &[Value]) -> io::Result<()> {
    let candidates = ranking.get("candidates").and_then(Value::as_i64).unwrap_or_default();
    let values = [("candidates", candidates.to_string())];
    writeln!(out, "{}", crate::locales::text(crate::accounts::Locale::Ja, "demo.walk.candidates", &values))?;
    let header = ["demo.table.rank", "demo.table.score", "demo.table.solution", "demo.table.reason"].map(say);
    let mut table = Table::new(header.each_ref().map(String::as_str));
    for place in places {
        let newcomer = place.get("newcomer").and_then(Value::as_bool).unwrap_or_default();
        let mark = if newcomer { say("demo.table.newcomer") } else { String::new() };
        table.row([
            place.get("rank").map(ToString::to_string).unwrap_or_default(),
            place.get("score").and_then(Value::as_f64).map(|score| format!("{score:.3}")).unwrap_or_default(),
            format!("{}{mark}", text(place, "/solution/name")),
            text(place, "/reason"),
        ]);
    }
    table.write(out)
}

/// Waits for the mails of the introduction, then lists those that are about the challenge.
async fn show_mails(out: &mut impl Write, folder: &Path, about: &str) -> Result<(), WalkError> {
    let mut seen = Vec::new();
    let give_up = tokio::time::Instant::now().checked_add(MAILS_WITHIN);
    while give_up.is_some_and(|end| tokio::time::Instant::now() < end) {
        let mut now = subjects(folder)?;
        now.retain(|(_, subject)| subject.contains(about));
        if !now.is_empty() && now.len() == seen.len() {
            break;
        }
        seen = now;
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
    for (recipient, subject) in seen {
        writeln!(out, "{recipient}  {subject}")?;
    }
    writeln!(out, "{} {}", say("demo.walk.mailbox"), folder.display())?;
    Ok(())
}

/// Recipient and subject of every mail in the folder, oldest first.
fn subjects(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    files.iter().map(|path| std::fs::read(path).map(|mail| head(&mail))).collect()
}

/// Recipient and subject of a mail, encoded words decoded (RFC 2047).
fn head(mail: &[u8]) -> (String, String) {
    let parsed = mail_parser::MessageParser::default().parse_headers(mail);
    let Some(message) = parsed else { return (String::new(), String::new()) };
    let recipient = message.to().and_then(|to| to.first()).and_then(|address| address.address());
    (recipient.unwrap_or_default().to_owned(), message.subject().unwrap_or_default().to_owned())
}
