//! SIGKILL between a deadline and the mails that tell of it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use kakehashi::db::schema::{challenges, rounds};
use kakehashi::db::{DatabaseUrl, DbConn, Mode, Timestamp};
use serde_json::{Value, json};

use super::{LIMIT, bureau, sign_in_anew, signed_up, snow_challenge, snow_solution, text};
use crate::support::http::Client;
use crate::support::mail::Mail;
use crate::support::mailbox::Mailbox;
use crate::support::patience;
use crate::support::process::{Place, Service};

const TOWN: &str = "dx@city.iwamizawa.example.jp";
const VENDOR: &str = "sales@yukimichi.example.com";
/// Enough that a kill falls into the middle of the work.
const CALLS: usize = 12;

fn start(place: &Place, transport: &str) -> Service {
    let mut command = place.command(&["serve"]);
    command
        .env("KAKEHASHI_MAIL__TRANSPORT", transport)
        .env("KAKEHASHI_LIMITS__MEMBER_BURST", "100000")
        .env("KAKEHASHI_LIMITS__ADDRESS_BURST", "100000");
    Service::start(command)
}

fn step(client: &Client, path: &str) {
    client.post(path).json(&json!({})).send().expect(200);
}

fn days_from(now: Timestamp, days: i64) -> NaiveDate {
    now.plus(TimeDelta::days(days)).japan_date()
}

/// An announced round with open challenges, each with a sealed proposal: ids of the round and the challenges.
fn a_round_with_proposals(place: &Place, mails: &Mailbox) -> (String, Vec<String>) {
    let service = start(place, "file");
    let client = service.client();
    let hokkaido = bureau(place, &client, "hokkaido");
    let town = json!({"kind": "municipality", "name": "岩見沢市", "municipality_code": "012106"});
    let town = signed_up(&client, mails, TOWN, town);
    super::approve_the_waiting(&hokkaido);
    let vendor = json!({
        "kind": "vendor", "name": "雪道計測株式会社", "municipality_code": "011002", "vendor_type": "startup",
    });
    let vendor = signed_up(&client, mails, VENDOR, vendor);
    super::approve_the_waiting(&hokkaido);
    let solution = vendor.post("/api/v1/solutions").json(&snow_solution("雪みち地図")).send().expect(201);
    let solution = text(&solution.body, "/id");
    step(&vendor, &format!("/api/v1/solutions/{solution}/submit"));
    step(&hokkaido, &format!("/api/v1/solutions/{solution}/publish"));

    let now = super::now();
    let days = |from, to| json!({"from": days_from(now, from), "to": days_from(now, to)});
    let round = json!({
        "title": "北海道の募集回", "challenges": days(0, 5), "proposals": days(0, 10), "sessions": days(20, 25),
    });
    let round = text(&hokkaido.post("/api/v1/rounds").json(&round).send().expect(201).body, "/id");
    step(&hokkaido, &format!("/api/v1/rounds/{round}/announce"));
    let calls = (0..CALLS).map(|number| {
        let mut body = snow_challenge();
        body["title"] = json!(format!("除雪の課題 その{number:02}"));
        body["round"] = json!(round);
        let call = text(&town.post("/api/v1/challenges").json(&body).send().expect(201).body, "/id");
        step(&town, &format!("/api/v1/challenges/{call}/submit"));
        step(&hokkaido, &format!("/api/v1/challenges/{call}/publish"));
        let proposal = json!({
            "solutions": [solution], "approach": "端末を取り付けます。",
            "plan": [{"milestone": "取付け", "due": "2027-05-31"}],
            "cost": {"initial": 5_000_000, "yearly": 600_000, "funded_by": "令和9年度当初予算"},
            "team": "2名", "risks": "降雪", "needs": "運行表",
        });
        let proposals = format!("/api/v1/challenges/{call}/proposals");
        let proposal = text(&vendor.post(&proposals).json(&proposal).send().expect(201).body, "/id");
        step(&vendor, &format!("/api/v1/proposals/{proposal}/submit"));
        call
    });
    let calls = calls.collect();
    assert!(service.terminate().success());
    (round, calls)
}

