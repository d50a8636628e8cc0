//! Coming in from outside.

use chrono::TimeDelta;
use kakehashi::accounts::{NewOrganization, OrganizationStatus};
use kakehashi::reference::MunicipalityCode;
use serde_json::json;

use super::{NEW_PASSWORD, come_in, refused, sign_in, sign_up, town, vendor, verify};
use crate::support::app::{PASSWORD, TestApp};

const TARO: &str = "taro@city.iwamizawa.example.jp";

#[test]
fn a_town_signs_up_verifies_its_address_and_waits_for_the_bureau() {
    let app = TestApp::start();
    let answer = sign_up(&app, &town(TARO, "012106")).expect(202);
    assert_eq!(answer.body, json!({}));
    sign_in(&app, TARO, NEW_PASSWORD).expect(401);
    let token = app.mail(TARO, "メールアドレスの確認").token().to_owned();
    verify(&app, &token).expect(204);
    let me = sign_in(&app, TARO, NEW_PASSWORD).expect(200).body;
    assert_eq!(me["organization"]["status"], "pending");
    assert_eq!(me["organization"]["name"], "岩見沢市");
    assert_eq!(me["organization"]["bureau"], "hokkaido");
    assert_eq!(me["member"]["role"], "admin");
}

#[test]
fn a_link_acts_once_and_not_after_seven_days() {
    let app = TestApp::start();
    sign_up(&app, &vendor("jiro@yuki.example.jp", "ゆき技研")).expect(202);
    let used = app.mail("jiro@yuki.example.jp", "メールアドレスの確認").token().to_owned();
    verify(&app, &used).expect(204);
    assert_eq!(refused(&verify(&app, &used).expect(422)), [("/token".into(), "link_used".into())]);
    sign_up(&app, &town(TARO, "012106")).expect(202);
    let late = app.mail(TARO, "メールアドレスの確認").token().to_owned();
    app.advance(TimeDelta::days(7));
    assert_eq!(refused(&verify(&app, &late).expect(422)), [("/token".into(), "link_expired".into())]);
    let never = "A".repeat(43);
    assert_eq!(refused(&verify(&app, &never).expect(422)), [("/token".into(), "link_unknown".into())]);
    assert_eq!(refused(&verify(&app, "x").expect(422)), [("/token".into(), "not_a_token".into())]);
}

#[test]
fn an_address_with_an_account_is_answered_alike_and_told_so_by_mail() {
    let app = TestApp::start();
    let member = app.municipality("岩見沢市");
    let fresh = sign_up(&app, &town(TARO, "012106")).expect(202);
    let known = sign_up(&app, &vendor(&member.email, "他人の会社")).expect(202);
    assert_eq!(fresh.body, known.body);
    let mail = app.mail(&member.email, "登録済み");
    assert!(!mail.text.contains("token="), "{}", mail.text);
    sign_in(&app, &member.email, NEW_PASSWORD).expect(401);
    sign_in(&app, &member.email, PASSWORD).expect(200);
}

#[test]
fn a_strangers_sign_up_with_ones_address_ends_when_the_owner_follows_the_own_link() {
    let app = TestApp::start();
    let mut strangers = vendor(TARO, "なりすまし商会");
    strangers["password"] = json!("the stranger's long password");
    sign_up(&app, &strangers).expect(202);
    let strange = app.mail(TARO, "メールアドレスの確認").token().to_owned();
    come_in(&app, &town(TARO, "012106"));
    assert_eq!(refused(&verify(&app, &strange).expect(422)), [("/token".into(), "link_used".into())]);
    sign_in(&app, TARO, "the stranger's long password").expect(401);
    assert_eq!(sign_in(&app, TARO, NEW_PASSWORD).expect(200).body["organization"]["name"], "岩見沢市");
}

