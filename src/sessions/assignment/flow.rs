//! Successive shortest paths with prices (potentials), from one challenge at a time to whatever is nearest: a vendor with
//! room, or a challenge that gives up one of its sessions.
//!
//! Most searches settle a handful of nodes: pairs are tried best first and the search ends at the first that cannot be
//! nearer than the end found so far, so a problem of a million pairs is solved without ever looking at most of them.

#![expect(
    clippy::indexing_slicing,
    reason = "positions come from the lists themselves: pairs that name no challenge or vendor are left out when the flow is set up"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Pair, Problem, Value};

/// The positions of the chosen pairs, in rising order.
pub(super) fn solve(problem: &Problem) -> Vec<usize> {
    let mut flow = Flow::of(problem);
    for (challenge, room) in problem.room.iter().enumerate() {
        for _ in 0..*room {
            if !flow.place(challenge) {
                break;
            }
        }
    }
    flow.chosen()
}

const FAR: Value = Value::MAX / 4;

/// The flow so far and the prices (potentials) under which it is optimal.
struct Flow<'a> {
    problem: &'a Problem,
    /// For each challenge, its pairs, best first.
    of_challenge: Vec<Vec<usize>>,
    /// For each vendor, its pairs that are used.
    used_by: Vec<Vec<usize>>,
    used: Vec<bool>,
    challenge_potential: Vec<Value>,
    vendor_potential: Vec<Value>,
    sink_potential: Value,
    // Kept between searches; only what a search touched is cleaned.
    distance: Vec<Value>,
    from: Vec<usize>,
    settled: Vec<bool>,
}

const NONE: usize = usize::MAX;

impl<'a> Flow<'a> {
    fn of(problem: &'a Problem) -> Self {
        let (challenges, vendors) = (problem.room.len(), problem.bound.len());
        let mut of_challenge = vec![Vec::new(); challenges];
        let mut challenge_potential = vec![0; challenges];
        for (at, pair) in problem.pairs.iter().enumerate().filter(|(_, pair)| pair.vendor < vendors) {
            let Some(own) = of_challenge.get_mut(pair.challenge) else { continue };
            own.push(at);
            if let Some(potential) = challenge_potential.get_mut(pair.challenge) {
                *potential = pair.value.max(*potential);
            }
        }
        for own in &mut of_challenge {
            own.sort_by_key(|at| (Reverse(problem.pairs[*at].value), *at));
        }
        Self {
            problem,
            of_challenge,
            used_by: vec![Vec::new(); vendors],
            used: vec![false; problem.pairs.len()],
            challenge_potential,
            vendor_potential: vec![0; vendors],
            sink_potential: 0,
            distance: vec![FAR; challenges + vendors],
            from: vec![NONE; challenges + vendors],
            settled: vec![false; challenges + vendors],
        }
    }

    /// Gives `start` one more session if the total gains by it, moving others where that is better. Says whether the
    /// number of its sessions grew.
    fn place(&mut self, start: usize) -> bool {
        let challenges = self.problem.room.len();
        let mut search = Search::from(start);
        self.set(start, 0, NONE, &mut search);
        while let Some(Reverse((distance, node))) = search.open.pop() {
            if distance >= search.end_distance {
                break;
            }
            if self.settled[node] || distance > self.distance[node] {
                continue;
            }
            self.settled[node] = true;
            if node < challenges {
                self.leave_challenge(node, distance, &mut search);
            } else {
                self.leave_vendor(node - challenges, distance, &mut search);
            }
        }
        self.reprice(&search);
        let grew = self.augment(start, &search);
        for node in search.touched {
            self.distance[node] = FAR;
            self.from[node] = NONE;
            self.settled[node] = false;
        }
        grew
    }

    /// From a challenge to every vendor it does not meet yet, or to the end: it stays without.
    fn leave_challenge(&mut self, challenge: usize, distance: Value, search: &mut Search) {
        let potential = self.challenge_potential[challenge];
        search.offer_end(distance + potential - self.sink_potential, challenge);
        let pairs = std::mem::take(&mut self.of_challenge[challenge]);
        for &at in &pairs {
            let Pair { vendor, value, .. } = self.problem.pairs[at];
            // Vendors' potentials only fall, from zero: no later pair is nearer than this.
            if distance + potential - value >= search.end_distance {
                break;
            }
            if self.used[at] {
                continue;
            }
            let there = distance + potential - value - self.vendor_potential[vendor];
            self.set(self.problem.room.len() + vendor, there, at, search);
        }
        self.of_challenge[challenge] = pairs;
    }

    /// From a vendor back to every challenge it meets: that one has to look elsewhere.
    fn leave_vendor(&mut self, vendor: usize, distance: Value, search: &mut Search) {
        let pairs = std::mem::take(&mut self.used_by[vendor]);
        for &at in &pairs {
            let Pair { challenge, value, .. } = self.problem.pairs[at];
            let there =
                distance + self.vendor_potential[vendor] + value - self.challenge_potential[challenge];
            self.set(challenge, there, at, search);
        }
        self.used_by[vendor] = pairs;
    }

    /// Notes a shorter way to a node; a vendor with room is a way to the end.
    fn set(&mut self, node: usize, distance: Value, from: usize, search: &mut Search) {
        if distance >= self.distance[node] || distance >= search.end_distance {
            return;
        }
        self.distance[node] = distance;
        self.from[node] = from;
        search.touched.push(node);
        if let Some(vendor) = node.checked_sub(self.problem.room.len()) {
            let sessions = self.used_by[vendor].len();
            if sessions < self.problem.bound[vendor] as usize {
                let price = self.problem.price(vendor, sessions);
                search
                    .offer_end(distance + price + self.vendor_potential[vendor] - self.sink_potential, node);
            }
        }
        search.open.push(Reverse((distance, node)));
    }

    /// Keeps every arc's reduced cost at zero or more after the flow goes along the shortest way.
    fn reprice(&mut self, search: &Search) {
        let challenges = self.problem.room.len();
        for &node in &search.touched {
            let nearer = self.distance[node] - search.end_distance;
            if !self.settled[node] || nearer >= 0 {
                continue;
            }
            self.settled[node] = false;
            match node.checked_sub(challenges) {
                None => self.challenge_potential[node] += nearer,
                Some(vendor) => self.vendor_potential[vendor] += nearer,
            }
        }
    }

    /// Turns the arcs of the way found, from its end back to `start`.
    fn augment(&mut self, start: usize, search: &Search) -> bool {
        let challenges = self.problem.room.len();
        let mut node = search.end;
        let grew = node != start;
        while node != start {
            let at = self.from[node];
            let Pair { challenge, vendor, .. } = self.problem.pairs[at];
            self.used[at] = node >= challenges;
            if node >= challenges {
                self.used_by[vendor].push(at);
                node = challenge;
            } else {
                self.used_by[vendor].retain(|used| *used != at);
                node = challenges + vendor;
            }
        }
        grew
    }

    fn chosen(&self) -> Vec<usize> {
        (0..self.used.len()).filter(|at| self.used[*at]).collect()
    }
}

/// One search for the shortest way to the end.
struct Search {
    open: BinaryHeap<Reverse<(Value, usize)>>,
    touched: Vec<usize>,
    end_distance: Value,
    end: usize,
}

impl Search {
    fn from(start: usize) -> Self {
        Self { open: BinaryHeap::new(), touched: Vec::new(), end_distance: FAR, end: start }
    }

    fn offer_end(&mut self, distance: Value, node: usize) {
        if distance < self.end_distance {
            self.end_distance = distance;
            self.end = node;
        }
    }
}
