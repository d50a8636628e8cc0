//! Sentences that people read, made from facts.

use kakehashi::accounts::Locale;
use kakehashi::matching::{ComponentName, Price, Query, Verification, explain};
use proptest::prelude::*;

use super::arbitrary::{challenge as any_challenge, market};
use super::samples::*;

fn sentence(
    name: ComponentName,
    locale: Locale,
    change: impl FnOnce(&mut kakehashi::matching::SolutionDoc),
) -> String {
    let mut solution = solution();
    change(&mut solution);
    explain::component(component(&score(&challenge(), &solution), name), locale)
}

#[test]
fn a_deployment_is_named_with_its_place_its_state_and_who_says_so() {
    let with_two = |solution: &mut kakehashi::matching::SolutionDoc| {
        solution.deployments = vec![deployment("203211"), deployment("013331")];
        solution.deployments[1].verification = Verification::Declared;
    };
    assert_eq!(
        sentence(ComponentName::Evidence, Locale::Ja, with_two),
        "長野県軽井沢町で運用中（自治体が確認済み）など、ほか1件の実績があります。"
    );
    assert_eq!(
        sentence(ComponentName::Evidence, Locale::En, with_two),
        "Deployed: Karuizawa-machi, Nagano, in operation (confirmed by the municipality), and 1 more."
    );
}

#[test]
fn how_far_away_is_said_in_kilometres() {
    assert_eq!(
        sentence(ComponentName::Region, Locale::Ja, |_| ()),
        "事業者の本社が同じ県内の新潟県長岡市（約51km）にあります。"
    );
}

#[test]
fn who_serves_few_prefectures_is_said_to() {
    let serving = |regions: &[&str]| {
        let regions = regions.iter().map(|one| region(one)).collect();
        sentence(ComponentName::Region, Locale::En, |solution| solution.regions = regions)
    };
    assert!(serving(&["pref:15"]).ends_with(" It serves this prefecture alone."));
    assert!(
        serving(&["pref:15", "pref:20"]).ends_with(" It serves only 2 prefectures, this one among them.")
    );
    assert!(!serving(&["nationwide"]).contains("serves"));
}

#[test]
fn words_that_tell_little_are_not_named_beside_those_that_do() {
    let mut asked = challenge();
    asked.title = "ハマチの漁師がいつでもつかえる、いけすの見回り".to_owned();
    let mut offered = solution();
    offered.description = "漁師がいつでもつかえます。密漁の監視、いけすの見回りに。".to_owned();
    let ranked = score(&asked, &offered);
    let named = explain::component(component(&ranked, ComponentName::Text), Locale::Ja);
    assert!(named.contains("「漁師」"), "{named}");
    assert!(!named.contains("つかえ") && !named.contains("密漁"), "{named}");
}

#[test]
fn what_goes_beyond_the_budget_is_said_in_yen() {
    let dear = |solution: &mut kakehashi::matching::SolutionDoc| {
        solution.price =
            Price { initial_min: Some(7_500_000), initial_max: Some(8_000_000), ..Price::default() };
    };
    assert_eq!(
        sentence(ComponentName::Budget, Locale::Ja, dear),
        "初年度の価格750万円〜800万円は、最低でも予算500万円を250万円超えます。"
    );
}

#[test]
fn what_speaks_against_it_stands_in_the_reason() {
    let mut solution = solution();
    solution.regions = vec![region("bureau:kanto")];
    solution.infrastructure_required = vec![technology("local-5g")];
    let reason = explain::reason(&score(&challenge(), &solution), Locale::Ja);
    assert!(reason.contains("現地にない設備（ローカル5G）が要ること、"), "{reason}");
    assert!(
        reason.ends_with("この地域が対応地域（関東総合通信局の管内）の外であることに注意が必要です。"),
        "{reason}"
    );
}

#[test]
fn the_reason_is_one_sentence_that_names_the_facts() {
    let ranked = score(&challenge(), &solution());
    let (ja, en) = (explain::reason(&ranked, Locale::Ja), explain::reason(&ranked, Locale::En));
    assert!(ja.contains("分野「除雪・雪害」の一致、言葉の共通（「"), "{ja}");
    assert!(ja.contains("同じ県内の新潟県長岡市（約51km）にある本社"), "{ja}");
    assert!(en.starts_with("It fits because the sector is the same (Snow removal), both speak of “"), "{en}");
    assert!(
        en.contains("the head office is in the same prefecture, in Nagaoka-shi, Niigata (about 51 km)"),
        "{en}"
    );
}

#[test]
fn words_are_shown_as_the_challenge_writes_them() {
    let mut asked = challenge();
    asked.title = "トラクターの國道の走行".to_owned();
    let mut offered = solution();
    offered.description = "ﾄﾗｸﾀの国道走行を記録します。".to_owned();
    let ranked = score(&asked, &offered);
    let named = explain::component(component(&ranked, ComponentName::Text), Locale::Ja);
    assert!(named.contains("「トラクター」") && named.contains("「國道」"), "{named}");
    assert!(!named.contains("とらくた"), "{named}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_sentence_is_finished_in_both_languages(market in market(), challenge in any_challenge()) {
        let ranking = index_of(&market).rank_solutions(&challenge, &Query::new(today(), 30));
        for item in &ranking.items {
            for locale in [Locale::Ja, Locale::En] {
                let mut sentences: Vec<String> =
                    item.components.iter().map(|one| explain::component(one, locale)).collect();
                let reason = explain::reason(item, locale);
                prop_assert_eq!(reason.matches('。').count(), usize::from(locale == Locale::Ja), "{}", reason);
                sentences.push(reason);
                for sentence in sentences {
                    prop_assert!(!sentence.contains("%{") && !sentence.contains("matching."), "{}", sentence);
                    prop_assert!(sentence.ends_with(['。', '.']), "{}", sentence);
                }
            }
        }
    }
}
