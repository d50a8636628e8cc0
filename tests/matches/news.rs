//! People hear of new things that fit, once.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Scene, id};
use crate::support::app::Actor;
use crate::support::patience::until;

/// The worker looks every two seconds.
const SOON: Duration = Duration::from_secs(20);

/// The notices of new matches about a thing that an actor has.
fn news(actor: &Actor, about: &str) -> Vec<Value> {
    let notices = actor.get("/api/v1/notices?limit=100").send().expect(200).body;
    let items = notices["items"].as_array().unwrap().iter();
    items.filter(|one| one["kind"] == "new_match" && one.to_string().contains(about)).cloned().collect()
}

#[test]
fn a_town_hears_of_a_new_solution_that_fits_its_challenge_and_a_vendor_of_a_new_challenge() {
    let scene = Scene::new();
    let town = until(SOON, || news(&scene.town, id(&scene.challenge)).pop()).expect("the town hears");
    assert!(town.to_string().contains("雪みちナビ"), "{town}");
    let challenge = scene.another_challenge("雪の通学路を守りたい", &json!({}));
    until(SOON, || news(&scene.vendor, id(&challenge)).pop()).expect("the vendor hears");
    assert_eq!(news(&scene.town, id(&scene.challenge)).len(), 1, "nobody hears of a pair twice");
}

#[test]
fn nobody_hears_of_a_challenge_that_they_may_not_see() {
    let scene = Scene::new();
    let hidden = scene.another_challenge("内々の相談", &json!({"visibility": "invited"}));
    let shown = scene.another_challenge("雪の通学路を守りたい", &json!({}));
    until(SOON, || news(&scene.vendor, id(&shown)).pop()).expect("what came later was announced");
    assert_eq!(news(&scene.vendor, id(&hidden)), Vec::<Value>::new());
}
