//! The states of a challenge and the steps between them (domain.md section 3). Pure.

use crate::text_enum;

text_enum! {
    /// Where a challenge stands.
    #[schema(as = ChallengeStatus)]
    pub enum Status {
        /// 下書き: its municipality is still writing.
        Draft = "draft",
        /// 審査中: waits for its bureau.
        InReview = "in_review",
        /// 差戻し: came back with comments.
        Returned = "returned",
        /// 募集中: takes proposals.
        Open = "open",
        /// 締切: the deadline has passed, a decision is due.
        Closed = "closed",
        /// 決定: its municipality has decided.
        Decided = "decided",
        /// 保管: over and done with.
        Archived = "archived",
        /// 取下げ: taken back while open, with a reason.
        Withdrawn = "withdrawn",
    }
}

text_enum! {
    /// The steps, under the names of the API.
    #[schema(as = ChallengeStep)]
    pub enum Step {
        /// Change the text; on an open challenge an amendment.
        Edit = "edit",
        /// Put it before the bureau.
        Submit = "submit",
        /// Take it back from the bureau.
        Recall = "recall",
        /// Open it (bureau).
        Publish = "publish",
        /// Give it back with comments (bureau).
        Return = "return",
        /// Take it back from the public.
        Withdraw = "withdraw",
        /// Close it; also what the scheduler does at the deadline.
        Close = "close",
        /// Move the deadline back.
        Extend = "extend",
        /// Say what came of it.
        Decide = "decide",
        /// Put it away.
        Archive = "archive",
        /// Throw a draft away.
        Delete = "delete",
    }
}

text_enum! {
    /// What came of a challenge.
    #[schema(as = ChallengeOutcome)]
    pub enum Outcome {
        /// A solution was found here.
        Matched = "matched",
        /// Nothing on offer fits.
        NoneSuitable = "none_suitable",
        /// The need or the money has gone.
        Cancelled = "cancelled",
    }
}

impl Status {
    /// The state after `step`, or `None` when the machine has no such step from here.
    ///
    /// A deleted draft has no state any more; [`Step::Delete`] therefore leads back to `Draft`.
    pub fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Draft | Self::Returned, Step::Submit) => Some(Self::InReview),
            (Self::Draft | Self::Returned | Self::Open, Step::Edit) => Some(self),
            (Self::Draft, Step::Delete) => Some(Self::Draft),
            (Self::InReview, Step::Recall) => Some(Self::Draft),
            (Self::InReview, Step::Publish) => Some(Self::Open),
            (Self::InReview, Step::Return) => Some(Self::Returned),
            (Self::Open, Step::Withdraw) => Some(Self::Withdrawn),
            (Self::Open, Step::Close) => Some(Self::Closed),
            (Self::Open, Step::Extend) => Some(Self::Open),
            (Self::Closed, Step::Decide) => Some(Self::Decided),
            (Self::Decided, Step::Archive) => Some(Self::Archived),
            _ => None,
        }
    }

    /// Whether others than its municipality and its bureau may read it, as far as its visibility goes. One
    /// that was withdrawn is no longer theirs to read.
    pub fn is_published(self) -> bool {
        matches!(self, Self::Open | Self::Closed | Self::Decided | Self::Archived)
    }

    /// The states of [`Status::is_published`].
    pub const PUBLISHED: [Self; 4] = [Self::Open, Self::Closed, Self::Decided, Self::Archived];
}

crate::walks!(Status, Step);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    /// Every pair of states with the one step that leads from the first to the second.
    const ROAD: &[(Status, Step, Status)] = &[
        (Status::Draft, Step::Edit, Status::Draft),
        (Status::Draft, Step::Submit, Status::InReview),
        (Status::Draft, Step::Delete, Status::Draft),
        (Status::InReview, Step::Recall, Status::Draft),
        (Status::InReview, Step::Publish, Status::Open),
        (Status::InReview, Step::Return, Status::Returned),
        (Status::Returned, Step::Edit, Status::Returned),
        (Status::Returned, Step::Submit, Status::InReview),
        (Status::Open, Step::Edit, Status::Open),
        (Status::Open, Step::Extend, Status::Open),
        (Status::Open, Step::Withdraw, Status::Withdrawn),
        (Status::Open, Step::Close, Status::Closed),
        (Status::Closed, Step::Decide, Status::Decided),
        (Status::Decided, Step::Archive, Status::Archived),
    ];

    #[test]
    fn every_step_from_every_state_is_on_the_road_or_refused_with_the_legal_ones() {
        for from in Status::ALL {
            for step in Step::ALL {
                let road = ROAD.iter().find(|(at, taken, _)| at == from && taken == step);
                match (from.step(*step), road) {
                    (Ok(to), Some((_, _, expected))) => assert_eq!(to, *expected, "{from} {step}"),
                    (Err(Failure::IllegalStep { step: named, from: at, legal }), None) => {
                        assert_eq!((named, at), (step.as_str(), from.as_str()));
                        let expected: Vec<&str> = Step::ALL
                            .iter()
                            .filter(|other| ROAD.iter().any(|(at, on, _)| at == from && on == *other))
                            .map(|other| other.as_str())
                            .collect();
                        assert_eq!(legal, expected, "{from} {step}");
                    }
                    (answer, road) => panic!("{from} {step}: {answer:?}, but the road says {road:?}"),
                }
            }
        }
    }

    #[test]
    fn only_published_states_are_readable_by_others() {
        for status in Status::ALL {
            assert_eq!(Status::PUBLISHED.contains(status), status.is_published(), "{status}");
        }
        assert!(!Status::Withdrawn.is_published());
    }
}
