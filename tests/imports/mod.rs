//! Challenges and solutions from a spreadsheet.

mod command;
mod pages;

use kakehashi::accounts::Role;
use kakehashi::spreadsheets::{Table, workbook};
use serde_json::{Value, json};

use crate::attachments::multipart;
use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;

const IMPORTS: &str = "/api/v1/imports";

/// Two challenges that nothing is wrong with, under headers in Japanese.
const TWO: &str = "題名,分野,予算の下限,予算の上限,予算の状況,始めたい段階,自治体名を伏せる\n\
    除雪車の位置を知らせたい,除雪・雪害,300万,1200万,確保済み,実証から,いいえ\n\
    漏水を早く見つけたい,infrastructure-maintenance/water-leak,,500万円,secured,pilot,○\n";

fn send(actor: &Actor, query: &str, name: &str, bytes: &[u8]) -> Answer {
    let (kind, body) = multipart(name, bytes, &[]);
    actor.post(&format!("{IMPORTS}?{query}")).body(&kind, body).send()
}

fn rehearse(actor: &Actor, kind: &str, bytes: &[u8]) -> Value {
    send(actor, &format!("kind={kind}"), "課題.csv", bytes).expect(201).body
}

fn accept(actor: &Actor, import: &Value) -> Answer {
    actor.post(&format!("{IMPORTS}/{}/accept", import["id"].as_str().unwrap())).json(&json!({})).send()
}

/// Row, column and rule of every problem.
fn problems(import: &Value) -> Vec<(u64, &str, &str)> {
    let problems = import["problems"].as_array().unwrap().iter();
    let text = |problem: &'_ Value, name: &str| problem[name].as_str().map(str::to_owned);
    problems
        .map(|one| {
            assert!(text(one, "detail").is_some_and(|detail| !detail.contains("invalid.")), "{one}");
            (
                one["row"].as_u64().unwrap(),
                one["column"].as_str().unwrap_or("-"),
                one["code"].as_str().unwrap(),
            )
        })
        .collect()
}

fn titles(actor: &Actor) -> Vec<String> {
    let list = actor.get("/api/v1/challenges?status=draft").send().expect(200).body;
    let mut titles: Vec<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["title"].as_str().unwrap().to_owned())
        .collect();
    titles.sort_unstable();
    titles
}

