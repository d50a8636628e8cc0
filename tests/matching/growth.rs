//! The index stays right while it grows, shrinks and is put in order: whatever stands where, its answers are those of
//! scoring everything.

use std::collections::BTreeMap;

use kakehashi::matching::{ChallengeDoc, ComponentName, Query, SolutionDoc, Weights};
use proptest::prelude::*;

use super::arbitrary::{challenge, solution};
use super::samples::{TestIndex, today};

/// What can happen to an index.
#[derive(Debug, Clone)]
enum Event {
    Put(u32, Box<SolutionDoc>),
    PutMany(Vec<(u32, SolutionDoc)>),
    Remove(u32),
    Compact,
    /// Work is begun, something changes meanwhile, the work is brought in.
    Upkeep(u32, Box<SolutionDoc>),
}

fn event() -> impl Strategy<Value = Event> {
    let id = || 0..60_u32;
    let boxed = || solution().prop_map(Box::new);
    prop_oneof![
        12 => (id(), boxed()).prop_map(|(id, doc)| Event::Put(id, doc)),
        4 => prop::collection::vec((id(), solution()), 0..40).prop_map(Event::PutMany),
        4 => id().prop_map(Event::Remove),
        1 => Just(Event::Compact),
        2 => (id(), boxed()).prop_map(|(id, doc)| Event::Upkeep(id, doc)),
    ]
}

/// An index and, beside it, what should be in it.
#[derive(Default)]
struct World {
    solutions: BTreeMap<u32, SolutionDoc>,
}

impl World {
    fn happen(&mut self, index: &mut TestIndex, event: Event) {
        match event {
            Event::Put(id, doc) => {
                index.upsert_solution(id, (*doc).clone());
                self.solutions.insert(id, *doc);
            }
            Event::PutMany(documents) => {
                index.upsert_solutions(documents.clone());
                self.solutions.extend(documents);
            }
            Event::Remove(id) => {
                assert_eq!(index.remove_solution(&id), self.solutions.remove(&id).is_some());
            }
            Event::Compact => index.compact(),
            Event::Upkeep(id, doc) => {
                let work = index.upkeep();
                self.happen(index, Event::Put(id, doc));
                if let Some(work) = work {
                    index.bring_in(work.run());
                }
            }
        }
    }

    fn ranked(&self, index: &TestIndex, challenge: &ChallengeDoc, weights: Weights) -> Vec<(u32, f64)> {
        let query = Query::new(today(), 1).weights(weights);
        let candidates = self.solutions.iter().filter(|(_, doc)| doc.candidate);
        let mut all: Vec<(u32, f64)> =
            candidates.map(|(id, doc)| (*id, index.explain_pair(challenge, doc, &query).score)).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all
    }
}

