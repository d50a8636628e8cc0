//! The operator's pages, the audit trail in a browser, and the mailbox of a demonstration.

use kakehashi::settings::Demonstration;

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;

#[test]
fn the_overview_is_the_operators() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    Browser::of(app.public()).open("/operations").expect(303);
    Browser::signed_in(&app, &town.email).open("/operations").expect(403);
    let operator = Browser::signed_in(&app, &app.operator().email);
    operator.open("/operations").expect(200).says(env!("CARGO_PKG_VERSION")).says("承認済み").says("正常");
    operator.open("/operations?lang=en").says("Operations").says("Approved");
}

#[test]
fn a_bureau_reads_the_trail_of_its_region() {
    let app = TestApp::start();
    let (north, south) = (app.vendor_in("除雪技研", "011002"), app.vendor_in("南の会社", "431001"));
    let officer = Browser::signed_in(&app, &app.bureau("hokkaido").email);
    let page = officer.open("/operations/audit").expect(200).says("サインイン");
    assert!(page.html.contains("除雪技研") && !page.html.contains("南の会社"), "{}", page.html);
    let path = format!("/operations/audit?subject={}", north.member);
    officer.open(&path).expect(200).says("サインイン");
    let path = format!("/operations/audit?subject={}", south.member);
    officer.open(&path).expect(200).says("記録はありません");
    officer
        .open("/operations/audit?actor=x&since=yesterday")
        .expect(422)
        .says("href=\"#f-actor\"")
        .says("href=\"#f-since\"");
}

#[test]
fn an_attempt_inside_the_delay_of_sign_in_stands_in_the_trail() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let guesser = Browser::of(app.public());
    for _ in 0..8 {
        guesser.sign_in(&town.email, "not the password at all");
    }
    guesser.sign_in(&town.email, "not the password at all").expect(429);
    let operator = Browser::signed_in(&app, &app.operator().email);
    operator.open("/operations/audit").says("サインインの待ち時間中の試み");
}

#[test]
fn a_real_service_has_no_mailbox() {
    let app = TestApp::start();
    let operator = Browser::signed_in(&app, &app.operator().email);
    for path in ["/mailbox", "/mailbox/0192f0c1-0000-7000-8000-000000000001"] {
        operator.open(path).expect(404);
    }
    operator.open("/").hides("/mailbox");
}

#[test]
fn a_demonstration_is_entered_by_one_button_and_shows_its_mails() {
    let app = TestApp::start_with(|settings| {
        settings.demonstration = Some(Demonstration {
            sign_ins: vec![("demo.role.municipality", "member1@office1.example.jp")],
            password: PASSWORD,
        });
    });
    let town = app.municipality("岩見沢市");
    let browser = Browser::of(app.public());
    let page = browser.open("/sign-in").expect(200).says("体験用のサインイン").html;
    let (_, form) = page.rsplit_once("name=\"email\" value=\"").unwrap();
    assert_eq!(form.split('"').next(), Some(town.email.as_str()));
    browser.sign_in(&town.email, PASSWORD).expect(303);
    browser.open("/mailbox").expect(200).says("メールはまだありません");

    browser.open("/password-forgotten");
    browser.send("/password-forgotten", &[("email", &town.email)]).expect(303);
    app.mail(&town.email, "再設定");
    let list = browser.open("/mailbox").expect(200).says("再設定").says(&town.email).html;
    let id = list.split("href=\"/mailbox/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mail = browser.open(&format!("/mailbox/{id}")).expect(200).says("href=\"/password-reset?token=");
    assert_eq!(mail.answer.header("referrer-policy"), Some("no-referrer"));
    browser.open("/mailbox/..%2F..%2Fkakehashi").expect(404);
}