#[test]
fn a_file_is_tried_first_and_then_becomes_drafts() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    // When it is tried, nothing is made
    let tried = rehearse(&town, "challenges", TWO.as_bytes());
    assert_eq!(
        (&tried["status"], &tried["rows"], &tried["problem_count"]),
        (&json!("rehearsed"), &json!(2), &json!(0))
    );
    assert_eq!(tried["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(titles(&town), Vec::<String>::new());
    // When it is accepted, every row is a draft as the form would have made it
    let accepted = accept(&town, &tried).expect(200).body;
    assert_eq!(accepted["status"], "accepted");
    let made = accepted["made"].as_array().unwrap();
    let first =
        town.get(&format!("/api/v1/challenges/{}", made[0].as_str().unwrap())).send().expect(200).body;
    assert_eq!((&first["title"], &first["status"]), (&json!("除雪車の位置を知らせたい"), &json!("draft")));
    assert_eq!(first["sectors"], json!(["infrastructure-maintenance/snow-removal"]));
    assert_eq!((&first["budget"]["min"], &first["budget"]["max"]), (&json!(3_000_000), &json!(12_000_000)));
    let second =
        town.get(&format!("/api/v1/challenges/{}", made[1].as_str().unwrap())).send().expect(200).body;
    assert_eq!((&second["anonymous"], &second["budget"]["max"]), (&json!(true), &json!(5_000_000)));
    // and the trail says so
    let trail = format!("/api/v1/audit-events?subject={}", tried["id"].as_str().unwrap());
    let events = town.get(&trail).send().expect(200).body;
    let actions: Vec<&str> =
        events["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["import.accept", "import.rehearse"]);
}

#[test]
fn the_same_file_is_accepted_once() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let tried = rehearse(&town, "challenges", TWO.as_bytes());
    let again = rehearse(&town, "challenges", TWO.as_bytes());
    assert_eq!(again["id"], tried["id"], "trying it again is the same import");
    let accepted = send(&town, "kind=challenges&dry_run=0", "課題.csv", TWO.as_bytes()).expect(201).body;
    assert_eq!((&accepted["id"], &accepted["status"]), (&tried["id"], &json!("accepted")));
    for refused in [
        accept(&town, &tried),
        send(&town, "kind=challenges", "別名.csv", TWO.as_bytes()),
        send(&town, "kind=challenges&dry_run=0", "課題.csv", TWO.as_bytes()),
    ] {
        let error = &refused.expect(422).body["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!("/file"), &json!("import_done_before")));
        let first = format!("/imports/{}", tried["id"].as_str().unwrap());
        assert!(error["detail"].as_str().unwrap().contains(&first), "{error}");
    }
    assert_eq!(titles(&town).len(), 2);
    // Another town's file is another matter.
    let other = app.municipality("函館市");
    accept(&other, &rehearse(&other, "challenges", TWO.as_bytes())).expect(200);
}

#[test]
fn a_file_that_was_not_tried_is_not_accepted() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    rehearse(&town, "challenges", TWO.as_bytes());
    let changed = TWO.replace("300万", "400万");
    let refused = send(&town, "kind=challenges&dry_run=0", "課題.csv", changed.as_bytes()).expect(409);
    assert!(refused.body["detail"].as_str().unwrap().contains("dry_run"), "{}", refused.text());
    assert_eq!(titles(&town), Vec::<String>::new());
}

#[test]
fn everything_that_is_wrong_is_named_by_row_and_column_and_nothing_is_made() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let file = "題名,分野,予算の下限,予算の上限,提案の締切,自治体名を伏せる,指標2,指標2の目標の値\n\
        一つ目,除雪・雪害; 雪下ろし,300万,200万,来年,たぶん,,\n\
        ,,,,,,苦情,多い\n\
        三つ目,除雪・雪害,,,2020-01-01,,,\n\
        四つ目,,,,,,,,余り\n";
    let tried = rehearse(&town, "challenges", file.as_bytes());
    let mut found = problems(&tried);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            (2, "B", "unknown_sector"),
            (2, "D", "max_below_min"),
            (2, "E", "not_a_day"),
            (2, "F", "not_yes_or_no"),
            (3, "A", "required"),
            (3, "H", "not_a_measure"),
            (4, "E", "deadline_past"),
            (5, "I", "cell_without_header"),
        ]
    );
    assert_eq!(tried["problems"][0]["header"], "自治体名を伏せる");
    let refused = accept(&town, &tried).expect(422).body;
    assert_eq!(refused["errors"][0]["code"], "import_has_problems");
    assert_eq!(titles(&town), Vec::<String>::new());
}

#[test]
fn headers_that_are_not_known_stop_the_file_before_its_rows() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let tried = rehearse(&town, "challenges", "概要,summary,budget.max,色\nあ,い,う,え\n".as_bytes());
    assert_eq!(
        problems(&tried),
        [(1, "B", "column_twice"), (1, "D", "unknown_column"), (1, "-", "missing_column")]
    );
    let english =
        rehearse(&town, "challenges", b"Title,Budget to,Stage to begin at\nSnow,\"12,000,000\",pilot\n");
    assert_eq!(english["problem_count"], 0);
}

