//! The growing delay of sign-in: it slows guessing down and never locks anyone out.
//!
//! Every attempt is charged before the password is looked at, so that attempts sent at once cannot slip through
//! together; success takes the charge back. Three counters, each with its own patience:
//!
//! - this account from this address: the person who mistypes, or one guesser; grows far;
//! - this account from anywhere: a guesser with many addresses; stays short, since the owner waits as well;
//! - this address: one guesser with many accounts; patient and short, since a whole prefecture may share one.
//!
//! An attempt inside the delay is refused unseen and does not lengthen it, so a correct password after the delay
//! always works. Kept in the database, because all nodes must count together; under hashes, because what people
//! mistype as a mail address may be a password.

use std::net::IpAddr;
use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::audit::digest;
use crate::db::schema::sign_in_throttles;
use crate::db::{Both, DbConn, Timestamp, lock_rows};
use crate::failure::Failure;
use crate::fields::Email;
use crate::services::Deed;

/// Failures are forgotten after a day without one.
const MEMORY: TimeDelta = TimeDelta::days(1);

/// How one counter answers failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Patience {
    /// So many failures cost nothing.
    free: i32,
    /// The next costs a second, each further one twice as much, up to this many seconds.
    longest: i64,
}

const ACCOUNT_AT_ADDRESS: Patience = Patience { free: 5, longest: 900 };
const ACCOUNT: Patience = Patience { free: 10, longest: 30 };
const ADDRESS: Patience = Patience { free: 50, longest: 10 };

impl Patience {
    /// The pause after the `failures`-th failure in a row.
    fn delay(self, failures: i32) -> TimeDelta {
        let Ok(beyond) = u32::try_from(failures.saturating_sub(self.free)) else { return TimeDelta::zero() };
        match beyond {
            0 => TimeDelta::zero(),
            _ => TimeDelta::seconds(2_i64.saturating_pow(beyond.min(40) - 1).min(self.longest)),
        }
    }
}

/// The counters that one attempt is charged to.
#[derive(Debug, Clone)]
pub(super) struct Charge {
    own: [(String, Patience); 2],
    address: (String, Patience),
}

impl Charge {
    fn of(email: &Email, address: Option<IpAddr>) -> Self {
        let address = address.map(|address| address.to_string()).unwrap_or_default();
        let key = |kind: &str, what: &str| format!("{kind}:{}", digest(what));
        Self {
            own: [
                (key("account", email.as_str()), ACCOUNT),
                (key("pair", &format!("{email} {address}")), ACCOUNT_AT_ADDRESS),
            ],
            address: (key("address", &address), ADDRESS),
        }
    }

    /// In one order everywhere, so that two attempts never wait for each other.
    fn counters(&self) -> impl Iterator<Item = &(String, Patience)> {
        self.own.iter().chain([&self.address])
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sign_in_throttles, check_for_backend(crate::db::MultiBackend))]
struct Counter {
    failures: i32,
    last_failed_at: Timestamp,
    blocked_until: Timestamp,
}

/// Charges one attempt, unless a delay still runs.
///
/// # Errors
/// The inner `TooMany` with the rest of the delay; then nothing was charged.
pub(super) fn charge(deed: &mut Deed<'_>, email: &Email) -> Result<Result<Charge, Failure>, Failure> {
    let charge = Charge::of(email, deed.by().origin.address);
    let now = deed.now();
    let mut counted = Vec::new();
    for (key, patience) in charge.counters() {
        let counter = locked(deed.conn(), key, now)?;
        if counter.blocked_until > now {
            let rest = (counter.blocked_until.utc() - now.utc()).to_std().unwrap_or_default();
            return Ok(Err(Failure::TooMany { retry_after: round_up(rest) }));
        }
        let forgotten = counter.last_failed_at.plus(MEMORY) < now;
        let failures = if forgotten { 1 } else { counter.failures.saturating_add(1) };
        counted.push((key, failures, now.plus(patience.delay(failures))));
    }
    for (key, failures, blocked_until) in counted {
        diesel::update(sign_in_throttles::table.find(key))
            .set((
                sign_in_throttles::failures.eq(failures),
                sign_in_throttles::last_failed_at.eq(now),
                sign_in_throttles::blocked_until.eq(blocked_until),
            ))
            .execute(deed.conn())?;
    }
    Ok(Ok(charge))
}

