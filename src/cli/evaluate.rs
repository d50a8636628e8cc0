//! `kakehashi evaluate DIR`

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;

use super::table::Table;
use super::{CommandError, Outcome};
use crate::matching::Rules;
use crate::matching::evaluate::{Bench, Collection, Files, Measures, Report, write_run};

/// How well does the engine rank?
#[derive(Debug, Args)]
pub(super) struct EvaluateArgs {
    /// Folder with challenges.jsonl, solutions.jsonl and qrels.tsv.
    dir: PathBuf,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
    /// Write the engine's order to FILE, in the form that trec_eval reads.
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// Rank by the rules in FILE (in the form of config/matching.toml) instead of the built-in ones.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Rank as of DATE (2026-11-01) instead of the folder's own day.
    #[arg(long, value_name = "DATE")]
    now: Option<NaiveDate>,
}

pub(super) fn run(args: &EvaluateArgs, out: &mut impl Write) -> Outcome {
    let collection = read(&args.dir, args.now, true)?;
    let rules = rules(args.rules.as_deref())?;
    let bench = Bench::new(&collection, rules).map_err(CommandError::failed)?;
    if let Some(file) = &args.run {
        write_run_file(&bench, file)?;
    }
    let report = bench.report().map_err(CommandError::failed)?;
    if args.json {
        let json = serde_json::to_string_pretty(&report).map_err(CommandError::failed)?;
        writeln!(out, "{json}").map_err(CommandError::failed)
    } else {
        table(&report).write(out).map_err(CommandError::failed)
    }
}

/// The rules of a file, or those that are built in.
pub(super) fn rules(file: Option<&Path>) -> Result<Rules, CommandError> {
    let Some(file) = file else { return Rules::compiled_in().map_err(CommandError::failed) };
    let text = fs::read_to_string(file)
        .map_err(|error| CommandError::Misuse(format!("{}: {error}", file.display())))?;
    Rules::parse(&text).map_err(|error| CommandError::Misuse(format!("{}: {error}", file.display())))
}

/// Reads a collection; judgements only where they are needed.
pub(super) fn read(dir: &Path, now: Option<NaiveDate>, judged: bool) -> Result<Collection, CommandError> {
    let text = |name: &str| {
        let path = dir.join(name);
        fs::read_to_string(&path)
            .map_err(|error| CommandError::Misuse(format!("{}: {error}", path.display())))
    };
    let (challenges, solutions) = (text("challenges.jsonl")?, text("solutions.jsonl")?);
    let qrels = judged.then(|| text("qrels.tsv")).transpose()?;
    let day = dir.join("now").exists().then(|| text("now")).transpose()?;
    let files = Files {
        challenges: &challenges,
        solutions: &solutions,
        qrels: qrels.as_deref(),
        now: day.as_deref(),
    };
    Collection::parse(files, now).map_err(|error| CommandError::Misuse(error.to_string()))
}

fn write_run_file(bench: &Bench<'_>, file: &Path) -> Outcome {
    let failed = |error: std::io::Error| CommandError::Failed(format!("{}: {error}", file.display()));
    let mut out = BufWriter::new(fs::File::create(file).map_err(failed)?);
    write_run(&mut out, &bench.run(), "kakehashi").and_then(|()| out.flush()).map_err(failed)
}

fn table(report: &Report) -> Table {
    let mut table = Table::new(["", "nDCG@10", "MRR", "recall@20", "queries"]);
    let mut row = |name: &str, measures: &Measures| {
        table.row([
            name.to_owned(),
            format!("{:.4}", measures.ndcg_at_10),
            format!("{:.4}", measures.mrr),
            format!("{:.4}", measures.recall_at_20),
            measures.queries.to_string(),
        ]);
    };
    row("engine", &report.engine);
    report.baselines.iter().for_each(|(name, measures)| row(name, measures));
    report.ablations.iter().for_each(|(name, measures)| row(name, measures));
    table
}
