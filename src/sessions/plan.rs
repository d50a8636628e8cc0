//! Making the plan of a round: gather the pairs, choose the fairest of them, find each a slot.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::assignment::{Pair, Problem, Value};
use super::candidates::{self, Candidate};
use super::states::{Source, Status};
use super::store::{self, Session, Slot};
use super::timetable::{Meeting, Place, Timetable};
use super::{RoundSessionId, SlotId};
use crate::accounts::OrganizationId;
use crate::audit;
use crate::challenges::ChallengeId;
use crate::db::Timestamp;
use crate::failure::Failure;
use crate::matches::Ranking;
use crate::rounds::{self, Round, RoundId};
use crate::services::Deed;

/// A score of 1 in the units of the assignment.
const WHOLE: f64 = 1_000_000.0;
/// What a pair is worth beyond its score because a person brought it together or a vendor took the trouble to propose: more
/// than any difference in the ranking makes.
const CHOSEN: Value = 1_000_000;
/// What a pair of the plan before is worth beyond its score, so that small changes move few sessions.
const STAYS: Value = 20_000;
/// What each further session of one vendor costs. At this price, among 500 challenges and 2,000 vendors of which a few are
/// wanted everywhere, 174 vendors are heard, where taking the best pair first hears 105 (`cargo bench --bench assignment`).
const FURTHER: Value = 8_000;

/// What came of planning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SessionPlan)]
pub struct Planned {
    /// Pairs that could have met.
    pub candidates: usize,
    /// Sessions on the plan, those that were told of included.
    pub sessions: usize,
    /// Those of them that found no slot.
    pub without_slot: usize,
    /// Different vendors that are heard.
    pub vendors: usize,
    /// Sessions of the plan before that are on it no more.
    pub dropped: usize,
}

/// Everything that the plan is made from.
struct Ground {
    round: Round,
    slots: Vec<Slot>,
    blocks: BTreeSet<(OrganizationId, SlotId)>,
    /// Challenges that are heard, with their municipalities.
    heard: Vec<(ChallengeId, OrganizationId)>,
    /// Sessions that stay: told of, or put on the plan by hand.
    kept: Vec<Session>,
    /// Sessions that the plan before chose.
    before: Vec<Session>,
    candidates: Vec<Candidate>,
    /// Slots that have begun take nothing new.
    now: Timestamp,
}

/// Plans the sessions of a round anew: what was told of, and what was put on the plan by hand, stays.
///
/// # Errors
/// `Conflict`: `no_slots`, `no_challenges_heard`; `Stale`, `IllegalStep`, and those of the policy.
pub fn assign(
    deed: &mut Deed<'_>,
    ranking: &Ranking,
    id: RoundId,
    version: Option<i32>,
) -> Result<Planned, Failure> {
    let round = rounds::holding(deed, id, rounds::Step::Arrange, version)?;
    let ground = gather(deed, ranking, round)?;
    let chosen = choose(&ground);
    let sessions = laid_out(deed, &ground, &chosen);
    let planned = write(deed, &ground, sessions)?;
    let event = audit::Event::new("round.assign", "round", id.0)
        .in_prefecture(ground.round.prefecture())
        .change(None, json!(planned));
    audit::record(deed, event)?;
    Ok(planned)
}

fn gather(deed: &mut Deed<'_>, ranking: &Ranking, round: Round) -> Result<Ground, Failure> {
    let (today, now) = (deed.now().japan_date(), deed.now());
    let conn = deed.conn();
    let slots = store::slots(conn, round.id)?;
    if slots.is_empty() {
        return Err(Failure::Conflict("no_slots"));
    }
    let taking_part = rounds::challenges_of(conn, round.id)?;
    let heard = store::heard(conn, &taking_part)?;
    if heard.is_empty() {
        return Err(Failure::Conflict("no_challenges_heard"));
    }
    let (mut kept, mut before, mut refused) = (Vec::new(), Vec::new(), BTreeSet::new());
    for session in store::of_round(conn, round.id)? {
        match session.status {
            Status::Cancelled => {
                refused.insert((session.challenge_id, session.vendor_id));
            }
            Status::Planned if !session.by_hand => before.push(session),
            Status::Planned | Status::Published | Status::Held => kept.push(session),
        }
    }
    let ids: Vec<ChallengeId> = heard.iter().map(|(id, _)| *id).collect();
    let mut candidates = candidates::candidates(conn, ranking, &ids, today)?;
    let meets: BTreeSet<_> = kept.iter().map(|one| (one.challenge_id, one.vendor_id)).collect();
    candidates.retain(|one| {
        let pair = (one.challenge, one.vendor);
        !refused.contains(&pair) && !meets.contains(&pair)
    });
    let blocks = store::blocks(conn, round.id)?;
    Ok(Ground { round, slots, blocks, heard, kept, before, candidates, now })
}

