//! Weights fitted to judgements, and measured where the fit did not look.
//!
//! The challenges are dealt into folds. For each fold the weights are fitted on all others and measured on it, so every
//! challenge is measured with weights that never saw it. Three things keep a small collection from being learnt by heart:
//! the search asks for a plateau (the mean over weights moved a little in each direction) and not for a peak; every step
//! away from the weights in force costs something; and what is proposed lies only as far on the way to the fit as there are
//! challenges to support it.

use serde::Serialize;

use super::super::ranking::Ranked;
use super::super::rules::Rules;
use super::super::weights::ComponentName;

/// One judged candidate of a challenge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Values of the components in the order of [`ComponentName::ALL`].
    pub values: [f64; 7],
    /// The factor over the score besides the one for places that are not served.
    pub factor: f64,
    /// Whether the vendor serves the place.
    pub served: bool,
    /// 0 to 3.
    pub grade: u8,
}

impl Sample {
    /// One place of a ranking under `rules`, with the grade that it was given.
    pub fn of<Id>(ranked: &Ranked<Id>, grade: u8, rules: &Rules) -> Self {
        let values = ranked.components.iter().map(|component| component.value);
        let served = ranked.eligibility.reason.is_none();
        Self::from_parts(values, ranked.eligibility.factor, served, grade, rules.eligibility.not_served)
    }

    /// From the values of the components, the whole factor, and the factor that a place not served had in it.
    pub fn from_parts(
        values: impl Iterator<Item = f64>,
        factor: f64,
        served: bool,
        grade: u8,
        not_served: f64,
    ) -> Self {
        let mut all = [0.0; 7];
        all.iter_mut().zip(values).for_each(|(place, value)| *place = value);
        let factor = if served { factor } else { factor / not_served.max(f64::MIN_POSITIVE) };
        Self { values: all, factor: factor.min(1.0), served, grade }
    }
}

/// All judged candidates of one challenge.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// The challenge.
    pub name: String,
    /// At least one above grade 0, or nothing can be learnt.
    pub samples: Vec<Sample>,
}

/// What is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Parameters {
    /// In the order of [`ComponentName::ALL`]; the sum is 1.
    pub weights: [f64; 7],
    /// The factor for a place that is not served.
    pub not_served: f64,
}

/// How well parameters rank, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Compared {
    /// nDCG@10 with the parameters in force.
    pub old: f64,
    /// nDCG@10 with the fitted ones.
    pub new: f64,
}

/// What came of a fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// What is in force.
    pub old: Parameters,
    /// What is proposed: the fit on all challenges, drawn back towards what is in force.
    pub new: Parameters,
    /// How far on the way from the old to the fit the proposal lies, 0 to 1.
    pub trust: f64,
    /// On challenges that the fit did not see, over all folds.
    pub held_out: Compared,
    /// The same for each fold.
    pub folds: Vec<Compared>,
    /// Challenges ranked better, and worse, on the folds.
    pub better: usize,
    /// See `better`.
    pub worse: usize,
    /// How many challenges taught.
    pub lessons: usize,
    /// How many judged pairs they have.
    pub pairs: usize,
}

/// Why nothing is fitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooLittle {
    /// Fewer challenges than could teach anything.
    #[error("{have} challenges with unlike judgements, at least {need} are needed: too few to learn from")]
    Challenges {
        /// How many there are.
        have: usize,
        /// How many it takes.
        need: usize,
    },
    /// Fewer pairs than could teach anything.
    #[error("{have} judged pairs, at least {need} are needed: too few to learn from")]
    Pairs {
        /// How many there are.
        have: usize,
        /// How many it takes.
        need: usize,
    },
}

/// Challenges below which nothing is fitted: with fewer, seven weights could be set by chance.
pub const LEAST_CHALLENGES: usize = 20;
/// Pairs below which nothing is fitted.
pub const LEAST_PAIRS: usize = 100;
/// The number of challenges at which the proposal lies half way to the fit.
const HALF_TRUSTED: f64 = 40.0;
/// What moving the weights by one in all costs, in nDCG.
const PULL: f64 = 0.05;
/// How far weights are moved to see whether they stand on a plateau.
const JITTER: f64 = 0.2;
/// The steps by which one parameter is tried.
const STEPS: [f64; 4] = [0.6, 0.8, 1.25, 1.6];
/// Rounds over all parameters.
const ROUNDS: usize = 4;

