//! Organizations as others meet them.

use kakehashi::accounts::{NewOrganization, OrganizationStatus, Role};
use kakehashi::reference::{CorporateNumber, MunicipalityCode};
use serde_json::json;

use super::refused;
use crate::support::app::{Actor, TestApp};

fn pending_vendor(app: &TestApp, number: Option<&str>) -> Actor {
    let code = MunicipalityCode::parse("011002").unwrap();
    let new = NewOrganization {
        corporate_number: number.map(|number| CorporateNumber::parse(number).unwrap()),
        ..NewOrganization::vendor("ゆき技研", code)
    };
    app.organization_in(&new, OrganizationStatus::Pending)
}

fn path(of: &Actor, rest: &str) -> String {
    format!("/api/v1/organizations/{}{rest}", of.organization)
}

#[test]
fn the_bureau_in_charge_approves_and_the_organization_hears_of_it() {
    let app = TestApp::start();
    let vendor = pending_vendor(&app, None);
    let bureau = app.bureau("hokkaido");
    let waiting = bureau.get("/api/v1/organizations?status=pending&kind=vendor").send().expect(200).body;
    assert_eq!(waiting["items"][0]["id"], vendor.organization.to_string());
    let approved =
        bureau.post(&path(&vendor, "/approve")).json(&json!({ "reason": "確認済み" })).send().expect(200);
    assert_eq!(approved.body["status"], "approved");
    assert_eq!(approved.body["standing"]["decided_by"], bureau.organization.to_string());
    assert_eq!(approved.header("etag"), Some("\"2\""));
    assert!(app.mail(&vendor.email, "承認されました").text.contains("確認済み"));
    assert_eq!(vendor.get("/api/v1/me").send().body["organization"]["status"], "approved");
}

#[test]
fn a_bureau_decides_only_in_its_own_region() {
    let app = TestApp::start();
    let vendor = pending_vendor(&app, None);
    app.bureau("kanto").post(&path(&vendor, "/approve")).send().expect(404);
    app.municipality("岩見沢市").post(&path(&vendor, "/approve")).send().expect(404);
    vendor.post(&path(&vendor, "/approve")).send().expect(403);
    app.public().post(&path(&vendor, "/approve")).send().expect(401);
    app.operator().post(&path(&vendor, "/approve")).send().expect(200);
    app.bureau("kanto").post(&path(&vendor, "/suspend")).send().expect(403);
}

#[test]
fn a_suspended_organization_reads_and_does_not_write_until_it_is_reinstated() {
    let app = TestApp::start();
    let vendor = app.vendor_in("ゆき技研", "011002");
    let bureau = app.bureau("hokkaido");
    bureau.post(&path(&vendor, "/suspend")).json(&json!({ "reason": "調査中" })).send().expect(200);
    app.mail(&vendor.email, "停止");
    let me = vendor.get("/api/v1/me").send().expect(200).body;
    assert_eq!(me["permissions"]["can_write_solution"], false);
    let invite = json!({ "email": "new@yuki.example.jp", "role": "editor" });
    vendor.post(&path(&vendor, "/invitations")).json(&invite).send().expect(403);
    bureau.post(&path(&vendor, "/reinstate")).send().expect(200);
    vendor.post(&path(&vendor, "/invitations")).json(&invite).send().expect(201);
}

#[test]
fn an_illegal_decision_names_the_legal_ones() {
    let app = TestApp::start();
    let vendor = app.vendor_in("ゆき技研", "011002");
    let answer = app.bureau("hokkaido").post(&path(&vendor, "/reject")).send().expect(409);
    assert_eq!(answer.body["legal_steps"], json!(["suspend"]));
}

#[test]
fn a_decision_on_an_outdated_version_is_refused() {
    let app = TestApp::start();
    let vendor = pending_vendor(&app, None);
    let bureau = app.bureau("hokkaido");
    let answer = bureau
        .post(&path(&vendor, "/approve"))
        .header("If-Match", "\"7\"")
        .json(&json!({}))
        .send()
        .expect(412);
    assert_eq!(answer.body["current_version"], 1);
    bureau.post(&path(&vendor, "/approve")).header("If-Match", "\"1\"").json(&json!({})).send().expect(200);
}

#[test]
fn a_corporate_number_is_approved_once() {
    let app = TestApp::start();
    let (first, second) =
        (pending_vendor(&app, Some("4011001098993")), pending_vendor(&app, Some("4011001098993")));
    let bureau = app.bureau("hokkaido");
    bureau.post(&path(&first, "/approve")).send().expect(200);
    bureau.post(&path(&second, "/approve")).send().expect(409);
    bureau.post(&path(&second, "/reject")).send().expect(200);
}

