//! A municipality is asked, and answers.

use chrono::TimeDelta;
use kakehashi::accounts::Role;
use kakehashi::db::schema::{mail_domains, mails};
use kakehashi::db::{Json, Timestamp};
use kakehashi::policy::Actor as DeedActor;
use serde_json::{Value, json};

use diesel::prelude::*;

use super::{declared, in_iwamizawa, mailbox, next, published, refusals};
use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;
use crate::support::mailbox::Mailbox;

/// A published solution with one deployment in Iwamizawa.
struct Scene {
    app: TestApp,
    solution: String,
    deployment: String,
    vendor: Actor,
    bureau: Actor,
    mailbox: Mailbox,
}

fn scene() -> Scene {
    let app = TestApp::start();
    let (solution, vendor, bureau) = published(&app, "雪みち");
    let deployment = declared(&vendor, &solution, &in_iwamizawa());
    let mailbox = mailbox(&app);
    Scene { app, solution, deployment, vendor, bureau, mailbox }
}

impl Scene {
    fn ask(&self, body: &Value) -> Answer {
        self.vendor.post(&format!("{}/request-confirmation", self.deployment)).json(body).send()
    }

    /// The token of the mail to `recipient` that asks for confirmation.
    fn token(&self, recipient: &str) -> String {
        next(&self.mailbox, recipient, "導入実績").token().to_owned()
    }

    fn answer(&self, body: &Value) -> Answer {
        self.app.public().post("/api/v1/deployment-confirmations").json(body).send()
    }

    /// The deployment as its vendor sees it.
    fn shown(&self) -> Value {
        self.vendor.get(&self.deployment).send().expect(200).body
    }

    fn list_domain(&self, domain: &'static str) {
        let listed = self.app.services().perform(DeedActor::system(), move |deed| {
            let now: Timestamp = deed.now();
            diesel::insert_into(mail_domains::table)
                .values((
                    mail_domains::municipality_code.eq("012106"),
                    mail_domains::domain.eq(domain),
                    mail_domains::added_at.eq(now),
                ))
                .execute(deed.conn())?;
            Ok(())
        });
        self.app.run(listed).unwrap();
    }

    /// How many mails were ever queued to an address.
    fn mails_to(&self, recipient: &str) -> i64 {
        let recipient = recipient.to_owned();
        let counted = self.app.services().read(move |conn| {
            let rows = mails::table
                .filter(mails::recipient.eq(recipient))
                .filter(mails::kind.eq("confirm_deployment"));
            Ok(rows.count().get_result(conn)?)
        });
        self.app.run(counted).unwrap()
    }
}

#[test]
fn the_admins_of_the_municipality_are_asked_and_one_confirms_for_all() {
    let scene = scene();
    let town = scene.app.municipality("岩見沢市");
    let second = scene.app.colleague(&town, Role::Admin);
    let editor = scene.app.colleague(&town, Role::Editor);
    let asked = scene.ask(&json!({})).expect(202);
    assert_eq!(asked.body, json!({}));
    assert_eq!(scene.mails_to(&editor.email), 0);
    let mail = next(&scene.mailbox, &town.email, "導入実績");
    for fact in ["雪みち", "岩見沢市", "2023-11-01", "日報の作成: 40 → 5.5 分/日"] {
        assert!(mail.text.contains(fact), "{fact} in {}", mail.text);
    }
    let (token, other) = (mail.token(), scene.token(&second.email));
    assert_eq!(scene.shown()["confirmation"]["status"], "mailed");
    scene.answer(&json!({"token": token, "answer": "confirm"})).expect(204);
    assert_eq!(scene.shown()["verification"], "confirmed");
    let used = scene.answer(&json!({"token": token, "answer": "deny"})).expect(422);
    assert_eq!(refusals(&used.body), [("/token".into(), "link_used".into())]);
    let other = scene.answer(&json!({"token": other, "answer": "deny"})).expect(422);
    assert_eq!(refusals(&other.body), [("/token".into(), "link_used".into())]);
    let public = scene.app.public().get(&scene.solution).send().expect(200).body;
    assert_eq!(public["evidence"]["confirmed"], 1);
    assert_eq!(public["deployments"][0]["verification"], "confirmed");
    let told = next(&scene.mailbox, &scene.vendor.email, "回答");
    assert!(told.text.contains("確認されました"), "{}", told.text);
}

