//! The states of an organization (domain.md section 3): pending → approved | rejected; approved ⇄ suspended.

use super::OrganizationStatus;
use crate::failure::Failure;

/// A step of the bureau in charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It may act.
    Approve,
    /// It may not come in.
    Reject,
    /// It may read, not act, until it is reinstated.
    Suspend,
    /// It may act again.
    Reinstate,
}

impl Step {
    const ALL: [Self; 4] = [Self::Approve, Self::Reject, Self::Suspend, Self::Reinstate];

    /// The verb of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Suspend => "suspend",
            Self::Reinstate => "reinstate",
        }
    }

    /// The step with this verb.
    pub fn parse(verb: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == verb)
    }

    /// The verbs of all steps.
    pub fn names() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }

    /// The steps to offer in `status`: the legal ones, each way once.
    pub fn offered(status: OrganizationStatus) -> Vec<Self> {
        let legal = Self::ALL.into_iter().filter(|step| step.target(status).is_some());
        legal.filter(|step| (*step, status) != (Self::Approve, OrganizationStatus::Suspended)).collect()
    }

    /// Where the step leads from `status`. To approve a suspended organization is to reinstate it.
    ///
    /// # Errors
    /// `IllegalStep` with the legal ones.
    pub fn from(self, status: OrganizationStatus) -> Result<OrganizationStatus, Failure> {
        self.target(status).ok_or_else(|| Failure::IllegalStep {
            step: self.as_str(),
            from: status.as_str(),
            legal: Self::ALL
                .into_iter()
                .filter(|step| step.target(status).is_some())
                .map(Self::as_str)
                .collect(),
        })
    }

    fn target(self, status: OrganizationStatus) -> Option<OrganizationStatus> {
        use OrganizationStatus::{Approved, Pending, Rejected, Suspended};
        match (self, status) {
            (Self::Approve, Pending | Suspended) | (Self::Reinstate, Suspended) => Some(Approved),
            (Self::Reject, Pending) => Some(Rejected),
            (Self::Suspend, Approved) => Some(Suspended),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrganizationStatus::{Approved, Pending, Rejected, Suspended};

    #[test]
    fn every_pair_of_step_and_state_is_legal_or_refused_as_the_table_says() {
        let table = [
            (Pending, [Some(Approved), Some(Rejected), None, None]),
            (Approved, [None, None, Some(Suspended), None]),
            (Suspended, [Some(Approved), None, None, Some(Approved)]),
            (Rejected, [None, None, None, None]),
        ];
        for (status, targets) in table {
            for (step, target) in Step::ALL.into_iter().zip(targets) {
                assert_eq!(step.from(status).ok(), target, "{step:?} from {status:?}");
            }
        }
    }

    #[test]
    fn a_refusal_names_the_legal_steps() {
        let Err(Failure::IllegalStep { legal, .. }) = Step::Reject.from(Suspended) else {
            panic!("not refused");
        };
        assert_eq!(legal, ["approve", "reinstate"]);
    }
}
