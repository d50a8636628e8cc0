//! Who is seen in rankings: figures for bureaus and the operator.

use serde_json::{Value, json};

use super::Scene;
use crate::support::browser::Browser;

const FIGURES: &str = "/api/v1/statistics/fairness";

fn side<'f>(figures: &'f Value, name: &str) -> &'f Vec<Value> {
    let sides = figures["sides"].as_array().unwrap();
    let side =
        sides.iter().find(|side| side["side"] == name).unwrap_or_else(|| panic!("no {name}: {figures}"));
    side["groups"].as_array().unwrap()
}

#[test]
fn exposure_is_divided_among_the_groups_from_every_side() {
    let scene = Scene::new();
    scene.another_solution("融雪の見守り", &json!({"regions": ["bureau:hokkaido"]}));
    let figures = scene.app.operator().get(FIGURES).send().expect(200).body;
    assert_eq!((&figures["challenges"], &figures["solutions"]), (&json!(1), &json!(2)), "{figures}");
    assert_eq!((&figures["page"], &figures["newcomer_share"]), (&json!(10), &json!(0.2)));
    for name in ["vendor_type", "size", "region", "record", "reach"] {
        for share in ["solutions", "by_score", "shown"] {
            let sum: f64 = side(&figures, name).iter().map(|group| group[share].as_f64().unwrap()).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{name}: {share} sum to {sum}");
        }
    }
    let reach: Vec<(&str, f64)> = side(&figures, "reach")
        .iter()
        .map(|group| (group["group"].as_str().unwrap(), group["solutions"].as_f64().unwrap()))
        .collect();
    assert_eq!(reach, [("nationwide", 0.5), ("regional", 0.5)]);
}

#[test]
fn figures_are_for_bureaus_and_the_operator() {
    let scene = Scene::new();
    scene.app.public().get(FIGURES).send().expect(401);
    scene.town.get(FIGURES).send().expect(403);
    scene.vendor.get(FIGURES).send().expect(403);
    scene.bureau.get(FIGURES).send().expect(200);
}

#[test]
fn the_operator_reads_them_on_a_page() {
    let scene = Scene::new();
    let operator = Browser::signed_in(&scene.app, &scene.app.operator().email);
    operator.open("/operations").says("/statistics/fairness");
    operator
        .open("/statistics/fairness")
        .expect(200)
        .says("だれが見られているか")
        .says("事業者の規模")
        .says("実績なし")
        .says("class=\"part part-1\"");
    operator.open("/statistics/fairness?lang=en").says("Who is seen").says("None yet");
    Browser::signed_in(&scene.app, &scene.town.email).open("/statistics/fairness").expect(403);
}
