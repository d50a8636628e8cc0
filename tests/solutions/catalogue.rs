//! Finding solutions.

use serde_json::{Value, json};

use super::{complete, declared, draft, in_iwamizawa, published};
use crate::support::app::{Actor, TestApp};
use crate::support::http::Client;

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

/// A published solution that differs from the complete one.
fn publish_with(app: &TestApp, vendor: &Actor, name: &str, changes: Value) -> String {
    let mut body = complete(name);
    for (field, value) in changes.as_object().unwrap() {
        body[field] = value.clone();
    }
    let path = draft(vendor, &body);
    vendor.post(&format!("{path}/submit")).send().expect(200);
    app.operator().post(&format!("{path}/publish")).send().expect(200);
    path
}

fn found<'a>(client: &Client, query: &str, page: &'a mut Value) -> Vec<&'a str> {
    *page = client.get(&format!("/api/v1/solutions?{query}")).send().expect(200).body;
    let mut found = names(page);
    found.sort();
    found
}

#[test]
fn a_list_shows_each_solution_in_a_few_lines() {
    let app = TestApp::start();
    let (path, vendor, _) = published(&app, "雪みち");
    declared(&vendor, &path, &in_iwamizawa());
    let list = app.public().get("/api/v1/solutions?total=true").send().expect(200);
    insta::assert_json_snapshot!(list.body, {
        ".items[].id" => "[id]", ".items[].vendor.id" => "[id]", ".items[].published_at" => "[instant]",
    });
}

#[test]
fn every_filter_keeps_what_it_names() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    let dear = json!({"initial_min": 9_000_000, "initial_max": 9_000_000, "yearly_min": 0, "yearly_max": 0});
    let snow = publish_with(&app, &vendor, "雪", json!({}));
    publish_with(&app, &vendor, "全国", json!({"regions": ["nationwide"], "maturity": "piloted"}));
    publish_with(
        &app,
        &vendor,
        "渋谷",
        json!({
            "regions": ["muni:131130"], "sectors": ["disaster-safety/landslide"], "technologies": [], "price": dear,
        }),
    );
    declared(&vendor, &snow, &in_iwamizawa());
    let public = app.public();
    let mut page = Value::Null;
    let organization = vendor.organization;
    for (query, expected) in [
        ("sector=disaster-safety/landslide".to_owned(), vec!["渋谷"]),
        ("sector=disaster-safety".to_owned(), vec!["渋谷"]),
        ("technology=lpwa".to_owned(), vec!["全国", "雪"]),
        ("prefecture=13".to_owned(), vec!["全国", "渋谷"]),
        ("region=muni:131041".to_owned(), vec!["全国"]),
        ("bureau=hokkaido".to_owned(), vec!["全国", "雪"]),
        ("bureau=kanto".to_owned(), vec!["全国", "渋谷"]),
        ("maturity=piloted".to_owned(), vec!["全国"]),
        ("price_max=2000000".to_owned(), vec!["全国", "雪"]),
        ("price_max=0".to_owned(), vec![]),
        ("has_evidence=true".to_owned(), vec!["雪"]),
        ("has_evidence=false".to_owned(), vec!["全国", "渋谷"]),
        (format!("organization={organization}"), vec!["全国", "渋谷", "雪"]),
        ("status=draft".to_owned(), vec![]),
        ("status=published&technology=lpwa&maturity=commercial".to_owned(), vec!["雪"]),
    ] {
        let mut expected = expected;
        expected.sort();
        assert_eq!(found(&public, &query, &mut page), expected, "{query}");
    }
}

#[test]
fn a_wrong_parameter_is_named() {
    let app = TestApp::start();
    for (query, pointer) in [
        ("sector=snow", "/sector"),
        ("technology=teleport", "/technology"),
        ("prefecture=48", "/prefecture"),
        ("prefecture=13&bureau=kanto", "/region"),
        ("maturity=old", "/maturity"),
        ("price_max=-1", "/price_max"),
        ("status=gone", "/status"),
        ("sort=best", "/sort"),
        ("sort=relevance", "/sort"),
        ("q=", "/q"),
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("cursor=abc", "/cursor"),
        ("colour=red", "/colour"),
    ] {
        let refused = app.public().get(&format!("/api/v1/solutions?{query}")).send().expect(422);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{query}: {}", refused.text());
    }
}

