//! The mail as it goes over the wire (RFC 5322).

use std::time::SystemTime;

use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

use crate::db::Timestamp;
use crate::notices::outbox::Outgoing;
use crate::notices::retry::SendError;

/// Headers, then the text, then its HTML twin; encoded so that no line is over 998 octets.
///
/// The Message-ID is the mail's own id: a mail sent twice after a crash can be recognised.
pub(super) fn compose(mail: &Outgoing, from: &Mailbox, now: Timestamp) -> Result<Message, SendError> {
    let host = from.email.domain();
    let to = mail.recipient.parse().map_err(|_| SendError::Refused("not a mail address".to_owned()))?;
    let mut builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.subject.as_str())
        .date(SystemTime::from(now.utc()))
        .message_id(Some(format!("<{}@{host}>", mail.id)))
        // RFC 3834: out-of-office robots do not answer.
        .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()));
    if let Some(url) = &mail.unsubscribe_url {
        // RFC 2369, 8058 and 2919; scorers of spam want all three or none.
        builder = builder
            .raw_header(raw("List-Unsubscribe", format!("<{url}>")))
            .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
            .raw_header(raw("List-Id", format!("Kakehashi <notices.{host}>")));
    }
    let body = MultiPart::alternative_plain_html(mail.body_text.clone(), mail.body_html.clone());
    let body = match (&mail.calendar_method, &mail.calendar) {
        (Some(method), Some(file)) => with_invite(body, method, file)?,
        _ => body,
    };
    builder.multipart(body).map_err(|error| SendError::Failed(error.to_string()))
}

/// Text and HTML with the appointment as a third way to read the same (RFC 6047 section 2.4), and as a file for those
/// whose mail program knows no appointments.
fn with_invite(body: MultiPart, method: &str, file: &str) -> Result<MultiPart, SendError> {
    let kind = format!("text/calendar; charset=utf-8; method={method}");
    let kind = ContentType::parse(&kind).map_err(|error| SendError::Refused(error.to_string()))?;
    let part = SinglePart::builder().header(kind.clone()).body(file.to_owned());
    let attached = Attachment::new("session.ics".to_owned()).body(file.to_owned(), kind);
    Ok(MultiPart::mixed().multipart(body.singlepart(part)).singlepart(attached))
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notices::{Kind, MailId};

    fn mail() -> Outgoing {
        Outgoing {
            id: MailId(uuid::Uuid::nil()),
            kind: Kind::ChallengePublished,
            recipient: "sato@city.example.jp".to_owned(),
            subject: "【Kakehashi】地域課題が公開されました：除雪車の位置をつかみたい（岩見沢市）".to_owned(),
            body_text: "あ".repeat(2_000),
            body_html: "<p>あ</p>".to_owned(),
            unsubscribe_url: Some(format!("https://kakehashi.example/unsubscribe?u={}", "0".repeat(32))),
            secret: false,
            attempts: 1,
            calendar_method: None,
            calendar: None,
        }
    }

    fn written(mail: &Outgoing) -> String {
        let from = "架け橋 <no-reply@kakehashi.example>".parse().expect("a sender");
        let now = Timestamp::from_utc("2026-11-21T00:00:00Z".parse().expect("an instant"));
        let message = compose(mail, &from, now).expect("a message");
        String::from_utf8(message.formatted()).expect("seven-bit text")
    }

    #[test]
    fn the_wire_form_is_ascii_in_short_lines() {
        let written = written(&mail());
        assert!(written.is_ascii());
        assert!(written.split("\r\n").all(|line| line.len() <= 998 && !line.contains('\n')));
    }

    #[test]
    fn programs_can_tell_what_it_is_and_how_to_stop_it() {
        let written = written(&mail());
        for header in [
            "Message-ID: <00000000-0000-0000-0000-000000000000@kakehashi.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
            "List-Id: Kakehashi <notices.kakehashi.example>\r\n",
            "Date: Sat, 21 Nov 2026 00:00:00 +0000\r\n",
        ] {
            assert!(written.contains(header), "{header} in {written}");
        }
    }

    #[test]
    fn security_mail_has_no_list_headers() {
        let written = written(&Outgoing { unsubscribe_url: None, ..mail() });
        assert!(!written.contains("List-"), "{written}");
    }

    #[test]
    fn an_appointment_stands_beside_the_text_and_as_a_file() {
        let file = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n".to_owned();
        let mail = Outgoing { calendar_method: Some("REQUEST".to_owned()), calendar: Some(file), ..mail() };
        let written = written(&mail);
        assert!(written.contains("Content-Type: multipart/mixed;"), "{written}");
        assert!(written.contains("text/calendar; charset=utf-8; method=REQUEST"), "{written}");
        assert!(written.contains("Content-Disposition: attachment; filename=\"session.ics\""), "{written}");
    }

    #[test]
    fn a_subject_cannot_bring_headers_of_its_own() {
        let lure = Outgoing { subject: "x\r\nBcc: everyone@example.jp".to_owned(), ..mail() };
        let written = written(&lure);
        assert!(!written.to_lowercase().contains("\r\nbcc:"), "{written}");
    }

    #[test]
    fn what_is_no_address_is_refused_for_good() {
        let from = "no-reply@kakehashi.example".parse().expect("a sender");
        let now = Timestamp::from_utc("2026-11-21T00:00:00Z".parse().expect("an instant"));
        let mail = Outgoing { recipient: "nobody".to_owned(), ..mail() };
        assert!(matches!(compose(&mail, &from, now), Err(SendError::Refused(_))));
    }
}
