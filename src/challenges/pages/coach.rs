//! Plain hints while a challenge is written (domain.md section 2, "Coach"). Pure; a hint never stops anybody.

use super::typed::Part;
use crate::challenges::{BudgetStatus, Content, ContractRoute};

/// Words that name a remedy instead of a need. A title with one of them tells vendors what to sell, not what hurts.
const REMEDIES: [&str; 12] = [
    "アプリ",
    "システム",
    "ドローン",
    "ロボット",
    "チャットボット",
    "プラットフォーム",
    "ツール",
    "導入",
    "DX",
    "AI",
    "app",
    "system",
];
/// Words that name somebody who suffers.
const SUFFERERS: [&str; 20] = [
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
];

/// One hint: its text stands under `challenges.coach.<name>`.
pub(super) type Hint = &'static str;

/// What could still be said better in `part`.
pub(super) fn hints(content: &Content, part: Part) -> Vec<Hint> {
    let mut found = Vec::new();
    let mut hint = |when: bool, name: Hint| {
        if when {
            found.push(name);
        }
    };
    match part {
        Part::Need => {
            let text = format!("{}{}{}", content.summary, content.background, content.current_state);
            hint(REMEDIES.iter().any(|word| content.title.contains(word)), "remedy_in_title");
            hint(!text.is_empty() && !SUFFERERS.iter().any(|word| text.contains(word)), "who_suffers");
            hint(!text.is_empty() && !text.chars().any(char::is_numeric), "how_often");
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
    fn whoever_suffers_and_how_often_is_asked_for_until_it_is_said() {
        assert_eq!(hints(&content("雪", "苦情が多い。"), Part::Need), ["who_suffers", "how_often"]);
        assert!(hints(&content("雪", "住民から冬に300件の苦情がある。"), Part::Need).is_empty());
    }

    #[test]
    fn what_comes_after_the_pilot_is_asked_for() {
        let said = hints(&content("雪", ""), Part::Money);
        assert_eq!(said, ["no_budget", "no_route", "after_the_pilot", "no_deadline"]);
    }
}
