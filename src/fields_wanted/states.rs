//! The states of a call and of a raised hand, and the steps between them. Pure.

use crate::text_enum;

text_enum! {
    /// Where a call stands.
    #[schema(as = FieldWantedStatus)]
    pub enum Status {
        /// Being written.
        Draft = "draft",
        /// Waits for the bureau.
        InReview = "in_review",
        /// Came back with comments.
        Returned = "returned",
        /// Municipalities may raise a hand.
        Open = "open",
        /// Over: its last day has passed, every place is taken, or its vendor closed it.
        Closed = "closed",
    }
}

text_enum! {
    /// The steps of a call, under the names of the API.
    #[schema(as = FieldWantedStep)]
    pub enum Step {
        /// Change the text.
        Edit = "edit",
        /// Put it before the bureau.
        Submit = "submit",
        /// Take it back from the bureau.
        Recall = "recall",
        /// Open it (bureau).
        Publish = "publish",
        /// Give it back with comments (bureau).
        Return = "return",
        /// Take no more hands.
        Close = "close",
        /// Throw a draft away.
        Delete = "delete",
    }
}

impl Status {
    /// The state after `step`; a deleted draft has none, so [`Step::Delete`] leads back to `Draft`.
    pub fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Draft | Self::Returned, Step::Edit) => Some(self),
            (Self::Draft | Self::Returned, Step::Submit) => Some(Self::InReview),
            (Self::Draft, Step::Delete) => Some(Self::Draft),
            (Self::InReview, Step::Recall) => Some(Self::Draft),
            (Self::InReview, Step::Publish) => Some(Self::Open),
            (Self::InReview, Step::Return) => Some(Self::Returned),
            (Self::Open, Step::Close) => Some(Self::Closed),
            _ => None,
        }
    }

    /// Whether everyone may read it.
    pub fn is_published(self) -> bool {
        matches!(self, Self::Open | Self::Closed)
    }
}

crate::walks!(Status, Step);

text_enum! {
    /// Where a raised hand stands.
    #[schema(as = FieldOfferStatus)]
    pub enum OfferStatus {
        /// Waits for the vendor.
        Offered = "offered",
        /// The vendor said yes.
        Accepted = "accepted",
        /// The vendor said no, with the reason.
        Declined = "declined",
        /// The municipality took it back.
        Withdrawn = "withdrawn",
    }
}

text_enum! {
    /// The steps of a raised hand, under the names of the API.
    #[schema(as = FieldOfferStep)]
    pub enum OfferStep {
        /// Raise it, perhaps once more.
        Offer = "offer",
        /// Say yes (vendor).
        Accept = "accept",
        /// Say no with a reason (vendor).
        Decline = "decline",
        /// Take it back (municipality).
        Withdraw = "withdraw",
    }
}

impl OfferStatus {
    /// The state after `step`.
    pub fn after(self, step: OfferStep) -> Option<Self> {
        match (self, step) {
            (Self::Offered, OfferStep::Accept) => Some(Self::Accepted),
            (Self::Offered, OfferStep::Decline) => Some(Self::Declined),
            (Self::Offered, OfferStep::Withdraw) => Some(Self::Withdrawn),
            (Self::Withdrawn, OfferStep::Offer) => Some(Self::Offered),
            _ => None,
        }
    }
}

crate::walks!(OfferStatus, OfferStep);

#[cfg(test)]
mod tests {
    use super::*;

    const ROAD: &[(Status, Step, Status)] = &[
        (Status::Draft, Step::Edit, Status::Draft),
        (Status::Draft, Step::Submit, Status::InReview),
        (Status::Draft, Step::Delete, Status::Draft),
        (Status::InReview, Step::Recall, Status::Draft),
        (Status::InReview, Step::Publish, Status::Open),
        (Status::InReview, Step::Return, Status::Returned),
        (Status::Returned, Step::Edit, Status::Returned),
        (Status::Returned, Step::Submit, Status::InReview),
        (Status::Open, Step::Close, Status::Closed),
    ];

    #[test]
    fn every_step_of_a_call_is_on_the_road_or_refused() {
        for from in Status::ALL {
            for step in Step::ALL {
                let road = ROAD.iter().find(|(at, taken, _)| at == from && taken == step);
                assert_eq!(from.after(*step), road.map(|(_, _, to)| *to), "{from} {step}");
                assert_eq!(from.step(*step).is_err(), road.is_none(), "{from} {step}");
            }
        }
    }

    #[test]
    fn a_hand_is_answered_once_and_can_be_raised_again_after_it_was_taken_back() {
        let legal = |from: OfferStatus| from.legal_steps().collect::<Vec<_>>();
        assert_eq!(legal(OfferStatus::Offered), [OfferStep::Accept, OfferStep::Decline, OfferStep::Withdraw]);
        assert_eq!(legal(OfferStatus::Withdrawn), [OfferStep::Offer]);
        assert!(legal(OfferStatus::Accepted).is_empty() && legal(OfferStatus::Declined).is_empty());
    }
}
