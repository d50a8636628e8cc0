//! Full-text search: what the words find, and what they must not.

use serde_json::{Value, json};

use super::{CHALLENGES, amend, introduce, open, post, whole, with};
use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;

/// "%" and the bytes of `text`, as a query string carries them.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn found_by(actor: &Actor, q: &str, more: &str) -> Answer {
    actor.get(&format!("{CHALLENGES}?q={}&total=true{more}", encoded(q))).send().expect(200)
}

fn titles(answer: &Answer) -> Vec<&str> {
    let items = answer.body["items"].as_array().unwrap();
    items.iter().map(|item| item["title"].as_str().unwrap()).collect()
}

/// A challenge that says nothing but `title` and `background`.
fn about(app: &TestApp, title: &str, background: &str) -> Value {
    let said = json!({"title": title, "background": background, "summary": "要約です", "current_state": "同じです",
        "desired_state": "よくなること", "outcomes": []});
    with(whole(app), &said)
}

#[test]
fn two_characters_are_found_and_the_best_answer_comes_first() {
    let app = TestApp::start();
    let (town, bureau, vendor) =
        (app.municipality("岩見沢市"), app.bureau("hokkaido"), app.vendor("除雪技研"));
    open(&town, &bureau, &about(&app, "除雪車の位置を知りたい", "除雪の遅れ"));
    open(&town, &bureau, &about(&app, "通学路の見守り", "冬は除雪の列が歩道をふさぐ"));
    open(&town, &bureau, &about(&app, "牛の発情を見分けたい", "担い手の不足"));
    let found = found_by(&vendor, "除雪", "");
    assert_eq!(titles(&found), ["除雪車の位置を知りたい", "通学路の見守り"]);
    assert_eq!(found.body["total"], 2);
    assert_eq!(
        titles(&found_by(&vendor, "除雪", "&sort=newest")),
        ["通学路の見守り", "除雪車の位置を知りたい"]
    );
    assert!(titles(&found_by(&vendor, "除雪", "&stage=operation")).is_empty());
}

#[test]
fn pages_of_hits_join_without_gap_or_repetition() {
    let app = TestApp::start();
    let (town, bureau, vendor) =
        (app.municipality("岩見沢市"), app.bureau("hokkaido"), app.vendor("除雪技研"));
    for number in 0..5 {
        open(&town, &bureau, &about(&app, &format!("除雪の課題 {number}"), &"除雪 ".repeat(number + 1)));
    }
    for sort in ["relevance", "newest", "due", "budget"] {
        let all = found_by(&vendor, "除雪", &format!("&sort={sort}"));
        let (mut paged, mut more) = (Vec::new(), format!("&sort={sort}&limit=2"));
        loop {
            let page = found_by(&vendor, "除雪", &more);
            assert_eq!(page.body["total"], 5);
            paged.extend(titles(&page).into_iter().map(str::to_owned));
            match page.body["next"].as_str() {
                Some(next) => more = format!("&sort={sort}&limit=2&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(paged, titles(&all), "{sort}");
    }
}

#[test]
fn words_find_only_what_their_reader_may_see() {
    let app = TestApp::start();
    let (town, bureau, vendor) =
        (app.municipality("岩見沢市"), app.bureau("hokkaido"), app.vendor("除雪技研"));
    post(&town, &about(&app, "除雪の下書き", "まだ書きかけ"));
    open(&town, &bureau, &with(about(&app, "除雪の登録者向け", "雪"), &json!({"visibility": "registered"})));
    assert_eq!(titles(&found_by(&vendor, "除雪", "")), ["除雪の登録者向け"]);
    assert_eq!(found_by(&town, "除雪", "").body["total"], 2);
    let public = app.public().get(&format!("{CHALLENGES}?q={}", encoded("除雪"))).send().expect(200);
    assert!(titles(&public).is_empty());
}

#[test]
fn an_anonymous_challenge_is_found_only_by_those_who_know_whose_it_is() {
    let app = TestApp::start();
    let (town, bureau, vendor) =
        (app.municipality("岩見沢市"), app.bureau("hokkaido"), app.vendor("除雪技研"));
    let hidden = open(&town, &bureau, &with(about(&app, "除雪の匿名", "雪"), &json!({"anonymous": true})));
    assert!(titles(&found_by(&vendor, "除雪", "")).is_empty());
    assert_eq!(titles(&found_by(&town, "除雪", "")), ["除雪の匿名"]);
    assert_eq!(titles(&found_by(&bureau, "除雪", "")), ["除雪の匿名"]);
    introduce(&app, &hidden, &vendor);
    assert_eq!(titles(&found_by(&vendor, "除雪", "")), ["除雪の匿名"]);
}

#[test]
fn an_amended_text_is_found_at_once_and_the_old_one_no_more() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &about(&app, "除雪の課題", "雪が深い"));
    let patch = json!({"title": "漏水の課題", "amendment_note": "課題を取り違えていました。"});
    amend(&town, &challenge, &challenge["version"], &patch).expect(200);
    assert_eq!(titles(&found_by(&town, "漏水", "")), ["漏水の課題"]);
    assert!(titles(&found_by(&town, "除雪", "")).is_empty());
}

#[test]
fn odd_words_find_nothing_and_break_nothing() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    for q in ["%", "'; DROP TABLE challenges; --", "(((", "\"", "🐮", "a OR b"] {
        assert_eq!(found_by(&town, q, "").body["total"], 0, "{q}");
    }
    let long = format!("{CHALLENGES}?q={}", "a".repeat(201));
    assert_eq!(town.get(&long).send().expect(422).body["errors"][0]["pointer"], "/q");
    town.get(&format!("{CHALLENGES}?q=%00")).send().expect(422);
}
