//! One artifact on its way to disk.

use crate::encoding::{self, RedactError};
use crate::gate::{Gate, gate};
use crate::line::Line;
use crate::site::{CONTEXT, Site, Verdict};
use crate::skip::{Skip, Step};
use crate::tally::Tally;

/// Input is taken in pieces of this size, so that one large push costs no more memory than many small ones.
const PIECE: usize = 64 * 1024;

/// A value that was removed, in offsets of the input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Removal {
    pub(crate) rule: &'static str,
    pub(crate) offset: usize,
    pub(crate) length: usize,
}

/// A value that is being removed.
#[derive(Debug)]
struct Active {
    rule: &'static str,
    offset: usize,
    skip: Skip,
}

/// Removes secrets from one artifact, piece by piece.
///
/// The result does not depend on how the artifact is cut into pieces, and redacting it again changes nothing. Bytes
/// that are no secret pass unchanged, valid UTF-8 or not. At most about 75 KiB of the artifact are held at a time.
///
/// ```
/// let mut redactor = candor_redact::Redactor::new();
/// let mut output = Vec::new();
/// redactor.push(b"user=app pass", &mut output)?;
/// redactor.push(b"word=hunter2\n", &mut output)?;
/// let tally = redactor.finish(&mut output)?;
/// assert_eq!(output, b"user=app password=REMOVED-BY-CANDOR\n");
/// assert_eq!(tally.of("password-value"), 1);
/// # Ok::<(), candor_redact::RedactError>(())
/// ```
#[derive(Debug, Default)]
pub struct Redactor {
    /// Up to [`CONTEXT`] bytes that have been passed on, then those that have not.
    text: Vec<u8>,
    /// Offset of the window's first byte in the artifact.
    base: usize,
    /// Bytes of the window that have been passed on or removed.
    settled: usize,
    /// Where the search goes on.
    next: usize,
    /// State of the line at `followed`.
    line: Line,
    followed: usize,
    active: Option<Active>,
    tally: Tally,
    /// What was removed, when somebody asked.
    pub(crate) removals: Option<Vec<Removal>>,
    encoding_checked: bool,
    failed: Option<RedactError>,
}

impl Redactor {
    /// A redactor for one artifact.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes and appends to `output` what is settled.
    ///
    /// # Errors
    /// When the text cannot be searched for secrets. The artifact is to be withheld; every later call fails too.
    pub fn push(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<(), RedactError> {
        for piece in input.chunks(PIECE) {
            self.text.extend_from_slice(piece);
            self.settle(false, output)?;
            self.trim();
        }
        self.failed.map_or(Ok(()), Err)
    }

    /// Appends the rest to `output` and says what was removed.
    ///
    /// # Errors
    /// As [`Redactor::push`].
    pub fn finish(mut self, output: &mut Vec<u8>) -> Result<Tally, RedactError> {
        self.settle(true, output)?;
        Ok(self.tally)
    }

    /// As [`Redactor::finish`], for what was removed where.
    pub(crate) fn finish_removals(mut self, output: &mut Vec<u8>) -> Result<Vec<Removal>, RedactError> {
        self.settle(true, output)?;
        Ok(self.removals.unwrap_or_default())
    }

    fn settle(&mut self, last: bool, output: &mut Vec<u8>) -> Result<(), RedactError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        if !self.encoding_checked {
            if self.text.len() < encoding::MARK_LENGTH && !last {
                return Ok(());
            }
            encoding::check(&self.text).inspect_err(|error| self.failed = Some(*error))?;
            self.encoding_checked = true;
        }
        let gate = gate().ok_or(RedactError::Rules).inspect_err(|error| self.failed = Some(*error))?;
        while self.leave_secret(last, output) && self.find_secret(gate, last, output) {}
        Ok(())
    }

