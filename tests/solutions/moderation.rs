//! The road of a solution through its bureau.

use serde_json::{Value, json};

use super::{complete, draft, mailbox, next, published, refusals};
use crate::support::app::TestApp;

#[test]
fn a_solution_goes_through_its_bureau_into_the_catalogue() {
    let app = TestApp::start();
    let vendor = app.vendor_in("雪みち工業", "011002");
    let bureau = app.bureau("hokkaido");
    let path = draft(&vendor, &complete("雪みち"));
    assert_eq!(vendor.post(&format!("{path}/submit")).send().expect(200).body["status"], "in_review");
    let change = json!({"lead_months": 1});
    let version = vendor.get(&path).send().expect(200).header("etag").unwrap().to_owned();
    vendor.patch(&path).header("If-Match", &version).json(&change).send().expect(409);
    bureau.post(&format!("{path}/return")).send().expect(422);
    let comment = json!({"comment": "価格の前提を書いてください。"});
    let returned = bureau.post(&format!("{path}/return")).json(&comment).send().expect(200);
    assert_eq!(returned.body["status"], "returned");
    vendor.post(&format!("{path}/submit")).send().expect(200);
    let seen = bureau.post(&format!("{path}/publish")).send().expect(200);
    assert_eq!(seen.body["status"], "published");
    let shown = app.public().get(&path).send().expect(200);
    insta::assert_json_snapshot!(shown.body, {
        ".id" => "[id]", ".vendor.id" => "[id]", ".created_at" => "[instant]", ".updated_at" => "[instant]",
        ".submitted_at" => "[instant]", ".published_at" => "[instant]",
    });
    let log = vendor.get(&format!("{path}/moderation")).send().expect(200);
    let acts: Vec<(&Value, &Value)> = log.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (&entry["act"], &entry["comment"]))
        .collect();
    assert_eq!(
        acts,
        [(&json!("return"), &json!("価格の前提を書いてください。")), (&json!("publish"), &json!(null))]
    );
    app.vendor("よその会社").get(&format!("{path}/moderation")).send().expect(403);
}

#[test]
fn a_submission_hears_of_everything_that_is_missing_at_once() {
    let app = TestApp::start();
    let vendor = app.vendor("雪みち工業");
    let path = draft(&vendor, &json!({"name": "雪みち", "price": {"initial_min": 0}}));
    let refused = vendor.post(&format!("{path}/submit")).send().expect(422);
    let pointers: Vec<String> = refusals(&refused.body).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(
        pointers,
        [
            "/tagline",
            "/description",
            "/sectors",
            "/maturity",
            "/regions",
            "/price/initial_max",
            "/price/yearly_min",
            "/price/yearly_max",
            "/lead_months"
        ]
    );
    assert_eq!(vendor.get(&path).send().expect(200).body["status"], "draft");
}

#[test]
fn a_bureau_moderates_only_the_vendors_of_its_prefectures_and_nobody_else_does() {
    let app = TestApp::start();
    let (path, vendor, _) = published(&app, "雪みち");
    let reason = json!({"reason": "苦情の調査のため"});
    let suspend = format!("{path}/suspend");
    app.bureau("kinki").post(&suspend).json(&reason).send().expect(403);
    vendor.post(&suspend).json(&reason).send().expect(403);
    app.municipality("岩見沢市").post(&suspend).json(&reason).send().expect(403);
    app.public().post(&suspend).json(&reason).send().expect(401);
    app.operator().post(&suspend).json(&reason).send().expect(200);
}

#[test]
fn a_suspended_solution_leaves_the_catalogue_and_its_bureau_puts_it_back() {
    let app = TestApp::start();
    let (path, vendor, bureau) = published(&app, "雪みち");
    bureau.post(&format!("{path}/suspend")).send().expect(422);
    bureau.post(&format!("{path}/suspend")).json(&json!({"reason": "調査中"})).send().expect(200);
    app.public().get(&path).send().expect(404);
    assert_eq!(app.public().get("/api/v1/solutions").send().expect(200).body["items"], json!([]));
    assert_eq!(vendor.get(&path).send().expect(200).body["status"], "suspended");
    vendor.post(&format!("{path}/publish")).send().expect(403);
    bureau.post(&format!("{path}/publish")).send().expect(200);
    app.public().get(&path).send().expect(200);
}

#[test]
fn an_illegal_step_names_the_legal_ones_and_a_stale_one_the_version() {
    let app = TestApp::start();
    let (path, vendor, bureau) = published(&app, "雪みち");
    let refused = bureau.post(&format!("{path}/return")).json(&json!({"comment": "x"})).send().expect(409);
    assert_eq!(refused.body["legal_steps"], json!(["edit", "suspend", "archive"]));
    let stale = vendor.post(&format!("{path}/archive")).header("If-Match", "\"1\"").send().expect(412);
    assert_eq!(stale.body["current_version"], 3);
    let archived = vendor.post(&format!("{path}/archive")).send().expect(200);
    assert_eq!(archived.body["steps"], json!([]));
    app.public().get(&path).send().expect(404);
}

#[test]
fn the_vendor_is_told_what_the_bureau_decided() {
    let app = TestApp::start();
    let (path, vendor, bureau) = published(&app, "雪みち");
    let reason = json!({"reason": "価格の記載に誤りがあるとの連絡がありました。"});
    bureau.post(&format!("{path}/suspend")).json(&reason).send().expect(200);
    let mailbox = mailbox(&app);
    let published = next(&mailbox, &vendor.email, "公開されました");
    assert!(published.subject.contains("雪みち"), "{}", published.subject);
    let suspended = next(&mailbox, &vendor.email, "停止されました");
    assert!(suspended.text.contains("価格の記載に誤り"), "{}", suspended.text);
}

#[test]
fn every_step_is_in_the_audit_trail_without_the_words_of_the_comment() {
    let app = TestApp::start();
    let (path, _, bureau) = published(&app, "雪みち");
    bureau.post(&format!("{path}/suspend")).json(&json!({"reason": "内密の理由"})).send().expect(200);
    let id = path.rsplit('/').next().unwrap();
    let events = bureau.get(&format!("/api/v1/audit-events?subject={id}")).send().expect(200);
    let mut acts: Vec<&str> = events.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["action"].as_str().unwrap())
        .collect();
    acts.sort();
    assert_eq!(acts, ["solution.create", "solution.publish", "solution.submit", "solution.suspend"]);
    assert!(!events.text().contains("内密の理由"));
}