impl Ground {
    /// At how many slots an organization can come.
    fn free(&self, organization: OrganizationId) -> u32 {
        let can = |slot: &&Slot| slot.starts_at > self.now && !self.blocks.contains(&(organization, slot.id));
        let free = self.slots.iter().filter(can);
        u32::try_from(free.count()).unwrap_or(u32::MAX)
    }
}

/// The positions of the candidates that meet.
fn choose(ground: &Ground) -> Vec<usize> {
    let count = |is: &dyn Fn(&Session) -> bool| {
        u32::try_from(ground.kept.iter().filter(|one| is(one)).count()).unwrap_or(u32::MAX)
    };
    let most = |number: i32| u32::try_from(number).unwrap_or(0);
    let room = ground.heard.iter().map(|(challenge, municipality)| {
        let taken = count(&|one| one.challenge_id == *challenge);
        let busy = count(&|one| one.municipality_id == *municipality);
        let left = most(ground.round.sessions_per_challenge).saturating_sub(taken);
        left.min(ground.free(*municipality).saturating_sub(busy))
    });
    let vendors: Vec<OrganizationId> =
        ground.candidates.iter().map(|one| one.vendor).collect::<BTreeSet<_>>().into_iter().collect();
    let already: Vec<u32> = vendors.iter().map(|vendor| count(&|one| one.vendor_id == *vendor)).collect();
    let bound = vendors.iter().zip(&already).map(|(vendor, already)| {
        let most = most(ground.round.sessions_per_vendor).min(ground.free(*vendor));
        most.saturating_sub(*already)
    });
    let stood: BTreeSet<_> = ground.before.iter().map(|one| (one.challenge_id, one.vendor_id)).collect();
    let pair = |one: &Candidate| Pair {
        challenge: ground.heard.iter().position(|(id, _)| *id == one.challenge).unwrap_or(usize::MAX),
        vendor: vendors.binary_search(&one.vendor).unwrap_or(usize::MAX),
        value: worth(one, stood.contains(&(one.challenge, one.vendor))),
    };
    let sessions = Value::from(ground.round.sessions_per_vendor);
    let problem = Problem {
        room: room.collect(),
        bound: bound.collect(),
        already,
        price: (0..sessions).map(|session| session.saturating_mul(FURTHER)).collect(),
        pairs: ground.candidates.iter().map(pair).collect(),
    };
    problem.solve()
}

fn worth(candidate: &Candidate, stood: bool) -> Value {
    let score = (candidate.score.clamp(0.0, 1.0) * WHOLE) as Value;
    let chosen = if candidate.source == Source::Ranking { 0 } else { CHOSEN };
    score + chosen + if stood { STAYS } else { 0 }
}

