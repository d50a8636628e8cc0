//! What of a challenge is shown to whom.

use serde_json::json;

use super::{introduce, open, path, post, show, whole, with};
use crate::support::app::TestApp;

#[test]
fn a_challenge_is_shown_whole_to_its_municipality() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let draft = post(&town, &whole(&app));
    insta::assert_json_snapshot!(draft, {
        ".id" => "[id]", ".organization.id" => "[id]", ".proposals_due" => "[day]",
        ".closes_at" => "[instant]", ".created_at" => "[instant]", ".updated_at" => "[instant]",
    });
}

#[test]
fn the_public_reads_a_band_and_no_person() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &whole(&app));
    let seen = app.public().get(&path(&challenge)).send().expect(200).body;
    insta::assert_json_snapshot!(seen, {
        ".id" => "[id]", ".organization.id" => "[id]", ".proposals_due" => "[day]", ".closes_at" => "[instant]",
        ".created_at" => "[instant]", ".updated_at" => "[instant]", ".submitted_at" => "[instant]",
        ".published_at" => "[instant]",
    });
}

#[test]
fn figures_are_for_approved_organizations_unless_the_municipality_opens_them() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &whole(&app));
    assert_eq!(show(&app.vendor("除雪技研"), &challenge)["budget"]["max"], 12_000_000);
    assert_eq!(show(&app.municipality("札幌市"), &challenge)["budget"]["max"], 12_000_000);
    let mut opened = whole(&app);
    opened["budget"]["figures_public"] = json!(true);
    let opened = open(&town, &bureau, &opened);
    assert_eq!(app.public().get(&path(&opened)).send().expect(200).body["budget"]["max"], 12_000_000);
}

#[test]
fn visibility_decides_who_may_read_an_open_challenge() {
    let app = TestApp::start();
    let (town, bureau, vendor) =
        (app.municipality("岩見沢市"), app.bureau("hokkaido"), app.vendor("除雪技研"));
    let registered = open(&town, &bureau, &with(whole(&app), &json!({"visibility": "registered"})));
    app.public().get(&path(&registered)).send().expect(404);
    vendor.get(&path(&registered)).send().expect(200);
    let invited = open(&town, &bureau, &with(whole(&app), &json!({"visibility": "invited"})));
    vendor.get(&path(&invited)).send().expect(404);
    introduce(&app, &invited, &vendor);
    assert_eq!(show(&vendor, &invited)["contact"]["name"], "山田 花子");
}

#[test]
fn an_anonymous_challenge_names_nobody_until_it_is_introduced() {
    let app = TestApp::start();
    let (town, bureau, vendor) =
        (app.municipality("岩見沢市"), app.bureau("hokkaido"), app.vendor("除雪技研"));
    let body = with(whole(&app), &json!({"anonymous": true, "joint_municipalities": ["011002"]}));
    let challenge = open(&town, &bureau, &body);
    for seen in [app.public().get(&path(&challenge)).send().expect(200), vendor.get(&path(&challenge)).send()]
    {
        for hidden in
            ["岩見沢", "012106", "札幌", "011002", "建設課", "hanako", &town.organization.to_string()]
        {
            assert!(!seen.text().contains(hidden), "{hidden} in {}", seen.text());
        }
        assert_eq!((&seen.body["municipality"], &seen.body["bureau"]), (&json!(null), &json!("hokkaido")));
    }
    assert_eq!(show(&bureau, &challenge)["municipality"]["code"], "012106");
    introduce(&app, &challenge, &vendor);
    let introduced = show(&vendor, &challenge);
    assert_eq!(introduced["municipality"]["name"], "北海道岩見沢市");
    assert_eq!(introduced["contact"]["email"], "hanako@town.example.jp");
}

#[test]
fn a_reader_is_told_the_steps_that_are_theirs() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &whole(&app));
    assert_eq!(show(&town, &challenge)["steps"], json!(["edit", "withdraw", "close", "extend"]));
    assert_eq!(show(&bureau, &challenge)["steps"], json!([]));
    let waiting = post(&town, &whole(&app));
    super::step(&town, &waiting, "submit", &json!({})).expect(200);
    assert_eq!(show(&bureau, &waiting)["steps"], json!(["publish", "return"]));
}
