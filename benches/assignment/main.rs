//! How fast sessions are assigned: `cargo bench --bench assignment -- --challenges 500 --vendors 2000 --peer`.
//!
//! A market in which a few vendors are wanted everywhere: every challenge knows every vendor's score. With `--peer` the
//! same problem is solved once more by the textbook way (shortest paths by label correcting, on the whole network), which
//! must find the same total; and greedily, which finds less. Times are wall time of one thread.

use std::collections::VecDeque;
use std::error::Error;
use std::io::Write as _;
use std::time::Instant;

use kakehashi::sessions::assignment::{Pair, Problem, Value};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Sessions that a challenge has room for, and that one vendor gets at most.
const ROOM: u32 = 3;
const BOUND: u32 = 20;
/// What each further session of one vendor costs, in millionths of a score.
const STEP: Value = 8_000;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, usual: usize| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)).map_or(Ok(usual), |text| text.parse())
    };
    let (challenges, vendors) = (number("--challenges", 500)?, number("--vendors", 2_000)?);
    let problem = market(challenges, vendors);
    let mut out = std::io::stdout().lock();
    let begin = Instant::now();
    let chosen = problem.solve();
    let took = begin.elapsed();
    let total = problem.total(&chosen);
    writeln!(
        out,
        "flow    {:>9.1} ms  total {total}  sessions {}  vendors {}",
        took.as_secs_f64() * 1e3,
        chosen.len(),
        heard(&problem, &chosen)
    )?;
    let begin = Instant::now();
    let greedy = greedily(&problem);
    writeln!(
        out,
        "greedy  {:>9.1} ms  total {}  sessions {}  vendors {}",
        begin.elapsed().as_secs_f64() * 1e3,
        problem.total(&greedy),
        greedy.len(),
        heard(&problem, &greedy)
    )?;
    if arguments.iter().any(|argument| argument == "--peer") {
        let begin = Instant::now();
        let other = by_label_correcting(&problem);
        let ratio = begin.elapsed().as_secs_f64() / took.as_secs_f64();
        writeln!(out, "peer    {:>9.1} ms  total {other}  {ratio:.0}x", begin.elapsed().as_secs_f64() * 1e3)?;
        if other != total {
            return Err(format!("the peer found {other}, not {total}").into());
        }
    }
    Ok(())
}

/// Numbers that look random and are the same every time (xorshift64).
struct Dice(u64);

impl Dice {
    /// 0 to 1.
    fn share(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % 10_000) as f64 / 10_000.0
    }
}

fn market(challenges: usize, vendors: usize) -> Problem {
    let mut dice = Dice(42);
    let wanted: Vec<f64> = (0..vendors).map(|_| dice.share().powi(3)).collect();
    let mut pairs = Vec::with_capacity(challenges * vendors);
    for challenge in 0..challenges {
        for (vendor, wanted) in wanted.iter().enumerate() {
            let score = wanted * 0.6 + dice.share() * 0.4;
            pairs.push(Pair { challenge, vendor, value: (score * 1e6) as Value });
        }
    }
    let price = (0..Value::from(BOUND)).map(|session| session * STEP).collect();
    Problem { room: vec![ROOM; challenges], bound: vec![BOUND; vendors], price, pairs, ..Problem::default() }
}

fn heard(problem: &Problem, chosen: &[usize]) -> usize {
    let mut vendors: Vec<usize> =
        chosen.iter().filter_map(|at| problem.pairs.get(*at)).map(|pair| pair.vendor).collect();
    vendors.sort_unstable();
    vendors.dedup();
    vendors.len()
}

fn price(problem: &Problem, sessions: u32) -> Value {
    let last = problem.price.last().copied().unwrap_or(0);
    problem.price.get(sessions as usize).copied().unwrap_or(last)
}

/// The best pair first, as long as there is room and it gains.
fn greedily(problem: &Problem) -> Vec<usize> {
    let mut order: Vec<usize> = (0..problem.pairs.len()).collect();
    let value = |at: &usize| problem.pairs.get(*at).map_or(0, |pair| pair.value);
    order.sort_by_key(|at| (std::cmp::Reverse(value(at)), *at));
    let mut room = problem.room.clone();
    let mut sessions = vec![0_u32; problem.bound.len()];
    let mut chosen = Vec::new();
    for at in order {
        let Some(pair) = problem.pairs.get(at) else { continue };
        let (Some(room), Some(count)) = (room.get_mut(pair.challenge), sessions.get_mut(pair.vendor)) else {
            continue;
        };
        let bound = problem.bound.get(pair.vendor).copied().unwrap_or(0);
        if *room > 0 && *count < bound && pair.value > price(problem, *count) {
            *room -= 1;
            *count += 1;
            chosen.push(at);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// An arc of the peer's network; the arc back has the next position.
struct Arc {
    to: usize,
    left: u32,
    cost: Value,
}

struct Network {
    arcs: Vec<Arc>,
    out: Vec<Vec<usize>>,
}

impl Network {
    fn add(&mut self, from: usize, to: usize, left: u32, cost: Value) {
        for (node, arc) in [(from, Arc { to, left, cost }), (to, Arc { to: from, left: 0, cost: -cost })] {
            if let Some(out) = self.out.get_mut(node) {
                out.push(self.arcs.len());
            }
            self.arcs.push(arc);
        }
    }
}

/// The best total the textbook way.
#[expect(clippy::indexing_slicing, reason = "every position was given out by the network itself")]
fn by_label_correcting(problem: &Problem) -> Value {
    let (challenges, vendors) = (problem.room.len(), problem.bound.len());
    let (source, sink) = (challenges + vendors, challenges + vendors + 1);
    let mut network = Network { arcs: Vec::new(), out: vec![Vec::new(); sink + 1] };
    for (challenge, room) in problem.room.iter().enumerate() {
        network.add(source, challenge, *room, 0);
    }
    for pair in &problem.pairs {
        network.add(pair.challenge, challenges + pair.vendor, 1, -pair.value);
    }
    for (vendor, bound) in problem.bound.iter().enumerate() {
        for session in 0..*bound {
            network.add(challenges + vendor, sink, 1, price(problem, session));
        }
    }
    let mut total = 0;
    loop {
        let mut distance = vec![Value::MAX / 4; sink + 1];
        let mut by = vec![usize::MAX; sink + 1];
        let mut waits = vec![false; sink + 1];
        distance[source] = 0;
        let mut open = VecDeque::from([source]);
        while let Some(node) = open.pop_front() {
            waits[node] = false;
            for at in &network.out[node] {
                let arc = &network.arcs[*at];
                let there = distance[node] + arc.cost;
                if arc.left > 0 && there < distance[arc.to] {
                    distance[arc.to] = there;
                    by[arc.to] = *at;
                    if !waits[arc.to] {
                        waits[arc.to] = true;
                        open.push_back(arc.to);
                    }
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
            network.arcs[at].left -= 1;
            network.arcs[at ^ 1].left += 1;
            node = network.arcs[at ^ 1].to;
        }
    }
}
