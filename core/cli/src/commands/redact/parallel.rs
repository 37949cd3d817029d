//! Work on the files of a folder by some threads, in bounded memory.

use std::num::NonZero;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};

/// Most threads: the memory that the program may take is shared by them.
const MOST_THREADS: usize = 2;
/// Jobs that wait, each with open files.
const WAITING: usize = 16;

/// How many threads work.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS)
}

/// Lets `produce` hand out jobs, and `work` do them, some at a time. Returns when all are done.
pub fn each<J: Send, T>(work: impl Fn(J) + Sync, produce: impl FnOnce(&mut dyn FnMut(J)) -> T) -> T {
    let threads = threads();
    let (sender, receiver) = sync_channel::<J>(WAITING);
    let receiver = Arc::new(Mutex::new(receiver));
    let work = &work;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let receiver = Arc::clone(&receiver);
            let next = move || receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            scope.spawn(move || {
                while let Ok(job) = next() {
                    work(job);
                }
            });
        }
        // The threads alone hold it: where all of them panic, handing out ends too.
        drop(receiver);
        let result = produce(&mut |job| {
            let _ = sender.send(job);
        });
        drop(sender);
        result
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn every_job_is_done() {
        let sum = AtomicU64::new(0);
        let work = |number: u64| {
            sum.fetch_add(number, Ordering::Relaxed);
        };
        let told = each(work, |give| {
            (1..=1000).for_each(give);
            "all"
        });
        assert_eq!((told, sum.into_inner()), ("all", 500_500));
    }
}