    /// Drops the rest of a secret that was entered. False when more input is needed for it.
    fn leave_secret(&mut self, last: bool, output: &mut Vec<u8>) -> bool {
        let Some(active) = &mut self.active else { return true };
        let (reached, ended) = match active.skip.advance(&self.text, self.next, last) {
            Step::Inside { upto } => (upto, None),
            Step::Ended { resume, tail } => (resume, Some(tail)),
        };
        self.next = reached;
        self.settled = reached;
        self.followed = reached;
        let Some(tail) = ended else { return false };
        let removal = Removal {
            rule: active.rule,
            offset: active.offset,
            length: (self.base + reached).saturating_sub(active.offset),
        };
        self.removals.iter_mut().for_each(|removals| removals.push(removal));
        self.line.feed(&tail);
        output.extend_from_slice(&tail);
        self.active = None;
        true
    }

    /// Searches on until a secret is entered. False when the window is used up.
    fn find_secret(&mut self, gate: &Gate, last: bool, output: &mut Vec<u8>) -> bool {
        let length = self.text.len();
        let horizon = if last { length } else { (length + 1).saturating_sub(gate.longest) };
        loop {
            let hit = gate.find(&self.text, self.next).filter(|hit| hit.start < horizon);
            let Some(hit) = hit else {
                self.next = self.next.max(horizon);
                self.pass(self.next, output);
                return false;
            };
            self.follow(hit.start);
            let site = Site {
                text: &self.text,
                at: hit.start,
                end: hit.end,
                last,
                first: self.base == 0,
                in_quotes: self.line.in_quotes(),
            };
            match (hit.rule.examine)(&site) {
                Ok(Verdict::Pass { resume }) => self.next = resume.clamp(hit.start + 1, length),
                Ok(Verdict::Remove { start, mask, skip }) => {
                    self.enter_secret(hit.rule.id, start, &mask, skip, output);
                    return true;
                }
                Err(_) => {
                    self.next = hit.start;
                    self.pass(hit.start, output);
                    return false;
                }
            }
        }
    }

    fn enter_secret(
        &mut self,
        rule: &'static str,
        start: usize,
        mask: &[u8],
        skip: Skip,
        output: &mut Vec<u8>,
    ) {
        self.pass(start, output);
        output.extend_from_slice(mask);
        self.line.feed(mask);
        self.next = start;
        self.tally.count(rule);
        self.active = Some(Active { rule, offset: self.base + start, skip });
    }

    /// Passes everything before `upto` on.
    fn pass(&mut self, upto: usize, output: &mut Vec<u8>) {
        if upto > self.settled {
            output.extend_from_slice(&self.text[self.settled..upto]);
            self.settled = upto;
            self.follow(upto);
        }
    }

    fn follow(&mut self, upto: usize) {
        if upto > self.followed {
            self.line.feed(&self.text[self.followed..upto]);
            self.followed = upto;
        }
    }

    /// Forgets what no rule can look back at.
    fn trim(&mut self) {
        let cut = self.settled.saturating_sub(CONTEXT);
        self.text.drain(..cut);
        self.base += cut;
        self.settled -= cut;
        self.next -= cut;
        self.followed -= cut;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that rules wait for at most, before and after a hit.
    const MOST_WAITED_FOR: usize = 12 * 1024;

    #[test]
    fn the_window_stays_small_whatever_comes() {
        for filler in [
            "pass",
            "password=",
            "password: ",
            "://",
            "a://b:c",
            "a://b@",
            "x@",
            "\"password\":",
            "BEGIN ",
            "\\\"",
            " ",
            "-----BEGIN PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----",
            "<password>",
            "key ",
            "\n",
            "\0",
            "-",
            "\\n",
        ] {
            for head in ["", "a://", "password=", "<password>", "\"password\": \"", "password: |\n "] {
                let text = head.to_owned() + &filler.repeat(512 * 1024 / filler.len());
                let mut redactor = Redactor::new();
                redactor.push(text.as_bytes(), &mut Vec::new()).expect("searchable");
                assert!(redactor.text.len() < CONTEXT + MOST_WAITED_FOR, "{head:?} and {filler:?}");
                assert!(redactor.text.capacity() <= 4 * PIECE, "{head:?} and {filler:?}");
            }
        }
    }
}
