//! The one source of time.
//!
//! Everything asks the clock instead of the system, so that a test (or a rehearsal of a deadline) can move time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{TimeDelta, Utc};

use crate::db::Timestamp;

/// The system's time plus an offset, zero unless somebody moved it.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_seconds: Arc<AtomicI64>,
}

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self::default()
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock the lint sends everyone to")]
        let now = Timestamp::from_utc(Utc::now());
        now.plus(TimeDelta::seconds(self.offset_seconds.load(Ordering::Relaxed)))
    }

    /// How far it was moved from the system's time; zero in production.
    pub fn offset(&self) -> TimeDelta {
        TimeDelta::seconds(self.offset_seconds.load(Ordering::Relaxed))
    }

    /// Moves time forward for everyone who shares this clock.
    pub fn advance(&self, by: TimeDelta) {
        self.offset_seconds.fetch_add(by.num_seconds(), Ordering::Relaxed);
    }
}
