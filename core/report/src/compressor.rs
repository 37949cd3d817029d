//! The threads that compress and hash, and the memory that they may hold.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::deflate::Deflater;

/// Bytes of an artifact that are compressed at a time.
pub(crate) const CHUNK_BYTES: usize = 1024 * 1024;
/// Room for a chunk, or for what becomes of it: at most stored blocks.
pub(crate) const BUFFER_BYTES: usize = CHUNK_BYTES + CHUNK_BYTES / 8;
/// Buffers beyond these sizes are not kept for the next chunk.
const KEPT_BYTES: std::ops::RangeInclusive<usize> = CHUNK_BYTES / 16..=BUFFER_BYTES;

/// What a chunk costs beside its bytes, so that a flood of empty artifacts is bounded too.
const CHUNK_COST_BYTES: usize = 1024;

pub(crate) type Job = Box<dyn FnOnce(&mut Deflater) + Send>;

/// Whether artifacts are compressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Compression {
    /// Deflate, but for media that are compressed already. Any desk's own tools open it.
    #[default]
    Deflate,
    /// Nothing is compressed: quicker, and larger.
    Stored,
}

/// Handle to a small pool of threads that all stages share. Cheap to clone; the threads start when they are first needed
/// and end with the last handle.
#[derive(Clone)]
pub struct Compressor {
    pool: Arc<Pool>,
}

struct Pool {
    threads: usize,
    compression: Compression,
    queue: OnceLock<Option<Sender<Job>>>,
    /// Used where the work is too little for a thread.
    inline: Mutex<Option<Deflater>>,
    in_flight: Mutex<usize>,
    room: Condvar,
    spares: Mutex<Vec<Vec<u8>>>,
}

/// A poisoned lock guards plain numbers and buffers that are valid at any time.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Compressor {
    /// A pool of `threads` threads, none of them started yet. At least one.
    pub fn new(threads: usize, compression: Compression) -> Self {
        let pool = Pool {
            threads: threads.max(1),
            compression,
            queue: OnceLock::new(),
            inline: Mutex::default(),
            in_flight: Mutex::new(0),
            room: Condvar::new(),
            spares: Mutex::default(),
        };
        Self { pool: Arc::new(pool) }
    }

    /// Whether artifacts are compressed.
    pub(crate) fn compression(&self) -> Compression {
        self.pool.compression
    }

    /// Gives work to the pool. Where no thread can be started the caller does it.
    pub(crate) fn submit(&self, job: Job) {
        let queue = self.pool.queue.get_or_init(|| start(self.pool.threads));
        let refused = match queue {
            Some(queue) => queue.send(job).err().map(|error| error.0),
            None => Some(job),
        };
        if let Some(job) = refused {
            self.inline(job);
        }
    }

    /// Runs work on the calling thread.
    pub(crate) fn inline<T>(&self, work: impl FnOnce(&mut Deflater) -> T) -> T {
        work(lock(&self.pool.inline).get_or_insert_with(Deflater::new))
    }

    /// Waits until the bytes may be in flight beside those that are, and counts them until the chunk is dropped.
    pub(crate) fn admit(&self, bytes: Vec<u8>) -> Arc<Chunk> {
        let limit = BUFFER_BYTES * (self.pool.threads + 1);
        let size = bytes.capacity() + CHUNK_COST_BYTES;
        let mut in_flight = lock(&self.pool.in_flight);
        while *in_flight > 0 && *in_flight + size > limit {
            in_flight = self.pool.room.wait(in_flight).unwrap_or_else(PoisonError::into_inner);
        }
        *in_flight += size;
        Arc::new(Chunk { bytes, size, compressor: self.clone() })
    }

    /// An empty buffer with room for `bytes`, one that was used before where there is one. Buffers go round because the kernel
    /// has to make and clear the pages of each new one.
    pub(crate) fn take_buffer(&self, bytes: usize) -> Vec<u8> {
        let mut spares = lock(&self.pool.spares);
        let fitting = spares.iter().position(|spare| spare.capacity() >= bytes);
        let spare = fitting.map(|place| spares.swap_remove(place));
        drop(spares);
        spare.unwrap_or_else(|| Vec::with_capacity(bytes))
    }

    /// Keeps a buffer for later use.
    pub(crate) fn give_buffer(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        if KEPT_BYTES.contains(&buffer.capacity()) {
            let mut spares = lock(&self.pool.spares);
            if spares.len() < self.pool.threads + 4 {
                spares.push(buffer);
            }
        }
    }
}

impl std::fmt::Debug for Compressor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Compressor").field("threads", &self.pool.threads).finish_non_exhaustive()
    }
}

/// Bytes in flight: counted against the pool's memory until the last user is done with them.
pub(crate) struct Chunk {
    bytes: Vec<u8>,
    size: usize,
    compressor: Compressor,
}

impl std::ops::Deref for Chunk {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.compressor.give_buffer(std::mem::take(&mut self.bytes));
        *lock(&self.compressor.pool.in_flight) -= self.size;
        self.compressor.pool.room.notify_all();
    }
}

/// `None` when not a single thread could be started.
fn start(threads: usize) -> Option<Sender<Job>> {
    let (sender, receiver) = unbounded::<Job>();
    let started = (0..threads).filter(|_| {
        let receiver = receiver.clone();
        std::thread::Builder::new().name("compress".to_owned()).spawn(move || work(&receiver)).is_ok()
    });
    (started.count() > 0).then_some(sender)
}

fn work(queue: &Receiver<Job>) {
    let mut deflater = Deflater::new();
    for job in queue {
        // A job that panics drops its ticket, and that tells its stage.
        if catch_unwind(AssertUnwindSafe(|| job(&mut deflater))).is_err() {
            deflater = Deflater::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panicking_job_does_not_take_the_thread_with_it() {
        let compressor = Compressor::new(1, Compression::Deflate);
        let (sender, receiver) = unbounded();
        compressor.submit(Box::new(|_| panic!("on purpose")));
        compressor.submit(Box::new(move |_| sender.send(7).unwrap()));
        assert_eq!(receiver.recv(), Ok(7));
    }

    #[test]
    fn a_chunk_larger_than_the_limit_is_admitted_alone() {
        let compressor = Compressor::new(1, Compression::Deflate);
        let chunk = compressor.admit(vec![0; 5 * CHUNK_BYTES]);
        assert_eq!(chunk.len(), 5 * CHUNK_BYTES);
        drop(chunk);
        assert_eq!(*lock(&compressor.pool.in_flight), 0);
    }
}
