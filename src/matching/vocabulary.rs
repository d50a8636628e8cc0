//! The states of offers and needs that matching weighs, under the names of the public contract.

use crate::text_enum;

text_enum! {
    /// How far a solution has come.
    pub enum Maturity {
        /// An idea with a plan.
        Concept = "concept",
        /// Works on the bench.
        Prototype = "prototype",
        /// Tried in a region.
        Piloted = "piloted",
        /// On sale.
        Commercial = "commercial",
    }
}

text_enum! {
    /// Where a challenge wants to begin.
    pub enum EntryStage {
        /// 計画
        Planning = "planning",
        /// 実証
        Pilot = "pilot",
        /// 実装
        Operation = "operation",
    }
}

text_enum! {
    /// How seriously a solution was used in one place.
    pub enum DeploymentStage {
        /// 実証
        Pilot = "pilot",
        /// 実装
        Operation = "operation",
    }
}

text_enum! {
    /// What came of a deployment.
    pub enum DeploymentOutcome {
        /// Still in use.
        Ongoing = "ongoing",
        /// Ended as planned.
        Completed = "completed",
        /// Given up.
        Discontinued = "discontinued",
    }
}

text_enum! {
    /// Who stands behind a deployment.
    pub enum Verification {
        /// The vendor says so.
        Declared = "declared",
        /// A bureau or operator read the evidence.
        Documented = "documented",
        /// The municipality named in it said so.
        Confirmed = "confirmed",
    }
}
