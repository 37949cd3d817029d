//! Tells pseudonyms from other text, quickly and without a key, so that nothing is replaced twice.

use crate::address::parse_ipv6_pseudonym;
use crate::cipher::base32;
use crate::name::{HOST, LENGTHS, NameKind};

pub use crate::number::LONGEST_LAYOUT;

/// Stands behind each pseudonym that has the shape of its original, such as `10.83.2.77~`; and in front too where a
/// reader could not see where it begins: `~+49 5550 113 927~`.
pub const MARK: u8 = b'~';

/// Stands in front of the body in each pseudonym of a name: `user-px-k3q5zt7acm`.
pub const INFIX: &[u8] = b"px-";

/// Length of an IPv6 pseudonym: eight groups of four digits.
pub const IPV6_LENGTH: usize = 39;

/// Longest pseudonym of a name, or of a host with one label: with so much of a text at hand, [`name_pseudonym_at`] sees it
/// and what follows it.
pub const LONGEST_NAME: usize = b"person-".len() + INFIX.len() + *LENGTHS.end() + 1;

/// If the pseudonym of a name begins at `at`, gives where it ends. It has to begin and end a word.
///
/// `user-px-k3q5zt7acm` is one, and so are a later label of a host alone, `px-k3q5zt7acm`, and a host with all its labels,
/// `host-px-k3q5zt7acm.px-7wq2mxn4ab`; the suffix that was kept, `.com`, is not part of it.
pub fn name_pseudonym_at(text: &[u8], at: usize) -> Option<usize> {
    let name = name_at(text, at)?;
    Some(name.end)
}

/// Whether a text is the pseudonym of a name and nothing else.
pub fn is_name_pseudonym(text: &[u8]) -> bool {
    name_pseudonym_at(text, 0) == Some(text.len())
}

/// Whether a text is the pseudonym of an IPv6 address: 39 characters, upper-case digits, in a range that nobody uses.
pub fn is_ipv6_pseudonym(text: &[u8]) -> bool {
    parse_ipv6_pseudonym(text).is_some()
}

/// Whether a value that ends at `end` carries the mark, and so is a pseudonym already.
pub fn is_marked(text: &[u8], end: usize) -> bool {
    text.get(end) == Some(&MARK)
}

/// Whether what stands from `start` to `end` lies within a number or IBAN that is marked on both sides, such as the `113 927`
/// of `~+49 5550 113 927~`. Looks at up to [`LONGEST_LAYOUT`] bytes on either side.
pub fn is_between_marks(text: &[u8], start: usize, end: usize) -> bool {
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else {
        return false;
    };
    let length = |bytes: &mut dyn Iterator<Item = &u8>| {
        bytes.take(LONGEST_LAYOUT + 1).take_while(|byte| is_layout(**byte)).count()
    };
    let (first, last) = (start - length(&mut before.iter().rev()), end + length(&mut after.iter()));
    let marked = first.checked_sub(1).is_some_and(|mark| is_marked(text, mark)) && is_marked(text, last);
    marked && text.get(first..last).is_some_and(is_number)
}

fn is_number(text: &[u8]) -> bool {
    let begins = text.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'('));
    let ends = text.last().is_some_and(u8::is_ascii_alphanumeric);
    begins && ends && text.len() <= LONGEST_LAYOUT && text.iter().all(|byte| is_layout(*byte))
}

fn is_layout(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'+')
}

/// The pseudonym of a name in a text.
pub(crate) struct NameAt {
    /// `None` for a host.
    pub(crate) kind: Option<NameKind>,
    pub(crate) end: usize,
}

pub(crate) fn name_at(text: &[u8], at: usize) -> Option<NameAt> {
    let rest = text.get(at..)?;
    if at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let (kind, word) = word_of(rest)?;
    let mut length = word + label(rest.get(word..)?)?;
    if kind.is_none() {
        while let Some(next) = rest.get(length..).and_then(|next| next.strip_prefix(b".")).and_then(label) {
            length += 1 + next;
        }
    }
    Some(NameAt { kind, end: at + length })
}

/// The kind and length of the word with its hyphen in front of `px-`.
fn word_of(text: &[u8]) -> Option<(Option<NameKind>, usize)> {
    if text.starts_with(INFIX) {
        return Some((None, 0));
    }
    let word = text.iter().take(7).position(|byte| *byte == b'-')?;
    let (name, rest) = text.split_at(word);
    if !rest.get(1..)?.starts_with(INFIX) {
        return None;
    }
    if name == HOST {
        return Some((None, word + 1));
    }
    NameKind::ALL.into_iter().find(|kind| kind.word() == name).map(|kind| (Some(kind), word + 1))
}

/// Length of `px-` and a body that ends a word.
fn label(text: &[u8]) -> Option<usize> {
    let body = text.strip_prefix(INFIX)?;
    let length = body.iter().take(LENGTHS.end() + 1).take_while(|byte| base32::is_character(**byte)).count();
    let ends = !body.get(length).is_some_and(u8::is_ascii_alphanumeric);
    (LENGTHS.contains(&length) && ends).then_some(INFIX.len() + length)
}
