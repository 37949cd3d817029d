//! The text around a place where a rule may apply, and the rule's verdict on it.

use crate::kind::Kind;
use crate::mark::{LONGEST_ID, end_of_mark, holds_pseudonym};
use crate::policy::Options;
use crate::secrets::{PRIVATE_KEY, Table};
use crate::skip::{Skip, Step};

/// Bytes before a hit that stay in memory: rules look back this far at most.
pub(crate) const CONTEXT: usize = 1024;

/// Bytes of a value within which it is judged whether it is a secret at all. A longer one is.
pub(crate) const JUDGED: usize = 256;

/// The verdict cannot be given before more of the artifact has arrived.
#[derive(Debug)]
pub(crate) struct More;

/// Bytes before an anchor within which something that is found may start.
pub(crate) const REACH: usize = 512;

/// What a detector says about one anchor.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Nothing here. The same detector is not asked again before `resume`; others are.
    Pass {
        /// Index into the text.
        resume: usize,
    },
    /// What stands before `end` stays, and nobody looks into it again.
    Keep {
        /// Index into the text, after the anchor.
        end: usize,
    },
    /// A secret: everything from `start` to where `skip` ends is replaced by `mask`.
    Remove {
        /// What tallies call it.
        id: &'static str,
        /// Index into the text, not before [`Site::floor`].
        start: usize,
        /// What stands in its place.
        mask: Vec<u8>,
        /// Finds the end.
        skip: Skip,
    },
    /// An identifier, treated as the policy says for its kind.
    Found(Found),
    /// Text in an encoding: what it stands for is redacted, and encoded again if something was found.
    Encoded {
        /// Index of its first byte, not before [`Site::floor`].
        start: usize,
        /// Index after its last byte.
        end: usize,
        encoding: Encoding,
    },
    /// A run of Base64 that starts here and holds text.
    Base64 {
        /// Index of its first character, not before [`Site::floor`].
        start: usize,
    },
    /// The columns of a table whose rows follow. Others are asked about this place too.
    Table(Box<Table>),
}

/// An encoding that is seen through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `%40`
    Percent,
    /// `\u0040`
    Escape,
}

impl Verdict {
    /// Where what was found starts. It has to be in the line of the anchor.
    pub(crate) fn start(&self) -> Option<usize> {
        match self {
            Self::Pass { .. } | Self::Keep { .. } | Self::Table(_) => None,
            Self::Remove { start, .. } | Self::Encoded { start, .. } | Self::Base64 { start } => Some(*start),
            Self::Found(found) => Some(found.start),
        }
    }
}

/// What a tally counts: a rule, a detector of secrets or a kind of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Label {
    /// A secret found by hand-written code.
    Secret(&'static str),
    /// A rule of the engine, by number.
    Rule(u32),
    /// An identifier.
    Identifier(Kind),
}

/// An identifier in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    /// Index of its first byte, not before [`Site::floor`].
    pub(crate) start: usize,
    /// Index after its last byte.
    pub(crate) end: usize,
    pub(crate) form: Form,
}

impl Found {
    /// Its form, with positions counted from its start.
    pub(crate) fn relative_form(&self) -> Form {
        match self.form {
            Form::Email { at, kept } => Form::Email { at: at.saturating_sub(self.start), kept },
            form => form,
        }
    }
}

/// How an identifier is written, where that cannot be told from its text and kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Form {
    /// As everybody writes it. For a host name: how many labels at its end are a public suffix and stay.
    #[default]
    Usual,
    /// A host name, of whose labels the last `kept` stay.
    Host {
        /// Number of labels.
        kept: usize,
    },
    /// An e-mail address: the index of its `@`, and as [`Form::Host`].
    Email {
        /// Index of the `@`.
        at: usize,
        /// Number of labels.
        kept: usize,
    },
    /// A known value in a spelling of its own.
    Known {
        /// Its number in the table.
        index: usize,
    },
    /// An address with `-` in the place of `.`: `192-168-0-66`.
    Dashed,
    /// The labels of an address before `in-addr.arpa` or `ip6.arpa`.
    Reversed,
    /// The digits of the kernel's tables: `0100A8C0`.
    Hexadecimal,
    /// A number that stands where JSON or TOML would take no bare word: the pseudonym is put in quotes.
    Number,
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
    /// The hit is inside `"…"`. Known only to detectors that ask for it.
    pub(crate) in_quotes: bool,
    /// Index of the first byte that may be replaced: what is before is settled.
    pub(crate) floor: usize,
    /// Index behind the last part of a private key that was removed, as far as it is known.
    pub(crate) after_key_part: Option<usize>,
    pub(crate) options: &'a Options,
}

impl<'a> Site<'a> {
    /// The place `at` of a whole text.
    pub(crate) fn in_whole(text: &'a [u8], at: usize, options: &'a Options) -> Self {
        Self {
            text,
            at,
            end: at,
            last: true,
            first: true,
            in_quotes: false,
            floor: 0,
            after_key_part: None,
            options,
        }
    }

    /// The text from `from` on, `limit` bytes of it or up to the artifact's end. The same bytes however the artifact
    /// was cut.
    pub(crate) fn ahead(&self, from: usize, limit: usize) -> Result<&'a [u8], More> {
        match self.text.get(from..from + limit) {
            Some(text) => Ok(text),
            None if self.last => Ok(self.text.get(from..).unwrap_or_default()),
            None => Err(More),
        }
    }

    /// The `limit` bytes before `to`, or those since the floor.
    pub(crate) fn behind(&self, to: usize, limit: usize) -> &'a [u8] {
        &self.text[to.saturating_sub(limit).max(self.floor)..to]
    }

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
    #[inline]
    pub(crate) fn run(&self, from: usize, limit: usize, wanted: impl Fn(u8) -> bool) -> Result<usize, More> {
        let rest = self.text.get(from..).unwrap_or_default();
        let rest = &rest[..rest.len().min(limit)];
        match rest.iter().position(|byte| !wanted(*byte)) {
            Some(length) => Ok(length),
            None if rest.len() == limit || self.last => Ok(rest.len()),
            None => Err(More),
        }
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

    /// The index after the mark that stands at `start` and is all of a value.
    pub(crate) fn mark_end(&self, start: usize) -> Result<Option<usize>, More> {
        if !matches!(self.byte(start)?, Some(b'[' | b'r')) {
            return Ok(None);
        }
        let Some(length) = end_of_mark(self.ahead(start, LONGEST_ID + 12)?, 0) else { return Ok(None) };
        let end = start + length;
        Ok(if self.byte(end)?.is_some_and(|byte| byte.is_ascii_alphanumeric()) { None } else { Some(end) })
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

    /// True when the value from `start` to where `skip` ends it holds a pseudonym: it was looked at before, and was no secret.
    /// Never so of a private key, whatever is in it.
    pub(crate) fn is_told(&self, id: &str, start: usize, skip: &Skip) -> Result<bool, More> {
        Ok(id != PRIVATE_KEY && self.value(start, skip)?.is_some_and(|(value, _)| holds_pseudonym(value)))
    }
}