#[test]
fn corrections_are_applied_and_kept_beside_what_was_said_before() {
    let scene = scene();
    let town = scene.app.municipality("岩見沢市");
    scene.ask(&json!({})).expect(202);
    let token = scene.token(&town.email);
    let wrong = json!({"token": token, "answer": "correct", "corrections": {"started_on": "2030-01-01"}});
    let refused = scene.answer(&wrong).expect(422);
    assert_eq!(refusals(&refused.body), [("/corrections/started_on".into(), "in_the_future".into())]);
    scene
        .answer(&json!({
            "token": token, "answer": "correct", "comment": "実証でした。",
            "corrections": {"stage": "pilot", "outcome": "completed", "ended_on": "2024-03-31"},
        }))
        .expect(204);
    let shown = scene.shown();
    insta::assert_json_snapshot!(shown, {
        ".id" => "[id]", ".solution_id" => "[id]", ".verified_at" => "[instant]",
        ".confirmation.requested_at" => "[instant]", ".confirmation.mailed_at" => "[instant]",
        ".confirmation.answered_at" => "[instant]",
    });
    let id = scene.deployment.rsplit('/').next().unwrap();
    let events = scene.bureau.get(&format!("/api/v1/audit-events?subject={id}")).send().expect(200).body;
    let corrected =
        events["items"].as_array().unwrap().iter().find(|event| event["action"] == "deployment.correct");
    let corrected = corrected.unwrap();
    assert_eq!(corrected["before"]["content"]["stage"], "operation");
    assert_eq!(corrected["after"]["content"]["stage"], "pilot");
}

#[test]
fn a_denied_entry_counts_for_nothing_until_it_is_changed() {
    let scene = scene();
    let town = scene.app.municipality("岩見沢市");
    scene.ask(&json!({})).expect(202);
    let token = scene.token(&town.email);
    scene
        .answer(&json!({"token": token, "answer": "deny", "comment": "契約の記録がありません。"}))
        .expect(204);
    let shown = scene.shown();
    assert_eq!((&shown["verification"], &shown["denied"]), (&json!("declared"), &json!(true)));
    assert_eq!(shown["confirmation"]["comment"], "契約の記録がありません。");
    scene.bureau.get(&scene.deployment).send().expect(200);
    town.get(&scene.deployment).send().expect(404);
    let detail = town.get(&scene.solution).send().expect(200).body;
    assert_eq!((&detail["evidence"]["total"], &detail["deployments"]), (&json!(0), &json!([])));
    scene.ask(&json!({})).expect(409);
    scene.bureau.post(&format!("{}/document", scene.deployment)).send().expect(409);
    let version = format!("\"{}\"", shown["version"]);
    let change = json!({"started_on": "2023-12-01"});
    let changed =
        scene.vendor.patch(&scene.deployment).header("If-Match", &version).json(&change).send().expect(200);
    assert_eq!(changed.body["denied"], false);
    town.get(&scene.deployment).send().expect(200);
}

#[test]
fn a_municipality_is_mailed_at_most_once_a_week_about_one_deployment() {
    let scene = scene();
    let town = scene.app.municipality("岩見沢市");
    scene.ask(&json!({})).expect(202);
    let early = scene.ask(&json!({})).expect(429);
    let wait: i64 = early.header("retry-after").unwrap().parse().unwrap();
    assert!((600_000..=604_800).contains(&wait), "{wait}");
    scene.app.advance(TimeDelta::days(7));
    let vendor = scene.app.again(&scene.vendor);
    let path = format!("{}/request-confirmation", scene.deployment);
    let first = scene.token(&town.email);
    vendor.post(&path).json(&json!({})).send().expect(202);
    let second = scene.token(&town.email);
    let old = scene.answer(&json!({"token": first, "answer": "confirm"})).expect(422);
    assert_eq!(refusals(&old.body), [("/token".into(), "link_used".into())]);
    scene.answer(&json!({"token": second, "answer": "confirm"})).expect(204);
}

