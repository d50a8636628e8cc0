//! How fast the engine is, and how large: `cargo bench --bench matching -- 10000 100000`.
//!
//! For each size it builds an index of invented solutions (seeded: the same ones every time), measures the build, the
//! resident memory and the time of a ranking (thread CPU time, since wall time on a shared machine is noise), checks
//! rankings against scoring every pair by itself, and puts the same questions to SQLite's full-text search, which answers
//! less: words only, no components, no explanation.

mod process;

use std::error::Error;
use std::io::Write;
use std::time::Instant;

use chrono::NaiveDate;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use kakehashi::invented::World;
use kakehashi::matching::{ChallengeDoc, Index, Query, SolutionDoc};

use process::{Clock, resident_kib};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Questions asked of the index, and those asked of the slower answers.
const QUESTIONS: usize = 200;
const QUESTIONS_OF_OTHERS: usize = 5;
/// Places of a ranking.
const PLACES: usize = 20;
/// Above this many solutions scoring every pair by itself takes minutes and is left out.
const MOST_PAIRS: usize = 20_000;
/// Documents put in again to time an update.
const UPDATES: usize = 100;
const SEED: u64 = 20_261_101;

fn main() -> Outcome<()> {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000] } else { sizes };
    let mut out = std::io::stdout().lock();
    for size in sizes {
        measure(&mut out, size)?;
    }
    Ok(())
}

fn measure(out: &mut impl Write, size: usize) -> Outcome<()> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 1).ok_or("no such day")?;
    let mut world = World::new(SEED);
    let solutions: Vec<SolutionDoc> = (0..size).map(|_| world.solution()).collect();
    let questions: Vec<ChallengeDoc> = (0..QUESTIONS).map(|_| world.challenge(400)).collect();
    let letters: usize = solutions.iter().map(|doc| doc.description.chars().count()).sum();
    writeln!(out, "\n{size} solutions, {} characters of description on average", letters / size.max(1))?;

    let mut index = build(out, &solutions)?;
    update(out, &mut index, &solutions)?;
    let ranked = rank(out, &index, &questions, today)?;
    if size <= MOST_PAIRS {
        every_pair(out, &index, (&solutions, &questions), today)?;
    }
    full_text(out, &solutions, &questions, ranked)
}

fn build(out: &mut impl Write, solutions: &[SolutionDoc]) -> Outcome<Index<u64, u64>> {
    let (memory, clock, wall) = (resident_kib()?, Clock::start()?, Instant::now());
    let mut index = Index::compiled_in()?;
    for (id, doc) in (0..).zip(solutions) {
        index.upsert_solution(id, doc.clone());
    }
    let (seconds, wall) = (clock.seconds()?, wall.elapsed().as_secs_f64());
    let held = resident_kib()?.saturating_sub(memory);
    let size = index.size();
    writeln!(out, "  build              {seconds:>9.2} s of CPU ({wall:.2} s of wall)")?;
    writeln!(
        out,
        "  resident memory    {:>9.1} MiB, {} B an item",
        held as f64 / 1024.0,
        held * 1024 / solutions.len().max(1)
    )?;
    writeln!(out, "  terms              {:>9}, {} postings", size.terms, size.postings)?;
    Ok(index)
}

/// Puts documents from all over the index in again.
fn update(out: &mut impl Write, index: &mut Index<u64, u64>, solutions: &[SolutionDoc]) -> Outcome<()> {
    let every = (solutions.len() / UPDATES).max(1);
    let mut times = Vec::new();
    for (id, doc) in (0..).zip(solutions).step_by(every) {
        let doc = doc.clone();
        let clock = Clock::start()?;
        index.upsert_solution(id, doc);
        times.push(clock.seconds()?);
    }
    report(out, "one update", &mut times)?;
    Ok(())
}

