//! Work shared among the processors.

use std::num::NonZero;

/// Fewer items are done before a thread is under way.
const WORTH_A_THREAD: usize = 64;

/// The results of `work` on every item, in their order, by as many threads as there are processors.
pub(super) fn in_parallel<T: Send, R: Send>(mut items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    if threads < 2 || items.len() < WORTH_A_THREAD {
        return items.into_iter().map(work).collect();
    }
    let share = items.len().div_ceil(threads);
    let mut shares = Vec::with_capacity(threads);
    while items.len() > share {
        shares.push(items.split_off(items.len() - share));
    }
    shares.push(items);
    shares.reverse();
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = shares
            .into_iter()
            .map(|some| scope.spawn(move || some.into_iter().map(work).collect::<Vec<R>>()))
            .collect();
        let results = threads.into_iter().flat_map(|thread| match thread.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.collect()
    })
}
