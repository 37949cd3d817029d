//! What stands where something was removed: `[removed:aws-access-key]`.

use std::ops::Range;

use candor_pseudonym::recognise;

/// What every mark begins with inside its brackets.
const WORD: &[u8] = b"removed";
/// What follows the word, plain and percent-encoded.
const SEPARATORS: [&[u8]; 3] = [b":", b"%3A", b"%3a"];
/// Longest rule id.
pub(crate) const LONGEST_ID: usize = 64;

/// The mark of a rule or kind: `[removed:aws-access-key]`.
#[must_use]
pub fn removed(id: &str) -> String {
    format!("[removed:{id}]")
}

/// The same where brackets would mean something, as in a URL's host part: `removed:aws-access-key`.
#[must_use]
pub(crate) fn removed_bare(id: &str) -> String {
    format!("removed:{id}")
}

/// The index after the mark that starts at `at`, with its brackets or without.
pub(crate) fn end_of_mark(text: &[u8], at: usize) -> Option<usize> {
    let bracket = usize::from(text.get(at) == Some(&b'['));
    let rest = text.get(at + bracket..)?.strip_prefix(WORD)?;
    let separator = SEPARATORS.into_iter().find(|separator| rest.starts_with(separator))?;
    let rest = &rest[separator.len()..];
    let id = rest
        .iter()
        .take(LONGEST_ID)
        .take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || **byte == b'-')
        .count();
    let end = at + bracket + WORD.len() + separator.len() + id;
    match (id, bracket) {
        (0, _) => None,
        (_, 0) => Some(end),
        _ => (text.get(end) == Some(&b']')).then_some(end + 1),
    }
}

/// True when `value` holds what this program has written: a mark or the beginning of one that is cut off, or the pseudonym of
/// a name. Such a value was looked at before, and was no secret.
pub(crate) fn is_in(value: &[u8]) -> bool {
    let told = |at: usize| {
        let rest = &value[at + WORD.len()..];
        SEPARATORS.iter().any(|separator| rest.starts_with(separator) || separator.starts_with(rest))
    };
    memchr::memmem::find_iter(value, WORD).any(told) || holds_pseudonym(value)
}

/// True when the pseudonym of a name stands anywhere in `text`.
pub(crate) fn holds_pseudonym(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, recognise::INFIX)
        .any(|at| recognise::name_pseudonym_at(text, at).is_some())
}

/// The first mark in `text`.
pub(crate) fn find_mark(text: &[u8]) -> Option<Range<usize>> {
    memchr::memmem::find_iter(text, WORD).find_map(|word| {
        let start = if word > 0 && text[word - 1] == b'[' { word - 1 } else { word };
        end_of_mark(text, start).map(|end| start..end)
    })
}

/// `mask`, which holds a mark, with the mark of another rule in it.
pub(crate) fn renamed(mask: &[u8], id: &str) -> Vec<u8> {
    let Some(mark) = find_mark(mask) else { return mask.to_vec() };
    let new = if mask[mark.start] == b'[' { removed(id) } else { removed_bare(id) };
    [&mask[..mark.start], new.as_bytes(), &mask[mark.end..]].concat()
}

/// The mark as it must be written in the place of `text[start..end]`, so that what reads the text still can.
///
/// A plain scalar of YAML that is replaced wholly is put in quotes, because a bracket would open a list there.
pub(crate) fn in_place(text: &[u8], start: usize, end: usize, id: &str) -> Vec<u8> {
    let before = &text[..start];
    let blanks = before.iter().rev().take_while(|byte| **byte == b' ').count();
    let opener = before.len().checked_sub(blanks + 1).map(|index| before[index]);
    let starts_scalar = match opener {
        Some(b':' | b'-') => blanks > 0,
        Some(b'[' | b',' | b'{') => true,
        _ => false,
    };
    let ends_scalar = matches!(text.get(end), None | Some(b'\n' | b'\r' | b',' | b']' | b'}'))
        || text.get(end..end + 2) == Some(b" #");
    if starts_scalar && ends_scalar {
        format!("\"[removed:{id}]\"").into_bytes()
    } else {
        removed(id).into_bytes()
    }
}
