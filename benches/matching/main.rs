//! How fast the engine is, and how large: `cargo bench --bench matching -- --n 1000000`.
//!
//! Builds an index of an invented world (the same one every time), and measures: rankings of short and of long questions,
//! the same with everything scored, a bare read of as many columns, an update, the snapshot, the memory of a process that
//! has loaded it. Peers are asked the same in the same run where that does not take hours: SQLite and (at
//! the address in `TEST_POSTGRES_URL`, if there is one) PostgreSQL. Times are CPU time of one thread: wall time on a shared
//! machine is noise. With
//! `--instructions` those of a short question are counted by valgrind, which takes long in a large world.
//!
//! The last line on stdout is one JSON object; what was not measured is null in it.

mod peers;
mod process;

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use chrono::NaiveDate;
use kakehashi::invented::World;
use kakehashi::matching::{Asking, ChallengeDoc, Index, Query, Rules, SolutionDoc};
use serde_json::{Value, json};

use process::{Clock, resident_kib};

type Outcome<T> = Result<T, Box<dyn Error>>;
type Bench = Index<u64, u64>;

/// Questions asked of the engine, each several times; of a small one fewer, a tenth of its solutions.
const QUESTIONS: usize = 200;
const ROUNDS: usize = 3;
/// Questions asked of what is slower.
const QUESTIONS_OF_OTHERS: usize = 5;
/// Questions whose instructions are counted.
const QUESTIONS_COUNTED: usize = 10;
/// Places of a ranking.
const PLACES: usize = 20;
/// Above this many solutions, what takes hours is left out.
const MOST_FOR_SQL: usize = 100_000;
/// Challenges that are open at a time.
const MOST_OPEN: usize = 10_000;
/// Above this many solutions, explaining all of them takes too much memory.
const MOST_FOR_EXPLANATIONS: usize = 20_000;
/// Solutions put in again, one by one.
const UPDATES: usize = 200;
/// Solutions invented and read at a time.
const AT_ONCE: usize = 20_000;
const SEED: u64 = 20_261_101;
/// Different terms of a short and of a long question, and the letters that have about as many.
const SHORT: (usize, usize) = (27, 24);
const LONG: (usize, usize) = (134, 150);

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    let mut out = std::io::stdout().lock();
    if let Some(file) = value("--load") {
        return load(&mut out, Path::new(file));
    }
    if let Some(file) = value("--ask") {
        return ask(Path::new(file), value("--times").map_or(Ok(1), |times| times.parse())?);
    }
    let size = value("--n").map_or(Ok(10_000), |n| n.parse())?;
    let counted = arguments.iter().any(|argument| argument == "--instructions");
    let line = measure(&mut out, size, counted)?;
    writeln!(out, "{line}")?;
    Ok(())
}

fn measure(out: &mut impl Write, size: usize, counted: bool) -> Outcome<Value> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 1).ok_or("no such day")?;
    writeln!(out, "{size} solutions")?;
    let mut world = World::new(SEED);
    let (mut index, some, build) = build(out, &mut world, size)?;
    let file = std::env::temp_dir().join(format!("kakehashi-bench-{}.snapshot", std::process::id()));
    let Stored { bytes, seconds: snapshot, instructions } = snapshot(out, &index, &file, (size, counted))?;

    let short = questions(&index, &mut world, SHORT);
    let long = questions(&index, &mut world, LONG);
    let terms = short.iter().map(|(_, asking)| asking.terms()).sum::<usize>() as f64 / short.len() as f64;
    let short_times = rank(out, "ranking, short question", &index, &short, today)?;
    let long_times = rank(out, "ranking, long question", &index, &long, today)?;
    if size <= MOST_FOR_EXPLANATIONS {
        everything(out, &index, &short, size, today)?;
    }
    let scan = peers::scan(out, size)?;
    let (mut sqlite, mut postgres) = (None, None);
    if size <= MOST_FOR_SQL {
        sqlite = Some(peers::databases::sqlite(out, &some, &short)?);
        if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
            postgres = Some(peers::databases::postgres(out, &url, &some, &short)?);
        }
    }
    let reverse = backwards(out, &mut index, &mut world, size, today)?;
    let upsert = update(out, &mut index, &mut world, size)?;
    Ok(json!({
        "n": size,
        "terms": terms.round(),
        "engine_p50_us": microseconds(short_times.median),
        "engine_p99_us": microseconds(short_times.high),
        "engine_p99_us_134": microseconds(long_times.high),
        "tantivy_p50_us": null,
        "scan_us": microseconds(scan),
        "bytes_per_item": bytes,
        "build_ms": (build * 1e3).round(),
        "snapshot_load_ms": (snapshot * 1e3).round(),
        "upsert_us": microseconds(upsert.visible),
        "read_us": microseconds(upsert.read),
        "sqlite_p50_us": sqlite.map(microseconds),
        "postgres_p50_us": postgres.map(microseconds),
        "challenges": size.min(MOST_OPEN),
        "challenges_p50_us": microseconds(reverse.median),
        "challenges_p99_us": microseconds(reverse.high),
        "instructions": instructions,
    }))
}

