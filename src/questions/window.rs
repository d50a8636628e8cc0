//! Until when questions are taken. Pure.

use chrono::NaiveDate;

use crate::challenges::{self, Brief};
use crate::db::Timestamp;

/// The last day for questions on a challenge; `None` while there is no closing.
///
/// The municipality's own day, else seven days before the deadline for proposals. A call shorter than two weeks takes
/// questions for its first half at least.
pub(super) fn last_day(brief: &Brief) -> Option<NaiveDate> {
    let usual = brief.content.questions_end()?;
    let (None, Some(published), Some(due)) =
        (brief.content.questions_due, brief.published_at, brief.content.proposals_due)
    else {
        return Some(usual);
    };
    let opened = published.japan_date();
    let half = (due - opened) / 2;
    Some(usual.max(opened.checked_add_signed(half).unwrap_or(usual)))
}

/// Whether a question comes in time.
pub(super) fn takes_questions(brief: &Brief, now: Timestamp) -> bool {
    let open = brief.status == challenges::Status::Open && brief.closes_at.is_none_or(|end| now < end);
    open && last_day(brief).and_then(challenges::end_of_day).is_none_or(|end| now < end)
}
