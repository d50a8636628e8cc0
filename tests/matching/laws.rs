//! What must always hold, whatever is matched.

use kakehashi::matching::{
    ChallengeDoc, ComponentName, DeploymentOutcome, DeploymentPlace, Query, Ranked, SolutionDoc, Verification,
};
use kakehashi::reference::{MunicipalityCode, Region};
use proptest::prelude::*;
use proptest::sample::Index as Pick;
use serde_json::Value;

use super::arbitrary::{challenge, date, deployment, market, solution, town};
use super::samples::{TestIndex, index_of, today};

fn query<'q>(limit: usize) -> Query<'q, u32> {
    Query::new(today(), limit)
}

/// Every candidate scored by itself, sorted by score and id.
fn brute_force(index: &TestIndex, challenge: &ChallengeDoc, market: &[SolutionDoc]) -> Vec<(u32, f64)> {
    let candidates = (0..).zip(market).filter(|(_, doc)| doc.candidate);
    let mut all: Vec<(u32, f64)> =
        candidates.map(|(id, doc)| (id, index.explain_pair(challenge, doc, &query(1)).score)).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all
}

fn ranked(index: &TestIndex, challenge: &ChallengeDoc, limit: usize) -> Vec<(u32, f64)> {
    let ranking = index.rank_solutions(challenge, &query(limit));
    ranking.items.iter().map(|item| (item.id, item.score)).collect()
}

/// The score of `solution` when it stands in the market in the place of number 0, whose statistics stay as they are.
fn score_in(market: &[SolutionDoc], challenge: &ChallengeDoc, solution: &SolutionDoc) -> f64 {
    index_of(market).explain_pair(challenge, solution, &query(1)).score
}

