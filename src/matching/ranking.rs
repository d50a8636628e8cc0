//! What is asked of the index, and what it answers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::facts::{Component, Eligibility};
use super::weights::Weights;

/// How to rank.
pub struct Query<'q, Id> {
    pub(super) today: NaiveDate,
    pub(super) limit: usize,
    pub(super) weights: Option<Weights>,
    pub(super) newcomers: bool,
    pub(super) visible: Option<&'q dyn Fn(&Id) -> bool>,
}

impl<'q, Id> Query<'q, Id> {
    /// The best `limit` of all candidates by score alone, as of `today`, with the configured weights.
    pub fn new(today: NaiveDate, limit: usize) -> Self {
        Self { today, limit, weights: None, newcomers: false, visible: None }
    }

    /// With these weights instead.
    #[must_use]
    pub fn weights(mut self, weights: Weights) -> Self {
        self.weights = Some(weights);
        self
    }

    /// With the configured share of the first page kept for newcomers.
    #[must_use]
    pub fn keep_places_for_newcomers(mut self) -> Self {
        self.newcomers = true;
        self
    }

    /// Only those that the asker may see; others are no candidates and are not counted.
    #[must_use]
    pub fn visible(mut self, visible: &'q dyn Fn(&Id) -> bool) -> Self {
        self.visible = Some(visible);
        self
    }

    pub(super) fn sees(&self, id: &Id) -> bool {
        self.visible.is_none_or(|visible| visible(id))
    }
}

/// The best, best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranking<Id> {
    /// At most as many as were asked for.
    pub items: Vec<Ranked<Id>>,
    /// How many candidates were compared.
    pub candidates: usize,
}

/// One place in a ranking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranked<Id> {
    /// The place shown, from 1.
    pub rank: usize,
    /// What stands there.
    pub id: Id,
    /// Eligibility times the sum of the contributions, 0 to 1.
    pub score: f64,
    /// Whether it has no operation-stage deployment anywhere, and is good enough without one.
    pub newcomer: bool,
    /// Whether it stands here by the share kept for newcomers and not by its score.
    pub kept_place: bool,
    /// The factor over the whole score.
    pub eligibility: Eligibility,
    /// The components in their fixed order.
    pub components: Vec<Component>,
}

/// One document found by its words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit<Id> {
    /// What was found.
    pub id: Id,
    /// How many of the stretches looked for it contains; the same for all hits.
    pub found: usize,
    /// How relevant it is, 0 to 1.
    pub relevance: f64,
}

impl Ranked<()> {
    pub(super) fn of<Id>(self, id: Id) -> Ranked<Id> {
        let Self { rank, id: (), score, newcomer, kept_place, eligibility, components } = self;
        Ranked { rank, id, score, newcomer, kept_place, eligibility, components }
    }
}
