//! Each component by itself, with figures computed by hand from the values of `config/matching.toml`.

use kakehashi::matching::{
    Anchor, ComponentName, DeploymentOutcome, DeploymentPlace, DeploymentStage, EntryStage, Facts,
    Ineligibility, Maturity, Nearness, Price, PriceFit, Query, Rules, Verification,
};
use kakehashi::reference::{Condition, SectorRelation};

use super::samples::*;

fn rules() -> Rules {
    Rules::compiled_in().unwrap()
}

fn assert_close(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-9, "{actual} is not {expected}");
}

#[test]
fn sector_is_the_best_pair_of_the_two_sets() {
    let (challenge, mut solution, rules) = (challenge(), solution(), rules().sector);
    let of = |doc: &_| value(&challenge, doc, ComponentName::Sector);
    solution.name = "記録くん".to_owned();
    solution.tagline = String::new();
    solution.description = "位置と時間を残します。".to_owned();

    solution.sectors =
        vec![sector("childcare/sick-child-care"), sector("infrastructure-maintenance/snow-removal")];
    assert_close(of(&solution), rules.same_leaf);
    solution.sectors = vec![sector("transport-logistics/road-traffic")];
    assert_close(of(&solution), rules.related);
    solution.sectors = vec![sector("infrastructure-maintenance/water-leak")];
    assert_close(of(&solution), rules.same_top);
    solution.sectors = vec![sector("childcare/sick-child-care")];
    assert_close(of(&solution), 0.0);
    solution.sectors = vec![];
    assert_close(of(&solution), 0.0);
}

#[test]
fn a_sector_of_which_the_words_speak_counts_although_it_was_not_filed() {
    let (challenge, mut solution) = (challenge(), solution());
    solution.sectors = vec![sector("industry/construction")];
    solution.name = "除雪ナビ".to_owned();
    let Facts::Sector(facts) = facts(&challenge, &solution, ComponentName::Sector) else { panic!() };
    assert!(facts.read);
    assert_eq!(facts.relation, SectorRelation::SameLeaf);
    assert_close(value(&challenge, &solution, ComponentName::Sector), rules().sector.read);
}

#[test]
fn technology_is_the_share_of_what_was_wanted() {
    let (mut challenge, solution) = (challenge(), solution());
    let of = |doc: &_| value(doc, &solution, ComponentName::Technology);
    assert_close(of(&challenge), rules().technology.nothing_wanted);
    challenge.technologies = vec![technology("gps-tracker"), technology("lpwa")];
    assert_close(of(&challenge), 0.5);
    challenge.technologies = vec![technology("gps-tracker")];
    assert_close(of(&challenge), 1.0);
}

#[test]
fn infrastructure_that_the_site_lacks_is_taken_off() {
    let (mut challenge, mut solution, rules) = (challenge(), solution(), rules().technology);
    solution.infrastructure_required = vec![technology("mobile-5g"), technology("optical-fiber")];
    let half_missing = rules.nothing_wanted - rules.lacking / 2.0;
    assert_close(value(&challenge, &solution, ComponentName::Technology), half_missing);

    challenge.infrastructure = vec![];
    assert_close(value(&challenge, &solution, ComponentName::Technology), rules.nothing_wanted);
    challenge.conditions = vec![Condition::NoMobile];
    assert_close(value(&challenge, &solution, ComponentName::Technology), half_missing);
    let Facts::Technology(facts) = facts(&challenge, &solution, ComponentName::Technology) else { panic!() };
    assert_eq!(facts.lacking, [technology("mobile-5g")]);
}

#[test]
fn region_takes_the_nearest_of_office_and_running_deployments() {
    let (challenge, mut solution, rules) = (challenge(), solution(), rules().region);
    let (near, floor) = (rules.nearness, rules.likeness_floor);
    let nationwide = rules.dedication * rules.nationwide;
    let unlike = (1.0 - near - rules.dedication) * floor + nationwide;

    assert_close(value(&challenge, &solution, ComponentName::Region), near * rules.same_prefecture + unlike);
    solution.vendor_place = town("202011");
    assert_close(value(&challenge, &solution, ComponentName::Region), near * rules.same_bureau + unlike);
    solution.vendor_place = town("131016");
    let km = town("154822").place().distance_km(town("131016").place());
    let elsewhere = rules.elsewhere * (-km / rules.half_km).exp2();
    assert_close(value(&challenge, &solution, ComponentName::Region), near * elsewhere + unlike);

    solution.deployments = vec![deployment("154822")];
    let Facts::Region(facts) = facts(&challenge, &solution, ComponentName::Region) else { panic!() };
    assert_eq!((facts.anchor, facts.nearness), (Anchor::Deployment, Nearness::SameMunicipality));
    let dedicated = 1.0 - rules.dedication;
    assert_close(value(&challenge, &solution, ComponentName::Region), dedicated + nationwide);
}

