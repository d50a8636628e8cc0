//! Digests: what waits comes once, in one mail, at its hour.

use chrono::TimeDelta;
use kakehashi::accounts::{NewOrganization, OrganizationStatus, Role};
use kakehashi::notices;
use kakehashi::reference::MunicipalityCode;
use serde_json::json;

use super::inbox::{mails_to, received, solution_published, tell};
use super::preferences::choose;
use crate::support::app::TestApp;

/// Takes every step of the digest worker that is due.
fn send_digests(app: &TestApp) {
    app.run(async { while notices::send_digests(app.services()).await.unwrap() {} });
}

#[test]
fn what_waits_comes_in_one_mail_newest_first_and_never_again() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    choose(&vendor, &json!({"solutions": "daily"}));
    for name in ["一つ目", "二つ目", "三つ目"] {
        tell(&app, &vendor, &solution_published(name));
    }
    send_digests(&app);
    assert_eq!(mails_to(&app, &vendor), 0, "not before its hour");
    app.advance(TimeDelta::hours(24));
    send_digests(&app);
    let mail = received(&app, &vendor.email, "お知らせのまとめ（3 件）");
    let place = |words: &str| mail.text.find(words).unwrap_or_else(|| panic!("{words} in {}", mail.text));
    assert!(place("三つ目") < place("二つ目") && place("二つ目") < place("一つ目"));
    assert!(mail.text.contains(&format!("{}/notices", app.origin())));
    app.advance(TimeDelta::days(8));
    send_digests(&app);
    assert_eq!(mails_to(&app, &vendor), 1);
}

#[test]
fn two_nodes_that_look_at_once_send_one() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    choose(&vendor, &json!({"solutions": "daily"}));
    tell(&app, &vendor, &solution_published("ゆきナビ"));
    app.advance(TimeDelta::hours(24));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| send_digests(&app));
        }
    });
    assert_eq!(mails_to(&app, &vendor), 1);
}

#[test]
fn the_weekly_one_comes_within_a_week_also_after_downtime() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    choose(&vendor, &json!({"solutions": "weekly"}));
    tell(&app, &vendor, &solution_published("ゆきナビ"));
    app.advance(TimeDelta::days(30));
    send_digests(&app);
    assert_eq!(mails_to(&app, &vendor), 1);
}

#[test]
fn who_changes_the_choice_gets_what_waits_the_new_way() {
    let app = TestApp::start();
    let (daily, never) = (app.vendor("除雪技研"), app.vendor("北国テック"));
    for vendor in [&daily, &never] {
        choose(vendor, &json!({"solutions": "weekly"}));
        tell(&app, vendor, &solution_published("ゆきナビ"));
    }
    choose(&daily, &json!({"solutions": "daily"}));
    choose(&never, &json!({"solutions": "off"}));
    app.advance(TimeDelta::hours(24));
    send_digests(&app);
    app.advance(TimeDelta::days(8));
    send_digests(&app);
    assert_eq!((mails_to(&app, &daily), mails_to(&app, &never)), (1, 0));
}

#[test]
fn a_bureau_hears_once_a_day_what_waits_at_its_desk() {
    let app = TestApp::start();
    let hokkaido = app.bureau("hokkaido");
    let kyushu = app.bureau("kyushu");
    let town = NewOrganization::municipality(MunicipalityCode::parse("012106").unwrap());
    app.organization_in(&town, OrganizationStatus::Pending);
    app.advance(TimeDelta::hours(24));
    let step = || app.run(notices::send_desk_digests(app.services())).unwrap();
    step();
    step();
    let mail = received(&app, &hokkaido.email, "審査待ちが 1 件あります（北海道総合通信局）");
    assert!(mail.text.contains("団体の承認：1 件"), "{}", mail.text);
    assert_eq!((mails_to(&app, &hokkaido), mails_to(&app, &kyushu)), (1, 0));
    app.advance(TimeDelta::hours(24));
    step();
    assert_eq!(mails_to(&app, &hokkaido), 2);
}

#[test]
fn viewers_and_those_who_switched_it_off_hear_nothing_of_the_desk() {
    let app = TestApp::start();
    let admin = app.bureau("hokkaido");
    let viewer = app.colleague(&admin, Role::Viewer);
    choose(&admin, &json!({"moderation": "off"}));
    let town = NewOrganization::municipality(MunicipalityCode::parse("012106").unwrap());
    app.organization_in(&town, OrganizationStatus::Pending);
    app.advance(TimeDelta::hours(24));
    app.run(notices::send_desk_digests(app.services())).unwrap();
    assert_eq!((mails_to(&app, &admin), mails_to(&app, &viewer)), (0, 0));
}
