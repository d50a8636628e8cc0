//! The catalogue, its comparison, and the page of one solution, as people see them.

use serde_json::{Value, json};

use super::{complete, declared, draft, in_iwamizawa, mailbox, next, published};
use crate::support::app::{Actor, PASSWORD, TestApp};
use crate::support::browser::Browser;

/// A browser in which `actor` is signed in.
pub fn signed_in(app: &TestApp, actor: &Actor) -> Browser {
    let browser = Browser::of(app.public());
    browser.sign_in(&actor.email, PASSWORD).expect(303);
    browser
}

/// The path of the page of the solution at `api`.
pub fn page_of(api: &str) -> String {
    api.replace("/api/v1", "")
}

/// Confirms the deployment by the mailed link.
fn confirm(app: &TestApp, vendor: &Actor, deployment: &str) {
    let town = app.municipality("岩見沢市");
    vendor.post(&format!("{deployment}/request-confirmation")).send().expect(202);
    let token = next(&mailbox(app), &town.email, "導入実績").token().to_owned();
    let body = json!({"token": token, "answer": "confirm"});
    app.public().post("/api/v1/deployment-confirmations").json(&body).send().expect(204);
}

fn publish(app: &TestApp, vendor: &Actor, name: &str, changes: Value) -> String {
    let mut body = complete(name);
    for (field, value) in changes.as_object().unwrap() {
        body[field] = value.clone();
    }
    let path = draft(vendor, &body);
    vendor.post(&format!("{path}/submit")).send().expect(200);
    app.operator().post(&format!("{path}/publish")).send().expect(200);
    page_of(&path)
}

#[test]
fn the_catalogue_shows_price_evidence_and_where_it_is_used() {
    let app = TestApp::start();
    let (path, vendor, _) = published(&app, "雪みち<b>");
    confirm(&app, &vendor, &declared(&vendor, &path, &in_iwamizawa()));
    let page = Browser::of(app.public()).open("/solutions").expect(200);
    page.says("雪みち&#60;b&#62;")
        .says("200万円〜600万円")
        .says("自治体確認済み 1件")
        .says("北海道岩見沢市")
        .says("約3か月")
        .says("1</strong>");
    let english = Browser::of(app.public()).open("/solutions?lang=en").expect(200);
    english.says("¥2,000,000 – ¥6,000,000").says("Iwamizawa-shi, Hokkaido").says("Confirmed: 1");
}

#[test]
fn an_unconfirmed_place_is_not_told_to_everyone() {
    let app = TestApp::start();
    let (path, vendor, _) = published(&app, "雪みち");
    declared(&vendor, &path, &in_iwamizawa());
    let public = Browser::of(app.public());
    public.open("/solutions").expect(200).hides("岩見沢市");
    public
        .open(&page_of(&path))
        .expect(200)
        .hides("岩見沢市")
        .says("ほかに、まだ自治体が確認していない実績が1件");
    signed_in(&app, &app.municipality("美唄市")).open(&page_of(&path)).expect(200).says("岩見沢市");
}

#[test]
fn filters_narrow_the_list_and_hits_are_marked() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    publish(&app, &vendor, "除雪ナビ", json!({}));
    publish(
        &app,
        &vendor,
        "渋谷の道具",
        json!({"regions": ["muni:131130"], "tagline": "店", "description": "店"}),
    );
    let browser = Browser::of(app.public());
    browser
        .open("/solutions?q=%E9%99%A4%E9%9B%AA")
        .expect(200)
        .says("<mark>除雪</mark>ナビ")
        .hides("渋谷の道具");
    browser.open("/solutions?prefecture=13").expect(200).says("渋谷の道具").hides("除雪ナビ");
    browser.open("/solutions?price_max=1%E4%B8%87").expect(200).says("条件に合うソリューションはありません");
    browser.open("/solutions?verified=on").expect(200).says("条件に合うソリューションはありません");
    browser.open("/solutions?q=&sector=&price_max=&sort=").expect(200).says("渋谷の道具").says("除雪ナビ");
}

#[test]
fn a_filter_that_cannot_be_read_says_so_beside_its_field() {
    let app = TestApp::start();
    let browser = Browser::of(app.public());
    let page = browser.open("/solutions?price_max=abc&prefecture=13&bureau=kanto").expect(422);
    page.says("href=\"#f-price_max\"").says("value=\"abc\"").says("金額として読み取れません");
}