/// Fits parameters to lessons with `folds` folds (at least 2).
///
/// # Errors
/// See [`TooLittle`]. Lessons whose grades are all alike teach nothing and are not counted.
pub fn fit(lessons: &[Lesson], old: Parameters, folds: usize) -> Result<Fit, TooLittle> {
    let mut lessons: Vec<&Lesson> = lessons.iter().filter(|lesson| lesson.teaches()).collect();
    lessons.sort_by(|a, b| a.name.cmp(&b.name));
    let pairs = lessons.iter().map(|lesson| lesson.samples.len()).sum();
    if lessons.len() < LEAST_CHALLENGES {
        return Err(TooLittle::Challenges { have: lessons.len(), need: LEAST_CHALLENGES });
    }
    if pairs < LEAST_PAIRS {
        return Err(TooLittle::Pairs { have: pairs, need: LEAST_PAIRS });
    }
    let trust = lessons.len() as f64 / (lessons.len() as f64 + HALF_TRUSTED);
    let folds = folds.clamp(2, lessons.len());
    let (mut each, mut compared) = (Vec::new(), Vec::new());
    for fold in 0..folds {
        let of = |held: bool| -> Vec<&Lesson> {
            let dealt = lessons.iter().enumerate().filter(|(at, _)| (at % folds == fold) == held);
            dealt.map(|(_, lesson)| *lesson).collect()
        };
        let new = climb(&of(false), old).towards(old, 1.0 - trust);
        let held = of(true);
        each.extend(held.iter().map(|lesson| Compared { old: lesson.ndcg(old), new: lesson.ndcg(new) }));
        compared.push(Compared { old: mean(&held, old), new: mean(&held, new) });
    }
    let over = |of: fn(&Compared) -> f64| each.iter().map(of).sum::<f64>() / each.len() as f64;
    Ok(Fit {
        old,
        new: climb(&lessons, old).towards(old, 1.0 - trust),
        trust,
        held_out: Compared { old: over(|one| one.old), new: over(|one| one.new) },
        folds: compared,
        better: each.iter().filter(|one| one.new > one.old + CHANGED).count(),
        worse: each.iter().filter(|one| one.new < one.old - CHANGED).count(),
        lessons: lessons.len(),
        pairs,
    })
}

/// The mean nDCG@10 of lessons under parameters.
pub fn measure_lessons(lessons: &[Lesson], parameters: Parameters) -> f64 {
    let lessons: Vec<&Lesson> = lessons.iter().filter(|lesson| lesson.teaches()).collect();
    mean(&lessons, parameters)
}

/// The least difference that is one.
const CHANGED: f64 = 1e-9;

impl Lesson {
    fn teaches(&self) -> bool {
        let grades = || self.samples.iter().map(|sample| sample.grade);
        grades().max() > grades().min()
    }

    /// nDCG@10 among the samples; those of equal score in the order given.
    fn ndcg(&self, parameters: Parameters) -> f64 {
        let mut scored: Vec<(f64, u8)> =
            self.samples.iter().map(|sample| (parameters.score(sample), sample.grade)).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut ideal: Vec<u8> = self.samples.iter().map(|sample| sample.grade).collect();
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        gain(scored.into_iter().map(|(_, grade)| grade)) / gain(ideal.into_iter())
    }
}

fn gain(grades: impl Iterator<Item = u8>) -> f64 {
    let discounted = (2_u32..).zip(grades.take(10));
    discounted.map(|(place, grade)| (f64::from(grade).exp2() - 1.0) / f64::from(place).log2()).sum()
}

impl Parameters {
    /// Those of rules.
    pub fn of(rules: &Rules) -> Self {
        Self { weights: rules.weights.values(), not_served: rules.eligibility.not_served }
    }

    /// A rule file with these values in place of its own, everything else (comments too) as it was.
    pub fn written_into(&self, file: &str) -> String {
        let mut table = String::new();
        let lines = file.lines().map(|line| {
            if line.starts_with('[') {
                line.clone_into(&mut table);
            }
            let Some((name, _)) = line.split_once(" = ") else { return line.to_owned() };
            let weights = ComponentName::ALL.iter().zip(self.weights);
            let weight = weights.filter(|(known, _)| known.as_str() == name).map(|(_, weight)| weight).next();
            match (table.as_str(), name, weight) {
                ("[weights]", _, Some(weight)) => format!("{name} = {weight:.4}"),
                ("[eligibility]", "not_served", _) => format!("{name} = {:.4}", self.not_served),
                _ => line.to_owned(),
            }
        });
        lines.map(|line| line + "\n").collect()
    }

    fn score(&self, sample: &Sample) -> f64 {
        let sum: f64 = self.weights.iter().zip(sample.values).map(|(weight, value)| weight * value).sum();
        sample.factor * sum * if sample.served { 1.0 } else { self.not_served }
    }

    /// With one parameter multiplied, the weights divided by their sum again. Number 7 is the factor.
    fn scaled(mut self, number: usize, by: f64) -> Self {
        match self.weights.get_mut(number) {
            Some(weight) => *weight *= by,
            None => self.not_served = (self.not_served * by).min(1.0),
        }
        let sum: f64 = self.weights.iter().sum();
        self.weights = self.weights.map(|weight| weight / sum.max(f64::MIN_POSITIVE));
        self
    }

