//! Writing a solution and taking its steps by the pages.

use serde_json::json;

use super::browsing::{page_of, signed_in};
use super::{complete, draft, published};
use crate::support::app::{Actor, TestApp};
use crate::support::browser::{Browser, Page};

/// Everything a submission needs, as it is typed.
const TYPED: &[(&str, &str)] = &[
    ("name", "雪みち見守り"),
    ("tagline", "除雪車の位置を集める"),
    ("description", "山間でも位置を集めます。\r\n日報も作ります。"),
    ("sectors", "infrastructure-maintenance/snow-removal"),
    ("technologies", "lpwa"),
    ("maturity", "commercial"),
    ("regions", "bureau:hokkaido"),
    ("prefectures", "02"),
    ("municipalities", "岩見沢市\r\n131130"),
    ("price.initial_min", "２００万"),
    ("price.initial_max", "6,000,000"),
    ("price.yearly_min", "50万円"),
    ("price.yearly_max", "90万"),
    ("lead_months", "３"),
    ("security", "encryption"),
    ("overseas", "on"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let changed = |name: &str| changes.iter().any(|(known, _)| *known == name);
    let rest = TYPED.iter().copied().filter(|(name, _)| !changed(name));
    rest.chain(changes.iter().copied()).collect()
}

/// Where a form led to: the path of the solution's page.
fn there(page: &Page) -> String {
    page.leads_to().unwrap()
}

fn shown(vendor: &Actor, page: &str) -> serde_json::Value {
    vendor.get(&format!("/api/v1{page}")).send().expect(200).body
}

#[test]
fn a_vendor_writes_a_solution_with_everything_typed_freely() {
    let app = TestApp::start();
    let vendor = app.vendor_in("雪みち社", "011002");
    let browser = signed_in(&app, &vendor);
    browser.open("/solutions/new").expect(200).says("北海道総合通信局");
    let made = browser.send("/solutions/new", TYPED).expect(303);
    browser.follow(&made).expect(200).says("保存しました").says("雪みち見守り");
    let view = shown(&vendor, &there(&made));
    assert_eq!(view["status"], "draft");
    assert_eq!(view["regions"], json!(["bureau:hokkaido", "pref:02", "muni:012106", "muni:131130"]));
    assert_eq!(
        view["price"],
        json!({"initial_min": 2_000_000, "initial_max": 6_000_000, "yearly_min": 500_000, "yearly_max": 900_000, "note": null})
    );
    assert_eq!((&view["lead_months"], &view["overseas"]), (&json!(3), &json!(true)));
}

#[test]
fn a_refused_form_names_everything_at_once_and_keeps_what_was_typed() {
    let app = TestApp::start();
    let browser = signed_in(&app, &app.vendor("道具屋"));
    browser.open("/solutions/new").expect(200);
    let typed = with(&[
        ("name", " "),
        ("price.initial_min", "たくさん"),
        ("lead_months", "99"),
        ("municipalities", "府中市"),
    ]);
    let page = browser.send("/solutions/new", &typed).expect(422);
    page.says("href=\"#f-name\"")
        .says("href=\"#f-price-initial_min\"")
        .says("href=\"#f-lead_months\"")
        .says("東京都府中市、広島県府中市")
        .says("value=\"たくさん\"")
        .says("value=\"除雪車の位置を集める\"")
        .says("value=\"bureau:hokkaido\" checked");
}

#[test]
fn a_form_sent_twice_makes_one_solution() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    let browser = signed_in(&app, &vendor);
    let page = browser.open("/solutions/new").expect(200);
    let first = browser.send("/solutions/new", TYPED).expect(303);
    drop(page);
    let again = browser.send("/solutions/new", TYPED).expect(303);
    assert_eq!(there(&first), there(&again));
}

#[test]
fn only_writers_of_vendors_offer_solutions() {
    let app = TestApp::start();
    signed_in(&app, &app.municipality("岩見沢市")).open("/solutions/new").expect(403);
    let nobody = Browser::of(app.public()).open("/solutions/new").expect(303);
    assert_eq!(there(&nobody), "/sign-in?next=%2Fsolutions%2Fnew");
}

