//! What every door, worker and command shares, and the one way to change anything: a [`Deed`].

use std::sync::{Arc, OnceLock};

use crate::clock::Clock;
use crate::db::change_log::{self, Changed};
use crate::db::{Db, DbConn, Timestamp};
use crate::failure::Failure;
use crate::notices::Held;
use crate::policy::Actor;
use crate::settings::Settings;

/// Shared by all threads; cheap to clone.
#[derive(Clone)]
pub struct Services(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    settings: Settings,
    public_url: String,
    listener: OnceLock<Box<dyn ChangeListener>>,
}

/// Hears of committed changes on the node that made them, before the caller is answered.
pub trait ChangeListener: Send + Sync {
    /// Called after the commit, on the same connection.
    fn changed(&self, conn: &mut DbConn, changes: &[Changed]);
}

impl Services {
    /// Puts the shared parts together. `public_url` has no slash at the end.
    pub fn new(db: Db, clock: Clock, settings: Settings, public_url: String) -> Self {
        Self(Arc::new(Inner { db, clock, settings, public_url, listener: OnceLock::new() }))
    }

    /// Names who hears of committed changes; the first call counts.
    pub fn listen(&self, listener: Box<dyn ChangeListener>) {
        let _first_counts = self.0.listener.set(listener);
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Where people reach the service, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.0.public_url
    }

    /// Reads.
    ///
    /// # Errors
    /// Whatever `query` answered, or `Busy`.
    pub async fn read<T, F>(&self, query: F) -> Result<T, Failure>
    where
        F: FnOnce(&mut DbConn) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        self.0.db.read(query).await
    }

    /// Does in the service's own name what is due: reads it, and takes it up in one deed. Answers whether there may be
    /// more.
    ///
    /// # Errors
    /// Whatever `due` or `each` answered, or `Busy`; the rest is done by the next step.
    pub async fn take_up<T, D, F>(&self, due: D, each: F) -> Result<bool, Failure>
    where
        D: FnOnce(&mut DbConn) -> Result<Vec<T>, Failure> + Send + 'static,
        F: FnMut(&mut Deed<'_>, T) -> Result<(), Failure> + Send + 'static,
        T: Send + 'static,
    {
        let due = self.read(due).await?;
        if due.is_empty() {
            return Ok(false);
        }
        let mut each = each;
        self.perform(Actor::system(), move |deed| due.into_iter().try_for_each(|one| each(deed, one)))
            .await?;
        Ok(true)
    }

    /// Does something on behalf of `by` and undoes all of it: what would come of it, without a trace.
    ///
    /// # Errors
    /// Whatever `work` answered, or `Busy`.
    pub async fn rehearse<T, F>(&self, by: Actor, work: F) -> Result<T, Failure>
    where
        F: FnOnce(&mut Deed<'_>) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        let services = self.clone();
        let undone = self.0.db.write(
            move |conn| {
                let now = services.clock().now();
                let mut deed = Deed { conn, by, now, services: &services, changed: Vec::new(), held: None };
                Err::<(), _>(Rehearsed::Done(work(&mut deed).map_err(Rehearsed::Refused)?))
            },
            |_, ()| {},
        );
        match undone.await {
            Err(Rehearsed::Done(outcome)) => Ok(outcome),
            Err(Rehearsed::Refused(failure)) => Err(failure),
            Ok(()) => Err(Failure::internal("a rehearsal was committed")),
        }
    }

    /// Does something on behalf of `by`: one transaction that holds the rows, the audit event, the notices and
    /// the change log, or none of them.
    ///
    /// # Errors
    /// Whatever `work` answered, or `Busy`.
    pub async fn perform<T, F>(&self, by: Actor, work: F) -> Result<T, Failure>
    where
        F: FnOnce(&mut Deed<'_>) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        let services = self.clone();
        let listener = self.clone();
        let outcome: (T, Vec<Changed>) = self
            .0
            .db
            .write(
                move |conn| {
                    let now = services.clock().now();
                    let mut deed =
                        Deed { conn, by, now, services: &services, changed: Vec::new(), held: None };
                    let done = work(&mut deed)?;
                    let changed = deed.log_changes()?;
                    Ok::<_, Failure>((done, changed))
                },
                move |conn, (_, changed)| {
                    if let (Some(listener), false) = (listener.0.listener.get(), changed.is_empty()) {
                        listener.changed(conn, changed);
                    }
                },
            )
            .await?;
        Ok(outcome.0)
    }
}

/// Why a transaction that only tries something out is rolled back.
enum Rehearsed<T> {
    Done(T),
    Refused(Failure),
}

impl<T> From<crate::db::DbError> for Rehearsed<T> {
    fn from(error: crate::db::DbError) -> Self {
        Self::Refused(error.into())
    }
}

impl<T> From<diesel::result::Error> for Rehearsed<T> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Refused(error.into())
    }
}

/// One thing being done, inside its transaction: the connection, who does it, when, and what it changes.
pub struct Deed<'c> {
    conn: &'c mut DbConn,
    by: Actor,
    now: Timestamp,
    services: &'c Services,
    changed: Vec<Changed>,
    held: Option<Held>,
}

impl Deed<'_> {
    /// The connection of the transaction.
    pub fn conn(&mut self) -> &mut DbConn {
        self.conn
    }

    /// Who does it.
    pub fn by(&self) -> &Actor {
        &self.by
    }

    /// When: one instant for everything the deed writes.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// When, by the clock that all nodes share: for what must not happen before or after an instant.
    ///
    /// # Errors
    /// `Internal` when the database does not say.
    pub fn database_now(&mut self) -> Result<Timestamp, Failure> {
        // A rehearsal that moves our clock moves the deadline with it.
        let offset = self.services.clock().offset();
        Ok(crate::db::clock(self.conn)?.plus(offset))
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        self.services.settings()
    }

    /// Where people reach the service, without a slash at the end.
    pub fn public_url(&self) -> &str {
        self.services.public_url()
    }

    /// From here on messages wait until `until`, so that what they tell of can be taken back before.
    pub fn hold_messages(&mut self, until: Timestamp) {
        self.held = Some(Held::until(until));
    }

    /// The messages that wait, while some do.
    pub fn held_messages(&mut self) -> Option<&mut Held> {
        self.held.as_mut()
    }

    /// From here on messages go out at once again; answers those that wait.
    pub fn release_messages(&mut self) -> Held {
        self.held.take().unwrap_or_else(|| Held::until(self.now))
    }

    /// Tells the matching index, here at once and on other nodes within a second.
    pub fn touch(&mut self, change: Changed) {
        if !self.changed.contains(&change) {
            self.changed.push(change);
        }
    }

    fn log_changes(self) -> Result<Vec<Changed>, Failure> {
        for change in &self.changed {
            change_log::append(self.conn, *change, self.now)?;
        }
        Ok(self.changed)
    }
}
