//! Organizations in a browser: the own one, its people, and what a bureau decides.

use kakehashi::accounts::{NewOrganization, OrganizationStatus, Role};
use kakehashi::reference::MunicipalityCode;

use super::{come_in, town};
use crate::support::app::{Actor, TestApp};
use crate::support::browser::Browser;

const HANAKO: &str = "hanako@city.iwamizawa.example.jp";

fn pending_vendor(app: &TestApp) -> Actor {
    let sapporo = MunicipalityCode::parse("011002").unwrap();
    app.organization_in(&NewOrganization::vendor("除雪技研", sapporo), OrganizationStatus::Pending)
}

#[test]
fn a_bureau_approves_a_waiting_organization_with_one_button() {
    let app = TestApp::start();
    let vendor = pending_vendor(&app);
    let officer = Browser::signed_in(&app, &app.bureau("hokkaido").email);
    let path = format!("/organizations/{}", vendor.organization);
    officer.open("/organizations?status=pending").expect(200).says("除雪技研").says(&path);
    officer.open(&path).expect(200).says("承認する").says("承認しない").hides("value=\"suspend\"");
    let decide = format!("{path}/decide");
    let done = officer.send(&decide, &[("step", "approve"), ("reason", "")]).expect(303);
    officer.follow(&done).says("承認しました").says("value=\"suspend\"");
    Browser::signed_in(&app, &vendor.email).open("/organization").says("承認済み");
    Browser::of(app.public()).open(&path).expect(200).says("除雪技研").hides("value=\"suspend\"");
}

#[test]
fn a_reason_is_read_by_the_organization_and_nobody_else() {
    let app = TestApp::start();
    let vendor = app.vendor_in("除雪技研", "011002");
    let officer = Browser::signed_in(&app, &app.bureau("hokkaido").email);
    let path = format!("/organizations/{}", vendor.organization);
    officer.open(&path).expect(200);
    let typed = [("step", "suspend"), ("reason", "連絡が取れないため")];
    officer.send(&format!("{path}/decide"), &typed).expect(303);
    Browser::signed_in(&app, &vendor.email).open("/organization").says("停止中").says("連絡が取れないため");
    Browser::of(app.public()).open(&path).expect(404);
    let other = app.vendor("別の会社");
    Browser::signed_in(&app, &other.email).open(&path).expect(404);
}

#[test]
fn a_decision_on_an_older_state_is_shown_again_with_what_was_typed() {
    let app = TestApp::start();
    let vendor = pending_vendor(&app);
    let bureau = app.bureau("hokkaido");
    let officer = Browser::signed_in(&app, &bureau.email);
    let path = format!("/organizations/{}", vendor.organization);
    officer.open(&path).expect(200);
    bureau.post(&format!("/api/v1{path}/approve")).json(&serde_json::json!({})).send().expect(200);
    let typed = [("step", "reject"), ("reason", "名称が登記と違います")];
    officer.send(&format!("{path}/decide"), &typed).expect(412).says("名称が登記と違います").says("承認済み");
}

#[test]
fn a_bureau_decides_in_its_own_region_only() {
    let app = TestApp::start();
    let vendor = app.vendor_in("除雪技研", "011002");
    let officer = Browser::signed_in(&app, &app.bureau("kyushu").email);
    let path = format!("/organizations/{}", vendor.organization);
    officer.open(&path).expect(200).hides("value=\"suspend\"");
    officer.open("/organization");
    let csrf = officer.hidden("csrf");
    let forged = [("csrf", csrf.as_str()), ("version", "1"), ("step", "suspend")];
    officer.send_bare(&format!("{path}/decide"), &forged).expect(403);
    let waiting = pending_vendor(&app);
    officer.open(&format!("/organizations/{}", waiting.organization)).expect(404);
}

#[test]
fn the_list_is_for_desks() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    Browser::of(app.public()).open("/organizations").expect(303);
    Browser::signed_in(&app, &town.email).open("/organizations").expect(403);
    let operator = Browser::signed_in(&app, &app.operator().email);
    operator.open("/organizations?kind=municipality").expect(200).says("岩見沢市").hides("総合通信局</a>");
    operator.open("/organizations?kind=teapot").expect(422).says("href=\"#f-kind\"");
}

#[test]
fn an_admin_describes_the_organization_and_a_viewer_cannot() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    let viewer = app.colleague(&vendor, Role::Viewer);
    let browser = Browser::signed_in(&app, &vendor.email);
    browser.open("/organization/edit").expect(200).says("総合通信局が確認した項目");
    let typed = [
        ("website", "nowhere"),
        ("description", "雪を片付けます。"),
        ("employees", "１２"),
        ("founded_on", "R2.4.1"),
    ];
    browser
        .send("/organization/edit", &typed)
        .expect(422)
        .says("href=\"#f-website\"")
        .says("雪を片付けます。");
    let typed = [
        ("website", "https://jo.example.jp/"),
        ("description", "雪を片付けます。"),
        ("employees", "１２"),
        ("founded_on", "R2.4.1"),
    ];
    let done = browser.send("/organization/edit", &typed).expect(303);
    browser.follow(&done).says("雪を片付けます。").says("12人").says("2020年4月1日");
    let browser = Browser::signed_in(&app, &viewer.email);
    browser.open("/organization").expect(200).hides("/organization/edit");
    browser.open("/organization/edit").expect(403);
    browser.open("/organization/invitations").expect(403);
}

