//! Which pair meets at which slot. Pure.
//!
//! Nobody is at two places at once, no slot holds more than it has room for, and nobody is asked to come when they said
//! that they cannot. Sessions that stand already stay where they are, earlier places are kept where they can be. Where no
//! slot is free for a session, others are moved on in a chain, each to another slot (with one room a slot and no blocked
//! slots such a chain is an alternating path, which always finds a place if there is one: Kőnig, 1916); the search is bounded, and what finds no place is left without,
//! for the bureau to see.

use std::collections::BTreeSet;

use crate::db::Timestamp;

/// How long a chain of moves may get, and how many places are tried for one session.
const LONGEST_CHAIN: usize = 8;
const MOST_TRIES: usize = 20_000;

/// A slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
    /// How many sessions it holds.
    pub room: usize,
}

impl Place {
    /// Whether nobody can be at both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

/// One session to be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// Its two parties, by their positions in a list of all.
    pub parties: [usize; 2],
    /// Where it stands, or stood before.
    pub place: Option<usize>,
    /// Whether it must stay there.
    pub fixed: bool,
}

/// What is to be placed, and where it can be.
#[derive(Debug, Clone, Default)]
pub struct Timetable {
    /// The slots.
    pub places: Vec<Place>,
    /// Party and slot at which it cannot come.
    pub blocked: BTreeSet<(usize, usize)>,
    /// The sessions.
    pub meetings: Vec<Meeting>,
}

impl Timetable {
    /// The slot of each session, in their order; `None` where there is none.
    pub fn arrange(&self) -> Vec<Option<usize>> {
        let mut board = Board::of(self);
        for (at, meeting) in self.meetings.iter().enumerate() {
            if meeting.fixed {
                board.put(at, meeting.place);
            }
        }
        for (at, meeting) in self.meetings.iter().enumerate() {
            if let (false, Some(place)) = (meeting.fixed, meeting.place)
                && board.allows(at, place)
                && board.in_the_way(at, place).is_empty()
            {
                board.put(at, Some(place));
            }
        }
        // Whoever can come least is placed first.
        let mut waiting: Vec<usize> =
            (0..self.meetings.len()).filter(|at| board.place_of(*at).is_none()).collect();
        waiting.retain(|at| self.meetings.get(*at).is_some_and(|meeting| !meeting.fixed));
        waiting.sort_by_key(|at| (self.possible(*at), *at));
        for at in waiting {
            let mut tries = MOST_TRIES;
            for depth in 0..=LONGEST_CHAIN {
                let mut moved = BTreeSet::from([at]);
                if board.find(at, depth, &mut moved, &mut tries) || tries == 0 {
                    break;
                }
            }
        }
        board.taken
    }

    /// How many slots a session could have if it were alone.
    fn possible(&self, at: usize) -> usize {
        let Some(meeting) = self.meetings.get(at) else { return 0 };
        let can =
            |place: &usize| meeting.parties.iter().all(|party| !self.blocked.contains(&(*party, *place)));
        (0..self.places.len()).filter(can).count()
    }
}

/// The sessions on their slots so far.
struct Board<'t> {
    table: &'t Timetable,
    taken: Vec<Option<usize>>,
    /// The sessions of each slot.
    held: Vec<Vec<usize>>,
    /// The slots at the same time as each, itself included.
    together: Vec<Vec<usize>>,
}

impl<'t> Board<'t> {
    fn of(table: &'t Timetable) -> Self {
        let together = table.places.iter().map(|one| {
            let meets = |(at, other): (usize, &Place)| one.overlaps(other).then_some(at);
            table.places.iter().enumerate().filter_map(meets).collect()
        });
        Self {
            taken: vec![None; table.meetings.len()],
            held: vec![Vec::new(); table.places.len()],
            together: together.collect(),
            table,
        }
    }

    fn place_of(&self, at: usize) -> Option<usize> {
        self.taken.get(at).copied().flatten()
    }

    fn put(&mut self, at: usize, place: Option<usize>) {
        if let Some(held) = self.place_of(at).and_then(|before| self.held.get_mut(before)) {
            held.retain(|one| *one != at);
        }
        if let Some(held) = place.and_then(|place| self.held.get_mut(place)) {
            held.push(at);
        }
        if let Some(taken) = self.taken.get_mut(at) {
            *taken = place;
        }
    }

    /// Whether both parties can come to a slot.
    fn allows(&self, at: usize, place: usize) -> bool {
        let Some(meeting) = self.table.meetings.get(at) else { return false };
        place < self.table.places.len()
            && meeting.parties.iter().all(|party| !self.table.blocked.contains(&(*party, place)))
    }

