//! `kakehashi evaluate` and `kakehashi rank`, as a person runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn kakehashi(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kakehashi")).args(args).output().unwrap()
}

fn collection() -> String {
    format!("{}/tests/collection", env!("CARGO_MANIFEST_DIR"))
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A small collection of one challenge and two solutions, which a test may break.
fn small(dir: &Path) -> PathBuf {
    let lines = |name: &str, keep: usize| {
        let text = fs::read_to_string(Path::new(&collection()).join(name)).unwrap();
        text.lines().take(keep).map(|line| format!("{line}\n")).collect::<String>()
    };
    fs::write(dir.join("challenges.jsonl"), lines("challenges.jsonl", 1)).unwrap();
    fs::write(dir.join("solutions.jsonl"), lines("solutions.jsonl", 2)).unwrap();
    fs::write(dir.join("qrels.tsv"), "q001 0 s001 1\n").unwrap();
    dir.to_owned()
}

fn refusal(change: impl FnOnce(&Path)) -> (Option<i32>, String) {
    let dir = tempfile::tempdir().unwrap();
    change(&small(dir.path()));
    let output = kakehashi(&["evaluate", dir.path().to_str().unwrap()]);
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_engine_clearly_beats_the_baselines() {
    let report = json(&kakehashi(&["evaluate", &collection(), "--json"]));
    let ndcg = |measures: &Value| measures["ndcg@10"].as_f64().unwrap();
    let engine = ndcg(&report["engine"]);
    assert_eq!(report["engine"]["queries"], 39);
    assert!(engine > ndcg(&report["baselines"]["bm25"]) + 0.15, "{report}");
    assert!(engine > ndcg(&report["baselines"]["sector_newest"]) + 0.1, "{report}");
    for name in ["sector", "text", "technology", "region", "evidence", "budget", "readiness"] {
        assert!(ndcg(&report["ablations"][format!("without_{name}")]) > 0.0, "{name}");
    }
}

#[test]
fn the_run_file_has_every_pair_once_with_falling_scores() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("run.txt");
    json(&kakehashi(&["evaluate", &collection(), "--json", "--run", file.to_str().unwrap()]));
    let text = fs::read_to_string(file).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(' ').collect()).collect();
    assert_eq!(rows.len(), 40 * 160);
    for pair in rows.windows(2).filter(|pair| pair[0][0] == pair[1][0]) {
        assert!(pair[0][4].parse::<f32>().unwrap() > pair[1][4].parse::<f32>().unwrap(), "{pair:?}");
    }
}

