//! What the engine is compared with. Peers get columns of the same facts and a score of the same shape: the share of the
//! words, by the engine's weights, and of sector, region, evidence and price. None of them explains anything.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::Write;

use kakehashi::matching::{Asking, ChallengeDoc, DeploymentOutcome, SolutionDoc, Verification};
use kakehashi::reference::{Prefecture, Region};

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

/// What peers know of a solution besides its words.
pub struct Columns {
    pub sector: i64,
    /// Prefectures served, as bits.
    pub serves: i64,
    /// The least cost of the first year.
    pub price: i64,
    /// 0 to 1, by the strongest deployment that was not given up.
    pub evidence: f64,
}

impl Columns {
    pub fn of(doc: &SolutionDoc) -> Self {
        let serves = |prefecture: Prefecture| {
            doc.regions.iter().any(|region| match region {
                Region::Nationwide => true,
                Region::Bureau(bureau) => prefecture.bureau() == *bureau,
                Region::Prefecture(one) => *one == prefecture,
                Region::Municipality(code) => code.prefecture() == prefecture,
            })
        };
        let kept = doc.deployments.iter().filter(|one| one.outcome != DeploymentOutcome::Discontinued);
        let worth = kept.map(|one| match one.verification {
            Verification::Declared => 0.35,
            Verification::Documented => 0.65,
            Verification::Confirmed => 1.0,
        });
        Self {
            sector: doc.sectors.first().map_or(-1, |sector| sector.index() as i64),
            serves: Prefecture::all().filter(|one| serves(*one)).fold(0, |bits, one| bits | 1 << one.code()),
            price: doc.price.initial_min.unwrap_or(0) + doc.price.yearly_min.unwrap_or(0),
            evidence: worth.fold(0.0, f64::max) / 2.0,
        }
    }
}

/// What peers are asked besides words.
#[derive(Clone, Copy)]
pub struct AskedColumns {
    pub sector: i64,
    pub prefecture: i64,
    pub budget: i64,
}

impl AskedColumns {
    pub fn of(challenge: &ChallengeDoc) -> Self {
        Self {
            sector: challenge.sectors.first().map_or(-1, |sector| sector.index() as i64),
            prefecture: 1 << challenge.place.prefecture().code(),
            budget: challenge.budget.max.unwrap_or(0),
        }
    }
}

/// All pairs of neighbouring letters, each once.
pub fn pairs(text: &str) -> BTreeSet<String> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.windows(2).map(|two| two.iter().collect()).collect()
}

pub fn words_of(doc: &SolutionDoc) -> String {
    format!("{} {} {}", doc.name, doc.tagline, doc.description)
}

/// Pairs of letters of a question, as many as the engine has terms.
pub fn asked_pairs(challenge: &ChallengeDoc, asking: &Asking) -> Vec<String> {
    let text = [&challenge.title, &challenge.summary, &challenge.background, &challenge.desired_state];
    pairs(&text.map(String::as_str).concat()).into_iter().take(asking.terms()).collect()
}

/// Databases.
pub mod databases {
    use std::time::Instant;

    use diesel::connection::SimpleConnection as _;
    use diesel::prelude::*;
    use diesel::sql_types::{Array, BigInt, Double, Text};

