//! The rules of the API.

use serde_json::json;

use super::{WATCHES, follow, listed};
use crate::matches::{Scene, id};

#[test]
fn a_watch_is_begun_once_changed_and_ended() {
    let scene = Scene::new();
    let body =
        json!({"challenge_search": "q=除雪&sort=due&lang=en", "frequency": "weekly", "name": "冬の課題"});
    let created = scene.vendor.post(WATCHES).json(&body).send().expect(201);
    let path = created.header("location").unwrap().to_owned();
    assert_eq!(created.body["search"], "q=%E9%99%A4%E9%9B%AA");
    assert_eq!(created.body["path"], "/challenges?q=%E9%99%A4%E9%9B%AA");
    assert_eq!((&created.body["title"], &created.body["frequency"]), (&json!("冬の課題"), &json!("weekly")));
    let same = scene.vendor.post(WATCHES).json(&json!({"challenge_search": "q=除雪"})).send().expect(200);
    assert_eq!(same.body["id"], created.body["id"]);
    let patch = json!({"frequency": "instant", "name": null});
    scene.vendor.patch(&path).json(&patch).send().expect(428);
    let changed = scene.vendor.patch(&path).header("If-Match", "\"1\"").json(&patch).send().expect(200);
    assert_eq!(changed.body["title"], "地域課題：「除雪」");
    scene.vendor.patch(&path).header("If-Match", "\"1\"").json(&patch).send().expect(412);
    scene.vendor.delete(&path).send().expect(204);
    scene.vendor.delete(&path).send().expect(404);
    assert!(listed(&scene.vendor).is_empty());
}

#[test]
fn every_wrong_field_is_named() {
    let scene = Scene::new();
    let body = json!({"challenge_search": "prefecture=99", "frequency": "off", "name": "あ".repeat(81)});
    let refused = scene.vendor.post(WATCHES).json(&body).send().expect(422);
    let pointers: Vec<&str> = refused.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/frequency", "/name", "/challenge_search"]);
    scene.vendor.post(WATCHES).json(&json!({})).send().expect(422);
}

#[test]
fn nobody_sees_or_ends_anothers_watch_and_nobody_follows_what_is_hidden() {
    let scene = Scene::new();
    let watch = follow(&scene.vendor, &json!({"solution_id": id(&scene.solution)}));
    let path = format!("{WATCHES}/{}", watch["id"].as_str().unwrap());
    follow(&scene.town, &json!({"solution_id": id(&scene.solution)}));
    scene.town.delete(&path).send().expect(404);
    scene.town.patch(&path).header("If-Match", "\"1\"").json(&json!({"name": "x"})).send().expect(404);
    assert_eq!(listed(&scene.town).len(), 1);
    let draft = scene.town.post("/api/v1/challenges").json(&json!({"title": "下書き"})).send().expect(201);
    let body = json!({"challenge_id": draft.body["id"]});
    scene.vendor.post(WATCHES).json(&body).send().expect(404);
    scene.town.post(WATCHES).json(&body).send().expect(404);
    scene.app.public().post(WATCHES).json(&body).send().expect(401);
    scene.app.public().get(WATCHES).send().expect(401);
}
