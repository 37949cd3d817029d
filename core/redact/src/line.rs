//! Where in its line a place is: inside double quotes or not.

use memchr::{memchr2_iter, memrchr2};

/// Follows the text *as it leaves* the redactor and knows whether it stands inside `"…"`.
///
/// This tells `"hint": "password:"` from `password:"x"`. JSON never has a line break inside a string, so counting
/// from the line's start is exact there. It follows the output and not the input, so that redacting an output again
/// sees the same quotes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    in_quotes: bool,
    /// The last byte seen was a backslash that escapes what comes next.
    escaping: bool,
}

impl Line {
    /// True when an unescaped `"` has been opened in this line and not been closed.
    pub(crate) fn in_quotes(&self) -> bool {
        self.in_quotes
    }

    /// Takes back that `followed` was followed; `before` is what stands in front of that.
    pub(crate) fn rewind(&mut self, before: &[u8], followed: &[u8]) {
        let mut line = Self::default();
        line.feed(followed);
        if memrchr2(b'\n', 0, followed).is_none() {
            self.in_quotes ^= line.in_quotes;
            self.escaping = false;
            return;
        }
        *self = Self::default();
        if let Some(end) = memrchr2(b'\n', 0, before) {
            self.feed(&before[end..]);
        }
    }

    /// Follows the next bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let rest = match memrchr2(b'\n', 0, bytes) {
            Some(end) => {
                *self = Self::default();
                &bytes[end + 1..]
            }
            None => bytes,
        };
        let mut escaped = self.escaping.then_some(0);
        for index in memchr2_iter(b'"', b'\\', rest) {
            if escaped == Some(index) {
                continue;
            }
            if rest[index] == b'\\' {
                escaped = Some(index + 1);
            } else {
                self.in_quotes = !self.in_quotes;
            }
        }
        if !rest.is_empty() {
            self.escaping = escaped == Some(rest.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(pieces: &[&str]) -> bool {
        let mut line = Line::default();
        pieces.iter().for_each(|piece| line.feed(piece.as_bytes()));
        line.in_quotes()
    }

    #[test]
    fn quotes_are_counted_from_the_start_of_the_line() {
        assert!(after(&["say \"hello"]));
        assert!(!after(&["say \"hello\""]));
        assert!(!after(&["open \"\nnext"]));
        assert!(after(&["\0\"x"]));
    }

    #[test]
    fn what_was_followed_can_be_taken_back() {
        for (before, followed) in [("a \"b", " c\" d"), ("\na \"b", "\" c\n \"d"), ("x", "y"), ("\n", "\"\n")]
        {
            let mut line = Line::default();
            line.feed(before.as_bytes());
            let expected = line.in_quotes();
            line.feed(followed.as_bytes());
            line.rewind(before.as_bytes(), followed.as_bytes());
            assert_eq!(line.in_quotes(), expected, "{before:?} {followed:?}");
        }
    }

    #[test]
    fn escaped_quotes_do_not_count_however_the_text_is_cut() {
        assert!(after(&[r#""a\"b"#]));
        assert!(after(&[r#""a\"#, r#""b"#]));
        assert!(!after(&[r#""a\\"#, "\"b"]));
        assert!(after(&[r#""a\"#, "", r#""b"#]));
    }
}
