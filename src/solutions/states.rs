//! The states of a solution and the steps between them (domain.md section 3). Pure.

use super::SolutionStatus;
use crate::text_enum;

text_enum! {
    /// The steps, under the names of the API.
    pub enum Step {
        /// Change the text; on a published one a new version of it.
        Edit = "edit",
        /// Put it before the bureau.
        Submit = "submit",
        /// Take it back from the bureau.
        Recall = "recall",
        /// Put it into the catalogue, or back into it after a suspension (bureau).
        Publish = "publish",
        /// Give it back with comments (bureau).
        Return = "return",
        /// Take it out of the catalogue (bureau).
        Suspend = "suspend",
        /// No longer offer it.
        Archive = "archive",
        /// Throw a draft away.
        Delete = "delete",
    }
}

impl SolutionStatus {
    /// The state after `step`, or `None` when the machine has no such step from here.
    ///
    /// What waits for the bureau is not edited, so that the bureau publishes what it read. A deleted draft has
    /// no state any more; [`Step::Delete`] therefore leads back to `Draft`.
    pub fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Draft | Self::Returned | Self::Published | Self::Suspended, Step::Edit) => Some(self),
            (Self::Draft | Self::Returned, Step::Submit) => Some(Self::InReview),
            (Self::Draft, Step::Delete) => Some(Self::Draft),
            (Self::InReview, Step::Recall) => Some(Self::Draft),
            (Self::InReview | Self::Suspended, Step::Publish) => Some(Self::Published),
            (Self::InReview, Step::Return) => Some(Self::Returned),
            (Self::Published, Step::Suspend) => Some(Self::Suspended),
            (Self::Published, Step::Archive) => Some(Self::Archived),
            _ => None,
        }
    }

    /// Whether its vendor still writes it: nobody else has read it as it is.
    pub fn is_written(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }

    /// Whether it stands in the catalogue.
    pub fn is_offered(self) -> bool {
        self == Self::Published
    }

    /// Whether a change must leave nothing out: what others read, or read before.
    pub fn must_be_complete(self) -> bool {
        matches!(self, Self::Published | Self::Suspended)
    }
}

crate::walks!(SolutionStatus, Step);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;
    use SolutionStatus::{Archived, Draft, InReview, Published, Returned, Suspended};

    /// Every legal step; all other pairs are refused.
    const ROAD: &[(SolutionStatus, Step, SolutionStatus)] = &[
        (Draft, Step::Edit, Draft),
        (Draft, Step::Submit, InReview),
        (Draft, Step::Delete, Draft),
        (InReview, Step::Recall, Draft),
        (InReview, Step::Publish, Published),
        (InReview, Step::Return, Returned),
        (Returned, Step::Edit, Returned),
        (Returned, Step::Submit, InReview),
        (Published, Step::Edit, Published),
        (Published, Step::Suspend, Suspended),
        (Published, Step::Archive, Archived),
        (Suspended, Step::Edit, Suspended),
        (Suspended, Step::Publish, Published),
    ];

    #[test]
    fn every_step_from_every_state_is_on_the_road_or_refused_with_the_legal_ones() {
        for from in SolutionStatus::ALL.iter().copied() {
            for step in Step::ALL.iter().copied() {
                let road = ROAD.iter().find(|(at, taken, _)| *at == from && *taken == step);
                match (from.step(step), road) {
                    (Ok(to), Some((_, _, expected))) => assert_eq!(to, *expected, "{from} {step}"),
                    (Err(Failure::IllegalStep { step: named, from: at, legal }), None) => {
                        assert_eq!((named, at), (step.as_str(), from.as_str()));
                        let here = |other: &&Step| ROAD.iter().any(|(at, on, _)| *at == from && on == *other);
                        let expected: Vec<&str> =
                            Step::ALL.iter().filter(here).map(|other| other.as_str()).collect();
                        assert_eq!(legal, expected, "{from} {step}");
                    }
                    (answer, road) => panic!("{from} {step}: {answer:?}, but the road says {road:?}"),
                }
            }
        }
    }
}
