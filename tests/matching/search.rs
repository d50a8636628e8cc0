//! Full-text search over the same words as the ranking.

use kakehashi::matching::{Hit, SolutionDoc};

use super::samples::{TestIndex, challenge, index_of, solution};

fn named(name: &str, description: &str) -> SolutionDoc {
    SolutionDoc {
        name: name.to_owned(),
        tagline: String::new(),
        description: description.to_owned(),
        ..solution()
    }
}

fn market() -> TestIndex {
    index_of(&[
        named("除雪車両の管理", "位置と作業時間を記録します。"),
        named("積雪計", "路面の雪を測り、除雪の要否を知らせます。"),
        named("ドローン配送", "離島へ荷物を運びます。"),
        named("LPWA水位計", "河川の水位を電池で測ります。"),
    ])
}

fn ids(hits: &[Hit<u32>]) -> Vec<u32> {
    hits.iter().map(|hit| hit.id).collect()
}

#[test]
fn two_characters_are_found_inside_longer_words() {
    assert_eq!(ids(&market().search_solutions("除雪")), [0, 1]);
}

#[test]
fn where_a_document_cuts_its_words_does_not_matter() {
    assert_eq!(ids(&market().search_solutions("除雪車")), [0]);
}

#[test]
fn another_name_of_the_same_thing_is_found_when_nobody_uses_this_one() {
    let mut found = ids(&market().search_solutions("snowplow"));
    found.sort_unstable();
    assert_eq!(found, [0, 1]);
}

#[test]
fn all_words_of_the_search_must_be_there() {
    assert_eq!(ids(&market().search_solutions("除雪　路面")), [1]);
}

#[test]
fn when_nothing_has_all_words_those_with_most_of_them_are_given() {
    assert_eq!(ids(&market().search_solutions("河川 水位 ドローン")), [3]);
}

#[test]
fn widths_and_cases_do_not_matter() {
    assert_eq!(ids(&market().search_solutions("ｌｐｗａ")), [3]);
    assert_eq!(ids(&market().search_solutions("ﾄﾞﾛｰﾝ")), [2]);
}

#[test]
fn nothing_to_look_for_finds_nothing() {
    for q in ["", "　", "の", "、。", "12"] {
        assert!(market().search_solutions(q).is_empty(), "{q:?}");
    }
}

#[test]
fn what_nobody_says_finds_nothing() {
    assert!(market().search_solutions("宇宙").is_empty());
}

#[test]
fn what_is_no_candidate_is_found_as_well() {
    let mut index = market();
    index.upsert_solution(9, SolutionDoc { candidate: false, ..named("除雪の下書き", "") });
    assert!(ids(&index.search_solutions("除雪")).contains(&9));
}

#[test]
fn what_was_removed_is_found_no_more() {
    let mut index = market();
    index.remove_solution(&0);
    assert_eq!(ids(&index.search_solutions("除雪")), [1]);
}

#[test]
fn challenges_are_searched_by_all_their_fields() {
    let mut index = market();
    index.upsert_challenge(7, challenge());
    assert_eq!(ids(&index.search_challenges("請求書")), [7]);
    assert!(index.search_challenges("漁業").is_empty());
}