#[test]
fn the_mail_is_sent_again_with_a_fresh_link_and_the_old_one_ends() {
    let app = TestApp::start();
    sign_up(&app, &town(TARO, "012106")).expect(202);
    let first = app.mail(TARO, "メールアドレスの確認").token().to_owned();
    let resend = |email: &str| {
        app.public()
            .post("/api/v1/auth/verify-email/resend")
            .json(&json!({ "email": email }))
            .send()
            .expect(202)
    };
    resend(TARO);
    let second = app.mail(TARO, "メールアドレスの確認").token().to_owned();
    verify(&app, &first).expect(422);
    verify(&app, &second).expect(204);
    assert_eq!(resend("nobody@city.example.jp").body, resend(TARO).body);
}

#[test]
fn every_wrong_field_is_named_at_once_and_nothing_is_mailed() {
    let app = TestApp::start();
    let body = json!({
        "email": "taro", "password": "short", "locale": "fr",
        "organization": {
            "kind": "bureau", "municipality_code": "012105", "corporate_number": "5011001098993",
            "vendor_type": "shop", "founded_on": "昭和", "employees": -1, "website": "javascript:alert(1)",
        },
    });
    let answer = sign_up(&app, &body).expect(422);
    let pointers: Vec<String> = refused(&answer).into_iter().map(|(pointer, _)| pointer).collect();
    for pointer in [
        "/email",
        "/password",
        "/name",
        "/locale",
        "/organization/kind",
        "/organization/municipality_code",
        "/organization/corporate_number",
        "/organization/vendor_type",
        "/organization/founded_on",
        "/organization/employees",
        "/organization/website",
    ] {
        assert!(pointers.iter().any(|known| known == pointer), "{pointer} is not among {pointers:?}");
    }
    assert_eq!(app.unread_mails(), []);
    let mut unknown = town(TARO, "012106");
    unknown["organization"]["status"] = json!("approved");
    assert_eq!(
        refused(&sign_up(&app, &unknown).expect(422)),
        [("/organization/status".into(), "unknown_field".into())]
    );
}

#[test]
fn sign_ups_from_one_address_are_bounded() {
    let app = TestApp::start_with(|settings| settings.limits.sign_ups_per_minute = 2);
    for number in 0..2 {
        sign_up(&app, &vendor(&format!("jiro{number}@yuki.example.jp"), "ゆき技研")).expect(202);
    }
    let refused = sign_up(&app, &vendor("jiro3@yuki.example.jp", "ゆき技研")).expect(429);
    assert!(refused.header("retry-after").is_some());
}

#[test]
fn one_mailbox_is_not_flooded_by_strangers() {
    let app = TestApp::start();
    for _ in 0..7 {
        sign_up(&app, &vendor(TARO, "ゆき技研")).expect(202);
    }
    for _ in 0..5 {
        app.mail(TARO, "メールアドレスの確認");
    }
    sign_up(&app, &vendor("last@yuki.example.jp", "ゆき技研")).expect(202);
    app.mail("last@yuki.example.jp", "メールアドレスの確認");
    assert_eq!(app.unread_mails(), []);
}

#[test]
fn a_town_whose_mail_domain_is_listed_is_approved_by_the_mail_alone() {
    let app = TestApp::start();
    let bureau = app.bureau("hokkaido");
    let list = "/api/v1/municipalities/012106/mail-domains";
    bureau.post(list).json(&json!({ "domain": "city.iwamizawa.example.jp" })).send().expect(201);
    come_in(&app, &town(TARO, "012106"));
    assert_eq!(sign_in(&app, TARO, NEW_PASSWORD).expect(200).body["organization"]["status"], "approved");
    app.mail(TARO, "承認されました");
    // The list of one town says nothing about another, nor about a subdomain.
    come_in(&app, &town("x@city.iwamizawa.example.jp", "012025"));
    let other = sign_in(&app, "x@city.iwamizawa.example.jp", NEW_PASSWORD).expect(200).body;
    assert_eq!(other["organization"]["status"], "pending");
}

