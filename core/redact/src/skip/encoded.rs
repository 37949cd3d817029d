//! Lines of Base64 or hexadecimal figures, as the bodies of keys and vaults are.

use memchr::memchr;

use super::Step;

/// Longest line of such a body.
const LONGEST_LINE: usize = 512;

/// Lines that hold nothing but Base64 text, to the first other one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Encoded {
    /// A line break has been dropped, and is to be given back at the end.
    broken: bool,
}

impl Encoded {
    /// `from` is the start of a line, or of the value.
    pub(crate) fn advance(&mut self, text: &[u8], mut from: usize, last: bool) -> Step {
        loop {
            let rest = &text[from..];
            let end = memchr(b'\n', rest);
            if end.is_none() && !last && rest.len() <= LONGEST_LINE {
                return Step::Inside { upto: from };
            }
            let line = &rest[..end.unwrap_or(rest.len())];
            if line.len() > LONGEST_LINE || !is_encoded(line) {
                return self.ended(from);
            }
            from += line.len();
            if end.is_none() {
                self.broken = false;
                return self.ended(from);
            }
            from += 1;
            self.broken = true;
        }
    }

    fn ended(&self, resume: usize) -> Step {
        Step::Ended { resume, tail: if self.broken { b"\n".to_vec() } else { Vec::new() } }
    }
}

fn is_encoded(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    !line.is_empty()
        && line.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}