#[test]
fn saving_and_submitting_names_what_is_missing_and_loses_nothing() {
    let app = TestApp::start();
    let vendor = app.vendor_in("雪みち社", "011002");
    let path = page_of(&draft(&vendor, &json!({"name": "途中"})));
    let browser = signed_in(&app, &vendor);
    let edit = format!("{path}/edit");
    browser.open(&edit).expect(200).says("value=\"途中\"");
    let typed = with(&[("name", "途中の道具"), ("tagline", ""), ("maturity", ""), ("then", "submit")]);
    let page = browser.send(&edit, &typed).expect(422);
    page.says("href=\"#f-tagline\"").says("href=\"#f-maturity\"").says("value=\"途中の道具\"");
    assert_eq!(shown(&vendor, &path)["name"], "途中の道具");
    let done = browser.send(&edit, &with(&[("then", "submit")])).expect(303);
    browser.follow(&done).expect(200).says("審査に出しました").says("審査中");
}

#[test]
fn a_colleague_who_saved_first_is_not_overwritten_unseen() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    let api = draft(&vendor, &json!({"name": "はじめ"}));
    let (path, edit) = (page_of(&api), format!("{}/edit", page_of(&api)));
    let browser = signed_in(&app, &vendor);
    browser.open(&edit).expect(200);
    vendor.patch(&api).header("if-match", "\"1\"").json(&json!({"name": "同僚の名前"})).send().expect(200);
    let typed = with(&[("name", "私の名前")]);
    let page = browser.send(&edit, &typed).expect(412);
    page.says("ほかの人が先に保存しました").says("value=\"私の名前\"");
    assert_eq!(shown(&vendor, &path)["name"], "同僚の名前");
    browser.send(&edit, &typed).expect(303);
    assert_eq!(shown(&vendor, &path)["name"], "私の名前");
}

#[test]
fn of_two_who_write_at_once_neither_undoes_what_only_the_other_changed() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    let path = page_of(&draft(&vendor, &json!({"name": "はじめ", "tagline": "一言"})));
    let edit = format!("{path}/edit");
    let (mine, theirs) = (signed_in(&app, &vendor), signed_in(&app, &vendor));
    for browser in [&mine, &theirs] {
        browser.open(&edit).expect(200);
    }
    theirs.send(&edit, &[("name", "はじめ"), ("tagline", "同僚の一言")]).expect(303);
    mine.send(&edit, &[("name", "私の名前"), ("tagline", "一言")]).expect(303);
    let view = shown(&vendor, &path);
    assert_eq!((&view["name"], &view["tagline"]), (&json!("私の名前"), &json!("同僚の一言")));
}

#[test]
fn what_only_a_colleague_changed_is_taken_over_and_where_both_did_the_writer_is_asked() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    let path = page_of(&draft(&vendor, &json!({"name": "はじめ", "regions": ["pref:01"]})));
    let edit = format!("{path}/edit");
    let (mine, theirs) = (signed_in(&app, &vendor), signed_in(&app, &vendor));
    for browser in [&mine, &theirs] {
        browser.open(&edit).expect(200);
    }
    theirs.send(&edit, &[("name", "同僚の名前"), ("municipalities", "岩見沢市")]).expect(303);
    let asked = mine.send(&edit, &[("name", "私の名前"), ("prefectures", "01")]).expect(412);
    asked.says("<td>同僚の名前</td>").says("\n北海道岩見沢市</textarea>").hides("<td>北海道岩見沢市</td>");
    mine.send(&edit, &[("name", "私の名前"), ("municipalities", "岩見沢市")]).expect(303);
    let view = shown(&vendor, &path);
    assert_eq!((&view["name"], &view["regions"]), (&json!("私の名前"), &json!(["muni:012106"])));
}

