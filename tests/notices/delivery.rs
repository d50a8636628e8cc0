//! The road of a mail to its server: what goes wrong there, and what the outbox makes of it.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use kakehashi::notices::{Lane, MailState};
use kakehashi::settings::Transport;

use super::outbox::{Outbox, run};
use crate::support::mailbox::Mailbox;
use crate::support::sink::{Fault, Refusal, SmtpSink};

const TOWN: &str = "sato@city.example.jp";
const SOON: Duration = Duration::from_secs(20);

/// Longer than any pause before another attempt.
fn hours() -> TimeDelta {
    TimeDelta::hours(8)
}

#[test]
fn a_mail_arrives_as_its_reader_and_programs_expect_it() {
    let sink = SmtpSink::start();
    let outbox = Outbox::to(&sink);
    outbox.queue(TOWN, "ゆきナビ");
    assert!(outbox.step());
    let delivery = sink.wait_for(TOWN, "ゆきナビ", SOON);
    assert_eq!(
        (delivery.from.as_str(), delivery.to.as_slice()),
        ("no-reply@kakehashi.example", &[TOWN.to_owned()][..])
    );
    let mail = delivery.mail();
    assert_eq!(mail.subject, "【Kakehashi】ソリューションが公開されました：ゆきナビ");
    assert!(mail.text.contains("https://kakehashi.example/solutions/1"));
    assert!(mail.html.is_some());
    assert_eq!(mail.header("Auto-Submitted"), Some("auto-generated"));
    assert_eq!(mail.header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    assert_eq!(mail.header("List-Id"), Some("Kakehashi <notices.kakehashi.example>"));
    let unsubscribe = mail.header("List-Unsubscribe").unwrap();
    assert!(unsubscribe.starts_with("<https://kakehashi.example/unsubscribe?u="), "{unsubscribe}");
    assert_eq!(outbox.row().state, MailState::Sent);
    assert!(!outbox.step(), "nothing is left");
}

#[test]
fn an_address_refused_for_now_is_tried_again_after_a_pause() {
    let sink = SmtpSink::start();
    let outbox = Outbox::to(&sink);
    sink.refuse(TOWN, Refusal::Temporary);
    outbox.queue(TOWN, "ゆきナビ");
    outbox.step();
    let failed = outbox.row();
    assert_eq!((failed.state, failed.attempts), (MailState::Failed, 1));
    assert!(failed.last_error.unwrap().contains("451"));
    assert!(!outbox.step(), "not before its time");
    sink.accept(TOWN);
    outbox.advance(TimeDelta::seconds(20));
    assert!(outbox.step());
    let sent = outbox.row();
    assert_eq!((sent.state, sent.attempts, sent.last_error), (MailState::Sent, 2, None));
    assert_eq!(sink.unread().len(), 1);
}

#[test]
fn an_address_refused_for_good_is_dead_at_once() {
    let sink = SmtpSink::start();
    let outbox = Outbox::to(&sink);
    sink.refuse(TOWN, Refusal::Permanent);
    outbox.queue(TOWN, "ゆきナビ");
    outbox.step();
    let dead = outbox.row();
    assert_eq!((dead.state, dead.attempts), (MailState::Dead, 1));
    assert!(dead.last_error.unwrap().contains("550"));
    outbox.advance(hours());
    assert!(!outbox.step());
}

#[test]
fn after_its_last_attempt_a_mail_is_dead() {
    let sink = SmtpSink::start();
    let outbox = Outbox::with(|settings| {
        settings.mail.transport = Transport::Smtp;
        settings.mail.smtp_url = sink.url();
        settings.mail.attempts = 3;
    });
    sink.refuse(TOWN, Refusal::Temporary);
    outbox.queue(TOWN, "ゆきナビ");
    let mut states = Vec::new();
    while outbox.step() {
        states.push(outbox.row().state);
        outbox.advance(hours());
    }
    assert_eq!(states, [MailState::Failed, MailState::Failed, MailState::Dead]);
}

#[test]
fn what_was_not_acknowledged_is_sent_again_under_the_same_message_id() {
    let sink = SmtpSink::start();
    let outbox = Outbox::to(&sink);
    sink.fail_next(Fault::DropBeforeAnswer);
    outbox.queue(TOWN, "ゆきナビ");
    outbox.step();
    assert_eq!(outbox.row().state, MailState::Failed);
    outbox.advance(hours());
    outbox.step();
    assert_eq!(outbox.row().state, MailState::Sent);
    let first = sink.wait_for(TOWN, "ゆきナビ", SOON);
    let second = sink.wait_for(TOWN, "ゆきナビ", SOON);
    assert_eq!((first.acknowledged, second.acknowledged), (false, true));
    assert_eq!(first.mail().header("Message-ID"), second.mail().header("Message-ID"));
}

#[test]
fn a_mail_left_behind_by_a_sender_that_died_is_taken_when_its_lease_ends() {
    let sink = SmtpSink::start();
    let outbox = Outbox::to(&sink);
    outbox.queue(TOWN, "ゆきナビ");
    sink.fail_next(Fault::Delay(Duration::from_millis(1_500)));
    // The sender dies between the server's having the mail and writing that down.
    run(async {
        let postman = outbox.postman();
        let step = postman.step(outbox.services(), Lane::All);
        assert!(tokio::time::timeout(Duration::from_millis(500), step).await.is_err());
    });
    assert_eq!(outbox.row().state, MailState::Sending);
    assert!(!outbox.step(), "it still belongs to the one who took it");
    outbox.advance(TimeDelta::seconds(20));
    assert!(outbox.step());
    assert_eq!(outbox.row().state, MailState::Sent);
    let (first, second) = (sink.wait_for(TOWN, "ゆきナビ", SOON), sink.wait_for(TOWN, "ゆきナビ", SOON));
    assert_eq!(first.mail().header("Message-ID"), second.mail().header("Message-ID"));
}

#[test]
fn a_server_that_is_down_holds_nothing_up_but_its_mails() {
    let sink = SmtpSink::start();
    let url = sink.url();
    drop(sink);
    let outbox = Outbox::to_url(&url);
    outbox.queue(TOWN, "ゆきナビ");
    outbox.queue("suzuki@city.example.jp", "ゆきナビ");
    while outbox.step() {}
    let states: Vec<_> = outbox.rows().into_iter().map(|row| (row.state, row.attempts)).collect();
    assert_eq!(states, [(MailState::Failed, 1), (MailState::Failed, 1)]);
}

#[test]
fn nothing_crosses_a_connection_that_must_be_encrypted_and_is_not() {
    let sink = SmtpSink::start();
    let outbox = Outbox::to_url(&format!("{}?tls=required", sink.url()));
    outbox.queue(TOWN, "ゆきナビ");
    outbox.step();
    assert_eq!(outbox.row().state, MailState::Failed);
    assert_eq!(sink.unread(), []);
}

#[test]
fn a_server_that_wants_a_password_gets_it_and_a_wrong_one_kills_no_mail() {
    let sink = SmtpSink::start();
    sink.require_login("kakehashi", "p@ss:word");
    let address = sink.url();
    let host = address.trim_start_matches("smtp://");
    let wrong = Outbox::to_url(&format!("smtp://kakehashi:guess@{host}"));
    wrong.queue(TOWN, "ゆきナビ");
    wrong.step();
    assert_eq!(wrong.row().state, MailState::Failed);
    let right = Outbox::to_url(&format!("smtp://kakehashi:p%40ss%3Aword@{host}"));
    right.queue(TOWN, "ゆきナビ");
    right.step();
    assert_eq!(sink.wait_for(TOWN, "ゆきナビ", SOON).login.as_deref(), Some("kakehashi"));
}

#[test]
fn the_mail_somebody_waits_for_goes_before_the_rest() {
    let sink = SmtpSink::start();
    let outbox = Outbox::to(&sink);
    for number in 0..20 {
        outbox.queue(TOWN, &format!("その{number}"));
    }
    outbox.queue_urgent("suzuki@city.example.jp");
    outbox.step();
    let first = sink.unread().remove(0);
    assert_eq!(first.to, ["suzuki@city.example.jp"]);
    assert!(!outbox.step_in(Lane::Urgent), "the urgent lane takes nothing else");
}

#[test]
fn a_secret_is_forgotten_once_its_mail_is_out() {
    let sink = SmtpSink::start();
    let outbox = Outbox::to(&sink);
    outbox.queue_urgent(TOWN);
    assert!(outbox.row().text.contains("token="));
    outbox.step();
    let token = sink.wait_for(TOWN, "パスワード", SOON).mail().token().to_owned();
    assert_eq!(token.len(), 43);
    assert_eq!(outbox.row().text, "");
}

#[test]
fn five_senders_on_one_outbox_send_every_mail_once() {
    const MAILS: usize = 60;
    let sink = SmtpSink::start();
    let outbox = Outbox::to(&sink);
    for number in 0..MAILS {
        outbox.queue(&format!("member{number}@city.example.jp"), "ゆきナビ");
    }
    std::thread::scope(|scope| {
        for _ in 0..5 {
            let (services, postman) = (outbox.seen_from_elsewhere(), outbox.postman());
            scope.spawn(move || {
                run(async move { while postman.step(&services, Lane::All).await.unwrap() {} })
            });
        }
    });
    let deliveries = sink.unread();
    let ids: BTreeSet<String> =
        deliveries.iter().map(|delivery| delivery.mail().header("Message-ID").unwrap().to_owned()).collect();
    assert_eq!((deliveries.len(), ids.len()), (MAILS, MAILS));
    assert!(outbox.rows().iter().all(|row| row.state == MailState::Sent && row.attempts == 1));
}

#[test]
fn the_file_transport_leaves_whole_files_and_nothing_else() {
    let outbox = Outbox::with(|settings| settings.mail.transport = Transport::File);
    outbox.queue(TOWN, "ゆきナビ");
    outbox.step();
    let folder = outbox.folder().join("mail");
    assert_eq!(Mailbox::watch(&folder).wait_for(TOWN, "ゆきナビ", SOON).to, [TOWN]);
    let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names.len(), 1);
    assert_eq!(names[0].extension().unwrap(), "eml");
}

#[test]
fn with_the_transport_off_mails_stay_queued() {
    let outbox = Outbox::with(|settings| settings.mail.transport = Transport::Off);
    outbox.queue(TOWN, "ゆきナビ");
    assert!(!outbox.step());
    assert_eq!(outbox.row().state, MailState::Queued);
}
