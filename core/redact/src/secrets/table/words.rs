//! Rows of words with blanks between them, as `chap-secrets` has them: `client server "secret" addresses`.

use super::{Row, Seen, cell};
use crate::mark;
use crate::site::More;

/// Reads the row of a table with these `columns`. Comments and blank lines are passed over.
pub(super) fn read(seen: &Seen<'_>, columns: &[Option<&'static str>]) -> Result<Row, More> {
    let end = seen.line_end(seen.at)?;
    let next = end + 1;
    let line = &seen.text[seen.at..end];
    if line.trim_ascii().is_empty() || line.trim_ascii_start().starts_with(b"#") {
        return Ok(Row::Cells { cells: Vec::new(), texts: Vec::new(), next });
    }
    let words = words(line);
    let needed = columns.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    if words.len() < needed || words.len() > columns.len() + 2 {
        return Ok(Row::End);
    }
    // Where a secret has been removed, the words before it may have become fewer.
    if mark::is_in(line) {
        return Ok(Row::Cells { cells: Vec::new(), texts: Vec::new(), next });
    }
    let named = words.iter().zip(columns);
    // In such a file each secret is a password, and may be a mere word.
    let cells = named.filter_map(|((start, end), id)| {
        id.and_then(|_| cell::secret(seen.text, seen.at + start, seen.at + end, "password"))
    });
    Ok(Row::Cells { cells: cells.collect(), texts: Vec::new(), next })
}

/// Where the words of a line are, those in quotes with them.
pub(super) fn words(line: &[u8]) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut index = 0;
    while index < line.len() {
        if line[index].is_ascii_whitespace() {
            index += 1;
            continue;
        }
        let start = index;
        let mut quote = None;
        while index < line.len() && (quote.is_some() || !line[index].is_ascii_whitespace()) {
            match (quote, line[index]) {
                (None, byte @ (b'"' | b'\'')) if index == start => quote = Some(byte),
                (Some(open), byte) if byte == open => quote = None,
                _ => {}
            }
            index += 1;
        }
        words.push((start, index));
    }
    words
}
