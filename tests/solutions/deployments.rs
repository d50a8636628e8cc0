//! A vendor enters evidence, and who sees what of it.

use serde_json::{Value, json};

use super::{declared, draft, in_iwamizawa, published, refusals};
use crate::support::app::{Actor, TestApp};
use crate::support::http::Client;

fn seen(client: &Client, solution: &str) -> usize {
    let list = client.get(&format!("{solution}/deployments")).send().expect(200).body;
    list["items"].as_array().unwrap().len()
}

fn etag(actor: &Actor, path: &str) -> String {
    actor.get(path).send().expect(200).header("etag").unwrap().to_owned()
}

#[test]
fn a_deployment_begins_on_the_vendors_word_and_is_shown_whole() {
    let app = TestApp::start();
    let (solution, vendor, _) = published(&app, "雪みち");
    let created = vendor.post(&format!("{solution}/deployments")).json(&in_iwamizawa()).send().expect(201);
    insta::assert_json_snapshot!(created.body, { ".id" => "[id]", ".solution_id" => "[id]" });
    let path = created.header("location").unwrap();
    assert_eq!(vendor.get(path).send().expect(200).body, created.body);
    let detail = vendor.get(&solution).send().expect(200).body;
    assert_eq!(detail["deployments"], json!([created.body]));
    assert_eq!(detail["evidence"]["declared"], 1);
}

#[test]
fn nobody_sets_the_verification_by_hand() {
    let app = TestApp::start();
    let (solution, vendor, _) = published(&app, "雪みち");
    let mut body = in_iwamizawa();
    body["verification"] = json!("confirmed");
    let refused = vendor.post(&format!("{solution}/deployments")).json(&body).send().expect(422);
    assert_eq!(refusals(&refused.body), [("/verification".into(), "unknown_field".into())]);
    let path = declared(&vendor, &solution, &in_iwamizawa());
    let patch = json!({"verification": "confirmed"});
    let refused = vendor.patch(&path).header("If-Match", "\"1\"").json(&patch).send().expect(422);
    assert_eq!(refusals(&refused.body), [("/verification".into(), "unknown_field".into())]);
}

#[test]
fn every_wrong_field_of_a_deployment_is_named_and_nothing_is_kept() {
    let app = TestApp::start();
    let (solution, vendor, _) = published(&app, "雪みち");
    let body = json!({
        "municipality_code": "12106", "country": "VN", "sector": "childcare", "started_on": "2023-02-30",
        "stage": "trial", "outcome": "fine", "results": [{"before": "多め"}], "evidence_url": "ftp://x",
    });
    let refused = vendor.post(&format!("{solution}/deployments")).json(&body).send().expect(422);
    insta::assert_json_snapshot!(refused.body, { ".request_id" => "[id]" });
    let list = vendor.get(&format!("{solution}/deployments")).send().expect(200);
    assert_eq!(list.body, json!({"items": [], "next": null, "total": 0}));
}

#[test]
fn evidence_belongs_to_the_vendor_and_to_nobody_else() {
    let app = TestApp::start();
    let (solution, vendor, bureau) = published(&app, "雪みち");
    let path = declared(&vendor, &solution, &in_iwamizawa());
    let new = format!("{solution}/deployments");
    for stranger in [app.vendor("よその会社"), app.municipality("岩見沢市"), bureau, app.operator()]
    {
        stranger.post(&new).json(&in_iwamizawa()).send().expect(403);
        stranger.patch(&path).header("If-Match", "\"1\"").json(&json!({})).send().expect(403);
        stranger.delete(&path).send().expect(403);
        stranger.post(&format!("{path}/request-confirmation")).send().expect(403);
    }
    app.public().post(&new).json(&in_iwamizawa()).send().expect(401);
    app.public().get(&path).send().expect(404);
    app.public().delete(&path).send().expect(404);
}

#[test]
fn the_public_sees_confirmed_entries_and_approved_organizations_all_of_them() {
    let app = TestApp::start();
    let (solution, vendor, bureau) = published(&app, "雪みち");
    let path = declared(&vendor, &solution, &in_iwamizawa());
    assert_eq!(seen(&app.public(), &solution), 0);
    let town = app.municipality("岩見沢市");
    let list = town.get(&format!("{solution}/deployments")).send().expect(200).body;
    assert_eq!(list["items"][0]["verification"], "declared");
    assert_eq!(list["items"][0]["confirmation"], Value::Null);
    bureau.post(&format!("{path}/document")).send().expect(200);
    assert_eq!(seen(&app.public(), &solution), 0);
    let summary = app.public().get(&solution).send().expect(200).body["evidence"].clone();
    assert_eq!((&summary["documented"], &summary["total"]), (&json!(1), &json!(1)));
}

