//! `kakehashi evaluate DIR`

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;

use super::table::Table;
use super::{CommandError, Outcome, block_on, database};
use crate::matches;
use crate::matching::evaluate::{
    Bench, Collection, Fairness, Files, Fit, Lesson, Measures, Parameters, Report, fit, measure_lessons,
    write_run,
};
use crate::matching::{ComponentName, Rules};
use crate::settings::Settings;

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
    /// Fit the weights, cross-validated, and print old against new and the rules to accept. Changes nothing.
    #[arg(long, conflicts_with_all = ["run", "fairness"])]
    fit: bool,
    /// With --fit: learn from what was decided about matches in the database instead of from the folder's judgements.
    #[arg(long, requires = "fit")]
    from_decisions: bool,
    /// With --fit: how many parts the challenges are dealt into; each is measured with weights fitted on the others.
    #[arg(long, requires = "fit", default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=50))]
    folds: u8,
    /// With --fit: write the whole rule file with the fitted values to FILE, to be read and accepted.
    #[arg(long, requires = "fit", value_name = "FILE")]
    write: Option<PathBuf>,
    /// How the first pages divide among kinds of vendors, and what the share for newcomers changes.
    #[arg(long, conflicts_with = "run")]
    fairness: bool,
}

pub(super) fn run(settings: &Settings, args: &EvaluateArgs, out: &mut impl Write) -> Outcome {
    let collection = read(&args.dir, args.now, true)?;
    let file = rule_file(args.rules.as_deref())?;
    let rules = parsed(&file, args.rules.as_deref())?;
    let old = Parameters::of(&rules);
    let bench = Bench::new(&collection, rules).map_err(CommandError::failed)?;
    if args.fairness {
        return show_fairness(&bench.fairness(), args.json, out);
    }
    if args.fit {
        let judged = bench.lessons();
        let decided = if args.from_decisions { Some(decisions(settings, old.not_served)?) } else { None };
        let found = fit(decided.as_deref().unwrap_or(&judged), old, usize::from(args.folds));
        let found = found.map_err(CommandError::failed)?;
        if let Some(path) = &args.write {
            let written = fs::write(path, found.new.written_into(&file));
            written.map_err(|error| CommandError::Failed(format!("{}: {error}", path.display())))?;
        }
        return show_fit(&found, &judged, args, out);
    }
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
    parsed(&rule_file(file)?, file)
}

fn rule_file(file: Option<&Path>) -> Result<String, CommandError> {
    let Some(file) = file else { return Ok(Rules::FILE.to_owned()) };
    fs::read_to_string(file).map_err(|error| CommandError::Misuse(format!("{}: {error}", file.display())))
}

fn parsed(text: &str, file: Option<&Path>) -> Result<Rules, CommandError> {
    Rules::parse(text).map_err(|error| match file {
        Some(file) => CommandError::Misuse(format!("{}: {error}", file.display())),
        None => CommandError::failed(error),
    })
}

/// What was decided about matches.
fn decisions(settings: &Settings, not_served: f64) -> Result<Vec<Lesson>, CommandError> {
    block_on(async {
        let services = database::services(settings).await?;
        let read = services.read(move |conn| matches::lessons(conn, not_served)).await;
        read.map_err(CommandError::failed)
    })
}

fn show_fit(found: &Fit, judged: &[Lesson], args: &EvaluateArgs, out: &mut impl Write) -> Outcome {
    let collection = [found.old, found.new].map(|parameters| measure_lessons(judged, parameters));
    let [old, new] = collection;
    if args.json {
        let report = serde_json::json!({
            "fit": found, "collection": {"old": old, "new": new},
            "components": ComponentName::ALL,
        });
        return writeln!(out, "{report:#}").map_err(CommandError::failed);
    }
    let source = if args.from_decisions { "decisions" } else { "judgements" };
    let mut table = Table::new(["nDCG@10", "old", "new"]);
    let mut row =
        |name: String, old: f64, new: f64| table.row([name, format!("{old:.4}"), format!("{new:.4}")]);
    for (number, fold) in (1..).zip(&found.folds) {
        row(format!("{source}, fold {number}, not seen by its fit"), fold.old, fold.new);
    }
    row(format!("{source}, all folds"), found.held_out.old, found.held_out.new);
    row("the collection".to_owned(), old, new);
    table.write(out).map_err(CommandError::failed)?;
    let Fit { lessons, pairs, better, worse, trust, .. } = found;
    let verdict = if found.held_out.new > found.held_out.old && new + LOSS_ALLOWED >= old {
        "The fitted weights rank better where the fit did not look. They are a proposal: nothing was changed."
    } else {
        "The fitted weights do not rank better where the fit did not look. Keep those in force."
    };
    writeln!(
        out,
        "\n{lessons} challenges, {pairs} pairs; {better} ranked better, {worse} worse; {:.0} % of the way to the fit.\n\
         {verdict}\n\n# To accept: put these values into config/matching.toml and build, or write the whole file with\n\
         # --write FILE, measure it with --rules FILE, and put it in place of config/matching.toml.\n[weights]",
        trust * 100.0
    )
    .map_err(CommandError::failed)?;
    for (name, (old, new)) in ComponentName::ALL.iter().zip(found.old.weights.iter().zip(found.new.weights)) {
        writeln!(out, "{name} = {new:.4} # was {old:.4}").map_err(CommandError::failed)?;
    }
    let (old, new) = (found.old.not_served, found.new.not_served);
    writeln!(out, "\n[eligibility]\nnot_served = {new:.4} # was {old:.4}").map_err(CommandError::failed)
}

/// What weights learnt from decisions may lose on the collection and still be proposed.
const LOSS_ALLOWED: f64 = 0.02;

fn show_fairness(fairness: &Fairness, json: bool, out: &mut impl Write) -> Outcome {
    if json {
        let json = serde_json::to_string_pretty(fairness).map_err(CommandError::failed)?;
        return writeln!(out, "{json}").map_err(CommandError::failed);
    }
    let mut table = Table::new(["side", "group", "solutions", "merit", "seen by score", "seen as shown"]);
    for (side, groups) in fairness {
        for (group, shares) in groups {
            let percent = |share: f64| format!("{:.1} %", share * 100.0);
            table.row([
                (*side).to_owned(),
                group.clone(),
                percent(shares.solutions),
                percent(shares.merit),
                percent(shares.by_score),
                percent(shares.shown),
            ]);
        }
    }
    table.write(out).map_err(CommandError::failed)
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
