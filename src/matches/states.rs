//! The states of a match and the steps between them (domain.md section 3). Pure.

use crate::text_enum;

text_enum! {
    /// Where a match stands.
    pub enum Status {
        /// 候補: waits for the bureau.
        Suggested = "suggested",
        /// 見送り: the bureau said no.
        Dismissed = "dismissed",
        /// 承認済み: the bureau said yes; the vendor does not know of it yet.
        Approved = "approved",
        /// 紹介済み: both sides know each other.
        Introduced = "introduced",
        /// 面談済み: they have met.
        MeetingHeld = "meeting_held",
        /// 合意: both sides want to go on.
        Agreed = "agreed",
        /// プロジェクト: it became a project, which has stages of its own.
        Project = "project",
        /// 終了: it came to nothing, with a reason.
        Ended = "ended",
    }
}

text_enum! {
    /// The steps, under the names of the API.
    pub enum Step {
        /// Say yes to it (bureau).
        Approve = "approve",
        /// Say no to it, with a reason that the vendor never sees (bureau).
        Dismiss = "dismiss",
        /// Make both sides known to each other (bureau).
        Introduce = "introduce",
        /// Say that they have met.
        RecordMeeting = "record-meeting",
        /// Say that the own side wants to go on.
        Agree = "agree",
        /// Give it up, with a reason.
        End = "end",
    }
}

/// Which side of a match somebody stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Whose challenge it is.
    Municipality,
    /// Whose solution it is.
    Vendor,
}

/// Who has said yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    /// The municipality has.
    pub municipality: bool,
    /// The vendor has.
    pub vendor: bool,
}

impl Agreement {
    /// The same with the yes of one side added.
    #[must_use]
    pub fn with(self, side: Side) -> Self {
        match side {
            Side::Municipality => Self { municipality: true, ..self },
            Side::Vendor => Self { vendor: true, ..self },
        }
    }

    /// Whether this side has said yes.
    pub fn of(self, side: Side) -> bool {
        match side {
            Side::Municipality => self.municipality,
            Side::Vendor => self.vendor,
        }
    }

    /// The state of a match that both have met on.
    pub fn status(self) -> Status {
        if self.municipality && self.vendor { Status::Agreed } else { Status::MeetingHeld }
    }
}

impl Status {
    /// The state after `step`, or `None` when the machine has no such step from here.
    ///
    /// [`Step::Agree`] leads to `Agreed` once both sides took it; the first one's leaves the state as it is
    /// ([`Agreement::status`]).
    pub fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Suggested, Step::Approve) => Some(Self::Approved),
            (Self::Suggested, Step::Dismiss) => Some(Self::Dismissed),
            (Self::Approved, Step::Introduce) => Some(Self::Introduced),
            (Self::Introduced, Step::RecordMeeting) => Some(Self::MeetingHeld),
            (Self::MeetingHeld, Step::Agree) => Some(Self::Agreed),
            (Self::Approved | Self::Introduced | Self::MeetingHeld | Self::Agreed, Step::End) => {
                Some(Self::Ended)
            }
            _ => None,
        }
    }
}

crate::walks!(Status, Step);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    /// Every pair of states that a step joins; all other pairs are refused.
    const ARROWS: &[(Status, Step, Status)] = &[
        (Status::Suggested, Step::Approve, Status::Approved),
        (Status::Suggested, Step::Dismiss, Status::Dismissed),
        (Status::Approved, Step::Introduce, Status::Introduced),
        (Status::Approved, Step::End, Status::Ended),
        (Status::Introduced, Step::RecordMeeting, Status::MeetingHeld),
        (Status::Introduced, Step::End, Status::Ended),
        (Status::MeetingHeld, Step::Agree, Status::Agreed),
        (Status::MeetingHeld, Step::End, Status::Ended),
        (Status::Agreed, Step::End, Status::Ended),
    ];

    #[test]
    fn every_state_takes_its_own_steps_and_refuses_all_others() {
        for from in Status::ALL {
            for step in Step::ALL {
                let arrow = ARROWS.iter().find(|(start, taken, _)| start == from && taken == step);
                assert_eq!(from.after(*step), arrow.map(|(_, _, end)| *end), "{from} {step}");
            }
        }
    }

    #[test]
    fn a_refused_step_names_the_legal_ones() {
        let refused = Status::Approved.step(Step::Approve).unwrap_err();
        let Failure::IllegalStep { step, from, legal } = refused else { panic!("{refused}") };
        assert_eq!((step, from, legal), ("approve", "approved", vec!["introduce", "end"]));
    }

    #[test]
    fn nothing_leads_out_of_an_end() {
        for end in [Status::Dismissed, Status::Ended, Status::Project] {
            assert!(end.legal_steps().next().is_none(), "{end}");
        }
    }

    #[test]
    fn it_is_agreed_when_both_sides_have_agreed_in_either_order() {
        for [first, second] in [[Side::Municipality, Side::Vendor], [Side::Vendor, Side::Municipality]] {
            let one = Agreement::default().with(first);
            assert_eq!((one.status(), one.with(first).status()), (Status::MeetingHeld, Status::MeetingHeld));
            assert_eq!(one.with(second).status(), Status::Agreed);
        }
    }
}