/// The same but for the last digit of a number, in which JSON may differ.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= 1e-12 * a.abs().max(1.0)
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| alike(value, other)))
        }
        _ => a == b,
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    // 1
    #[test]
    fn the_index_gives_exactly_the_best_of_brute_force(market in market(), challenge in challenge(), limit in 0_usize..30) {
        let index = index_of(&market);
        let mut expected = brute_force(&index, &challenge, &market);
        let candidates = expected.len();
        expected.truncate(limit);
        prop_assert_eq!(ranked(&index, &challenge, limit), expected);
        prop_assert_eq!(index.rank_solutions(&challenge, &query(limit)).candidates, candidates);
    }

    // 1
    #[test]
    fn neither_the_order_of_arrival_nor_what_was_there_before_matters(
        market in market(),
        others in prop::collection::vec(solution(), 0..6),
        challenge in challenge(),
    ) {
        let straight = index_of(&market);
        let mut winding = TestIndex::compiled_in().unwrap();
        for (id, doc) in (1000..).zip(&others) {
            winding.upsert_solution(id, doc.clone());
        }
        for (id, doc) in market.iter().enumerate().rev() {
            let id = id as u32;
            winding.upsert_solution(id, others.first().unwrap_or(doc).clone());
            winding.upsert_solution(id, doc.clone());
        }
        for (id, _) in (1000..).zip(&others) {
            prop_assert!(winding.remove_solution(&id));
        }
        prop_assert_eq!(ranked(&winding, &challenge, 50), ranked(&straight, &challenge, 50));
    }

    // 2
    #[test]
    fn the_explanation_adds_up_to_the_score(market in market(), challenge in challenge()) {
        let index = index_of(&market);
        for item in index.rank_solutions(&challenge, &query(50)).items {
            let sum: f64 = item.components.iter().map(|component| component.contribution).sum();
            prop_assert!(close(item.eligibility.factor * sum, item.score), "{} {}", sum, item.score);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&item.score));
            for component in &item.components {
                prop_assert!((0.0..=1.0).contains(&component.value), "{:?}", component);
                prop_assert_eq!(component.contribution, component.weight * component.value);
                prop_assert_eq!(component.facts.value(index.rules()), component.value);
            }
            let names: Vec<ComponentName> = item.components.iter().map(|component| component.name()).collect();
            prop_assert_eq!(names.as_slice(), ComponentName::ALL);
        }
    }

    // 2
    #[test]
    fn an_explanation_survives_being_written_and_read(market in market(), challenge in challenge()) {
        for item in index_of(&market).rank_solutions(&challenge, &query(5)).items {
            let json = serde_json::to_value(&item).unwrap();
            let read: Ranked<u32> = serde_json::from_str(&json.to_string()).unwrap();
            prop_assert!(alike(&serde_json::to_value(&read).unwrap(), &json), "{}", json);
        }
    }

    // 3
    #[test]
    fn a_further_deployment_never_lowers_a_score(
        market in market(), challenge in challenge(), solution in solution(), further in deployment(),
    ) {
        let mut with = solution.clone();
        with.deployments.push(further);
        prop_assert!(score_in(&market, &challenge, &with) >= score_in(&market, &challenge, &solution) - 1e-12);
    }

    // 3
    #[test]
    fn a_further_deployment_in_the_index_changes_no_statistics(
        market in market(), challenge in challenge(), further in deployment(),
    ) {
        let before = index_of(&market);
        let mut grown = market.clone();
        grown[0].deployments.push(further);
        let after = index_of(&grown);
        let score = |index: &TestIndex, doc| index.explain_pair(&challenge, doc, &query(1)).score;
        for doc in market.iter().skip(1) {
            prop_assert_eq!(score(&before, doc), score(&after, doc));
        }
        prop_assert!(score(&after, &grown[0]) >= score(&before, &market[0]) - 1e-12);
    }

    // 3
    #[test]
    fn proof_never_counts_less_than_talk(
        market in market(), challenge in challenge(), mut solution in solution(), entry in deployment(), at in any::<Pick>(),
    ) {
        solution.deployments.push(entry);
        let at = at.index(solution.deployments.len());
        let scores: Vec<f64> = Verification::ALL
            .iter()
            .map(|verification| {
                solution.deployments[at].verification = *verification;
                score_in(&market, &challenge, &solution)
            })
            .collect();
        prop_assert!(scores.is_sorted_by(|a, b| *a <= *b + 1e-12), "{:?}", scores);
    }

    // 3
    #[test]
    fn an_older_deployment_never_counts_more(
        market in market(), challenge in challenge(), mut solution in solution(), mut entry in deployment(),
        mut ends in prop::array::uniform2(date()),
    ) {
        ends.sort();
        entry.outcome = DeploymentOutcome::Completed;
        let [older, newer] = ends.map(|end| {
            entry.ended_on = Some(end);
            solution.deployments.push(entry.clone());
            let score = score_in(&market, &challenge, &solution);
            solution.deployments.pop();
            score
        });
        prop_assert!(older <= newer + 1e-12, "{} {}", older, newer);
    }

    // 4
    #[test]
    fn a_nearer_vendor_never_scores_lower(
        market in market(), challenge in challenge(), mut solution in solution(), towns in prop::array::uniform2(town()),
    ) {
        let here = challenge.place;
        let order = |town: &MunicipalityCode| {
            let borders = (here != *town, here.prefecture() != town.prefecture(), here.bureau() != town.bureau());
            (borders, here.place().distance_km(town.place()))
        };
        let mut towns = towns;
        towns.sort_by(|a, b| order(a).partial_cmp(&order(b)).unwrap());
        let [nearer, further] = towns.map(|town| {
            solution.vendor_place = town;
            score_in(&market, &challenge, &solution)
        });
        prop_assert!(nearer >= further - 1e-12, "{} {}", nearer, further);
    }

    // 4
    #[test]
    fn serving_the_place_never_scores_lower(market in market(), challenge in challenge(), mut solution in solution()) {
        let before = score_in(&market, &challenge, &solution);
        solution.regions.push(Region::Municipality(challenge.place));
        prop_assert!(score_in(&market, &challenge, &solution) >= before);
    }

    // 5
    #[test]
    fn a_price_inside_the_budget_never_scores_lower_than_one_beyond(
        market in market(), mut challenge in challenge(), mut solution in solution(),
        budget in 1_i64..100_000_000, inside in 0.0_f64..=1.0, beyond in 1.0_f64..10.0,
    ) {
        challenge.budget.max = Some(budget);
        let [cheap, dear] = [inside, beyond].map(|multiple| {
            let price = (budget as f64 * multiple) as i64;
            let price = if multiple > 1.0 { price.max(budget + 1) } else { price.min(budget) };
            solution.price.initial_min = Some(price);
            solution.price.initial_max = Some(price);
            (solution.price.yearly_min, solution.price.yearly_max) = (None, None);
            score_in(&market, &challenge, &solution)
        });
        prop_assert!(cheap >= dear, "{} {}", cheap, dear);
    }

    // 6
    #[test]
    fn widths_cases_and_old_forms_do_not_change_the_text_score(market in market(), challenge in challenge()) {
        let index = index_of(&market);
        let mut other = challenge.clone();
        for text in [&mut other.title, &mut other.summary, &mut other.desired_state, &mut other.background] {
            *text = respelt(text);
        }
        for doc in &market {
            let text = |challenge| index.explain_pair(challenge, doc, &query(1)).components[1].value;
            prop_assert_eq!(text(&challenge), text(&other));
        }
    }

    // 7
    #[test]
    fn a_change_is_right_in_the_very_next_query(
        market in market(), changed in solution(), challenge in challenge(), at in any::<Pick>(),
    ) {
        let mut index = index_of(&market);
        let at = at.index(market.len());
        index.upsert_solution(at as u32, changed.clone());
        let mut expected = market.clone();
        expected[at] = changed;
        prop_assert_eq!(ranked(&index, &challenge, 50), brute_force(&index, &challenge, &expected));

        expected[at].candidate = false;
        index.upsert_solution(at as u32, expected[at].clone());
        prop_assert_eq!(ranked(&index, &challenge, 50), brute_force(&index, &challenge, &expected));
    }

    // 8
    #[test]
    fn the_newcomers_share_is_kept_by_the_qualified_and_moves_nobody_else(
        market in market(), challenge in challenge(), limit in 0_usize..30,
    ) {
        let index = index_of(&market);
        let by_score = index.rank_solutions(&challenge, &query(100)).items;
        let shown = index.rank_solutions(&challenge, &query(limit).keep_places_for_newcomers()).items;
        prop_assert_eq!(shown.len(), limit.min(by_score.len()));

        let page = limit.min(10).min(by_score.len());
        let kept = page / 5;
        let head: Vec<u32> = by_score[..page - kept].iter().map(|item| item.id).collect();
        let qualified = by_score.iter().filter(|item| item.newcomer && !head.contains(&item.id)).count();
        let newcomers = shown[page - kept..page].iter().filter(|item| item.newcomer).count();
        prop_assert_eq!(newcomers, kept.min(qualified));
        prop_assert!(shown.iter().filter(|item| item.kept_place).all(|item| item.newcomer));

        for (place, item) in (1..).zip(&shown) {
            let before = by_score.iter().find(|other| other.id == item.id).unwrap();
            prop_assert_eq!(item.rank, place);
            prop_assert_eq!(item.score, before.score);
        }
        let others: Vec<u32> = shown.iter().filter(|item| !item.newcomer).map(|item| item.id).collect();
        let order: Vec<u32> = by_score.iter().map(|item| item.id).filter(|id| others.contains(id)).collect();
        prop_assert_eq!(others, order);
    }

    #[test]
    fn a_challenge_scores_for_a_solution_what_the_solution_scores_for_it(
        market in market(), challenges in prop::collection::vec(challenge(), 1..6),
    ) {
        let mut index = index_of(&market);
        for (id, doc) in (0..).zip(&challenges) {
            index.upsert_challenge(id, doc.clone());
        }
        for (id, doc) in (0_u32..).zip(&market).filter(|(_, doc)| doc.candidate) {
            let backwards = index.rank_challenges(doc, &Query::new(today(), 50));
            prop_assert_eq!(backwards.candidates, challenges.iter().filter(|doc| doc.candidate).count());
            for item in backwards.items {
                let forwards = index.rank_solutions(&challenges[item.id as usize], &query(50));
                let same = forwards.items.iter().find(|other| other.id == id).unwrap();
                prop_assert_eq!(same.score, item.score);
                prop_assert_eq!(&same.components, &item.components);
            }
        }
    }
}

/// The same text in full width, upper case and old forms.
fn respelt(text: &str) -> String {
    let respelt = text.to_uppercase();
    let respelt = respelt.chars().map(|character| match character {
        '!'..='~' => char::from_u32(u32::from(character) + 0xfee0).unwrap(),
        '学' => '學',
        '号' => '號',
        '駅' => '驛',
        other => other,
    });
    respelt.collect()
}

#[test]
fn a_country_is_a_place_too() {
    let mut doc = super::samples::solution();
    doc.deployments.push(super::samples::deployment("152021"));
    doc.deployments[0].place = DeploymentPlace::Country("VN".to_owned());
    assert!(super::samples::score(&super::samples::challenge(), &doc).score > 0.0);
}
