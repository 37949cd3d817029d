//! Zstandard (RFC 8878), several frames and skippable ones included.

use std::io;

use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

use super::unpacked::{Member, Next, Step};
use crate::Reason;
use crate::budget::Lease;
use crate::peek::Peek;
use crate::run::Run;

/// A frame header with all its fields.
const HEADER_BYTES: usize = 18;

struct Frame<'r> {
    state: Decoder<'static>,
    _memory: Lease<'r>,
}

impl Member for Frame<'_> {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Reason> {
        let mut from = InBuffer::around(input);
        let mut to = OutBuffer::around(output);
        let hint = self.state.run(&mut from, &mut to).map_err(|_| Reason::Damaged)?;
        Ok(Step { consumed: from.pos(), produced: to.pos(), ended: hint == 0 })
    }
}

/// The next frame; skippable ones before it are dropped.
pub(super) fn next<'r>(run: &'r Run<'r>, input: &mut Peek<'_>) -> io::Result<Next<'r>> {
    loop {
        match input.peek(8) {
            [] => {
                input.fill()?;
                return Ok(Next::End);
            }
            [0x28, 0xb5, 0x2f, 0xfd, ..] => break,
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d] => {
                let length = u32::from_le_bytes([*a, *b, *c, *d]);
                input.skip(8 + u64::from(length))?;
            }
            _ => return Ok(Next::Trailing),
        }
    }
    let window = window_bytes(input.peek(HEADER_BYTES)).ok_or(io::ErrorKind::UnexpectedEof)?;
    let memory = run.windows.take(window).ok_or_else(|| run.stop(Reason::Memory))?;
    Ok(Next::Member(Box::new(Frame { state: Decoder::new()?, _memory: memory })))
}

/// The window that the header of a frame asks for (RFC 8878, 3.1.1.1).
fn window_bytes(header: &[u8]) -> Option<u64> {
    let descriptor = *header.get(4)?;
    let is_single_segment = descriptor & 0x20 != 0;
    if !is_single_segment {
        let byte = *header.get(5)?;
        let base = 1u64 << (10 + (byte >> 3));
        return Some(base + base / 8 * u64::from(byte & 7));
    }
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let field = header.get(5 + dictionary..)?;
    Some(match descriptor >> 6 {
        0 => u64::from(*field.first()?),
        1 => u64::from(u16::from_le_bytes(*field.first_chunk()?)) + 256,
        2 => u64::from(u32::from_le_bytes(*field.first_chunk()?)),
        _ => u64::from_le_bytes(*field.first_chunk()?),
    })
}
