//! What waits at a bureau's desk.

mod acts;
mod overdue;
mod pages;

use chrono::TimeDelta;
use kakehashi::accounts::{NewOrganization, OrganizationStatus};
use kakehashi::reference::MunicipalityCode;
use serde_json::{Value, json};

use crate::support::app::{Actor, TestApp};

const QUEUE: &str = "/api/v1/moderation/queue";

/// An organization that waits for its bureau.
pub fn pending(app: &TestApp, name: &str, code: &str) -> Actor {
    let code = MunicipalityCode::parse(code).unwrap();
    app.organization_in(&NewOrganization::vendor(name, code), OrganizationStatus::Pending)
}

fn titles(body: &Value) -> Vec<&str> {
    body["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[test]
fn a_bureau_sees_what_waits_in_its_prefectures_and_the_operator_everything() {
    let app = TestApp::start();
    let _ = (pending(&app, "北のしごと", "012106"), pending(&app, "江戸のしごと", "131016"));
    let hokkaido = app.bureau("hokkaido").get(QUEUE).send().expect(200).body;
    assert_eq!(titles(&hokkaido), ["北のしごと"]);
    assert_eq!(hokkaido["counts"]["organization"], 1);
    let operator = app.operator().get(QUEUE).send().expect(200).body;
    assert_eq!(titles(&operator), ["北のしごと", "江戸のしごと"]);
}

#[test]
fn nobody_else_has_a_desk() {
    let app = TestApp::start();
    app.public().get(QUEUE).send().expect(401);
    for actor in [app.municipality("岩見沢市"), app.vendor("除雪技研")] {
        let refused = actor.get(QUEUE).send().expect(403);
        assert_eq!(refused.body["code"], "forbidden");
    }
}

#[test]
fn what_waits_longest_comes_first_and_says_how_long_and_what_to_do() {
    let app = TestApp::start();
    let first = pending(&app, "先に来た会社", "012106");
    app.advance(TimeDelta::days(3));
    pending(&app, "後から来た会社", "011002");
    let bureau = app.bureau("hokkaido");
    let queue = bureau.get(QUEUE).send().expect(200).body;
    assert_eq!(titles(&queue), ["先に来た会社", "後から来た会社"]);
    let oldest = &queue["items"][0];
    assert_eq!((&oldest["kind"], &oldest["waiting_days"]), (&json!("organization"), &json!(3)));
    let approve = oldest["links"].as_array().unwrap().iter().find(|link| link["rel"] == "approve").unwrap();
    let path = format!("/api/v1/organizations/{}/approve", first.organization);
    assert_eq!((&approve["method"], approve["href"].as_str()), (&json!("POST"), Some(path.as_str())));
}

#[test]
fn the_queue_is_read_page_by_page_without_a_gap_and_filtered_by_kind() {
    let app = TestApp::start();
    for number in 0..5 {
        pending(&app, &format!("会社{number}"), "012106");
    }
    let bureau = app.bureau("hokkaido");
    let mut seen: Vec<String> = Vec::new();
    let mut path = format!("{QUEUE}?limit=2&total=true");
    loop {
        let page = bureau.get(&path).send().expect(200).body;
        assert_eq!(page["total"], 5);
        seen.extend(titles(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{QUEUE}?limit=2&total=true&cursor={next}");
    }
    assert_eq!(seen, ["会社0", "会社1", "会社2", "会社3", "会社4"]);
    assert!(titles(&bureau.get(&format!("{QUEUE}?kind=challenge")).send().expect(200).body).is_empty());
    let refused = bureau.get(&format!("{QUEUE}?kind=everything")).send().expect(422);
    assert_eq!(refused.body["errors"][0]["pointer"], "/kind");
}
