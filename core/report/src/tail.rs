//! The end of a collector's `entries`: pieces are made by many threads and written in order by whichever has the next.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::compressor::lock;
use crate::entries::{EntriesFile, Piece};
use crate::stage::StageError;

/// Writes pieces in the order of their tickets.
pub(crate) struct Tail {
    state: Mutex<State>,
    idle: Condvar,
    file: Mutex<EntriesFile>,
    bytes_on_disk: AtomicU64,
}

#[derive(Default)]
struct State {
    /// Pieces that are not written yet; `None` where a piece is still being made.
    queue: VecDeque<Option<Piece>>,
    /// Number of the ticket at the queue's front.
    front: u64,
    /// True while a thread writes.
    running: bool,
    /// Nothing is written after the first error.
    error: Option<StageError>,
}

/// A place in the order. Dropped without a piece, it fails the stage instead of leaving it waiting.
pub(crate) struct Ticket {
    tail: Arc<Tail>,
    number: u64,
    fulfilled: bool,
}

impl Ticket {
    /// Hands in the piece for this place.
    pub(crate) fn fulfil(mut self, piece: Piece) {
        self.fulfilled = true;
        self.tail.hand_in(self.number, piece);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.fulfilled {
            self.tail.fail(StageError::Compressor);
            self.tail.hand_in(self.number, Piece::Lost);
        }
    }
}

impl Tail {
    pub(crate) fn new(file: EntriesFile) -> Arc<Self> {
        let (state, idle) = (Mutex::default(), Condvar::new());
        Arc::new(Self { state, idle, file: Mutex::new(file), bytes_on_disk: AtomicU64::new(0) })
    }

    /// The next place in the order.
    pub(crate) fn reserve(self: &Arc<Self>) -> Ticket {
        let mut state = lock(&self.state);
        let number = state.front + state.queue.len() as u64;
        state.queue.push_back(None);
        Ticket { tail: Arc::clone(self), number, fulfilled: false }
    }

    /// Bytes that `entries` has now.
    pub(crate) fn bytes_on_disk(&self) -> u64 {
        self.bytes_on_disk.load(Ordering::Relaxed)
    }

    /// The first error, if there was one.
    pub(crate) fn check(&self) -> Result<(), StageError> {
        lock(&self.state).error.clone().map_or(Ok(()), Err)
    }

    /// Waits until everything that was reserved is written.
    pub(crate) fn settle(&self) -> Result<(), StageError> {
        let mut state = lock(&self.state);
        while state.running || !state.queue.is_empty() {
            state = self.idle.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.error.clone().map_or(Ok(()), Err)
    }

    /// Nothing is written any more once this returns.
    pub(crate) fn abandon(&self) {
        self.fail(StageError::Closed);
        let mut state = lock(&self.state);
        while state.running {
            state = self.idle.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn fail(&self, error: StageError) {
        lock(&self.state).error.get_or_insert(error);
    }

    fn hand_in(&self, number: u64, piece: Piece) {
        let mut state = lock(&self.state);
        let place = usize::try_from(number - state.front).unwrap_or(usize::MAX);
        if let Some(slot) = state.queue.get_mut(place) {
            *slot = Some(piece);
        }
        if state.running {
            return;
        }
        state.running = true;
        while let Some(Some(_)) = state.queue.front() {
            let piece = state.queue.pop_front().flatten();
            state.front += 1;
            let failed = state.error.is_some();
            drop(state);
            if let Some(piece) = piece {
                self.write(piece, failed);
            }
            state = lock(&self.state);
        }
        state.running = false;
        drop(state);
        self.idle.notify_all();
    }

    fn write(&self, piece: Piece, failed: bool) {
        let mut file = lock(&self.file);
        if failed {
            return;
        }
        if let Err(error) = file.apply(piece) {
            // Gives back the room that the unfinished artifact took, so that a report can still be written.
            file.drop_unfinished();
            self.fail(error.into());
        }
        self.bytes_on_disk.store(file.length(), Ordering::Relaxed);
    }
}
