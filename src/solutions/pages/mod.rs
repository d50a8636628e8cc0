//! The pages of solutions: the catalogue and its comparison, one solution, the form it is written in, and a vendor's
//! own ones. They stand before the same actions as the API.

mod catalogue;
mod compare;
mod detail;
pub(super) mod naming;
mod own;
mod steps;
mod typed;
mod write;

use super::deployments::Evidence;
use crate::web::Shell;

pub use catalogue::show as catalogue;
pub use compare::show as compare;
pub use detail::show as detail;
pub use naming::region as region_name;
pub use own::show as own;
pub use steps::{archive, delete, give_back, publish, recall, submit, suspend};
pub use typed::form as typed_form;
pub use write::{begin, create, edit, save};

/// Solutions that are compared at most.
pub(super) const MOST_COMPARED: usize = compare::MOST;

/// Who stands behind how many deployments, the surest first; none where there are none.
pub(super) fn counted(evidence: &Evidence) -> Vec<(&'static str, usize)> {
    let counts = [
        ("confirmed", evidence.confirmed),
        ("documented", evidence.documented),
        ("declared", evidence.declared),
    ];
    counts.into_iter().filter(|(_, number)| *number > 0).collect()
}

/// One of [`counted`] in words: 確認済み 3件, confirmed: 3.
pub(super) fn counted_line(shell: &Shell, verification: &str, number: &usize) -> String {
    let values = [
        ("state", shell.name("solutions.verification", verification)),
        ("count", shell.number(i64::try_from(*number).unwrap_or(i64::MAX))),
    ];
    shell.tf("solutions.evidence_line", &values)
}
