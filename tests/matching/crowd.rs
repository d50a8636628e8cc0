//! So many solutions that most are passed over, and so many askers that changes happen while they ask.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use kakehashi::invented::World;
use kakehashi::matching::{ChallengeDoc, ComponentName, Query, SolutionDoc, Weights};

use super::samples::{TestIndex, today};

/// Solutions of an invented world, of which only the end of the description is kept: reading is what takes long.
fn crowd(world: &mut World, count: usize) -> Vec<SolutionDoc> {
    let solution = || {
        let mut doc = world.solution();
        let letters: Vec<char> = doc.description.chars().collect();
        doc.description = letters[letters.len().saturating_sub(60)..].iter().collect();
        doc
    };
    std::iter::repeat_with(solution).take(count).collect()
}

/// The weights in force with one component made `by` times as heavy.
fn heavier(index: &TestIndex, name: ComponentName, by: f64) -> Weights {
    let own = index.rules().weights;
    own.adjusted([(name, own.of(name) * by)]).unwrap()
}

#[test]
fn what_is_passed_over_could_not_have_been_among_the_best() {
    let mut world = World::new(7);
    let mut index = TestIndex::compiled_in().unwrap();
    index.upsert_solutions((0..).zip(crowd(&mut world, 2_300)).collect());
    index.compact();
    for id in (0..2_300).step_by(9) {
        index.remove_solution(&id);
    }
    for (id, doc) in (5_000..).zip(crowd(&mut world, 40)) {
        index.upsert_solution(id, doc);
    }
    for name in ComponentName::ALL {
        let weights = heavier(&index, *name, 6.0);
        let challenge = world.challenge(60);
        let query = |limit| Query::new(today(), limit).weights(weights);
        let all = index.rank_solutions(&challenge, &query(5_000));
        assert_eq!(all.items.len(), all.candidates);
        assert!(all.items.is_sorted_by_key(|item| (std::cmp::Reverse(item.score.to_bits()), item.id)));
        for limit in [1, 20, 100] {
            let best = index.rank_solutions(&challenge, &query(limit));
            assert!(best.items[..] == all.items[..limit], "the best {limit} with more weight on {name}");
        }
    }
}

/// A state of the index, and what is in it.
struct Published {
    index: TestIndex,
    documents: BTreeMap<u32, SolutionDoc>,
}

/// Every place of an answer has exactly the score and the reasons that its solution has in this state by itself.
fn check(published: &Published, challenge: &ChallengeDoc) {
    let query = || Query::new(today(), 7);
    let ranking = published.index.rank_solutions(challenge, &query());
    assert_eq!(ranking.candidates, published.documents.len());
    let alone = |doc| published.index.explain_pair(challenge, doc, &query()).score;
    let mut expected: Vec<(u32, f64)> =
        published.documents.iter().map(|(id, doc)| (*id, alone(doc))).collect();
    expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    expected.truncate(7);
    let ranked: Vec<(u32, f64)> = ranking.items.iter().map(|item| (item.id, item.score)).collect();
    assert_eq!(ranked, expected);
}

#[test]
fn whoever_asks_while_much_changes_is_answered_from_one_state_and_not_from_two() {
    let mut world = World::new(11);
    let challenges: Vec<ChallengeDoc> = std::iter::repeat_with(|| world.challenge(60)).take(3).collect();
    let changes = crowd(&mut world, 90);
    let empty = Published { index: TestIndex::compiled_in().unwrap(), documents: BTreeMap::new() };
    let place = RwLock::new(Arc::new(empty));
    let done = AtomicBool::new(false);
    let now = || Arc::clone(&place.read().unwrap());
    std::thread::scope(|threads| {
        for challenge in &challenges {
            threads.spawn(|| {
                while !done.load(Ordering::Acquire) {
                    check(&now(), challenge);
                }
                check(&now(), challenge);
            });
        }
        let mut index = now().index.clone();
        let mut documents = BTreeMap::new();
        for (step, doc) in (0_u32..).zip(changes) {
            let id = step * 7 % 20;
            if step % 5 == 4 {
                assert_eq!(index.remove_solution(&id), documents.remove(&id).is_some());
            } else {
                let work = if step % 11 == 0 { index.upkeep() } else { None };
                index.upsert_solution(id, doc.clone());
                documents.insert(id, doc);
                if let Some(work) = work {
                    index.bring_in(work.run());
                }
            }
            if step % 30 == 29 {
                index.compact();
            }
            let published = Published { index: index.clone(), documents: documents.clone() };
            *place.write().unwrap() = Arc::new(published);
        }
        done.store(true, Ordering::Release);
    });
    assert!(now().index.size().solutions > 5);
}

#[test]
fn challenges_that_are_passed_over_could_not_have_been_among_the_best() {
    let mut world = World::new(13);
    let mut index = TestIndex::compiled_in().unwrap();
    index.upsert_solutions((0..).zip(crowd(&mut world, 60)).collect());
    let challenges: Vec<ChallengeDoc> =
        std::iter::repeat_with(|| ChallengeDoc { candidate: true, ..world.challenge(60) })
            .take(200)
            .collect();
    index.upsert_challenges((0..).zip(challenges.clone()).collect());
    for name in ComponentName::ALL {
        let weights = heavier(&index, *name, 6.0);
        let solution = crowd(&mut world, 1).remove(0);
        let query = |limit| Query::new(today(), limit).weights(weights);
        let mut expected: Vec<(u32, f64)> = (0..)
            .zip(&challenges)
            .map(|(id, challenge)| {
                (id, index.explain_pair(challenge, &solution, &Query::new(today(), 1).weights(weights)).score)
            })
            .collect();
        expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for limit in [0, 1, 20, 500] {
            let ranking = index.rank_challenges(&solution, &query(limit));
            let ranked: Vec<(u32, f64)> = ranking.items.iter().map(|item| (item.id, item.score)).collect();
            assert_eq!(ranking.candidates, 200);
            assert_eq!(ranked, expected[..limit.min(200)], "the best {limit} with more weight on {name}");
        }
    }
}