#[test]
fn a_deployment_by_the_vendors_word_alone_is_half_as_near() {
    let (challenge, mut solution, rules) = (challenge(), solution(), rules().region);
    solution.vendor_place = town("472018");
    solution.deployments = vec![deployment("154822")];
    let proven = value(&challenge, &solution, ComponentName::Region);
    solution.deployments[0].verification = Verification::Declared;
    let declared = value(&challenge, &solution, ComponentName::Region);
    assert_close(proven - declared, rules.nearness * (1.0 - rules.declared) * rules.same_municipality);
}

#[test]
fn who_serves_fewer_prefectures_is_more_at_home_in_them() {
    let (challenge, mut solution) = (challenge(), solution());
    let homes = ["nationwide", "bureau:shinetsu", "pref:15"].map(|served| {
        solution.regions = vec![region(served)];
        value(&challenge, &solution, ComponentName::Region)
    });
    assert!(homes[0] < homes[1] && homes[1] < homes[2], "{homes:?}");
}

#[test]
fn what_is_asked_for_and_denied_is_a_reservation_that_names_it() {
    let (mut challenge, mut solution) = (challenge(), solution());
    challenge.title = "漏水の場所を特定したい".to_owned();
    solution.description = "流量を記録します。漏水の場所の特定には対応していません。".to_owned();
    let denying = score(&challenge, &solution);
    solution.description = "流量を記録します。漏水の場所の特定に対応しています。".to_owned();
    let offering = score(&challenge, &solution);
    assert!(denying.eligibility.factor < 1.0 && offering.eligibility.factor == 1.0);
    assert!(denying.eligibility.denied.words.iter().any(|word| word.contains("漏水")), "{denying:?}");
    assert!(denying.score < offering.score);
}

#[test]
fn a_deployment_that_was_given_up_is_nowhere_near() {
    let (challenge, mut solution) = (challenge(), solution());
    let without = value(&challenge, &solution, ComponentName::Region);
    solution.deployments = vec![deployment("154822")];
    solution.deployments[0].outcome = DeploymentOutcome::Discontinued;
    assert_close(value(&challenge, &solution, ComponentName::Region), without);
}

#[test]
fn likeness_of_place_goes_by_the_kind_of_municipality() {
    let (challenge, mut solution, rules) = (challenge(), solution(), rules().region);
    solution.vendor_place = town("472018");
    let of = |code: &str, solution: &mut kakehashi::matching::SolutionDoc| {
        solution.deployments = vec![deployment(code)];
        let Facts::Region(facts) = facts(&challenge, solution, ComponentName::Region) else { panic!() };
        facts.likeness
    };
    let floor = rules.likeness_floor;
    assert_close(of("013331", &mut solution), 1.0);
    assert_close(of("473065", &mut solution), floor + (1.0 - floor) * 0.8);
    assert_close(of("401005", &mut solution), floor + (1.0 - floor) * 0.4);
}

#[test]
fn one_perfect_deployment_is_worth_one_half_and_further_ones_add_their_share() {
    let (challenge, mut solution) = (challenge(), solution());
    assert_close(value(&challenge, &solution, ComponentName::Evidence), 0.0);
    solution.deployments = vec![deployment("154822")];
    assert_close(value(&challenge, &solution, ComponentName::Evidence), 0.5);
    solution.deployments.push(deployment("013331"));
    let two = 1.0 - (-(1.0 + rules().evidence.further)).exp2();
    assert_close(value(&challenge, &solution, ComponentName::Evidence), two);
}

#[test]
fn the_factors_of_an_entry_multiply() {
    let (challenge, mut solution, rules) = (challenge(), solution(), rules());
    let mut entry = deployment("472018");
    entry.sector = sector("transport-logistics/road-traffic");
    entry.stage = DeploymentStage::Pilot;
    entry.outcome = DeploymentOutcome::Completed;
    entry.verification = Verification::Documented;
    entry.ended_on = Some(day("2022-11-01"));
    solution.deployments = vec![entry];

    let four_years: f64 = (-1461.0 / (365.25 * rules.evidence.half_life_years)).exp2();
    let floor = rules.evidence.place_floor;
    let city_for_a_town = floor + (1.0 - floor) * 0.8;
    let sum = rules.evidence.documented
        * rules.evidence.pilot_completed
        * four_years
        * rules.sector.related
        * city_for_a_town;
    assert_close(value(&challenge, &solution, ComponentName::Evidence), 1.0 - (-sum).exp2());
}

#[test]
fn ten_entries_of_one_town_are_one() {
    let (challenge, mut solution) = (challenge(), solution());
    solution.deployments = vec![deployment("154822"); 10];
    assert_close(value(&challenge, &solution, ComponentName::Evidence), 0.5);
}

#[test]
fn all_declared_entries_together_count_at_most_as_one() {
    let (challenge, mut solution, rules) = (challenge(), solution(), rules().evidence);
    solution.deployments = ["154822", "013331", "053490", "203211"].map(deployment).to_vec();
    for entry in &mut solution.deployments {
        entry.verification = Verification::Declared;
    }
    assert_close(value(&challenge, &solution, ComponentName::Evidence), 1.0 - (-rules.declared).exp2());
}

