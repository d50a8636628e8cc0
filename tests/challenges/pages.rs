//! The pages of challenges: reading, writing in steps, submitting, moderating; and what others must not see.

use serde_json::json;

use super::{CHALLENGES, open, post, step, whole, with};
use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;

/// A browser in which the member with `email` is signed in.
fn signed_in(app: &TestApp, email: &str) -> Browser {
    let browser = Browser::of(app.public());
    browser.sign_in(email, PASSWORD).expect(303);
    browser
}

const NEED: [(&str, &str); 4] = [
    ("title", "吹雪の夜、除雪車の位置が分からない"),
    ("summary", "住民から冬に300件の問い合わせがある。"),
    ("background", "雪かきの担い手が減った。"),
    ("current_state", "職員が無線と紙で把握している。"),
];

/// Begins a draft by the form and answers the path of its form.
fn begun(browser: &Browser) -> String {
    browser.open("/challenges/new").expect(200);
    let typed: Vec<_> = NEED.into_iter().chain([("go", "next")]).collect();
    let page = browser.send("/challenges", &typed).expect(303);
    let path = page.leads_to().expect("a path");
    path.split('?').next().unwrap_or_default().to_owned()
}

/// The first step with `changes`, as a browser sends it.
fn need_with<'t>(changes: &[(&'static str, &'t str)]) -> Vec<(&'static str, &'t str)> {
    let changed = |(name, text)| match changes.iter().find(|(one, _)| *one == name) {
        Some(change) => *change,
        None => (name, text),
    };
    NEED.into_iter().map(changed).chain([("go", "save")]).collect()
}

fn id_of(edit: &str) -> String {
    edit.split('/').nth(2).unwrap_or_default().to_owned()
}

#[test]
fn a_town_writes_a_challenge_in_steps_and_the_bureau_publishes_it() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let browser = signed_in(&app, &town.email);
    let edit = begun(&browser);

    browser.open(&format!("{edit}?step=2")).expect(200).says("目指す姿");
    let goal = [
        ("desired_state", "住民が朝6時に除雪の予定を見られる。"),
        ("outcomes.0.indicator", "問い合わせ"),
        ("outcomes.0.baseline", "300"),
        ("outcomes.0.target", "100"),
        ("go", "next"),
    ];
    assert_eq!(browser.send(&edit, &goal).expect(303).leads_to(), Some(format!("{edit}?step=3")));
    browser.open(&format!("{edit}?step=3")).expect(200);
    let place =
        [("sectors", "infrastructure-maintenance/snow-removal"), ("entry_stage", "pilot"), ("go", "next")];
    browser.send(&edit, &place).expect(303);
    browser.open(&format!("{edit}?step=4")).expect(200);
    let money = [
        ("budget.status", "secured"),
        ("budget.max", "１，２００万"),
        ("budget.fiscal_year", "令和9年度"),
        ("contract_route", "trial_order"),
        ("visibility", "public"),
        ("go", "next"),
    ];
    browser.send(&edit, &money).expect(303);
    browser.open(&format!("{edit}?step=5")).expect(200).says("1,200万円").says("提出できます");
    let challenge = format!("/challenges/{}", id_of(&edit));
    let sent = browser.send(&format!("{challenge}/submit"), &[]).expect(303);
    browser.follow(&sent).expect(200).says("審査中").says("提出しました");

    let desk = signed_in(&app, &bureau.email);
    desk.open(&challenge).expect(200).says("300").says("1,200万円");
    desk.send(&format!("{challenge}/publish"), &[("publish.comment", "分かりやすい課題です。")]).expect(303);
    Browser::of(app.public())
        .open(&challenge)
        .expect(200)
        .says("募集中")
        .says("1,000万円超〜3,000万円")
        .hides("1,200万円");
    browser.open(&challenge).expect(200).says("分かりやすい課題です。");
}

