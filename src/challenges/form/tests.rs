//! The rules of the form, one by one.

use serde_json::json;

use super::*;

fn form(value: Value) -> Form {
    serde_json::from_value(value).expect("a form")
}

fn refusals(value: Value) -> Vec<String> {
    let errors = form(value).parse().expect_err("refused");
    errors.iter().map(|(pointer, invalid)| format!("{pointer} {invalid}")).collect()
}

fn whole() -> Value {
    json!({
        "title": "除雪車の位置", "summary": "要約", "background": "背景", "current_state": "現状",
        "desired_state": "目指す姿", "sectors": ["infrastructure-maintenance/snow-removal"],
        "entry_stage": "pilot", "contract_route": "trial_order", "proposals_due": "2027-01-29",
        "budget": {"min": 3_000_000, "max": 12_000_000, "status": "secured", "fiscal_year": 2027},
        "outcomes": [{"indicator": "苦情", "baseline": 120, "target": 30.5, "unit": "件/年"}],
        "readiness": ["agreed", "residents"], "conditions": ["heavy-snow"],
        "contact": {"department": "建設課", "name": "山田", "email": "Yamada@Town.example.jp"}
    })
}

#[test]
fn a_draft_needs_a_title_only() {
    let draft = form(json!({"title": "題名"})).parse().expect("a draft");
    assert_eq!((draft.title.as_str(), draft.visibility), ("題名", Visibility::Public));
    assert_eq!(refusals(json!({})), ["/title required"]);
}

#[test]
fn everything_missing_at_submit_is_named_at_once() {
    let draft = form(json!({"title": "題名", "budget": {"status": "secured"}})).parse().expect("a draft");
    let missing = draft.complete().expect_err("incomplete");
    let pointers: Vec<&str> = missing.iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(
        pointers,
        [
            "/summary",
            "/background",
            "/current_state",
            "/desired_state",
            "/sectors",
            "/entry_stage",
            "/budget/max",
            "/budget/fiscal_year",
            "/contract_route"
        ]
    );
    assert!(form(whole()).parse().expect("a form").complete().is_ok());
}

#[test]
fn a_budget_that_nobody_asked_for_yet_has_no_figures_to_give() {
    let mut without = whole();
    without["budget"] = json!({"status": "none_yet"});
    assert!(form(without).parse().expect("a form").complete().is_ok());
}

#[test]
fn every_wrong_field_is_named_with_its_rule() {
    let wrong = json!({
        "title": "a\u{0}b", "summary": "ｼﾞｮｾﾂ",
        "sectors": ["snow-removal", "childcare", "disaster-safety/landslide"],
        "technologies": ["lpwa", "lpwa", "LPWA"], "entry_stage": "later", "proposals_due": "2027/1/1",
        "budget": {"min": 5_000_000, "max": 3_000_000, "running_per_year": -1, "fiscal_year": 1999},
        "joint_municipalities": ["11002"], "contact": {"email": "nobody"}
    });
    assert_eq!(
        refusals(wrong),
        [
            "/title control_character",
            "/summary half_width_kana",
            "/sectors/0 unknown_sector_suggest suggestion=infrastructure-maintenance/snow-removal",
            "/sectors/1 sector_is_top example=childcare/sick-child-care",
            "/technologies/1 repeated",
            "/technologies/2 unknown_technology_suggest suggestion=lpwa",
            "/entry_stage unknown_value allowed=planning, pilot, operation",
            "/budget/running_per_year negative_amount",
            "/budget/max max_below_min min=5000000",
            "/budget/fiscal_year out_of_range min=2021 max=2099",
            "/joint_municipalities/0 municipality_code_five_digits candidates=011002",
            "/proposals_due not_a_date",
            "/contact/department required",
            "/contact/email not_an_email",
        ]
    );
}

#[test]
fn lists_are_bounded() {
    let many: Vec<Value> = (0..11).map(|n| json!({"indicator": format!("指標{n}")})).collect();
    assert_eq!(
        refusals(json!({"title": "題名", "outcomes": many})),
        ["/outcomes too_many_entries max=10 actual=11"]
    );
    let four = ["a", "b", "c", "d"];
    assert_eq!(
        refusals(json!({"title": "題名", "sectors": four})),
        ["/sectors too_many_entries max=3 actual=4"]
    );
}

#[test]
fn what_was_read_is_read_again_from_its_own_document() {
    let content = form(whole()).parse().expect("a form");
    let again = form(content.document().expect("a document")).parse().expect("a form");
    assert_eq!(content, again);
    assert_eq!(again.contact.and_then(|contact| contact.email).as_deref(), Some("yamada@town.example.jp"));
}

#[test]
fn an_extension_ends_later_than_what_holds_and_not_in_the_past() {
    let day = |text: &str| fields::date(text).expect("a day");
    let extend = |text| later_deadline(text, day("2027-01-10"), day("2027-01-20"));
    assert_eq!(extend(Some("2027-01-31")), Ok(day("2027-01-31")));
    for (text, code) in [
        (None, "required"),
        (Some("soon"), "not_a_date"),
        (Some("2027-01-10"), "not_later"),
        (Some("2027-01-15"), "deadline_past"),
    ] {
        assert_eq!(extend(text).expect_err("refused").code(), code, "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_anywhere_breaks_the_parser(text in ".{0,200}", number in proptest::num::f64::ANY) {
        let outcome = IndicatorForm { indicator: Some(text.clone()), baseline: Some(number), ..IndicatorForm::default() };
        let form = Form {
            title: Some(text.clone()),
            summary: Some(text.clone()),
            sectors: Some(vec![text.clone()]),
            proposals_due: Some(text.clone()),
            outcomes: Some(vec![outcome]),
            budget: Some(BudgetForm { max: Some(Value::String(text.clone())), status: Some(text), ..BudgetForm::default() }),
            ..Form::default()
        };
        if let Ok(content) = form.parse() {
            proptest::prop_assert!(!content.title.is_empty());
        }
    }
}
