//! The plain pages behind mailed links.

use serde_json::json;

use super::{NEW_PASSWORD, sign_in, sign_up, town};
use crate::support::app::{PASSWORD, TestApp};
use crate::support::http::Answer;

const TARO: &str = "taro@city.iwamizawa.example.jp";

fn press(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    app.public().post(path).body("application/x-www-form-urlencoded", form.finish()).send()
}

#[test]
fn looking_at_a_verification_page_changes_nothing_and_its_button_acts_once() {
    let app = TestApp::start();
    sign_up(&app, &town(TARO, "012106")).expect(202);
    let token = app.mail(TARO, "メールアドレスの確認").token().to_owned();
    let address = format!("/verify-email?token={token}");
    for _ in 0..2 {
        let page = app.public().get(&address).send().expect(200);
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert!(page.text().contains("岩見沢市"), "{}", page.text());
        assert!(page.text().contains("method=\"post\""), "{}", page.text());
        assert!(!page.text().contains("<script>"), "{}", page.text());
    }
    sign_in(&app, TARO, NEW_PASSWORD).expect(401);
    let done = press(&app, "/verify-email", &[("token", &token)]).expect(200);
    assert!(done.text().contains("承認を待っています"), "{}", done.text());
    sign_in(&app, TARO, NEW_PASSWORD).expect(200);
    let used = press(&app, "/verify-email", &[("token", &token)]).expect(410);
    assert!(used.text().contains("使用済み"), "{}", used.text());
    assert!(app.public().get(&address).send().expect(410).text().contains("使用済み"));
}

#[test]
fn pages_speak_the_readers_language() {
    let app = TestApp::start();
    let english = app.public().get("/verify-email?token=x&lang=en").send().expect(410);
    assert!(english.text().contains("This link does not work"), "{}", english.text());
    let preferred =
        app.public().get("/invitation?token=x").header("Accept-Language", "en").send().expect(410);
    assert!(preferred.text().contains("<html lang=\"en\">"), "{}", preferred.text());
}

#[test]
fn an_invitation_page_asks_for_name_and_password_and_says_what_to_mend() {
    let app = TestApp::start();
    let admin = app.municipality("岩見沢市");
    let invite = json!({ "email": TARO, "role": "editor" });
    let path = format!("/api/v1/organizations/{}/invitations", admin.organization);
    admin.post(&path).json(&invite).send().expect(201);
    let token = app.mail(TARO, "招待").token().to_owned();
    let page = app.public().get(&format!("/invitation?token={token}")).send().expect(200).text();
    assert!(page.contains(TARO) && page.contains("編集者"), "{page}");
    let fields = [("token", token.as_str()), ("name", "<b>花子</b>"), ("password", "short")];
    let again = press(&app, "/invitation", &fields).expect(422).text();
    assert!(again.contains("15文字以上にしてください"), "{again}");
    assert!(!again.contains("<b>花子"), "what was typed is not escaped: {again}");
    assert!(!again.contains("value=\"short\""), "the password is sent back: {again}");
    let fields = [("token", token.as_str()), ("name", "花子"), ("password", NEW_PASSWORD)];
    press(&app, "/invitation", &fields).expect(200);
    sign_in(&app, TARO, NEW_PASSWORD).expect(200);
}

#[test]
fn a_reset_page_sets_the_password() {
    let app = TestApp::start();
    let member = app.municipality("岩見沢市");
    app.public()
        .post("/api/v1/auth/password/forgot")
        .json(&json!({ "email": member.email }))
        .send()
        .expect(202);
    let token = app.mail(&member.email, "再設定").token().to_owned();
    app.public().get(&format!("/password-reset?token={token}")).send().expect(200);
    press(&app, "/password-reset?lang=en", &[("token", &token), ("password", "short")]).expect(422);
    sign_in(&app, &member.email, PASSWORD).expect(200);
    let done = press(&app, "/password-reset?lang=en", &[("token", &token), ("password", NEW_PASSWORD)]);
    assert!(done.expect(200).text().contains("Your password is changed"));
    sign_in(&app, &member.email, NEW_PASSWORD).expect(200);
}
