//! Invitations to propose.

use serde_json::json;

use crate::challenges::{open, told, whole, with};
use crate::proposals::World;
use crate::solutions::published;
use crate::support::browser::Browser;

fn path(world: &World) -> String {
    format!("/api/v1/challenges/{}/invitations", world.id())
}

#[test]
fn the_owner_or_its_bureau_invites_and_the_vendor_sees_why() {
    let world = World::new();
    let body = json!({"solution_id": world.solution, "note": "ぜひお話を聞かせてください。"});
    let made = world.town.post(&path(&world)).json(&body).send().expect(201).body;
    assert_eq!(made["explanation"]["components"].as_array().unwrap().len(), 7);
    let mail = world.app.mail(&world.vendor.email, "提案のお誘い");
    let reason = made["explanation"]["reason"]["ja"].as_str().unwrap();
    assert!(mail.text.contains(reason) && mail.text.contains("ぜひお話を聞かせてください。"));
    let own = world.vendor.get("/api/v1/proposal-invitations").send().expect(200).body;
    assert_eq!(own["items"][0]["reason"], reason);
    let page = Browser::signed_in(&world.app, &world.vendor.email);
    page.open("/proposals").expect(200).says("提案のお誘い").says(reason);
    page.open("/for-you").expect(200).says("提案のお誘い").says("ぜひお話を聞かせてください。");

    world.bureau.post(&path(&world)).json(&body).send().expect(200);
    let count = told(&world.app, &world.vendor).iter().filter(|kind| *kind == "invited_to_propose").count();
    assert_eq!(count, 1, "a second time sends nothing");
}

#[test]
fn others_neither_invite_nor_see_invitations() {
    let mut world = World::new();
    let body = json!({"solution_id": world.solution});
    world.vendor.post(&path(&world)).json(&body).send().expect(403);
    world.app.bureau("kinki").post(&path(&world)).json(&body).send().expect(403);
    world.town.post(&path(&world)).json(&json!({"solution_id": "x"})).send().expect(422);
    world.town.post(&path(&world)).json(&body).send().expect(201);
    let stranger = world.app.vendor("無関係");
    assert_eq!(stranger.get(&path(&world)).send().expect(200).body["items"], json!([]));
    world.past_the_deadline();
    world.town.post(&path(&world)).json(&body).send().expect(409);
}

#[test]
fn whoever_is_invited_reads_a_challenge_for_the_invited() {
    let world = World::new();
    let (solution, vendor, _) = published(&world.app, "雪氷システム");
    let body = with(whole(&world.app), &json!({"visibility": "invited"}));
    let challenge = open(&world.town, &world.bureau, &body);
    let page = format!("/api/v1/challenges/{}", challenge["id"].as_str().unwrap());
    vendor.get(&page).send().expect(404);
    let body = json!({"solution_id": solution.rsplit('/').next().unwrap()});
    world.town.post(&format!("{page}/invitations")).json(&body).send().expect(201);
    vendor.get(&page).send().expect(200);
    let listed = |actor: &crate::support::app::Actor| {
        let list = actor.get("/api/v1/challenges?limit=100").send().expect(200).body;
        list["items"].as_array().unwrap().iter().any(|one| one["id"] == challenge["id"])
    };
    assert!(listed(&vendor) && !listed(&world.vendor), "it is in the list of the invited alone");
    vendor.post(&format!("{page}/proposals")).json(&json!({})).send().expect(201);
    world.vendor.get(&page).send().expect(404);
}

#[test]
fn a_ranked_solution_is_invited_from_the_page_of_matches() {
    let world = World::new();
    let town = Browser::signed_in(&world.app, &world.town.email);
    town.open(&format!("/challenges/{}/matches", world.id())).expect(200).says("提案してもらう");
    let invite = format!("/challenges/{}/invitations", world.id());
    town.send(&invite, &[("solution_id", world.solution.as_str())]).expect(303);
    assert!(told(&world.app, &world.vendor).contains(&"invited_to_propose".to_owned()));
}