    /// The sessions that would have to go elsewhere for this one to stand in a slot.
    fn in_the_way(&self, at: usize, place: usize) -> Vec<usize> {
        let parties = self.table.meetings.get(at).map_or([usize::MAX; 2], |meeting| meeting.parties);
        let meets = |other: usize| {
            let others = self.table.meetings.get(other).map_or([usize::MAX; 2], |meeting| meeting.parties);
            other != at && others.iter().any(|party| parties.contains(party))
        };
        let at_the_time = self.together.get(place).into_iter().flatten();
        let mut found: Vec<usize> = at_the_time
            .filter_map(|place| self.held.get(*place))
            .flatten()
            .copied()
            .filter(|other| meets(*other))
            .collect();
        let held = self.held.get(place).map_or(&[][..], Vec::as_slice);
        let room = self.table.places.get(place).map_or(0, |place| place.room);
        let others = held.iter().filter(|one| **one != at).count();
        if others >= room && !held.iter().any(|one| found.contains(one)) {
            // The last that came in is the first to be asked.
            found.extend(held.iter().rev().find(|one| **one != at));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn is_movable(&self, at: usize) -> bool {
        self.table.meetings.get(at).is_some_and(|meeting| !meeting.fixed)
    }

    /// Finds a slot for a session, moving at most `depth` others on, each once.
    fn find(&mut self, at: usize, depth: usize, moved: &mut BTreeSet<usize>, tries: &mut usize) -> bool {
        let before = self.place_of(at);
        for place in 0..self.table.places.len() {
            if *tries == 0 {
                return false;
            }
            *tries -= 1;
            if Some(place) == before || !self.allows(at, place) {
                continue;
            }
            match self.in_the_way(at, place).as_slice() {
                [] => {
                    self.put(at, Some(place));
                    return true;
                }
                [other] if depth > 0 && self.is_movable(*other) && !moved.contains(other) => {
                    let (other, stood) = (*other, self.place_of(*other));
                    // While the other looks for a slot, this one stands in its place.
                    self.put(other, None);
                    self.put(at, Some(place));
                    moved.insert(other);
                    if self.find(other, depth - 1, moved, tries) {
                        return true;
                    }
                    moved.remove(&other);
                    self.put(at, before);
                    self.put(other, stood);
                }
                _ => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn place(minute: i64, room: usize) -> Place {
        let begin = Timestamp::from_utc("2027-03-01T00:00:00Z".parse().expect("an instant"));
        let from = begin.plus(TimeDelta::minutes(minute));
        Place { from, to: from.plus(TimeDelta::minutes(45)), room }
    }

    fn meeting(municipality: usize, vendor: usize) -> Meeting {
        Meeting { parties: [municipality, vendor], place: None, fixed: false }
    }

    /// Whether the arrangement breaks no rule.
    fn holds(table: &Timetable, taken: &[Option<usize>]) -> Result<(), TestCaseError> {
        for (at, place) in taken.iter().enumerate() {
            let Some(place) = place else { continue };
            let meeting = table.meetings[at];
            if !meeting.fixed {
                for party in meeting.parties {
                    prop_assert!(!table.blocked.contains(&(party, *place)), "{at} comes when it cannot");
                }
            }
            for (other, elsewhere) in taken.iter().enumerate().skip(at + 1) {
                let Some(elsewhere) = elsewhere else { continue };
                let meets = table.meetings[other].parties.iter().any(|party| meeting.parties.contains(party));
                let at_once = table.places[*place].overlaps(&table.places[*elsewhere]);
                prop_assert!(!(meets && at_once), "{at} and {other} need the same party at once");
            }
        }
        for (place, held) in table.places.iter().enumerate() {
            prop_assert!(taken.iter().filter(|one| **one == Some(place)).count() <= held.room);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn nobody_is_at_two_places_at_once_and_nobody_comes_when_they_cannot(
            places in prop::collection::vec((0_i64..300, 1_usize..3), 1..8),
            pairs in prop::collection::btree_set((0_usize..4, 4_usize..9), 0..14),
            blocked in prop::collection::btree_set((0_usize..9, 0_usize..8), 0..20),
        ) {
            let table = Timetable {
                places: places.into_iter().map(|(minute, room)| place(minute, room)).collect(),
                blocked,
                meetings: pairs.into_iter().map(|(town, vendor)| meeting(town, vendor)).collect(),
            };
            let taken = table.arrange();
            holds(&table, &taken)?;
            prop_assert_eq!(&taken, &table.arrange(), "the same question has the same answer");
            // What was arranged stays when nothing has changed, unless one that found no slot finds one after all.
            let mut again = table.clone();
            for (meeting, place) in again.meetings.iter_mut().zip(&taken) {
                meeting.place = *place;
            }
            let kept = again.arrange();
            let placed = |slots: &[Option<usize>]| slots.iter().flatten().count();
            prop_assert!(placed(&kept) >= placed(&taken));
            prop_assert!(placed(&kept) > placed(&taken) || kept == taken);
        }

        /// Kőnig: a bipartite graph has an edge colouring with as many colours as the largest degree.
        #[test]
        fn with_as_many_slots_as_the_busiest_party_has_sessions_everybody_gets_one(
            pairs in prop::collection::btree_set((0_usize..5, 5_usize..10), 1..16),
        ) {
            let degree = |party: usize| pairs.iter().filter(|(town, vendor)| *town == party || *vendor == party).count();
            let most = (0..10).map(degree).max().unwrap_or(0);
            let table = Timetable {
                places: (0..most).map(|at| place(60 * at as i64, pairs.len())).collect(),
                blocked: BTreeSet::new(),
                meetings: pairs.iter().map(|(town, vendor)| meeting(*town, *vendor)).collect(),
            };
            let taken = table.arrange();
            holds(&table, &taken)?;
            prop_assert!(taken.iter().all(Option::is_some), "{taken:?}");
        }
    }

    #[test]
    fn a_session_moves_on_so_that_another_finds_its_only_slot() {
        // The second pair can come to the first slot only, which the first pair takes at first.
        let mut first = meeting(0, 2);
        first.place = Some(0);
        let table = Timetable {
            places: vec![place(0, 1), place(60, 1)],
            blocked: BTreeSet::from([(1, 1)]),
            meetings: vec![first, meeting(1, 3)],
        };
        assert_eq!(table.arrange(), [Some(1), Some(0)]);
    }

    #[test]
    fn what_is_fixed_stays_and_what_finds_no_slot_is_left_without() {
        let mut fixed = meeting(0, 2);
        (fixed.place, fixed.fixed) = (Some(0), true);
        let table = Timetable {
            places: vec![place(0, 1)],
            blocked: BTreeSet::new(),
            meetings: vec![fixed, meeting(1, 3)],
        };
        assert_eq!(table.arrange(), [Some(0), None]);
    }
}
