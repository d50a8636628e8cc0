//! The people of an organization.

use kakehashi::accounts::Role;
use serde_json::json;

use crate::support::app::{Actor, TestApp};

fn path(of: &Actor, rest: &str) -> String {
    format!("/api/v1/members/{}{rest}", of.member)
}

#[test]
fn a_new_role_holds_at_once() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    let editor = app.colleague(&admin, Role::Editor);
    let role = json!({ "role": "viewer" });
    editor.patch(&path(&admin, "")).header("If-Match", "\"1\"").json(&role).send().expect(403);
    let changed = admin.patch(&path(&editor, "")).header("If-Match", "\"1\"").json(&role).send().expect(200);
    assert_eq!(changed.body["role"], "viewer");
    assert_eq!(editor.get("/api/v1/me").send().body["permissions"]["can_write_challenge"], false);
    admin.patch(&path(&editor, "")).header("If-Match", "\"1\"").json(&role).send().expect(412);
    admin.patch(&path(&editor, "")).json(&role).send().expect(428);
    admin
        .patch(&path(&editor, ""))
        .header("If-Match", "\"2\"")
        .json(&json!({ "role": "king" }))
        .send()
        .expect(422);
}

#[test]
fn a_deactivated_member_is_out_at_once_and_can_come_back() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    let editor = app.colleague(&admin, Role::Editor);
    admin.post(&path(&editor, "/deactivate")).send().expect(200);
    editor.get("/api/v1/me").send().expect(401);
    let credentials = json!({ "email": editor.email, "password": crate::support::app::PASSWORD });
    app.public().post("/api/v1/auth/sign-in").json(&credentials).send().expect(403);
    admin.post(&path(&editor, "/deactivate")).send().expect(409);
    admin.post(&path(&editor, "/reactivate")).send().expect(200);
    editor.get("/api/v1/me").send().expect(401);
    app.again(&editor).get("/api/v1/me").send().expect(200);
}

#[test]
fn the_last_admin_stays() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    app.colleague(&admin, Role::Editor);
    let role = json!({ "role": "editor" });
    admin.post(&path(&admin, "/deactivate")).send().expect(409);
    admin.patch(&path(&admin, "")).header("If-Match", "\"1\"").json(&role).send().expect(409);
    let second = app.colleague(&admin, Role::Admin);
    admin.patch(&path(&admin, "")).header("If-Match", "\"1\"").json(&role).send().expect(200);
    second.post(&path(&second, "/deactivate")).send().expect(409);
}

#[test]
fn of_two_admins_who_remove_each_other_at_once_one_stays() {
    let app = TestApp::start();
    let one = app.municipality("岩見沢市");
    let two = app.colleague(&one, Role::Admin);
    let statuses = std::thread::scope(|scope| {
        let a = scope.spawn(|| one.post(&path(&two, "/deactivate")).send().status.as_u16());
        let b = scope.spawn(|| two.post(&path(&one, "/deactivate")).send().status.as_u16());
        [a.join().unwrap(), b.join().unwrap()]
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

#[test]
fn members_are_seen_by_colleagues_their_bureau_and_the_operator_only() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    let viewer = app.colleague(&admin, Role::Viewer);
    let list = format!("/api/v1/organizations/{}/members", admin.organization);
    for who in [&viewer, &app.bureau("hokkaido"), &app.operator()] {
        assert_eq!(who.get(&list).send().expect(200).body["items"].as_array().unwrap().len(), 2);
        who.get(&path(&admin, "")).send().expect(200);
    }
    for who in [&app.vendor("ゆき技研"), &app.bureau("kanto")] {
        who.get(&list).send().expect(403);
        who.get(&path(&admin, "")).send().expect(404);
        who.post(&path(&viewer, "/deactivate")).send().expect(404);
    }
    app.public().get(&list).send().expect(401);
    app.bureau("hokkaido").post(&path(&viewer, "/deactivate")).send().expect(403);
}

#[test]
fn members_change_their_own_profile_but_not_their_role() {
    let app = TestApp::start();
    let viewer = app.colleague(&app.municipality("岩見沢市"), Role::Viewer);
    let me = viewer.get("/api/v1/me").send().expect(200);
    let version = me.header("etag").unwrap();
    let profile = json!({ "name": "新しい 名前", "department": "", "locale": "en" });
    let changed = viewer.patch("/api/v1/me").header("If-Match", version).json(&profile).send().expect(200);
    assert_eq!((&changed.body["name"], &changed.body["department"]), (&json!("新しい 名前"), &json!(null)));
    viewer.patch("/api/v1/me").header("If-Match", "*").json(&json!({ "name": "x" })).send().expect(428);
    let role = json!({ "role": "admin" });
    viewer.patch("/api/v1/me").header("If-Match", "\"2\"").json(&role).send().expect(422);
}

#[test]
fn the_operator_ends_anybodys_sessions_and_rotates_the_keys() {
    let app = TestApp::start();
    let (admin, operator) = (app.municipality("岩見沢市"), app.operator());
    admin.post(&path(&operator, "/end-sessions")).send().expect(403);
    operator.post(&path(&admin, "/end-sessions")).send().expect(204);
    admin.get("/api/v1/me").send().expect(401);
    let session = app.signed_in(&admin.email);
    app.again(&admin).post("/api/v1/operations/signing-keys/rotate").send().expect(403);
    operator.post("/api/v1/operations/signing-keys/rotate").send().expect(204);
    operator.get("/api/v1/me").send().expect(401);
    let refresh = json!({ "refresh_token": session["refresh_token"] });
    let fresh = app.public().post("/api/v1/auth/refresh").json(&refresh).send().expect(200).body;
    let token = fresh["access_token"].as_str().unwrap();
    app.public().with_token(token).get("/api/v1/me").send().expect(200);
}