#[test]
fn files_are_read_as_excel_writes_them() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode("題名,予算の上限\n①髙台の㈱除雪,１２００万円\n");
    accept(&town, &rehearse(&town, "challenges", &shift_jis)).expect(200);
    let mut table =
        Table::new("課題", vec!["題名".to_owned(), "予算の上限".to_owned(), "提案の締切".to_owned()]);
    let day = crate::challenges::day(&app, 30).to_string();
    table.row(vec![
        "Excelの除雪".into(),
        kakehashi::spreadsheets::Cell::Number(7_500_000.0),
        day.as_str().into(),
    ]);
    let made = accept(&town, &rehearse(&town, "challenges", &workbook(&[table]).unwrap())).expect(200).body;
    assert_eq!(titles(&town), ["Excelの除雪", "①髙台の㈱除雪"]);
    let challenge = format!("/api/v1/challenges/{}", made["made"][0].as_str().unwrap());
    let challenge = town.get(&challenge).send().expect(200).body;
    assert_eq!((&challenge["budget"]["max"], &challenge["proposals_due"]), (&json!(7_500_000), &json!(day)));
}

#[test]
fn files_that_cannot_be_read_are_refused_with_the_reason() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let many = format!("題名\n{}", "一\n".repeat(1_001));
    for (bytes, code) in [
        (b"".as_slice(), "sheet_empty"),
        (b"PK\x03\x04 but no archive", "sheet_unreadable"),
        (b"a,b\n\xff\xff,\x81", "sheet_encoding"),
        (many.as_bytes(), "sheet_rows"),
        (&[b'a'; 4 * 1_048_576 + 1], "file_too_large"),
    ] {
        let refused = send(&town, "kind=challenges", "課題.csv", bytes).expect(422).body;
        let error = &refused["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!("/file"), &json!(code)));
    }
    send(&town, "kind=people", "課題.csv", TWO.as_bytes()).expect(422);
    send(&town, "", "課題.csv", TWO.as_bytes()).expect(422);
    send(&town, "kind=challenges&dry_run=2", "課題.csv", TWO.as_bytes()).expect(422);
}

#[test]
fn a_bureau_enters_the_challenges_of_its_municipalities_and_of_no_others() {
    let app = TestApp::start();
    let bureau = app.bureau("hokkaido");
    let (town, other) = (app.municipality("岩見沢市"), app.municipality("函館市"));
    app.municipality("仙台市");
    // Excel has taken the zero of the first code away.
    let file = "自治体（コードか名前）,題名\n12106,除雪\n函館市,漏水\n";
    let made = accept(&bureau, &rehearse(&bureau, "challenges", file.as_bytes())).expect(200).body;
    assert_eq!(made["made"].as_array().unwrap().len(), 2);
    assert_eq!((titles(&town), titles(&other)), (vec!["除雪".to_owned()], vec!["漏水".to_owned()]));
    let wrong = "自治体（コードか名前）,題名\n,除雪\n仙台市,漏水\n小樽市,街灯\n府中市,獣害\n";
    let tried = rehearse(&bureau, "challenges", wrong.as_bytes());
    assert_eq!(
        problems(&tried),
        [
            (2, "A", "required"),
            (3, "-", "outside_region"),
            (4, "A", "municipality_without_account"),
            (5, "A", "municipality_name_shared"),
        ]
    );
}

#[test]
fn a_municipality_imports_for_itself_only() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    app.municipality("函館市");
    let file = "自治体（コードか名前）,題名\n岩見沢市,除雪\n,漏水\n函館市,街灯\n";
    let tried = rehearse(&town, "challenges", file.as_bytes());
    assert_eq!(problems(&tried), [(4, "-", "bureaus_only")]);
}

