//! The seal: until the deadline nobody but the proposer learns more than a number, at no door.

use kakehashi::accounts::Role;
use kakehashi::proposals::open_due;
use serde_json::json;

use super::{SECRET, World, path, show};
use crate::challenges::{mails, told};
use crate::support::app::Actor;
use crate::support::browser::Browser;

/// What nobody may learn: text, cost, vendor.
const TELLING: [&str; 4] = [SECRET, "5812345", "5,812,345", "除雪技研"];

fn tells_nothing(text: &str, vendor: &Actor, door: &str) {
    for secret in TELLING {
        assert!(!text.contains(secret), "{door} tells {secret}: {text}");
    }
    for id in [vendor.organization.to_string(), vendor.member.to_string(), vendor.email.clone()] {
        assert!(!text.contains(&id), "{door} tells {id}: {text}");
    }
}

/// Audit events, notices and the outbox, as far as they are about proposals.
fn about_proposals(actor: &Actor, door: &str) -> String {
    let body = actor.get(door).send().expect(200).body;
    let items = body["items"].as_array().unwrap().clone();
    let told = items.into_iter().filter(|item| item.to_string().contains("proposal"));
    told.map(|item| item.to_string()).collect()
}

#[test]
fn every_door_is_shut_for_municipality_bureau_and_operator() {
    let world = World::new();
    let submitted = world.submitted();
    let id = submitted["id"].as_str().unwrap();
    let operator = world.app.operator();
    for reader in [&world.town, &world.bureau, &operator] {
        reader.get(&path(&submitted)).send().expect(404);
        reader.get(&format!("{}/versions", path(&submitted))).send().expect(404);
        reader.get(&format!("{}/attachments", path(&submitted))).send().expect(404);
        let list = reader.get(&world.calls()).send().expect(200).body;
        assert_eq!(list, json!({"sealed": true, "count": 1}));
        for door in
            ["/api/v1/audit-events?limit=100".to_owned(), format!("/api/v1/audit-events?subject={id}")]
        {
            tells_nothing(&about_proposals(reader, &door), &world.vendor, &door);
        }
        tells_nothing(&about_proposals(reader, "/api/v1/notices"), &world.vendor, "notices");
        let browser = Browser::signed_in(&world.app, &reader.email);
        browser.open(&format!("/proposals/{id}")).expect(404);
        let page = browser.open(&format!("/challenges/{}/proposals", world.id())).expect(200);
        tells_nothing(&page.html, &world.vendor, "the page of the call");
        let page = browser.open("/proposals").expect(200);
        tells_nothing(&page.html, &world.vendor, "the overview");
        let search =
            reader.get("/api/v1/challenges?q=%E8%BB%8A%E8%BC%89%E7%AB%AF%E6%9C%AB").send().expect(200).text();
        assert!(!search.contains(SECRET));
    }
    let sent = mails(&world.app, &world.town).into_iter().chain(mails(&world.app, &world.bureau));
    for (subject, text) in sent.filter(|(subject, text)| subject.contains("提案") || text.contains(SECRET))
    {
        assert!(!text.contains(SECRET), "{subject}");
    }
    tells_nothing(&about_proposals(&operator, "/api/v1/operations/mails?limit=100"), &world.vendor, "outbox");
}

#[test]
fn other_vendors_and_the_public_learn_not_even_the_number() {
    let world = World::new();
    let submitted = world.submitted();
    let stranger = world.app.vendor("無関係");
    stranger.get(&path(&submitted)).send().expect(404);
    assert_eq!(stranger.get(&world.calls()).send().expect(200).body, json!({"sealed": true, "items": []}));
    world.app.public().get(&path(&submitted)).send().expect(404);
    world.app.public().get(&world.calls()).send().expect(401);
    let colleague = world.app.colleague(&world.vendor, Role::Viewer);
    assert_eq!(show(&colleague, &submitted)["approach"], SECRET, "a colleague reads it");
}

