//! What stands around a place: where a word begins behind an escape, which word is before it, what is done already.

use candor_pseudonym::recognise;

use crate::kind::Kind;
use crate::mark::end_of_mark;
pub(super) use crate::mark::holds_pseudonym;
use crate::site::{Form, Found, More, Site, Verdict};

/// Bytes that are looked at behind an anchor by most detectors.
pub(super) const NEAR: usize = 64;

/// Nothing here; the next anchor is a new question.
pub(super) fn pass(site: &Site<'_>) -> Result<Verdict, More> {
    Ok(Verdict::Pass { resume: site.at + 1 })
}

/// Nothing before `resume`.
pub(super) fn pass_to(site: &Site<'_>, resume: usize) -> Result<Verdict, More> {
    Ok(Verdict::Pass { resume: resume.max(site.at + 1) })
}

/// What stands before `end` stays.
pub(super) fn keep(end: usize) -> Result<Verdict, More> {
    Ok(Verdict::Keep { end })
}

/// An identifier in the usual form.
pub(super) fn found(kind: Kind, start: usize, end: usize) -> Result<Verdict, More> {
    found_as(kind, start, end, Form::Usual)
}

/// An identifier in that form.
pub(super) fn found_as(kind: Kind, start: usize, end: usize, form: Form) -> Result<Verdict, More> {
    Ok(Verdict::Found(Found { kind, start, end, form }))
}

/// ASCII letters and digits, and every byte of a character that is not ASCII.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// By byte, whether a name with dots, hyphens and underscores goes on with it.
const NAME_PARTS: [bool; 256] = {
    let mut parts = [false; 256];
    let mut byte = 0;
    while byte < parts.len() {
        let ascii = byte as u8;
        parts[byte] = ascii.is_ascii_alphanumeric() || ascii >= 0x80 || matches!(ascii, b'.' | b'-' | b'_');
        byte += 1;
    }
    parts
};

/// Letters, digits, `.`, `-` and `_`.
pub(super) fn is_name_part(byte: u8) -> bool {
    NAME_PARTS[usize::from(byte)]
}

/// The text from its start to `limit` bytes behind `from`: the same end however the artifact was cut.
pub(super) fn window<'a>(site: &Site<'a>, from: usize, limit: usize) -> Result<&'a [u8], More> {
    let ahead = site.ahead(from, limit)?;
    Ok(&site.text[..(from + ahead.len()).min(site.text.len())])
}

/// True when a pseudonym or a mark begins at `at`.
pub(super) fn is_done(text: &[u8], at: usize) -> bool {
    end_of_mark(text, at).is_some()
        || recognise::name_pseudonym_at(text, at).is_some()
        || text.get(at) == Some(&recognise::MARK)
}

/// True when the value that ends at `end` carries the mark of a pseudonym.
pub(super) fn is_marked(text: &[u8], end: usize) -> bool {
    recognise::is_marked(text, end)
}

