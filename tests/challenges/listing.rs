//! The list: filters, orders, pages, and what they must not tell.

use serde_json::{Value, json};

use super::{CHALLENGES, day, introduce, open, post, whole, with};
use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;

fn titles(answer: &Answer) -> Vec<&str> {
    let items = answer.body["items"].as_array().unwrap();
    items.iter().map(|item| item["title"].as_str().unwrap()).collect()
}

fn list(actor: &Actor, query: &str) -> Answer {
    actor.get(&format!("{CHALLENGES}?{query}")).send().expect(200)
}

fn public(app: &TestApp, query: &str) -> Answer {
    app.public().get(&format!("{CHALLENGES}?{query}")).send().expect(200)
}

/// An open challenge called `title`, with `changes`.
fn posted(app: &TestApp, who: (&Actor, &Actor), title: &str, changes: &Value) -> Value {
    let body = with(with(whole(app), changes), &json!({"title": title}));
    open(who.0, who.1, &body)
}

fn budget(min: Option<i64>, max: Option<i64>) -> Value {
    let status = if min.or(max).is_some() { "secured" } else { "none_yet" };
    json!({"budget": {"min": min, "max": max, "status": status, "fiscal_year": 2027}})
}

#[test]
fn each_filter_keeps_what_it_names() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let care = json!({"sectors": ["childcare/child-safety"], "technologies": ["lpwa"], "entry_stage": "operation",
        "proposals_due": null});
    posted(&app, (&town, &bureau), "除雪", &json!({}));
    posted(&app, (&town, &bureau), "見守り", &care);
    let (ward, kanto) = (app.municipality("渋谷区"), app.bureau("kanto"));
    posted(&app, (&ward, &kanto), "渋谷", &json!({}));
    for (query, expected) in [
        ("sector=childcare/child-safety", vec!["見守り"]),
        ("sector=childcare", vec!["見守り"]),
        ("technology=gps-tracker", vec!["渋谷", "除雪"]),
        ("prefecture=13", vec!["渋谷"]),
        ("bureau=hokkaido", vec!["見守り", "除雪"]),
        ("stage=operation", vec!["見守り"]),
        ("status=closed", vec![]),
        (&format!("due_after={}", day(&app, 61)), vec!["見守り"]),
        (&format!("organization={}", ward.organization), vec!["渋谷"]),
        ("bureau=hokkaido&technology=gps-tracker", vec!["除雪"]),
    ] {
        assert_eq!(titles(&public(&app, query)), expected, "{query}");
    }
}

#[test]
fn a_list_holds_only_what_its_reader_may_see() {
    let app = TestApp::start();
    let (town, bureau, vendor) =
        (app.municipality("岩見沢市"), app.bureau("hokkaido"), app.vendor("除雪技研"));
    post(&town, &with(whole(&app), &json!({"title": "下書き"})));
    posted(&app, (&town, &bureau), "公開", &json!({}));
    posted(&app, (&town, &bureau), "登録者", &json!({"visibility": "registered"}));
    let invited = posted(&app, (&town, &bureau), "招待", &json!({"visibility": "invited"}));
    introduce(&app, &invited, &vendor);
    assert_eq!(titles(&public(&app, "")), ["公開"]);
    assert_eq!(titles(&list(&app.municipality("札幌市"), "")), ["登録者", "公開"]);
    assert_eq!(titles(&list(&vendor, "total=true")), ["招待", "登録者", "公開"]);
    assert_eq!(list(&town, "total=true").body["total"], 4);
    assert_eq!(list(&bureau, "total=true").body["total"], 4);
    assert_eq!(list(&app.bureau("kanto"), "total=true").body["total"], 2);
    assert_eq!(list(&app.operator(), "status=draft&total=true").body["total"], 1);
}

