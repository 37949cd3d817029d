//! Deflate, bare (RFC 1951) and in gzip (RFC 1952).

use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use super::unpacked::{Member, Next, Step};
use crate::Reason;
use crate::peek::Peek;

/// A bare deflate stream.
pub(crate) struct Inflate {
    state: Decompress,
}

impl Inflate {
    pub(crate) fn new() -> Self {
        Self { state: Decompress::new(false) }
    }
}

impl Member for Inflate {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Reason> {
        let (before_in, before_out) = (self.state.total_in(), self.state.total_out());
        let status =
            self.state.decompress(input, output, FlushDecompress::None).map_err(|_| Reason::Damaged)?;
        Ok(Step {
            consumed: (self.state.total_in() - before_in) as usize,
            produced: (self.state.total_out() - before_out) as usize,
            ended: status == Status::StreamEnd,
        })
    }
}

/// A member of a gzip file behind its header.
struct Gunzip {
    inflate: Inflate,
    crc: crc32fast::Hasher,
    length: u64,
}

impl Member for Gunzip {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Reason> {
        let step = self.inflate.step(input, output)?;
        self.crc.update(&output[..step.produced]);
        self.length += step.produced as u64;
        Ok(step)
    }

    /// Checksum and length modulo 2³².
    fn close(&mut self, input: &mut Peek<'_>) -> io::Result<()> {
        let crc = read_u32(input)?;
        let length = read_u32(input)?;
        if crc != self.crc.clone().finalize() || length != self.length as u32 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(())
    }
}

fn read_u32(input: &mut Peek<'_>) -> io::Result<u32> {
    Ok(u32::from_le_bytes([input.byte()?, input.byte()?, input.byte()?, input.byte()?]))
}

/// Bits of the flag byte.
const HEADER_CRC: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;

/// The next member of a gzip file. What its header says besides the time is dropped.
pub(super) fn next_gzip<'r>(input: &mut Peek<'_>) -> io::Result<Next<'r>> {
    let flags = match input.peek(4) {
        [] => {
            // An input that failed is not one that ended.
            input.fill()?;
            return Ok(Next::End);
        }
        [0x1f, 0x8b, 8, flags] if flags & 0xe0 == 0 => *flags,
        _ => return Ok(Next::Trailing),
    };
    input.skip(10)?;
    if flags & EXTRA != 0 {
        let length = u16::from_le_bytes([input.byte()?, input.byte()?]);
        input.skip(length.into())?;
    }
    for text in [NAME, COMMENT] {
        while flags & text != 0 && input.byte()? != 0 {}
    }
    if flags & HEADER_CRC != 0 {
        input.skip(2)?;
    }
    Ok(Next::Member(Box::new(Gunzip { inflate: Inflate::new(), crc: crc32fast::Hasher::new(), length: 0 })))
}
