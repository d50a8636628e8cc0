//! Which challenges take part in a round.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{announced, begun, day, enter, path, pointers, step};
use crate::support::app::{Actor, TestApp};

fn draft(town: &Actor, body: &Value) -> Value {
    town.post("/api/v1/challenges").json(body).send().expect(201).body
}

fn show(town: &Actor, challenge: &Value) -> Value {
    town.get(&format!("/api/v1/challenges/{}", challenge["id"].as_str().unwrap())).send().expect(200).body
}

fn titles(actor: &Actor, round: &Value) -> Vec<String> {
    let list = actor.get(&format!("{}/challenges", path(round))).send().expect(200).body;
    list["items"].as_array().unwrap().iter().map(|card| card["title"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_challenge_takes_part_and_gets_the_deadline_of_the_round() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = announced(&app, &bureau);
    let challenge = draft(&town, &json!({"title": "除雪"}));
    enter(&town, &round, &challenge).expect(204);
    assert_eq!(show(&town, &challenge)["proposals_due"], json!(day(&app, 50)));
    assert_eq!(titles(&town, &round), ["除雪"]);
    assert_eq!(titles(&app.vendor("雪みち工業"), &round), Vec::<String>::new(), "a draft is nobody else's");
    enter(&town, &round, &challenge).expect(409);
}

#[test]
fn a_challenge_can_be_written_into_a_round_from_the_beginning() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = announced(&app, &bureau);
    draft(&town, &json!({"title": "除雪", "round": round["id"]}));
    assert_eq!(titles(&town, &round), ["除雪"]);
    let nowhere = json!({"title": "除雪", "round": "00000000-0000-7000-8000-000000000000"});
    let refused = town.post("/api/v1/challenges").json(&nowhere).send().expect(422);
    assert_eq!(pointers(&refused), [("/round", "no_such_round")]);
}

#[test]
fn its_deadline_stays_within_the_window_of_proposals() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = announced(&app, &bureau);
    let late = draft(&town, &json!({"title": "遅い", "proposals_due": day(&app, 51)}));
    let refused = enter(&town, &round, &late).expect(422);
    assert_eq!(pointers(&refused), [("/proposals_due", "due_outside_round")]);
    let fits = draft(&town, &json!({"title": "合う", "proposals_due": day(&app, 40)}));
    enter(&town, &round, &fits).expect(204);
    let patch = |due: Value| {
        let version = show(&town, &fits)["version"].clone();
        let path = format!("/api/v1/challenges/{}", fits["id"].as_str().unwrap());
        town.patch(&path)
            .header("If-Match", &format!("\"{version}\""))
            .json(&json!({"proposals_due": due}))
            .send()
    };
    for outside in [json!(day(&app, 29)), json!(day(&app, 51)), json!(null)] {
        assert_eq!(pointers(&patch(outside).expect(422)), [("/proposals_due", "due_outside_round")]);
    }
    patch(json!(day(&app, 50))).expect(200);
}

#[test]
fn challenges_are_taken_only_while_their_window_is_open() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let hidden = begun(&app, &bureau);
    let challenge = draft(&town, &json!({"title": "除雪"}));
    enter(&town, &hidden, &challenge).expect(404);
    let round = announced(&app, &bureau);
    app.advance(TimeDelta::days(21));
    let town = app.again(&town);
    let closed = enter(&town, &round, &challenge).expect(409).body;
    assert!(closed["detail"].as_str().unwrap().contains("募集期間"), "{closed}");
}

#[test]
fn only_the_challenges_of_ones_own_in_ones_own_region_take_part() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = announced(&app, &bureau);
    let challenge = draft(&town, &json!({"title": "除雪"}));
    let refused = enter(&app.municipality("函館市"), &round, &challenge).expect(422);
    assert_eq!(pointers(&refused), [("/challenge_id", "no_such_challenge")]);
    enter(&bureau, &round, &challenge).expect(403);
    let far = app.municipality("高松市");
    let elsewhere = draft(&far, &json!({"title": "渇水"}));
    enter(&far, &round, &elsewhere).expect(409);
    assert_eq!(
        pointers(&step(&town, &round, "challenges", &json!({})).expect(422)),
        [("/challenge_id", "required")]
    );
}

#[test]
fn the_bureau_enters_a_challenge_for_a_village_and_puts_it_into_its_round() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = announced(&app, &bureau);
    let body = json!({"title": "代わりに書いた課題", "on_behalf_of": "012106", "round": round["id"]});
    draft(&bureau, &body);
    assert_eq!(titles(&town, &round), ["代わりに書いた課題"]);
}

#[test]
fn a_municipality_takes_its_challenge_out_and_the_bureau_any() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let round = announced(&app, &bureau);
    let challenge = draft(&town, &json!({"title": "除雪", "round": round["id"]}));
    let out = format!("{}/challenges/{}", path(&round), challenge["id"].as_str().unwrap());
    app.municipality("函館市").delete(&out).send().expect(404);
    town.delete(&out).send().expect(204);
    town.delete(&out).send().expect(404);
    enter(&town, &round, &challenge).expect(204);
    app.advance(TimeDelta::days(25));
    app.again(&town).delete(&out).send().expect(409);
    app.again(&bureau).delete(&out).send().expect(204);
}
