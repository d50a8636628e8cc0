//! Waiting for what another thread or process does, without a guess at how long it takes.

use std::time::{Duration, Instant};

/// Between two looks: short beside anything a test waits for, long beside what a look costs.
const GLANCE: Duration = Duration::from_millis(5);

/// Looks until `look` sees something, for at most `limit`; `None` when the time is over.
///
/// Looks at least once, and once more at the very end.
pub fn until<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        let late = Instant::now() >= end;
        if let Some(seen) = look() {
            return Some(seen);
        }
        if late {
            return None;
        }
        pause(GLANCE);
    }
}

/// Lets `time` pass on this thread.
#[expect(clippy::disallowed_methods, reason = "a test's own thread runs no async tasks")]
pub fn pause(time: Duration) {
    std::thread::sleep(time);
}

mod tests {
    use super::*;

    #[test]
    fn waiting_ends_as_soon_as_there_is_something_to_see() {
        let begin = Instant::now();
        let mut looks = 0;
        let seen = until(Duration::from_secs(60), || {
            looks += 1;
            (looks == 3).then_some("there")
        });
        assert_eq!(seen, Some("there"));
        assert!(begin.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn waiting_gives_up_when_the_time_is_over() {
        let begin = Instant::now();
        assert_eq!(until(Duration::from_millis(30), || None::<()>), None);
        assert!(begin.elapsed() >= Duration::from_millis(30));
    }
}
