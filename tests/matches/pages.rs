//! The pages of matches, as people with a browser meet them.

use serde_json::json;

use super::{Scene, id};
use crate::support::app::{Actor, PASSWORD, TestApp};
use crate::support::browser::Browser;

/// A browser in which `actor` is signed in.
pub fn browser_of(app: &TestApp, actor: &Actor) -> Browser {
    let browser = Browser::of(app.public());
    browser.sign_in(&actor.email, PASSWORD).expect(303);
    browser
}

fn page(path: &str) -> String {
    path.trim_start_matches("/api/v1").to_owned()
}

#[test]
fn the_owner_sees_what_fits_with_the_reasons_and_their_parts() {
    let scene = Scene::new();
    let town = browser_of(&scene.app, &scene.town);
    let ranking = scene.ranking();
    let best = &ranking["items"][0];
    let points = format!("{:.1}", best["score"].as_f64().unwrap() * 100.0);
    town.open(&format!("{}/matches", page(&scene.challenge)))
        .expect(200)
        .says("雪みちナビ")
        .says(&points)
        .says(best["reason"].as_str().unwrap())
        .says("class=\"part part-1\"")
        .says("導入実績はまだありません。")
        .says("初期 200万円〜400万円、年間 50万円〜90万円");
}

#[test]
fn a_newcomer_is_marked_and_the_mark_explained() {
    let scene = Scene::new();
    let town = browser_of(&scene.app, &scene.town);
    town.open(&format!("{}/matches", page(&scene.challenge)))
        .says("新規")
        .says("運用段階の導入実績はまだありませんが");
}

#[test]
fn what_does_not_serve_the_place_says_so() {
    let scene = Scene::new();
    scene.another_solution("南のサービス", &json!({"regions": ["pref:47"]}));
    let town = browser_of(&scene.app, &scene.town);
    town.open(&format!("{}/matches", page(&scene.challenge)))
        .says("対応地域の外")
        .says("この地域は対応地域（沖縄県）に入っていません。");
}

#[test]
fn sliders_change_the_order_by_a_plain_address() {
    let scene = Scene::new();
    scene.another_solution(
        "高い除雪サービス",
        &json!({"price": {"initial_min": 90_000_000, "initial_max": 95_000_000, "yearly_min": 1_000_000, "yearly_max": 2_000_000},
                "lead_months": 0}),
    );
    let town = browser_of(&scene.app, &scene.town);
    let path = format!("{}/matches", page(&scene.challenge));
    let only_budget = town.open(&format!("{path}?weights.budget=100&weights.sector=0&weights.text=0&weights.technology=0&weights.region=0&weights.evidence=0&weights.readiness=0"));
    let shown = only_budget.expect(200).says("重みを変えて並べています").says("value=\"100\"");
    let place = |name: &str| shown.html.find(name).unwrap();
    assert!(place("雪みちナビ") < place("高い除雪サービス"));
    let zeros = "sector text technology region evidence budget readiness"
        .split(' ')
        .map(|name| format!("weights.{name}=0"))
        .collect::<Vec<_>>()
        .join("&");
    town.open(&format!("{path}?{zeros}"))
        .expect(422)
        .says("すべての重みを0にはできません")
        .says("雪みちナビ");
}

#[test]
fn only_its_own_people_and_its_bureau_see_a_ranking() {
    let scene = Scene::new();
    let path = format!("{}/matches", page(&scene.challenge));
    let asked = Browser::of(scene.app.public()).open(&path).expect(303).leads_to().unwrap();
    assert!(asked.starts_with("/sign-in?next="), "{asked}");
    browser_of(&scene.app, &scene.bureau).open(&path).expect(200);
    for stranger in [&scene.vendor, &scene.app.municipality("函館市"), &scene.app.bureau("kinki")] {
        browser_of(&scene.app, stranger).open(&path).expect(403).hides("雪みちナビ");
    }
}

