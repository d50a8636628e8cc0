//! A mail as the person who gets it sees it.

use mail_parser::{Address, MessageParser, PartType};

/// A received mail, decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    /// Addresses of the From header, without names.
    pub from: Vec<String>,
    /// Addresses of the To header, without names.
    pub to: Vec<String>,
    pub subject: String,
    /// The plain text part, lines ended by `\n`. Every mail has one.
    pub text: String,
    /// The HTML twin, when there is one.
    pub html: Option<String>,
    headers: Vec<(String, String)>,
}

impl Mail {
    /// Reads the bytes of an `.eml` file or of an SMTP delivery.
    ///
    /// Panics when they are no mail, or when the mail has no plain text part: readers behind a municipal gateway
    /// would see an empty page.
    pub fn parse(bytes: &[u8]) -> Self {
        let message = MessageParser::default().parse(bytes).expect("these bytes are no mail");
        let subject = message.subject().unwrap_or_default().to_owned();
        let text = message.text_bodies().find_map(|part| match &part.body {
            PartType::Text(text) => Some(text.replace("\r\n", "\n")),
            _ => None,
        });
        let text = text.unwrap_or_else(|| panic!("the mail {subject:?} has no plain text part"));
        let html = message.html_bodies().find_map(|part| match &part.body {
            PartType::Html(html) => Some(html.replace("\r\n", "\n")),
            _ => None,
        });
        let headers = message.headers_raw().map(|(name, value)| (name.to_owned(), unfold(value))).collect();
        Self { from: addresses(message.from()), to: addresses(message.to()), subject, text, html, headers }
    }

    /// Whether it goes to `recipient` and its subject contains `words`.
    pub fn is_about(&self, recipient: &str, words: &str) -> bool {
        self.to.iter().any(|to| to == recipient) && self.subject.contains(words)
    }

    /// A header on one line, encoded words left as they are; the first one where there are several.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The token of the link that acts: the first `token=…` of the text part, as every reader of our mails may
    /// rely on. Panics when there is none.
    pub fn token(&self) -> &str {
        let (_, rest) = self
            .text
            .split_once("token=")
            .unwrap_or_else(|| panic!("no link that acts in {:?}:\n{}", self.subject, self.text));
        let end = rest.find(|c: char| !is_token(c)).unwrap_or(rest.len());
        &rest[..end]
    }
}

/// Characters that stand in a URL's query as they are (RFC 3986, unreserved).
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~".contains(c)
}

fn addresses(header: Option<&Address<'_>>) -> Vec<String> {
    header.into_iter().flat_map(Address::iter).filter_map(|one| one.address()).map(str::to_owned).collect()
}

/// A folded header value on one line (RFC 5322, 2.2.3).
fn unfold(value: &str) -> String {
    value.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

mod tests {
    use super::*;
    use lettre::Message;
    use lettre::message::header::{HeaderName, HeaderValue};
    use lettre::message::{Attachment, MultiPart, SinglePart};

    fn confirmation() -> Message {
        let mut mail = Message::builder()
            .from("架け橋 <notice@example.jp>".parse().unwrap())
            .to("岩見沢市 佐藤 <sato@city.example.jp>".parse().unwrap())
            .subject("【Kakehashi】導入実績の確認をお願いします：除雪車の運行管理システムを三年間使い続けた記録について")
            .multipart(MultiPart::alternative_plain_html(
                "ご確認ください。\n\nhttps://example.jp/confirm?token=aB3-_x.9~z\n配信停止 https://example.jp/stop?key=no\n"
                    .to_owned(),
                "<p>ご確認ください。</p>".to_owned(),
            ))
            .unwrap();
        mail.headers_mut().insert_raw(HeaderValue::new(
            HeaderName::new_from_ascii_str("List-Unsubscribe"),
            "<https://example.jp/stop?key=no>".to_owned(),
        ));
        mail
    }

    #[test]
    fn a_japanese_mail_is_read_as_its_reader_sees_it() {
        let mail = Mail::parse(&confirmation().formatted());
        assert_eq!(mail.from, ["notice@example.jp"]);
        assert_eq!(mail.to, ["sato@city.example.jp"]);
        assert_eq!(
            mail.subject,
            "【Kakehashi】導入実績の確認をお願いします：除雪車の運行管理システムを三年間使い続けた記録について"
        );
        assert!(mail.text.starts_with("ご確認ください。\n\nhttps://"), "{}", mail.text);
        assert_eq!(mail.html.as_deref().map(str::trim_end), Some("<p>ご確認ください。</p>"));
    }

    #[test]
    fn headers_are_found_whatever_their_case() {
        let mail = Mail::parse(&confirmation().formatted());
        assert_eq!(mail.header("list-unsubscribe"), Some("<https://example.jp/stop?key=no>"));
        assert_eq!(mail.header("X-Nowhere"), None);
    }

    #[test]
    fn a_folded_header_comes_back_on_one_line() {
        let mail = Mail::parse(
            b"To: a@example.jp\r\nReferences: <one@example.jp>\r\n <two@example.jp>\r\n\r\nhello\r\n",
        );
        assert_eq!(mail.header("References"), Some("<one@example.jp> <two@example.jp>"));
    }

    #[test]
    fn the_token_ends_where_the_link_ends() {
        assert_eq!(Mail::parse(&confirmation().formatted()).token(), "aB3-_x.9~z");
    }

    #[test]
    #[should_panic(expected = "no link that acts")]
    fn a_mail_without_an_acting_link_has_no_token() {
        Mail::parse(b"To: a@example.jp\r\nSubject: hello\r\n\r\nhttps://example.jp/stop?key=no\r\n").token();
    }

    #[test]
    fn a_mail_is_about_its_recipient_and_the_words_of_its_subject() {
        let mail = Mail::parse(&confirmation().formatted());
        assert!(mail.is_about("sato@city.example.jp", "導入実績"));
        assert!(!mail.is_about("sato@city.example.jp", "招待"));
        assert!(!mail.is_about("notice@example.jp", "導入実績"));
    }

    #[test]
    #[should_panic(expected = "no plain text part")]
    fn a_mail_of_html_alone_is_a_defect() {
        Mail::parse(b"To: a@example.jp\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n");
    }

    #[test]
    fn a_calendar_file_is_not_taken_for_the_text() {
        let calendar = Attachment::new("session.ics".to_owned())
            .body("BEGIN:VCALENDAR".to_owned(), "text/calendar".parse().unwrap());
        let mail = Message::builder()
            .from("notice@example.jp".parse().unwrap())
            .to("sato@city.example.jp".parse().unwrap())
            .subject("提案会")
            .multipart(
                MultiPart::mixed()
                    .singlepart(SinglePart::plain("日時が決まりました。".to_owned()))
                    .singlepart(calendar),
            )
            .unwrap();
        let mail = Mail::parse(&mail.formatted());
        assert_eq!(mail.text.trim_end(), "日時が決まりました。");
        assert_eq!(mail.html, None);
    }
}
