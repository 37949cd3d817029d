//! bzip2, several streams behind each other included.

use std::io;

use bzip2::{Decompress, Status};

use super::unpacked::{Member, Next, Step};
use crate::Reason;
use crate::budget::Lease;
use crate::peek::Peek;
use crate::run::Run;

struct Bunzip2<'r> {
    state: Decompress,
    _memory: Lease<'r>,
}

impl Member for Bunzip2<'_> {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Reason> {
        let (before_in, before_out) = (self.state.total_in(), self.state.total_out());
        let status = self.state.decompress(input, output).map_err(|_| Reason::Damaged)?;
        Ok(Step {
            consumed: (self.state.total_in() - before_in) as usize,
            produced: (self.state.total_out() - before_out) as usize,
            ended: status == Status::StreamEnd,
        })
    }
}

/// The next stream. Its header says how large its blocks are; four bytes are needed for each of theirs.
pub(super) fn next<'r>(run: &'r Run<'r>, input: &mut Peek<'_>) -> io::Result<Next<'r>> {
    let level = match input.peek(4) {
        [] => {
            input.fill()?;
            return Ok(Next::End);
        }
        [b'B', b'Z', b'h', level @ b'1'..=b'9'] => level - b'0',
        _ => return Ok(Next::Trailing),
    };
    let memory =
        run.windows.take(400_000 * u64::from(level) + 100_000).ok_or_else(|| run.stop(Reason::Memory))?;
    Ok(Next::Member(Box::new(Bunzip2 { state: Decompress::new(false), _memory: memory })))
}
