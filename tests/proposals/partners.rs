//! Proposing together.

use kakehashi::accounts::{NewOrganization, OrganizationStatus};
use kakehashi::reference::MunicipalityCode;
use serde_json::{Value, json};

use super::{SECRET, World, path, show, step};
use crate::support::app::Actor;
use crate::support::http::Answer;

fn ask(world: &World, proposal: &Value, organization: &str) -> Answer {
    let body = json!({"organization": organization, "part": "通信機器の設置"});
    world.vendor.post(&format!("{}/partners", path(proposal))).json(&body).send()
}

fn answer(actor: &Actor, proposal: &Value, what: &str) -> Answer {
    actor.post(&format!("{}/partners/{what}", path(proposal))).json(&json!({})).send()
}

#[test]
fn a_partner_reads_it_once_it_has_confirmed_and_is_named_from_the_next_version_on() {
    let mut world = World::new();
    let draft = world.draft();
    let partner = world.app.vendor("雪氷システム");
    ask(&world, &draft, "雪氷システム").expect(200);
    let mail = world.app.mail(&partner.email, "共同提案");
    assert!(
        mail.text.contains("除雪技研") && mail.text.contains("通信機器の設置") && !mail.text.contains(SECRET)
    );
    partner.get(&path(&draft)).send().expect(404);
    let asked = partner.get("/api/v1/partnerships").send().expect(200).body;
    assert_eq!(
        (&asked["items"][0]["status"], &asked["items"][0]["vendor"]),
        (&json!("invited"), &json!("除雪技研"))
    );
    answer(&partner, &draft, "confirm").expect(204);
    assert_eq!(show(&partner, &draft)["approach"], SECRET);
    partner.patch(&path(&draft)).header("If-Match", "\"1\"").json(&json!({"team": "x"})).send().expect(403);
    step(&partner, &draft, "submit", &json!({})).expect(403);
    step(&world.vendor, &draft, "submit", &json!({})).expect(200);
    world.past_the_deadline();
    assert_eq!(show(&world.town, &draft)["partners"][0]["name"], "雪氷システム");
    answer(&world.app.again(&partner), &draft, "decline").expect(409);
}

#[test]
fn whoever_declines_reads_nothing_and_whoever_was_not_asked_answers_nothing() {
    let world = World::new();
    let draft = world.draft();
    let (partner, stranger) = (world.app.vendor("雪氷システム"), world.app.vendor("無関係"));
    ask(&world, &draft, &partner.organization.to_string()).expect(200);
    answer(&partner, &draft, "decline").expect(204);
    partner.get(&path(&draft)).send().expect(404);
    answer(&stranger, &draft, "confirm").expect(404);
    assert_eq!(show(&world.vendor, &draft)["partners"][0]["status"], "declined");
}

#[test]
fn only_other_approved_vendors_are_asked_each_once() {
    let world = World::new();
    let draft = world.draft();
    let pending = NewOrganization::vendor("新参", MunicipalityCode::parse("131016").unwrap());
    world.app.organization_in(&pending, OrganizationStatus::Pending);
    for name in ["新参", "岩見沢市", "除雪技研", "存在しない"] {
        ask(&world, &draft, name).expect(422);
    }
    world.app.vendor("雪氷システム");
    ask(&world, &draft, "雪氷システム").expect(200);
    ask(&world, &draft, "雪氷システム").expect(409);
}

#[test]
fn a_partner_that_is_taken_out_reads_nothing_any_more() {
    let world = World::new();
    let draft = world.draft();
    let partner = world.app.vendor("雪氷システム");
    ask(&world, &draft, "雪氷システム").expect(200);
    answer(&partner, &draft, "confirm").expect(204);
    world.vendor.delete(&format!("{}/partners/{}", path(&draft), partner.organization)).send().expect(204);
    partner.get(&path(&draft)).send().expect(404);
}
