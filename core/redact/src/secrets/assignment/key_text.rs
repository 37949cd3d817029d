//! The key around a hit, and the quotes around the key.

use crate::key::{SecretKey, Strength, classify};
use crate::site::{More, Site};
use crate::skip::nesting;

/// Before the key has been looked at.
const UNKNOWN: SecretKey = SecretKey { id: "secret", strength: Strength::Strong };

/// Bytes of a key on either side of the hit. What is longer is data.
const MOST_EITHER_SIDE: usize = 120;

/// A key in the text.
#[derive(Debug, Clone, Copy)]
pub(in crate::secrets) struct KeyText {
    /// Index of its first letter.
    pub(in crate::secrets) start: usize,
    /// Index after its last letter.
    pub(in crate::secrets) end: usize,
    /// Index after its closing quote, or `end`.
    pub(in crate::secrets) closed_end: usize,
    /// Hyphens before it: `--password`.
    pub(in crate::secrets) hyphens: usize,
    /// The quote before it, with its backslashes.
    pub(in crate::secrets) quote: Option<Quote>,
    /// The same quote stands after it.
    pub(in crate::secrets) quoted: bool,
    /// What the key says about its value.
    pub(in crate::secrets) secret: SecretKey,
    /// The key starts where an escape such as `\n` ends: the backslashes of that.
    pub(in crate::secrets) escape: usize,
}

/// A quote as it is written: `"`, `\"`, `\\\"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::secrets) struct Quote {
    pub(in crate::secrets) byte: u8,
    pub(in crate::secrets) backslashes: usize,
}

impl Quote {
    /// The quote that starts at `index`.
    pub(in crate::secrets) fn at(site: &Site<'_>, index: usize) -> Result<Option<Self>, More> {
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

    pub(in crate::secrets) fn nesting(self) -> u32 {
        nesting(self.backslashes)
    }

    pub(in crate::secrets) fn length(self) -> usize {
        self.backslashes + 1
    }

    /// `x` → `\"x\"`.
    pub(in crate::secrets) fn around(self, text: &str) -> Vec<u8> {
        let mut quote = vec![b'\\'; (1 << self.nesting().min(8)) - 1];
        quote.push(self.byte);
        [&quote, text.as_bytes(), &quote].concat()
    }
}

/// Letters of ASCII and, in UTF-8, of other alphabets, but not the dashes, quotes and bullets from U+2000 on.
fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'-' | b'.' | 0x80..=0xBF | 0xC3..=0xDF | 0xE3..=0xED)
}

impl KeyText {
    /// The key around the hit; or, when the hit is in something too long for a key, where to go on.
    pub(in crate::secrets) fn around(site: &Site<'_>) -> Result<Result<Self, usize>, More> {
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
        let mut before = site.run_before(site.at, MOST_EITHER_SIDE, is_key_byte);
        // The end of a letter whose beginning belongs to no key.
        let run = &site.text[site.at - before..site.at];
        before -= run.iter().take_while(|byte| matches!(byte, 0x80..=0xBF)).count();
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
        Ok(Self { start, end, closed_end, hyphens, quote, quoted, escape, secret: UNKNOWN })
    }

    /// The key as it is written.
    pub(in crate::secrets) fn bytes<'a>(&self, site: &Site<'a>) -> &'a [u8] {
        &site.text[self.start..self.end]
    }

    /// What the key says about its value. A lone `key` counts with the word before it: `API key: x`, and `passe` with
    /// the two before it.
    pub(in crate::secrets) fn classify(&self, site: &Site<'_>) -> Option<SecretKey> {
        let own = classify(self.bytes(site));
        if own.is_some_and(|own| own.strength == Strength::Strong)
            || site.byte_before(self.start) != Some(b' ')
        {
            return own;
        }
        let joins = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b' ');
        match self.bytes(site).to_ascii_lowercase().as_slice() {
            b"key" | b"code" | b"pin" | b"passe" => {
                let first = site.run_before(self.start, 32, joins);
                classify(&site.text[self.start - first..self.end]).or(own)
            }
            _ => own,
        }
    }

    /// True when what follows the key leaves the forms without a separator open.
    pub(in crate::secrets) fn may_go_without_separator(&self, site: &Site<'_>) -> Result<bool, More> {
        let next = site.byte(self.closed_end)?;
        let selects = matches!(next, Some(b'"' | b'\'' | b']'))
            && matches!(site.byte_before(self.start), Some(b'#' | b'=' | b'.' | b'"' | b'\''));
        Ok(matches!(next, Some(b' ' | b'\t' | b'>' | b',' | b'\n' | b'\r' | b'<' | b'(' | b'{' | b'}'))
            || selects
            || self.quoted
            || (next == Some(b'"') && super::code::is_expanded(site, self)))
    }
}
