//! How fast the engine is, and how large: `cargo bench --bench matching -- --n 1000000`.
//!
//! Builds an index of an invented world (the same one every time), and measures: rankings of short and of long questions,
//! the same with everything scored, a bare read of as many columns, an update, the snapshot, the memory of a process that
//! has loaded it. SQLite's full-text search is asked the same where that does not take hours; it answers less: words only, no
//! components, no explanation. Times are CPU time of one thread: wall time on a shared machine is noise.
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
/// Places of a ranking.
const PLACES: usize = 20;
/// Above this many solutions, what takes hours is left out.
const MOST_FOR_SQL: usize = 100_000;
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
    let size = value("--n").map_or(Ok(10_000), |n| n.parse())?;
    let line = measure(&mut out, size)?;
    writeln!(out, "{line}")?;
    Ok(())
}

fn measure(out: &mut impl Write, size: usize) -> Outcome<Value> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 1).ok_or("no such day")?;
    writeln!(out, "{size} solutions")?;
    let mut world = World::new(SEED);
    let (mut index, some, build) = build(out, &mut world, size)?;
    let file = std::env::temp_dir().join(format!("kakehashi-bench-{}.snapshot", std::process::id()));
    let (bytes, snapshot) = snapshot(out, &index, &file, size)?;

    let short = questions(&index, &mut world, SHORT);
    let long = questions(&index, &mut world, LONG);
    let terms = short.iter().map(|(_, asking)| asking.terms()).sum::<usize>() as f64 / short.len() as f64;
    let short_times = rank(out, "ranking, short question", &index, &short, today)?;
    let long_times = rank(out, "ranking, long question", &index, &long, today)?;
    if size <= MOST_FOR_EXPLANATIONS {
        everything(out, &index, &short, size, today)?;
    }
    let scan = peers::scan(out, size)?;
    if size <= MOST_FOR_SQL {
        peers::full_text(out, &some, &short)?;
    }
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
        "upsert_us": microseconds(upsert),
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

/// Bytes for each solution in a process of its own that has loaded the snapshot, and the seconds that took.
fn snapshot(out: &mut impl Write, index: &Bench, file: &PathBuf, size: usize) -> Outcome<(f64, f64)> {
    index.save(BufWriter::with_capacity(1 << 20, File::create(file)?), &[])?;
    let loaded = Command::new(std::env::current_exe()?).arg("--load").arg(file).output();
    std::fs::remove_file(file)?;
    let text = String::from_utf8(loaded?.stdout)?;
    let mut figures = text.split_whitespace().map(str::parse::<f64>);
    let (kib, seconds) = (figures.next().ok_or("no size")??, figures.next().ok_or("no time")??);
    let bytes = (kib * 1024.0 / size.max(1) as f64).round();
    writeln!(out, "  resident memory        {bytes:>10} B for each solution")?;
    writeln!(out, "  snapshot loaded        {:>10.0} ms", seconds * 1e3)?;
    Ok((bytes, seconds))
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

/// Puts other solutions in place of some from all over the index, one by one.
fn update(out: &mut impl Write, index: &mut Bench, world: &mut World, size: usize) -> Outcome<f64> {
    let every = (size / UPDATES).max(1);
    let mut times = Vec::new();
    for id in (0..size as u64).step_by(every) {
        let solution = world.solution();
        let clock = Clock::start()?;
        index.upsert_solution(id, solution);
        let published = index.clone();
        times.push(clock.seconds()?);
        drop(published);
    }
    Ok(Times::of(out, "one update visible", times)?.median)
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
