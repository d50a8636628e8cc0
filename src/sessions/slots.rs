//! The slots of a round, and who cannot come to which.

use chrono::{DateTime, TimeDelta};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::SlotId;
use super::store::{self, Slot};
use crate::audit;
use crate::db::Timestamp;
use crate::failure::Failure;
use crate::fields::{self, FieldErrors, Invalid};
use crate::policy::{self, Action, Subject};
use crate::rounds::{self, RoundId, WindowKind};
use crate::services::Deed;

/// Characters of a place; slots made at once, and in one round; sessions in one slot; minutes of one.
const PLACE: usize = 200;
const AT_ONCE: i32 = 40;
const IN_A_ROUND: usize = 500;
const CAPACITY: i32 = 50;
const MINUTES: (i32, i32) = (10, 480);
const PAUSE: (i32, i32) = (0, 480);

/// Slots as they are written: one, or several that follow each other.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "starts_at": "2027-03-01T10:00:00+09:00", "count": 6, "pause_minutes": 15, "place": "札幌第1合同庁舎 会議室A"
}))]
pub struct SlotForm {
    /// When the first begins (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Option<String>,
    /// Minutes of each, 10 to 480; those of the round unless given.
    pub minutes: Option<i32>,
    /// How many follow each other, 1 to 40; 1 unless given.
    pub count: Option<i32>,
    /// Minutes between two, 0 to 480; 0 unless given.
    pub pause_minutes: Option<i32>,
    /// Where, one line of 1 to 200 characters.
    pub place: Option<String>,
    /// The address of an online meeting.
    pub link: Option<String>,
    /// How many sessions it holds at once, 1 to 50; 1 unless given.
    pub capacity: Option<i32>,
}

/// [`SlotForm`], read.
struct Slots {
    starts_at: Timestamp,
    minutes: i32,
    count: i32,
    pause: i32,
    place: String,
    link: Option<String>,
    capacity: i32,
}

impl SlotForm {
    fn parse(&self, usual_minutes: i32) -> Result<Slots, FieldErrors> {
        let mut errors = FieldErrors::new();
        let required = || Invalid::new("required");
        let starts_at = self.starts_at.as_deref().ok_or_else(required).and_then(instant);
        let starts_at = errors.keep("/starts_at", starts_at);
        let place = self.place.as_deref().ok_or_else(required).and_then(|text| fields::line(text, PLACE));
        let place = errors.keep("/place", place);
        let link = self.link.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let link = link.and_then(|text| errors.keep("/link", fields::web_address(text)));
        let mut number = |pointer: &str, given: Option<i32>, usual: i32, (least, most): (i32, i32)| {
            let number = given.unwrap_or(usual);
            let refusal = || Invalid::new("out_of_range").with("min", least).with("max", most);
            let within = (least..=most).contains(&number).then_some(number).ok_or_else(refusal);
            errors.keep(pointer, within).unwrap_or(usual)
        };
        let minutes = number("/minutes", self.minutes, usual_minutes, MINUTES);
        let count = number("/count", self.count, 1, (1, AT_ONCE));
        let pause = number("/pause_minutes", self.pause_minutes, 0, PAUSE);
        let capacity = number("/capacity", self.capacity, 1, (1, CAPACITY));
        match (starts_at, place, errors.is_empty()) {
            (Some(starts_at), Some(place), true) => {
                Ok(Slots { starts_at, minutes, count, pause, place, link, capacity })
            }
            _ => Err(errors),
        }
    }
}

fn instant(text: &str) -> Result<Timestamp, Invalid> {
    let read = DateTime::parse_from_rfc3339(text.trim()).map_err(|_| Invalid::new("not_an_instant"))?;
    Ok(Timestamp::from_utc(read.to_utc()))
}