    use super::*;

    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }

    /// SQLite FTS5 with trigrams over the words and a table beside it.
    pub fn sqlite(
        out: &mut impl Write,
        solutions: &[SolutionDoc],
        questions: &[(ChallengeDoc, Asking)],
    ) -> Outcome<f64> {
        let mut conn = SqliteConnection::establish(":memory:")?;
        conn.batch_execute(
            "CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = 'trigram');
             CREATE TABLE facts (id INTEGER PRIMARY KEY, sector INTEGER, serves INTEGER, price INTEGER, evidence REAL)",
        )?;
        conn.transaction(|conn| {
            for (id, doc) in (0_i64..).zip(solutions) {
                diesel::sql_query("INSERT INTO texts (rowid, text) VALUES (?, ?)")
                    .bind::<BigInt, _>(id)
                    .bind::<Text, _>(words_of(doc))
                    .execute(conn)?;
                let columns = Columns::of(doc);
                diesel::sql_query("INSERT INTO facts VALUES (?, ?, ?, ?, ?)")
                    .bind::<BigInt, _>(id)
                    .bind::<BigInt, _>(columns.sector)
                    .bind::<BigInt, _>(columns.serves)
                    .bind::<BigInt, _>(columns.price)
                    .bind::<Double, _>(columns.evidence)
                    .execute(conn)?;
            }
            diesel::QueryResult::Ok(())
        })?;
        let mut times = Vec::new();
        for (question, _) in questions.iter().take(QUESTIONS_OF_OTHERS) {
            let asked = AskedColumns::of(question);
            let clock = Clock::start()?;
            // The price counts along a straight line: the SQLite that comes along knows no logarithms.
            let found: Vec<Found> = diesel::sql_query(
                "SELECT id FROM (SELECT rowid AS id, -bm25(texts) AS words FROM texts WHERE texts MATCH ?)
                 JOIN facts USING (id)
                 ORDER BY (CASE WHEN serves & ? = 0 THEN 0.85 ELSE 1 END) * (0.45 * words / (words + 20)
                     + 0.14 * (sector = ?) + 0.12 * evidence
                     + 0.08 * max(0, 1 - (max(1.0, price * 1.0 / max(?, 1)) - 1) / 2)) DESC, id LIMIT 20",
            )
            .bind::<Text, _>(any_trigram(&format!("{}{}", question.title, question.summary)))
            .bind::<BigInt, _>(asked.prefecture)
            .bind::<BigInt, _>(asked.sector)
            .bind::<BigInt, _>(asked.budget)
            .load(&mut conn)?;
            times.push(clock.seconds()?);
            assert!(found.iter().any(|row| row.id >= 0), "the full-text search finds something");
        }
        Ok(Times::of(out, "SQLite FTS5 and SQL", times)?.median)
    }

    /// Every stretch of three characters, one of which is enough.
    fn any_trigram(text: &str) -> String {
        let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let trigrams = letters.windows(3).map(|three| format!("\"{}\"", three.iter().collect::<String>()));
        trigrams.collect::<Vec<_>>().join(" OR ")
    }

    /// PostgreSQL with pairs of letters as lexemes, a GIN index and columns; wall time, since its work is done by a process of
    /// its own.
    pub fn postgres(
        out: &mut impl Write,
        url: &str,
        solutions: &[SolutionDoc],
        questions: &[(ChallengeDoc, Asking)],
    ) -> Outcome<f64> {
        let mut conn = PgConnection::establish(url)?;
        conn.batch_execute(
            "CREATE TEMP TABLE bench_solutions (id bigint PRIMARY KEY, words tsvector, sector bigint,
                 serves bigint, price bigint, evidence double precision)",
        )?;
        conn.transaction(|conn| {
            for (id, doc) in (0_i64..).zip(solutions) {
                let columns = Columns::of(doc);
                let lexemes: Vec<String> = pairs(&words_of(doc)).into_iter().collect();
                diesel::sql_query(
                    "INSERT INTO bench_solutions VALUES ($1, array_to_tsvector($2), $3, $4, $5, $6)",
                )
                .bind::<BigInt, _>(id)
                .bind::<Array<Text>, _>(lexemes)
                .bind::<BigInt, _>(columns.sector)
                .bind::<BigInt, _>(columns.serves)
                .bind::<BigInt, _>(columns.price)
                .bind::<Double, _>(columns.evidence)
                .execute(conn)?;
            }
            diesel::QueryResult::Ok(())
        })?;
        conn.batch_execute("CREATE INDEX ON bench_solutions USING gin (words); ANALYZE bench_solutions")?;
        let mut times = Vec::new();
        for (question, asking) in questions.iter().take(QUESTIONS_OF_OTHERS) {
            let asked = AskedColumns::of(question);
            let any: Vec<String> =
                asked_pairs(question, asking).iter().map(|pair| format!("'{pair}'")).collect();
            let begun = Instant::now();
            let found: Vec<Found> = diesel::sql_query(
                "SELECT id FROM bench_solutions, (SELECT $1::tsquery AS asked) question WHERE words @@ asked
                 ORDER BY (CASE WHEN serves & $2 = 0 THEN 0.85 ELSE 1 END) * (0.45 * ts_rank(words, asked)
                     + 0.14 * (sector = $3)::int + 0.12 * evidence
                     + 0.08 * greatest(0, 1 - ln(greatest(1, price::float8 / greatest($4, 1))) / ln(3::float8)))
                     DESC, id LIMIT 20",
            )
            .bind::<Text, _>(any.join(" | "))
            .bind::<BigInt, _>(asked.prefecture)
            .bind::<BigInt, _>(asked.sector)
            .bind::<BigInt, _>(asked.budget)
            .load(&mut conn)?;
            times.push(begun.elapsed().as_secs_f64());
            assert!(found.iter().any(|row| row.id >= 0), "the database finds something");
        }
        Ok(Times::of(out, "PostgreSQL (wall time)", times)?.median)
    }
}
