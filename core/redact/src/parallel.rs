//! One long text on several processors, with the very output that one would give.
//!
//! The text is cut into blocks at line ends. Each is redacted as if nothing went on where it starts: no secret that began
//! before, nobody who asked not to be asked again. That is so at nearly every line end. Where it was not, which is known
//! when the block before is done, the work on the block is thrown away, and the stream that comes from there goes on
//! through it.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use memchr::memrchr;

use crate::encoding::{Encoding, RedactError, SNIFFED, detect};
use crate::engine::Engine;
use crate::redactor::Redactor;
use crate::site::CONTEXT;
use crate::stream::Stream;
use crate::tally::{Counts, Tally};

/// Bytes of a block.
const BLOCK: usize = 1 << 20;
/// Bytes of the next block that are seen behind a block: what detectors look ahead.
const AHEAD: usize = 32 << 10;

/// Why a text could not be redacted to its end. What was written is the redacted beginning of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParallelError {
    /// The text could not be read.
    #[error("the text cannot be read")]
    Read(#[source] io::Error),
    /// The result could not be written.
    #[error("the redacted text cannot be written")]
    Write(#[source] io::Error),
    /// The text cannot be searched.
    #[error(transparent)]
    Redact(#[from] RedactError),
}

/// A block with what stands around it.
struct Job {
    before: Arc<Vec<u8>>,
    block: Arc<Vec<u8>>,
    /// `None` behind the last block.
    after: Option<Arc<Vec<u8>>>,
}

/// What became of a block.
struct Done {
    output: Vec<u8>,
    stream: Stream,
    clean: bool,
}

/// Redacts `input` into `output` on `threads` processors. The result is that of a [`Redactor`], and what is held is a
/// few mebibytes for each of them.
///
/// # Errors
/// When reading or writing fails, or the text cannot be searched.
pub fn redact_parallel(
    engine: &Arc<Engine>,
    input: &mut dyn Read,
    output: &mut dyn Write,
    threads: usize,
) -> Result<Tally, ParallelError> {
    let mut blocks = Blocks { input, rest: Vec::new(), ended: false };
    let first = blocks.next().map_err(ParallelError::Read)?;
    let wide = detect(&first[..first.len().min(SNIFFED)])? != Encoding::Bytes;
    if wide || threads < 2 || blocks.ended {
        return alone(engine, first, &mut blocks, output);
    }
    thread::scope(|scope| {
        let workers: Vec<Worker> = (0..threads)
            .map(|_| {
                // Two jobs wait at each worker, so that none waits for the one that writes.
                let (jobs, for_worker) = sync_channel::<Job>(2);
                let (for_all, done) = sync_channel(2);
                scope.spawn(move || work(engine, &for_worker, &for_all));
                Worker { jobs, done }
            })
            .collect();
        coordinate(engine, first, &mut blocks, &workers, output)
    })
}

struct Worker {
    jobs: SyncSender<Job>,
    done: Receiver<Done>,
}

fn work(engine: &Arc<Engine>, jobs: &Receiver<Job>, done: &SyncSender<Done>) {
    for job in jobs {
        let mut stream = Stream::behind(engine, &job.before[job.before.len().saturating_sub(CONTEXT)..]);
        let mut output = Vec::with_capacity(job.block.len() + job.block.len() / 8);
        let clean = run(&mut stream, &job.block, job.after.as_deref(), &mut output);
        if done.send(Done { output, stream, clean }).is_err() {
            return;
        }
    }
}

/// Takes a stream through a block. True when it ended as a new one would start.
fn run(stream: &mut Stream, block: &[u8], after: Option<&Vec<u8>>, output: &mut Vec<u8>) -> bool {
    match after {
        Some(after) => stream.run_block(block, &after[..after.len().min(AHEAD)], output),
        None => {
            stream.push(block, output);
            stream.finish(output);
            true
        }
    }
}

/// Puts what the workers make in order.
fn coordinate(
    engine: &Arc<Engine>,
    first: Vec<u8>,
    blocks: &mut Blocks<'_>,
    workers: &[Worker],
    output: &mut dyn Write,
) -> Result<Tally, ParallelError> {
    let mut joined = Joined { counts: Counts::default(), breaks: 0, going_on: None, output };
    let mut sent: VecDeque<(usize, Job)> = VecDeque::new();
    let (mut before, mut block, mut number) = (Arc::new(Vec::new()), Arc::new(first), 0);
    loop {
        let next = blocks.next().map_err(ParallelError::Read)?;
        let after = (!next.is_empty()).then(|| Arc::new(next));
        let job = |before: &Arc<Vec<u8>>, block: &Arc<Vec<u8>>| Job {
            before: Arc::clone(before),
            block: Arc::clone(block),
            after: after.clone(),
        };
        let worker = number % workers.len();
        // A worker that is gone is noticed where its result is missing.
        let _ = workers[worker].jobs.send(job(&before, &block));
        sent.push_back((worker, job(&before, &block)));
        number += 1;
        let most = if after.is_some() { workers.len() + 1 } else { 0 };
        while sent.len() > most {
            let Some((worker, job)) = sent.pop_front() else { break };
            let done = workers[worker].done.recv();
            let done = done.map_err(|_| ParallelError::Write(io::Error::other("a thread has died")))?;
            joined.take(done, &job)?;
        }
        let Some(after) = after else { break };
        before = std::mem::replace(&mut block, after);
    }
    Ok(joined.counts.tally(engine))
}

/// The result so far.
struct Joined<'a> {
    counts: Counts,
    /// Line breaks before the block that comes next, or before where the stream that goes on started.
    breaks: u64,
    /// The stream that did not end where the last block did, and how much of the next block it has taken in.
    going_on: Option<(Stream, usize)>,
    output: &'a mut dyn Write,
}

impl Joined<'_> {
    fn take(&mut self, done: Done, job: &Job) -> Result<(), ParallelError> {
        let (stream, clean) = match self.going_on.take() {
            None => {
                self.output.write_all(&done.output).map_err(ParallelError::Write)?;
                (done.stream, done.clean)
            }
            Some((mut stream, taken)) => {
                let mut output = Vec::with_capacity(job.block.len());
                let rest = job.block.get(taken..).unwrap_or_default();
                let clean = run(&mut stream, rest, job.after.as_deref(), &mut output);
                self.output.write_all(&output).map_err(ParallelError::Write)?;
                (stream, clean)
            }
        };
        if clean {
            self.counts.append(stream.counts(), self.breaks);
            self.breaks += stream.breaks();
        } else {
            let taken = job.after.as_ref().map_or(0, |after| after.len().min(AHEAD));
            self.going_on = Some((stream, taken));
        }
        Ok(())
    }
}

