//! What is told, to whom, when and how often.

use chrono::TimeDelta;
use serde_json::json;

use super::{NEWS, extend, follow, followed_by_mail, lines, unread_news};
use crate::matches::{Scene, challenge, id, published, solution};
use crate::support::app::TestApp;
use crate::support::patience::pause;

/// An open challenge with a deadline, and who follows things.
fn scene() -> Scene {
    Scene::of(&json!({"proposals_due": "2099-01-31"}))
}

#[test]
fn a_follower_at_once_hears_of_a_new_deadline_in_a_moment_and_only_once() {
    let scene = scene();
    let challenge = id(&scene.challenge);
    follow(&scene.vendor, &json!({"challenge_id": challenge, "frequency": "instant"}));
    follow(&scene.vendor, &json!({"challenge_search": "q=除雪車", "frequency": "instant"}));
    extend(&scene.town, &scene.challenge, "2099-02-28");
    let mail = scene.app.mail(&scene.vendor.email, NEWS);
    assert_eq!(lines(&mail), ["［締切の変更］除雪車の位置を住民に見せたい（北海道岩見沢市）"]);
    assert!(mail.text.contains(&format!("{}/challenges/{challenge}", scene.app.origin())), "{}", mail.text);
    assert!(mail.html.as_deref().unwrap().contains(&format!("href=\"{}/challenges/", scene.app.origin())));
    assert!(mail.header("List-Unsubscribe").is_some());
    extend(&scene.town, &scene.challenge, "2099-03-31");
    let again = scene.app.mail(&scene.vendor.email, NEWS);
    assert_eq!(lines(&again).len(), 1, "{}", again.text);
    assert!(unread_news(&scene.app).is_empty());
}

#[test]
fn daily_news_of_all_watches_come_together_at_eight_newest_first_and_each_line_once() {
    let scene = scene();
    follow(&scene.vendor, &json!({"challenge_id": id(&scene.challenge)}));
    follow(&scene.vendor, &json!({"challenge_search": "q=雪", "frequency": "weekly"}));
    follow(&scene.vendor, &json!({"solution_search": "sector=infrastructure-maintenance"}));
    extend(&scene.town, &scene.challenge, "2099-02-28");
    scene.another_challenge("雪の通学路を守りたい", &json!({}));
    scene.another_solution("雪かき見守り", &json!({}));
    pause(std::time::Duration::from_secs(5));
    assert!(unread_news(&scene.app).is_empty(), "not before eight");
    scene.app.advance(TimeDelta::days(1));
    let mail = scene.app.mail(&scene.vendor.email, NEWS);
    let said = lines(&mail);
    // The weekly search may be due as well when the next day is a Monday; the order is the same.
    assert_eq!(said.first(), Some(&"［新しいソリューション］雪かき見守り（雪みち工業）"), "{said:?}");
    assert_eq!(
        said.last(),
        Some(&"［締切の変更］除雪車の位置を住民に見せたい（北海道岩見沢市）"),
        "{said:?}"
    );
    scene.app.advance(TimeDelta::days(7));
    let rest: Vec<String> = {
        pause(std::time::Duration::from_secs(5));
        unread_news(&scene.app).iter().flat_map(|mail| lines(mail)).map(str::to_owned).collect()
    };
    let all: Vec<&str> = said.iter().copied().chain(rest.iter().map(String::as_str)).collect();
    let new = "［募集開始］雪の通学路を守りたい（北海道岩見沢市）";
    assert_eq!(all.iter().filter(|line| **line == new).count(), 1, "{all:?}");
    assert_eq!(all.len(), 3, "nothing is told twice: {all:?}");
}

#[test]
fn a_saved_search_tells_of_what_is_published_into_it_and_of_nothing_else() {
    let scene = scene();
    follow(&scene.vendor, &json!({"challenge_search": "prefecture=01&q=除雪車", "frequency": "instant"}));
    let (other, kanto) = (scene.app.municipality("渋谷区"), scene.app.bureau("kanto"));
    published(&other, &kanto, "challenges", &challenge("除雪車を借りたい", &json!({})));
    scene.another_challenge("除雪車の燃料を減らしたい", &json!({}));
    let mail = scene.app.mail(&scene.vendor.email, NEWS);
    assert_eq!(lines(&mail), ["［募集開始］除雪車の燃料を減らしたい（北海道岩見沢市）"]);
}

#[test]
fn what_only_registered_organizations_may_see_is_never_told_to_an_address_without_an_account() {
    let scene = scene();
    let search = json!({"challenge_search": "prefecture=01", "frequency": "instant"});
    followed_by_mail(&scene.app, "anybody@example.org", &search);
    follow(&scene.vendor, &search);
    scene.another_challenge("登録団体だけの相談", &json!({"visibility": "registered"}));
    let mail = scene.app.mail(&scene.vendor.email, NEWS);
    assert!(mail.text.contains("登録団体だけの相談"), "{}", mail.text);
    scene.another_challenge("だれでも見られる相談", &json!({}));
    let open = scene.app.mail("anybody@example.org", NEWS);
    assert_eq!(lines(&open), ["［募集開始］だれでも見られる相談（北海道岩見沢市）"]);
}

