//! Tuples of `INSERT … VALUES (1,'bob','secret',NULL),(…);`.

use super::cell::{is_hash, is_secret};
use super::{Cell, Row, Seen};
use crate::key::{Strength, classify};
use crate::mark;
use crate::site::More;

/// Least figures of a number that is a secret.
const SHORTEST_NUMBER: usize = 4;

/// Reads the tuple at the row's start. Without `columns` only hashes are secrets, in a table of `accounts`.
pub(super) fn read(
    seen: &Seen<'_>,
    accounts: bool,
    settings: bool,
    columns: &[Option<&'static str>],
) -> Result<Row, More> {
    let mut open = seen.at;
    while seen.byte(open)?.is_some_and(|byte| byte.is_ascii_whitespace() || byte == b',') {
        open += 1;
    }
    if seen.byte(open)? != Some(b'(') {
        return Ok(Row::End);
    }
    // A backslash escapes in MySQL, and is a letter in other dialects.
    let mut tuple = split(seen, open + 1, true)?;
    if !columns.is_empty() && tuple.0.len() != columns.len() {
        tuple = split(seen, open + 1, false)?;
    }
    let (ranges, next) = tuple;
    let fits = columns.is_empty() || ranges.len() == columns.len() || (seen.cut && next == seen.text.len());
    let id_of = |index: usize| if fits { columns.get(index).copied().flatten() } else { None };
    // `('smtp_password', 'x')`
    let named_by = |(start, end): &(usize, usize)| {
        let name = Value::of(seen.text, *start, *end).filter(|name| settings && name.is_text)?;
        let key = classify(&seen.text[name.start..name.end])?;
        (key.strength == Strength::Strong).then_some(key.id)
    };
    let secrets = ranges.iter().enumerate().filter_map(|(index, (start, end))| {
        let value = Value::of(seen.text, *start, *end)?;
        let id = id_of(index).or_else(|| named_by(ranges.get(index.checked_sub(1)?)?));
        let content = &seen.text[value.start..value.end];
        match id {
            Some(id) if value.is_literal && is_secret(content, id) => Some(value.cell(id)),
            None if accounts && value.is_text && is_hash(content) => Some(value.cell("password-hash")),
            _ => None,
        }
    });
    Ok(Row::Cells { cells: secrets.collect(), texts: Vec::new(), next })
}

/// The values of the tuple that opens before `from`, and the index after it.
fn split(seen: &Seen<'_>, from: usize, escapes: bool) -> Result<(Vec<(usize, usize)>, usize), More> {
    let mut ranges = Vec::new();
    let (mut start, mut index, mut depth) = (from, from, 0);
    let mut quote = None;
    loop {
        let Some(byte) = seen.byte(index)? else {
            return Ok((ranges, seen.text.len()));
        };
        // In a text in quotes that is itself in a text: `\"x\"`.
        let escaped = byte == b'\\' && matches!(seen.byte(index + 1)?, Some(b'"' | b'\''));
        match (quote, byte) {
            (None, b'\\') if escaped => {
                quote = Some((seen.text[index + 1], true));
                index += 1;
            }
            (Some((open, true)), b'\\') => {
                if seen.byte(index + 1)? == Some(open) {
                    quote = None;
                }
                index += 1;
            }
            (Some(_), b'\\') if escapes => index += 1,
            (Some((open, false)), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"' | b'`') => quote = Some((byte, false)),
            (None, b'(') => depth += 1,
            (None, b')') if depth > 0 => depth -= 1,
            (None, b')') => {
                ranges.push((start, index));
                return Ok((ranges, index + 1));
            }
            (None, b',') if depth == 0 => {
                ranges.push((start, index));
                start = index + 1;
            }
            _ => {}
        }
        index += 1;
    }
}

/// A value of a tuple.
struct Value {
    start: usize,
    end: usize,
    /// It stands in quotes, which stay.
    is_text: bool,
    /// It is a text, a number, or holds one of them: no name of something else.
    is_literal: bool,
}

impl Value {
    fn of(text: &[u8], start: usize, end: usize) -> Option<Self> {
        let cell = &text[start..end];
        let from = start + cell.len() - cell.trim_ascii_start().len();
        let to = start + cell.trim_ascii_end().len();
        let bare = text.get(from..to).filter(|bare| !bare.is_empty())?;
        // `N'x'`, `_binary 'x'`, `E'x'`
        let prefix =
            bare.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_ ".contains(byte)).count();
        let quoted = &bare[prefix..];
        let length = match quoted {
            [b'\\', b'"', .., b'\\', b'"'] | [b'\\', b'\'', .., b'\\', b'\''] => 2,
            [first @ (b'\'' | b'"'), .., last] if first == last => 1,
            _ => 0,
        };
        let is_text = length > 0;
        if is_text {
            return Some(Self { start: from + prefix + length, end: to - length, is_text, is_literal: true });
        }
        let number = bare.len() >= SHORTEST_NUMBER && bare.iter().all(u8::is_ascii_digit);
        let hex = bare.starts_with(b"0x") && bare.len() > 2 + SHORTEST_NUMBER;
        let call = bare.contains(&b'(') && bare.contains(&b'\'');
        Some(Self { start: from, end: to, is_text, is_literal: number || hex || call })
    }

    fn cell(&self, id: &'static str) -> Cell {
        let mark = mark::removed(id);
        let mask = if self.is_text { mark } else { format!("'{mark}'") };
        Cell { start: self.start, length: self.end - self.start, id, mask: mask.into_bytes() }
    }
}