#[test]
fn something_given_up_without_an_end_date_ended_when_it_started() {
    let (challenge, mut solution, rules) = (challenge(), solution(), rules().evidence);
    solution.deployments = vec![deployment("154822")];
    solution.deployments[0].outcome = DeploymentOutcome::Discontinued;
    solution.deployments[0].started_on = day("2022-11-01");
    let sum = rules.discontinued * (-1461.0 / (365.25 * rules.half_life_years)).exp2();
    assert_close(value(&challenge, &solution, ComponentName::Evidence), 1.0 - (-sum).exp2());
}

#[test]
fn a_price_inside_the_budget_is_one_and_falls_with_the_logarithm_beyond() {
    let (challenge, mut solution, rules) = (challenge(), solution(), rules().budget);
    assert_close(value(&challenge, &solution, ComponentName::Budget), 1.0);

    let price = |yen: i64| Price { initial_min: Some(yen), initial_max: Some(yen), ..Price::default() };
    solution.price = price(7_500_000);
    let beyond = 1.0 - 1.5_f64.ln() / rules.zero_at.ln();
    assert_close(value(&challenge, &solution, ComponentName::Budget), beyond);
    solution.price = price(15_000_000);
    assert_close(value(&challenge, &solution, ComponentName::Budget), 0.0);
    solution.price = price(400_000_000);
    assert_close(value(&challenge, &solution, ComponentName::Budget), 0.0);

    solution.price = Price { initial_max: Some(7_500_000), ..price(1_000_000) };
    assert_close(value(&challenge, &solution, ComponentName::Budget), (1.0 + beyond) / 2.0);
    let Facts::Budget(facts) = facts(&challenge, &solution, ComponentName::Budget) else { panic!() };
    assert_eq!(facts.fit, PriceFit::Partly);
}

#[test]
fn an_unknown_price_or_budget_speaks_neither_for_nor_against() {
    let (mut challenge, mut solution, rules) = (challenge(), solution(), rules().budget);
    solution.price = Price::default();
    assert_close(value(&challenge, &solution, ComponentName::Budget), rules.unknown);
    solution.price = super::samples::solution().price;
    challenge.budget = Default::default();
    assert_close(value(&challenge, &solution, ComponentName::Budget), rules.unknown);
}

#[test]
fn readiness_is_maturity_for_the_stage_and_time_until_the_start() {
    let (mut challenge, mut solution, rules) = (challenge(), solution(), rules().readiness);
    assert_close(value(&challenge, &solution, ComponentName::Readiness), 1.0);

    solution.maturity = Maturity::Prototype;
    let fit = rules.fit(Maturity::Prototype, EntryStage::Operation);
    let unripe = rules.maturity * fit + (1.0 - rules.maturity);
    assert_close(value(&challenge, &solution, ComponentName::Readiness), unripe);

    solution.maturity = Maturity::Commercial;
    solution.lead_months = Some(15);
    let three_months_late = rules.maturity + (1.0 - rules.maturity) * (1.0 - 3.0 / rules.late_months);
    assert_close(value(&challenge, &solution, ComponentName::Readiness), three_months_late);

    challenge.start_from = None;
    let unknown = rules.maturity + (1.0 - rules.maturity) * rules.unknown;
    assert_close(value(&challenge, &solution, ComponentName::Readiness), unknown);
}

#[test]
fn who_does_not_serve_the_place_is_pushed_down_and_told_why() {
    let (challenge, mut solution) = (challenge(), solution());
    let served = score(&challenge, &solution);
    solution.regions = vec![region("pref:47")];
    let unserved = score(&challenge, &solution);
    assert_close(unserved.eligibility.factor, rules().eligibility.not_served);
    assert!(unserved.score <= served.score * rules().eligibility.not_served);
    assert_eq!(
        unserved.eligibility.reason,
        Some(Ineligibility::NotServed { regions: vec![region("pref:47")] })
    );
    assert_eq!(served.eligibility.reason, None);
}

#[test]
fn more_of_the_words_is_more_relevant_and_none_is_not_relevant() {
    let challenge = challenge();
    let [full, mut part, mut none] = [solution(), solution(), solution()];
    part.description = "観光客の数をカメラで数え、混雑を画面に表示します。".to_owned();
    for text in [&mut none.name, &mut none.tagline, &mut none.description] {
        *text = "hello".to_owned();
    }
    let market = index_of(&[full, part, none]);
    let ranking = market.rank_solutions(&challenge, &Query::new(today(), 3));
    let text: Vec<(u32, f64)> =
        ranking.items.iter().map(|item| (item.id, item.components[1].value)).collect();
    assert_eq!(text.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(text[0].1 > text[1].1 && text[1].1 > 0.0, "{text:?}");
    assert_close(text[2].1, 0.0);
}

#[test]
fn a_deployment_abroad_counts_as_the_floor_of_likeness() {
    let (challenge, mut solution, rules) = (challenge(), solution(), rules().evidence);
    solution.deployments = vec![deployment("154822")];
    solution.deployments[0].place = DeploymentPlace::Country("VN".to_owned());
    assert_close(value(&challenge, &solution, ComponentName::Evidence), 1.0 - (-rules.place_floor).exp2());
}
