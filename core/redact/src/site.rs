//! The text around a place where a rule may apply, and the rule's verdict on it.

use crate::skip::{Skip, Step};

/// Bytes before a hit that stay in memory: rules look back this far at most.
pub(crate) const CONTEXT: usize = 1024;

/// Bytes of a value within which it is judged whether it is a secret at all. A longer one is.
pub(crate) const JUDGED: usize = 256;

/// The verdict cannot be given before more of the artifact has arrived.
#[derive(Debug)]
pub(crate) struct More;

/// What a rule says about one hit.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Nothing secret: the search goes on at `resume`.
    Pass {
        /// Index into the text.
        resume: usize,
    },
    /// Everything from `start` to where `skip` ends is replaced by `mask`.
    Remove {
        /// Index into the text, at or after the hit.
        start: usize,
        /// What stands in its place.
        mask: Vec<u8>,
        /// Finds the end.
        skip: Skip,
    },
}

/// A hit and the text around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'a> {
    /// The window: at least [`CONTEXT`] bytes before the hit, or all there are.
    pub(crate) text: &'a [u8],
    /// Index of the hit's first byte.
    pub(crate) at: usize,
    /// Index after the hit.
    pub(crate) end: usize,
    /// The artifact ends where `text` ends.
    pub(crate) last: bool,
    /// The artifact starts where `text` starts.
    pub(crate) first: bool,
    /// The hit is inside `"…"`.
    pub(crate) in_quotes: bool,
}

impl<'a> Site<'a> {
    /// The byte at `index`; `None` after the artifact's end.
    pub(crate) fn byte(&self, index: usize) -> Result<Option<u8>, More> {
        match self.text.get(index) {
            Some(byte) => Ok(Some(*byte)),
            None if self.last => Ok(None),
            None => Err(More),
        }
    }

    /// The byte before `index`; `None` at the artifact's start.
    pub(crate) fn byte_before(&self, index: usize) -> Option<u8> {
        index.checked_sub(1).map(|before| self.text[before])
    }

    /// The length of the run of `wanted` bytes from `from` on, `limit` at most.
    pub(crate) fn run(&self, from: usize, limit: usize, wanted: impl Fn(u8) -> bool) -> Result<usize, More> {
        let mut length = 0;
        while length < limit && self.byte(from + length)?.is_some_and(&wanted) {
            length += 1;
        }
        Ok(length)
    }

    /// The length of the run of `wanted` bytes that ends before `to`, `limit` at most.
    pub(crate) fn run_before(&self, to: usize, limit: usize, wanted: impl Fn(u8) -> bool) -> usize {
        self.text[..to].iter().rev().take(limit).take_while(|byte| wanted(**byte)).count()
    }

    /// True when `word` stands at `index`.
    pub(crate) fn starts_with(&self, index: usize, word: &[u8]) -> Result<bool, More> {
        for (offset, wanted) in word.iter().enumerate() {
            if self.byte(index + offset)? != Some(*wanted) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Where `skip` ends a value that starts at `start`: its first byte and the index after it. `None` when it is
    /// longer than [`JUDGED`].
    pub(crate) fn value(&self, start: usize, skip: &Skip) -> Result<Option<(&'a [u8], usize)>, More> {
        let limit = start + JUDGED;
        let complete = limit <= self.text.len();
        let seen = &self.text[..limit.min(self.text.len())];
        match skip.clone().advance(seen, start, self.last && !complete) {
            Step::Ended { resume, .. } => Ok(Some((&self.text[start..resume], resume))),
            Step::Inside { .. } if complete => Ok(None),
            Step::Inside { .. } => Err(More),
        }
    }
}