#[test]
fn a_submit_before_everything_is_said_names_all_that_is_missing_with_links() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = signed_in(&app, &town.email);
    let edit = begun(&browser);
    let page = browser.open(&format!("{edit}?step=5")).expect(200);
    for field in ["desired_state", "sectors", "entry_stage", "budget-status", "contract_route"] {
        assert!(page.html.contains(&format!("#f-{field}\"")), "{field}: {}", page.html);
    }
    page.says("step=2#f-desired_state").says("step=4#f-contract_route");
}

#[test]
fn what_was_typed_survives_a_refusal() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = signed_in(&app, &town.email);
    let edit = begun(&browser);
    browser.open(&format!("{edit}?step=4")).expect(200);
    browser
        .send(&edit, &[("budget.max", "たくさん"), ("budget.programs", "デジタル補助"), ("go", "next")])
        .expect(422)
        .says("value=\"たくさん\"")
        .says("デジタル補助")
        .says("#f-budget-max");
    browser.open("/challenges/new").expect(200);
    browser
        .send("/challenges", &[("title", ""), ("summary", "題名のない概要")])
        .expect(422)
        .says("題名のない概要");
}

#[test]
fn a_faster_colleague_is_shown_beside_what_was_typed() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let (mine, theirs) = (signed_in(&app, &town.email), signed_in(&app, &town.email));
    let edit = begun(&mine);
    mine.open(&format!("{edit}?step=1")).expect(200);
    theirs.open(&format!("{edit}?step=1")).expect(200);
    theirs.send(&edit, &[("title", "同僚の題名"), ("go", "save")]).expect(303);
    mine.send(&edit, &[("title", "私の題名"), ("go", "save")])
        .expect(412)
        .says("同僚の題名")
        .says("value=\"私の題名\"");
    mine.send(&edit, &[("title", "私の題名"), ("go", "save")]).expect(303);
    mine.open(&format!("{edit}?step=1")).expect(200).says("value=\"私の題名\"");
}

#[test]
fn a_script_saves_and_is_answered_in_json() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = signed_in(&app, &town.email);
    let edit = begun(&browser);
    browser.open(&format!("{edit}?step=1")).expect(200);
    let send = |version: &str, title: &str| {
        let csrf = browser.hidden("csrf");
        let pairs = [("csrf", csrf.as_str()), ("at", "1"), ("version", version), ("title", title)];
        browser.save_bare(&edit, &pairs)
    };
    let saved = send("1", "自動保存").expect(200);
    assert_eq!(saved.body["version"], 2);
    assert!(saved.body["base"].as_str().unwrap().contains("title:"), "{}", saved.body);
    assert_eq!(send("1", "自動保存").expect(200).body["version"], 2, "what stands so already is saved");
    assert_eq!(send("1", "別の題名").status.as_u16(), 412);
}

#[test]
fn one_field_that_cannot_be_read_does_not_keep_a_script_from_saving_the_others() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = signed_in(&app, &town.email);
    let edit = begun(&browser);
    browser.open(&format!("{edit}?step=4")).expect(200);
    let typed = [("budget.max", "たくさん"), ("contact.department", "企画課"), ("proposals_due", "いつか")];
    let kept = browser.save_on_the_way(&edit, &typed).expect(200).body;
    let unsaved = kept["unsaved"].as_array().expect("what is not saved");
    assert_eq!(unsaved.len(), 2, "{kept}");
    browser.open(&format!("{edit}?step=4")).expect(200).says("value=\"企画課\"").hides("たくさん");
}

#[test]
fn of_two_who_write_at_once_neither_undoes_what_only_the_other_changed() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let (mine, theirs) = (signed_in(&app, &town.email), signed_in(&app, &town.email));
    let edit = begun(&mine);
    for browser in [&mine, &theirs] {
        browser.open(&format!("{edit}?step=1")).expect(200);
    }
    theirs.send(&edit, &need_with(&[("summary", "同僚の概要")])).expect(303);
    mine.send(&edit, &need_with(&[("background", "私の背景")])).expect(303);
    mine.open(&format!("{edit}?step=1")).expect(200).says("同僚の概要").says("私の背景");
}

