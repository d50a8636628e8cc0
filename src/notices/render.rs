//! A message in words: subject, plain text and light HTML, before anything is sent.

use askama::Template as _;

use super::letter::{Letter, Link};
use crate::accounts::Locale;
use crate::locales;

/// A message ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// `【Kakehashi】` and what it is about, one line.
    pub subject: String,
    /// Plain text, complete in itself.
    pub text: String,
    /// The same as light HTML.
    pub html: String,
}

#[derive(askama::Template)]
#[template(path = "notices/templates/mail.txt", escape = "none")]
struct Text<'a>(&'a Words);

#[derive(askama::Template)]
#[template(path = "notices/templates/mail.html")]
struct Html<'a>(&'a Words);

struct Words {
    lang: &'static str,
    subject: String,
    paragraphs: Vec<String>,
    action: String,
    address: String,
    expiry: Option<String>,
    footer: String,
    unsubscribe: Option<Unsubscribe>,
    public_url: String,
}

/// A line of a paragraph as the HTML shows it.
struct Line<'a> {
    text: &'a str,
    /// Whether it is nothing but an address of ours, and so a link.
    leads: bool,
}

impl Words {
    /// The lines of a paragraph. What others wrote shares its line with words of ours, so it makes no link.
    fn lines<'a>(&'a self, paragraph: &'a str) -> impl Iterator<Item = Line<'a>> {
        paragraph.lines().map(|text| Line { text, leads: self.is_ours(text.trim()) })
    }

    fn is_ours(&self, text: &str) -> bool {
        let path = text.strip_prefix(self.public_url.as_str());
        path.is_some_and(|path| path.starts_with('/') && !path.contains(char::is_whitespace))
    }
}

struct Unsubscribe {
    action: String,
    address: String,
}

/// Puts a message into words. Facts are put in as plain text; the HTML escapes them.
///
/// `unsubscribe` is the address that stops this kind of message; security mail has none.
pub fn letter(letter: &Letter, locale: Locale, public_url: &str, unsubscribe: Option<&str>) -> Rendered {
    let mut facts = letter.facts_in(locale);
    if matches!(letter.link, Link::Secret { .. }) {
        for (_, value) in &mut facts {
            *value = without_links(value);
        }
    }
    let key = |part: &str| format!("mail.{}.{part}", letter.kind.as_str());
    let words = Words {
        lang: locale.as_str(),
        subject: format!(
            "{}{}",
            locales::text(locale, "mail.prefix", &[]),
            title(letter.kind, &facts, locale)
        ),
        paragraphs: paragraphs(&locales::text(locale, &key("body"), &[]), &facts),
        action: locales::text(locale, &key("action"), &facts),
        address: letter.link.address(public_url),
        expiry: locales::has(locale, &key("expiry")).then(|| locales::text(locale, &key("expiry"), &facts)),
        footer: locales::text(locale, "mail.footer", &[("public_url", public_url.to_owned())]),
        unsubscribe: unsubscribe.map(|address| Unsubscribe {
            action: locales::text(locale, "mail.unsubscribe", &[]),
            address: address.to_owned(),
        }),
        public_url: public_url.to_owned(),
    };
    let text = Text(&words).render().unwrap_or_default();
    let html = Html(&words).render().unwrap_or_default();
    Rendered { subject: words.subject, text, html }
}

/// What a message is about, in one line: its subject, and its title in the app.
pub fn title(kind: super::Kind, facts: &[(&str, String)], locale: Locale) -> String {
    one_line(&locales::text(locale, &format!("mail.{}.subject", kind.as_str()), facts))
}