#[test]
fn an_anonymous_challenge_answers_to_its_place_only_for_those_who_know() {
    let app = TestApp::start();
    let (town, bureau, vendor) =
        (app.municipality("岩見沢市"), app.bureau("hokkaido"), app.vendor("除雪技研"));
    let hidden = posted(&app, (&town, &bureau), "匿名", &json!({"anonymous": true}));
    let by_place = ["prefecture=1".to_owned(), format!("organization={}", town.organization)];
    for query in &by_place {
        assert!(titles(&public(&app, query)).is_empty(), "{query}");
        assert!(titles(&list(&vendor, query)).is_empty(), "{query}");
        assert_eq!(titles(&list(&town, query)), ["匿名"], "{query}");
        assert_eq!(titles(&list(&bureau, query)), ["匿名"], "{query}");
    }
    assert_eq!(titles(&public(&app, "bureau=hokkaido")), ["匿名"]);
    assert_eq!(public(&app, "").body["items"][0]["municipality"], json!(null));
    introduce(&app, &hidden, &vendor);
    assert_eq!(titles(&list(&vendor, &by_place[0])), ["匿名"]);
}

#[test]
fn readers_of_bands_cannot_find_a_figure_by_halving() {
    let app = TestApp::start();
    let (town, bureau, vendor) =
        (app.municipality("岩見沢市"), app.bureau("hokkaido"), app.vendor("除雪技研"));
    for (title, min, max) in
        [("六百", None, Some(6_000_000)), ("九百", Some(2_000_000), Some(9_000_000)), ("未定", None, None)]
    {
        posted(&app, (&town, &bureau), title, &budget(min, max));
    }
    for query in ["budget_min=7000000", "budget_min=5000001", "budget_max=6000000", "budget_max=9500000"] {
        assert_eq!(titles(&public(&app, query)), ["九百", "六百"], "{query}: one band, one answer");
    }
    assert!(titles(&public(&app, "budget_max=5000000")).is_empty());
    assert_eq!(titles(&public(&app, "sort=budget")), ["九百", "六百", "未定"], "the newest first in a band");
    assert_eq!(titles(&list(&vendor, "budget_min=7000000")), ["九百"]);
    assert_eq!(titles(&list(&vendor, "budget_max=6000000")), ["九百", "六百"]);
    assert_eq!(titles(&list(&vendor, "budget_max=5000000")), ["九百"]);
    assert_eq!(titles(&list(&vendor, "sort=budget")), ["九百", "六百", "未定"]);
}

#[test]
fn every_order_is_paged_without_gap_or_repetition() {
    let app = TestApp::start();
    let (town, bureau, vendor) =
        (app.municipality("岩見沢市"), app.bureau("hokkaido"), app.vendor("除雪技研"));
    for number in 0..7_i64 {
        let due = if number % 3 == 0 { json!(null) } else { json!(day(&app, 10 + number % 2)) };
        let sum = (number % 3 > 0).then_some(1_000_000 * (number % 2 + 1));
        let changes = with(budget(None, sum), &json!({"proposals_due": due}));
        posted(&app, (&town, &bureau), &format!("課題{number}"), &changes);
    }
    for sort in ["newest", "due", "budget"] {
        let at_once = list(&vendor, &format!("sort={sort}&limit=100&total=true"));
        assert_eq!((&at_once.body["total"], &at_once.body["next"]), (&json!(7), &json!(null)));
        let (mut paged, mut query) = (Vec::new(), format!("sort={sort}&limit=2"));
        loop {
            let page = list(&vendor, &query);
            paged.extend(titles(&page).into_iter().map(str::to_owned));
            match page.body["next"].as_str() {
                Some(next) => query = format!("sort={sort}&limit=2&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(paged, titles(&at_once), "{sort}");
    }
    assert_eq!(titles(&list(&vendor, "sort=newest&limit=1")), ["課題6"]);
    assert_eq!(
        titles(&list(&vendor, "sort=due&limit=1")),
        ["課題4"],
        "the next deadline, the newest of them"
    );
    let bands = public(&app, "sort=budget&limit=2").body["next"].as_str().unwrap().to_owned();
    vendor.get(&format!("{CHALLENGES}?sort=budget&cursor={bands}")).send().expect(422);
}

#[test]
fn wrong_parameters_are_named() {
    let app = TestApp::start();
    for (query, pointer) in [
        ("sector=snow", "/sector"),
        ("prefecture=99", "/prefecture"),
        ("limit=0", "/limit"),
        ("limit=many", "/limit"),
        ("cursor=nonsense", "/cursor"),
        ("sort=relevance", "/sort"),
        ("due_after=tomorrow", "/due_after"),
        ("colour=red", "/colour"),
    ] {
        let refused = app.public().get(&format!("{CHALLENGES}?{query}")).send().expect(422);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{query}");
    }
}