fn weights() -> impl Strategy<Value = Weights> {
    let one = prop_oneof![2 => 0.0..1.0_f64, 1 => Just(0.0), 1 => Just(1.0)];
    (0.01..1.0_f64, prop::array::uniform7(one)).prop_map(|(some, values)| {
        let named = ComponentName::ALL.iter().copied().zip(values);
        let given = named.map(
            |(name, value)| if name == ComponentName::Text { (name, value + some) } else { (name, value) },
        );
        TestIndex::compiled_in().unwrap().rules().weights.adjusted(given).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_happened_the_best_are_those_of_scoring_everything(
        events in prop::collection::vec(event(), 1..40),
        challenge in challenge(), weights in weights(), limit in 1_usize..25,
    ) {
        let mut index = TestIndex::compiled_in().unwrap();
        let mut world = World::default();
        for event in events {
            world.happen(&mut index, event);
        }
        let expected = world.ranked(&index, &challenge, weights);
        let query = Query::new(today(), limit).weights(weights);
        let ranking = index.rank_solutions(&challenge, &query);
        let ranked: Vec<(u32, f64)> = ranking.items.iter().map(|item| (item.id, item.score)).collect();
        prop_assert_eq!(ranking.candidates, expected.len());
        prop_assert_eq!(&ranked, &expected.iter().copied().take(limit).collect::<Vec<_>>());

        let even = |id: &u32| id.is_multiple_of(2);
        let ranking = index.rank_solutions(&challenge, &Query::new(today(), limit).weights(weights).visible(&even));
        let ranked: Vec<(u32, f64)> = ranking.items.iter().map(|item| (item.id, item.score)).collect();
        let seen: Vec<(u32, f64)> = expected.into_iter().filter(|(id, _)| even(id)).collect();
        prop_assert_eq!(ranking.candidates, seen.len());
        prop_assert_eq!(ranked, seen.into_iter().take(limit).collect::<Vec<_>>());
    }

    #[test]
    fn an_index_with_a_past_answers_as_one_without(
        events in prop::collection::vec(event(), 1..30), challenge in challenge(),
    ) {
        let mut index = TestIndex::compiled_in().unwrap();
        let mut world = World::default();
        for event in events {
            world.happen(&mut index, event);
        }
        let mut other = TestIndex::compiled_in().unwrap();
        for (id, doc) in &world.solutions {
            other.upsert_solution(*id, doc.clone());
        }
        let query = || Query::new(today(), 12).keep_places_for_newcomers();
        prop_assert_eq!(index.rank_solutions(&challenge, &query()), other.rank_solutions(&challenge, &query()));
        prop_assert_eq!(index.search_solutions("除雪 カメラ"), other.search_solutions("除雪 カメラ"));
        prop_assert_eq!(index.size().solutions, world.solutions.len());
    }
}

#[test]
fn a_clone_stays_as_it_was() {
    let (mut index, doc) = (TestIndex::compiled_in().unwrap(), super::samples::solution());
    index.upsert_solution(1, doc.clone());
    let before = index.clone();
    index.upsert_solution(2, doc.clone());
    index.remove_solution(&1);
    index.compact();
    let ids = |index: &TestIndex| -> Vec<u32> {
        let ranking = index.rank_solutions(&super::samples::challenge(), &Query::new(today(), 9));
        ranking.items.iter().map(|item| item.id).collect()
    };
    assert_eq!((ids(&before), ids(&index)), (vec![1], vec![2]));
}

mod snapshot {
    //! A snapshot is the index it was made from, or it is nothing.

    use kakehashi::matching::{Index, Query, Rules, SnapshotError};
    use proptest::prelude::*;

    use super::super::arbitrary;
    use super::super::samples::{challenge, solution, today};
    use super::weights;

    type Stored = Index<u64, u64>;

    fn index() -> Stored {
        let mut index = Stored::compiled_in().unwrap();
        for id in 0..40 {
            index.upsert_solution(id, solution());
        }
        index.remove_solution(&7);
        index.upsert_challenge(1, challenge());
        index
    }

    fn saved(index: &Stored) -> Vec<u8> {
        let mut bytes = Vec::new();
        index.save(&mut bytes, b"up to here").unwrap();
        bytes
    }

    #[test]
    fn it_answers_as_the_index_did_and_gives_its_note_back() {
        let index = index();
        let (loaded, note) = Stored::load(Rules::compiled_in().unwrap(), &saved(&index)[..]).unwrap();
        assert_eq!(note, b"up to here");
        assert_eq!((loaded.size().solutions, loaded.size().challenges), (39, 1));
        let query = || Query::new(today(), 9);
        assert_eq!(
            loaded.rank_solutions(&challenge(), &query()),
            index.rank_solutions(&challenge(), &query())
        );
        let backwards = |index: &Stored| index.rank_challenges(&solution(), &Query::new(today(), 9));
        assert_eq!(backwards(&loaded), backwards(&index));
        assert_eq!(loaded.search_solutions("除雪"), index.search_solutions("除雪"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn of_any_world_it_gives_exactly_the_best_of_scoring_everything(
            market in prop::collection::vec(arbitrary::solution(), 1..60), removed in 0..60_u64,
            asked in arbitrary::challenge(), weights in weights(), limit in 1_usize..20,
        ) {
            let mut index = Stored::compiled_in().unwrap();
            for (id, doc) in (0..).zip(&market) {
                index.upsert_solution(id, doc.clone());
            }
            index.remove_solution(&removed);
            index.upsert_challenge(1, asked.clone());
            let (loaded, _) = Stored::load(Rules::compiled_in().unwrap(), &saved(&index)[..]).unwrap();

            let one = Query::new(today(), 1).weights(weights);
            let live = (0..).zip(&market).filter(|(id, doc)| *id != removed && doc.candidate);
            let mut expected: Vec<(u64, f64)> =
                live.map(|(id, doc)| (id, index.explain_pair(&asked, doc, &one).score)).collect();
            expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            expected.truncate(limit);
            let ranking = loaded.rank_solutions(&asked, &Query::new(today(), limit).weights(weights));
            let ranked: Vec<(u64, f64)> = ranking.items.iter().map(|item| (item.id, item.score)).collect();
            prop_assert_eq!(ranked, expected);
            let backwards = |index: &Stored| index.rank_challenges(&market[0], &Query::new(today(), 9));
            prop_assert_eq!(backwards(&loaded), backwards(&index));
            prop_assert!(saved(&loaded) == saved(&index), "saved again it is the same file");
        }
    }

    #[test]
    fn a_wrong_byte_or_a_missing_end_anywhere_is_refused() {
        let bytes = saved(&index());
        for at in (0..bytes.len()).step_by(bytes.len() / 300) {
            let mut wrong = bytes.clone();
            wrong[at] ^= 0x10;
            assert!(Stored::load(Rules::compiled_in().unwrap(), &wrong[..]).is_err(), "byte {at}");
            assert!(Stored::load(Rules::compiled_in().unwrap(), &bytes[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn other_rules_refuse_it() {
        let file = include_str!("../../config/matching.toml");
        let rules = Rules::parse(&file.replace("zero_at = 3.0", "zero_at = 4.0")).unwrap();
        let refused = Stored::load(rules, &saved(&index())[..]);
        assert!(matches!(refused, Err(SnapshotError::Stale)));
    }
}