/// A title with a line break must not become a second header (ASVS 1.3.11).
fn one_line(subject: &str) -> String {
    let visible: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// In a mail with a secret link, what somebody else wrote must not look like that link, nor bring one of its
/// own: readers, and programs, act on the first `token=` of the text.
fn without_links(value: &str) -> String {
    value.replace("token=", "token ＝ ").replace("://", "：／／")
}

/// The template's paragraphs with their facts put in. A line that needs a fact which is missing, empty or a mere
/// dash is left out, and so is the label that stands above it on a line of its own.
fn paragraphs(template: &str, facts: &[(&str, String)]) -> Vec<String> {
    let said = |paragraph: &str| {
        let mut lines: Vec<String> = Vec::new();
        for line in paragraph.trim().lines() {
            if can_be_said(line, facts) {
                lines.push(locales::filled(line, facts));
            } else if lines.last().is_some_and(|label| label.ends_with([':', '：'])) {
                lines.pop();
            }
        }
        lines.join("\n")
    };
    template.split("\n\n").map(said).filter(|paragraph| !paragraph.is_empty()).collect()
}

fn can_be_said(line: &str, facts: &[(&str, String)]) -> bool {
    let mut needed = line.split("%{").skip(1).filter_map(|rest| rest.split_once('}'));
    let says = |value: &str| !matches!(value.trim(), "" | "-");
    needed.all(|(name, _)| facts.iter().any(|(known, value)| *known == name && says(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Secret;
    use crate::notices::Kind;
    use uuid::Uuid;

    const URL: &str = "https://kakehashi.example";

    /// Every fact that the slices give with a kind.
    fn facts(kind: Kind) -> &'static [(&'static str, &'static str)] {
        const ORGANIZATION: (&str, &str) = ("organization", "岩見沢市");
        const REASON: (&str, &str) = ("reason", "担当課の名前が\nありません。");
        const CHALLENGE: (&str, &str) = ("title", "除雪車の\r\n位置をつかみたい");
        const MUNICIPALITY: (&str, &str) = ("municipality", "岩見沢市");
        const SOLUTION: (&str, &str) = ("solution", "ゆきナビ <b>2</b>");
        const COMMENT: (&str, &str) = ("comment", "予算の年度を\n書いてください。");
        const QUESTION: (&str, &str) = ("question", "除雪車は何台ですか。\n電源はありますか。");
        const FEEDBACK: (&str, &str) = ("feedback", "運用の計画がよく考えられていました。");
        const BUREAU: (&str, &str) = ("bureau", "北海道総合通信局");
        const WINDOWS: (&str, &str) = ("windows", "課題の募集：2026年12月1日〜2027年1月15日");
        const VENDOR: (&str, &str) = ("vendor", "北国テック株式会社");
        const WHEN: (&str, &str) = ("when", "2027年3月1日 10:00（日本時間）");
        match kind {
            Kind::VerifyEmail | Kind::AccountExists | Kind::PasswordReset | Kind::PasswordChanged => &[],
            Kind::Invitation => &[ORGANIZATION, ("inviter", "佐藤 花子"), ("role_key", "mail.unsubscribe")],
            Kind::JoinRequested => &[ORGANIZATION, ("member", "鈴木 太郎")],
            Kind::JoinAnswered => &[ORGANIZATION, ("answer_key", "mail.unsubscribe"), REASON],
            Kind::OrganizationWaiting => &[ORGANIZATION, ("place", "北海道")],
            Kind::OrganizationApproved | Kind::OrganizationReturned | Kind::OrganizationSuspended => {
                &[ORGANIZATION, REASON]
            }
            Kind::ChallengeReturned => &[CHALLENGE, MUNICIPALITY, COMMENT],
            Kind::ChallengePublished => &[CHALLENGE, MUNICIPALITY, COMMENT, ("due", "2027-01-31")],
            Kind::ChallengeAmended => &[CHALLENGE, MUNICIPALITY, ("note", "締切を延ばしました。")],
            Kind::ChallengeClosingSoon => &[CHALLENGE, MUNICIPALITY, ("due", "2027-01-31")],
            Kind::SolutionReturned | Kind::SolutionPublished | Kind::SolutionSuspended => {
                &[SOLUTION, COMMENT]
            }
            Kind::NewMatch => &[
                CHALLENGE,
                SOLUTION,
                MUNICIPALITY,
                ("reason_ja", "同じ雪国で使われています。"),
                ("reason_en", "It runs in another snowy region."),
            ],
            Kind::MatchIntroduced => &[
                CHALLENGE,
                SOLUTION,
                ("vendor", "北国テック株式会社"),
                MUNICIPALITY,
                ("contact", "岩見沢市 企画課 佐藤\nsato@city.example.jp"),
            ],
            Kind::MatchAnswered => {
                &[CHALLENGE, SOLUTION, MUNICIPALITY, ("news_key", "mail.match_news.half_agreed"), REASON]
            }
            Kind::ConfirmDeployment => &[
                SOLUTION,
                ("vendor", "北国テック株式会社"),
                MUNICIPALITY,
                ("sector", "除雪"),
                ("started", "2024-11-01"),
                ("ended", "2025-03-31"),
                ("stage", "実証"),
                ("outcome", "完了"),
                ("results", "出動までの時間：90分 → 40分"),
            ],
            Kind::DeploymentAnswered => {
                &[SOLUTION, MUNICIPALITY, ("answer_key", "mail.unsubscribe"), COMMENT]
            }
            Kind::QuestionAsked => &[CHALLENGE, MUNICIPALITY, QUESTION],
            Kind::QuestionAnswered => &[CHALLENGE, MUNICIPALITY, QUESTION, ("answer", "12台です。")],
            Kind::QuestionHidden => &[CHALLENGE, QUESTION, REASON],
            Kind::QuestionsUnanswered | Kind::ProposalsUnanswered => &[
                CHALLENGE,
                MUNICIPALITY,
                ("count", "3"),
                ("since_ja", "2027年1月10日"),
                ("since_en", "10 Jan 2027"),
            ],
            Kind::ProposalReceipt => &[
                CHALLENGE,
                MUNICIPALITY,
                ("number", "2"),
                ("receipt", "01900000-0000-7000-8000-000000000000"),
                ("sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
                ("at_ja", "2027年1月20日 15:04（日本時間）"),
                ("at_en", "20 Jan 2027, 15:04 JST"),
                ("due_ja", "2027年1月31日 24:00（日本時間）"),
                ("due_en", "31 Jan 2027, 24:00 JST"),
            ],
            Kind::PartnerInvited => {
                &[CHALLENGE, MUNICIPALITY, ("vendor", "北国テック株式会社"), ("part", "通信機器の設置")]
            }
            Kind::PartnerAnswered => {
                &[CHALLENGE, ("partner", "雪氷システム"), ("answer_key", "mail.unsubscribe")]
            }
            Kind::ProposalsOpened => &[CHALLENGE, MUNICIPALITY, ("count", "3")],
            Kind::ProposalShortlisted => &[CHALLENGE, MUNICIPALITY, FEEDBACK],
            Kind::ProposalSelected | Kind::ProposalDeclined => {
                &[CHALLENGE, MUNICIPALITY, FEEDBACK, ("reason_key", "mail.unsubscribe")]
            }
            Kind::ProposalWithdrawn => &[CHALLENGE, MUNICIPALITY, ("vendor", "北国テック株式会社"), REASON],
            Kind::InvitedToPropose => &[
                CHALLENGE,
                SOLUTION,
                MUNICIPALITY,
                ("reason_ja", "同じ雪国で使われています。"),
                ("reason_en", "It runs in another snowy region."),
                ("note", "ぜひお話を聞かせてください。"),
                ("due_ja", "2027年1月31日"),
                ("due_en", "31 Jan 2027"),
            ],
            Kind::RoundAnnounced | Kind::RoundChanged => &[CHALLENGE, BUREAU, WINDOWS],
            Kind::RoundSurvey => &[CHALLENGE, BUREAU, ("until", "2027年1月15日（金）")],
            Kind::RoundTurned => &[
                CHALLENGE,
                BUREAU,
                WINDOWS,
                ("turn_key", "rounds.turn.challenges.opened"),
                ("next_key", "rounds.turn_next.challenges.opened"),
            ],
            Kind::RoundCancelled => &[CHALLENGE, BUREAU, ("reason", "大雪のため")],
            Kind::SessionAssigned => {
                &[CHALLENGE, MUNICIPALITY, SOLUTION, VENDOR, WHEN, ("place", "札幌第1合同庁舎")]
            }
            Kind::SessionOutcome => &[CHALLENGE, MUNICIPALITY, SOLUTION, VENDOR, WHEN],
            Kind::SessionChanged => &[
                CHALLENGE,
                MUNICIPALITY,
                SOLUTION,
                VENDOR,
                WHEN,
                ("place", "札幌第1合同庁舎"),
                ("before", "2027年3月1日 10:00（日本時間）"),
            ],
            Kind::SessionCancelled => {
                &[CHALLENGE, MUNICIPALITY, SOLUTION, VENDOR, WHEN, ("reason", "大雪のため")]
            }
            Kind::ConfirmChallenge => {
                &[CHALLENGE, MUNICIPALITY, BUREAU, ("summary", "除雪の進み具合が分からない。")]
            }
            Kind::ChallengeAnswered => {
                &[CHALLENGE, MUNICIPALITY, ("answer_key", "mail.unsubscribe"), COMMENT]
            }
            Kind::FieldPublished => &[CHALLENGE, VENDOR, ("until", "2027-09-30")],
            Kind::FieldReturned => &[CHALLENGE, VENDOR, COMMENT],
            Kind::FieldOffered => &[
                CHALLENGE,
                MUNICIPALITY,
                ("news_key", "fields_wanted.news.offered"),
                ("note", "雪が多いです。"),
            ],
            Kind::FieldAnswered => &[
                CHALLENGE,
                VENDOR,
                MUNICIPALITY,
                ("news_key", "fields_wanted.news.accepted"),
                REASON,
                ("contact", "岩見沢市 佐藤 sato@city.example.jp"),
            ],
            Kind::ConfirmWatch => &[("what", "除雪車の位置をつかみたい")],
            Kind::WatchNews => &[
                ("count", "2"),
                ("first", "除雪車の位置をつかみたい（岩見沢市）"),
                ("lines", "・募集が始まりました\n  https://kakehashi.example/challenges/1"),
            ],
            Kind::ModerationDigest => {
                &[("bureau", "北海道総合通信局"), ("count", "3"), ("lines", "地域課題：2件\n団体：1件")]
            }
            Kind::Digest => &[("count", "2"), ("lines", "・一つ目\n・二つ目")],
        }
    }

    fn letter_of(kind: Kind) -> Letter {
        let link = if kind.is_urgent() && !kind.is_sealed() {
            Link::Secret { path: "/somewhere", token: Secret::parse(&"A".repeat(43)).expect("a token") }
        } else {
            Link::Page("/challenges/1".to_owned())
        };
        facts(kind)
            .iter()
            .fold(Letter::new(kind, ("challenge", Uuid::nil()), link), |letter, (name, value)| {
                letter.with(name, *value)
            })
    }

    fn render(kind: Kind, locale: Locale) -> Rendered {
        let stop = format!("{URL}/unsubscribe?u=abc");
        letter(&letter_of(kind), locale, URL, (!kind.is_security()).then_some(stop.as_str()))
    }

    #[test]
    fn every_mail_has_its_words_in_both_languages() {
        for kind in Kind::ALL {
            for locale in Locale::ALL {
                for part in ["subject", "body", "action"] {
                    assert!(
                        locales::has(*locale, &format!("mail.{kind}.{part}")),
                        "{locale} mail.{kind}.{part}"
                    );
                }
                let mail = render(*kind, *locale);
                for part in [&mail.subject, &mail.text, &mail.html] {
                    let unknown = format!("mail.{kind}");
                    assert!(!part.contains("%{") && !part.contains(&unknown), "{locale} {kind}: {part}");
                }
                assert!(mail.subject.starts_with("【Kakehashi】"), "{}", mail.subject);
                assert!(!mail.subject.contains(char::is_control), "{locale} {kind}: {}", mail.subject);
            }
        }
    }

    #[test]
    fn every_fact_is_said_somewhere() {
        for kind in Kind::ALL {
            for locale in Locale::ALL {
                let (mail, letter) = (render(*kind, *locale), letter_of(*kind));
                let facts = letter.facts_in(*locale);
                for (name, value) in
                    facts.iter().filter(|(name, _)| !name.ends_with("_ja") && !name.ends_with("_en"))
                {
                    let first = value.lines().next().unwrap_or_default();
                    assert!(
                        mail.text.contains(first) || mail.subject.contains(first),
                        "{locale} {kind}: {name}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_mail_looks_like_this() {
        for kind in Kind::ALL {
            for locale in Locale::ALL {
                let mail = render(*kind, *locale);
                insta::assert_snapshot!(
                    format!("{kind}.{locale}"),
                    format!("Subject: {}\n\n{}\n-------- html\n{}", mail.subject, mail.text, mail.html)
                );
            }
        }
    }

    #[test]
    fn the_request_to_confirm_says_so_in_its_subject() {
        for locale in Locale::ALL {
            assert!(render(Kind::ConfirmDeployment, *locale).subject.contains("導入実績"));
        }
    }

    #[test]
    fn only_security_mail_has_no_way_to_unsubscribe() {
        for kind in Kind::ALL {
            let mail = render(*kind, Locale::Ja);
            assert_eq!(mail.text.contains("/unsubscribe?u=abc"), !kind.is_security(), "{kind}");
            assert_eq!(mail.html.contains("/unsubscribe?u=abc"), !kind.is_security(), "{kind}");
        }
    }

    #[test]
    fn what_others_wrote_is_text_in_the_html() {
        let mail = render(Kind::SolutionPublished, Locale::Ja);
        assert!(mail.text.contains("ゆきナビ <b>2</b>"));
        assert!(!mail.html.contains("<b>"), "{}", mail.html);
    }

    #[test]
    fn what_others_wrote_cannot_pass_for_the_link_that_acts() {
        let token = Secret::parse(&"A".repeat(43)).expect("a token");
        let lure = Letter::new(
            Kind::ConfirmDeployment,
            ("deployment", Uuid::nil()),
            Link::Secret { path: "/deployment-confirmation", token },
        )
        .with("solution", "https://evil.example/?token=evil")
        .with("municipality", "岩見沢市")
        .with("vendor", "token=evil");
        let mail = letter(&lure, Locale::Ja, URL, Some("https://kakehashi.example/unsubscribe?u=1"));
        let (_, first) = mail.text.split_once("token=").expect("a link");
        assert!(first.starts_with(&"A".repeat(43)), "{}", mail.text);
        assert!(!mail.text.contains("https://evil"), "{}", mail.text);
    }

    #[test]
    fn a_line_without_its_fact_is_left_out_with_its_label() {
        let facts = [("a", "一".to_owned()), ("empty", " ".to_owned()), ("dash", "-".to_owned())];
        let template = "甲：%{a}\n乙：%{b}\n\nコメント：\n%{empty}\n\n丙：%{a}と%{b}\n丁\n戊：%{dash}";
        assert_eq!(paragraphs(template, &facts), ["甲：一", "丁"]);
    }
}