/// Adds slots to a round, within its window of sessions and ahead of now.
///
/// # Errors
/// `Invalid`: `slot_outside_window` at `/starts_at`, and every broken rule of the form; `Conflict` (`too_many_slots`); `IllegalStep`, and
/// those of the policy.
pub fn add_slots(deed: &mut Deed<'_>, id: RoundId, form: &SlotForm) -> Result<Vec<SlotId>, Failure> {
    let round = rounds::holding(deed, id, rounds::Step::Arrange, None)?;
    let slots = form.parse(round.session_minutes)?;
    let days = round.windows().of(WindowKind::Sessions);
    let now = deed.now();
    let length = TimeDelta::minutes(i64::from(slots.minutes));
    let step = TimeDelta::minutes(i64::from(slots.minutes.saturating_add(slots.pause)));
    let mut made = Vec::new();
    let mut starts_at = slots.starts_at;
    for _ in 0..slots.count {
        let ends_at = starts_at.plus(length);
        if starts_at < days.opens_at() || days.closes_at() < ends_at || starts_at <= now {
            let refusal = Invalid::new("slot_outside_window").with("from", days.from).with("to", days.to);
            return Err(Failure::field("/starts_at", refusal));
        }
        made.push(Slot {
            id: SlotId::new(),
            round_id: id,
            starts_at,
            ends_at,
            place: slots.place.clone(),
            link: slots.link.clone(),
            capacity: slots.capacity,
            created_at: now,
        });
        starts_at = starts_at.plus(step);
    }
    if store::slots(deed.conn(), id)?.len().saturating_add(made.len()) > IN_A_ROUND {
        return Err(Failure::Conflict("too_many_slots"));
    }
    for slot in &made {
        store::insert_slot(deed.conn(), slot)?;
    }
    let event = audit::Event::new("round.add_slots", "round", id.0)
        .in_prefecture(round.prefecture())
        .change(None, json!({"slots": made.len(), "from": slots.starts_at}));
    audit::record(deed, event)?;
    Ok(made.iter().map(|slot| slot.id).collect())
}

/// Takes a slot away in which no session stands.
///
/// # Errors
/// `NotFound`; `Conflict` (`slot_in_use`); `IllegalStep`, and those of the policy.
pub fn remove_slot(deed: &mut Deed<'_>, id: RoundId, slot: SlotId) -> Result<(), Failure> {
    let round = rounds::holding(deed, id, rounds::Step::Arrange, None)?;
    let slot = store::slot(deed.conn(), id, slot)?;
    if store::of_round(deed.conn(), id)?.iter().any(|session| session.slot_id == Some(slot.id)) {
        return Err(Failure::Conflict("slot_in_use"));
    }
    store::delete_slot(deed.conn(), slot.id)?;
    let event = audit::Event::new("round.remove_slot", "round", id.0)
        .in_prefecture(round.prefecture())
        .change(json!({"slot": slot.id, "from": slot.starts_at}), None);
    audit::record(deed, event)
}

/// Says at which slots the caller's organization cannot come; what it said before is replaced. Sessions that stand already
/// stay; the bureau sees that they collide.
///
/// # Errors
/// `NotFound` for a slot of another round; `Conflict` (`round_not_running`) when the round is not announced; `Forbidden` for all
/// but municipalities and vendors.
pub fn block(deed: &mut Deed<'_>, id: RoundId, slots: &[SlotId]) -> Result<(), Failure> {
    let by = deed.by().clone();
    let round = rounds::seen(deed.conn(), &by, id)?;
    policy::require(&by, Action::SayAvailability, &Subject::default())?;
    let member = by.member().ok_or(Failure::Unauthenticated("sign_in"))?;
    if round.status != rounds::Status::Announced {
        return Err(Failure::Conflict("round_not_running"));
    }
    let known = store::slots(deed.conn(), id)?;
    if slots.iter().any(|slot| known.iter().all(|one| one.id != *slot)) {
        return Err(Failure::NotFound);
    }
    let now = deed.now();
    store::block(deed.conn(), (id, member.organization), slots, now)?;
    let event = audit::Event::new("round.say_availability", "round", id.0)
        .in_prefecture(round.prefecture())
        .change(None, json!({"blocked": slots.len()}));
    audit::record(deed, event)
}
