//! The plain page behind the mailed link.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{declared, in_iwamizawa, mailbox, next, published};
use crate::support::app::{Actor, TestApp};
use crate::support::http::Answer;

struct Asked {
    app: TestApp,
    deployment: String,
    vendor: Actor,
    token: String,
}

fn asked() -> Asked {
    let app = TestApp::start();
    let (solution, vendor, _) = published(&app, "雪みち<b>");
    let deployment = declared(&vendor, &solution, &in_iwamizawa());
    let town = app.municipality("岩見沢市");
    vendor.post(&format!("{deployment}/request-confirmation")).send().expect(202);
    let token = next(&mailbox(&app), &town.email, "導入実績").token().to_owned();
    Asked { app, deployment, vendor, token }
}

impl Asked {
    fn open(&self, more: &str) -> Answer {
        self.app.public().get(&format!("/deployment-confirmation?token={}{more}", self.token)).send()
    }

    fn press(&self, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("token", &self.token).extend_pairs(fields);
        self.app
            .public()
            .post("/deployment-confirmation")
            .body("application/x-www-form-urlencoded", form.finish())
            .send()
    }

    fn shown(&self) -> Value {
        self.vendor.get(&self.deployment).send().expect(200).body
    }
}

#[test]
fn the_page_shows_what_is_asked_and_opening_it_changes_nothing() {
    let asked = asked();
    for _scan in 0..3 {
        asked.open("").expect(200);
    }
    let page = asked.open("").expect(200);
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    for words in
        ["岩見沢市", "雪みち&#60;b&#62;", "2023-11-01", "日報の作成: 40 → 5.5 分/日", "正しいと回答する"]
    {
        assert!(page.text().contains(words), "{words} in {}", page.text());
    }
    assert!(!page.text().contains("<script>"));
    let english = asked.open("&lang=en").expect(200);
    assert!(
        english.text().contains("Yes, it is right") && english.text().contains("Iwamizawa-shi, Hokkaido")
    );
    let shown = asked.shown();
    assert_eq!(
        (&shown["verification"], &shown["confirmation"]["status"]),
        (&json!("declared"), &json!("mailed"))
    );
}

#[test]
fn its_first_button_confirms() {
    let asked = asked();
    let done = asked.press(&[("answer", "confirm")]).expect(200);
    assert!(done.text().contains("回答を受け付けました"), "{}", done.text());
    assert_eq!(asked.shown()["verification"], "confirmed");
    let again = asked.press(&[("answer", "deny")]).expect(410);
    assert!(again.text().contains("このリンクは使えません"), "{}", again.text());
    asked.open("").expect(410);
    assert_eq!(asked.shown()["denied"], false);
}

#[test]
fn its_form_corrects_and_keeps_what_was_typed_when_something_is_wrong() {
    let asked = asked();
    let fields = |started: &'static str| {
        [
            ("answer", "correct"),
            ("sector", "infrastructure-maintenance/snow-removal"),
            ("started_on", started),
            ("ended_on", "2024-03-31"),
            ("stage", "pilot"),
            ("outcome", "completed"),
            ("indicator_0", "日報の作成"),
            ("before_0", "４０"),
            ("after_0", "7"),
            ("unit_0", "分/日"),
            ("indicator_1", ""),
            ("comment", "一行目\r\n二行目"),
        ]
    };
    let refused = asked.press(&fields("2024-04-01")).expect(422);
    assert!(refused.text().contains("終了日: 開始日（2024-04-01）以後"), "{}", refused.text());
    assert!(refused.text().contains("value=\"2024-04-01\""));
    asked.press(&fields("2023-11-15")).expect(200);
    let shown = asked.shown();
    assert_eq!((&shown["verification"], &shown["started_on"]), (&json!("confirmed"), &json!("2023-11-15")));
    assert_eq!(
        shown["results"],
        json!([{"indicator": "日報の作成", "before": 40.0, "after": 7.0, "unit": "分/日"}])
    );
    assert_eq!(shown["confirmation"]["comment"], "一行目\n二行目");
}

#[test]
fn its_last_button_denies() {
    let asked = asked();
    asked.press(&[("answer", "deny"), ("comment", "記録がありません。")]).expect(200);
    assert_eq!(asked.shown()["denied"], true);
}

#[test]
fn a_link_that_does_not_act_says_so_and_what_to_do() {
    let asked = asked();
    let public = asked.app.public();
    for path in ["/deployment-confirmation", "/deployment-confirmation?token=abc"] {
        assert!(public.get(path).send().expect(404).text().contains("もう一度"), "{path}");
    }
    let nothing =
        public.post("/deployment-confirmation").body("application/x-www-form-urlencoded", "").send();
    nothing.expect(404);
    asked.app.advance(TimeDelta::days(31));
    assert!(asked.open("").expect(410).text().contains("期限"));
}
