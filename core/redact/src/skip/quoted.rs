//! Values in quotes, and the rest of a quoted text.

use super::{Step, backslashes_at, closes, nesting};

/// A value between quotes.
///
/// Ends at an unescaped quote of the same kind and nesting that has no letter after it (so that `'it''s'` and
/// `"a"b"` are one value), at a quote of a text around it, or at the end of the line: a quote that is never closed
/// does not swallow the artifact.
#[derive(Debug, Clone)]
pub(crate) struct Quoted {
    quote: u8,
    nesting: u32,
    /// A value in `'…'` stands inside `"…"`, whose end is its end too.
    in_quotes: bool,
    backslashes: usize,
    /// Bytes that are known to belong to the value.
    passed: u8,
}

impl Quoted {
    pub(crate) fn new(quote: u8, nesting: u32, in_quotes: bool) -> Self {
        Self { quote, nesting, in_quotes, backslashes: 0, passed: 0 }
    }

    pub(crate) fn advance(&mut self, text: &[u8], from: usize, last: bool) -> Step {
        for (index, &byte) in text.iter().enumerate().skip(from) {
            if self.passed > 0 {
                self.passed -= 1;
                continue;
            }
            if byte == b'\\' {
                self.backslashes += 1;
                continue;
            }
            let backslashes = std::mem::take(&mut self.backslashes);
            let level = nesting(backslashes);
            let ours = byte == self.quote;
            if matches!(byte, b'\n' | 0) {
                return Step::ended(index);
            } else if (ours && level < self.nesting)
                || (self.in_quotes && byte == b'"' && level == 0 && !ours)
            {
                return Step::ended_after(index, backslashes_at(level));
            } else if ours && level == self.nesting {
                let next = text.get(index + 1).copied();
                if next.is_none() && !last {
                    self.backslashes = backslashes;
                    return Step::Inside { upto: index };
                }
                if byte == b'\'' && level == 0 {
                    // A shell writes a quote inside quotes as '\''.
                    let rest = &text[index..];
                    if rest.len() < 4 && !last && b"'\\''".starts_with(rest) {
                        self.backslashes = backslashes;
                        return Step::Inside { upto: index };
                    }
                    if rest.starts_with(b"'\\''") {
                        self.passed = 3;
                    }
                }
                if self.passed == 0 && closes(byte, level, next) {
                    return Step::ended_after(index, backslashes_at(level));
                }
            }
        }
        Step::open(text.len(), last)
    }
}

/// The rest of a quoted text: `x y` in `["PASSWORD=x y"]`; or of a line in it: `x y` in `"…\nPASSWORD=x y\n…"`.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    quote: u8,
    nesting: u32,
    /// An escaped line break ends it.
    one_line: bool,
    /// A text in `'…'` stands inside `"…"`, whose end is its end too.
    in_quotes: bool,
    backslashes: usize,
}

impl Text {
    pub(crate) fn new(quote: u8, nesting: u32, one_line: bool, in_quotes: bool) -> Self {
        Self { quote, nesting, one_line, in_quotes, backslashes: 0 }
    }

    pub(crate) fn advance(&mut self, text: &[u8], from: usize, last: bool) -> Step {
        for (index, &byte) in text.iter().enumerate().skip(from) {
            if byte == b'\\' {
                self.backslashes += 1;
                continue;
            }
            let backslashes = std::mem::take(&mut self.backslashes);
            let level = nesting(backslashes);
            if matches!(byte, b'\n' | 0) {
                return Step::ended(index);
            } else if (byte == self.quote && level <= self.nesting)
                || (self.in_quotes && byte == b'"' && level == 0)
            {
                return Step::ended_after(index, backslashes_at(level));
            } else if self.one_line && self.is_line_break(byte, backslashes) {
                return Step::ended_after(index, 1 << self.nesting);
            }
        }
        Step::open(text.len(), last)
    }

    /// `\n` in a text of nesting 0, `\\n` in one of nesting 1: the lowest bit of the backslashes says which.
    fn is_line_break(&self, byte: u8, backslashes: usize) -> bool {
        matches!(byte, b'n' | b'r') && backslashes > 0 && backslashes.trailing_zeros() == self.nesting
    }
}