#[test]
fn a_long_list_goes_on_on_the_next_page_with_the_same_filters() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    for number in 0..21 {
        publish(&app, &vendor, &format!("道具{number:02}番"), json!({}));
    }
    let browser = Browser::of(app.public());
    let first = browser.open("/solutions?maturity=commercial").expect(200).says("道具20番").hides("道具00番");
    let next = first.html.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    assert!(next.contains("maturity=commercial"), "{next}");
    browser.open(&next).expect(200).says("道具00番").hides("道具20番");
}

#[test]
fn up_to_four_are_compared_and_what_is_hidden_stays_hidden() {
    let app = TestApp::start();
    let vendor = app.vendor("道具屋");
    let ids: Vec<String> = (0..5)
        .map(|number| {
            publish(
                &app,
                &vendor,
                &format!("道具{number}"),
                json!({"infrastructure_required": ["mobile-5g"]}),
            )
        })
        .map(|path| path.rsplit('/').next().unwrap().to_owned())
        .collect();
    let hidden = draft(&vendor, &json!({"name": "秘密の下書き"}));
    let hidden = hidden.rsplit('/').next().unwrap();
    let browser = Browser::of(app.public());
    let two = format!("/solutions/compare?id={}&id={}", ids[0], ids[1]);
    browser.open(&two).expect(200).says("道具0").says("道具1").says("200万円〜600万円").says("5G");
    let all: Vec<String> = ids.iter().map(|id| format!("id={id}")).collect();
    browser.open(&format!("/solutions/compare?{}", all.join("&"))).expect(200).says("4つまで").hides("道具4");
    let with_hidden = format!("/solutions/compare?id={}&id={hidden}", ids[0]);
    browser.open(&with_hidden).expect(200).hides("秘密の下書き").says("1件は表示できません");
    browser.open("/solutions/compare").expect(200).says("比べるものが選ばれていません");
    browser.open("/solutions/compare?id=abc").expect(200).says("比べるものが選ばれていません");
}

#[test]
fn a_solution_shows_its_evidence_as_years_as_a_map_and_as_a_table() {
    let app = TestApp::start();
    let (path, vendor, _) = published(&app, "雪みち");
    confirm(&app, &vendor, &declared(&vendor, &path, &in_iwamizawa()));
    let page = Browser::of(app.public()).open(&page_of(&path)).expect(200);
    page.says("<h1 lang=\"ja\">雪みち</h1>")
        .says("evidence-years")
        .says("北海道 1件（うち確認済み1件）")
        .says("<caption>導入実績（新しい順）</caption>")
        .says("日報の作成: 40 → 5.5 分/日")
        .says("除雪車の位置と作業量をその場で集める")
        .hides("審査の記録")
        .hides("/edit");
    let english = Browser::of(app.public()).open(&format!("{}?lang=en", page_of(&path))).expect(200);
    english
        .says("Iwamizawa-shi, Hokkaido")
        .says("Sapporo-shi, Hokkaido")
        .says("since Nov 2023")
        .hides("札幌市");
}

#[test]
fn what_is_not_published_is_there_for_its_vendor_and_its_bureau_only() {
    let app = TestApp::start();
    let vendor = app.vendor_in("雪みち社", "011002");
    let path = page_of(&draft(&vendor, &complete("下書きの道具")));
    Browser::of(app.public()).open(&path).expect(404).hides("下書きの道具");
    signed_in(&app, &app.vendor("よその会社")).open(&path).expect(404);
    signed_in(&app, &app.bureau("kanto")).open(&path).expect(404);
    signed_in(&app, &app.bureau("hokkaido")).open(&path).expect(200).says("下書きの道具");
    signed_in(&app, &vendor).open(&path).expect(200).says("下書き").says("審査に出す");
    Browser::of(app.public()).open("/solutions").expect(200).hides("下書きの道具");
    signed_in(&app, &vendor).open("/solutions").expect(200).hides("下書きの道具");
}

#[test]
fn a_vendor_finds_its_own_by_state_with_the_next_step() {
    let app = TestApp::start();
    let (_, vendor, _) = published(&app, "公開の道具");
    draft(&vendor, &json!({"name": "途中の道具"}));
    let browser = signed_in(&app, &vendor);
    let page = browser.open("/our-solutions").expect(200);
    page.says("公開の道具")
        .says("途中の道具")
        .says("続きを書く")
        .says("合う課題を見る")
        .says("aria-current=\"page\"");
    let town = signed_in(&app, &app.municipality("岩見沢市"));
    town.open("/our-solutions").expect(403);
    let nobody = Browser::of(app.public()).open("/our-solutions").expect(303);
    assert!(nobody.leads_to().unwrap().starts_with("/sign-in?next="));
}
