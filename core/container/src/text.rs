//! One text on its way through the filter.

use crate::content::{Output, Verdict};
use crate::peek::Peek;
use crate::run::Run;
use crate::sniff::{is_binary, is_odd};
use crate::{Encoding, EntryPath, Error, Reason};

/// Streams the rest of `input` through the filter.
pub(crate) fn pass(
    run: &Run<'_>,
    input: &mut Peek<'_>,
    output: &mut Output<'_>,
    path: &EntryPath,
    head: &[u8],
    encoding: Encoding,
) -> Result<Verdict, Error> {
    let mut filter = match run.filter.text(path, head) {
        Ok(filter) => filter,
        Err(error) => return Ok(Verdict::Withheld(Reason::Filter(error.to_string()))),
    };
    let mut watch = TextWatch::new(encoding);
    let mut ready = Vec::new();
    loop {
        let chunk = match input.fill() {
            Ok(chunk) => chunk,
            Err(error) => return Ok(Verdict::Withheld(run.read_failed(&error)?)),
        };
        let count = chunk.len();
        if !watch.is_text(chunk) {
            return Ok(Verdict::Withheld(Reason::TurnsBinary));
        }
        let pushed = if count == 0 { filter.finish(&mut ready) } else { filter.push(chunk, &mut ready) };
        if let Err(error) = pushed {
            return Ok(Verdict::Withheld(Reason::Filter(error.to_string())));
        }
        input.consume(count);
        output.to.write_all(&ready).map_err(|error| run.write_failed(error))?;
        ready.clear();
        if count == 0 {
            run.count(|summary| summary.redacted += 1);
            return Ok(Verdict::Written);
        }
    }
}

/// Bytes that are judged together.
const WINDOW: usize = 4096;

/// Looks whether what began as text stays text: a script may carry an archive behind its last line. Zeros do not count, since logs
/// that were cut while they were written have runs of them.
#[derive(Debug)]
pub struct TextWatch {
    is_wide: bool,
    odd: usize,
    seen: usize,
}

impl TextWatch {
    /// For one text, which began in `encoding`.
    pub fn new(encoding: Encoding) -> Self {
        let is_wide = !matches!(encoding, Encoding::Utf8 | Encoding::Latin1);
        Self { is_wide, odd: 0, seen: 0 }
    }

    /// Takes the next bytes; `false` when they are not text any more. The bytes are judged in windows that do not
    /// depend on how the input is cut.
    pub fn is_text(&mut self, mut chunk: &[u8]) -> bool {
        while !self.is_wide && !chunk.is_empty() {
            let (part, rest) = chunk.split_at(chunk.len().min(WINDOW - self.seen));
            self.odd += part.iter().filter(|&&byte| is_odd(byte)).count();
            self.seen += part.len();
            if self.seen == WINDOW {
                if is_binary(self.odd, WINDOW) {
                    return false;
                }
                (self.odd, self.seen) = (0, 0);
            }
            chunk = rest;
        }
        true
    }
}
