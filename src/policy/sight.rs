//! What a caller may see of a whole list, in a form that a query can ask the database for.

use super::{Actor, Openness, Subject, Who};
use crate::accounts::{OrganizationId, OrganizationKind, OrganizationStatus};
use crate::reference::Prefecture;

/// The reach of one caller's eyes: the same rule as [`super::decide`] for [`super::Action::See`], taken apart.
///
/// A list shows a thing when it is open enough, or known: it belongs to `own`, its bureau is the caller (the
/// prefecture is covered), or `own` is a party of an introduced match on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The caller's organization.
    pub own: Option<OrganizationId>,
    /// The prefectures (1 to 47) whose things the caller moderates; all of them for the operator.
    pub prefectures: Vec<u8>,
    /// The openness levels the caller may read.
    pub openness: Vec<Openness>,
    /// Whether exact budgets are shown; otherwise filters and sorting work on bands (no bisection).
    pub figures: bool,
}

impl Sight {
    /// Whether the caller may see `subject`.
    pub fn shows(&self, subject: &Subject) -> bool {
        self.knows(subject) || self.openness.contains(&subject.openness)
    }

    /// Whether the caller may know who stands behind `subject`, even while it is anonymous.
    pub fn knows(&self, subject: &Subject) -> bool {
        let introduced = subject.counterpart_may_know && subject.counterpart == self.own;
        (self.own.is_some() && (subject.owner == self.own || introduced))
            || subject.prefecture.is_some_and(|prefecture| self.prefectures.contains(&prefecture))
    }
}

/// The reach of `actor`'s eyes.
pub fn sight(actor: &Actor) -> Sight {
    let everywhere = || Prefecture::all().map(Prefecture::code).collect();
    let (own, prefectures, approved) = match &actor.who {
        Who::System | Who::CommandLine => (None, everywhere(), true),
        Who::Public | Who::Link => (None, Vec::new(), false),
        Who::Member(member) => {
            let approved = member.status == OrganizationStatus::Approved;
            let prefectures = match member.kind {
                OrganizationKind::Operator if approved => everywhere(),
                OrganizationKind::Bureau if approved => member.covers.clone(),
                _ => Vec::new(),
            };
            (Some(member.organization), prefectures, approved)
        }
    };
    let openness =
        if approved { vec![Openness::Public, Openness::Registered] } else { vec![Openness::Public] };
    Sight { own, prefectures, openness, figures: approved }
}