#[test]
fn where_both_changed_a_field_the_others_are_taken_over_and_only_that_one_is_asked() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let (mine, theirs) = (signed_in(&app, &town.email), signed_in(&app, &town.email));
    let edit = begun(&mine);
    for browser in [&mine, &theirs] {
        browser.open(&format!("{edit}?step=1")).expect(200);
    }
    theirs.send(&edit, &need_with(&[("title", "同僚の題名"), ("summary", "同僚の概要")])).expect(303);
    let asked = mine.send(&edit, &need_with(&[("title", "私の題名")])).expect(412);
    assert_eq!(asked.html.matches("同僚の概要").count(), 1, "in its field, and not among what collides");
    mine.send(&edit, &need_with(&[("title", "私の題名"), ("summary", "同僚の概要")])).expect(303);
    mine.open(&format!("{edit}?step=1")).expect(200).says("value=\"私の題名\"").says("同僚の概要");
}

#[test]
fn whoever_goes_back_to_a_form_whose_time_is_over_finds_the_challenge() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let made = town.post(CHALLENGES).json(&whole(&app)).send().expect(201);
    let challenge = format!("/challenges/{}", made.body["id"].as_str().unwrap());
    town.post(&format!("/api/v1{challenge}/submit")).json(&json!({})).send().expect(200);
    let browser = signed_in(&app, &town.email);
    let back = browser.open(&format!("{challenge}/edit")).expect(303);
    assert_eq!(back.leads_to().as_deref(), Some(challenge.as_str()));
    browser.follow(&back).expect(200).says("いまの状態では書き直せません");
}

#[test]
fn the_market_answers_before_anything_is_saved() {
    let app = TestApp::start();
    let town = app.municipality("岩見沢市");
    let browser = signed_in(&app, &town.email);
    browser.open("/challenges/new").expect(200);
    let typed = [("title", "除雪車の位置"), ("summary", "除雪の進み具合"), ("fragment", "on")];
    let forms = browser.open("/challenges/new");
    let csrf = forms
        .html
        .split("name=\"csrf\" value=\"")
        .nth(2)
        .or(forms.html.split("name=\"csrf\" value=\"").nth(1));
    let csrf = csrf.and_then(|rest| rest.split('"').next()).expect("a token");
    let pairs: Vec<_> = typed.into_iter().chain([("csrf", csrf), ("at", "1")]).collect();
    browser.send_bare("/challenges/preview", &pairs).expect(200).says("prospect-title").hides("<html");
    // Without a script the same button shows the whole form again, with everything that was typed.
    let pairs: Vec<_> = pairs.into_iter().filter(|(name, _)| *name != "fragment").collect();
    browser.send_bare("/challenges/preview", &pairs).expect(200).says("<html").says("value=\"除雪車の位置\"");
}

#[test]
fn others_see_nothing_of_a_draft() {
    let app = TestApp::start();
    let (town, other, vendor) =
        (app.municipality("岩見沢市"), app.municipality("函館市"), app.vendor("雪国テック"));
    let edit = begun(&signed_in(&app, &town.email));
    let challenge = format!("/challenges/{}", id_of(&edit));
    for email in [&other.email, &vendor.email] {
        let browser = signed_in(&app, email);
        for path in [&challenge, &edit, &format!("{challenge}/amendments")] {
            browser.open(path).expect(404).hides("除雪車");
        }
        browser.open("/challenges?status=any").expect(200).hides("除雪車");
    }
    let nobody = Browser::of(app.public());
    nobody.open(&challenge).expect(404);
    nobody.open("/challenges/new").expect(303);
    nobody.open("/our-challenges").expect(303);
    signed_in(&app, &vendor.email).open("/challenges/new").expect(403);
    signed_in(&app, &vendor.email).open("/our-challenges").expect(403);
}