#[test]
fn pages_follow_each_other_without_gaps_or_repetitions_in_every_order() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    for (index, price) in [300, 100, 200, 100, 300].into_iter().enumerate() {
        let price = json!({"initial_min": price, "initial_max": 900, "yearly_min": 0, "yearly_max": 0});
        publish_with(&app, &vendor, &format!("道具{index}"), json!({"price": price}));
    }
    draft(&vendor, &json!({"name": "下書き0"}));
    draft(&vendor, &json!({"name": "下書き1"}));
    for (sort, expected) in [
        ("newest", ["下書き1", "下書き0", "道具4", "道具3", "道具2", "道具1", "道具0"]),
        ("price", ["道具1", "道具3", "道具2", "道具0", "道具4", "下書き0", "下書き1"]),
    ] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let query = format!("/api/v1/solutions?sort={sort}&limit=2&total=true{cursor}");
            let page = vendor.get(&query).send().expect(200).body;
            assert_eq!(page["total"], 7);
            seen.extend(names(&page).into_iter().map(str::to_owned));
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, expected, "{sort}");
    }
    let first = vendor.get("/api/v1/solutions?limit=2").send().expect(200).body;
    let next = first["next"].as_str().unwrap();
    vendor.get(&format!("/api/v1/solutions?limit=2&sort=price&cursor={next}")).send().expect(422);
}

#[test]
fn everyone_lists_exactly_what_they_may_see() {
    let app = TestApp::start();
    let (_, vendor, bureau) = published(&app, "公開中");
    draft(&vendor, &json!({"name": "下書き"}));
    let other = app.vendor_in("よその会社", "131016");
    draft(&other, &json!({"name": "よその下書き"}));
    let list = |client: &Actor| {
        let body = client.get("/api/v1/solutions?sort=newest").send().expect(200).body;
        let mut seen: Vec<String> = names(&body).into_iter().map(str::to_owned).collect();
        seen.sort();
        seen
    };
    assert_eq!(names(&app.public().get("/api/v1/solutions").send().expect(200).body), ["公開中"]);
    assert_eq!(list(&vendor), ["下書き", "公開中"]);
    assert_eq!(list(&bureau), ["下書き", "公開中"]);
    assert_eq!(list(&other), ["よその下書き", "公開中"]);
    assert_eq!(list(&app.municipality("岩見沢市")), ["公開中"]);
    assert_eq!(list(&app.operator()), ["よその下書き", "下書き", "公開中"]);
}

#[test]
fn words_of_two_characters_are_found_and_the_best_fit_comes_first() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    let plain = json!({"tagline": "見守り", "description": "離れて暮らす家族を見守ります。"});
    publish_with(&app, &vendor, "家族だより", plain);
    publish_with(&app, &vendor, "作業日報", json!({"tagline": "除雪の日報を自動で作る"}));
    publish_with(&app, &vendor, "除雪ナビ 除雪車の位置", json!({}));
    draft(&vendor, &json!({"name": "除雪の下書き"}));
    let search = |client: &Client, more: &str| {
        let path = format!("/api/v1/solutions?q=%E9%99%A4%E9%9B%AA&total=true{more}");
        client.get(&path).send().expect(200).body
    };
    let found = search(&app.public(), "");
    assert_eq!(names(&found), ["除雪ナビ 除雪車の位置", "作業日報"]);
    assert_eq!(found["total"], 2);
    let first = search(&app.public(), "&limit=1");
    let next = search(&app.public(), &format!("&limit=1&cursor={}", first["next"].as_str().unwrap()));
    assert_eq!((names(&first), names(&next)), (vec!["除雪ナビ 除雪車の位置"], vec!["作業日報"]));
    assert_eq!(names(&search(&app.public(), "&price_max=1")), Vec::<&str>::new());
    assert_eq!(names(&search(&app.public(), "&sort=newest")), ["除雪ナビ 除雪車の位置", "作業日報"]);
    let own = vendor.get("/api/v1/solutions?q=%E9%99%A4%E9%9B%AA").send().expect(200).body;
    assert_eq!(own["items"].as_array().unwrap().len(), 3);
}