    fn towards(self, other: Self, share: f64) -> Self {
        let between = |own: f64, other: f64| own + share * (other - own);
        let mut weights = self.weights;
        for (weight, other) in weights.iter_mut().zip(other.weights) {
            *weight = between(*weight, other);
        }
        Self { weights, not_served: between(self.not_served, other.not_served) }
    }

    fn distance(&self, other: &Self) -> f64 {
        let weights: f64 = self.weights.iter().zip(other.weights).map(|(a, b)| (a - b).abs()).sum();
        weights + (self.not_served - other.not_served).abs()
    }
}

const PARAMETERS: usize = ComponentName::ALL.len() + 1;

fn mean(lessons: &[&Lesson], parameters: Parameters) -> f64 {
    lessons.iter().map(|lesson| lesson.ndcg(parameters)).sum::<f64>() / lessons.len().max(1) as f64
}

/// The mean over the parameters and their neighbours, less the pull back to `home`.
fn worth(lessons: &[&Lesson], parameters: Parameters, home: &Parameters) -> f64 {
    let around = (0..ComponentName::ALL.len())
        .flat_map(|number| [1.0 - JITTER, 1.0 + JITTER].map(|by| parameters.scaled(number, by)));
    let all: Vec<f64> =
        std::iter::once(parameters).chain(around).map(|neighbour| mean(lessons, neighbour)).collect();
    all.iter().sum::<f64>() / all.len() as f64 - PULL * parameters.distance(home)
}

/// Coordinate ascent from `home`: deterministic, and it never leaves the region of what was in force for nothing.
fn climb(lessons: &[&Lesson], home: Parameters) -> Parameters {
    let (mut best, mut height) = (home, worth(lessons, home, &home));
    for _ in 0..ROUNDS {
        let before = height;
        for number in 0..PARAMETERS {
            let tried = STEPS.map(|by| best.scaled(number, by));
            for parameters in tried {
                let found = worth(lessons, parameters, &home);
                if found > height + CHANGED {
                    (best, height) = (parameters, found);
                }
            }
        }
        if height <= before + CHANGED {
            break;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVEN: Parameters = Parameters { weights: [1.0 / 7.0; 7], not_served: 0.85 };

    /// A world in which only the words tell the good from the bad, and the sector misleads.
    fn lesson(number: usize) -> Lesson {
        let sample = |at: usize| {
            let good = at == number % 5;
            let mut values = [0.5; 7];
            values[0] = if good { 0.3 } else { 0.9 };
            values[1] = if good { 0.9 } else { 0.5 };
            Sample { values, factor: 1.0, served: true, grade: if good { 3 } else { 0 } }
        };
        Lesson { name: format!("q{number:03}"), samples: (0..6).map(sample).collect() }
    }

    #[test]
    fn what_misleads_loses_weight_and_challenges_not_seen_are_ranked_better() {
        // As many as it takes to be trusted beyond the middle of the way.
        let lessons: Vec<Lesson> = (0..120).map(lesson).collect();
        let fit = fit(&lessons, EVEN, 5).unwrap();
        assert!(fit.held_out.new > fit.held_out.old, "{fit:?}");
        assert!(fit.new.weights[1] > EVEN.weights[1] && fit.new.weights[0] < EVEN.weights[0], "{fit:?}");
        assert!((fit.new.weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn too_few_challenges_teach_nothing() {
        let lessons: Vec<Lesson> = (0..LEAST_CHALLENGES - 1).map(lesson).collect();
        let refusal = fit(&lessons, EVEN, 5).unwrap_err();
        assert_eq!(refusal, TooLittle::Challenges { have: LEAST_CHALLENGES - 1, need: LEAST_CHALLENGES });
    }

    #[test]
    fn judgements_that_are_all_alike_are_not_counted() {
        let mut lessons: Vec<Lesson> = (0..40).map(lesson).collect();
        for one in lessons.iter_mut().skip(10) {
            one.samples.iter_mut().for_each(|sample| sample.grade = 0);
        }
        assert!(matches!(fit(&lessons, EVEN, 5), Err(TooLittle::Challenges { have: 10, .. })));
    }

    #[test]
    fn where_all_is_well_nothing_moves() {
        let mut lessons: Vec<Lesson> = (0..30).map(lesson).collect();
        for one in &mut lessons {
            one.samples.iter_mut().for_each(|sample| sample.values = [f64::from(sample.grade) / 3.0; 7]);
        }
        assert_eq!(fit(&lessons, EVEN, 5).unwrap().new, EVEN);
    }
}
