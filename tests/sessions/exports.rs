//! A round as files.

use kakehashi::spreadsheets::Spreadsheet;
use serde_json::json;

use super::Scene;
use crate::support::browser::Browser;

fn path(scene: &Scene, file: &str) -> String {
    format!("/rounds/{}/{file}", scene.round["id"].as_str().unwrap())
}

#[test]
fn a_bureau_saves_its_round_as_a_workbook_and_as_tables() {
    let scene = Scene::published();
    let desk = Browser::signed_in(&scene.app, &scene.bureau.email);
    desk.open(&path(&scene, "sessions")).expect(200).says("round.xlsx").says("challenges.csv");
    let book = desk.open(&path(&scene, "round.xlsx")).expect(200);
    let sheet = Spreadsheet::read(&book.answer.bytes).expect("a workbook");
    assert_eq!(sheet.rows.len(), 2, "the first sheet are its challenges");
    let table = desk.open(&path(&scene, "challenges.csv")).expect(200);
    let table = Spreadsheet::read(&table.answer.bytes).expect("a table");
    assert_eq!(table.header.first().map(String::as_str), Some("題名"));
    let titles: Vec<&str> =
        table.rows.iter().filter_map(|row| row.cells.first()).map(String::as_str).collect();
    assert!(titles.contains(&"除雪車の位置を住民に見せたい"), "{titles:?}");
    let sessions = desk.open(&path(&scene, "sessions.csv")).expect(200);
    assert_eq!(Spreadsheet::read(&sessions.answer.bytes).expect("a table").rows.len(), 4);
}

#[test]
fn others_get_no_tables_and_the_calendar_of_their_own_sessions_only() {
    let scene = Scene::published();
    for party in scene.towns.iter().chain(&scene.vendors) {
        let browser = Browser::signed_in(&scene.app, &party.email);
        for file in ["round.xlsx", "challenges.csv", "sessions.csv"] {
            browser.open(&path(&scene, file)).expect(403);
        }
        let own = party.get("/api/v1/sessions").send().expect(200).body["items"].as_array().unwrap().len();
        let calendar = browser.open(&path(&scene, "sessions.ics")).expect(200);
        assert_eq!(calendar.html.matches("BEGIN:VEVENT").count(), own);
    }
    let desk = Browser::signed_in(&scene.app, &scene.bureau.email);
    let all = desk.open(&path(&scene, "sessions.ics")).expect(200);
    assert_eq!(all.html.matches("BEGIN:VEVENT").count(), 4);
}

#[test]
fn a_challenge_names_its_round() {
    let scene = Scene::new();
    let read = |id: &str| scene.app.public().get(&format!("/api/v1/challenges/{id}")).send().expect(200).body;
    let named = json!({"id": scene.round["id"], "title": scene.round["title"]});
    assert_eq!(read(&scene.challenges[0])["round"], named);
}
