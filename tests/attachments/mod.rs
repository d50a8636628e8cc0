//! Files beside challenges, solutions and deployments.

use serde_json::json;

use crate::support::app::{Actor, PASSWORD, TestApp};
use crate::support::browser::Browser;
use crate::support::http::Answer;

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n";

/// A form with one file.
pub(crate) fn multipart(name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (field, value) in fields {
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(head.as_bytes());
    }
    let head =
        format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    ("multipart/form-data; boundary=edge".to_owned(), body)
}

fn attach(actor: &Actor, path: &str, name: &str, bytes: &[u8]) -> Answer {
    let (kind, body) = multipart(name, bytes, &[]);
    actor.post(&format!("/api/v1{path}/attachments")).body(&kind, body).send()
}

/// A draft of `actor`, as a path.
fn draft(actor: &Actor) -> String {
    let created =
        actor.post("/api/v1/challenges").json(&json!({ "title": "除雪の担い手" })).send().expect(201);
    format!("/challenges/{}", created.body["id"].as_str().unwrap())
}

fn solution(actor: &Actor) -> String {
    let created = actor.post("/api/v1/solutions").json(&json!({ "name": "ゆきばん" })).send().expect(201);
    format!("/solutions/{}", created.body["id"].as_str().unwrap())
}

#[test]
fn a_file_is_kept_and_comes_back_as_a_download() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let draft = draft(&town);
    let kept = attach(&town, &draft, "仕様書.pdf", PDF).expect(201);
    assert_eq!(kept.body["name"], "仕様書.pdf");
    assert_eq!(kept.body["bytes"], PDF.len());

    let file = town.get(kept.header("location").unwrap()).send().expect(200);
    assert_eq!(file.bytes, PDF);
    assert_eq!(file.header("content-type"), Some("application/pdf"));
    let disposition = file.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename*=UTF-8''%E4%BB%95"), "{disposition}");
    assert!(file.header("content-security-policy").unwrap().contains("sandbox"));

    let list = town.get(&format!("/api/v1{draft}/attachments")).send().expect(200);
    assert_eq!(list.body["items"][0]["sha256"], kept.body["sha256"]);
}

#[test]
fn who_may_not_see_the_thing_may_not_see_its_files() {
    let app = TestApp::start();
    let (town, other) = (app.municipality("岩見沢市"), app.municipality("小樽市"));
    let draft = draft(&town);
    let kept = attach(&town, &draft, "仕様書.pdf", PDF).expect(201);
    let file = kept.header("location").unwrap().to_owned();
    other.get(&file).send().expect(404);
    app.public().get(&file).send().expect(404);
    other.get(&format!("/api/v1{draft}/attachments")).send().expect(404);
    attach(&other, &draft, "仕様書.pdf", PDF).expect(404);
    other.delete(&file).send().expect(404);
    town.delete(&file).send().expect(204);
    town.get(&file).send().expect(404);
}

#[test]
fn a_file_that_is_not_what_it_says_is_refused_and_nothing_is_kept() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let draft = draft(&town);
    for (name, bytes, code) in [
        ("photo.png", PDF, "file_disguised"),
        ("macro.xlsm", PDF, "file_kind"),
        ("page.html", b"<p>".as_slice(), "file_kind"),
        ("empty.pdf", b"", "file_empty"),
    ] {
        let refused = attach(&town, &draft, name, bytes).expect(422);
        assert_eq!(refused.body["errors"][0]["code"], code, "{name}");
        assert_eq!(refused.body["errors"][0]["pointer"], "/file", "{name}");
    }
    let list = town.get(&format!("/api/v1{draft}/attachments")).send().expect(200);
    assert_eq!(list.body["items"], json!([]));
}

#[test]
fn a_file_over_the_limit_is_refused_while_it_arrives() {
    let app = TestApp::start_with(|settings| settings.uploads.max_bytes = 1_048_576);
    let town = app.municipality("岩見沢市");
    let draft = draft(&town);
    let mut large = PDF.to_vec();
    large.resize(1_048_577, b' ');
    let refused = attach(&town, &draft, "large.pdf", &large).expect(422);
    assert_eq!(refused.body["errors"][0]["code"], "file_too_large");
    large.truncate(1_048_576);
    attach(&town, &draft, "large.pdf", &large).expect(201);
}