#[test]
fn evidence_is_documented_by_the_bureau_of_the_place_abroad_by_that_of_the_head_office() {
    let app = TestApp::start();
    let (solution, vendor, hokkaido) = published(&app, "雪みち");
    let mut body = in_iwamizawa();
    body["municipality_code"] = json!("271004");
    let in_osaka = declared(&vendor, &solution, &body);
    hokkaido.post(&format!("{in_osaka}/document")).send().expect(403);
    vendor.post(&format!("{in_osaka}/document")).send().expect(403);
    app.municipality_code("271004").post(&format!("{in_osaka}/document")).send().expect(403);
    let kinki = app.bureau("kinki");
    let comment = json!({"comment": "契約書の写しを見た。"});
    let documented = kinki.post(&format!("{in_osaka}/document")).json(&comment).send().expect(200);
    assert_eq!(documented.body["verification"], "documented");
    kinki.post(&format!("{in_osaka}/document")).send().expect(409);
    body["municipality_code"] = Value::Null;
    body["country"] = json!("VN");
    let abroad = declared(&vendor, &solution, &body);
    kinki.post(&format!("{abroad}/document")).send().expect(403);
    hokkaido.post(&format!("{abroad}/document")).send().expect(200);
    let also = declared(&vendor, &solution, &in_iwamizawa());
    app.operator().post(&format!("{also}/document")).send().expect(200);
}

#[test]
fn any_change_of_what_was_verified_makes_it_declared_again() {
    let app = TestApp::start();
    let (solution, vendor, bureau) = published(&app, "雪みち");
    let path = declared(&vendor, &solution, &in_iwamizawa());
    for change in [
        json!({"municipality_code": "011002"}),
        json!({"sector": "transport-logistics/road-traffic"}),
        json!({"started_on": "2022-11-01"}),
        json!({"outcome": "completed", "ended_on": "2024-03-31"}),
        json!({"stage": "pilot"}),
        json!({"outcome": "discontinued"}),
        json!({"results": []}),
        json!({"evidence_url": "https://example.jp/other"}),
    ] {
        let documented = bureau.post(&format!("{path}/document")).send().expect(200);
        assert_eq!(documented.body["verification"], "documented");
        let same = json!({"stage": documented.body["stage"]});
        let version = etag(&vendor, &path);
        let unchanged = vendor.patch(&path).header("If-Match", &version).json(&same).send().expect(200);
        assert_eq!(unchanged.body["verification"], "documented", "{change}");
        let version = etag(&vendor, &path);
        let changed = vendor.patch(&path).header("If-Match", &version).json(&change).send().expect(200);
        assert_eq!(changed.body["verification"], "declared", "{change}");
        assert_eq!(changed.body["verified_at"], Value::Null, "{change}");
    }
}

#[test]
fn changing_and_taking_out_name_the_version() {
    let app = TestApp::start();
    let (solution, vendor, _) = published(&app, "雪みち");
    let path = declared(&vendor, &solution, &in_iwamizawa());
    vendor.patch(&path).json(&json!({"stage": "pilot"})).send().expect(428);
    vendor.patch(&path).header("If-Match", "\"2\"").json(&json!({"stage": "pilot"})).send().expect(412);
    vendor.delete(&path).header("If-Match", "\"2\"").send().expect(412);
    vendor.delete(&path).header("If-Match", "\"1\"").send().expect(204);
    vendor.get(&path).send().expect(404);
}

#[test]
fn the_evidence_of_a_draft_is_seen_by_nobody_else() {
    let app = TestApp::start();
    let vendor = app.vendor_in("雪みち工業", "011002");
    let solution = draft(&vendor, &json!({"name": "雪みち"}));
    let path = declared(&vendor, &solution, &in_iwamizawa());
    app.public().get(&format!("{solution}/deployments")).send().expect(404);
    app.municipality("岩見沢市").get(&path).send().expect(404);
    app.bureau("hokkaido").get(&path).send().expect(200);
}
