//! Values behind a key, in any syntax: `serial=X`, `Serial Number: X`, `"serial": "X"`, `<serial>X</serial>`.

use candor_pseudonym::recognise;

use super::around::{NEAR, holds_pseudonym, is_done, is_marked, is_word, window};
use crate::mark::end_of_mark;
use crate::site::{Form, More, Site};

/// Bytes between the end of a key and its value.
const LONGEST_GAP: usize = 64;
/// Longest value that is looked at.
pub(super) const LONGEST_VALUE: usize = 128;

/// Where a value begins, and how it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    /// Index of its first byte, behind an opening quote.
    pub(super) start: usize,
    /// `=`, `:` or `>`; `None` when only blanks separate it.
    pub(super) separator: Option<u8>,
    /// The quote around it.
    quote: Option<u8>,
    /// Backslashes before that quote.
    escapes: usize,
    /// The key is in quotes.
    pub(super) quoted_key: bool,
    /// Blanks stand before the separator.
    spaced: bool,
}

/// A value behind a key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: &'a [u8],
    pub(super) opening: Opening,
}

impl Opening {
    /// What opens the value behind a key that ends at `key_end`.
    pub(super) fn read(site: &Site<'_>, key_end: usize) -> Result<Option<Self>, More> {
        let text = window(site, key_end, LONGEST_GAP)?;
        let closing = run(text, key_end, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b']'));
        let mut at = key_end + closing;
        let blanks = run(text, at, is_blank);
        at += blanks;
        let separator = text.get(at).copied().filter(|byte| matches!(byte, b'=' | b':' | b'>'));
        if separator.is_some() {
            at += 1;
            // `=>`, `:=`, `==`
            at += usize::from(text.get(at).is_some_and(|next| matches!(next, b'=' | b'>')));
        } else if blanks == 0 {
            return Ok(None);
        }
        at += run(text, at, is_blank);
        let escapes = run(text, at, |byte| byte == b'\\');
        let quote = text.get(at + escapes).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        let (escapes, start) = if quote.is_some() { (escapes, at + escapes + 1) } else { (0, at) };
        let quoted_key = text[key_end..key_end + closing].contains(&b'"');
        Ok(Some(Self { start, separator, quote, escapes, quoted_key, spaced: blanks > 0 }))
    }

    /// Whether the value is in quotes.
    pub(super) fn is_quoted(&self) -> bool {
        self.quote.is_some()
    }

    /// The value: up to its quote, or as far as `bare` bytes go. `None` when it is empty, very long, or a pseudonym
    /// or mark already.
    pub(super) fn value<'a>(&self, site: &Site<'a>, bare: fn(u8) -> bool) -> Result<Option<Value<'a>>, More> {
        let text = window(site, self.start, LONGEST_VALUE + 2)?;
        let rest = &text[self.start.min(text.len())..];
        if is_done(text, self.start) {
            return Ok(None);
        }
        let length = match self.quote {
            Some(quote) => match rest.iter().position(|byte| *byte == quote || *byte < b' ') {
                Some(end) if rest[end] == quote => self.content_length(rest, end),
                _ => return Ok(None),
            },
            None => rest.iter().take_while(|byte| bare(**byte)).count(),
        };
        let end = self.start + length;
        let value = text.get(self.start..end).unwrap_or_default();
        // What goes on with a mark held a secret.
        let behind = text.get(end..).unwrap_or_default();
        let next = end + behind.iter().take_while(|byte| is_blank(**byte) || **byte == b'"').count();
        let told = is_marked(text, end) || holds_pseudonym(value) || end_of_mark(text, next).is_some();
        if length == 0 || length > LONGEST_VALUE || told {
            return Ok(None);
        }
        Ok(Some(Value { start: self.start, end, text: value, opening: *self }))
    }

    /// The length before the quote at `end`, without the backslashes that belong to the quote.
    fn content_length(&self, rest: &[u8], end: usize) -> usize {
        let slashes = rest[..end].iter().rev().take(self.escapes).take_while(|byte| **byte == b'\\').count();
        end - slashes
    }

    /// How a number that stands here must be replaced: in JSON and TOML it is put in quotes.
    pub(super) fn form_of(&self, value: &[u8]) -> Form {
        let number = value
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
        let bare = self.quote.is_none() && number;
        let json = self.quoted_key && self.separator == Some(b':');
        let toml = self.spaced && self.separator == Some(b'=');
        if bare && (json || toml) { Form::Number } else { Form::Usual }
    }
}

