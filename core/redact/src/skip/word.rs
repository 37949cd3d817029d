//! Values without quotes, in running text.

use super::{Step, backslashes_at, closes, nesting};

/// A value without quotes: `x` in `user=a password=x, retry`.
///
/// Ends at white space, `,`, `;`, `&`, a back tick, `</`, at a quote that closes a text around it, and at a bracket
/// that closes something. A backslash keeps the next byte in, as in a shell.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    in_quotes: bool,
    backslashes: usize,
}

/// What a byte does to the word.
enum Effect {
    Goes,
    Ends(usize),
    /// It depends on the next byte, which is not there yet.
    Waits,
}

impl Word {
    pub(crate) fn new(in_quotes: bool) -> Self {
        Self { in_quotes, backslashes: 0 }
    }

    pub(crate) fn advance(&mut self, text: &[u8], from: usize, last: bool) -> Step {
        for (index, &byte) in text.iter().enumerate().skip(from) {
            if byte == b'\\' {
                self.backslashes += 1;
                continue;
            }
            let backslashes = std::mem::take(&mut self.backslashes);
            let next = text.get(index + 1).copied();
            match self.effect(byte, backslashes, next, last) {
                Effect::Goes => {}
                Effect::Ends(kept) => return Step::ended_after(index, kept),
                Effect::Waits => {
                    self.backslashes = backslashes;
                    return Step::Inside { upto: index };
                }
            }
        }
        Step::open(text.len(), last)
    }

    fn effect(&self, byte: u8, backslashes: usize, next: Option<u8>, last: bool) -> Effect {
        let escaped = backslashes % 2 == 1;
        match byte {
            b'\n' | b'\r' | 0 => Effect::Ends(0),
            b' ' | b'\t' | b',' | b';' | b'&' | b'`' if self.in_quotes || !escaped => Effect::Ends(0),
            b'n' | b'r' | b't' if self.in_quotes && escaped => Effect::Ends(1),
            b'"' if self.in_quotes && !escaped => Effect::Ends(0),
            b'"' | b'\'' | b'<' | b'>' | b')' | b']' | b'}' => match next {
                None if !last => Effect::Waits,
                _ if byte == b'<' => {
                    if next == Some(b'/') {
                        Effect::Ends(0)
                    } else {
                        Effect::Goes
                    }
                }
                _ if closes_something(byte, nesting(backslashes), next) => {
                    Effect::Ends(backslashes_at(nesting(backslashes)))
                }
                _ => Effect::Goes,
            },
            _ => Effect::Goes,
        }
    }
}

fn closes_something(byte: u8, nesting: u32, next: Option<u8>) -> bool {
    if matches!(byte, b'"' | b'\'') {
        return closes(byte, nesting, next);
    }
    closes(0, 0, next) || next == Some(b'{')
}
