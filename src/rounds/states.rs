//! The states of a round and the steps between them. Pure.

use crate::text_enum;

text_enum! {
    /// Where a round stands.
    #[schema(as = RoundStatus)]
    pub enum Status {
        /// 準備中: its bureau is still writing.
        Draft = "draft",
        /// 告知済み: everyone may read it; its windows open and close by the clock.
        Announced = "announced",
        /// 終了: its last window has closed.
        Ended = "ended",
        /// 中止: called off, with a reason.
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// The steps, under the names of the API.
    #[schema(as = RoundStep)]
    pub enum Step {
        /// Change what it says or its windows.
        Edit = "edit",
        /// Make it public.
        Announce = "announce",
        /// Ask every municipality of the region for its needs.
        Survey = "survey",
        /// Plan, change and publish sessions.
        Arrange = "arrange",
        /// Call it off.
        Cancel = "cancel",
        /// It is over; also what the scheduler does when the last window closes.
        End = "end",
        /// Throw a draft away.
        Delete = "delete",
    }
}

impl Status {
    /// The state after `step`, or `None` when there is no such step from here. A deleted draft has no state any more;
    /// [`Step::Delete`] therefore leads back to `Draft`.
    pub fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Draft | Self::Announced, Step::Edit) => Some(self),
            (Self::Draft, Step::Announce) => Some(Self::Announced),
            (Self::Draft, Step::Delete) => Some(Self::Draft),
            (Self::Announced, Step::Survey | Step::Arrange) => Some(Self::Announced),
            (Self::Announced, Step::Cancel) => Some(Self::Cancelled),
            (Self::Announced, Step::End) => Some(Self::Ended),
            _ => None,
        }
    }
}

crate::walks!(Status, Step);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    const ROAD: &[(Status, Step, Status)] = &[
        (Status::Draft, Step::Edit, Status::Draft),
        (Status::Draft, Step::Announce, Status::Announced),
        (Status::Draft, Step::Delete, Status::Draft),
        (Status::Announced, Step::Edit, Status::Announced),
        (Status::Announced, Step::Survey, Status::Announced),
        (Status::Announced, Step::Arrange, Status::Announced),
        (Status::Announced, Step::Cancel, Status::Cancelled),
        (Status::Announced, Step::End, Status::Ended),
    ];

    #[test]
    fn every_step_from_every_state_is_on_the_road_or_refused_with_the_legal_ones() {
        for from in Status::ALL {
            for step in Step::ALL {
                let road = ROAD.iter().find(|(at, taken, _)| at == from && taken == step);
                match (from.step(*step), road) {
                    (Ok(to), Some((_, _, expected))) => assert_eq!(to, *expected, "{from} {step}"),
                    (Err(Failure::IllegalStep { legal, .. }), None) => {
                        let on = |other: &&Step| ROAD.iter().any(|(at, on, _)| at == from && on == *other);
                        let expected: Vec<&str> =
                            Step::ALL.iter().filter(on).map(|other| other.as_str()).collect();
                        assert_eq!(legal, expected, "{from} {step}");
                    }
                    (answer, road) => panic!("{from} {step}: {answer:?}, but the road says {road:?}"),
                }
            }
        }
    }
}
