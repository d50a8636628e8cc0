//! Which mails a member gets: chosen over the API, honoured by the outbox.

use serde_json::json;

use super::inbox::{solution_published, tell};
use crate::support::app::TestApp;

const PREFERENCES: &str = "/api/v1/me/preferences";

#[test]
fn what_nobody_chose_comes_at_once_and_the_desk_daily() {
    let app = TestApp::start();
    let answer = app.vendor("除雪技研").get(PREFERENCES).send().expect(200);
    assert_eq!(
        answer.body,
        json!({
            "organization": "instant", "challenges": "instant", "solutions": "instant", "confirmations": "instant",
            "deployments": "instant", "matches": "instant", "proposals": "instant",
            "rounds": "instant", "watches": "instant", "moderation": "daily",
        })
    );
    assert!(answer.header("etag").is_some());
}

#[test]
fn a_choice_is_saved_and_null_takes_it_back() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    let etag = |answer: &crate::support::http::Answer| answer.header("etag").unwrap().to_owned();
    let before = etag(&vendor.get(PREFERENCES).send());
    let patch = json!({"matches": "weekly", "solutions": "off"});
    let changed = vendor.patch(PREFERENCES).header("If-Match", &before).json(&patch).send().expect(200);
    assert_eq!((&changed.body["matches"], &changed.body["solutions"]), (&json!("weekly"), &json!("off")));
    assert_ne!(etag(&changed), before);
    let back = json!({"matches": null});
    let again = vendor.patch(PREFERENCES).header("If-Match", &etag(&changed)).json(&back).send().expect(200);
    assert_eq!((&again.body["matches"], &again.body["solutions"]), (&json!("instant"), &json!("off")));
    assert_eq!(vendor.get(PREFERENCES).send().expect(200).body, again.body);
}

#[test]
fn a_choice_made_on_an_old_page_is_refused() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    let etag = vendor.get(PREFERENCES).send().header("etag").unwrap().to_owned();
    let patch = |body| vendor.patch(PREFERENCES).header("If-Match", &etag).json(&body).send();
    patch(json!({"matches": "daily"})).expect(200);
    patch(json!({"matches": "off"})).expect(412);
    vendor.patch(PREFERENCES).json(&json!({"matches": "off"})).send().expect(428);
    assert_eq!(vendor.get(PREFERENCES).send().body["matches"], "daily");
}

#[test]
fn every_wrong_choice_is_named_and_none_is_saved() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    let etag = vendor.get(PREFERENCES).send().header("etag").unwrap().to_owned();
    let patch =
        json!({"matches": "daily", "confirmations": "weekly", "solutions": 7, "password_reset": "off"});
    let answer = vendor.patch(PREFERENCES).header("If-Match", &etag).json(&patch).send().expect(422);
    let mut pointers: Vec<_> =
        answer.body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
    pointers.sort_by_key(ToString::to_string);
    assert_eq!(pointers, [json!("/confirmations"), json!("/password_reset"), json!("/solutions")]);
    assert_eq!(vendor.get(PREFERENCES).send().body["matches"], "instant");
}

#[test]
fn choices_are_for_members() {
    let app = TestApp::start();
    app.public().get(PREFERENCES).send().expect(401);
    app.public().patch(PREFERENCES).header("If-Match", "\"1\"").json(&json!({})).send().expect(401);
}

#[test]
fn what_is_switched_off_stands_in_the_app_only() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    choose(&vendor, &json!({"solutions": "off"}));
    tell(&app, &vendor, &solution_published("静かな知らせ"));
    let titles = vendor.get("/api/v1/notices").send().expect(200).body;
    assert_eq!(titles["items"][0]["title"], "ソリューションが公開されました：静かな知らせ");
    assert_eq!(super::inbox::mails_to(&app, &vendor), 0);
}

/// Makes a choice for `actor`.
pub fn choose(actor: &crate::support::app::Actor, patch: &serde_json::Value) {
    let etag = actor.get(PREFERENCES).send().expect(200).header("etag").unwrap().to_owned();
    actor.patch(PREFERENCES).header("If-Match", &etag).json(patch).send().expect(200);
}