/// An index of so many solutions, the solutions themselves where others are to search them, and seconds of wall time.
fn build(out: &mut impl Write, world: &mut World, size: usize) -> Outcome<(Bench, Vec<SolutionDoc>, f64)> {
    let mut index = Bench::compiled_in()?;
    let (mut seconds, mut some) = (0.0, Vec::new());
    for first in (0..size).step_by(AT_ONCE) {
        let ids = first as u64..size.min(first + AT_ONCE) as u64;
        let documents: Vec<(u64, SolutionDoc)> = ids.map(|id| (id, world.solution())).collect();
        if size <= MOST_FOR_SQL {
            some.extend(documents.iter().map(|(_, doc)| doc.clone()));
        }
        let begun = Instant::now();
        index.upsert_solutions(documents);
        seconds += begun.elapsed().as_secs_f64();
    }
    let begun = Instant::now();
    index.compact();
    let compacting = begun.elapsed().as_secs_f64();
    let counts = index.size();
    writeln!(out, "  read and put in        {seconds:>10.2} s of wall time, {compacting:.2} s to compact")?;
    writeln!(out, "  terms                  {:>10}", counts.terms)?;
    writeln!(out, "  postings of a solution {:>10}", counts.postings / size.max(1))?;
    Ok((index, some, seconds + compacting))
}

/// What is known of an index by its snapshot.
struct Stored {
    /// Bytes for each solution in a process of its own that has loaded it.
    bytes: f64,
    /// Seconds of wall time to load it.
    seconds: f64,
    /// Instructions of a ranking, where they were counted.
    instructions: Option<u64>,
}

fn snapshot(
    out: &mut impl Write,
    index: &Bench,
    file: &PathBuf,
    (size, counted): (usize, bool),
) -> Outcome<Stored> {
    index.save(BufWriter::with_capacity(1 << 20, File::create(file)?), &[])?;
    let loaded = Command::new(std::env::current_exe()?).arg("--load").arg(file).output();
    let instructions = if counted { process::instructions(file, QUESTIONS_COUNTED)? } else { None };
    std::fs::remove_file(file)?;
    let text = String::from_utf8(loaded?.stdout)?;
    let mut figures = text.split_whitespace().map(str::parse::<f64>);
    let (kib, seconds) = (figures.next().ok_or("no size")??, figures.next().ok_or("no time")??);
    let bytes = (kib * 1024.0 / size.max(1) as f64).round();
    writeln!(out, "  resident memory        {bytes:>10} B for each solution")?;
    writeln!(out, "  snapshot loaded        {:>10.0} ms", seconds * 1e3)?;
    if let Some(count) = instructions {
        writeln!(out, "  instructions           {count:>10} for a short question")?;
    }
    Ok(Stored { bytes, seconds, instructions })
}

/// What the process of its own does under valgrind: loads a snapshot and asks some short questions so many times.
fn ask(file: &Path, times: usize) -> Outcome<()> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 1).ok_or("no such day")?;
    let (index, _) =
        Bench::load(Rules::compiled_in()?, BufReader::with_capacity(1 << 20, File::open(file)?))?;
    let mut asked = questions(&index, &mut World::new(SEED), SHORT);
    asked.truncate(QUESTIONS_COUNTED);
    for (_, asking) in std::iter::repeat_n(&asked, times).flatten() {
        assert!(!index.rank_for(asking, &Query::new(today, PLACES)).items.is_empty(), "somebody fits");
    }
    Ok(())
}

/// What the process of its own does: loads a snapshot, says by how many KiB it grew and how many seconds it took.
fn load(out: &mut impl Write, file: &Path) -> Outcome<()> {
    let rules = Rules::compiled_in()?;
    // What a node has in memory in any case.
    let empty = Bench::compiled_in()?;
    drop(empty.ask(&World::new(SEED).challenge(100)));
    let (before, begun) = (resident_kib()?, Instant::now());
    let (index, _) = Bench::load(rules, BufReader::with_capacity(1 << 20, File::open(file)?))?;
    writeln!(out, "{} {}", resident_kib()?.saturating_sub(before), begun.elapsed().as_secs_f64())?;
    drop(index);
    Ok(())
}