/// Moves what the clock would have brought: the deadlines of all challenges and two windows of the round lie behind.
fn move_the_deadlines(place: &Place) {
    let url = DatabaseUrl::parse(&place.database_url()).unwrap();
    let mut conn = DbConn::open(&url, Mode::ReadWrite).unwrap();
    let now = super::now();
    let day = |days| days_from(now, days);
    diesel::update(challenges::table)
        .set((
            challenges::proposals_due.eq(Some(day(-1))),
            challenges::closes_at.eq(Some(now.plus(TimeDelta::minutes(-1)))),
            challenges::closing_soon_sent.eq(true),
        ))
        .execute(&mut conn)
        .unwrap();
    diesel::update(rounds::table)
        .set((
            rounds::challenges_from.eq(day(-4)),
            rounds::challenges_to.eq(day(-2)),
            rounds::proposals_from.eq(day(-4)),
            rounds::proposals_to.eq(day(-1)),
            rounds::turned_until.eq(Some(now.plus(TimeDelta::days(-3)))),
            rounds::next_turn_at.eq(Some(now.plus(TimeDelta::days(-2)))),
        ))
        .execute(&mut conn)
        .unwrap();
}

/// How many of the calls have been opened.
fn opened(town: &Client, calls: &[String]) -> usize {
    let sealed = |call: &&String| {
        let list = town.get(&format!("/api/v1/challenges/{call}/proposals")).send().expect(200).body;
        list["sealed"] == false
    };
    calls.iter().filter(sealed).count()
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    patience::until(LIMIT, || done().then_some(())).unwrap_or_else(|| panic!("{what}"));
}

/// The mails to the town about the end of the call, how many of each.
fn told(mails: &[Mail]) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    let about = |mail: &&Mail| {
        mail.to == [TOWN]
            && (mail.subject.contains("開封されました") || mail.subject.contains("募集が終わりました"))
    };
    for mail in mails.iter().filter(about) {
        *told.entry(mail.subject.clone()).or_default() += 1;
    }
    told
}

#[test]
fn sigkill_between_the_deadline_and_its_mails_loses_nothing_and_repeats_nothing() {
    let place = Place::new();
    let mails = Mailbox::watch(place.var().join("mail"));
    // Given a round whose deadlines pass while the service is down
    let (round, calls) = a_round_with_proposals(&place, &mails);
    move_the_deadlines(&place);

    // When it is killed in the middle of closing and opening
    let service = start(&place, "off");
    let town = sign_in_anew(&service, TOWN);
    wait_until("a call is opened", || opened(&town, &calls) > 0);
    service.kill();
    // and again when all is closed and nothing is mailed yet
    let service = start(&place, "off");
    let town = sign_in_anew(&service, TOWN);
    wait_until("all calls are opened", || opened(&town, &calls) == CALLS);
    let windows = |client: &Client| client.get(&format!("/api/v1/rounds/{round}")).send().expect(200).body;
    wait_until("the round's clock has gone on", || {
        windows(&town)["next_turn_at"].as_str().is_some_and(|at| at > super::now().to_string().as_str())
    });
    service.kill();
    assert_eq!(told(&mails.unread()), BTreeMap::new(), "nothing was mailed");
    // and again in the middle of mailing
    let service = start(&place, "file");
    wait_until("some are mailed", || !told(&mails.unread()).is_empty());
    service.kill();

    // Then after the last restart everything is told, once
    let service = start(&place, "file");
    let owed = CALLS + 2;
    wait_until("every mail arrives", || told(&mails.unread()).len() == owed);
    patience::pause(Duration::from_secs(2));
    let told = told(&mails.unread());
    assert!(told.len() == owed && told.values().all(|count| *count == 1), "{told:#?}");
    // and in the trail each thing happened once
    let hokkaido = sign_in_anew(&service, "desk@hokkaido.example.jp");
    for call in &calls {
        assert_eq!(events(&hokkaido, call), ["challenge.close", "proposal.open"]);
    }
    assert_eq!(events(&hokkaido, &round), ["round.close_window", "round.close_window"]);
    assert!(service.terminate().success());
    let verified = place.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

/// What the clock did to a thing, in the order of the names.
fn events(bureau: &Client, subject: &str) -> Vec<String> {
    let list =
        bureau.get(&format!("/api/v1/audit-events?subject={subject}&limit=100")).send().expect(200).body;
    let by_clock = |event: &&Value| {
        let action = event["action"].as_str().unwrap();
        ["challenge.close", "proposal.open", "round.close_window", "round.open_window"].contains(&action)
    };
    let events = list["items"].as_array().unwrap().iter().filter(by_clock);
    let mut actions: Vec<String> = events.map(|event| text(event, "/action")).collect();
    actions.sort_unstable();
    actions
}
