//! What moderators and municipalities decided about matches, as lessons for the weights of the ranking.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Explanation;
use super::states::Status;
use crate::challenges::ChallengeId;
use crate::db::schema::matches;
use crate::db::{DbConn, Json};
use crate::failure::Failure;
use crate::matching::evaluate::{Lesson, Sample};

/// How good a pair turned out to be, 0 to 3; `None` while nobody has decided anything.
///
/// Agreed (and what follows) is what everybody hopes for. Introduced or met is a yes of the bureau to both sides, approved a
/// yes on paper, ended a yes that came to nothing. Dismissed is a no.
fn grade(status: Status) -> Option<u8> {
    match status {
        Status::Suggested => None,
        Status::Dismissed => Some(0),
        Status::Ended | Status::Approved => Some(1),
        Status::Introduced | Status::MeetingHeld => Some(2),
        Status::Agreed | Status::Project => Some(3),
    }
}

/// One lesson for each challenge of which a match was decided, with the component values as they were when it was made, under
/// rules in which a place that is not served had the factor `not_served`.
///
/// # Errors
/// `Internal` when the rows cannot be read.
pub fn lessons(conn: &mut DbConn, not_served: f64) -> Result<Vec<Lesson>, Failure> {
    let rows: Vec<(ChallengeId, Status, Json<Explanation>)> = matches::table
        .select((matches::challenge_id, matches::status, matches::explanation))
        .order((matches::challenge_id, matches::id))
        .load(conn)?;
    let mut lessons: BTreeMap<ChallengeId, Lesson> = BTreeMap::new();
    for (challenge, status, Json(explanation)) in rows {
        let Some(grade) = grade(status) else { continue };
        let values = explanation.components.iter().map(|component| component.value);
        let served = explanation.eligibility_reason.is_none();
        let sample = Sample::from_parts(values, explanation.eligibility, served, grade, not_served);
        let lesson = lessons
            .entry(challenge)
            .or_insert_with(|| Lesson { name: challenge.to_string(), samples: Vec::new() });
        lesson.samples.push(sample);
    }
    Ok(lessons.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_further_a_match_came_the_better_it_was_and_what_is_open_teaches_nothing() {
        let order = [Status::Dismissed, Status::Approved, Status::Introduced, Status::Agreed];
        let grades: Vec<u8> = order.into_iter().filter_map(grade).collect();
        assert_eq!(grades, [0, 1, 2, 3]);
        assert_eq!(grade(Status::Suggested), None);
    }
}
