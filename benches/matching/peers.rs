//! What the engine is compared with.

use std::error::Error;
use std::io::Write;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use kakehashi::matching::{Asking, ChallengeDoc, SolutionDoc};

use super::process::Clock;
use super::{QUESTIONS_OF_OTHERS, Times};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Reads of the columns.
const SCANS: usize = 50;

/// The time to read 32 bytes of each of so many solutions and do next to nothing with them: below it nobody gets who looks at
/// all of them.
pub fn scan(out: &mut impl Write, size: usize) -> Outcome<f64> {
    let columns: Vec<[u64; 4]> = (0..size as u64).map(|n| [n, n ^ 1, n << 7, !n]).collect();
    let mut times = Vec::new();
    for round in 0..SCANS as u64 {
        let clock = Clock::start()?;
        let best = columns.iter().map(|[a, b, c, d]| (a ^ round) + (b & c) + (d >> 9)).max();
        times.push(clock.seconds()?);
        assert_ne!(std::hint::black_box(best), Some(1), "the sum is read");
    }
    Ok(Times::of(out, "bare read of columns", times)?.median)
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// SQLite FTS5 with trigrams, any trigram of title and summary, best 20 by BM25.
pub fn full_text(
    out: &mut impl Write,
    solutions: &[SolutionDoc],
    questions: &[(ChallengeDoc, Asking)],
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
    for (question, _) in questions.iter().take(QUESTIONS_OF_OTHERS) {
        let text = any_trigram(&format!("{}{}", question.title, question.summary));
        let clock = Clock::start()?;
        let rows: Vec<Found> = diesel::sql_query(
            "SELECT rowid AS id FROM texts WHERE texts MATCH ? ORDER BY bm25(texts) LIMIT 20",
        )
        .bind::<Text, _>(text)
        .load(&mut conn)?;
        times.push(clock.seconds()?);
        found += rows.iter().filter(|row| row.id >= 0).count();
    }
    assert!(found > 0, "the full-text search finds something");
    Times::of(out, "SQLite FTS5 (words only)", times)?;
    Ok(())
}

/// Every stretch of three characters, one of which is enough.
fn any_trigram(text: &str) -> String {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let trigrams = letters.windows(3).map(|three| format!("\"{}\"", three.iter().collect::<String>()));
    trigrams.collect::<Vec<_>>().join(" OR ")
}
