//! Rankings: their shape, their sum, their weights.

use kakehashi::matching::{Eligibility, Facts, Rules};
use serde_json::json;

use super::{Scene, places};

const COMPONENTS: [&str; 7] = ["sector", "text", "technology", "region", "evidence", "budget", "readiness"];

#[test]
fn every_place_says_its_score_the_parts_of_it_and_the_reason() {
    let scene = Scene::new();
    let ranking = scene.ranking();
    assert_eq!(ranking["candidates"], 1);
    let first = &ranking["items"][0];
    assert_eq!((&first["rank"], &first["newcomer"]), (&json!(1), &json!(true)));
    assert_eq!(first["solution"]["name"], "雪みちナビ");
    assert_eq!(first["solution"]["vendor"]["name"], "雪みち工業");
    let components = first["components"].as_array().unwrap();
    let names: Vec<&str> = components.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, COMPONENTS);
    let sum: f64 = components.iter().map(|one| one["contribution"].as_f64().unwrap()).sum();
    let score = first["score"].as_f64().unwrap();
    assert!((first["eligibility"].as_f64().unwrap() * sum - score).abs() < 1e-9, "{first}");
    for one in components {
        let product = one["weight"].as_f64().unwrap() * one["value"].as_f64().unwrap();
        assert!((product - one["contribution"].as_f64().unwrap()).abs() < 1e-9, "{one}");
        assert!(one["facts"].is_object(), "{one}");
    }
    assert!(first["reason"].as_str().unwrap().contains("除雪"), "{}", first["reason"]);
}

#[test]
fn the_answer_is_enough_to_do_the_sum_again() {
    let scene = Scene::new();
    scene.another_solution(
        "峠を除く雪みち",
        &json!({"regions": ["bureau:kyushu"], "description": "除雪車の位置を配信します。積雪の予測には対応していません。"}),
    );
    let rules = Rules::compiled_in().unwrap();
    for item in scene.ranking()["items"].as_array().unwrap() {
        let components = item["components"].as_array().unwrap().iter();
        let sum: f64 = components
            .map(|one| {
                let named = json!({"name": one["name"], "facts": one["facts"]});
                let facts: Facts = serde_json::from_value(named).unwrap();
                one["weight"].as_f64().unwrap() * facts.value(&rules)
            })
            .sum();
        let eligibility: Eligibility = serde_json::from_value(json!({
            "factor": 1.0, "reason": item["eligibility_reason"], "denied": item["denied"],
        }))
        .unwrap();
        let score = item["score"].as_f64().unwrap();
        assert!((eligibility.value(&rules) * sum - score).abs() < 1e-9, "{item}");
    }
}

#[test]
fn the_reason_comes_in_the_readers_language() {
    let scene = Scene::new();
    let path = format!("{}/matches", scene.challenge);
    let english = scene.town.get(&path).header("Accept-Language", "en").send().expect(200).body;
    let reason = english["items"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("Snow"), "{reason}");
}

#[test]
fn whoever_does_not_serve_the_place_is_pushed_down_and_told_why() {
    let scene = Scene::new();
    scene.another_solution("九州だけの雪みち", &json!({"regions": ["bureau:kyushu"]}));
    let ranking = scene.ranking();
    assert_eq!(places(&ranking, "solution", "name"), ["雪みちナビ", "九州だけの雪みち"]);
    let last = &ranking["items"][1];
    assert!(last["eligibility"].as_f64().unwrap() < 1.0);
    assert_eq!(last["eligibility_reason"]["code"], "not_served");
}

#[test]
fn the_owner_may_weigh_the_components_otherwise() {
    let scene = Scene::new();
    scene.another_solution(
        "格安の見守り",
        &json!({
            "tagline": "高齢者を見守る", "description": "家庭の電力の使い方から異変を知らせます。",
            "sectors": ["childcare/child-safety"], "technologies": [],
            "price": {"initial_min": 10_000, "initial_max": 20_000, "yearly_min": 10_000, "yearly_max": 20_000},
        }),
    );
    let path = format!("{}/matches", scene.challenge);
    let by_budget = "weights.sector=0&weights.text=0&weights.technology=0&weights.region=0&weights.evidence=0\
        &weights.readiness=0&weights.budget=2";
    let ranking = scene.town.get(&format!("{path}?{by_budget}")).send().expect(200).body;
    assert_eq!(ranking["weights"]["budget"], 1.0);
    for place in ranking["items"].as_array().unwrap() {
        assert_eq!(place["score"], place["components"][5]["value"], "the budget alone decides");
    }
}

#[test]
fn weights_and_limits_that_make_no_sense_are_refused_with_their_pointer() {
    let scene = Scene::new();
    for (query, pointer, code) in [
        ("weights.sector=-1", "/weights.sector", "weight_invalid"),
        ("weights.text=NaN", "/weights.text", "weight_invalid"),
        ("weights.text=inf", "/weights.text", "weight_invalid"),
        ("weights.budget=much", "/weights.budget", "not_a_number"),
        ("weights.colour=1", "/weights.colour", "unknown_field"),
        ("limit=0", "/limit", "out_of_range"),
        ("limit=51", "/limit", "out_of_range"),
    ] {
        let refused = scene.town.get(&format!("{}/matches?{query}", scene.challenge)).send().expect(422);
        let error = &refused.body["errors"][0];
        assert_eq!(
            (error["pointer"].as_str(), error["code"].as_str()),
            (Some(pointer), Some(code)),
            "{query}"
        );
    }
    let zeros: Vec<String> = COMPONENTS.iter().map(|name| format!("weights.{name}=0")).collect();
    let path = format!("{}/matches?{}", scene.challenge, zeros.join("&"));
    assert_eq!(scene.town.get(&path).send().expect(422).body["errors"][0]["code"], "weights_all_zero");
}

#[test]
fn a_challenge_is_likened_to_others_but_not_to_itself() {
    let scene = Scene::new();
    scene.another_challenge("雪の通学路を守りたい", &json!({}));
    scene.another_challenge(
        "窓口の待ち時間を短くしたい",
        &json!({"summary": "窓口が混む。", "background": "手続きが多い。", "current_state": "紙で受け付ける。",
            "desired_state": "来庁せずに済む。", "sectors": ["childcare/child-safety"]}),
    );
    let similar = scene.app.public().get(&format!("{}/similar", scene.challenge)).send().expect(200).body;
    assert_eq!(
        places(&similar, "challenge", "title"),
        ["雪の通学路を守りたい", "窓口の待ち時間を短くしたい"]
    );
}