#[test]
fn the_audit_trail_keeps_id_version_and_hash_and_no_actor() {
    let world = World::new();
    let submitted = world.submitted();
    let trail = format!("/api/v1/audit-events?subject={}", submitted["id"].as_str().unwrap());
    let events = world.app.operator().get(&trail).send().expect(200).body;
    let events = events["items"].as_array().unwrap();
    let submit = events.iter().find(|event| event["action"] == "proposal.submit").unwrap();
    assert_eq!(submit["after"]["sha256"], submitted["sha256"]);
    assert_eq!(submit["after"]["number"], 1);
    assert!(events.iter().all(|event| event["member_id"].is_null() && event["organization_id"].is_null()));
}

#[test]
fn after_the_deadline_the_seal_is_broken_once_and_both_desks_are_told() {
    let mut world = World::new();
    let submitted = world.submitted();
    world.past_the_deadline();
    for reader in [&world.town, &world.bureau] {
        assert_eq!(show(reader, &submitted)["approach"], SECRET);
        let list = reader.get(&world.calls()).send().expect(200).body;
        assert_eq!((&list["sealed"], &list["count"]), (&json!(false), &json!(1)));
        assert_eq!(list["items"][0]["vendor"]["name"], "除雪技研");
    }
    let opened =
        |actor: &Actor| told(&world.app, actor).iter().filter(|kind| *kind == "proposals_opened").count();
    let nodes = async {
        let (one, two) = tokio::join!(open_due(world.app.services()), open_due(world.app.services()));
        one.and(two)
    };
    world.app.run(nodes).unwrap();
    assert_eq!((opened(&world.town), opened(&world.bureau)), (1, 1));
    let trail = format!("/api/v1/audit-events?subject={}", world.id());
    let events = world.bureau.get(&trail).send().expect(200).body;
    let event =
        events["items"].as_array().unwrap().iter().find(|one| one["action"] == "proposal.open").unwrap();
    assert_eq!(event["after"]["opened"][0]["sha256"], submitted["sha256"]);
}

#[test]
fn a_call_that_closed_while_nobody_was_there_is_opened_later() {
    let world = World::new();
    world.submitted();
    world.app.advance(chrono::TimeDelta::days(11));
    world.app.run(kakehashi::challenges::close_due(world.app.services())).unwrap();
    // The service died here, between closing and opening; the next step finds what is left to do.
    world.app.advance(chrono::TimeDelta::days(3));
    world.app.run(open_due(world.app.services())).unwrap();
    let town = world.app.again(&world.town);
    assert_eq!(town.get(&world.calls()).send().expect(200).body["sealed"], false);
    assert_eq!(told(&world.app, &town).iter().filter(|kind| *kind == "proposals_opened").count(), 1);
}

#[test]
fn a_bureau_elsewhere_and_another_town_never_read_it() {
    let mut world = World::new();
    let submitted = world.submitted();
    let (elsewhere, town) = (world.app.bureau("kinki"), world.app.municipality("夕張市"));
    world.past_the_deadline();
    for stranger in [&elsewhere, &town] {
        let stranger = world.app.again(stranger);
        stranger.get(&path(&submitted)).send().expect(404);
        assert!(stranger.get(&world.calls()).send().expect(200).body["count"].is_null());
    }
}

#[test]
fn files_are_sealed_and_only_what_was_there_at_submission_is_opened() {
    let mut world = World::new();
    let draft = world.draft();
    let attach = |name: &str| {
        let boundary = "X-PART";
        let body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\nplan\r\n--{boundary}--\r\n"
        );
        let request = world.vendor.post(&format!("{}/attachments", path(&draft)));
        let kept =
            request.body(&format!("multipart/form-data; boundary={boundary}"), body).send().expect(201);
        kept.body["id"].as_str().unwrap().to_owned()
    };
    let first = attach("plan.txt");
    super::step(&world.vendor, &draft, "submit", &json!({})).expect(200);
    let second = attach("later.txt");
    let get = |actor: &Actor, id: &str| actor.get(&format!("/api/v1/attachments/{id}")).send();
    get(&world.town, &first).expect(404);
    get(&world.bureau, &first).expect(404);
    world.vendor.delete(&format!("/api/v1/attachments/{first}")).send().expect(409);
    world.past_the_deadline();
    get(&world.town, &first).expect(200);
    get(&world.town, &second).expect(404);
    get(&world.vendor, &second).expect(200);
    assert_eq!(show(&world.town, &draft)["attachments"].as_array().unwrap().len(), 1);
}