#[test]
fn of_two_decisions_at_once_one_holds() {
    let app = TestApp::start();
    let vendor = pending_vendor(&app, None);
    let bureau = app.bureau("hokkaido");
    let decide = |verb: &str| bureau.post(&path(&vendor, verb)).send().status.as_u16();
    let statuses = std::thread::scope(|scope| {
        let (a, b) = (scope.spawn(|| decide("/approve")), scope.spawn(|| decide("/reject")));
        [a.join().unwrap(), b.join().unwrap()]
    });
    assert!(statuses.contains(&200), "{statuses:?}");
    assert!(statuses.contains(&409), "{statuses:?}");
}

#[test]
fn nobody_decides_on_the_own_organization() {
    let app = TestApp::start();
    let operator = app.operator();
    operator.post(&path(&operator, "/suspend")).send().expect(409);
}

#[test]
fn others_see_approved_organizations_without_what_is_private() {
    let app = TestApp::start();
    let approved = app.vendor_in("除雪技研", "011002");
    let pending = pending_vendor(&app, None);
    let public = app.public();
    let listed = public.get("/api/v1/organizations?kind=vendor&total=true").send().expect(200).body;
    assert_eq!(listed["total"], 1);
    assert_eq!(listed["items"][0]["id"], approved.organization.to_string());
    assert!(listed["items"][0].get("standing").is_none(), "{listed}");
    public.get(&path(&pending, "")).send().expect(404);
    assert_eq!(pending.get(&path(&pending, "")).send().expect(200).body["status"], "pending");
    let own = pending.get("/api/v1/organizations?kind=vendor&total=true").send().expect(200).body;
    assert_eq!(own["total"], 2);
    assert_eq!(
        app.bureau("kanto").get("/api/v1/organizations?kind=vendor&total=true").send().body["total"],
        1
    );
    assert_eq!(
        app.bureau("hokkaido").get("/api/v1/organizations?kind=vendor&total=true").send().body["total"],
        2
    );
}

#[test]
fn the_list_goes_page_by_page_and_its_filters_are_checked() {
    let app = TestApp::start();
    let mut path = "/api/v1/organizations?kind=bureau&limit=4".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = app.public().get(&path).send().expect(200).body;
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["bureau"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/organizations?kind=bureau&limit=4&cursor={next}");
    }
    assert_eq!(seen.len(), 11);
    seen.sort_by_key(ToString::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 11);
    for bad in
        ["status=open", "kind=shop", "bureau=tokyo", "prefecture=48", "limit=0", "cursor=x", "color=red"]
    {
        app.public().get(&format!("/api/v1/organizations?{bad}")).send().expect(422);
    }
}

#[test]
fn an_admin_describes_the_organization_and_the_bureau_keeps_what_it_verified() {
    let app = TestApp::start();
    let vendor = app.vendor_in("ゆき技研", "011002");
    let change = |who: &Actor, version: &str, body: serde_json::Value| {
        who.patch(&path(&vendor, "")).header("If-Match", version).json(&body).send()
    };
    let described = change(
        &vendor,
        "\"1\"",
        json!({ "description": "除雪の専門", "website": "https://yuki.example.jp/" }),
    );
    assert_eq!(described.expect(200).body["description"], "除雪の専門");
    let emptied = change(&vendor, "\"2\"", json!({ "website": null })).expect(200);
    assert_eq!(emptied.body["website"], json!(null));
    assert_eq!(emptied.body["description"], "除雪の専門");
    let renamed = change(&vendor, "\"3\"", json!({ "name": "別の会社" })).expect(422);
    assert_eq!(refused(&renamed), [("/name".into(), "verified_by_bureau".into())]);
    assert_eq!(
        change(&app.bureau("hokkaido"), "\"3\"", json!({ "name": "別の会社" })).expect(200).body["name"],
        "別の会社"
    );
    assert_eq!(
        change(&vendor, "\"3\"", json!({ "description": "x" })).expect(412).body["current_version"],
        4
    );
    vendor.patch(&path(&vendor, "")).json(&json!({ "description": "x" })).send().expect(428);
    change(&app.colleague(&vendor, Role::Editor), "\"4\"", json!({ "description": "x" })).expect(403);
    change(&app.bureau("kanto"), "\"4\"", json!({ "description": "x" })).expect(403);
    let fixed = change(&vendor, "\"4\"", json!({ "kind": "municipality" })).expect(422);
    assert_eq!(refused(&fixed), [("/kind".into(), "fixed".into())]);
}

#[test]
fn decisions_are_in_the_audit_trail_of_the_region() {
    let app = TestApp::start();
    let vendor = pending_vendor(&app, None);
    let bureau = app.bureau("hokkaido");
    bureau.post(&path(&vendor, "/approve")).send().expect(200);
    let events = format!("/api/v1/audit-events?subject={}", vendor.organization);
    let listed = bureau.get(&events).send().expect(200).body;
    let actions: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|event| event["action"].clone()).collect();
    assert!(actions.contains(&json!("organization.approve")), "{actions:?}");
    let elsewhere = app.bureau("kanto").get(&events).send().expect(200).body;
    assert_eq!(elsewhere["items"], json!([]));
}
