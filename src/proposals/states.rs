//! The states of a proposal, the phases of its call, and the steps between them (domain.md section 3). Pure.

use crate::failure::Failure;
use crate::text_enum;

text_enum! {
    /// Where a proposal stands.
    #[schema(as = ProposalStatus)]
    pub enum Status {
        /// 下書き: being written.
        Draft = "draft",
        /// 提出済み: a version was submitted.
        Submitted = "submitted",
        /// 候補: on the municipality's shortlist.
        Shortlisted = "shortlisted",
        /// 採択: chosen.
        Selected = "selected",
        /// 見送り: not chosen, with a reason.
        Declined = "declined",
        /// 取下げ: taken back by its proposer.
        Withdrawn = "withdrawn",
    }
}

text_enum! {
    /// The steps, under the names of the API.
    #[schema(as = ProposalStep)]
    pub enum Step {
        /// Change the text.
        Edit = "edit",
        /// Submit it, or a new version of it.
        Submit = "submit",
        /// Take it back.
        Withdraw = "withdraw",
        /// Throw a draft away.
        Delete = "delete",
        /// Put it on the shortlist (municipality).
        Shortlist = "shortlist",
        /// Choose it (municipality).
        Select = "select",
        /// Say no, with reason and feedback (municipality).
        Decline = "decline",
    }
}

text_enum! {
    /// Why a proposal ended as it did.
    #[schema(as = ProposalReason)]
    pub enum ReasonCode {
        /// It fits the need best.
        BestFit = "best_fit",
        /// It is worth its money most.
        BestValue = "best_value",
        /// Its evidence convinced.
        BestEvidence = "best_evidence",
        /// It does not fit the need.
        NotFitting = "not_fitting",
        /// It costs more than there is.
        TooExpensive = "too_expensive",
        /// It cannot be done as planned.
        NotFeasible = "not_feasible",
        /// There is too little evidence.
        TooLittleEvidence = "too_little_evidence",
        /// Something needed is missing.
        Incomplete = "incomplete",
        /// Another proposal was chosen.
        AnotherChosen = "another_chosen",
        /// The challenge was withdrawn or cancelled.
        CallWithdrawn = "call_withdrawn",
        /// Another reason, said in the feedback.
        Other = "other",
    }
}

impl ReasonCode {
    /// Whether the municipality may give it for `step`.
    pub fn is_for(self, step: Step) -> bool {
        let yes = matches!(self, Self::BestFit | Self::BestValue | Self::BestEvidence);
        match step {
            Step::Select => yes || self == Self::Other,
            Step::Decline => !yes && self != Self::CallWithdrawn,
            _ => false,
        }
    }

    /// Those of `step`.
    pub fn of(step: Step) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |code| code.is_for(step))
    }
}

/// Where the call of a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Proposals are taken.
    Open,
    /// The deadline has passed, or the challenge was withdrawn; the proposal was not opened.
    Shut,
    /// The proposal was opened to its municipality.
    Opened,
}

impl Status {
    /// The state after `step` in `phase`, or `None` when there is no such step from here.
    ///
    /// A deleted draft has no state any more; [`Step::Delete`] therefore leads back to `Draft`.
    pub fn after(self, step: Step, phase: Phase) -> Option<Self> {
        match (self, step, phase) {
            (Self::Draft | Self::Submitted | Self::Withdrawn, Step::Edit, Phase::Open) => Some(self),
            (Self::Draft | Self::Submitted | Self::Withdrawn, Step::Submit, Phase::Open) => {
                Some(Self::Submitted)
            }
            (Self::Draft, Step::Delete, _) => Some(Self::Draft),
            (Self::Submitted | Self::Shortlisted, Step::Withdraw, _) => Some(Self::Withdrawn),
            (Self::Submitted, Step::Shortlist, Phase::Opened) => Some(Self::Shortlisted),
            (Self::Shortlisted, Step::Select, Phase::Opened) => Some(Self::Selected),
            (Self::Submitted | Self::Shortlisted, Step::Decline, Phase::Opened) => Some(Self::Declined),
            _ => None,
        }
    }

    /// The state after `step`.
    ///
    /// # Errors
    /// `IllegalStep` with the legal ones.
    pub fn step(self, step: Step, phase: Phase) -> Result<Self, Failure> {
        self.after(step, phase).ok_or_else(|| Failure::IllegalStep {
            step: step.as_str(),
            from: self.as_str(),
            legal: self.legal_steps(phase).map(Step::as_str).collect(),
        })
    }

    /// The steps that lead on from here.
    pub fn legal_steps(self, phase: Phase) -> impl Iterator<Item = Step> {
        Step::ALL.iter().copied().filter(move |step| self.after(*step, phase).is_some())
    }

    /// Whether its proposer waits for an answer.
    pub const WAITING: [Self; 2] = [Self::Submitted, Self::Shortlisted];
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASES: [Phase; 3] = [Phase::Open, Phase::Shut, Phase::Opened];

    #[test]
    fn every_step_is_legal_or_refused_as_written() {
        use Phase::{Open, Opened, Shut};
        let legal: [(Status, Step, &[Phase], Status); 14] = [
            (Status::Draft, Step::Edit, &[Open], Status::Draft),
            (Status::Submitted, Step::Edit, &[Open], Status::Submitted),
            (Status::Withdrawn, Step::Edit, &[Open], Status::Withdrawn),
            (Status::Draft, Step::Submit, &[Open], Status::Submitted),
            (Status::Submitted, Step::Submit, &[Open], Status::Submitted),
            (Status::Withdrawn, Step::Submit, &[Open], Status::Submitted),
            (Status::Draft, Step::Delete, &[Open, Shut, Opened], Status::Draft),
            (Status::Submitted, Step::Withdraw, &[Open, Shut, Opened], Status::Withdrawn),
            (Status::Shortlisted, Step::Withdraw, &[Open, Shut, Opened], Status::Withdrawn),
            (Status::Submitted, Step::Shortlist, &[Opened], Status::Shortlisted),
            (Status::Shortlisted, Step::Select, &[Opened], Status::Selected),
            (Status::Submitted, Step::Decline, &[Opened], Status::Declined),
            (Status::Shortlisted, Step::Decline, &[Opened], Status::Declined),
            (Status::Declined, Step::Decline, &[], Status::Declined),
        ];
        for from in Status::ALL {
            for step in Step::ALL {
                for phase in PHASES {
                    let expected = legal
                        .iter()
                        .find(|(a, b, phases, _)| (a, b) == (from, step) && phases.contains(&phase))
                        .map(|(_, _, _, to)| *to);
                    assert_eq!(from.after(*step, phase), expected, "{step} from {from} in {phase:?}");
                }
            }
        }
    }

    #[test]
    fn a_choice_and_a_refusal_have_reasons_of_their_own() {
        assert!(ReasonCode::of(Step::Select).eq([
            ReasonCode::BestFit,
            ReasonCode::BestValue,
            ReasonCode::BestEvidence,
            ReasonCode::Other
        ]));
        assert!(
            !ReasonCode::BestFit.is_for(Step::Decline) && !ReasonCode::CallWithdrawn.is_for(Step::Decline)
        );
        assert_eq!(ReasonCode::of(Step::Shortlist).count(), 0);
    }
}
