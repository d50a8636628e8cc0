//! Writing a challenge: drafts, their fields, and who may.

use kakehashi::accounts::{NewOrganization, OrganizationStatus, Role};
use kakehashi::reference::MunicipalityCode;
use serde_json::json;

use super::{CHALLENGES, amend, day, path, pointers, post, show, step, whole, with};
use crate::support::app::TestApp;

#[test]
fn a_draft_needs_a_title_only_and_is_seen_by_its_people_and_its_bureau() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let answer = town.post(CHALLENGES).json(&json!({"title": "除雪"})).send().expect(201);
    assert_eq!((&answer.body["status"], &answer.body["version"]), (&json!("draft"), &json!(1)));
    assert_eq!(answer.header("location"), Some(path(&answer.body).as_str()));
    assert_eq!(answer.header("etag"), Some("\"1\""));
    let draft = answer.body;
    app.colleague(&town, Role::Viewer).get(&path(&draft)).send().expect(200);
    app.bureau("hokkaido").get(&path(&draft)).send().expect(200);
    app.public().get(&path(&draft)).send().expect(404);
    for stranger in [app.vendor("除雪技研"), app.municipality("札幌市"), app.bureau("kanto")] {
        stranger.get(&path(&draft)).send().expect(404);
        step(&stranger, &draft, "submit", &json!({})).expect(404);
    }
}

#[test]
fn only_members_of_municipalities_who_may_write_begin_one() {
    let app = TestApp::start();
    let draft = json!({"title": "除雪"});
    app.public().post(CHALLENGES).json(&draft).send().expect(401);
    app.vendor("除雪技研").post(CHALLENGES).json(&draft).send().expect(403);
    app.bureau("hokkaido").post(CHALLENGES).json(&draft).send().expect(403);
    let town = app.municipality("岩見沢市");
    app.colleague(&town, Role::Viewer).post(CHALLENGES).json(&draft).send().expect(403);
    app.colleague(&town, Role::Editor).post(CHALLENGES).json(&draft).send().expect(201);
}

#[test]
fn a_municipality_that_waits_for_approval_drafts_but_does_not_submit() {
    let app = TestApp::start();
    let new = NewOrganization::municipality(MunicipalityCode::parse("012106").unwrap());
    let town = app.organization_in(&new, OrganizationStatus::Pending);
    let draft = post(&town, &whole(&app));
    let refused = step(&town, &draft, "submit", &json!({})).expect(403);
    assert!(refused.body["detail"].as_str().unwrap().contains("承認"), "{}", refused.text());
}

#[test]
fn every_wrong_field_is_named_and_nothing_is_kept() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let wrong = json!({
        "title": "長".repeat(101),
        "sectors": ["snow-removal"],
        "budget": {"min": "1200万", "max": -5, "running_per_year": 1.5},
        "proposals_due": day(&app, -1),
        "joint_municipalities": ["011003"],
    });
    let refused = town.post(CHALLENGES).json(&wrong).send().expect(422);
    assert_eq!(
        pointers(&refused),
        [
            ("/title", "too_long"),
            ("/sectors/0", "unknown_sector_suggest"),
            ("/budget/min", "amount_as_text"),
            ("/budget/max", "negative_amount"),
            ("/budget/running_per_year", "not_whole_yen"),
            ("/joint_municipalities/0", "municipality_code_check_digit"),
        ]
    );
    assert!(refused.text().contains("12000000"), "the remedy is said: {}", refused.text());
    let past = json!({"title": "除雪", "proposals_due": day(&app, -1)});
    let refused = town.post(CHALLENGES).json(&past).send().expect(422);
    assert_eq!(pointers(&refused), [("/proposals_due", "deadline_past")]);
    assert_eq!(town.get(&format!("{CHALLENGES}?total=true")).send().expect(200).body["total"], 0);
}

#[test]
fn fields_of_another_shape_or_name_are_refused_with_their_pointer() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    for (body, pointer, code) in [
        (json!({"title": "除雪", "titel": "除雪"}), "/titel", "unknown_field"),
        (json!({"title": 5}), "/title", "wrong_type"),
        (json!({"title": "除雪", "budget": {"maximum": 1}}), "/budget/maximum", "unknown_field"),
        (json!({"title": "除雪", "amendment_note": "訂正"}), "/amendment_note", "not_an_amendment"),
        (
            json!({"title": "除雪", "joint_municipalities": ["012106"]}),
            "/joint_municipalities/0",
            "own_municipality",
        ),
        (json!({"title": "除雪", "budget": {"min": 2, "max": 1}}), "/budget/max", "max_below_min"),
    ] {
        let refused = town.post(CHALLENGES).json(&body).send().expect(422);
        assert_eq!(pointers(&refused), [(pointer, code)], "{body}");
    }
    town.post(CHALLENGES).json(&json!([1, 2])).send().expect(422);
    town.post(CHALLENGES).body("application/json", "{\"title\":").send().expect(400);
    for id in ["42", "0198c0de-0000-7000-8000-000000000001", "%00"] {
        town.get(&format!("{CHALLENGES}/{id}")).send().expect(404);
    }
}

