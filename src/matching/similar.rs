//! Likeness of two challenges: what was written, what for, and in what kind of place.

use super::components::{
    Anchor, ChallengeView, RegionFacts, SectorFacts, kind_likeness, nearest, nearness_to, relation_value,
};
use super::document::ChallengeDoc;
use super::facts::{Component, Denied, Eligibility, Facts, TextFacts};
use super::ranking::Ranked;
use super::rules::Rules;
use super::text::saturated;

/// One challenge to which others are likened.
pub(super) struct Likeness<'a> {
    pub(super) rules: &'a Rules,
    pub(super) doc: &'a ChallengeDoc,
    pub(super) view: &'a ChallengeView,
}

impl Likeness<'_> {
    /// How alike another is whose words have this relevance, 0 to 1.
    pub(super) fn score(&self, other: &ChallengeDoc, relevance: f64) -> f64 {
        let [sector, text, region] = self.weights();
        sector * relation_value(self.sectors(other).relation, &self.rules.sector)
            + text * saturated(relevance, self.rules.text.half)
            + region * self.places(other).value(self.rules)
    }

    /// The same with its reasons.
    pub(super) fn explained(&self, other: &ChallengeDoc, text: TextFacts) -> Ranked<()> {
        let score = self.score(other, text.relevance);
        let facts =
            [Facts::Sector(self.sectors(other)), Facts::Text(text), Facts::Region(self.places(other))];
        let components = facts.into_iter().zip(self.weights()).map(|(facts, weight)| {
            let value = facts.value(self.rules);
            Component::new(facts, value, weight)
        });
        Ranked {
            rank: 1,
            id: (),
            score,
            newcomer: false,
            kept_place: false,
            eligibility: Eligibility { factor: 1.0, reason: None, denied: Denied::default() },
            components: components.collect(),
        }
    }

    fn weights(&self) -> [f64; 3] {
        let weights = &self.rules.similar;
        let sum = (weights.sector + weights.text + weights.region).max(f64::MIN_POSITIVE);
        [weights.sector, weights.text, weights.region].map(|weight| weight / sum)
    }

    fn sectors(&self, other: &ChallengeDoc) -> SectorFacts {
        nearest(&self.doc.sectors, &other.sectors)
    }

    /// Likeness of place: half the kind of municipality, half the site conditions that the two share.
    fn places(&self, other: &ChallengeDoc) -> RegionFacts {
        let kinds = kind_likeness(self.doc.place.municipality().kind, other.place.municipality().kind);
        let alike = f64::midpoint(kinds, self.conditions(other));
        let floor = self.rules.region.likeness_floor;
        RegionFacts {
            anchor: Anchor::Challenge,
            place: other.place,
            nearness: nearness_to(self.view.place(), other.place),
            reach: None,
            alike: Some(other.place),
            likeness: floor + (1.0 - floor) * alike,
        }
    }

    /// Share of the conditions of either that both have; two sites without any are alike.
    fn conditions(&self, other: &ChallengeDoc) -> f64 {
        let (own, its) = (&self.doc.conditions, &other.conditions);
        let both = own.iter().filter(|condition| its.contains(condition)).count();
        let either = own.len() + its.len() - both;
        if either == 0 { 1.0 } else { both as f64 / either as f64 }
    }
}
