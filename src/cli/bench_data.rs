//! `kakehashi bench-data N DIR`

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::{CommandError, Outcome};
use crate::invented::World;
use crate::matching::{ChallengeDoc, DeploymentDoc, DeploymentPlace, SolutionDoc};

/// Write an invented world of N solutions and a tenth as many challenges, the same one for the same seed, in the form that
/// `rank` and `evaluate` read.
#[derive(Debug, Args)]
pub(super) struct BenchDataArgs {
    /// How many solutions.
    n: usize,
    /// Folder for solutions.jsonl and challenges.jsonl; made if it is not there.
    dir: PathBuf,
    /// Another seed, another world.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Letters of a challenge: about a page.
const LETTERS: usize = 400;

pub(super) fn run(args: &BenchDataArgs) -> Outcome {
    fs::create_dir_all(&args.dir).map_err(CommandError::failed)?;
    let mut world = World::new(args.seed);
    let solutions = (1..=args.n).map(|number| solution(number, &world.solution()));
    write(&args.dir.join("solutions.jsonl"), solutions)?;
    let challenges = (1..=args.n.div_ceil(10)).map(|number| challenge(number, &world.challenge(LETTERS)));
    write(&args.dir.join("challenges.jsonl"), challenges)
}

fn write(file: &Path, lines: impl Iterator<Item = Value>) -> Outcome {
    let mut out = BufWriter::new(File::create(file).map_err(CommandError::failed)?);
    for line in lines {
        writeln!(out, "{line}").map_err(CommandError::failed)?;
    }
    out.flush().map_err(CommandError::failed)
}

fn solution(number: usize, doc: &SolutionDoc) -> Value {
    let price = &doc.price;
    json!({
        "id": format!("s{number:07}"),
        "vendor": {"municipality_code": doc.vendor_place},
        "name": doc.name,
        "tagline": doc.tagline,
        "description": doc.description,
        "sectors": doc.sectors,
        "technologies": doc.technologies,
        "infrastructure_required": doc.infrastructure_required,
        "maturity": doc.maturity,
        "regions": doc.regions,
        "price": {
            "initial_min": price.initial_min, "initial_max": price.initial_max,
            "yearly_min": price.yearly_min, "yearly_max": price.yearly_max,
        },
        "lead_months": doc.lead_months,
        "deployments": doc.deployments.iter().map(deployment).collect::<Vec<_>>(),
    })
}

fn deployment(doc: &DeploymentDoc) -> Value {
    let (code, country) = match &doc.place {
        DeploymentPlace::Municipality(code) => (Some(*code), None),
        DeploymentPlace::Country(country) => (None, Some(country)),
    };
    json!({
        "municipality_code": code,
        "country": country,
        "sector": doc.sector,
        "started_on": doc.started_on,
        "ended_on": doc.ended_on,
        "stage": doc.stage,
        "outcome": doc.outcome,
        "verification": doc.verification,
    })
}

fn challenge(number: usize, doc: &ChallengeDoc) -> Value {
    json!({
        "id": format!("q{number:07}"),
        "municipality_code": doc.place,
        "title": doc.title,
        "summary": doc.summary,
        "background": doc.background,
        "current_state": doc.current_state,
        "desired_state": doc.desired_state,
        "sectors": doc.sectors,
        "technologies": doc.technologies,
        "conditions": doc.conditions,
        "infrastructure": doc.infrastructure,
        "entry_stage": doc.entry_stage,
        "budget": {
            "min": doc.budget.min, "max": doc.budget.max, "running_per_year": doc.budget.running_per_year,
        },
        "start_from": doc.start_from,
    })
}
