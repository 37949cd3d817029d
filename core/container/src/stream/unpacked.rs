//! A compressed stream read as what it holds, member after member, within the limits.

use std::io::{self, Read};

use super::{bzip2, deflate, xz, zstd};
use crate::Reason;
use crate::peek::Peek;
use crate::run::Run;

/// What one call of a decompressor did.
pub(crate) struct Step {
    pub(crate) consumed: usize,
    pub(crate) produced: usize,
    /// The member is complete.
    pub(crate) ended: bool,
}

/// One member of a stream being decompressed.
pub(crate) trait Member {
    /// Decompresses some of `input` into some of `output`.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Reason>;

    /// Reads what follows the compressed bytes.
    fn close(&mut self, _input: &mut Peek<'_>) -> io::Result<()> {
        Ok(())
    }
}

/// What stands where a member may begin.
pub(crate) enum Next<'r> {
    Member(Box<dyn Member + 'r>),
    End,
    /// Something else, which is left unread.
    Trailing,
}

/// The formats whose members follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Members {
    Gzip,
    Xz,
    Zstd,
    Bzip2,
    /// One deflate stream without a header, as in a zip.
    Deflate,
    /// The bytes themselves.
    Stored,
}

/// Reads the members of a stream one after another.
pub(crate) struct Unpacked<'p, 'i, 'r> {
    run: &'r Run<'r>,
    members: Members,
    input: &'p mut Peek<'i>,
    /// Where the stream began in the input.
    began: u64,
    member: Option<Box<dyn Member + 'r>>,
    first: bool,
    ended: bool,
    trailing: bool,
    expanded: u64,
    failed: Option<Failure>,
}

/// Why the stream gives no more, each time that it is asked again.
#[derive(Clone)]
enum Failure {
    Reason(Reason),
    Input(io::ErrorKind),
}

impl<'p, 'i, 'r> Unpacked<'p, 'i, 'r> {
    pub(crate) fn new(run: &'r Run<'r>, members: Members, input: &'p mut Peek<'i>) -> Self {
        let began = input.taken();
        Self {
            run,
            members,
            input,
            began,
            member: None,
            first: true,
            ended: false,
            trailing: false,
            expanded: 0,
            failed: None,
        }
    }

    /// True when something stood behind the last member.
    pub(crate) fn has_trailing(&self) -> bool {
        self.trailing
    }

    fn open_next(&mut self) -> Result<(), Failure> {
        let first = std::mem::replace(&mut self.first, false);
        let next = match self.members {
            Members::Gzip => deflate::next_gzip(self.input),
            Members::Xz => xz::next(self.run, self.input),
            Members::Zstd => zstd::next(self.run, self.input),
            Members::Bzip2 => bzip2::next(self.run, self.input),
            Members::Deflate if first => Ok(Next::Member(Box::new(deflate::Inflate::new()))),
            Members::Stored if first => Ok(Next::Member(Box::new(Stored))),
            Members::Deflate | Members::Stored => Ok(Next::End),
        };
        match next? {
            Next::Member(member) => self.member = Some(member),
            Next::Trailing if first => return Err(Failure::Reason(Reason::Damaged)),
            Next::Trailing => (self.ended, self.trailing) = (true, true),
            Next::End if first => return Err(Failure::Input(io::ErrorKind::UnexpectedEof)),
            Next::End => self.ended = true,
        }
        Ok(())
    }

    fn produce(&mut self, output: &mut [u8]) -> Result<usize, Failure> {
        let mut idle = 0;
        while !self.ended {
            let Some(member) = &mut self.member else {
                self.open_next()?;
                continue;
            };
            let input = self.input.fill()?;
            let at_end = input.is_empty();
            let step = member.step(input, output)?;
            self.input.consume(step.consumed);
            if step.ended {
                member.close(self.input)?;
                self.member = None;
            } else if step.consumed == 0 && step.produced == 0 {
                if at_end {
                    return Err(Failure::Input(io::ErrorKind::UnexpectedEof));
                }
                // No decompressor that is given both bytes and room needs this twice.
                idle += 1;
                if idle > 2 {
                    return Err(Failure::Reason(Reason::Damaged));
                }
            }
            if step.produced > 0 {
                self.expanded += step.produced as u64;
                let packed = self.input.taken() - self.began;
                if self.members != Members::Stored {
                    self.run.expand(step.produced as u64, packed, self.expanded)?;
                }
                return Ok(step.produced);
            }
        }
        Ok(0)
    }
}

impl Read for Unpacked<'_, '_, '_> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if output.is_empty() {
            return Ok(0);
        }
        if self.failed.is_none() {
            match self.produce(output) {
                Ok(count) => return Ok(count),
                Err(failure) => self.failed = Some(failure),
            }
        }
        match self.failed.clone() {
            Some(Failure::Input(kind)) => Err(kind.into()),
            Some(Failure::Reason(reason)) => Err(self.run.stop(reason)),
            None => Ok(0),
        }
    }
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self::Reason(reason)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Input(error.kind())
    }
}

/// Bytes that are not compressed, up to the end of the input.
struct Stored;

impl Member for Stored {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Reason> {
        let count = input.len().min(output.len());
        output[..count].copy_from_slice(&input[..count]);
        Ok(Step { consumed: count, produced: count, ended: count == 0 })
    }
}
