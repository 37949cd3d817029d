//! The .xz format, several streams and padding included.

use std::io;

use liblzma::stream::{Action, Error, Status, Stream};

use super::unpacked::{Member, Next, Step};
use crate::Reason;
use crate::budget::Lease;
use crate::peek::Peek;
use crate::run::Run;

/// What a decompressor may take besides its dictionary.
const OVERHEAD_BYTES: u64 = 512 * 1024;

/// The header of a stream, and the longest header of its first block.
const HEADER_BYTES: usize = 12 + 1024;

struct Unxz<'r> {
    state: Stream,
    _memory: Lease<'r>,
}

impl Member for Unxz<'_> {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Reason> {
        let (before_in, before_out) = (self.state.total_in(), self.state.total_out());
        let status = self.state.process(input, output, Action::Run).map_err(|error| match error {
            // A later block may ask for more than the first.
            Error::MemLimit | Error::Mem => Reason::Memory,
            _ => Reason::Damaged,
        })?;
        Ok(Step {
            consumed: (self.state.total_in() - before_in) as usize,
            produced: (self.state.total_out() - before_out) as usize,
            ended: status == Status::StreamEnd,
        })
    }
}

/// The next stream; padding before it is dropped.
pub(super) fn next<'r>(run: &'r Run<'r>, input: &mut Peek<'_>) -> io::Result<Next<'r>> {
    while input.peek(4) == [0; 4] {
        input.consume(4);
    }
    match input.peek(6) {
        [] => {
            input.fill()?;
            return Ok(Next::End);
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0] => {}
        _ => return Ok(Next::Trailing),
    }
    let dictionary = dictionary_bytes(input.peek(HEADER_BYTES)).unwrap_or(0);
    let memory = run.windows.take(dictionary).ok_or_else(|| run.stop(Reason::Memory))?;
    let state = Stream::new_stream_decoder(dictionary + OVERHEAD_BYTES, 0)?;
    Ok(Next::Member(Box::new(Unxz { state, _memory: memory })))
}

/// The dictionary that the first block asks for; `None` without a block, or where it cannot be read, which the
/// decompressor then finds too (The .xz File Format, 3.1 and 5.3.1).
fn dictionary_bytes(head: &[u8]) -> Option<u64> {
    let header = head.get(12..)?;
    let mut fields = header.get(2..(usize::from(*header.first()?) + 1) * 4)?;
    let flags = header[1];
    for sized in [0x40, 0x80] {
        if flags & sized != 0 {
            integer(&mut fields)?;
        }
    }
    for _ in 0..=flags & 3 {
        let filter = integer(&mut fields)?;
        let length = usize::try_from(integer(&mut fields)?).ok()?;
        let properties = fields.get(..length)?;
        fields = &fields[length..];
        if filter == 0x21 {
            let bits = *properties.first()?;
            return match bits {
                40 => Some(u64::from(u32::MAX)),
                0..40 => Some((2 | u64::from(bits & 1)) << (bits / 2 + 11)),
                _ => None,
            };
        }
    }
    None
}

/// A number of variable length, seven bits a byte.
fn integer(fields: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let (&byte, rest) = fields.split_first()?;
        *fields = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
