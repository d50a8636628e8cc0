//! The assignment held against two others that share nothing with it: trying every subset, and Bellman–Ford.

use proptest::prelude::*;

use super::*;

/// Whether every challenge and vendor keeps within its bounds and no pair meets twice.
fn is_feasible(problem: &Problem, chosen: &[usize]) -> bool {
    let (mut room, mut bound) = (problem.room.clone(), problem.bound.clone());
    let rising = chosen.windows(2).all(|two| two[0] < two[1]);
    rising
        && chosen.iter().all(|at| {
            let pair = problem.pairs[*at];
            let fits = room[pair.challenge] > 0 && bound[pair.vendor] > 0;
            room[pair.challenge] = room[pair.challenge].saturating_sub(1);
            bound[pair.vendor] = bound[pair.vendor].saturating_sub(1);
            fits
        })
}

/// The best total, by trying every subset.
fn by_trying(problem: &Problem) -> Value {
    let subsets = 0_u32..1 << problem.pairs.len();
    let chosen = |mask: u32| (0..problem.pairs.len()).filter(|at| mask >> at & 1 == 1).collect::<Vec<_>>();
    subsets
        .map(chosen)
        .filter(|chosen| is_feasible(problem, chosen))
        .map(|chosen| problem.total(&chosen))
        .max()
        .unwrap_or(0)
}

/// From, to, capacity left, cost; the arc back stands behind it.
type Arc = (usize, usize, i64, Value);

/// The best total, by Bellman–Ford on the whole network, one unit of flow at a time while that gains.
fn by_bellman_ford(problem: &Problem) -> Value {
    let (challenges, vendors) = (problem.room.len(), problem.bound.len());
    let (source, sink) = (challenges + vendors, challenges + vendors + 1);
    let mut arcs: Vec<Arc> = Vec::new();
    let mut add = |from, to, capacity, cost: Value| {
        arcs.push((from, to, capacity, cost));
        arcs.push((to, from, 0, -cost));
    };
    for (challenge, room) in problem.room.iter().enumerate() {
        add(source, challenge, i64::from(*room), 0);
    }
    for pair in &problem.pairs {
        add(pair.challenge, challenges + pair.vendor, 1, -pair.value);
    }
    for (vendor, bound) in problem.bound.iter().enumerate() {
        for session in 0..*bound as usize {
            add(challenges + vendor, sink, 1, problem.price(vendor, session));
        }
    }
    let mut total = 0;
    loop {
        let far = Value::MAX / 4;
        let mut distance = vec![far; sink + 1];
        let mut by = vec![usize::MAX; sink + 1];
        distance[source] = 0;
        let mut changed = true;
        while changed {
            changed = false;
            for (at, (from, to, capacity, cost)) in arcs.iter().enumerate() {
                if *capacity > 0 && distance[*from] < far && distance[*from] + cost < distance[*to] {
                    distance[*to] = distance[*from] + cost;
                    by[*to] = at;
                    changed = true;
                }
            }
        }
        if distance[sink] >= 0 {
            return total;
        }
        total -= distance[sink];
        let mut node = sink;
        while node != source {
            let at = by[node];
            arcs[at].2 -= 1;
            arcs[at ^ 1].2 += 1;
            node = arcs[at].0;
        }
    }
}

/// A problem of at most so many challenges, vendors and pairs.
fn problems(challenges: usize, vendors: usize, pairs: usize) -> impl Strategy<Value = Problem> {
    let pair = (0..challenges, 0..vendors, 0_i64..1_000_000);
    let steps = prop::collection::vec(0_i64..200_000, 1..6);
    (
        prop::collection::vec(0_u32..4, challenges),
        prop::collection::vec(0_u32..4, vendors),
        prop::collection::vec(0_u32..3, vendors),
        steps,
        prop::collection::vec(pair, 0..pairs),
    )
        .prop_map(|(room, bound, already, steps, pairs)| {
            let mut seen = std::collections::BTreeSet::new();
            let pairs = pairs.into_iter().filter(|(challenge, vendor, _)| seen.insert((*challenge, *vendor)));
            let rising = steps.iter().scan(0, |price, step| {
                *price += step;
                Some(*price)
            });
            Problem {
                room,
                bound,
                already,
                price: rising.collect(),
                pairs: pairs.map(|(challenge, vendor, value)| Pair { challenge, vendor, value }).collect(),
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_subset_is_better(problem in problems(3, 4, 12)) {
        let chosen = problem.solve();
        prop_assert!(is_feasible(&problem, &chosen), "{chosen:?}");
        prop_assert_eq!(problem.total(&chosen), by_trying(&problem));
    }

    #[test]
    fn another_solver_finds_the_same_total(problem in problems(14, 12, 120)) {
        let chosen = problem.solve();
        prop_assert!(is_feasible(&problem, &chosen), "{chosen:?}");
        prop_assert_eq!(problem.total(&chosen), by_bellman_ford(&problem));
    }

    #[test]
    fn a_bonus_larger_than_any_value_keeps_all_that_was_assigned(problem in problems(6, 6, 30)) {
        let before = problem.solve();
        let mut again = problem.clone();
        for at in &before {
            again.pairs[*at].value += 100_000_000;
        }
        prop_assert_eq!(before.iter().filter(|at| !again.solve().contains(at)).count(), 0);
    }
}

#[test]
fn a_rising_price_makes_room_for_others() {
    // One vendor is a little better everywhere.
    let pairs = (0..6).flat_map(|challenge| {
        (0..4).map(move |vendor| Pair {
            challenge,
            vendor,
            value: if vendor == 0 { 810_000 } else { 800_000 },
        })
    });
    let fair = Problem {
        room: vec![1; 6],
        bound: vec![6; 4],
        price: (0..6).map(|n| n * 8_000).collect(),
        pairs: pairs.collect(),
        ..Problem::default()
    };
    let heard = |problem: &Problem| {
        let mut counts = [0; 4];
        problem.solve().into_iter().for_each(|at| counts[problem.pairs[at].vendor] += 1);
        counts
    };
    assert_eq!(heard(&Problem { price: Vec::new(), ..fair.clone() }), [6, 0, 0, 0]);
    assert_eq!(heard(&fair), [3, 1, 1, 1]);
}

#[test]
fn pairs_that_name_nobody_are_left_out() {
    let problem = Problem {
        room: vec![1],
        bound: vec![1],
        pairs: vec![
            Pair { challenge: 3, vendor: 0, value: 5 },
            Pair { challenge: 0, vendor: 7, value: 5 },
            Pair { challenge: 0, vendor: 0, value: 1 },
        ],
        ..Problem::default()
    };
    assert_eq!(problem.solve(), [2]);
}
