//! An open challenge is amended, never silently edited.

use serde_json::json;

use super::{amend, day, introduce, open, path, pointers, show, step, told, whole};
use crate::support::app::TestApp;

#[test]
fn an_amendment_is_numbered_explained_and_told_to_its_vendors() {
    let app = TestApp::start();
    let (town, bureau, vendor) =
        (app.municipality("岩見沢市"), app.bureau("hokkaido"), app.vendor("除雪技研"));
    let stranger = app.vendor("無関係社");
    let challenge = open(&town, &bureau, &whole(&app));
    introduce(&app, &challenge, &vendor);
    let patch = json!({"title": "除雪車の位置を住民に", "budget": {"max": 15_000_000}});
    let refused = amend(&town, &challenge, &challenge["version"], &patch).expect(422);
    assert_eq!(pointers(&refused), [("/amendment_note", "required")]);
    let mut explained = patch;
    explained["amendment_note"] = json!("予算の上限を増やしました。");
    let amended = amend(&town, &challenge, &challenge["version"], &explained).expect(200).body;
    assert_eq!((&amended["amendment"], &amended["status"]), (&json!(1), &json!("open")));
    assert_eq!(told(&app, &vendor), ["challenge_amended"]);
    assert!(told(&app, &stranger).is_empty());

    let list = format!("{}/amendments", path(&challenge));
    let seen = vendor.get(&list).send().expect(200).body;
    insta::assert_json_snapshot!(seen, { ".items[].amended_at" => "[instant]" });
    let public = app.public().get(&list).send().expect(200).body;
    assert_eq!(public["items"][0]["changes"].as_array().unwrap().len(), 1, "the band stays: {public}");
}

#[test]
fn an_open_challenge_stays_complete() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &whole(&app));
    let emptied =
        json!({"summary": "", "sectors": [], "proposals_due": day(&app, -2), "amendment_note": " "});
    let refused = amend(&town, &challenge, &challenge["version"], &emptied).expect(422);
    assert_eq!(
        pointers(&refused),
        [
            ("/proposals_due", "deadline_past"),
            ("/summary", "required"),
            ("/sectors", "required"),
            ("/amendment_note", "required")
        ]
    );
    assert_eq!(show(&town, &challenge)["amendment"], 0);
}

#[test]
fn a_deadline_is_only_ever_extended_to_a_later_day() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &whole(&app));
    for (due, code) in
        [(json!(null), "required"), (json!(day(&app, 60)), "not_later"), (json!("2月末"), "not_a_date")]
    {
        let refused = step(&town, &challenge, "extend", &json!({"proposals_due": due})).expect(422);
        assert_eq!(pointers(&refused), [("/proposals_due", code)]);
    }
    let extended =
        step(&town, &challenge, "extend", &json!({"proposals_due": day(&app, 90)})).expect(200).body;
    assert_eq!((&extended["proposals_due"], &extended["amendment"]), (&json!(day(&app, 90)), &json!(1)));
    let amendments = town.get(&format!("{}/amendments", path(&challenge))).send().expect(200).body;
    assert_eq!(amendments["items"][0]["changes"][0]["field"], "/proposals_due");
    assert!(told(&app, &town).contains(&"challenge_amended".to_owned()));
}