#[test]
fn the_owner_suggests_a_match_from_the_ranking_once_however_often_it_is_sent() {
    let scene = Scene::new();
    let town = browser_of(&scene.app, &scene.town);
    let path = format!("{}/matches", page(&scene.challenge));
    town.open(&path).says("マッチングの候補にする").hides("見送る</button>");
    let pair = [
        ("solution_id", id(&scene.solution)),
        ("act", "suggest"),
        ("note", "雪の日の問い合わせを減らしたい"),
    ];
    let typed = with_token(&town, &path, &pair);
    let made = town.send_bare(&path, &typed).expect(303).leads_to().unwrap();
    assert_eq!(town.send_bare(&path, &typed).expect(303).leads_to().unwrap(), made);
    town.open(&made).expect(200).says("マッチングの候補にしました。").says("雪の日の問い合わせ").says("候補");
    town.open(&path).says("マッチングを開く").hides("マッチングの候補にする");
}

#[test]
fn the_bureau_says_no_from_the_ranking_with_a_reason_that_the_vendor_never_sees() {
    let scene = Scene::new();
    let bureau = browser_of(&scene.app, &scene.bureau);
    let path = format!("{}/matches", page(&scene.challenge));
    bureau.open(&path);
    let pair = [("solution_id", id(&scene.solution)), ("act", "dismiss"), ("reason", "")];
    let refused = bureau.send_bare(&path, &with_token(&bureau, &path, &pair));
    refused.expect(422).says("理由").says("aria-invalid=\"true\"");
    let pair =
        [("solution_id", id(&scene.solution)), ("act", "dismiss"), ("reason", "既に別の方法で解決した")];
    bureau.send_bare(&path, &with_token(&bureau, &path, &pair)).expect(303);
    bureau.open(&path).says("見送り");
    browser_of(&scene.app, &scene.vendor).open("/matches").hides("既に別の方法").hides("雪みちナビ");
}

/// The pairs with the token and the key that the page at `path` holds.
fn with_token<'a>(browser: &Browser, path: &str, pairs: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let html = browser.open(path).html;
    let hidden = |name: &'static str| {
        let rest = html.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
        let value: &'static str = Box::leak(rest.split('"').next()?.to_owned().into_boxed_str());
        Some((name, value))
    };
    [hidden("csrf"), hidden("once")].into_iter().flatten().chain(pairs.iter().copied()).collect()
}

#[test]
fn a_vendor_finds_the_challenges_that_fit_all_its_solutions_best_first() {
    let scene = Scene::new();
    scene.another_solution(
        "見守りサービス",
        &json!({"sectors": ["care-welfare/elderly-watch"], "technologies": ["edge-ai"],
        "description": "高齢者の暮らしをセンサーで見守ります。", "tagline": "離れて暮らす家族を見守る"}),
    );
    scene.another_challenge(
        "独居の高齢者を見守りたい",
        &json!({"sectors": ["care-welfare/elderly-watch"],
        "summary": "離れて暮らす高齢者の見守りが足りない。", "technologies": ["edge-ai"]}),
    );
    let vendor = browser_of(&scene.app, &scene.vendor);
    let shown = vendor.open("/for-you").expect(200);
    let shown =
        shown.says("除雪車の位置を住民に見せたい").says("独居の高齢者を見守りたい").says("300万円〜800万円");
    assert_eq!(shown.html.matches("class=\"ranked-row\"").count(), 2, "each challenge stands there once");
    let only = vendor.open(&format!("/for-you?solution={}", id(&scene.solution))).expect(200);
    only.says("<option value=\"").says("雪みちナビ");
    vendor
        .open(&format!("{}/matches", page(&scene.solution)))
        .expect(200)
        .says("除雪車の位置を住民に見せたい");
}

#[test]
fn a_vendor_sees_no_challenge_that_is_not_for_its_eyes() {
    let scene = Scene::of(&json!({"anonymous": true}));
    scene.another_challenge("招待だけの課題", &json!({"visibility": "invited"}));
    let vendor = browser_of(&scene.app, &scene.vendor);
    let shown =
        vendor.open("/for-you").expect(200).says("除雪車の位置を住民に見せたい").hides("招待だけの課題");
    shown.says("北海道総合通信局管内の自治体（非公開）").hides("岩見沢市");
}