/// Where the word really begins whose letters begin at `start`: behind the `n` of `\n`, the digits of `%3C` and
/// `\u003c`, and the `32m` of a terminal's colour.
pub(super) fn word_start(text: &[u8], start: usize) -> usize {
    let hex = |from: usize, count: usize| {
        text.get(from..from + count).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    match start.checked_sub(1).map(|before| text[before]) {
        Some(b'\\') if !opens_share(text, start) => match text.get(start) {
            Some(b'n' | b't' | b'r' | b'b' | b'f') => start + 1,
            Some(b'u') if hex(start + 1, 4) => start + 5,
            Some(b'x') if hex(start + 1, 2) => start + 3,
            _ => start,
        },
        Some(b'%') if hex(start, 2) => start + 2,
        Some(b'[' | b';') => start + colour(text, start),
        _ => start,
    }
}

/// The length of `0;32m` at the end of a terminal's colour sequence.
fn colour(text: &[u8], start: usize) -> usize {
    let from = start.saturating_sub(12);
    let Some(escape) = text[from..start].iter().rposition(|byte| *byte == 0x1B) else { return 0 };
    let within = &text[from + escape + 1..start];
    let digits = text[start..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let is_sequence = within.first() == Some(&b'[')
        && within[1..].iter().all(|byte| byte.is_ascii_digit() || *byte == b';');
    if is_sequence && text.get(start + digits) == Some(&b'm') { digits + 1 } else { 0 }
}

/// True when the backslashes before `start` open the name of a share, `\\server`.
pub(super) fn opens_share(text: &[u8], start: usize) -> bool {
    let slashes = text[..start].iter().rev().take(5).take_while(|byte| **byte == b'\\').count();
    let before = start.checked_sub(slashes + 1).map(|index| text[index]);
    let opens = matches!(
        before,
        None | Some(b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'(' | b'=' | b'<' | b'>' | b',')
    );
    opens && matches!(slashes, 2 | 4)
}

/// True when a letter or digit stands before `start` that belongs to the same word.
pub(super) fn is_joined(text: &[u8], start: usize) -> bool {
    let Some(before) = start.checked_sub(1).map(|index| text[index]) else { return false };
    if !before.is_ascii_alphanumeric() {
        return false;
    }
    let from =
        start - text[..start].iter().rev().take(8).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    word_start(text, from) != start
}

/// The word before `at`, behind blanks, quotes, brackets and separators of keys; empty when there is none.
pub(super) fn word_before(text: &[u8], at: usize) -> &[u8] {
    let gap = |byte: &&u8| {
        matches!(
            **byte,
            b' ' | b'\t' | b'"' | b'\'' | b'\\' | b'(' | b'[' | b'{' | b'<' | b':' | b'=' | b'>' | b'#'
        )
    };
    let end = at - text[..at].iter().rev().take(16).take_while(gap).count();
    word_ending(text, end)
}

/// The letters, digits, `_`, `-` and `.` that end at `end`.
pub(super) fn word_ending(text: &[u8], end: usize) -> &[u8] {
    let length = text[..end].iter().rev().take(32).take_while(|byte| is_name_part(**byte)).count();
    &text[end - length..end]
}

/// True among columns of numbers, as in a table or dump: a number is the only thing before or behind a blank.
pub(super) fn in_columns(text: &[u8], start: usize, end: usize) -> bool {
    const LONGEST: usize = 24;
    let is_number = |word: &[u8]| {
        let word = word.strip_suffix(&[recognise::MARK]).unwrap_or(word);
        word.len() > 2 && word.iter().all(u8::is_ascii_digit)
    };
    let before = text[..start].trim_ascii_end();
    let line = !text[before.len()..start].is_empty() && !text[before.len()..start].contains(&b'\n');
    let word = before.iter().rev().take(LONGEST).take_while(|byte| !byte.is_ascii_whitespace()).count();
    let behind = text[end..].trim_ascii_start();
    let blanks = text.len() - end - behind.len();
    let next = behind.iter().take(LONGEST).take_while(|byte| !byte.is_ascii_whitespace()).count();
    let follows = blanks > 0 && !text[end..end + blanks].contains(&b'\n') && is_number(&behind[..next]);
    (line && is_number(&before[before.len() - word..])) || follows
}

/// True when `word` is one of `words`, in any case.
pub(super) fn is_one_of(word: &[u8], words: &[&str]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

/// True when `text` stands at `at`, in any case.
pub(super) fn stands_at(text: &[u8], at: usize, word: &[u8]) -> bool {
    text.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
}

/// The index of the first byte of the line in which `at` is, not more than `limit` bytes back; `None` when it begins
/// before that.
pub(super) fn line_start(site: &Site<'_>, at: usize, limit: usize) -> Option<usize> {
    let from = at.saturating_sub(limit);
    match memchr::memrchr(b'\n', &site.text[from..at]) {
        Some(end) => Some(from + end + 1),
        None if from == 0 && site.first => Some(0),
        None => None,
    }
}
