//! `kakehashi rank DIR --challenge ID`

use std::io::Write;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::evaluate::{read, rules};
use super::table::Table;
use super::{CommandError, Outcome};
use crate::accounts::Locale;
use crate::locales;
use crate::matching::evaluate::{Bench, Collection};
use crate::matching::{ComponentName, Query, Ranked, Ranking, explain};

/// The best solutions for one challenge of a collection, with their reasons.
#[derive(Debug, Args)]
pub(super) struct RankArgs {
    /// Folder with challenges.jsonl and solutions.jsonl.
    dir: PathBuf,
    /// Id of the challenge.
    #[arg(long, value_name = "ID")]
    challenge: String,
    /// How many solutions.
    #[arg(long, default_value_t = 10)]
    limit: usize,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
    /// Language of the reasons.
    #[arg(long, value_enum, default_value = "ja")]
    lang: Language,
    /// Rank by the rules in FILE (in the form of config/matching.toml) instead of the built-in ones.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Rank as of DATE (2026-11-01) instead of the folder's own day.
    #[arg(long, value_name = "DATE")]
    now: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Language {
    Ja,
    En,
}

pub(super) fn run(args: &RankArgs, out: &mut impl Write) -> Outcome {
    let locale = match args.lang {
        Language::Ja => Locale::Ja,
        Language::En => Locale::En,
    };
    let collection = read(&args.dir, args.now, false)?;
    let rules = rules(args.rules.as_deref())?;
    let bench = Bench::new(&collection, rules).map_err(CommandError::failed)?;
    let challenge = collection.challenges.iter().find(|(id, _)| *id == args.challenge);
    let (_, challenge) = challenge.ok_or_else(|| {
        let known: Vec<&str> = collection.challenges.iter().take(3).map(|(id, _)| id.as_str()).collect();
        CommandError::Misuse(format!("no challenge {} (there are {} …)", args.challenge, known.join(", ")))
    })?;
    let ranking = bench.index().rank_solutions(challenge, &Query::new(collection.today, args.limit));
    if args.json {
        let document = document(&collection, &ranking, locale)?;
        let text = serde_json::to_string_pretty(&document).map_err(CommandError::failed)?;
        writeln!(out, "{text}").map_err(CommandError::failed)
    } else {
        writeln!(out, "{}  {}\n", args.challenge, challenge.title).map_err(CommandError::failed)?;
        table(&collection, &ranking, locale).write(out).map_err(CommandError::failed)?;
        reasons(&ranking, locale, out).map_err(CommandError::failed)
    }
}

fn name<'c>(collection: &'c Collection, id: &str) -> &'c str {
    let found = collection.solutions.iter().find(|(known, _)| known == id);
    found.map_or("", |(_, solution)| solution.name.as_str())
}

/// The items as the API gives them.
fn document(
    collection: &Collection,
    ranking: &Ranking<String>,
    locale: Locale,
) -> Result<Value, CommandError> {
    let item = |item: &Ranked<String>| -> Result<Value, CommandError> {
        let mut value = serde_json::to_value(item).map_err(CommandError::failed)?;
        if let Some(object) = value.as_object_mut() {
            object.remove("id");
            object.insert("solution".to_owned(), json!({"id": item.id, "name": name(collection, &item.id)}));
            object.insert("reason".to_owned(), explain::reason(item, locale).into());
        }
        Ok(value)
    };
    let items: Vec<Value> = ranking.items.iter().map(item).collect::<Result<_, _>>()?;
    Ok(json!({"items": items, "candidates": ranking.candidates}))
}

fn table(collection: &Collection, ranking: &Ranking<String>, locale: Locale) -> Table {
    let label = |name: &ComponentName| locales::text(locale, &format!("matching.component.{name}"), &[]);
    let mut header: Vec<String> = ["#", "id", "score", "×"].map(str::to_owned).to_vec();
    header.extend(ComponentName::ALL.iter().map(label));
    header.push(String::new());
    let mut table = Table::new(header);
    for item in &ranking.items {
        let factor = format!("{:.2}", item.eligibility.factor);
        let mut row = vec![item.rank.to_string(), item.id.clone(), format!("{:.4}", item.score), factor];
        row.extend(item.components.iter().map(|component| format!("{:.2}", component.value)));
        row.push(name(collection, &item.id).to_owned());
        table.row(row);
    }
    table
}

fn reasons(ranking: &Ranking<String>, locale: Locale, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out)?;
    for item in &ranking.items {
        writeln!(out, "{:>3}  {}", item.rank, explain::reason(item, locale))?;
    }
    Ok(())
}