#[test]
fn a_colleague_is_invited_once_however_often_the_form_is_sent() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = Browser::signed_in(&app, &town.email);
    browser.open("/organization/invitations").expect(200);
    let typed = [("email", HANAKO), ("role", "viewer")];
    browser.send("/organization/invitations", &typed).expect(303);
    app.mail(HANAKO, "招待");
    browser.open("/organization/invitations").says(HANAKO).says("回答待ち");
    let csrf = browser.hidden("csrf");
    let again = [
        ("csrf", csrf.as_str()),
        ("once", "fixed-key"),
        ("email", "jiro@city.example.jp"),
        ("role", "viewer"),
    ];
    browser.send_bare("/organization/invitations", &again).expect(303);
    browser.send_bare("/organization/invitations", &again).expect(303);
    let list = browser.open("/organization/invitations").html;
    assert_eq!(list.matches("jiro@city.example.jp").count(), 1, "{list}");
}

#[test]
fn an_invitation_is_taken_back() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = Browser::signed_in(&app, &town.email);
    browser.open("/organization/invitations");
    browser.send("/organization/invitations", &[("email", HANAKO), ("role", "viewer")]).expect(303);
    let token = app.mail(HANAKO, "招待").token().to_owned();
    let action = browser
        .open("/organization/invitations")
        .html
        .split("action=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|action| action.ends_with("/revoke"))
        .unwrap()
        .to_owned();
    browser.send(&action, &[]).expect(303);
    browser.open("/organization/invitations").says("取消し済み");
    Browser::of(app.public()).open(&format!("/invitation?token={token}")).expect(410);
}

#[test]
fn a_request_to_join_is_answered_by_an_admin() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    come_in(&app, &town(HANAKO, "012106"));
    let browser = Browser::signed_in(&app, &admin.email);
    let list = browser.open("/organization/members").says("参加の申込みが1件").says(HANAKO).html;
    let row = list.split(HANAKO).next().unwrap();
    let path = format!("/members/{}", row.rsplit("/members/").next().unwrap().split('"').next().unwrap());
    browser.open(&path).expect(200).says("参加を認める");
    let done = browser.send(&format!("{path}/accept"), &[("role", "editor")]).expect(303);
    browser.follow(&done).says("参加を認めました").says("編集者");
    app.mail(HANAKO, "参加");
}

#[test]
fn the_last_admin_stays_one() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    let browser = Browser::signed_in(&app, &admin.email);
    let path = format!("/members/{}", admin.member);
    browser.open(&path).expect(200);
    let typed = [("name", "担当"), ("department", ""), ("locale", "ja"), ("role", "viewer")];
    browser.send(&path, &typed).expect(409).says("管理者が1人以上必要です").says("value=\"viewer\" checked");
    browser.send(&format!("{path}/deactivate"), &[]).expect(409).says("管理者が1人以上必要です");
    browser.open("/account").expect(200);
}

#[test]
fn a_deactivated_member_is_out_at_once() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    let colleague = app.colleague(&admin, Role::Editor);
    let theirs = Browser::signed_in(&app, &colleague.email);
    let browser = Browser::signed_in(&app, &admin.email);
    let path = format!("/members/{}", colleague.member);
    browser.open(&path).expect(200).says("利用を停止する");
    browser.send(&format!("{path}/deactivate"), &[]).expect(303);
    theirs.open("/account").expect(303);
    browser.open(&path).says("利用を再開する");
    browser.send(&format!("{path}/reactivate"), &[]).expect(303);
    Browser::signed_in(&app, &colleague.email);
}

#[test]
fn members_are_not_shown_to_other_organizations() {
    let app = TestApp::start();
    let (town, vendor) = (app.municipality("岩見沢市"), app.vendor("除雪技研"));
    let stranger = Browser::signed_in(&app, &vendor.email);
    stranger.open(&format!("/members/{}", town.member)).expect(404);
    stranger.open(&format!("/organizations/{}/members", town.organization)).expect(403);
    let officer = Browser::signed_in(&app, &app.bureau("hokkaido").email);
    officer.open(&format!("/organizations/{}/members", town.organization)).expect(200).says(&town.email);
    officer.open(&format!("/members/{}", town.member)).expect(200).hides("利用を停止する");
}

#[test]
fn a_bureau_keeps_the_mail_domains_of_its_municipalities() {
    let app = TestApp::start();
    let officer = Browser::signed_in(&app, &app.bureau("hokkaido").email);
    officer.open("/mail-domains").expect(200).says("北海道").hides("東京都");
    officer.open("/mail-domains?prefecture=01").expect(200).says("岩見沢市");
    let chosen = officer.open("/mail-domains?prefecture=01&code=012106").expect(303);
    officer.follow(&chosen).expect(200).says("北海道岩見沢市");
    let path = "/municipalities/012106/mail-domains";
    officer
        .send(path, &[("domain", "lg.jp")])
        .expect(422)
        .says("多くの団体が使うドメイン")
        .says("value=\"lg.jp\"");
    officer.send(path, &[("domain", "city.iwamizawa.example.jp")]).expect(303);
    officer.open(path).says("city.iwamizawa.example.jp");
    come_in(&app, &town(HANAKO, "012106"));
    app.mail(HANAKO, "承認");
    officer.open(path);
    officer.send("/municipalities/012106/mail-domains/remove", &[]).expect(303);
    officer.open(path).hides("city.iwamizawa.example.jp");
    let other = Browser::signed_in(&app, &app.bureau("kyushu").email);
    other.open(path).expect(403);
}
