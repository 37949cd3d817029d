//! SHA-256 on a thread of its own, beside the one that reads and unpacks.

use std::thread::{Scope, ScopedJoinHandle};

use candor_trust::Hasher;
use crossbeam_channel::{Receiver, Sender, bounded};

/// Bytes that travel together.
pub(crate) const BLOCK_BYTES: usize = 256 * 1024;
/// Blocks that go round: one is filled, one is hashed, the others wait.
const BLOCKS: usize = 4;

/// Blocks that are filled here and hashed there. They come back, so that none is made for each round.
pub(crate) struct HashingAside<'scope> {
    filled: Sender<(Vec<u8>, usize)>,
    empty: Receiver<Vec<u8>>,
    thread: ScopedJoinHandle<'scope, String>,
}

impl<'scope> HashingAside<'scope> {
    pub(crate) fn start(scope: &'scope Scope<'scope, '_>) -> Self {
        let (filled, to_hash) = bounded::<(Vec<u8>, usize)>(BLOCKS);
        let (give_back, empty) = bounded(BLOCKS);
        for _ in 0..BLOCKS {
            // There is room for all of them.
            let _ = give_back.send(vec![0; BLOCK_BYTES]);
        }
        let thread = scope.spawn(move || {
            let mut hasher = Hasher::default();
            for (block, length) in to_hash {
                hasher.update(block.get(..length).unwrap_or_default());
                // Whoever fills them may have ended.
                let _ = give_back.send(block);
            }
            hasher.finish().to_string()
        });
        Self { filled, empty, thread }
    }

    /// A block to fill; `None` when the thread is gone.
    pub(crate) fn block(&self) -> Option<Vec<u8>> {
        self.empty.recv().ok()
    }

    /// Hands over the first `length` bytes of a block.
    pub(crate) fn hash(&self, block: Vec<u8>, length: usize) {
        // A thread that is gone is noticed by the digest that it does not give.
        let _ = self.filled.send((block, length));
    }

    /// The digest of all that was handed over, in hexadecimal; `None` when the thread is gone.
    pub(crate) fn finish(self) -> Option<String> {
        drop(self.filled);
        self.thread.join().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_all_blocks_in_order() {
        let bytes: Vec<u8> = (0..5 * BLOCK_BYTES + 7).map(|number| (number % 253) as u8).collect();
        let digest = std::thread::scope(|scope| {
            let hashing = HashingAside::start(scope);
            for piece in bytes.chunks(BLOCK_BYTES - 1) {
                let mut block = hashing.block().unwrap();
                block[..piece.len()].copy_from_slice(piece);
                hashing.hash(block, piece.len());
            }
            hashing.finish()
        });
        assert_eq!(digest, Some(candor_trust::Digest::of(&bytes).to_string()));
    }
}
