//! What a mail server that does not answer may hold up: its own mails, and nothing else.

use std::time::{Duration, Instant};

use kakehashi::accounts::Secret;
use kakehashi::notices::{Kind, Letter, Link, MailState};
use kakehashi::settings::Transport;

use super::inbox::{solution_published, tell};
use super::outbox::Outbox;
use crate::support::app::TestApp;
use crate::support::patience;
use crate::support::process::{Place, Service};
use crate::support::sink::{Fault, SmtpSink};

#[test]
fn the_mail_somebody_waits_for_is_out_in_five_seconds_while_others_are_slow() {
    let sink = SmtpSink::start();
    let app = TestApp::start_with(|settings| {
        settings.mail.transport = Transport::Smtp;
        settings.mail.smtp_url = sink.url();
    });
    let (slow, waiting) = (app.vendor("除雪技研"), app.vendor("北国テック"));
    for number in 0..6 {
        sink.fail_next(Fault::Delay(Duration::from_secs(8)));
        tell(&app, &slow, &solution_published(&format!("その{number}")));
    }
    // Every sender of ordinary mail has one that takes its time.
    let held = || (sink.connections() >= 3).then_some(());
    patience::until(Duration::from_secs(20), held).expect("three mails on their way");
    let reset = Letter::new(
        Kind::PasswordReset,
        ("member", waiting.member.0),
        Link::Secret { path: "/password-reset", token: Secret::generate() },
    );
    // The next message is taken at once.
    sink.forgive();
    tell(&app, &waiting, &reset);
    sink.wait_for(&waiting.email, "パスワード", Duration::from_secs(5));
}

#[test]
fn a_server_that_does_not_answer_does_not_keep_the_service_from_ending() {
    let sink = SmtpSink::start();
    sink.fail_next(Fault::Delay(Duration::from_secs(40)));
    let place = Place::on_sqlite();
    assert!(place.run(&["migrate"]).status.success());
    let outbox = Outbox::with(|settings| {
        settings.paths.var = place.var();
        settings.database.url = format!("sqlite:{}", place.var().join("kakehashi.db").display());
    });
    outbox.queue("sato@city.example.jp", "ゆきナビ");
    let mut command = place.command(&["serve"]);
    command.env("KAKEHASHI_MAIL__TRANSPORT", "smtp").env("KAKEHASHI_MAIL__SMTP_URL", sink.url());
    let service = Service::start(command);
    let sending = || (outbox.row().state == MailState::Sending).then_some(());
    patience::until(Duration::from_secs(20), sending).expect("the mail is on its way");
    let begin = Instant::now();
    assert!(service.terminate().success());
    // A bound of the contract, not a measurement.
    assert!(begin.elapsed() < Duration::from_secs(10));
}
