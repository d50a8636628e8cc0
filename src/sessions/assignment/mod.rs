//! Who presents to whom: the fairest set of pairs under capacities, exactly. Pure.
//!
//! Every challenge may hear a number of proposers, every vendor may be heard a number of times, a pair meets at most
//! once. The total of the pairs' values, less a price for each further session of one vendor, is as large as it can be.
//! The price rises with every session a vendor already has, so that a vendor far ahead leaves room for others; being
//! convex it keeps the problem a minimum-cost flow, which successive shortest paths solve exactly (Ahuja, Magnanti and
//! Orlin, *Network Flows*, 1993, sections 9.7 and 14.5).

mod flow;
#[cfg(test)]
mod tests;

/// The value of a pair, in millionths of a score.
pub type Value = i64;

/// One pair that could meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Position of the challenge.
    pub challenge: usize,
    /// Position of the vendor.
    pub vendor: usize,
    /// What the meeting is worth; 0 and more.
    pub value: Value,
}

/// What is to be assigned.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    /// How many sessions each challenge has room for.
    pub room: Vec<u32>,
    /// How many sessions each vendor may get.
    pub bound: Vec<u32>,
    /// How many each vendor has already; they count for the price. Missing ones are 0.
    pub already: Vec<u32>,
    /// What the n-th session of a vendor costs, n from 0; rising. The last one holds for all further sessions.
    pub price: Vec<Value>,
    /// The pairs that could meet, each once.
    pub pairs: Vec<Pair>,
}

impl Problem {
    /// The price of one more session for a vendor that gets `sessions` here.
    fn price(&self, vendor: usize, sessions: usize) -> Value {
        let before = self.already.get(vendor).copied().unwrap_or(0) as usize;
        let last = self.price.last().copied().unwrap_or(0);
        self.price.get(before.saturating_add(sessions)).copied().unwrap_or(last)
    }

    /// The total of an assignment: the values of its pairs less the prices of its vendors' sessions.
    pub fn total(&self, chosen: &[usize]) -> Value {
        let mut sessions = vec![0_usize; self.bound.len()];
        let mut total: Value = 0;
        for pair in chosen.iter().filter_map(|at| self.pairs.get(*at)) {
            if let Some(count) = sessions.get_mut(pair.vendor) {
                total = total.saturating_add(pair.value - self.price(pair.vendor, *count));
                *count += 1;
            }
        }
        total
    }

    /// The positions of the chosen pairs, in rising order. Among equals the earlier pair wins, so that the same
    /// problem always has the same answer.
    pub fn solve(&self) -> Vec<usize> {
        flow::solve(self)
    }
}
