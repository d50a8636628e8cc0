//! Asking, answering, taking back, hiding, and what the clock does.

use chrono::TimeDelta;
use kakehashi::accounts::{NewOrganization, OrganizationStatus};
use kakehashi::questions::chase;
use kakehashi::reference::MunicipalityCode;
use serde_json::{Value, json};

use super::{World, step};
use crate::challenges::{day, mails, told};

const TEXT: &str = "除雪車の台数と電源を教えてください。";

#[test]
fn a_vendor_asks_and_everyone_reads_the_public_answer() {
    let world = World::new();
    let asked = world.ask(&world.vendor, TEXT).expect(201).body;
    assert_eq!((&asked["status"], &asked["own"]), (&json!("asked"), &json!(true)));
    assert_eq!(world.bodies(&world.town), [TEXT]);
    assert!(world.bodies(&world.other).is_empty(), "others wait for the answer");
    let answered = step(&world.town, &asked, "answer", &json!({"answer": "12台です。"})).expect(200).body;
    assert_eq!((&answered["status"], &answered["audience"]), (&json!("answered"), &json!("public")));
    let public = world.app.public().get(&world.path()).send().expect(200).body;
    assert_eq!(public["items"][0]["answer"], "12台です。");
    assert!(told(&world.app, &world.vendor).contains(&"question_answered".to_owned()));
}

#[test]
fn an_answer_for_registered_organizations_is_hidden_from_the_public() {
    let world = World::new();
    let asked = world.ask(&world.vendor, TEXT).expect(201).body;
    let answer = json!({"answer": "12台です。", "audience": "registered"});
    step(&world.town, &asked, "answer", &answer).expect(200);
    assert_eq!(world.bodies(&world.other), [TEXT]);
    let public = world.app.public().get(&world.path()).send().expect(200).body;
    assert_eq!(public["items"], json!([]));
}

#[test]
fn nobody_is_told_who_asked() {
    let world = World::new();
    let asked = world.ask(&world.vendor, TEXT).expect(201).body;
    step(&world.bureau, &asked, "hide", &json!({"reason": "団体名が書かれている"})).expect(200);
    let subject = format!("/api/v1/audit-events?subject={}", asked["id"].as_str().unwrap());
    let operator = world.app.operator();
    let names = [world.vendor.organization.to_string(), world.vendor.member.to_string()];
    for reader in [&world.town, &world.bureau, &operator] {
        let seen = [
            reader.get(&world.path()).send().expect(200).text(),
            reader.get(&subject).send().expect(200).text(),
            reader.get("/api/v1/notices").send().expect(200).text(),
        ];
        for text in seen {
            assert!(!text.contains("除雪技研"), "{text}");
            assert!(!names.iter().any(|name| text.contains(name)), "{text}");
        }
    }
    for (subject, text) in mails(&world.app, &world.town) {
        assert!(!subject.contains("除雪技研") && !text.contains("除雪技研"), "{subject}");
    }
    let trail = operator.get(&subject).send().expect(200).body;
    let asking =
        trail["items"].as_array().unwrap().iter().find(|one| one["action"] == "question.ask").unwrap();
    assert!(asking["after"]["asker"].as_str().unwrap().len() == 64, "a hash stands for the asker");
}

#[test]
fn only_approved_vendors_ask_and_only_the_municipality_answers() {
    let world = World::new();
    let pending = NewOrganization::vendor("新参", MunicipalityCode::parse("131016").unwrap());
    let pending = world.app.organization_in(&pending, OrganizationStatus::Pending);
    assert_eq!(world.ask(&pending, TEXT).expect(403).body["code"], "forbidden");
    world.ask(&world.town, TEXT).expect(403);
    world.app.public().post(&world.path()).json(&json!({"body": TEXT})).send().expect(401);
    let asked = world.ask(&world.vendor, TEXT).expect(201).body;
    let answer = json!({"answer": "12台です。"});
    step(&world.vendor, &asked, "answer", &answer).expect(403);
    step(&world.other, &asked, "answer", &answer).expect(404);
    step(&world.town, &asked, "withdraw", &json!({})).expect(403);
    step(&world.town, &asked, "hide", &json!({"reason": "x"})).expect(403);
    step(&world.town, &asked, "answer", &json!({})).expect(422);
}

