//! From two sign-ups to an introduction, over HTTP and mail only.

use serde_json::{Value, json};

use super::{LIMIT, approve_the_waiting, bureau, signed_up, snow_challenge, snow_solution, text};
use crate::support::http::Client;
use crate::support::mailbox::Mailbox;
use crate::support::process::Place;

fn step(client: &Client, path: &str) -> Value {
    client.post(path).json(&json!({})).send().expect(200).body
}

/// The place of a solution in the ranking of a challenge.
fn place_of(town: &Client, challenge: &str, solution: &str) -> Value {
    let ranking = town.get(&format!("/api/v1/challenges/{challenge}/matches")).send().expect(200).body;
    let items = ranking["items"].as_array().unwrap();
    items.iter().find(|item| item["solution"]["id"] == solution).expect("it is a candidate").clone()
}

fn component(place: &Value, name: &str) -> f64 {
    let components = place["components"].as_array().unwrap();
    components.iter().find(|component| component["name"] == name).unwrap()["value"].as_f64().unwrap()
}

#[test]
fn a_town_and_a_vendor_find_each_other() {
    let place = Place::new();
    let service = place.serve();
    let client = service.client();
    let mails = Mailbox::watch(place.var().join("mail"));
    let hokkaido = bureau(&place, &client, "hokkaido");
    let kanto = bureau(&place, &client, "kanto");

    // Both sign up, answer their mail, and are approved by the bureau in charge.
    let town = json!({"kind": "municipality", "name": "岩見沢市", "municipality_code": "012106"});
    let town = signed_up(&client, &mails, "dx@city.iwamizawa.example.jp", town);
    approve_the_waiting(&hokkaido);
    let vendor = json!({
        "kind": "vendor", "name": "雪道計測株式会社", "municipality_code": "011002", "vendor_type": "startup",
    });
    let vendor = signed_up(&client, &mails, "sales@yukimichi.example.com", vendor);
    approve_the_waiting(&hokkaido);
    mails.wait_for("dx@city.iwamizawa.example.jp", "", LIMIT);
    mails.wait_for("sales@yukimichi.example.com", "", LIMIT);

    // A challenge with its budget, and a solution with two deployments.
    let challenge = town.post("/api/v1/challenges").json(&snow_challenge()).send().expect(201).body;
    let challenge = text(&challenge, "/id");
    step(&town, &format!("/api/v1/challenges/{challenge}/submit"));
    step(&hokkaido, &format!("/api/v1/challenges/{challenge}/publish"));
    let solution =
        vendor.post("/api/v1/solutions").json(&snow_solution("雪みち地図")).send().expect(201).body;
    let solution = text(&solution, "/id");
    step(&vendor, &format!("/api/v1/solutions/{solution}/submit"));
    step(&hokkaido, &format!("/api/v1/solutions/{solution}/publish"));
    let deployments = format!("/api/v1/solutions/{solution}/deployments");
    let mut entered = Vec::new();
    for (code, stage) in [("012106", "pilot"), ("011002", "operation")] {
        let deployment = json!({
            "municipality_code": code, "sector": "infrastructure-maintenance/snow-removal",
            "started_on": "2023-11-01", "stage": stage, "outcome": "ongoing",
        });
        entered.push(text(&vendor.post(&deployments).json(&deployment).send().expect(201).body, "/id"));
    }
    let before = place_of(&town, &challenge, &solution);

    // Neither its vendor nor a bureau from elsewhere can verify it; the town named in it can, by mail.
    let document = format!("/api/v1/deployments/{}/document", entered[0]);
    vendor.post(&document).json(&json!({})).send().expect(403);
    let refused = kanto.post(&document).json(&json!({})).send();
    assert!([403, 404].contains(&refused.status.as_u16()), "{}", refused.text());
    let ask = format!("/api/v1/deployments/{}/request-confirmation", entered[0]);
    vendor.post(&ask).json(&json!({})).send().expect(202);
    let question = mails.wait_for("dx@city.iwamizawa.example.jp", "導入実績", LIMIT);
    let answer = json!({"token": question.token(), "answer": "confirm"});
    client.post("/api/v1/deployment-confirmations").json(&answer).send().expect(204);
    let again = client.post("/api/v1/deployment-confirmations").json(&answer).send();
    assert!(again.status.is_client_error(), "a link works once: {}", again.text());

    // The ranking has changed, and says why.
    let after = place_of(&town, &challenge, &solution);
    assert!(component(&after, "evidence") > component(&before, "evidence"), "{before} {after}");
    assert!(after["score"].as_f64().unwrap() > before["score"].as_f64().unwrap());
    assert!(!text(&after, "/reason").is_empty());

    // The bureau introduces them, and both are told.
    let pair = json!({"challenge_id": challenge, "solution_id": solution});
    let matched = text(&hokkaido.post("/api/v1/matches").json(&pair).send().expect(201).body, "/id");
    vendor.get(&format!("/api/v1/matches/{matched}")).send().expect(404);
    step(&hokkaido, &format!("/api/v1/matches/{matched}/approve"));
    step(&hokkaido, &format!("/api/v1/matches/{matched}/introduce"));
    let introduced = vendor.get(&format!("/api/v1/matches/{matched}")).send().expect(200).body;
    assert_eq!(introduced["status"], "introduced");
    let to_town = mails.wait_for("dx@city.iwamizawa.example.jp", "ご紹介します", LIMIT);
    assert!(to_town.text.contains("雪道計測株式会社"), "{}", to_town.text);
    let to_vendor = mails.wait_for("sales@yukimichi.example.com", "ご紹介します", LIMIT);
    assert!(to_vendor.text.contains("岩見沢市"), "{}", to_vendor.text);

    // Everything that was done is in an intact trail.
    assert!(service.terminate().success());
    let verified = place.run(&["audit", "verify", "--json"]);
    let report: Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(report["intact"], true, "{report}");
    assert!(report["events"].as_i64().unwrap() > 15, "{report}");
    assert_eq!(report["waiting"], 0, "{report}");
}
