//! SHA-256 and CRC-32 of an artifact, in the order of its bytes, while other threads compress and write them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use sha2::{Digest as _, Sha256};

use crate::compressor::{Chunk, Compressor, lock};

/// What identifies an artifact's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) sha256: String,
    pub(crate) crc32: u32,
}

/// Both sums while the bytes still come.
#[derive(Default)]
pub(crate) struct Sums {
    sha256: Sha256,
    crc32: crc32fast::Hasher,
}

impl Sums {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        // In pieces that stay in the cache between the two.
        for piece in bytes.chunks(16 * 1024) {
            self.sha256.update(piece);
            self.crc32.update(piece);
        }
    }

    pub(crate) fn finish(self) -> Digest {
        Digest { sha256: hex(&self.sha256.finalize()), crc32: self.crc32.finalize() }
    }

    pub(crate) fn of(bytes: &[u8]) -> Digest {
        let mut sums = Self::default();
        sums.update(bytes);
        sums.finish()
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

type End = Box<dyn FnOnce(Digest) + Send>;

/// Hashes chunks on the pool, one after the other.
pub(crate) struct Hashing {
    compressor: Compressor,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// `None` while a thread works with them.
    sums: Option<Sums>,
    running: bool,
    queue: VecDeque<Arc<Chunk>>,
    end: Option<End>,
}

impl Hashing {
    pub(crate) fn new(compressor: Compressor) -> Arc<Self> {
        let state = State { sums: Some(Sums::default()), ..State::default() };
        Arc::new(Self { compressor, state: Mutex::new(state) })
    }

    /// Hashes the next chunk, soon.
    pub(crate) fn push(self: &Arc<Self>, chunk: Arc<Chunk>) {
        lock(&self.state).queue.push_back(chunk);
        self.wake();
    }

    /// Calls `end` after the last chunk.
    pub(crate) fn finish(self: &Arc<Self>, end: End) {
        lock(&self.state).end = Some(end);
        self.wake();
    }

    fn wake(self: &Arc<Self>) {
        let was_running = std::mem::replace(&mut lock(&self.state).running, true);
        if !was_running {
            let this = Arc::clone(self);
            self.compressor.submit(Box::new(move |_| this.run()));
        }
    }

    fn run(&self) {
        let Some(mut sums) = lock(&self.state).sums.take() else { return };
        loop {
            let mut state = lock(&self.state);
            if let Some(chunk) = state.queue.pop_front() {
                drop(state);
                sums.update(&chunk);
            } else if let Some(end) = state.end.take() {
                drop(state);
                return end(sums.finish());
            } else {
                state.sums = Some(sums);
                state.running = false;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_hashed_in_order_whatever_the_threads_do() {
        let compressor = Compressor::new(3, crate::compressor::Compression::Deflate);
        let hashing = Hashing::new(compressor.clone());
        let bytes: Vec<u8> = (0..200_000_u32).map(|number| (number % 251) as u8).collect();
        for piece in bytes.chunks(1000) {
            hashing.push(compressor.admit(piece.to_vec()));
        }
        let (sender, receiver) = crossbeam_channel::bounded(1);
        hashing.finish(Box::new(move |digest| sender.send(digest).unwrap()));
        assert_eq!(receiver.recv().unwrap(), Sums::of(&bytes));
    }

    #[test]
    fn sums_are_those_of_the_standards() {
        let digest = Sums::of(b"123456789");
        assert_eq!(digest.crc32, 0xcbf4_3926);
        assert_eq!(digest.sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
    }
}