#[test]
fn a_bureau_returns_with_a_comment_and_the_town_reads_it() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let draft = post(&town, &whole(&app));
    step(&town, &draft, "submit", &json!({})).expect(200);
    let challenge = format!("/challenges/{}", draft["id"].as_str().unwrap_or_default());
    let desk = signed_in(&app, &bureau.email);
    desk.open(&challenge).expect(200);
    desk.send(&format!("{challenge}/return"), &[]).expect(422).says("f-return-comment");
    desk.send(&format!("{challenge}/return"), &[("return.comment", "回数を書いてください。")]).expect(303);
    let browser = signed_in(&app, &town.email);
    browser.open(&challenge).expect(200).says("差戻し").says("回数を書いてください。");
    browser.open("/our-challenges").expect(200).says("差戻し");
    browser.open("/").expect(200).says("コメントを読んで直します");
}

#[test]
fn an_amendment_is_explained_and_shown_field_by_field() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    let challenge = open(&town, &bureau, &whole(&app));
    let path = format!("/challenges/{}", challenge["id"].as_str().unwrap_or_default());
    let browser = signed_in(&app, &town.email);
    let edit = format!("{path}/edit");
    let typed = |page: &str| {
        // Everything that the form shows is sent again, as a browser does; one field is changed.
        let mut pairs =
            vec![("title", "訂正した題名"), ("visibility", "public"), ("contract_route", "trial_order")];
        pairs.extend([
            ("summary", "概要"),
            ("background", "背景"),
            ("current_state", "現状"),
            ("desired_state", "姿"),
        ]);
        pairs.extend([("sectors", "infrastructure-maintenance/snow-removal"), ("entry_stage", "pilot")]);
        pairs.extend([("budget.status", "secured"), ("budget.max", "1500万"), ("budget.fiscal_year", "R9")]);
        assert!(page.contains("訂正"), "{page}");
        pairs
    };
    let pairs = typed(&browser.open(&edit).expect(200).html);
    browser.send(&edit, &pairs).expect(422).says("f-amendment_note").says("value=\"訂正した題名\"");
    let explained: Vec<_> = pairs.into_iter().chain([("amendment_note", "予算が増えたため")]).collect();
    let sent = browser.send(&edit, &explained).expect(303);
    browser.follow(&sent).expect(200).says("訂正した題名");
    browser
        .open(&format!("{path}/amendments"))
        .expect(200)
        .says("予算が増えたため")
        .says("1,200万円")
        .says("1,500万円");
    Browser::of(app.public()).open(&format!("{path}/amendments")).expect(200).hides("1,500万円");
}

#[test]
fn filters_are_an_address_and_wrong_ones_are_named() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    open(&town, &bureau, &with(whole(&app), &json!({"title": "除雪の見える化"})));
    let nobody = Browser::of(app.public());
    nobody.open("/challenges?q=%E9%99%A4%E9%9B%AA").expect(200).says("<mark>除雪</mark>");
    nobody.open("/challenges?prefecture=01").expect(200).says("除雪の見える化");
    nobody
        .open("/challenges?prefecture=13")
        .expect(200)
        .hides("除雪の見える化")
        .says("条件に合う課題はありません");
    nobody
        .open("/challenges?budget_min=2000%E4%B8%87&budget_max=100%E4%B8%87")
        .expect(422)
        .says("#f-budget_max")
        .says("value=\"2000万\"");
    nobody
        .open("/challenges?due_after=soon&sector=nowhere")
        .expect(422)
        .says("#f-due_after")
        .says("#f-sector");
    nobody.open("/challenges?lang=en").expect(200).says("Challenges").says("Hokkaido").hides("自治体が予算");
}

#[test]
fn the_front_page_shows_the_newest_challenges_and_two_doors() {
    let app = TestApp::start();
    let (town, bureau) = (app.municipality("岩見沢市"), app.bureau("hokkaido"));
    open(&town, &bureau, &with(whole(&app), &json!({"title": "除雪の見える化"})));
    Browser::of(app.public())
        .open("/")
        .expect(200)
        .says("除雪の見える化")
        .says("href=\"/challenges/new\"")
        .says("href=\"/solutions/new\"");
}
