//! The pages of calls.

use serde_json::json;

use super::opened;
use crate::matches::{Scene, id};
use crate::support::browser::Browser;

#[test]
fn a_vendor_writes_a_call_and_puts_it_before_the_bureau() {
    let scene = Scene::new();
    let browser = Browser::signed_in(&scene.app, &scene.vendor.email);
    browser.open("/fields-wanted").expect(200).says("実証フィールド募集").says("フィールドを募集する");
    browser.open("/fields-wanted/new").expect(200).says("雪みちナビ");
    let solution = id(&scene.solution);
    let wrong = [("solution_id", solution), ("title", ""), ("what", "一冬試します。"), ("places", "x")];
    browser.send("/fields-wanted", &wrong).expect(422).says("一冬試します。");
    let typed = [
        ("solution_id", solution),
        ("title", "雪国の実証フィールドを探しています"),
        ("what", "一冬試します。"),
        ("regions", "bureau:hokkaido"),
        ("municipality_brings", "除雪車"),
        ("vendor_bears", "通信の費用"),
        ("period", "12月から3月まで"),
        ("places", "２"),
        ("until", "令和80年3月31日"),
    ];
    let made = browser.send("/fields-wanted", &typed).expect(303);
    let path = made.leads_to().unwrap();
    browser.follow(&made).expect(200).says("下書き").says("審査に出す");
    let submitted = browser.send(&path, &[("step", "submit")]).expect(303);
    browser.follow(&submitted).expect(200).says("審査中");
    let desk = Browser::signed_in(&scene.app, &scene.bureau.email);
    desk.open("/moderation").expect(200).says("雪国の実証フィールドを探しています");
    desk.open(&path).expect(200).says("公開する");
    let opened = desk.send(&path, &[("step", "publish")]).expect(303);
    desk.follow(&opened).expect(200).says("募集中");
}

#[test]
fn a_town_raises_its_hand_and_the_vendor_answers_on_the_page() {
    let scene = Scene::new();
    let call = opened(&scene, &json!({}));
    let path = format!("/fields-wanted/{}", id(&call));
    let town = Browser::signed_in(&scene.app, &scene.town.email);
    town.open(&path).expect(200).says("手を挙げる").says("除雪車の位置を住民に見せたい");
    town.send(&format!("{path}/offers"), &[("note", ""), ("challenge_id", "")]).expect(422);
    let typed = [("note", "雪が多いです。"), ("challenge_id", id(&scene.challenge))];
    let raised = town.send(&format!("{path}/offers"), &typed).expect(303);
    town.follow(&raised).expect(200).says("手を挙げました").says("手を下げる");
    let vendor = Browser::signed_in(&scene.app, &scene.vendor.email);
    let page = vendor.open(&path).expect(200).says("雪が多いです。");
    drop(page);
    let offers = scene.vendor.get(&format!("{call}/offers")).send().expect(200).body;
    let action = format!("/field-offers/{}", offers["items"][0]["id"].as_str().unwrap());
    vendor.send(&action, &[("reason", ""), ("step", "decline")]).expect(422);
    vendor.open(&path).expect(200);
    let accepted = vendor.send(&action, &[("reason", ""), ("step", "accept")]).expect(303);
    vendor.follow(&accepted).expect(200).says("承諾").says(&scene.town.email).says("マッチングを見る");
    let public = Browser::of(scene.app.public());
    public.open(&path).expect(200).hides("雪が多いです。").hides(&scene.town.email);
}