/// Asks every question; gives the median in seconds.
fn rank(
    out: &mut impl Write,
    index: &Index<u64, u64>,
    questions: &[ChallengeDoc],
    today: NaiveDate,
) -> Outcome<f64> {
    let mut times = Vec::new();
    for question in questions {
        let clock = Clock::start()?;
        let ranking = index.rank_solutions(question, &Query::new(today, PLACES));
        times.push(clock.seconds()?);
        assert!(!ranking.items.is_empty(), "somebody fits");
    }
    report(out, "ranking, top 20", &mut times)
}

/// Scores each pair by itself, sorts, and holds the index to the same first places.
fn every_pair(
    out: &mut impl Write,
    index: &Index<u64, u64>,
    (solutions, questions): (&[SolutionDoc], &[ChallengeDoc]),
    today: NaiveDate,
) -> Outcome<()> {
    let mut times = Vec::new();
    for question in questions.iter().take(QUESTIONS_OF_OTHERS) {
        let query = Query::new(today, PLACES);
        let clock = Clock::start()?;
        let pairs = (0..).zip(solutions);
        let mut scored: Vec<(f64, u64)> =
            pairs.map(|(id, doc)| (index.explain_pair(question, doc, &query).score, id)).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        times.push(clock.seconds()?);
        let ranking = index.rank_solutions(question, &query);
        let places: Vec<u64> = ranking.items.iter().map(|ranked| ranked.id).collect();
        let expected: Vec<u64> = scored.iter().take(PLACES).map(|(_, id)| *id).collect();
        assert_eq!(places, expected, "the index ranks as scoring every pair does");
    }
    report(out, "every pair by itself", &mut times)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The same questions to SQLite FTS5 with trigrams, the words of the title and the wished state joined by OR.
fn full_text(
    out: &mut impl Write,
    solutions: &[SolutionDoc],
    questions: &[ChallengeDoc],
    ours: f64,
) -> Outcome<()> {
    let mut conn = SqliteConnection::establish(":memory:")?;
    conn.batch_execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = 'trigram')")?;
    conn.transaction(|conn| {
        for (id, doc) in (0_i64..).zip(solutions) {
            diesel::sql_query("INSERT INTO texts (rowid, text) VALUES (?, ?)")
                .bind::<BigInt, _>(id)
                .bind::<Text, _>(format!("{} {} {}", doc.name, doc.tagline, doc.description))
                .execute(conn)?;
        }
        diesel::QueryResult::Ok(())
    })?;
    let mut times = Vec::new();
    let mut found = 0;
    for question in questions.iter().take(QUESTIONS_OF_OTHERS) {
        let text = format!("{}{}", question.title, question.desired_state);
        let clock = Clock::start()?;
        let rows: Vec<Found> = diesel::sql_query(
            "SELECT rowid AS id FROM texts WHERE texts MATCH ? ORDER BY bm25(texts) LIMIT 20",
        )
        .bind::<Text, _>(any_trigram(&text))
        .load(&mut conn)?;
        times.push(clock.seconds()?);
        found += rows.iter().filter(|row| row.id >= 0).count();
    }
    assert!(found > 0, "the full-text search finds something");
    let theirs = report(out, "SQLite FTS5 (words only)", &mut times)?;
    writeln!(out, "  FTS5 over ranking  {:>9.1} times", theirs / ours.max(f64::MIN_POSITIVE))?;
    Ok(())
}

/// Every stretch of three characters, one of which is enough.
fn any_trigram(text: &str) -> String {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let trigrams = letters.windows(3).map(|three| format!("\"{}\"", three.iter().collect::<String>()));
    trigrams.collect::<Vec<_>>().join(" OR ")
}

/// Writes the median and the 99th percentile; gives the median in seconds.
fn report(out: &mut impl Write, what: &str, seconds: &mut [f64]) -> Outcome<f64> {
    seconds.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = ((seconds.len() as f64 * share).ceil() as usize).clamp(1, seconds.len().max(1)) - 1;
        seconds.get(place).copied().unwrap_or_default()
    };
    let (median, high) = (at(0.5), at(0.99));
    writeln!(out, "  {what:<18} p50 {:>9.3} ms   p99 {:>9.3} ms", median * 1e3, high * 1e3)?;
    Ok(median)
}
