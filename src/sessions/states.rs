//! The states of a session, the steps between them, and what can come of it. Pure.

use crate::text_enum;

text_enum! {
    /// Where a session stands.
    #[schema(as = SessionStatus)]
    pub enum Status {
        /// 調整中: on the bureau's plan; its parties do not know of it.
        Planned = "planned",
        /// 確定: its parties were told.
        Published = "published",
        /// 開催済み: its time is over.
        Held = "held",
        /// 中止: called off, or taken off the plan.
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// The steps, under the names of the API.
    #[schema(as = SessionStep)]
    pub enum Step {
        /// Give it another slot.
        Move = "move",
        /// Tell its parties.
        Publish = "publish",
        /// Call it off.
        Cancel = "cancel",
        /// Its time is over (the scheduler's).
        Hold = "hold",
        /// Say what came of it.
        RecordOutcome = "record-outcome",
    }
}

text_enum! {
    /// What a party says came of a session.
    #[schema(as = SessionOutcome)]
    pub enum Outcome {
        /// 話を続ける
        Continue = "continue",
        /// 実証へ進む
        Pilot = "pilot",
        /// 今回は見送る
        No = "no",
    }
}

text_enum! {
    /// Where a pair came from.
    #[schema(as = SessionSource)]
    pub enum Source {
        /// The vendor proposed.
        Proposal = "proposal",
        /// The bureau approved or introduced the match.
        Match = "match",
        /// It stands high in the ranking.
        Ranking = "ranking",
        /// The bureau put it on the plan by hand.
        Bureau = "bureau",
    }
}

impl Status {
    /// The state after `step`, or `None` when there is no such step from here.
    pub fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Planned | Self::Published, Step::Move) => Some(self),
            (Self::Planned, Step::Publish) => Some(Self::Published),
            (Self::Planned | Self::Published, Step::Cancel) => Some(Self::Cancelled),
            (Self::Published, Step::Hold) => Some(Self::Held),
            (Self::Held, Step::RecordOutcome) => Some(Self::Held),
            _ => None,
        }
    }
}

crate::walks!(Status, Step, |step| step != Step::Hold);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    const ROAD: &[(Status, Step, Status)] = &[
        (Status::Planned, Step::Move, Status::Planned),
        (Status::Planned, Step::Publish, Status::Published),
        (Status::Planned, Step::Cancel, Status::Cancelled),
        (Status::Published, Step::Move, Status::Published),
        (Status::Published, Step::Cancel, Status::Cancelled),
        (Status::Published, Step::Hold, Status::Held),
        (Status::Held, Step::RecordOutcome, Status::Held),
    ];

    #[test]
    fn every_step_from_every_state_is_on_the_road_or_refused_with_the_legal_ones() {
        for from in Status::ALL {
            for step in Step::ALL {
                let road = ROAD.iter().find(|(at, taken, _)| at == from && taken == step);
                match (from.step(*step), road) {
                    (Ok(to), Some((_, _, expected))) => assert_eq!(to, *expected, "{from} {step}"),
                    (Err(Failure::IllegalStep { legal, .. }), None) => {
                        let on = |other: &&Step| {
                            **other != Step::Hold && ROAD.iter().any(|(at, on, _)| at == from && on == *other)
                        };
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