#[test]
fn what_was_withdrawn_before_the_mail_is_not_told() {
    let scene = scene();
    follow(&scene.vendor, &json!({"challenge_search": "prefecture=01"}));
    let gone = scene.another_challenge("取り下げる相談", &json!({}));
    let stays = scene.another_challenge("残る相談", &json!({}));
    scene
        .town
        .post(&format!("{gone}/withdraw"))
        .json(&json!({"reason": "予算がなくなった"}))
        .send()
        .expect(200);
    pause(std::time::Duration::from_secs(4));
    scene.app.advance(TimeDelta::days(1));
    let mail = scene.app.mail(&scene.vendor.email, NEWS);
    assert_eq!(lines(&mail), ["［募集開始］残る相談（北海道岩見沢市）"], "{stays}");
}

#[test]
fn a_publication_that_is_taken_back_is_told_to_nobody() {
    let app = TestApp::start_with(|settings| settings.moderation.undo_seconds = 30);
    let (vendor, town) = (app.vendor_in("雪みち工業", "011002"), app.municipality("岩見沢市"));
    let bureau = app.bureau("hokkaido");
    follow(&vendor, &json!({"challenge_search": "", "frequency": "instant"}));
    let created =
        town.post("/api/v1/challenges").json(&challenge("早まった公開", &json!({}))).send().expect(201);
    let path = created.header("location").unwrap().to_owned();
    town.post(&format!("{path}/submit")).send().expect(200);
    let body = json!({"decision": "accept", "items": [{"kind": "challenge", "id": id(&path)}]});
    let acted = bureau.post("/api/v1/moderation/acts").json(&body).send();
    let acts = acted.body.to_string();
    assert!(acted.status.as_u16() < 300, "{acts}");
    let batch = acted.body["id"].as_str().unwrap_or_else(|| panic!("{acts}"));
    bureau.post(&format!("/api/v1/moderation/acts/{batch}/undo")).send().expect(200);
    app.advance(TimeDelta::minutes(2));
    published(&town, &bureau, "challenges", &challenge("本当の公開", &json!({})));
    let mail = app.mail(&vendor.email, NEWS);
    assert_eq!(lines(&mail), ["［募集開始］本当の公開（北海道岩見沢市）"]);
}

#[test]
fn followers_of_a_challenge_hear_of_public_answers_and_of_its_end() {
    let scene = scene();
    followed_by_mail(
        &scene.app,
        "anybody@example.org",
        &json!({"challenge_id": id(&scene.challenge), "frequency": "instant"}),
    );
    let questions = format!("{}/questions", scene.challenge);
    let asked = |body: &str| {
        let answer = scene.vendor.post(&questions).json(&json!({ "body": body })).send().expect(201);
        answer.body["id"].as_str().unwrap().to_owned()
    };
    let answer = |question: &str, audience: &str| {
        let body = json!({"answer": "12台です。", "audience": audience});
        scene.town.post(&format!("/api/v1/questions/{question}/answer")).json(&body).send().expect(200);
    };
    answer(&asked("除雪車は何台ですか。"), "registered");
    answer(&asked("車庫はどこですか。"), "public");
    let mail = scene.app.mail("anybody@example.org", NEWS);
    assert_eq!(lines(&mail), ["［質問への回答］除雪車の位置を住民に見せたい（北海道岩見沢市）"]);
    scene.town.post(&format!("{}/close", scene.challenge)).json(&json!({})).send().expect(200);
    let mail = scene.app.mail("anybody@example.org", NEWS);
    assert_eq!(lines(&mail), ["［募集終了］除雪車の位置を住民に見せたい（北海道岩見沢市）"]);
}

#[test]
fn a_follower_of_a_solution_hears_that_it_changed_once_a_day() {
    let scene = scene();
    follow(&scene.town, &json!({"solution_id": id(&scene.solution), "frequency": "instant"}));
    for months in [4, 5] {
        let etag = scene.vendor.get(&scene.solution).send().header("etag").unwrap().to_owned();
        let patch = json!({ "lead_months": months });
        scene.vendor.patch(&scene.solution).header("If-Match", &etag).json(&patch).send().expect(200);
    }
    let mail = scene.app.mail(&scene.town.email, NEWS);
    assert_eq!(lines(&mail), ["［内容の変更］雪みちナビ（雪みち工業）"]);
    published(&scene.vendor, &scene.bureau, "solutions", &solution("別の製品", &json!({})));
    pause(std::time::Duration::from_secs(4));
    assert!(unread_news(&scene.app).is_empty());
}
