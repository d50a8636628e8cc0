//! lettre is the client, as it is in production; raw sockets where lettre is too polite.

use std::io::{BufRead, BufReader, Write};
use std::time::Instant;

use lettre::message::MultiPart;
use lettre::transport::smtp::SmtpTransportBuilder;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::{Message, SmtpTransport, Transport};

use super::*;

const SOON: Duration = Duration::from_secs(10);

fn client(sink: &SmtpSink) -> SmtpTransportBuilder {
    SmtpTransport::from_url(&sink.url()).unwrap().timeout(Some(SOON))
}

fn mail(to: &str, subject: &str) -> Message {
    Message::builder()
        .from("Kakehashi <notice@example.jp>".parse().unwrap())
        .to(to.parse().unwrap())
        .subject(subject)
        .message_id(Some("<one@example.jp>".to_owned()))
        .multipart(MultiPart::alternative_plain_html(
            "除雪の課題\n.点で始まる行\n".to_owned(),
            "<p>除雪の課題</p>".to_owned(),
        ))
        .unwrap()
}

#[test]
fn a_mail_arrives_whole_with_its_envelope() {
    let sink = SmtpSink::start();
    client(&sink).build().send(&mail("町役場 <town@example.jp>", "課題が公開されました")).unwrap();
    let delivery = sink.wait_for("town@example.jp", "公開", SOON);
    assert_eq!(delivery.from, "notice@example.jp");
    assert_eq!(delivery.to, ["town@example.jp"]);
    assert_eq!(delivery.login, None);
    assert!(delivery.acknowledged);
    assert_eq!(delivery.mail().text.trim_end(), "除雪の課題\n.点で始まる行");
    assert_eq!(delivery.mail().header("Message-ID"), Some("<one@example.jp>"));
}

#[test]
fn an_address_that_is_refused_for_good_fails_permanently() {
    let sink = SmtpSink::start();
    sink.refuse("nobody@example.jp", Refusal::Permanent);
    let error = client(&sink).build().send(&mail("nobody@example.jp", "x")).unwrap_err();
    assert!(error.is_permanent(), "{error}");
    assert_eq!(sink.unread(), []);
}

#[test]
fn an_address_that_is_refused_for_now_is_taken_later() {
    let sink = SmtpSink::start();
    sink.refuse("busy@example.jp", Refusal::Temporary);
    let error = client(&sink).build().send(&mail("busy@example.jp", "x")).unwrap_err();
    assert!(error.is_transient(), "{error}");
    sink.accept("busy@example.jp");
    client(&sink).build().send(&mail("busy@example.jp", "x")).unwrap();
    assert!(sink.wait_for("busy@example.jp", "x", SOON).acknowledged);
}

#[test]
fn a_connection_that_breaks_before_the_answer_leaves_an_unacknowledged_delivery() {
    let sink = SmtpSink::start();
    sink.fail_next(Fault::DropBeforeAnswer);
    let error = client(&sink).build().send(&mail("town@example.jp", "x")).unwrap_err();
    assert!(!error.is_permanent(), "{error}");
    assert!(!sink.wait_for("town@example.jp", "x", SOON).acknowledged);

    client(&sink).build().send(&mail("town@example.jp", "x")).unwrap();
    assert!(sink.wait_for("town@example.jp", "x", SOON).acknowledged);
}

#[test]
fn a_slow_answer_takes_as_long_as_it_was_told_to() {
    let sink = SmtpSink::start();
    sink.fail_next(Fault::Delay(Duration::from_millis(200)));
    let begin = Instant::now();
    client(&sink).build().send(&mail("town@example.jp", "x")).unwrap();
    assert!(begin.elapsed() >= Duration::from_millis(200));
}

#[test]
fn who_must_sign_in_is_known_by_name_with_either_mechanism() {
    let sink = SmtpSink::start();
    sink.require_login("kakehashi", "secret");
    for mechanism in [Mechanism::Plain, Mechanism::Login] {
        let client = client(&sink)
            .credentials(Credentials::new("kakehashi".to_owned(), "secret".to_owned()))
            .authentication(vec![mechanism]);
        client.build().send(&mail("town@example.jp", "x")).unwrap();
        assert_eq!(sink.wait_for("town@example.jp", "x", SOON).login.as_deref(), Some("kakehashi"));
    }
}

#[test]
fn who_signs_in_wrongly_or_not_at_all_is_turned_away() {
    let sink = SmtpSink::start();
    sink.require_login("kakehashi", "secret");
    let wrong = Credentials::new("kakehashi".to_owned(), "guess".to_owned());
    assert!(client(&sink).credentials(wrong).build().send(&mail("town@example.jp", "x")).is_err());
    assert!(client(&sink).build().send(&mail("town@example.jp", "x")).unwrap_err().is_permanent());
    assert_eq!(sink.unread(), []);
}

#[test]
fn mails_on_one_connection_are_one_connection() {
    let sink = SmtpSink::start();
    let client = client(&sink).build();
    for subject in ["one", "two", "three"] {
        client.send(&mail("town@example.jp", subject)).unwrap();
    }
    assert_eq!(sink.connections(), 1);
    assert_eq!(sink.wait_for("town@example.jp", "two", SOON).mail().subject, "two");
    let unread: Vec<_> = sink.unread().iter().map(|delivery| delivery.mail().subject).collect();
    assert_eq!(unread, ["one", "three"]);
}

#[test]
fn a_server_that_is_gone_refuses_connections() {
    let sink = SmtpSink::start();
    let client = client(&sink).build();
    client.send(&mail("town@example.jp", "x")).unwrap();
    drop(sink);
    assert!(client.send(&mail("town@example.jp", "x")).is_err());
}

/// A client without manners; it fails rather than hang when the server says nothing.
fn raw(sink: &SmtpSink) -> (TcpStream, BufReader<TcpStream>) {
    let stream = TcpStream::connect(sink.address).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    let answers = BufReader::new(stream.try_clone().unwrap());
    (stream, answers)
}

#[test]
fn commands_that_are_unknown_or_out_of_order_are_refused() {
    let sink = SmtpSink::start();
    let (mut stream, mut answers) = raw(&sink);
    let mut hear = || {
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        answer[..3].to_owned()
    };
    assert_eq!(hear(), "220");
    for (command, code) in [
        ("MAIL FROM:<a@example.jp>", "503"),
        ("HELO me", "250"),
        ("RCPT TO:<b@example.jp>", "503"),
        ("MAIL FROM:a@example.jp", "501"),
        ("MAIL FROM:<a@example.jp>", "250"),
        ("DATA", "503"),
        ("AUTH CRAM-MD5", "504"),
        ("TURN", "500"),
        ("QUIT", "221"),
    ] {
        stream.write_all(format!("{command}\r\n").as_bytes()).unwrap();
        assert_eq!(hear(), code, "{command}");
    }
}

#[test]
fn a_message_that_breaks_off_is_no_delivery() {
    let sink = SmtpSink::start();
    let (mut stream, answers) = raw(&sink);
    let half = "HELO me\r\nMAIL FROM:<a@example.jp>\r\nRCPT TO:<b@example.jp>\r\nDATA\r\nSubject: half\r\n";
    stream.write_all(half.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    // The server closes when it has seen the end: then it has decided.
    let codes: Vec<_> = answers.lines().map(|answer| answer.unwrap()[..3].to_owned()).collect();
    assert_eq!(codes, ["220", "250", "250", "250", "354"]);
    assert_eq!(sink.unread(), []);
}