#[test]
fn rank_answers_in_the_shape_of_the_api_with_a_reason() {
    let answer = json(&kakehashi(&["rank", &collection(), "--challenge", "q024", "--limit", "3", "--json"]));
    assert_eq!(answer["candidates"], 160);
    let items = answer["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    for (place, item) in (1..).zip(items) {
        assert_eq!(item["rank"], place);
        assert!(item["solution"]["name"].is_string() && item["reason"].as_str().unwrap().ends_with('。'));
        let sum: f64 = item["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["contribution"].as_f64().unwrap())
            .sum();
        let score = item["eligibility"]["factor"].as_f64().unwrap() * sum;
        assert!((score - item["score"].as_f64().unwrap()).abs() < 1e-9);
    }
}

#[test]
fn rank_speaks_english_when_asked() {
    let output = kakehashi(&["rank", &collection(), "--challenge", "q024", "--limit", "1", "--lang", "en"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Deployments") && text.contains("the sector is the same (Snow removal)"), "{text}");
}

#[test]
fn a_later_day_makes_evidence_older() {
    let evidence = |day: &str| {
        let answer = json(&kakehashi(&[
            "rank",
            &collection(),
            "--challenge",
            "q001",
            "--limit",
            "160",
            "--json",
            "--now",
            day,
        ]));
        let items = answer["items"].as_array().unwrap().clone();
        let item = items.iter().find(|item| item["solution"]["id"] == "s126").unwrap();
        item["components"][4]["value"].as_f64().unwrap()
    };
    assert!(evidence("2032-11-01") < evidence("2026-11-01"));
}

#[test]
fn an_unknown_challenge_is_misuse() {
    let output = kakehashi(&["rank", &collection(), "--challenge", "q999"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no challenge q999"));
}

#[test]
fn a_missing_file_is_named() {
    let (code, message) = refusal(|dir| fs::remove_file(dir.join("qrels.tsv")).unwrap());
    assert_eq!(code, Some(2));
    assert!(message.contains("qrels.tsv"), "{message}");
}

#[test]
fn a_broken_field_is_named_with_its_file_and_line() {
    let (code, message) = refusal(|dir| {
        let path = dir.join("solutions.jsonl");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text.replace("tourism-culture-sports/inbound", "tourism-culture-sports/inbond"))
            .unwrap();
    });
    assert_eq!(code, Some(2));
    assert!(message.contains("solutions.jsonl, line 2, sectors[1]"), "{message}");
    assert!(message.contains("suggestion=tourism-culture-sports/inbound"), "{message}");
}

#[test]
fn a_judgement_of_something_that_is_not_there_is_named() {
    let (code, message) =
        refusal(|dir| fs::write(dir.join("qrels.tsv"), "q001 0 s001 3\nq001 0 s999 1\n").unwrap());
    assert_eq!(code, Some(2));
    assert!(message.contains("qrels.tsv, line 2, solution: s999"), "{message}");
}

#[test]
fn the_collections_beside_the_first_are_not_lost_for_it() {
    for (name, queries, least) in [("holdout", 22, 0.95), ("check", 18, 0.94)] {
        let dir = format!("{}/tests/collections/{name}", env!("CARGO_MANIFEST_DIR"));
        let report = json(&kakehashi(&["evaluate", &dir, "--json"]));
        assert_eq!(report["engine"]["queries"], queries);
        assert!(report["engine"]["ndcg@10"].as_f64().unwrap() > least, "{name}: {report}");
    }
}

#[test]
fn a_fit_prints_old_and_new_and_the_values_to_accept_and_changes_nothing() {
    let output = kakehashi(&["evaluate", &collection(), "--fit", "--folds", "3"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("fold 3, not seen by its fit") && text.contains("[weights]"), "{text}");
    assert!(text.contains("# was 0.4500"), "{text}");
}

#[test]
fn a_written_rule_file_can_be_measured() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("rules.toml");
    let file = file.to_str().unwrap();
    assert!(kakehashi(&["evaluate", &collection(), "--fit", "--write", file]).status.success());
    let report = json(&kakehashi(&["evaluate", &collection(), "--rules", file, "--json"]));
    assert!(report["engine"]["ndcg@10"].as_f64().unwrap() > 0.85, "{report}");
}

#[test]
fn too_few_judgements_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["challenges.jsonl", "solutions.jsonl"] {
        fs::copy(format!("{}/{name}", collection()), dir.path().join(name)).unwrap();
    }
    fs::write(dir.path().join("qrels.tsv"), "q001 0 s126 3\n").unwrap();
    let output = kakehashi(&["evaluate", dir.path().to_str().unwrap(), "--fit"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("too few to learn from"));
}

#[test]
fn the_first_pages_are_divided_among_kinds_of_vendors() {
    let fairness = json(&kakehashi(&["evaluate", &collection(), "--fairness", "--json"]));
    let records = &fairness["record"];
    let shown = |group: &str, of: &str| records[group][of].as_f64().unwrap();
    assert!(shown("none", "shown") > shown("none", "by_score"), "{records}");
    let all: f64 = ["none", "pilot", "operation"].iter().map(|group| shown(group, "shown")).sum();
    assert!((all - 1.0).abs() < 1e-9, "{records}");
}