#[test]
fn only_the_bureau_in_charge_and_the_operator_keep_the_list() {
    let app = TestApp::start();
    let list = "/api/v1/municipalities/012106/mail-domains";
    let domain = json!({ "domain": "City.Iwamizawa.example.JP" });
    app.public().post(list).json(&domain).send().expect(401);
    app.municipality("岩見沢市").post(list).json(&domain).send().expect(403);
    app.bureau("kanto").post(list).json(&domain).send().expect(403);
    let operator = app.operator();
    let entry = operator.post(list).json(&domain).send().expect(201);
    assert_eq!(entry.body["domain"], "city.iwamizawa.example.jp");
    operator.post(list).json(&domain).send().expect(201);
    let listed = operator.get(list).send().expect(200).body;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    operator.post(list).json(&json!({ "domain": "gmail.com" })).send().expect(422);
    operator.post("/api/v1/municipalities/999999/mail-domains").json(&domain).send().expect(404);
    operator.delete(&format!("{list}/city.iwamizawa.example.jp")).send().expect(204);
    operator.delete(&format!("{list}/city.iwamizawa.example.jp")).send().expect(404);
}

#[test]
fn a_second_sign_up_for_a_town_becomes_a_request_that_its_admins_answer() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    come_in(&app, &town(TARO, "012106"));
    app.mail(&admin.email, "参加の申し込み");
    let waiting = sign_in(&app, TARO, NEW_PASSWORD).expect(403);
    assert!(waiting.body["detail"].as_str().unwrap().contains("回答待ち"), "{}", waiting.text());
    let members = format!("/api/v1/organizations/{}/members", admin.organization);
    let listed = admin.get(&members).send().expect(200).body;
    let asks =
        listed["items"].as_array().unwrap().iter().find(|m| m["status"] == "requested").unwrap().clone();
    let path = format!("/api/v1/members/{}/accept", asks["id"].as_str().unwrap());
    app.vendor("ゆき技研").post(&path).send().expect(404);
    let accepted = admin.post(&path).json(&json!({ "role": "viewer" })).send().expect(200).body;
    assert_eq!((&accepted["status"], &accepted["role"]), (&json!("active"), &json!("viewer")));
    app.mail(TARO, "参加の申し込みに回答");
    sign_in(&app, TARO, NEW_PASSWORD).expect(200);
    admin.post(&path).send().expect(409);
}

#[test]
fn a_declined_request_frees_the_address() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    come_in(&app, &town(TARO, "012106"));
    let members = format!("/api/v1/organizations/{}/members", admin.organization);
    let listed = admin.get(&members).send().expect(200).body;
    let asks =
        listed["items"].as_array().unwrap().iter().find(|m| m["status"] == "requested").unwrap().clone();
    let path = format!("/api/v1/members/{}/decline", asks["id"].as_str().unwrap());
    admin.post(&path).json(&json!({ "reason": "所属を確認できません" })).send().expect(204);
    assert!(app.mail(TARO, "参加の申し込みに回答").text.contains("所属を確認できません"));
    sign_in(&app, TARO, NEW_PASSWORD).expect(401);
    come_in(&app, &vendor(TARO, "ゆき技研"));
}

#[test]
fn a_rejected_town_may_sign_up_again() {
    let app = TestApp::start();
    let code = MunicipalityCode::parse("012106").unwrap();
    app.organization_in(&NewOrganization::municipality(code), OrganizationStatus::Rejected);
    come_in(&app, &town(TARO, "012106"));
    assert_eq!(sign_in(&app, TARO, NEW_PASSWORD).expect(200).body["organization"]["status"], "pending");
}

#[test]
fn of_two_links_of_one_address_followed_at_once_one_makes_the_member() {
    let app = TestApp::start();
    sign_up(&app, &town(TARO, "012106")).expect(202);
    sign_up(&app, &vendor(TARO, "ゆき技研")).expect(202);
    let tokens: Vec<String> =
        (0..2).map(|_| app.mail(TARO, "メールアドレスの確認").token().to_owned()).collect();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            tokens.iter().map(|token| scope.spawn(|| verify(&app, token).status.as_u16())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 204).count(), 1, "{statuses:?}");
    sign_in(&app, TARO, NEW_PASSWORD).expect(200);
}