#[test]
fn the_vendor_is_never_asked_about_itself() {
    let scene = scene();
    let own = scene.vendor.email.clone();
    let domain = own.split_once('@').unwrap().1;
    for address in [own.clone(), format!("other@{domain}"), format!("a@mail.{domain}")] {
        let refused = scene.ask(&json!({"email": address})).expect(422);
        assert_eq!(refusals(&refused.body), [("/email".into(), "address_of_vendor".into())]);
    }
    let nobody = scene.ask(&json!({})).expect(422);
    assert_eq!(refusals(&nobody.body), [("/email".into(), "confirmation_address_required".into())]);
    let wrong = scene.ask(&json!({"email": "a@b@c"})).expect(422);
    assert_eq!(refusals(&wrong.body), [("/email".into(), "not_an_email".into())]);
}

#[test]
fn a_listed_domain_and_a_known_member_are_mailed_at_once() {
    let scene = scene();
    scene.list_domain("city.iwamizawa.example.jp");
    scene.ask(&json!({"email": "DX@city.iwamizawa.example.jp"})).expect(202);
    let token = scene.token("dx@city.iwamizawa.example.jp");
    scene.answer(&json!({"token": token, "answer": "confirm"})).expect(204);
    let another = declared(&scene.vendor, &scene.solution, &in_iwamizawa());
    let town = scene.app.municipality("岩見沢市");
    let editor = scene.app.colleague(&town, Role::Editor);
    let viewer = scene.app.colleague(&town, Role::Viewer);
    let path = format!("{another}/request-confirmation");
    scene.vendor.post(&path).json(&json!({"email": viewer.email})).send().expect(202);
    assert_eq!(scene.mails_to(&viewer.email), 0);
    scene.vendor.post(&path).json(&json!({"email": editor.email})).send().expect(202);
    assert_eq!(scene.mails_to(&editor.email), 1);
}

#[test]
fn an_unknown_address_waits_for_the_bureau_of_the_municipality() {
    let scene = scene();
    scene.ask(&json!({"email": "someone@free.example"})).expect(202);
    assert_eq!(scene.mails_to("someone@free.example"), 0);
    assert_eq!(scene.shown()["confirmation"]["status"], "queued");
    let queue = "/api/v1/deployment-confirmations?status=queued&total=true";
    let waiting = scene.bureau.get(queue).send().expect(200).body;
    insta::assert_json_snapshot!(waiting, {
        ".items[].id" => "[id]", ".items[].deployment_id" => "[id]", ".items[].solution_id" => "[id]",
        ".items[].requested_at" => "[instant]",
    });
    let id = waiting["items"][0]["id"].as_str().unwrap();
    let accept = format!("/api/v1/deployment-confirmations/{id}/accept");
    assert_eq!(scene.app.bureau("kinki").get(queue).send().expect(200).body["total"], 0);
    scene.vendor.get(queue).send().expect(403);
    scene.app.public().get(queue).send().expect(401);
    scene.app.bureau("kinki").post(&accept).send().expect(403);
    scene.vendor.post(&accept).send().expect(403);
    scene.bureau.post(&accept).send().expect(204);
    scene.bureau.post(&accept).send().expect(429);
    let token = scene.token("someone@free.example");
    scene.answer(&json!({"token": token, "answer": "confirm"})).expect(204);
    assert_eq!(scene.shown()["verification"], "confirmed");
}

#[test]
fn a_refused_address_is_never_mailed_and_the_vendor_is_told() {
    let scene = scene();
    scene.ask(&json!({"email": "someone@free.example"})).expect(202);
    let waiting = scene.bureau.get("/api/v1/deployment-confirmations").send().expect(200).body;
    let id = waiting["items"][0]["id"].as_str().unwrap();
    let refuse = format!("/api/v1/deployment-confirmations/{id}/refuse");
    scene.bureau.post(&refuse).json(&json!({"reason": "市の住所録にありません。"})).send().expect(204);
    scene.bureau.post(&refuse).json(&json!({})).send().expect(409);
    scene.bureau.post(&format!("/api/v1/deployment-confirmations/{id}/accept")).send().expect(409);
    assert_eq!(scene.mails_to("someone@free.example"), 0);
    let told = next(&scene.mailbox, &scene.vendor.email, "回答");
    assert!(told.text.contains("市の住所録にありません。"), "{}", told.text);
}

