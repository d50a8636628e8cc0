//! A vendor writes a solution.

use serde_json::json;

use super::{complete, draft, published, refusals};
use crate::support::app::TestApp;
use kakehashi::accounts::{NewOrganization, OrganizationStatus, Role};
use kakehashi::reference::MunicipalityCode;

#[test]
fn a_draft_needs_only_a_name_and_is_shown_whole() {
    let app = TestApp::start();
    let vendor = app.vendor_in("雪みち工業", "011002");
    let created = vendor.post("/api/v1/solutions").json(&json!({"name": " 雪みち "})).send().expect(201);
    assert_eq!(created.header("etag"), Some("\"1\""));
    insta::assert_json_snapshot!(created.body, {
        ".id" => "[id]", ".vendor.id" => "[id]", ".created_at" => "[instant]", ".updated_at" => "[instant]",
    });
    let path = created.header("location").unwrap();
    assert_eq!(vendor.get(path).send().expect(200).body, created.body);
}

#[test]
fn a_draft_is_not_there_for_anyone_but_its_vendor_its_bureau_and_the_operator() {
    let app = TestApp::start();
    let vendor = app.vendor_in("雪みち工業", "011002");
    let path = draft(&vendor, &complete("雪みち"));
    app.public().get(&path).send().expect(404);
    app.vendor("よその会社").get(&path).send().expect(404);
    app.municipality("岩見沢市").get(&path).send().expect(404);
    app.bureau("kinki").get(&path).send().expect(404);
    app.bureau("hokkaido").get(&path).send().expect(200);
    app.operator().get(&path).send().expect(200);
}

#[test]
fn only_editors_of_a_vendor_write_solutions() {
    let app = TestApp::start();
    let body = complete("雪みち");
    app.public().post("/api/v1/solutions").json(&body).send().expect(401);
    for stranger in [app.municipality("岩見沢市"), app.bureau("hokkaido"), app.operator()] {
        stranger.post("/api/v1/solutions").json(&body).send().expect(403);
    }
    let vendor = app.vendor("雪みち工業");
    let viewer = app.colleague(&vendor, Role::Viewer);
    viewer.post("/api/v1/solutions").json(&body).send().expect(403);
    app.colleague(&vendor, Role::Editor).post("/api/v1/solutions").json(&body).send().expect(201);
}

#[test]
fn every_wrong_field_is_named_with_its_remedy_and_nothing_is_kept() {
    let app = TestApp::start();
    let vendor = app.vendor("雪みち工業");
    let refused = vendor
        .post("/api/v1/solutions")
        .json(&json!({
            "name": "雪みち",
            "sectors": ["snow-removal"],
            "price": {"initial_min": "1200万", "initial_max": -5, "yearly_min": 9, "yearly_max": 8},
            "regions": ["pref:99"],
            "lead_months": 61,
        }))
        .send()
        .expect(422);
    insta::assert_json_snapshot!(refused.body, { ".request_id" => "[id]" });
    let mine = vendor.get("/api/v1/solutions?total=true").send().expect(200);
    assert_eq!(mine.body["total"], 0);
}

#[test]
fn what_is_no_solution_at_all_is_refused_without_a_fault_of_ours() {
    let app = TestApp::start();
    let vendor = app.vendor("雪みち工業");
    let send = |body: &[u8]| vendor.post("/api/v1/solutions").body("application/json", body).send();
    assert_eq!(refusals(&send(b"{\"nam\":1}").expect(422).body), [("/nam".into(), "unknown_field".into())]);
    assert_eq!(refusals(&send(b"{\"name\":1}").expect(422).body), [("/name".into(), "wrong_type".into())]);
    assert_eq!(
        refusals(&send("{\"name\":\"a\\u0000b\"}".as_bytes()).expect(422).body),
        [("/name".into(), "control_character".into())]
    );
    send(b"{\"name\":").expect(400);
    send(b"{\"name\":\"\xff\"}").expect(400);
    send(b"[]").expect(422);
    send(format!("{{\"name\":\"{}\"}}", "a".repeat(2_000_000)).as_bytes()).expect(413);
}