#[test]
fn a_script_keeps_what_can_be_kept_and_is_told_the_rest() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    let browser = signed_in(&app, &vendor);
    browser.open("/solutions/new").expect(200);
    let typed = with(&[("price.initial_min", "たくさん")]);
    let made = browser.save_on_the_way("/solutions/new", &typed).expect(200);
    let edit = made.body["location"].as_str().expect("an address of its own").to_owned();
    assert_eq!(made.body["unsaved"].as_array().map(Vec::len), Some(1), "{}", made.body);
    let path = edit.trim_end_matches("/edit").to_owned();
    assert_eq!(shown(&vendor, &path)["tagline"], "除雪車の位置を集める");
    // The same page goes on from what it was answered.
    let from = |answer: &serde_json::Value| {
        (answer["version"].to_string(), answer["base"].as_str().unwrap().to_owned())
    };
    let (csrf, (version, base)) = (browser.hidden("csrf"), from(&made.body));
    let keys = [("csrf", csrf.as_str()), ("version", version.as_str()), ("base", base.as_str())];
    let typed = with(&[("tagline", "別の一言"), ("lead_months", "99")]);
    let pairs: Vec<_> = keys.into_iter().chain(typed).collect();
    let kept = browser.save_bare(&edit, &pairs).expect(200).body;
    assert_eq!((&kept["version"], kept["unsaved"].as_array().map(Vec::len)), (&json!(2), Some(1)));
    let view = shown(&vendor, &path);
    assert_eq!((&view["tagline"], &view["lead_months"]), (&json!("別の一言"), &json!(3)));
    assert_eq!(view["price"]["initial_min"], 2_000_000, "what was mended is saved now");
}

#[test]
fn the_bureau_returns_with_a_comment_and_publishes_what_was_mended() {
    let app = TestApp::start();
    let vendor = app.vendor_in("雪みち社", "011002");
    let (bureau, path) = (app.bureau("hokkaido"), page_of(&draft(&vendor, &complete("雪みち"))));
    let (shop, desk) = (signed_in(&app, &vendor), signed_in(&app, &bureau));
    shop.open(&path).expect(200);
    shop.send(&format!("{path}/submit"), &[]).expect(303);
    desk.open(&path).expect(200).says("公開する").says("差し戻す");
    let bare = desk.send(&format!("{path}/return"), &[("comment_return", " ")]).expect(422);
    bare.says("href=\"#f-comment_return\"");
    desk.send(&format!("{path}/return"), &[("comment_return", "写真の説明を足してください。")]).expect(303);
    shop.open(&path).expect(200).says("差戻し").says("写真の説明を足してください。");
    shop.send(&format!("{path}/submit"), &[]).expect(303);
    desk.open(&path).expect(200);
    let done = desk.send(&format!("{path}/publish"), &[("comment_publish", "よく分かります。")]).expect(303);
    desk.follow(&done).expect(200).says("公開しました").says("よく分かります。");
    Browser::of(app.public()).open(&path).expect(200).hides("よく分かります。").hides("写真の説明");
}

#[test]
fn a_step_on_what_changed_meanwhile_shows_it_as_it_is_now() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    let api = draft(&vendor, &complete("雪みち"));
    let path = page_of(&api);
    let browser = signed_in(&app, &vendor);
    browser.open(&path).expect(200);
    vendor.patch(&api).header("if-match", "\"1\"").json(&json!({"name": "新しい名前"})).send().expect(200);
    browser
        .send(&format!("{path}/submit"), &[])
        .expect(412)
        .says("ほかの人が先に変更しました")
        .says("新しい名前");
    browser.send(&format!("{path}/submit"), &[]).expect(303);
}

#[test]
fn a_draft_is_thrown_away_and_a_published_one_is_ended() {
    let app = TestApp::start();
    let (api, vendor, _) = published(&app, "公開の道具");
    let (path, other) = (page_of(&api), page_of(&draft(&vendor, &json!({"name": "途中"}))));
    let browser = signed_in(&app, &vendor);
    browser.open(&other).expect(200).says("下書きを削除する");
    let gone = browser.send(&format!("{other}/delete"), &[]).expect(303);
    browser.follow(&gone).expect(200).says("下書きを削除しました").hides("途中");
    browser.open(&path).expect(200).says("提供を終える").hides("下書きを削除する");
    browser.send(&format!("{path}/archive"), &[]).expect(303);
    Browser::of(app.public()).open(&path).expect(404);
}

#[test]
fn nobody_else_takes_a_step() {
    let app = TestApp::start();
    let (api, ..) = published(&app, "雪みち");
    let path = page_of(&api);
    let other = signed_in(&app, &app.vendor("よその会社"));
    let page = other.open(&path).expect(200);
    page.hides("/archive").hides("/suspend").hides("/edit");
    other.open(&format!("{path}/edit")).expect(403);
    other.open("/").expect(200);
}