fn alone(
    engine: &Arc<Engine>,
    first: Vec<u8>,
    blocks: &mut Blocks<'_>,
    output: &mut dyn Write,
) -> Result<Tally, ParallelError> {
    let mut redactor = Redactor::new(engine);
    let (mut block, mut redacted) = (first, Vec::new());
    while !block.is_empty() {
        for piece in block.chunks(64 * 1024) {
            redacted.clear();
            redactor.push(piece, &mut redacted)?;
            output.write_all(&redacted).map_err(ParallelError::Write)?;
        }
        block = blocks.next().map_err(ParallelError::Read)?;
    }
    redacted.clear();
    let tally = redactor.finish(&mut redacted)?;
    output.write_all(&redacted).map_err(ParallelError::Write)?;
    Ok(tally)
}

/// Cuts a text into blocks that end at line ends, where there are any.
struct Blocks<'a> {
    input: &'a mut dyn Read,
    rest: Vec<u8>,
    ended: bool,
}

impl Blocks<'_> {
    /// The next block; empty at the end.
    fn next(&mut self) -> io::Result<Vec<u8>> {
        let mut block = std::mem::take(&mut self.rest);
        while !self.ended && block.len() < BLOCK {
            let missing = (BLOCK - block.len()) as u64;
            self.ended = (&mut *self.input).take(missing).read_to_end(&mut block)? == 0;
        }
        if !self.ended
            && let Some(end) = memrchr(b'\n', &block)
        {
            self.rest = block.split_off(end + 1);
        }
        Ok(block)
    }
}
