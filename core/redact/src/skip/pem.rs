//! Bodies of PEM blocks.

use super::{Step, backslashes_at, nesting};

/// Longest body that a real private key has, with room to spare: 16,384 bits of RSA are 13 KiB.
const LONGEST_BODY: usize = 64 * 1024;

/// The body of a private key, from its BEGIN line to its END line.
///
/// Without an END line it reaches to the end of the quoted text that it stands in, or to the end of the artifact; but
/// after [`LONGEST_BODY`] it also ends at the first byte that Base64 text has not.
#[derive(Debug, Clone)]
pub(crate) struct Pem {
    /// The line break after the BEGIN line, as it is written there. It is repeated before the END line.
    line_break: Vec<u8>,
    /// The quoted text around the block: its quote, and how deep that is nested.
    around: Option<(u8, u32)>,
    /// The block stands inside `"…"`, whatever is `around` it within that.
    in_quotes: bool,
    backslashes: usize,
    length: usize,
}

impl Pem {
    pub(crate) fn new(line_break: Vec<u8>, around: Option<(u8, u32)>, in_quotes: bool) -> Self {
        Self { line_break, around, in_quotes, backslashes: 0, length: 0 }
    }

    pub(crate) fn advance(&mut self, text: &[u8], from: usize, last: bool) -> Step {
        for (index, &byte) in text.iter().enumerate().skip(from) {
            if is_plain(byte) {
                self.backslashes = 0;
                continue;
            }
            if byte == b'\\' {
                self.backslashes += 1;
                continue;
            }
            if byte == b'-' {
                match is_end_line(&text[index..], last) {
                    Some(true) => return Step::Ended { resume: index, tail: self.line_break.clone() },
                    Some(false) => {}
                    None => return self.inside(index, from),
                }
            }
            let next = text.get(index + 1).copied();
            if byte == b'"' && next.is_none() && !last {
                return self.inside(index, from);
            }
            if self.stops_at(byte, next, index - from) {
                return Step::ended_after(index, self.kept_backslashes(byte));
            }
            self.backslashes = 0;
        }
        self.length = self.length.saturating_add(text.len() - from);
        Step::open(text.len(), last)
    }

    fn inside(&mut self, upto: usize, from: usize) -> Step {
        self.length = self.length.saturating_add(upto - from);
        Step::Inside { upto }
    }

    fn stops_at(&self, byte: u8, next: Option<u8>, passed: usize) -> bool {
        let closes_around =
            self.around.is_some_and(|(quote, level)| byte == quote && nesting(self.backslashes) <= level);
        let closes_json = byte == b'"'
            && nesting(self.backslashes) == 0
            && (self.in_quotes || matches!(next, Some(b',' | b'}' | b']' | b':')));
        let too_long = self.length.saturating_add(passed) > LONGEST_BODY && byte != b'-';
        byte == 0 || closes_around || closes_json || too_long
    }

    fn kept_backslashes(&self, byte: u8) -> usize {
        if matches!(byte, b'"' | b'\'') { backslashes_at(nesting(self.backslashes)) } else { 0 }
    }
}

/// Bytes of Base64 text.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b' ' | b'\t' | b'\r' | b'\n')
}

/// `None`: more text is needed to tell.
fn is_end_line(text: &[u8], last: bool) -> Option<bool> {
    let mut undecided = false;
    for marker in [&b"-----END "[..], b"---- END "] {
        if text.starts_with(marker) {
            return Some(true);
        }
        undecided |= !last && marker.starts_with(text);
    }
    if undecided { None } else { Some(false) }
}
