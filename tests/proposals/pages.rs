//! The pages of proposals.

use super::{SECRET, World};
use crate::support::browser::Browser;

fn typed(world: &World) -> Vec<(&str, &str)> {
    vec![
        ("solutions", world.solution.as_str()),
        ("approach", SECRET),
        ("plan.1.milestone", "端末の取付け"),
        ("plan.1.due", "R9.5.31"),
        ("cost.initial", "580万"),
        ("cost.yearly", "72万円"),
        ("team", "三名"),
    ]
}

/// Begins a proposal by the button of the challenge's page; the path of its form.
fn begun(world: &World, browser: &Browser) -> String {
    browser.open(&format!("/challenges/{}", world.id())).expect(200).says("提案を書く");
    let begun = browser.send(&format!("/challenges/{}/proposals", world.id()), &[]).expect(303);
    begun.leads_to().unwrap()
}

#[test]
fn a_proposal_is_written_submitted_opened_and_answered_by_the_pages() {
    let mut world = World::new();
    let vendor = Browser::signed_in(&world.app, &world.vendor.email);
    let form = begun(&world, &vendor);
    vendor.open(&form).expect(200).says("24:00 JST").says("封印");
    let saved = vendor.send(&form, &typed(&world)).expect(303);
    vendor.follow(&saved).says(SECRET).says("5,800,000");
    let read = form.trim_end_matches("/edit").to_owned();
    vendor.open(&read).expect(200).says("提出する");
    vendor.send(&format!("{read}/submit"), &[]).expect(303);
    vendor.open(&read).says("第1版").says("ハッシュ値");
    vendor.open("/proposals").expect(200).says("提出済み");

    let town = Browser::signed_in(&world.app, &world.town.email);
    town.open(&format!("/challenges/{}", world.id())).says("1件の提案が届いています");
    town.open(&format!("/challenges/{}/proposals", world.id()))
        .expect(200)
        .says("封印されています")
        .hides("除雪技研");
    town.open(&read).expect(404);

    world.past_the_deadline();
    let town = Browser::signed_in(&world.app, &world.town.email);
    town.open(&format!("/challenges/{}/proposals", world.id())).expect(200).says("除雪技研");
    town.open(&read).expect(200).says(SECRET).says("580万円");
    town.send(&format!("{read}/decline"), &[("feedback", "惜しい")]).expect(422).says("惜しい");
    let answer = [("reason_code", "too_expensive"), ("feedback", "予算を超えます。")];
    town.send(&format!("{read}/decline"), &answer).expect(303);
    let vendor = Browser::signed_in(&world.app, &world.vendor.email);
    vendor.open(&read).says("予算を超えます。").says("費用が予算に合わない");
    vendor.open(&format!("{read}?lang=en")).says("Declined").says("It costs more than there is");
}

#[test]
fn a_refused_form_keeps_what_was_typed_and_a_submission_says_what_is_missing() {
    let world = World::new();
    let vendor = Browser::signed_in(&world.app, &world.vendor.email);
    let form = begun(&world, &vendor);
    vendor.open(&form).expect(200);
    let wrong = [("approach", "一部だけ"), ("cost.initial", "たくさん"), ("plan.0.due", "2027-05-31")];
    vendor.send(&form, &wrong).expect(422).says("一部だけ").says("たくさん");
    let read = form.trim_end_matches("/edit").to_owned();
    vendor.open(&read).expect(200);
    vendor.send(&format!("{read}/submit"), &[]).expect(422).says("提出までに必要な項目");
}

#[test]
fn two_people_on_one_form_see_both_texts() {
    let world = World::new();
    let (one, colleague) = (
        Browser::signed_in(&world.app, &world.vendor.email),
        Browser::signed_in(
            &world.app,
            &world.app.colleague(&world.vendor, kakehashi::accounts::Role::Editor).email,
        ),
    );
    let form = begun(&world, &one);
    one.open(&form).expect(200);
    colleague.open(&form).expect(200);
    colleague.send(&form, &[("team", "同僚の三名")]).expect(303);
    one.send(&form, &[("team", "自分の四名")]).expect(412).says("同僚の三名").says("自分の四名");
    one.send(&form, &[("team", "自分の四名")]).expect(303);
}

#[test]
fn of_two_colleagues_neither_undoes_what_only_the_other_wrote() {
    let world = World::new();
    let colleague = world.app.colleague(&world.vendor, kakehashi::accounts::Role::Editor);
    let (one, other) = (
        Browser::signed_in(&world.app, &world.vendor.email),
        Browser::signed_in(&world.app, &colleague.email),
    );
    let form = begun(&world, &one);
    one.open(&form).expect(200);
    other.open(&form).expect(200);
    other.send(&form, &[("team", "同僚の三名")]).expect(303);
    one.send(&form, &[("risks", "積雪の遅れ")]).expect(303);
    one.open(&form).expect(200).says("同僚の三名").says("積雪の遅れ");
}

#[test]
fn partners_are_asked_and_answer_by_the_pages() {
    let world = World::new();
    let partner = world.app.vendor("雪氷システム");
    let vendor = Browser::signed_in(&world.app, &world.vendor.email);
    let form = begun(&world, &vendor);
    vendor.open(&form).expect(200);
    let partners = format!("{}/partners", form.trim_end_matches("/edit"));
    vendor.send(&partners, &[("organization", "無い会社"), ("part", "設置")]).expect(422).says("無い会社");
    vendor.send(&partners, &[("organization", "雪氷システム"), ("part", "設置")]).expect(303);
    let other = Browser::signed_in(&world.app, &partner.email);
    other.open("/proposals").expect(200).says("共同提案のお願い").says("除雪技研");
    let accepted = other.send(&format!("{partners}/confirm"), &[]).expect(303);
    other.follow(&accepted).expect(200);
}
