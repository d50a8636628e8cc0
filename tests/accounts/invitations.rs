//! Inviting a colleague by mail.

use chrono::TimeDelta;
use kakehashi::accounts::Role;
use serde_json::json;

use super::{NEW_PASSWORD, refused, sign_in};
use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;

const HANAKO: &str = "hanako@city.iwamizawa.example.jp";

fn invite(by: &Actor, email: &str, role: &str) -> Answer {
    let path = format!("/api/v1/organizations/{}/invitations", by.organization);
    by.post(&path).json(&json!({ "email": email, "role": role })).send()
}

fn accept(app: &TestApp, token: &str, password: &str) -> Answer {
    let body = json!({ "token": token, "name": "岩見沢 花子", "password": password });
    app.public().post("/api/v1/invitations/accept").json(&body).send()
}

#[test]
fn an_invited_colleague_chooses_a_password_and_is_a_member_with_that_role() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    let invited = invite(&admin, HANAKO, "editor").expect(201);
    assert_eq!(invited.body["email"], HANAKO);
    assert!(!invited.text().contains("token"), "{}", invited.text());
    let mail = app.mail(HANAKO, "招待");
    assert!(mail.text.contains("編集者"), "{}", mail.text);
    let weak = accept(&app, mail.token(), "岩見沢市岩見沢市岩見沢市2026").expect(422);
    assert_eq!(refused(&weak), [("/password".into(), "password_context".into())]);
    accept(&app, mail.token(), NEW_PASSWORD).expect(204);
    let me = sign_in(&app, HANAKO, NEW_PASSWORD).expect(200).body;
    assert_eq!(me["organization"]["id"], admin.organization.to_string());
    assert_eq!(me["member"]["role"], "editor");
    assert_eq!(
        refused(&accept(&app, mail.token(), NEW_PASSWORD).expect(422)),
        [("/token".into(), "link_used".into())]
    );
}

#[test]
fn only_admins_invite_and_only_into_their_own_organization() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    invite(&app.colleague(&admin, Role::Editor), HANAKO, "viewer").expect(403);
    let vendor = app.vendor("ゆき技研");
    let path = format!("/api/v1/organizations/{}/invitations", admin.organization);
    vendor.post(&path).json(&json!({ "email": HANAKO, "role": "admin" })).send().expect(403);
    app.public().post(&path).json(&json!({ "email": HANAKO, "role": "admin" })).send().expect(401);
    vendor.get(&path).send().expect(403);
    let wrong = invite(&admin, "hanako", "boss").expect(422);
    assert_eq!(
        refused(&wrong),
        [("/email".into(), "not_an_email".into()), ("/role".into(), "unknown_value".into())]
    );
}

#[test]
fn an_invitation_ends_after_fourteen_days_when_revoked_and_when_sent_anew() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    invite(&admin, HANAKO, "editor").expect(201);
    let first = app.mail(HANAKO, "招待").token().to_owned();
    let second = invite(&admin, HANAKO, "editor").expect(201).body;
    let revoked = app.mail(HANAKO, "招待").token().to_owned();
    accept(&app, &first, NEW_PASSWORD).expect(422);
    let path = format!("/api/v1/invitations/{}", second["id"].as_str().unwrap());
    app.vendor("ゆき技研").delete(&path).send().expect(403);
    admin.delete(&path).send().expect(204);
    admin.delete(&path).send().expect(409);
    accept(&app, &revoked, NEW_PASSWORD).expect(422);
    invite(&admin, HANAKO, "editor").expect(201);
    let late = app.mail(HANAKO, "招待").token().to_owned();
    app.advance(TimeDelta::days(14));
    let refusal = accept(&app, &late, NEW_PASSWORD).expect(422);
    assert_eq!(refused(&refusal), [("/token".into(), "link_expired".into())]);
}

#[test]
fn the_inviter_does_not_learn_who_has_an_account() {
    let app = TestApp::start();
    let (admin, vendor) = (app.municipality("岩見沢市"), app.vendor("ゆき技研"));
    invite(&admin, &vendor.email, "editor").expect(201);
    assert!(!app.mail(&vendor.email, "登録済み").text.contains("token="));
}

#[test]
fn the_list_shows_what_became_of_invitations() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    invite(&admin, HANAKO, "viewer").expect(201);
    accept(&app, app.mail(HANAKO, "招待").token(), NEW_PASSWORD).expect(204);
    let path = format!("/api/v1/organizations/{}/invitations", admin.organization);
    let listed = admin.get(&path).send().expect(200).body;
    assert_eq!(listed["items"][0]["email"], HANAKO);
    assert!(listed["items"][0]["accepted_at"].is_string(), "{listed}");
}
