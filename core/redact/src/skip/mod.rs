//! Where a secret ends. Each kind of value is a small state machine, so that a secret of any length needs no memory.

mod block;
mod element;
mod encoded;
mod pem;
mod quoted;
mod word;

pub(crate) use block::Block;
pub(crate) use element::Element;
pub(crate) use encoded::Encoded;
pub(crate) use pem::Pem;
pub(crate) use quoted::{Quoted, Text};
pub(crate) use word::Word;

use memchr::memchr2;

/// What came of one piece of text.
#[derive(Debug)]
pub(crate) enum Step {
    /// The secret reaches to `upto` at least; what follows has to be seen again with more text after it.
    Inside {
        /// Index into the text.
        upto: usize,
    },
    /// The secret ended before `resume`.
    Ended {
        /// Index into the text.
        resume: usize,
        /// Bytes that were taken for a part of the secret and belong to what follows it: the backslash of the
        /// closing quote.
        tail: Vec<u8>,
    },
}

impl Step {
    pub(crate) fn ended(resume: usize) -> Self {
        Self::Ended { resume, tail: Vec::new() }
    }

    /// Ended before a quote or escape that has `backslashes` before it.
    pub(crate) fn ended_after(resume: usize, backslashes: usize) -> Self {
        Self::Ended { resume, tail: vec![b'\\'; backslashes] }
    }

    /// No end was seen in a text of this length.
    pub(crate) fn open(length: usize, last: bool) -> Self {
        if last { Self::ended(length) } else { Self::Inside { upto: length } }
    }
}

/// A secret that is being dropped.
#[derive(Debug, Clone)]
pub(crate) enum Skip {
    /// A value in quotes: to the closing one.
    Quoted(Quoted),
    /// A value without quotes, in running text.
    Word(Word),
    /// A value that is the rest of its line, without a comma at its end.
    Line,
    /// A value that is the rest of a quoted text, or of a line in it.
    Text(Text),
    /// A block scalar of YAML.
    Block(Block),
    /// The text of an XML element.
    Element(Element),
    /// So many bytes.
    Exactly(usize),
    /// So many bytes at least, and on to the end of a token: what is no letter, digit or one of `+/=_-.`.
    Token {
        /// Bytes.
        least: usize,
    },
    /// The body of a PEM block.
    Pem(Pem),
    /// Lines of Base64 or hexadecimal figures.
    Encoded(Encoded),
    /// As another, but so many bytes at most.
    Within {
        /// Bytes.
        most: usize,
        skip: Box<Skip>,
    },
}

impl Skip {
    /// Follows `text` from index `from`. The secret's earlier bytes have been followed before.
    pub(crate) fn advance(&mut self, text: &[u8], from: usize, last: bool) -> Step {
        match self {
            Self::Quoted(quoted) => quoted.advance(text, from, last),
            Self::Word(word) => word.advance(text, from, last),
            Self::Line => advance_line(text, from, last),
            Self::Text(rest) => rest.advance(text, from, last),
            Self::Block(block) => block.advance(text, from, last),
            Self::Element(element) => element.advance(text, from, last),
            Self::Token { least } => advance_token(least, text, from, last),
            Self::Exactly(left) => advance_exactly(left, text, from, last),
            Self::Pem(pem) => pem.advance(text, from, last),
            Self::Encoded(encoded) => encoded.advance(text, from, last),
            Self::Within { most, skip } => advance_within(most, skip, text, from, last),
        }
    }
}

fn advance_line(text: &[u8], from: usize, last: bool) -> Step {
    let end = memchr2(b'\n', 0, &text[from..]).map(|offset| from + offset);
    let before = end.unwrap_or(text.len());
    // A comma and a carriage return before the end are not part of the value.
    let mut kept = before;
    let breaks = end.is_none_or(|end| text[end] == b'\n');
    kept -= usize::from(breaks && kept > from && text[kept - 1] == b'\r');
    kept -= usize::from(kept > from && text[kept - 1] == b',');
    if end.is_some() || last { Step::ended(kept) } else { Step::Inside { upto: kept } }
}

fn advance_within(most: &mut usize, skip: &mut Skip, text: &[u8], from: usize, last: bool) -> Step {
    let end = from + *most;
    if end <= text.len() {
        return skip.advance(&text[..end], from, true);
    }
    let step = skip.advance(text, from, last);
    if let Step::Inside { upto } = step {
        *most -= upto - from;
    }
    step
}

fn advance_token(least: &mut usize, text: &[u8], from: usize, last: bool) -> Step {
    let here = (*least).min(text.len() - from);
    *least -= here;
    let in_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-.".contains(byte);
    match text[from + here..].iter().position(|byte| !in_token(byte)) {
        Some(end) if *least == 0 => Step::ended(from + here + end),
        _ => Step::open(text.len(), last),
    }
}

fn advance_exactly(left: &mut usize, text: &[u8], from: usize, last: bool) -> Step {
    let here = (*left).min(text.len() - from);
    *left -= here;
    if *left == 0 { Step::ended(from + here) } else { Step::open(text.len(), last) }
}

/// The nesting of a quote that has this many backslashes before it: `"` 0, `\"` 1, `\\\"` 2. Pairs of backslashes
/// before it are content: `\\"` is 0 again.
pub(crate) fn nesting(backslashes: usize) -> u32 {
    backslashes.trailing_ones()
}

/// The backslashes that belong to a quote or escape of this nesting.
pub(crate) fn backslashes_at(nesting: u32) -> usize {
    (1 << nesting.min(16)) - 1
}

/// True when a quote `quote` followed by `next` can be a closing one: what follows a value is no letter or figure.
pub(crate) fn closes(quote: u8, nesting: u32, next: Option<u8>) -> bool {
    let Some(next) = next else { return true };
    if next == quote && nesting == 0 {
        return false;
    }
    matches!(
        next,
        b' ' | b'\t'
            | b'\r'
            | b'\n'
            | 0
            | b','
            | b';'
            | b')'
            | b'}'
            | b']'
            | b'>'
            | b'<'
            | b'#'
            | b'/'
            | b'&'
            | b'|'
            | b'\\'
            | b':'
            | b'"'
            | b'\''
            | b'`'
    )
}
