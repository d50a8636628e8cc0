//! Without an account: a confirmed address, and the ways out.

use chrono::TimeDelta;
use diesel::prelude::*;
use kakehashi::db::schema::{watch_requests, watchers};
use kakehashi::housekeeping;
use serde_json::json;

use super::{CONFIRM, NEWS, WATCHES, ask, extend, followed_by_mail, lines, listed, unread_news};
use crate::matches::{Scene, id};
use crate::support::app::TestApp;
use crate::support::patience::pause;

const WHO: &str = "anybody@example.org";

fn scene() -> Scene {
    Scene::of(&json!({"proposals_due": "2099-01-31"}))
}

fn watching(app: &TestApp) -> i64 {
    let count = app.services().read(|conn| Ok(watchers::table.count().get_result(conn)?));
    app.run(count).unwrap()
}

fn post(app: &TestApp, path: &str, form: &str) -> crate::support::http::Answer {
    app.public().post(path).body("application/x-www-form-urlencoded", form).send()
}

#[test]
fn nothing_runs_before_the_button_behind_the_link_is_pressed() {
    let scene = scene();
    ask(&scene.app, WHO, &json!({"challenge_id": id(&scene.challenge), "frequency": "instant"})).expect(202);
    let mail = scene.app.mail(WHO, CONFIRM);
    assert!(mail.subject.contains("除雪車の位置を住民に見せたい"), "{}", mail.subject);
    let page = format!("/watch-confirmation?token={}", mail.token());
    let opened = scene.app.public().get(&page).send().expect(200);
    assert_eq!(opened.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(watching(&scene.app), 0, "opening changes nothing");
    extend(&scene.town, &scene.challenge, "2099-02-28");
    pause(std::time::Duration::from_secs(4));
    assert!(unread_news(&scene.app).is_empty());
    let form = format!("token={}", mail.token());
    let begun = post(&scene.app, "/watch-confirmation", &form).expect(303);
    assert!(begun.header("location").unwrap().starts_with("/watching?w="));
    assert_eq!(watching(&scene.app), 1);
    post(&scene.app, "/watch-confirmation", &form).expect(410);
    let token = json!({"token": mail.token()});
    scene.app.public().post(&format!("{WATCHES}/confirm")).json(&token).send().expect(422);
}

#[test]
fn the_answer_does_not_tell_whether_an_address_is_known() {
    let scene = scene();
    let wish = json!({"challenge_id": id(&scene.challenge)});
    followed_by_mail(&scene.app, WHO, &wish);
    let answers = [WHO, "stranger@example.org", scene.town.email.as_str()].map(|email| {
        let answer = ask(&scene.app, email, &wish);
        (answer.status, answer.body.to_string())
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[1], answers[2]);
    for email in [WHO, "stranger@example.org", scene.town.email.as_str()] {
        scene.app.mail(email, CONFIRM);
    }
}

#[test]
fn the_watch_of_an_address_with_an_account_becomes_the_accounts() {
    let scene = scene();
    ask(&scene.app, &scene.vendor.email, &json!({"challenge_id": id(&scene.challenge)})).expect(202);
    let token = scene.app.mail(&scene.vendor.email, CONFIRM).token().to_owned();
    scene
        .app
        .public()
        .post(&format!("{WATCHES}/confirm"))
        .json(&json!({ "token": token }))
        .send()
        .expect(204);
    let watches = listed(&scene.vendor);
    assert_eq!(watches.len(), 1);
    assert_eq!(watches[0]["challenge_id"], id(&scene.challenge));
}

#[test]
fn one_click_from_the_mail_ends_everything_and_forgets_the_address() {
    let scene = scene();
    let wish = json!({"challenge_id": id(&scene.challenge), "frequency": "instant"});
    followed_by_mail(&scene.app, WHO, &wish);
    extend(&scene.town, &scene.challenge, "2099-02-28");
    let mail = scene.app.mail(WHO, NEWS);
    let way_out = mail.header("List-Unsubscribe").unwrap().trim_matches(['<', '>']).to_owned();
    assert_eq!(mail.header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    let path = way_out.strip_prefix(scene.app.origin()).unwrap();
    post(&scene.app, path, "List-Unsubscribe=One-Click").expect(200);
    assert_eq!(watching(&scene.app), 0);
    extend(&scene.town, &scene.challenge, "2099-03-31");
    // Left in peace for a day, then welcome again.
    ask(&scene.app, WHO, &wish).expect(202);
    pause(std::time::Duration::from_secs(4));
    let to_it = scene.app.unread_mails().into_iter().filter(|mail| mail.to == [WHO]).count();
    assert_eq!(to_it, 0);
    scene.app.advance(TimeDelta::hours(25));
    followed_by_mail(&scene.app, WHO, &wish);
    assert_eq!(watching(&scene.app), 1);
}

#[test]
fn the_page_of_an_address_changes_and_ends_its_watches() {
    let scene = scene();
    let wish = json!({"challenge_id": id(&scene.challenge), "frequency": "instant"});
    let page = followed_by_mail(&scene.app, WHO, &wish);
    let path = page.split('&').next().unwrap();
    let shown = scene.app.public().get(&page).send().expect(200);
    assert!(shown.text().contains("見守りを始めました"), "{}", shown.text());
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    let (_, rest) =
        shown.text().split_once("name=\"id\" value=\"").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let watch = rest.split('"').next().unwrap().to_owned();
    let change = format!("act=change&id={watch}&version=1&frequency=weekly&name=%E5%86%AC");
    post(&scene.app, path, &change).expect(303);
    let shown = scene.app.public().get(path).send().expect(200).text();
    assert!(shown.contains("<option value=\"weekly\" selected") && shown.contains("value=\"冬\""), "{shown}");
    post(&scene.app, path, &change).expect(412);
    post(&scene.app, path, &format!("act=end&id={watch}")).expect(303);
    assert_eq!(watching(&scene.app), 0);
    scene.app.public().get(path).send().expect(404);
    scene.app.public().get("/watching?w=nonsense").send().expect(404);
}

#[test]
fn one_address_is_sent_five_mails_an_hour_at_most() {
    let scene = scene();
    for _ in 0..7 {
        ask(&scene.app, WHO, &json!({"challenge_id": id(&scene.challenge)})).expect(202);
    }
    for _ in 0..5 {
        scene.app.mail(WHO, CONFIRM);
    }
    pause(std::time::Duration::from_secs(2));
    assert!(scene.app.unread_mails().iter().all(|mail| mail.to != [WHO]));
}

#[test]
fn an_address_that_was_not_confirmed_is_deleted_after_seven_days() {
    let scene = scene();
    ask(&scene.app, WHO, &json!({"challenge_id": id(&scene.challenge)})).expect(202);
    let token = scene.app.mail(WHO, CONFIRM).token().to_owned();
    scene.app.advance(TimeDelta::days(7) + TimeDelta::minutes(1));
    scene.app.run(housekeeping::sweep(scene.app.services())).unwrap();
    let left = scene.app.services().read(|conn| Ok(watch_requests::table.count().get_result::<i64>(conn)?));
    assert_eq!(scene.app.run(left).unwrap(), 0);
    scene.app.public().get(&format!("/watch-confirmation?token={token}")).send().expect(410);
}

#[test]
fn what_not_everybody_may_see_cannot_be_followed_without_an_account() {
    let scene = scene();
    let hidden = scene.another_challenge("登録団体だけの相談", &json!({"visibility": "registered"}));
    ask(&scene.app, WHO, &json!({"challenge_id": id(&hidden)})).expect(404);
    ask(&scene.app, "no address", &json!({"challenge_id": id(&hidden)})).expect(422);
}

#[test]
fn who_signs_up_later_takes_the_watches_along() {
    let scene = scene();
    followed_by_mail(&scene.app, WHO, &json!({"challenge_id": id(&scene.challenge), "frequency": "instant"}));
    let body = json!({
        "email": WHO, "password": "turnip lantern 7 rivers", "name": "山田",
        "organization": {"kind": "vendor", "name": "雪の会社", "municipality_code": "011002", "vendor_type": "startup"},
    });
    scene.app.public().post("/api/v1/auth/sign-up").json(&body).send().expect(202);
    let token = scene.app.mail(WHO, "メールアドレスの確認").token().to_owned();
    let verify = json!({ "token": token });
    scene.app.public().post("/api/v1/auth/verify-email").json(&verify).send().expect(204);
    extend(&scene.town, &scene.challenge, "2099-02-28");
    let mail = scene.app.mail(WHO, NEWS);
    assert_eq!(lines(&mail).len(), 1);
    assert!(mail.text.contains("/watches\n") && !mail.text.contains("/watching?w="), "{}", mail.text);
}