/// Questions with about so many different terms.
fn questions(
    index: &Bench,
    world: &mut World,
    (terms, letters): (usize, usize),
) -> Vec<(ChallengeDoc, Asking)> {
    let challenges = std::iter::repeat_with(|| world.challenge(letters));
    let asked = challenges.map(|challenge| {
        let asking = index.ask(&challenge);
        (challenge, asking)
    });
    let count = QUESTIONS.min(index.size().solutions.div_ceil(10));
    asked.filter(|(_, asking)| asking.terms().abs_diff(terms) * 10 <= terms).take(count).collect()
}

fn rank(
    out: &mut impl Write,
    what: &str,
    index: &Bench,
    questions: &[(ChallengeDoc, Asking)],
    today: NaiveDate,
) -> Outcome<Times> {
    let mut times = Vec::new();
    for (_, asking) in std::iter::repeat_n(questions, ROUNDS).flatten() {
        let clock = Clock::start()?;
        let ranking = index.rank_for(asking, &Query::new(today, PLACES));
        times.push(clock.seconds()?);
        assert!(!ranking.items.is_empty(), "somebody fits");
    }
    Times::of(out, what, times)
}

/// The same with everything scored and explained, whose first places must be the same.
fn everything(
    out: &mut impl Write,
    index: &Bench,
    questions: &[(ChallengeDoc, Asking)],
    size: usize,
    today: NaiveDate,
) -> Outcome<()> {
    let mut times = Vec::new();
    for (_, asking) in questions.iter().take(QUESTIONS_OF_OTHERS) {
        let clock = Clock::start()?;
        let all = index.rank_for(asking, &Query::new(today, size)).items;
        times.push(clock.seconds()?);
        let best = index.rank_for(asking, &Query::new(today, PLACES)).items;
        assert_eq!(all.get(..best.len()), Some(&best[..]), "what is left out could not have been in it");
    }
    Times::of(out, "everything explained", times)?;
    Ok(())
}

/// Open challenges ranked for solutions.
fn backwards(
    out: &mut impl Write,
    index: &mut Bench,
    world: &mut World,
    size: usize,
    today: NaiveDate,
) -> Outcome<Times> {
    let open = size.min(MOST_OPEN) as u64;
    index.upsert_challenges((0..open).map(|id| (id, world.challenge(150))).collect());
    index.compact();
    let solutions: Vec<SolutionDoc> =
        std::iter::repeat_with(|| world.solution()).take(QUESTIONS.min(size.div_ceil(10))).collect();
    let mut times = Vec::new();
    for solution in &solutions {
        let clock = Clock::start()?;
        let ranking = index.rank_challenges(solution, &Query::new(today, PLACES));
        times.push(clock.seconds()?);
        assert!(!ranking.items.is_empty(), "something fits");
    }
    Times::of(out, "challenges for a solution", times)
}

/// Seconds of an update.
struct Update {
    /// To read the words of the solution.
    read: f64,
    /// To put it in and publish it.
    visible: f64,
}

/// Puts other solutions in place of some from all over the index, one by one.
fn update(out: &mut impl Write, index: &mut Bench, world: &mut World, size: usize) -> Outcome<Update> {
    let every = (size / UPDATES).max(1);
    let (mut read, mut visible) = (Vec::new(), Vec::new());
    for id in (0..size as u64).step_by(every) {
        let solution = world.solution();
        let clock = Clock::start()?;
        let prepared = index.read_solutions(vec![(id, solution)]);
        read.push(clock.seconds()?);
        let clock = Clock::start()?;
        index.put_solutions(prepared);
        let published = index.clone();
        visible.push(clock.seconds()?);
        drop(published);
    }
    let read = Times::of(out, "one update read", read)?.median;
    Ok(Update { read, visible: Times::of(out, "one update visible", visible)?.median })
}

fn microseconds(seconds: f64) -> f64 {
    (seconds * 1e7).round() / 10.0
}

/// Median and 99th percentile in seconds.
struct Times {
    median: f64,
    high: f64,
}

impl Times {
    fn of(out: &mut impl Write, what: &str, mut seconds: Vec<f64>) -> Outcome<Self> {
        seconds.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = ((seconds.len() as f64 * share).ceil() as usize).clamp(1, seconds.len().max(1)) - 1;
            seconds.get(place).copied().unwrap_or_default()
        };
        let times = Self { median: at(0.5), high: at(0.99) };
        writeln!(out, "  {what:<24} p50 {:>9.3} ms   p99 {:>9.3} ms", times.median * 1e3, times.high * 1e3)?;
        Ok(times)
    }
}
