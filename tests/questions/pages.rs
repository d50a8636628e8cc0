//! The page of questions.

use super::World;
use crate::support::browser::Browser;

#[test]
fn a_vendor_asks_and_the_municipality_answers_by_the_page() {
    let world = World::new();
    let page = format!("/challenges/{}/questions", world.id());
    let vendor = Browser::signed_in(&world.app, &world.vendor.email);
    vendor.open(&format!("/challenges/{}", world.id())).expect(200).says("質問する");
    vendor.open(&page).expect(200);
    let asked = vendor.send(&page, &[("body", "電源はありますか。")]).expect(303);
    vendor.follow(&asked).says("電源はありますか。").says("自分の質問");

    let town = Browser::signed_in(&world.app, &world.town.email);
    town.open(&page).expect(200).says("電源はありますか。").hides("除雪技研");
    let list = world.list(&world.town);
    let action = format!("/questions/{}/answer", list["items"][0]["id"].as_str().unwrap());
    town.send(&action, &[("answer", "24Vがあります。")]).expect(303);
    town.open(&page).says("24Vがあります。").says("回答済み");

    let public = Browser::of(world.app.public());
    public.open(&format!("/challenges/{}", world.id())).says("電源はありますか。").says("24Vがあります。");
    public.open(&format!("{page}?lang=en")).says("Questions and answers").says("Answered");
}

#[test]
fn a_refused_answer_keeps_what_was_typed() {
    let world = World::new();
    let page = format!("/challenges/{}/questions", world.id());
    world.ask(&world.vendor, "電源はありますか。").expect(201);
    let town = Browser::signed_in(&world.app, &world.town.email);
    town.open(&page).expect(200);
    let list = world.list(&world.town);
    let action = format!("/questions/{}/answer", list["items"][0]["id"].as_str().unwrap());
    let long = "あ".repeat(4_001);
    town.send(&action, &[("answer", &long), ("audience", "registered")]).expect(422).says(&long).says("4000");
}