/// The sessions of the new plan, each with its slot where one was found: those that stay, and those that were chosen.
fn laid_out(deed: &Deed<'_>, ground: &Ground, chosen: &[usize]) -> Vec<Session> {
    let now = deed.now();
    let mut sessions = ground.kept.clone();
    for candidate in chosen.iter().filter_map(|at| ground.candidates.get(*at)) {
        let stood = ground
            .before
            .iter()
            .find(|one| one.challenge_id == candidate.challenge && one.vendor_id == candidate.vendor);
        let municipality = ground.heard.iter().find(|(id, _)| *id == candidate.challenge);
        let Some((_, municipality)) = municipality else { continue };
        sessions.push(Session {
            solution_id: candidate.solution,
            source: candidate.source,
            score: candidate.score,
            ..stood.cloned().unwrap_or_else(|| Session {
                id: RoundSessionId::new(),
                round_id: ground.round.id,
                challenge_id: candidate.challenge,
                solution_id: candidate.solution,
                municipality_id: *municipality,
                vendor_id: candidate.vendor,
                slot_id: None,
                status: Status::Planned,
                source: candidate.source,
                score: candidate.score,
                by_hand: false,
                sequence: -1,
                reason: None,
                municipality_outcome: None,
                municipality_reason: None,
                municipality_recorded_at: None,
                vendor_outcome: None,
                vendor_reason: None,
                vendor_recorded_at: None,
                version: 0,
                created_at: now,
                updated_at: now,
            })
        });
    }
    let mut blocks = ground.blocks.clone();
    for slot in ground.slots.iter().filter(|slot| slot.starts_at <= ground.now) {
        let parties = sessions.iter().flat_map(|one| [one.municipality_id, one.vendor_id]);
        blocks.extend(parties.map(|party| (party, slot.id)));
    }
    let places = table_of(&ground.slots, &blocks, &sessions).arrange();
    for (session, place) in sessions.iter_mut().zip(places) {
        session.slot_id = place.and_then(|at| ground.slots.get(at)).map(|slot| slot.id);
    }
    sessions
}

/// The timetable of some sessions.
pub(super) fn table_of(
    slots: &[Slot],
    blocks: &BTreeSet<(OrganizationId, SlotId)>,
    sessions: &[Session],
) -> Timetable {
    let mut parties: BTreeMap<OrganizationId, usize> = BTreeMap::new();
    for one in sessions.iter().flat_map(|one| [one.municipality_id, one.vendor_id]) {
        let next = parties.len();
        parties.entry(one).or_insert(next);
    }
    let party = |id: OrganizationId| parties.get(&id).copied().unwrap_or(usize::MAX);
    let place_of = |id: SlotId| slots.iter().position(|slot| slot.id == id);
    let blocked = blocks.iter().filter_map(|(organization, slot)| {
        let party = parties.get(organization)?;
        Some((*party, place_of(*slot)?))
    });
    Timetable {
        places: slots.iter().map(place).collect(),
        blocked: blocked.collect(),
        meetings: sessions
            .iter()
            .map(|one| Meeting {
                parties: [party(one.municipality_id), party(one.vendor_id)],
                place: one.slot_id.and_then(place_of),
                fixed: one.slot_id.is_some() && (one.by_hand || one.status != Status::Planned),
            })
            .collect(),
    }
}

pub(super) fn place(slot: &Slot) -> Place {
    Place { from: slot.starts_at, to: slot.ends_at, room: usize::try_from(slot.capacity).unwrap_or(0) }
}

/// Writes the new plan over the one before.
fn write(deed: &mut Deed<'_>, ground: &Ground, sessions: Vec<Session>) -> Result<Planned, Failure> {
    let now = deed.now();
    let ids: BTreeSet<RoundSessionId> = sessions.iter().map(|one| one.id).collect();
    let gone: Vec<RoundSessionId> =
        ground.before.iter().map(|one| one.id).filter(|id| !ids.contains(id)).collect();
    store::forget(deed.conn(), &gone)?;
    let planned = Planned {
        candidates: ground.candidates.len(),
        sessions: sessions.len(),
        without_slot: sessions.iter().filter(|one| one.slot_id.is_none()).count(),
        vendors: sessions.iter().map(|one| one.vendor_id).collect::<BTreeSet<_>>().len(),
        dropped: gone.len(),
    };
    for mut session in sessions {
        let stood = ground.before.iter().chain(&ground.kept).find(|one| one.id == session.id);
        match stood {
            None => {
                session.version = 1;
                store::insert(deed.conn(), &session)?;
            }
            Some(stood) if *stood != session => store::update(deed.conn(), stood, &mut session, now)?,
            Some(_) => {}
        }
    }
    Ok(planned)
}