#[test]
fn a_change_after_the_question_withdraws_it() {
    let scene = scene();
    let town = scene.app.municipality("岩見沢市");
    scene.ask(&json!({})).expect(202);
    let token = scene.token(&town.email);
    let change = json!({"stage": "pilot"});
    scene.vendor.patch(&scene.deployment).header("If-Match", "\"1\"").json(&change).send().expect(200);
    let refused = scene.answer(&json!({"token": token, "answer": "confirm"})).expect(422);
    assert_eq!(refusals(&refused.body), [("/token".into(), "link_used".into())]);
    assert_eq!(scene.shown()["verification"], "declared");
}

#[test]
fn a_link_ends_after_thirty_days() {
    let scene = scene();
    let town = scene.app.municipality("岩見沢市");
    scene.ask(&json!({})).expect(202);
    let token = scene.token(&town.email);
    scene.app.advance(TimeDelta::days(30));
    let refused = scene.answer(&json!({"token": token, "answer": "confirm"})).expect(422);
    assert_eq!(refusals(&refused.body), [("/token".into(), "link_expired".into())]);
}

#[test]
fn neither_the_vendor_nor_a_bureau_answers_even_with_the_link() {
    let scene = scene();
    let town = scene.app.municipality("岩見沢市");
    scene.ask(&json!({})).expect(202);
    let body = json!({"token": scene.token(&town.email), "answer": "confirm"});
    let answer = "/api/v1/deployment-confirmations";
    scene.vendor.post(answer).json(&body).send().expect(403);
    scene.bureau.post(answer).json(&body).send().expect(403);
    scene.app.operator().post(answer).json(&body).send().expect(403);
    assert_eq!(scene.shown()["verification"], "declared");
    town.post(answer).json(&body).send().expect(204);
    assert_eq!(scene.shown()["verification"], "confirmed");
}

#[test]
fn a_made_up_link_or_a_half_answer_does_nothing() {
    let scene = scene();
    let unknown = "A".repeat(43);
    for (body, expected) in [
        (json!({}), vec![("/token", "required"), ("/answer", "required")]),
        (json!({"token": "x", "answer": "confirm"}), vec![("/token", "not_a_token")]),
        (json!({"token": unknown, "answer": "confirm"}), vec![("/token", "link_unknown")]),
        (json!({"token": unknown, "answer": "correct"}), vec![("/corrections", "required")]),
        (json!({"token": unknown, "answer": "maybe"}), vec![("/answer", "unknown_value")]),
    ] {
        let refused = scene.answer(&body).expect(422);
        let expected: Vec<(String, String)> =
            expected.into_iter().map(|(pointer, code)| (pointer.to_owned(), code.to_owned())).collect();
        assert_eq!(refusals(&refused.body), expected, "{body}");
    }
}

#[test]
fn the_token_stands_in_no_answer_and_in_no_audit_event() {
    let scene = scene();
    let town = scene.app.municipality("岩見沢市");
    scene.ask(&json!({})).expect(202);
    let token = scene.token(&town.email);
    for path in [scene.deployment.as_str(), &scene.solution, "/api/v1/audit-events?limit=100"] {
        let shown = scene.app.operator().get(path).send().expect(200);
        assert!(!shown.text().contains(&token), "{path}");
    }
    let kept = scene.app.services().read(|conn| {
        let facts: Vec<Json<Value>> =
            kakehashi::db::schema::notices::table.select(kakehashi::db::schema::notices::facts).load(conn)?;
        Ok(facts)
    });
    for facts in scene.app.run(kept).unwrap() {
        assert!(!facts.0.to_string().contains(&token));
    }
}

#[test]
fn what_happened_abroad_cannot_be_asked_about() {
    let scene = scene();
    let mut body = in_iwamizawa();
    body["municipality_code"] = Value::Null;
    body["country"] = json!("TH");
    let abroad = declared(&scene.vendor, &scene.solution, &body);
    scene.vendor.post(&format!("{abroad}/request-confirmation")).json(&json!({})).send().expect(409);
}
