//! The reference data as programs and forms get it: public, in both languages, cacheable.

use serde_json::{Value, json};

use crate::support::app::TestApp;

fn items(body: &Value) -> &Vec<Value> {
    body["items"].as_array().unwrap()
}

#[test]
fn a_municipality_is_found_by_a_part_of_its_name_with_everything_a_form_needs() {
    let app = TestApp::start();
    let found =
        app.public().get("/api/v1/reference/municipalities?q=%E5%B2%A9%E8%A6%8B%E6%B2%A2").send().expect(200);
    insta::assert_json_snapshot!(found.body);
}

#[test]
fn all_local_governments_come_in_one_answer_or_page_by_page() {
    let app = TestApp::start();
    let all = app.public().get("/api/v1/reference/municipalities?total=true").send().expect(200).body;
    assert_eq!((items(&all).len(), &all["total"], &all["next"]), (1_788, &json!(1_788), &json!(null)));
    let mut paged = Vec::new();
    let mut path = "/api/v1/reference/municipalities?limit=500".to_owned();
    loop {
        let page = app.public().get(&path).send().expect(200).body;
        paged.extend(items(&page).clone());
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/reference/municipalities?limit=500&cursor={next}");
    }
    assert_eq!(&paged, items(&all));
}

#[test]
fn bureaus_name_their_prefectures_and_every_prefecture_has_one_bureau() {
    let app = TestApp::start();
    let bureaus = app.public().get("/api/v1/reference/bureaus").send().expect(200).body;
    let mut covered: Vec<i64> = items(&bureaus)
        .iter()
        .flat_map(|bureau| bureau["prefectures"].as_array().unwrap())
        .map(|prefecture| prefecture["number"].as_i64().unwrap())
        .collect();
    covered.sort_unstable();
    assert_eq!((items(&bureaus).len(), covered), (11, (1..=47).collect()));
}

#[test]
fn sectors_and_technologies_have_names_in_both_languages() {
    let app = TestApp::start();
    let sectors = app.public().get("/api/v1/reference/sectors").send().expect(200).body;
    let leaves: Vec<&Value> =
        items(&sectors).iter().flat_map(|top| top["leaves"].as_array().unwrap()).collect();
    let technologies = app.public().get("/api/v1/reference/technologies").send().expect(200).body;
    assert_eq!((items(&sectors).len(), leaves.len(), items(&technologies).len()), (13, 74, 43));
    for named in leaves.into_iter().chain(items(&sectors)).chain(items(&technologies)) {
        for name in ["slug", "name", "name_en"] {
            assert!(!named[name].as_str().unwrap().is_empty(), "{named}");
        }
    }
}

#[test]
fn a_copy_that_is_still_good_is_not_sent_again() {
    let app = TestApp::start();
    let first = app.public().get("/api/v1/reference/bureaus").send().expect(200);
    assert_eq!(first.header("cache-control"), Some("public, max-age=86400"));
    let tag = first.header("etag").unwrap();
    let again = app.public().get("/api/v1/reference/bureaus").header("If-None-Match", tag).send().expect(304);
    assert!(again.bytes.is_empty());
    app.public().get("/api/v1/reference/bureaus").header("If-None-Match", "\"old\"").send().expect(200);
}

#[test]
fn wrong_filters_are_named_with_the_remedy() {
    let app = TestApp::start();
    for (query, pointer, code) in [
        ("prefecture=48", "/prefecture", "unknown_prefecture"),
        ("bureau=hokaido", "/bureau", "unknown_bureau_suggest"),
        ("limit=0", "/limit", "out_of_range"),
        ("cursor=%00", "/cursor", "not_a_cursor"),
        ("colour=red", "/colour", "unknown_field"),
    ] {
        let refused =
            app.public().get(&format!("/api/v1/reference/municipalities?{query}")).send().expect(422);
        let error = &refused.body["errors"][0];
        assert_eq!(
            (error["pointer"].as_str(), error["code"].as_str()),
            (Some(pointer), Some(code)),
            "{query}"
        );
    }
}