#[test]
fn an_illegal_step_names_the_legal_ones() {
    let world = World::new();
    let asked = world.ask(&world.vendor, TEXT).expect(201).body;
    step(&world.vendor, &asked, "withdraw", &json!({})).expect(200);
    assert!(world.bodies(&world.town).is_empty(), "what was taken back is gone");
    let refused = step(&world.vendor, &asked, "withdraw", &json!({})).expect(409).body;
    assert_eq!(refused["legal_steps"], json!([]));
    let asked = world.ask(&world.vendor, TEXT).expect(201).body;
    step(&world.town, &asked, "answer", &json!({"answer": "はい"})).expect(200);
    let refused = step(&world.vendor, &asked, "withdraw", &json!({})).expect(409).body;
    assert_eq!(refused["legal_steps"], json!(["hide"]));
}

#[test]
fn a_hidden_question_is_explained_to_its_asker_and_gone_for_others() {
    let world = World::new();
    let asked = world.ask(&world.vendor, TEXT).expect(201).body;
    step(&world.town, &asked, "answer", &json!({"answer": "はい"})).expect(200);
    step(&world.bureau, &asked, "hide", &json!({})).expect(422);
    step(&world.bureau, &asked, "hide", &json!({"reason": "個人名がある"})).expect(200);
    assert!(world.bodies(&world.other).is_empty());
    assert_eq!(world.list(&world.vendor)["items"][0]["hidden_reason"], "個人名がある");
    assert!(told(&world.app, &world.vendor).contains(&"question_hidden".to_owned()));
}

#[test]
fn questions_end_seven_days_before_the_proposals_unless_the_municipality_says_otherwise() {
    let world = World::new();
    assert_eq!(world.list(&world.vendor)["questions_due"], json!(day(&world.app, 53)));
    world.app.advance(TimeDelta::days(54));
    let late = world.app.again(&world.vendor);
    assert_eq!(world.ask(&late, TEXT).expect(409).body["code"], "conflict");
    assert_eq!(world.list(&late)["may_ask"], false);
}

#[test]
fn a_day_for_questions_after_the_deadline_is_refused() {
    let world = World::new();
    let app = &world.app;
    let changes = json!({"questions_due": day(app, 70)});
    let body = crate::challenges::with(crate::challenges::whole(app), &changes);
    let refused = world.town.post("/api/v1/challenges").json(&body).send().expect(422).body;
    assert_eq!(refused["errors"][0]["pointer"], "/questions_due");
    assert_eq!(refused["errors"][0]["code"], "questions_after_proposals");
}

#[test]
fn an_unanswered_question_is_chased_once_every_three_days() {
    let world = World::new();
    let asked = world.ask(&world.vendor, TEXT).expect(201).body;
    world.ask(&world.other, "予備車はありますか。").expect(201);
    let reminders = |world: &World| {
        told(&world.app, &world.town).iter().filter(|kind| *kind == "questions_unanswered").count()
    };
    let chased = |world: &World| {
        let nodes = async {
            let (one, two) = tokio::join!(chase(world.app.services()), chase(world.app.services()));
            one.and(two)
        };
        world.app.run(nodes).unwrap();
        reminders(world)
    };
    assert_eq!(chased(&world), 0);
    world.app.advance(TimeDelta::days(4));
    assert_eq!(chased(&world), 1, "one message for both questions");
    assert_eq!(chased(&world), 1);
    let town = world.app.again(&world.town);
    step(&town, &asked, "answer", &json!({"answer": "はい"})).expect(200);
    world.app.advance(TimeDelta::days(4));
    assert_eq!(chased(&world), 2, "the other one still waits");
}

#[test]
fn the_same_key_asks_once() {
    let world = World::new();
    let ask = || {
        let body: Value = json!({ "body": TEXT });
        world.vendor.post(&world.path()).header("Idempotency-Key", "k1").json(&body).send().expect(201).body
    };
    assert_eq!(ask()["id"], ask()["id"]);
    assert_eq!(world.bodies(&world.town).len(), 1);
}