/// Takes the charge back after the right password: the account starts afresh, the address loses this one count.
///
/// # Errors
/// `Internal` when the rows cannot be written.
pub(super) fn settle(deed: &mut Deed<'_>, charge: &Charge) -> Result<(), Failure> {
    let now = deed.now();
    for (key, _) in &charge.own {
        diesel::delete(sign_in_throttles::table.find(key)).execute(deed.conn())?;
    }
    diesel::update(
        sign_in_throttles::table.find(&charge.address.0).filter(sign_in_throttles::failures.gt(0)),
    )
    .set((
        sign_in_throttles::failures.eq(sign_in_throttles::failures - 1),
        sign_in_throttles::blocked_until.eq(now),
    ))
    .execute(deed.conn())?;
    Ok(())
}

/// The account starts afresh from everywhere: its owner has just proved to hold the mailbox.
///
/// # Errors
/// `Internal` when the rows cannot be written.
pub(super) fn forgive(deed: &mut Deed<'_>, email: &Email) -> Result<(), Failure> {
    let charge = Charge::of(email, deed.by().origin.address);
    for (key, _) in &charge.own {
        diesel::delete(sign_in_throttles::table.find(key)).execute(deed.conn())?;
    }
    Ok(())
}

/// Forgets counters without a failure since `before`.
///
/// # Errors
/// When the delete fails.
pub(super) fn prune(conn: &mut DbConn, now: Timestamp) -> QueryResult<usize> {
    let before = now.plus(-MEMORY);
    diesel::delete(sign_in_throttles::table.filter(sign_in_throttles::last_failed_at.lt(before)))
        .execute(conn)
}

fn locked(conn: &mut DbConn, key: &str, now: Timestamp) -> QueryResult<Counter> {
    Both(
        diesel::insert_into(sign_in_throttles::table)
            .values((
                sign_in_throttles::key.eq(key.to_owned()),
                sign_in_throttles::failures.eq(0),
                sign_in_throttles::last_failed_at.eq(now),
                sign_in_throttles::blocked_until.eq(now),
            ))
            .on_conflict_do_nothing(),
    )
    .execute(conn)?;
    let _: String = lock_rows(sign_in_throttles::table.find(key.to_owned()).select(sign_in_throttles::key))
        .get_result(conn)?;
    sign_in_throttles::table.find(key).select(Counter::as_select()).first(conn)
}

/// Whole seconds, so that whoever waits as long as the header says does not come a moment early.
fn round_up(rest: Duration) -> Duration {
    Duration::from_secs(rest.as_secs().saturating_add(u64::from(rest.subsec_nanos() > 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_starts_late_doubles_and_stays_bounded() {
        let delays: Vec<i64> = [0, 5, 6, 7, 8, 15, 16, 17, 100, i32::MAX]
            .iter()
            .map(|failures| ACCOUNT_AT_ADDRESS.delay(*failures).num_seconds())
            .collect();
        assert_eq!(delays, [0, 0, 1, 2, 4, 512, 900, 900, 900, 900]);
    }

    #[test]
    fn an_account_attacked_from_everywhere_waits_half_a_minute_at_most() {
        assert_eq!(ACCOUNT.delay(1_000_000), TimeDelta::seconds(30));
    }

    #[test]
    fn the_wait_is_told_in_whole_seconds_rounded_up() {
        assert_eq!(round_up(Duration::from_millis(1)), Duration::from_secs(1));
        assert_eq!(round_up(Duration::from_secs(3)), Duration::from_secs(3));
    }
}
