//! SIGKILL while eight clients write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use super::{LIMIT, PASSWORD, signed_up, text};
use crate::support::http::Client;
use crate::support::mailbox::Mailbox;
use crate::support::patience;
use crate::support::process::Place;

/// What was acknowledged before the process died.
#[derive(Default)]
struct Acknowledged {
    challenges: Mutex<Vec<String>>,
    sign_ups: Mutex<Vec<String>>,
}

impl Acknowledged {
    fn enough(&self) -> bool {
        self.challenges.lock().unwrap().len() >= 60 && self.sign_ups.lock().unwrap().len() >= 20
    }
}

/// Writes until the service is gone.
fn write_challenges(town: &Client, writer: usize, acknowledged: &Acknowledged, stop: &AtomicBool) {
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let draft = json!({"title": format!("課題 {writer}-{number}")});
        let Some(answer) = town.post("/api/v1/challenges").json(&draft).try_send() else { return };
        if answer.status == 201 {
            acknowledged.challenges.lock().unwrap().push(text(&answer.body, "/id"));
        }
    }
}

/// Signs up until the service is gone; each sign-up owes one mail.
fn write_sign_ups(client: &Client, writer: usize, acknowledged: &Acknowledged, stop: &AtomicBool) {
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let email = format!("person{writer}-{number}@vendor.example.com");
        let organization =
            json!({"kind": "vendor", "name": "試験", "municipality_code": "011002", "vendor_type": "sme"});
        let form =
            json!({"email": email, "password": PASSWORD, "name": "担当", "organization": organization});
        let Some(answer) = client.post("/api/v1/auth/sign-up").json(&form).try_send() else { return };
        if answer.status == 202 {
            acknowledged.sign_ups.lock().unwrap().push(email);
        }
    }
}

#[test]
fn sigkill_loses_no_acknowledged_write_and_every_mail_goes_out_once() {
    let place = Place::new();
    let start = || {
        let mut command = place.command(&["serve"]);
        command.env("KAKEHASHI_LIMITS__SIGN_UPS_PER_MINUTE", "100000");
        command
            .env("KAKEHASHI_LIMITS__MEMBER_BURST", "100000")
            .env("KAKEHASHI_LIMITS__ADDRESS_BURST", "100000");
        crate::support::process::Service::start(command)
    };
    let service = start();
    let client = service.client();
    let mails = Mailbox::watch(place.var().join("mail"));
    let town = json!({"kind": "municipality", "name": "岩見沢市", "municipality_code": "012106"});
    let town = signed_up(&client, &mails, "dx@city.iwamizawa.example.jp", town);

    // Given eight clients in the middle of their work
    let (acknowledged, stop) = (Acknowledged::default(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (town, client) = (town.clone(), client.clone());
            let (acknowledged, stop) = (&acknowledged, &stop);
            scope.spawn(move || write_challenges(&town, writer, acknowledged, stop));
            scope.spawn(move || write_sign_ups(&client, writer, acknowledged, stop));
        }
        patience::until(LIMIT, || acknowledged.enough().then_some(())).expect("the clients get on");
        // When the process is killed
        service.kill();
        stop.store(true, Ordering::Relaxed);
    });

    // Then after a restart everything acknowledged is there
    let service = start();
    let town = super::signed_in(&service.client(), "dx@city.iwamizawa.example.jp");
    for id in acknowledged.challenges.lock().unwrap().iter() {
        town.get(&format!("/api/v1/challenges/{id}")).send().expect(200);
    }
    // and every mail that is owed goes out, once
    let owed: BTreeSet<String> = acknowledged.sign_ups.lock().unwrap().iter().cloned().collect();
    let received = patience::until(LIMIT, || {
        let mut received: BTreeMap<String, usize> = BTreeMap::new();
        for mail in mails.unread() {
            *received.entry(mail.to[0].clone()).or_default() += 1;
        }
        owed.iter().all(|address| received.contains_key(address)).then_some(received)
    });
    received.expect("every mail that is owed arrives");
    patience::pause(Duration::from_secs(2));
    let mut received: BTreeMap<String, usize> = BTreeMap::new();
    for mail in mails.unread() {
        *received.entry(mail.to[0].clone()).or_default() += 1;
    }
    assert!(received.values().all(|count| *count == 1), "{received:?}");

    assert!(service.terminate().success());
    let verified = place.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}