#[test]
fn others_than_vendors_have_no_challenges_for_them() {
    let scene = Scene::new();
    browser_of(&scene.app, &scene.town).open("/for-you").expect(403);
    let asked = Browser::of(scene.app.public()).open("/for-you").expect(303).leads_to().unwrap();
    assert_eq!(asked, "/sign-in?next=%2Ffor-you");
}

#[test]
fn a_match_walks_its_road_by_the_pages() {
    let scene = Scene::new();
    let path = page(&scene.suggested());
    let bureau = browser_of(&scene.app, &scene.bureau);
    let vendor = browser_of(&scene.app, &scene.vendor);
    let town = browser_of(&scene.app, &scene.town);
    vendor.open(&path).expect(404);
    town.open(&path).expect(200).hides("承認する").hides(&scene.vendor.email);
    let step = |browser: &Browser, step: &str, reason: &str| {
        let typed = with_token(browser, &path, &[]);
        let typed: Vec<_> = typed.into_iter().chain([("step", step), ("reason", reason)]).collect();
        browser.send_bare(&path, &typed).expect(303)
    };
    bureau.open(&path).says("承認する").hides("紹介する</button>");
    step(&bureau, "approve", "");
    vendor.open(&path).expect(404);
    step(&bureau, "introduce", "");
    vendor.open(&path).expect(200).says(&scene.town.email).says("紹介済み").hides("審査の記録");
    town.open(&path).says(&scene.vendor.email);
    step(&vendor, "record-meeting", "");
    step(&town, "agree", "");
    town.open(&path).hides("合意する</button>");
    step(&vendor, "agree", "");
    bureau.open(&path).says("合意").says("審査の記録").says("紹介した");
}

#[test]
fn an_end_needs_a_reason_and_what_was_typed_stays() {
    let scene = Scene::new();
    let path = page(&scene.introduced());
    let town = browser_of(&scene.app, &scene.town);
    let typed = with_token(&town, &path, &[("step", "end"), ("reason", ""), ("note", "電話で確かめた")]);
    town.send_bare(&path, &typed).expect(422).says("href=\"#f-reason\"").says("電話で確かめた");
}

#[test]
fn a_step_from_an_old_page_shows_the_new_state_and_keeps_what_was_typed() {
    let scene = Scene::new();
    let path = page(&scene.introduced());
    let town = browser_of(&scene.app, &scene.town);
    let typed =
        with_token(&town, &path, &[("step", "end"), ("version", "1"), ("reason", "予算がつかなかった")]);
    town.send_bare(&path, &typed).expect(412).says("ほかの人が先に変更しました").says("予算がつかなかった");
}

#[test]
fn matches_are_listed_by_state_for_those_they_concern() {
    let scene = Scene::new();
    scene.introduced();
    let bureau = browser_of(&scene.app, &scene.bureau);
    bureau.open("/matches").expect(200).says("雪みちナビ").says("紹介済み（1）");
    bureau.open("/matches?status=suggested").expect(200).says("この状態のマッチングはありません");
    bureau.open("/matches?status=nonsense").expect(422);
    browser_of(&scene.app, &scene.vendor).open("/matches").says("雪みちナビ");
    browser_of(&scene.app, &scene.app.vendor("ほかの会社")).open("/matches").hides("雪みちナビ");
}

#[test]
fn every_page_speaks_english_too() {
    let scene = Scene::new();
    let path = page(&scene.introduced());
    let vendor = browser_of(&scene.app, &scene.vendor);
    vendor.open("/for-you?lang=en").expect(200).says("Challenges for you").says("Iwamizawa");
    vendor.open(&path).says("Contacts").says("Introduced").says("Record the meeting");
    let town = browser_of(&scene.app, &scene.town);
    town.open(&format!("{}/matches?lang=en", page(&scene.challenge)))
        .says("Solutions that fit")
        .says("¥2,000,000")
        .hides("matches.");
}
