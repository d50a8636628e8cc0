//! Who may rank what, and what a ranking shows to whom.

use serde_json::json;

use super::{Scene, places};

#[test]
fn a_challenge_is_ranked_by_its_town_its_bureau_and_the_operator_only() {
    let scene = Scene::new();
    let path = format!("{}/matches", scene.challenge);
    for allowed in [&scene.town, &scene.bureau, &scene.app.operator()] {
        allowed.get(&path).send().expect(200);
    }
    for refused in [&scene.vendor, &scene.app.municipality("函館市"), &scene.app.bureau("kinki")] {
        refused.get(&path).send().expect(403);
    }
    scene.app.public().get(&path).send().expect(401);
    scene.town.get("/api/v1/challenges/nothing/matches").send().expect(404);
}

#[test]
fn a_solution_is_ranked_by_its_vendor_its_bureau_and_the_operator_only() {
    let scene = Scene::new();
    let path = format!("{}/matches", scene.solution);
    for allowed in [&scene.vendor, &scene.bureau, &scene.app.operator()] {
        let ranking = allowed.get(&path).send().expect(200).body;
        assert_eq!(places(&ranking, "challenge", "title"), ["除雪車の位置を住民に見せたい"]);
    }
    for refused in [&scene.town, &scene.app.vendor("よその会社"), &scene.app.bureau("kinki")] {
        refused.get(&path).send().expect(403);
    }
    scene.app.public().get(&path).send().expect(401);
}

#[test]
fn a_draft_is_ranked_by_its_town_and_is_nothing_to_anybody_else() {
    let scene = Scene::new();
    let body = super::challenge("まだ下書き", &json!({}));
    let created = scene.town.post("/api/v1/challenges").json(&body).send().expect(201);
    let path = format!("{}/matches", created.header("location").unwrap());
    assert_eq!(scene.town.get(&path).send().expect(200).body["candidates"], 1);
    scene.vendor.get(&path).send().expect(404);
}

#[test]
fn challenges_by_invitation_are_neither_ranked_nor_likened_for_strangers() {
    let scene = Scene::new();
    scene.another_challenge("内々の相談", &json!({"visibility": "invited"}));
    let for_vendor = scene.vendor.get(&format!("{}/matches", scene.solution)).send().expect(200).body;
    assert_eq!((&for_vendor["candidates"], places(&for_vendor, "challenge", "title").len()), (&json!(1), 1));
    let for_bureau = scene.bureau.get(&format!("{}/matches", scene.solution)).send().expect(200).body;
    assert_eq!(for_bureau["candidates"], 2);
    let similar = format!("{}/similar", scene.challenge);
    assert_eq!(scene.vendor.get(&similar).send().expect(200).body["candidates"], 0);
    assert_eq!(scene.town.get(&similar).send().expect(200).body["candidates"], 1);
}

#[test]
fn of_an_anonymous_challenge_a_ranking_tells_the_bureau_and_nothing_nearer() {
    let scene = Scene::of(&json!({"anonymous": true}));
    let ranking = scene.vendor.get(&format!("{}/matches", scene.solution)).send().expect(200).body;
    let first = &ranking["items"][0];
    assert_eq!(
        (&first["challenge"]["municipality"], &first["challenge"]["organization"]),
        (&json!(null), &json!(null))
    );
    let shown = first.to_string();
    assert!(!shown.contains("012106") && !shown.contains("岩見沢"), "{shown}");
    let own = scene.ranking().to_string();
    assert!(own.contains("same_prefecture") || own.contains("札幌"), "its own town knows where it is: {own}");
}
