//! Texts of XML elements.

use super::{Step, nesting};

/// The text of an XML element: to the next tag, or for CDATA to its `]]>`. A line break ends it too, and so does the
/// end of a quoted text around it.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    in_quotes: bool,
    cdata: bool,
    backslashes: usize,
}

impl Element {
    pub(crate) fn new(in_quotes: bool, cdata: bool) -> Self {
        Self { in_quotes, cdata, backslashes: 0 }
    }

    pub(crate) fn advance(&mut self, text: &[u8], from: usize, last: bool) -> Step {
        for (index, &byte) in text.iter().enumerate().skip(from) {
            if byte == b'\\' {
                self.backslashes += 1;
                continue;
            }
            let level = nesting(std::mem::take(&mut self.backslashes));
            let ends = match byte {
                b'\n' | b'\r' | 0 => true,
                b'"' => self.in_quotes && level == 0,
                b'<' => !self.cdata,
                b']' if self.cdata => {
                    let rest = &text[index..];
                    if !last && b"]]>".starts_with(rest) && rest.len() < 3 {
                        return Step::Inside { upto: index };
                    }
                    rest.starts_with(b"]]>")
                }
                _ => false,
            };
            if ends {
                return Step::ended(index);
            }
        }
        Step::open(text.len(), last)
    }
}
