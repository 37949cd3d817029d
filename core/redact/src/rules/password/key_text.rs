//! The key around a hit, and the quotes around the key.

use crate::key::is_secret_key;
use crate::site::{More, Site};
use crate::skip::nesting;

/// Bytes of a key on either side of the hit. What is longer is data.
const MOST_EITHER_SIDE: usize = 120;

/// A key in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyText {
    /// Index of its first letter.
    pub(super) start: usize,
    /// Index after its last letter.
    pub(super) end: usize,
    /// Index after its closing quote, or `end`.
    pub(super) closed_end: usize,
    /// Hyphens before it: `--password`.
    pub(super) hyphens: usize,
    /// The quote before it, with its backslashes.
    pub(super) quote: Option<Quote>,
    /// The same quote stands after it.
    pub(super) quoted: bool,
    /// The key starts where an escape such as `\n` ends: the backslashes of that.
    pub(super) escape: usize,
}

/// A quote as it is written: `"`, `\"`, `\\\"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) byte: u8,
    pub(super) backslashes: usize,
}

impl Quote {
    /// The quote that starts at `index`.
    pub(super) fn at(site: &Site<'_>, index: usize) -> Result<Option<Self>, More> {
        let backslashes = site.run(index, 16, |byte| byte == b'\\')?;
        Ok(match site.byte(index + backslashes)? {
            Some(byte @ (b'"' | b'\'')) if backslashes < 16 => Some(Self { byte, backslashes }),
            _ => None,
        })
    }

    /// The quote that ends before `index`.
    fn before(site: &Site<'_>, index: usize) -> Option<Self> {
        let byte = site.byte_before(index).filter(|byte| matches!(byte, b'"' | b'\''))?;
        let backslashes = site.run_before(index - 1, 16, |byte| byte == b'\\');
        Some(Self { byte, backslashes })
    }

    pub(super) fn nesting(self) -> u32 {
        nesting(self.backslashes)
    }

    pub(super) fn length(self) -> usize {
        self.backslashes + 1
    }

    /// `REMOVED` → `\"REMOVED\"`.
    pub(super) fn around(self, text: &str) -> Vec<u8> {
        let mut quote = vec![b'\\'; (1 << self.nesting().min(8)) - 1];
        quote.push(self.byte);
        [&quote, text.as_bytes(), &quote].concat()
    }
}

fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

impl KeyText {
    /// The key around the hit; or, when the hit is in something too long for a key, where to go on.
    pub(super) fn around(site: &Site<'_>) -> Result<Result<Self, usize>, More> {
        let mut end = site.end;
        while end < site.end + MOST_EITHER_SIDE {
            let joins = match site.byte(end)? {
                Some(b'-' | b'.') => site.byte(end + 1)?.is_some_and(|next| next.is_ascii_alphanumeric()),
                Some(byte) => is_key_byte(byte),
                None => false,
            };
            if !joins {
                break;
            }
            end += 1;
        }
        let before = site.run_before(site.at, MOST_EITHER_SIDE, is_key_byte);
        if end == site.end + MOST_EITHER_SIDE || before == MOST_EITHER_SIDE {
            return Ok(Err(end));
        }
        Ok(Ok(Self::in_run(site, site.at - before, end)?))
    }

    fn in_run(site: &Site<'_>, run_start: usize, end: usize) -> Result<Self, More> {
        let run = &site.text[run_start..end];
        let hyphens = run.iter().take_while(|byte| matches!(byte, b'-' | b'.')).count();
        let mut start = run_start + hyphens;
        let backslashes = if hyphens == 0 { site.run_before(run_start, 16, |byte| byte == b'\\') } else { 0 };
        let mut escape = 0;
        // `\npassword`: the `n` belongs to the line break.
        if backslashes > 0 && matches!(run.first(), Some(b'n' | b'r' | b't')) && start < site.at {
            start += 1;
            escape = backslashes;
        }
        let quote = Quote::before(site, start - if escape == 0 { hyphens } else { 0 });
        let closing = Quote::at(site, end)?;
        let quoted = quote.is_some() && closing == quote;
        let closed_end = end + closing.filter(|_| quoted).map_or(0, Quote::length);
        Ok(Self { start, end, closed_end, hyphens, quote, quoted, escape })
    }

    /// The key as it is written.
    pub(super) fn bytes<'a>(&self, site: &Site<'a>) -> &'a [u8] {
        &site.text[self.start..self.end]
    }

    /// True when the key names a secret. A lone `key` counts with the word before it: `API key: x`.
    pub(super) fn is_secret(&self, site: &Site<'_>) -> bool {
        let key = self.bytes(site);
        let Ok(key_name) = std::str::from_utf8(key) else { return false };
        if is_secret_key(key_name) {
            return true;
        }
        if !key.eq_ignore_ascii_case(b"key") || site.byte_before(self.start) != Some(b' ') {
            return false;
        }
        let first = site.run_before(self.start - 1, 32, |byte| byte.is_ascii_alphabetic() || byte == b'-');
        let phrase = &site.text[self.start - 1 - first..self.end];
        first > 0 && std::str::from_utf8(phrase).is_ok_and(is_secret_key)
    }

    /// True when what follows the key leaves the forms without a separator open.
    pub(super) fn may_go_without_separator(&self, site: &Site<'_>) -> Result<bool, More> {
        let next = site.byte(self.closed_end)?;
        Ok(matches!(next, Some(b' ' | b'\t' | b'>')) || (self.quoted && next == Some(b',')))
    }
}
