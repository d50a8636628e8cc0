//! Answers that are overdue at a desk.

use chrono::TimeDelta;
use kakehashi::{proposals, questions};
use serde_json::{Value, json};

use crate::challenges::told;
use crate::proposals::World;
use crate::support::app::Actor;
use crate::support::browser::Browser;

const OVERDUE: &str = "/api/v1/moderation/overdue";

fn overdue(actor: &Actor) -> Vec<Value> {
    actor.get(OVERDUE).send().expect(200).body["items"].as_array().unwrap().clone()
}

fn remind(actor: &Actor, kind: &str, world: &World) -> crate::support::http::Answer {
    actor.post(&format!("{OVERDUE}/{kind}/{}/remind", world.id())).json(&json!({})).send()
}

fn reminders(world: &World, kind: &str) -> usize {
    told(&world.app, &world.town).iter().filter(|one| *one == kind).count()
}

/// Lets `days` pass, in which the scheduler reminds by itself, and two more in which it does not; everybody signs in again.
fn pass(world: &mut World, days: i64) {
    world.app.advance(TimeDelta::days(days));
    while world.app.run(questions::chase(world.app.services())).unwrap() {}
    while world.app.run(proposals::chase(world.app.services())).unwrap() {}
    world.app.advance(TimeDelta::days(2));
    world.town = world.app.again(&world.town);
    world.bureau = world.app.again(&world.bureau);
    world.vendor = world.app.again(&world.vendor);
}

#[test]
fn a_question_without_answer_stands_at_the_desk_after_three_days() {
    let mut world = World::new();
    let ask = json!({"body": "今ある設備の電源を使えますか。"});
    let questions = format!("/api/v1/challenges/{}/questions", world.id());
    let asked = world.vendor.post(&questions).json(&ask).send().expect(201).body;
    assert_eq!(overdue(&world.bureau), Vec::<Value>::new());
    remind(&world.bureau, "questions", &world).expect(409);
    pass(&mut world, 4);
    let found = overdue(&world.bureau);
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["kind"], &found[0]["count"]), (&json!("questions"), &json!(1)));
    assert_eq!(
        (&found[0]["waiting_days"], &found[0]["challenge"]["id"]),
        (&json!(6), &world.challenge["id"])
    );
    assert!(!found[0].to_string().contains("除雪技研"), "nobody learns who asked");
    // When the bureau has the town reminded, it is, and not again today
    let before = reminders(&world, "questions_unanswered");
    remind(&world.bureau, "questions", &world).expect(204);
    assert_eq!(reminders(&world, "questions_unanswered"), before + 1);
    let again = remind(&world.bureau, "questions", &world).expect(409);
    assert!(again.body["detail"].as_str().unwrap().contains("1日以内"), "{}", again.text());
    // When it is answered, it leaves the desk
    let answer = format!("/api/v1/questions/{}/answer", asked["id"].as_str().unwrap());
    world.town.post(&answer).json(&json!({"answer": "使えます。"})).send().expect(200);
    assert_eq!(overdue(&world.bureau), Vec::<Value>::new());
}

#[test]
fn a_proposal_without_decision_stands_at_the_desk_two_weeks_after_the_opening() {
    let mut world = World::new();
    let proposal = world.submitted();
    world.past_the_deadline();
    assert_eq!(overdue(&world.bureau), Vec::<Value>::new());
    pass(&mut world, 15);
    let found = overdue(&world.bureau);
    assert_eq!((&found[0]["kind"], &found[0]["count"]), (&json!("proposals"), &json!(1)));
    let before = reminders(&world, "proposals_unanswered");
    let desk = Browser::signed_in(&world.app, &world.bureau.email);
    desk.open("/moderation").expect(200).says("返事の遅れ");
    desk.open("/moderation/overdue").expect(200).says("提案 1件").says("督促する");
    let path = format!("/moderation/overdue/proposals/{}/remind", world.id());
    let sent = desk.send(&path, &[]).expect(303);
    desk.follow(&sent).expect(200).says("自治体に督促しました");
    assert_eq!(reminders(&world, "proposals_unanswered"), before + 1);
    let sent = desk.send(&path, &[]).expect(303);
    desk.follow(&sent).expect(200).says("1日以内に督促しています");
    let declined = json!({"reason_code": "other", "feedback": "今回は見送ります。"});
    crate::proposals::step(&world.town, &proposal, "decline", &declined).expect(200);
    assert_eq!(overdue(&world.bureau), Vec::<Value>::new());
    desk.open("/moderation/overdue?lang=en").expect(200).says("No answer is overdue");
}

#[test]
fn every_desk_sees_and_reminds_its_own_region_only() {
    let mut world = World::new();
    let ask = json!({"body": "電源を使えますか。"});
    world.vendor.post(&format!("/api/v1/challenges/{}/questions", world.id())).json(&ask).send().expect(201);
    pass(&mut world, 4);
    let elsewhere = world.app.bureau("kinki");
    assert_eq!(overdue(&elsewhere), Vec::<Value>::new());
    remind(&elsewhere, "questions", &world).expect(403);
    assert_eq!(overdue(&world.app.operator()).len(), 1);
    for nobody in [&world.town, &world.vendor] {
        nobody.get(OVERDUE).send().expect(403);
        remind(nobody, "questions", &world).expect(403);
    }
    world.app.public().get(OVERDUE).send().expect(401);
    world
        .bureau
        .post(&format!("{OVERDUE}/matches/{}/remind", world.id()))
        .json(&json!({}))
        .send()
        .expect(404);
}