#[test]
fn a_change_names_the_version_it_was_made_from_and_merges() {
    let app = TestApp::start();
    let vendor = app.vendor("雪みち工業");
    let path = draft(&vendor, &complete("雪みち"));
    let change = json!({"price": {"note": "税別", "yearly_max": null}, "tagline": null});
    vendor.patch(&path).json(&change).send().expect(428);
    vendor.patch(&path).header("If-Match", "\"9\"").json(&change).send().expect(412);
    let changed = vendor.patch(&path).header("If-Match", "\"1\"").json(&change).send().expect(200);
    assert_eq!(changed.header("etag"), Some("\"2\""));
    assert_eq!(changed.body["price"]["note"], "税別");
    assert_eq!(changed.body["price"]["initial_min"], 2_000_000);
    assert_eq!(changed.body["price"]["yearly_max"], json!(null));
    assert_eq!(changed.body["tagline"], json!(null));
    vendor.patch(&path).header("If-Match", "\"1\"").json(&change).send().expect(412);
}

#[test]
fn of_two_who_change_the_same_version_at_once_one_wins() {
    let app = TestApp::start();
    let vendor = app.vendor("雪みち工業");
    let path = draft(&vendor, &complete("雪みち"));
    let change = |tagline: String| {
        let body = json!({"tagline": tagline});
        vendor.patch(&path).header("If-Match", "\"1\"").json(&body).send().status.as_u16()
    };
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..6).map(|number| scope.spawn(move || change(format!("第{number}案")))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    statuses.sort();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412]);
}

#[test]
fn a_published_solution_stays_published_but_must_stay_complete() {
    let app = TestApp::start();
    let (path, vendor, _) = published(&app, "雪みち");
    let refused =
        vendor.patch(&path).header("If-Match", "\"3\"").json(&json!({"maturity": null})).send().expect(422);
    assert_eq!(refusals(&refused.body), [("/maturity".into(), "required".into())]);
    let changed =
        vendor.patch(&path).header("If-Match", "\"3\"").json(&json!({"lead_months": 4})).send().expect(200);
    assert_eq!((&changed.body["status"], &changed.body["version"]), (&json!("published"), &json!(4)));
    assert_eq!(app.public().get(&path).send().expect(200).body["lead_months"], 4);
}

#[test]
fn a_pending_vendor_drafts_but_does_not_submit() {
    let app = TestApp::start();
    let new = NewOrganization::vendor("雪みち工業", MunicipalityCode::parse("011002").unwrap());
    let vendor = app.organization_in(&new, OrganizationStatus::Pending);
    let path = draft(&vendor, &complete("雪みち"));
    let refused = vendor.post(&format!("{path}/submit")).send().expect(403);
    assert!(refused.body["detail"].as_str().unwrap().contains("承認"), "{}", refused.text());
}

#[test]
fn a_draft_can_be_thrown_away_and_nothing_else() {
    let app = TestApp::start();
    let (path, vendor, _) = published(&app, "雪みち");
    let refused = vendor.delete(&path).send().expect(409);
    assert_eq!(refused.body["legal_steps"], json!(["edit", "suspend", "archive"]));
    let draft = draft(&vendor, &json!({"name": "別の案"}));
    vendor.delete(&draft).send().expect(204);
    vendor.get(&draft).send().expect(404);
}

#[test]
fn the_same_key_creates_once() {
    let app = TestApp::start();
    let vendor = app.vendor("雪みち工業");
    let send = |body| vendor.post("/api/v1/solutions").header("Idempotency-Key", "k1").json(&body).send();
    let first = send(complete("雪みち")).expect(201);
    let again = send(complete("雪みち")).expect(201);
    assert_eq!(first.body, again.body);
    send(complete("別のもの")).expect(422);
    assert_eq!(vendor.get("/api/v1/solutions?total=true").send().expect(200).body["total"], 1);
}