#[test]
fn there_is_room_for_so_many_files_and_no_more() {
    let app = TestApp::start_with(|settings| settings.uploads.most = 2);
    let vendor = app.vendor("雪国テック");
    let solution = solution(&vendor);
    attach(&vendor, &solution, "a.pdf", PDF).expect(201);
    attach(&vendor, &solution, "b.pdf", PDF).expect(201);
    let refused = attach(&vendor, &solution, "c.pdf", PDF).expect(409);
    assert!(refused.body["detail"].as_str().unwrap().contains("上限"));
}

#[test]
fn a_broken_or_foreign_body_is_refused() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let path = format!("/api/v1{}/attachments", draft(&town));
    town.post(&path).json(&json!({})).send().expect(415);
    let kind = "multipart/form-data; boundary=edge";
    town.post(&path).body(kind, "no parts at all").send().expect(400);
    town.post(&path).body(kind, "--edge\r\nContent-Disposition: form-data; name=\"file\"").send().expect(400);
    let (kind, body) = multipart("", b"", &[("note", "x")]);
    let refused = town.post(&path).body(&kind, body).send().expect(422);
    assert_eq!(refused.body["errors"][0]["code"], "required");
}

#[test]
fn an_upload_sent_twice_with_its_key_is_kept_once() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let draft = draft(&town);
    let send = || {
        let (kind, body) = multipart("仕様書.pdf", PDF, &[]);
        let request = town.post(&format!("/api/v1{draft}/attachments"));
        request.header("idempotency-key", "once").body(&kind, body).send().expect(201)
    };
    assert_eq!(send().body, send().body);
    let list = town.get(&format!("/api/v1{draft}/attachments")).send().expect(200);
    assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
}

#[test]
fn files_that_nothing_names_are_swept_a_day_later_and_others_stay() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let draft = draft(&town);
    let gone = attach(&town, &draft, "a.pdf", PDF).expect(201);
    let kept = attach(&town, &draft, "b.pdf", PDF).expect(201);
    town.delete(gone.header("location").unwrap()).send().expect(204);
    let vault = kakehashi::attachments::Vault::open(&app.folder().join("var/uploads")).unwrap();
    let files = || walk(&app.folder().join("var/uploads"));

    app.run(kakehashi::attachments::sweep(app.services(), &vault)).unwrap();
    assert_eq!(files(), 2);
    app.advance(chrono::TimeDelta::days(2));
    app.run(kakehashi::attachments::sweep(app.services(), &vault)).unwrap();
    assert_eq!(files(), 1);
    app.again(&town).get(kept.header("location").unwrap()).send().expect(200);
}

/// How many files lie below `folder`.
fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}

#[test]
fn a_member_attaches_and_removes_by_the_page() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let path = format!("{}/attachments", draft(&town));
    let browser = Browser::of(app.public());
    browser.sign_in(&town.email, PASSWORD).expect(303);

    browser.open(&path).expect(200).says("添付ファイルはありません");
    let hidden = browser.hidden_of(&path);
    let fields: Vec<(&str, &str)> =
        hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (kind, body) = multipart("報告書.pdf", PDF, &fields);
    let page = browser.send_body(&path, &kind, body.clone()).expect(303);
    let page = browser.follow(&page).expect(200).says("報告書.pdf").says("ファイルを追加しました");
    // The same form sent again keeps one file.
    browser.send_body(&path, &kind, body).expect(303);
    browser.open(&path).expect(200);

    let (kind, bad) = multipart("報告書.png", PDF, &fields);
    browser.send_body(&path, &kind, bad).expect(422).says("名前の末尾（.png）と合っていません");

    let removal = page.html.split("action=\"").filter_map(|rest| rest.split('"').next());
    let removal = removal.filter(|action| action.ends_with("/remove")).collect::<Vec<_>>();
    assert_eq!(removal.len(), 1);
    browser.open(&path);
    browser.send(removal[0], &[]).expect(303);
    browser.open(&path).says("添付ファイルはありません");
}

#[test]
fn an_upload_without_the_token_of_the_page_does_nothing() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let path = format!("{}/attachments", draft(&town));
    let browser = Browser::of(app.public());
    browser.sign_in(&town.email, PASSWORD).expect(303);
    let (kind, body) = multipart("報告書.pdf", PDF, &[]);
    browser.send_body(&path, &kind, body).expect(409);
    browser.open(&path).says("添付ファイルはありません");
}