#[test]
fn a_vendor_imports_its_solutions() {
    let app = TestApp::start();
    let vendor = app.vendor("除雪技研");
    let file = "名称,ひとこと,分野,成熟度,提供できる地域,初期費用の下限,初期費用の上限,導入までの月数,セキュリティの取組み\n\
        雪みち見守り,位置を集める,除雪・雪害,商用提供中,北海道総合通信局; 青森県; 岩見沢市,200万,600万,３,encryption; updates\n\
        雪よけ,,,,架空市,,,多い,\n";
    let tried = rehearse(&vendor, "solutions", file.as_bytes());
    assert_eq!(problems(&tried), [(3, "E", "unknown_municipality_name"), (3, "H", "not_a_whole_number")]);
    let first: String = file.lines().take(2).map(|line| format!("{line}\n")).collect();
    let made = accept(&vendor, &rehearse(&vendor, "solutions", first.as_bytes())).expect(200).body;
    let solution = format!("/api/v1/solutions/{}", made["made"][0].as_str().unwrap());
    let solution = vendor.get(&solution).send().expect(200).body;
    assert_eq!(solution["regions"], json!(["bureau:hokkaido", "pref:02", "muni:012106"]));
    assert_eq!((&solution["price"]["initial_max"], &solution["lead_months"]), (&json!(6_000_000), &json!(3)));
    assert_eq!(solution["security"], json!(["encryption", "updates"]));
}

#[test]
fn only_those_who_write_them_import_them_and_nobody_else_sees_the_file() {
    let app = TestApp::start();
    let (town, vendor, bureau) =
        (app.municipality("岩見沢市"), app.vendor("除雪技研"), app.bureau("hokkaido"));
    let viewer = app.colleague(&town, Role::Viewer);
    for (actor, kind) in
        [(&vendor, "challenges"), (&town, "solutions"), (&bureau, "solutions"), (&viewer, "challenges")]
    {
        send(actor, &format!("kind={kind}"), "課題.csv", TWO.as_bytes()).expect(403);
    }
    let (kind, body) = multipart("課題.csv", TWO.as_bytes(), &[]);
    app.public().post(&format!("{IMPORTS}?kind=challenges")).body(&kind, body).send().expect(401);
    let tried = rehearse(&town, "challenges", TWO.as_bytes());
    let path = format!("{IMPORTS}/{}", tried["id"].as_str().unwrap());
    for stranger in [&vendor, &bureau, &app.operator(), &app.municipality("函館市")] {
        stranger.get(&path).send().expect(404);
        accept(stranger, &tried).expect(404);
        assert_eq!(stranger.get(IMPORTS).send().expect(200).body["items"], json!([]));
    }
    viewer.get(&path).send().expect(200);
    accept(&viewer, &tried).expect(403);
    accept(&app.colleague(&town, Role::Editor), &tried).expect(200);
}

#[test]
fn what_has_changed_since_the_trial_stops_the_whole_file() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let file = format!("題名,提案の締切\n除雪,\n漏水,{}\n", crate::challenges::day(&app, 2));
    let tried = rehearse(&town, "challenges", file.as_bytes());
    assert_eq!(tried["problem_count"], 0);
    app.advance(chrono::TimeDelta::days(4));
    let town = app.again(&town);
    accept(&town, &tried).expect(422);
    assert_eq!(titles(&town), Vec::<String>::new(), "all or nothing");
}

#[test]
fn a_template_can_be_imported_as_it_is() {
    let app = TestApp::start();
    let (town, vendor) = (app.municipality("岩見沢市"), app.vendor("除雪技研"));
    for (actor, kind) in [(&town, "challenges"), (&vendor, "solutions")] {
        for ending in ["csv", "xlsx"] {
            for lang in ["ja", "en"] {
                let file = app
                    .public()
                    .get(&format!("/imports/templates/{kind}.{ending}?lang={lang}"))
                    .send()
                    .expect(200);
                assert!(
                    file.header("content-disposition")
                        .unwrap()
                        .contains(&format!("kakehashi-{kind}.{ending}"))
                );
                let tried = send(actor, &format!("kind={kind}"), "ひな形", &file.bytes).expect(201).body;
                assert_eq!(
                    (&tried["rows"], &tried["problems"]),
                    (&json!(1), &json!([])),
                    "{kind} {ending} {lang}"
                );
            }
        }
    }
    app.public().get("/imports/templates/people.csv").send().expect(404);
    app.public().get("/imports/templates/challenges.ods").send().expect(404);
}