impl Value<'_> {
    /// How this value must be replaced.
    pub(super) fn form(&self) -> Form {
        self.opening.form_of(self.text)
    }
}

/// The number of `wanted` bytes from `from` on.
fn run(text: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> usize {
    text.get(from..).unwrap_or_default().iter().take_while(|byte| wanted(**byte)).count()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Bytes of a bare value that is one word.
pub(super) fn is_token(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'+')
}

/// Bytes of a bare value that goes to the end of its line.
pub(super) fn is_line(byte: u8) -> bool {
    !matches!(byte, 0..=0x1F | b'"' | b'<' | b'>' | b',' | b';' | b'|' | b'\\' | b'{' | b'}' | b'[' | b']')
}

/// Keys by their first letter. Between the words of a key stand blanks, `_`, `-`, `.` or nothing: they are written with a
/// blank.
#[derive(Debug)]
pub(super) struct Keys([Vec<Key>; 26]);

/// A key, and the length of its first word.
#[derive(Debug)]
struct Key {
    text: &'static [u8],
    first_word: usize,
}

/// Longest first word of a key that is looked at at once.
const FIRST_WORD: usize = 16;

impl Keys {
    /// Of these keys, which begin with a small letter.
    pub(super) fn new(keys: &[&'static str]) -> Self {
        let mut by_letter: [Vec<Key>; 26] = Default::default();
        for text in keys.iter().map(|key| key.as_bytes()) {
            let first_word = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
            by_letter[usize::from((text[0] - b'a') % 26)].push(Key { text, first_word });
        }
        Self(by_letter)
    }
}

/// The length of the key at `site.at`, when it is one of `keys` and nothing of a word follows.
pub(super) fn key_length(site: &Site<'_>, keys: &Keys) -> Result<Option<usize>, More> {
    // A value that ends here may have been a word with what follows.
    if site.byte_before(site.at).is_some_and(|before| before == recognise::MARK) {
        return Ok(None);
    }
    let text = site.ahead(site.at, NEAR)?;
    let Some(letter) = text.first().filter(|byte| byte.is_ascii_alphabetic()) else { return Ok(None) };
    let keys = &keys.0[usize::from(letter.to_ascii_lowercase() - b'a')];
    let mut begins = [0; FIRST_WORD];
    let seen = text.len().min(FIRST_WORD);
    begins[..seen].copy_from_slice(&text[..seen]);
    begins.make_ascii_lowercase();
    let begins_with = |key: &&Key| {
        let word = &key.text[..key.first_word.min(FIRST_WORD)];
        begins[..word.len()] == *word
    };
    Ok(keys.iter().filter(begins_with).filter_map(|key| match_key(text, key.text)).max())
}

fn match_key(text: &[u8], key: &[u8]) -> Option<usize> {
    let mut at = 0;
    for byte in key {
        if *byte == b' ' {
            at += usize::from(matches!(text.get(at), Some(b' ' | b'_' | b'-' | b'.')));
        } else if text.get(at).is_some_and(|found| found.eq_ignore_ascii_case(byte)) {
            at += 1;
        } else {
            return None;
        }
    }
    let ends = !text.get(at).is_some_and(|next| is_word(*next) || matches!(next, b'_' | b'-'));
    ends.then_some(at)
}
