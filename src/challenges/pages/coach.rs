//! Plain hints while a challenge is written (domain.md section 2, "Coach"). Pure; a hint never stops anybody.

use super::typed::{self, Part};
use crate::challenges::{BudgetStatus, Content, ContractRoute};
use crate::web::forms::{Typed, leave_out};

/// Words in either language. Japanese ones are looked for anywhere, English ones as whole words, alone or in the plural.
struct Words {
    japanese: &'static [&'static str],
    english: &'static [&'static str],
}

impl Words {
    fn are_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let is_english = |word: &str| {
            let singular = word.strip_suffix('s').unwrap_or(word);
            self.english.contains(&word) || self.english.contains(&singular)
        };
        self.japanese.iter().any(|word| text.contains(word))
            || text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_english)
    }
}

/// Words that name a remedy instead of a need. A title with one of them tells vendors what to sell, not what hurts.
const REMEDIES: Words = Words {
    japanese: &[
        "アプリ",
        "システム",
        "ドローン",
        "ロボット",
        "チャットボット",
        "プラットフォーム",
        "ツール",
        "導入",
    ],
    english: &["ai", "app", "chatbot", "dx", "drone", "introducing", "platform", "robot", "system", "tool"],
};
/// Words that name somebody who suffers.
const SUFFERERS: Words = Words {
    japanese: &[
        "住民",
        "職員",
        "市民",
        "町民",
        "村民",
        "区民",
        "高齢者",
        "子ども",
        "児童",
        "生徒",
        "農家",
        "漁業者",
        "事業者",
        "世帯",
        "患者",
        "観光客",
        "利用者",
        "保護者",
        "消防",
        "担い手",
    ],
    english: &[
        "business",
        "businesses",
        "child",
        "children",
        "citizen",
        "clerk",
        "crew",
        "elderly",
        "farmer",
        "firefighter",
        "fisher",
        "household",
        "nurse",
        "parent",
        "passenger",
        "patient",
        "people",
        "pupil",
        "resident",
        "shop",
        "staff",
        "student",
        "tourist",
        "user",
        "villager",
        "visitor",
        "worker",
    ],
};

/// One hint: its text stands under `challenges.coach.<name>`.
pub(super) type Hint = &'static str;

/// Stands for a title that is not typed yet; says nothing to be hinted at.
const UNTITLED: &str = "…";

/// What could still be said better in `parts`, with what is typed there over what is saved; nothing before anything is said.
pub(super) fn hints_of(saved: Option<&Content>, typed: &Typed, parts: &[Part]) -> Vec<Hint> {
    let (mut patch, errors) = typed::patch(typed, parts);
    leave_out(&mut patch, &errors);
    if saved.is_none() && typed.said() == Typed::new() {
        return Vec::new();
    }
    let content = typed::as_far_as_readable(saved, patch, UNTITLED);
    match content {
        Ok(content) => parts.iter().flat_map(|part| hints(&content, *part)).collect(),
        Err(_) => Vec::new(),
    }
}

/// Whether a text gives a figure, in digits of any script or in the numerals of Japanese prose (三百件).
fn has_a_figure(text: &str) -> bool {
    text.chars().any(|letter| letter.is_numeric() || "〇一二三四五六七八九十百千万億".contains(letter))
}

/// What could still be said better in `part`.
fn hints(content: &Content, part: Part) -> Vec<Hint> {
    let mut found = Vec::new();
    let mut hint = |when: bool, name: Hint| {
        if when {
            found.push(name);
        }
    };
    match part {
        Part::Need => {
            let text = format!("{}{}{}", content.summary, content.background, content.current_state);
            hint(REMEDIES.are_in(&content.title), "remedy_in_title");
            hint(!text.is_empty() && !SUFFERERS.are_in(&text), "who_suffers");
            hint(!text.is_empty() && !has_a_figure(&text), "how_often");
        }
        Part::Goal => {
            hint(content.outcomes.is_empty(), "no_indicator");
            hint(
                !content.outcomes.is_empty() && content.outcomes.iter().all(|one| one.target.is_none()),
                "no_target",
            );
        }
        Part::Place => {
            hint(content.sectors.is_empty(), "no_sector");
            hint(content.infrastructure.is_empty(), "no_infrastructure");
        }
        Part::Money => {
            let unsaid = content.budget.status.is_none_or(|status| status == BudgetStatus::NoneYet);
            hint(unsaid && content.budget.most().is_none(), "no_budget");
            let undecided = content.contract_route.is_none_or(|route| route == ContractRoute::Undecided);
            hint(undecided, "no_route");
            hint(content.budget.running_per_year.is_none(), "after_the_pilot");
            hint(content.proposals_due.is_none(), "no_deadline");
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::challenges::Form;

    fn content(title: &str, current_state: &str) -> Content {
        let form = Form {
            title: Some(title.to_owned()),
            current_state: Some(current_state.to_owned()),
            ..Form::default()
        };
        form.parse().expect("a document")
    }

    #[test]
    fn a_title_that_names_a_remedy_is_noticed() {
        assert!(hints(&content("見守りアプリの導入", ""), Part::Need).contains(&"remedy_in_title"));
        assert!(
            !hints(&content("独居の高齢者の異変に早く気づきたい", ""), Part::Need)
                .contains(&"remedy_in_title")
        );
    }

    #[test]
    fn english_words_are_whole_words_in_either_number() {
        assert!(
            hints(&content("Introducing drones for inspection", ""), Part::Need).contains(&"remedy_in_title")
        );
        assert!(!hints(&content("Calls that happen at night", ""), Part::Need).contains(&"remedy_in_title"));
        assert!(hints(&content("Snow", "300 residents call each winter."), Part::Need).is_empty());
    }

    #[test]
    fn whoever_suffers_and_how_often_is_asked_for_until_it_is_said() {
        assert_eq!(hints(&content("雪", "苦情が多い。"), Part::Need), ["who_suffers", "how_often"]);
        assert!(hints(&content("雪", "住民から冬に300件の苦情がある。"), Part::Need).is_empty());
        assert!(hints(&content("雪", "住民から冬に三百件の苦情がある。"), Part::Need).is_empty());
    }

    #[test]
    fn what_comes_after_the_pilot_is_asked_for() {
        let said = hints(&content("雪", ""), Part::Money);
        assert_eq!(said, ["no_budget", "no_route", "after_the_pilot", "no_deadline"]);
    }
}