#[test]
fn a_patch_merges_and_needs_the_version_that_was_read() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let draft = post(&town, &whole(&app));
    town.patch(&path(&draft)).json(&json!({"title": "新しい題"})).send().expect(428);
    let patch = json!({"title": "新しい題", "budget": {"max": 20_000_000, "running_per_year": null}});
    let changed = amend(&town, &draft, &draft["version"], &patch).expect(200);
    assert_eq!((&changed.body["version"], changed.header("etag")), (&json!(2), Some("\"2\"")));
    assert_eq!(changed.body["title"], "新しい題");
    assert_eq!(changed.body["budget"]["min"], 3_000_000);
    assert_eq!(changed.body["budget"]["max"], 20_000_000);
    assert!(changed.body["budget"].get("running_per_year").is_none());
    let stale = amend(&town, &draft, &draft["version"], &json!({"title": "別の題"})).expect(412);
    assert_eq!(stale.body["current_version"], 2);
    let refused = amend(&town, &draft, &json!(2), &json!({"title": null})).expect(422);
    assert_eq!(pointers(&refused), [("/title", "required")]);
    let refused = amend(&town, &draft, &json!(2), &json!({"amendment_note": "訂正"})).expect(422);
    assert_eq!(pointers(&refused), [("/amendment_note", "not_an_amendment")]);
    let same = amend(&town, &draft, &json!(2), &json!({"title": "新しい題"})).expect(200);
    assert_eq!(same.body["version"], 2, "what changes nothing writes nothing");
}

#[test]
fn one_of_two_writers_at_once_is_told_that_the_other_was_faster() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let draft = post(&town, &whole(&app));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|number| {
                let (town, draft) = (&town, &draft);
                scope.spawn(move || {
                    amend(town, draft, &json!(1), &json!({"title": format!("題 {number}")})).status.as_u16()
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 3, "{statuses:?}");
    assert_eq!(show(&town, &draft)["version"], 2);
}

#[test]
fn a_key_makes_a_post_happen_once() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let send = |body| town.post(CHALLENGES).header("Idempotency-Key", "k1").json(&body).send();
    let first = send(json!({"title": "除雪"})).expect(201).body;
    assert_eq!(send(json!({"title": "除雪"})).expect(201).body, first);
    send(json!({"title": "別の題"})).expect(422);
    assert_eq!(town.get(&format!("{CHALLENGES}?total=true")).send().expect(200).body["total"], 1);
}

#[test]
fn a_draft_can_be_thrown_away_and_nothing_else_can() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let draft = post(&town, &whole(&app));
    bureau.delete(&path(&draft)).send().expect(403);
    town.delete(&path(&draft)).header("If-Match", "\"9\"").send().expect(412);
    town.delete(&path(&draft)).send().expect(204);
    town.get(&path(&draft)).send().expect(404);
    let submitted = post(&town, &whole(&app));
    step(&town, &submitted, "submit", &json!({})).expect(200);
    let refused = town.delete(&path(&submitted)).send().expect(409);
    assert_eq!(refused.body["legal_steps"], json!(["recall", "publish", "return"]));
}

#[test]
fn a_bureau_enters_one_for_a_village_of_its_region_and_works_on_it() {
    let app = TestApp::start();
    let bureau = app.bureau("hokkaido");
    let village = app.municipality("音威子府村");
    let body = with(whole(&app), &json!({"on_behalf_of": village.organization.to_string()}));
    let draft = post(&bureau, &body);
    assert_eq!(
        (&draft["on_behalf"], &draft["municipality"]["name"]),
        (&json!(true), &json!("北海道音威子府村"))
    );
    step(&bureau, &draft, "submit", &json!({})).expect(200);
    assert_eq!(show(&village, &draft)["status"], "in_review");
    let by_code = with(whole(&app), &json!({"on_behalf_of": "014702"}));
    app.bureau("kanto").post(CHALLENGES).json(&by_code).send().expect(403);
    app.vendor("除雪技研").post(CHALLENGES).json(&by_code).send().expect(403);
    let nobody = with(whole(&app), &json!({"on_behalf_of": "011002"}));
    let refused = bureau.post(CHALLENGES).json(&nobody).send().expect(422);
    assert_eq!(pointers(&refused), [("/on_behalf_of", "municipality_without_account")]);
}
