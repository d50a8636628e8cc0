//! The states of a question and the steps between them. Pure.

use crate::text_enum;

text_enum! {
    /// Where a question stands.
    #[schema(as = QuestionStatus)]
    pub enum Status {
        /// 回答待ち: waits for the municipality.
        Asked = "asked",
        /// 回答済み: everyone of its audience reads it.
        Answered = "answered",
        /// 取下げ: its asker took it back.
        Withdrawn = "withdrawn",
        /// 非表示: the bureau took it out of sight, with a reason.
        Hidden = "hidden",
    }
}

text_enum! {
    /// The steps, under the names of the API.
    #[schema(as = QuestionStep)]
    pub enum Step {
        /// Answer it (municipality).
        Answer = "answer",
        /// Take it back (asker).
        Withdraw = "withdraw",
        /// Take it out of sight, with a reason (bureau).
        Hide = "hide",
    }
}

text_enum! {
    /// Who reads an answered question.
    #[schema(as = QuestionAudience)]
    pub enum Audience {
        /// Everyone who may read the challenge.
        Public = "public",
        /// Members of approved organizations.
        Registered = "registered",
    }
}

impl Status {
    /// The state after `step`, or `None` when the machine has no such step from here.
    pub fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Asked, Step::Answer) => Some(Self::Answered),
            (Self::Asked, Step::Withdraw) => Some(Self::Withdrawn),
            (Self::Asked | Self::Answered, Step::Hide) => Some(Self::Hidden),
            _ => None,
        }
    }
}

crate::walks!(Status, Step);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_step_is_legal_or_refused_as_written() {
        let legal = [
            (Status::Asked, Step::Answer, Status::Answered),
            (Status::Asked, Step::Withdraw, Status::Withdrawn),
            (Status::Asked, Step::Hide, Status::Hidden),
            (Status::Answered, Step::Hide, Status::Hidden),
        ];
        for from in Status::ALL {
            for step in Step::ALL {
                let expected = legal.iter().find(|(a, b, _)| (a, b) == (from, step)).map(|(_, _, to)| *to);
                assert_eq!(from.after(*step), expected, "{step} from {from}");
            }
        }
    }
}
