//! The pages: following from where one is, the list, and the way of an address.

use serde_json::json;

use super::{CONFIRM, listed};
use crate::matches::{Scene, id};
use crate::support::browser::Browser;

#[test]
fn a_member_follows_from_the_page_of_a_challenge_and_arranges_it_in_the_list() {
    let scene = Scene::new();
    let browser = Browser::signed_in(&scene.app, &scene.vendor.email);
    let path = format!("/challenges/{}", id(&scene.challenge));
    browser.open(&path).expect(200).says("見守る");
    let begun = browser.send("/watches", &[("frequency", "weekly")]).expect(303);
    assert_eq!(begun.leads_to().as_deref(), Some(path.as_str()));
    browser.follow(&begun).expect(200).says("見守りを始めました").says("見守っています（週1回（月曜8時））");
    let watch = listed(&scene.vendor).remove(0);
    let watch = watch["id"].as_str().unwrap();
    browser.open("/watches").expect(200).says("除雪車の位置を住民に見せたい");
    let changed = browser.send(&format!("/watches/{watch}"), &[("frequency", "instant"), ("name", "冬")]);
    browser.follow(&changed.expect(303)).expect(200).says("保存").says("冬");
    browser.open("/watches").expect(200);
    let long = "あ".repeat(81);
    browser
        .send(&format!("/watches/{watch}"), &[("frequency", "daily"), ("name", &long)])
        .expect(422)
        .says(&long);
    browser.open("/watches").expect(200);
    browser.send(&format!("/watches/{watch}"), &[("frequency", "daily"), ("name", "")]).expect(303);
    assert_eq!(
        (&listed(&scene.vendor)[0]["name"], &listed(&scene.vendor)[0]["frequency"]),
        (&json!(null), &json!("daily"))
    );
    browser.open("/watches").expect(200);
    let ended = browser.send(&format!("/watches/{watch}/end"), &[]).expect(303);
    browser.follow(&ended).expect(200).says("見守りをやめました").says("見守りはまだありません");
}

#[test]
fn a_search_is_kept_from_the_list_as_its_address_stands() {
    let scene = Scene::new();
    let browser = Browser::signed_in(&scene.app, &scene.town.email);
    browser.open("/solutions?q=%E9%99%A4%E9%9B%AA&prefecture=01").expect(200).says("この検索を保存して");
    let kept = browser.send("/watches", &[("frequency", "daily"), ("name", "")]).expect(303);
    assert_eq!(kept.leads_to().as_deref(), Some("/solutions?q=%E9%99%A4%E9%9B%AA&prefecture=01"));
    assert_eq!(listed(&scene.town)[0]["title"], json!("ソリューション：「除雪」、北海道"));
}

#[test]
fn somebody_without_an_account_follows_with_an_address() {
    let scene = Scene::new();
    let browser = Browser::of(scene.app.public());
    let path = format!("/challenges/{}?lang=en", id(&scene.challenge));
    browser.open(&path).expect(200).says("Mail address");
    let wrong = [("email", "no address"), ("frequency", "daily")];
    browser.send("/watches/by-mail", &wrong).expect(422).says("no address").says("Mail address");
    let typed = [("email", "anybody@example.org"), ("frequency", "daily")];
    let sent = browser.send("/watches/by-mail", &typed).expect(303);
    browser.follow(&sent).expect(200);
    scene.app.mail("anybody@example.org", "Follow this?");
    assert!(scene.app.unread_mails().iter().all(|mail| !mail.subject.contains(CONFIRM)));
}

#[test]
fn the_list_is_for_those_who_are_signed_in_and_a_dead_link_says_so() {
    let scene = Scene::new();
    let browser = Browser::of(scene.app.public());
    assert!(browser.open("/watches").leads_to().unwrap().starts_with("/sign-in"));
    browser.open("/watch-confirmation?token=unknown").expect(404).says("このリンクは使えません");
    browser.open("/watching?w=unknown").expect(404);
}
