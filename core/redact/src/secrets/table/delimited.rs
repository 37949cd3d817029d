//! Rows of cells with a byte between them: CSV and its relatives, results of `psql` and `mysql`, PostgreSQL's `COPY`.

use super::cell::{self, is_word};
use super::{Row, Seen};
use crate::site::More;

/// A row, and what it says about its table.
pub(super) struct Read {
    pub(super) row: Row,
    /// It is the rule of a table in Markdown, `|---|---|`: a table that people write.
    pub(super) documents: bool,
}

/// Where the cells of a line are, and where the next line starts.
pub(super) struct Cells {
    pub(super) ranges: Vec<(usize, usize)>,
    pub(super) next: usize,
}

/// Reads the row of a table with these `columns`.
pub(super) fn read(
    seen: &Seen<'_>,
    separator: u8,
    documented: bool,
    columns: &[Option<&'static str>],
) -> Result<Read, More> {
    let end = seen.line_end(seen.at)?;
    let line = seen.text[seen.at..end].trim_ascii();
    if separator == b'|' && is_rule(line) {
        let row = Row::Cells { cells: Vec::new(), next: end + 1 };
        return Ok(Read { row, documents: !line.contains(&b'+') });
    }
    let ended = Read { row: Row::End, documents: false };
    if line.is_empty() {
        return Ok(ended);
    }
    let mut cells = split(seen, separator, true)?;
    if cells.ranges.len() != columns.len() {
        // What looked like quotes were none.
        cells = split(seen, separator, false)?;
    }
    if !fits(seen, &cells, columns) {
        return Ok(ended);
    }
    let mut row = secrets(seen, &cells, columns);
    if documented && let Row::Cells { cells, .. } = &mut row {
        cells.retain(|cell| !is_word(&seen.text[cell.start..cell.start + cell.length]));
    }
    Ok(Read { row, documents: false })
}

/// Reads a row of the text that follows `COPY … FROM stdin;`.
pub(super) fn read_copied(seen: &Seen<'_>, columns: &[Option<&'static str>]) -> Result<Row, More> {
    let cells = split(seen, b'\t', false)?;
    Ok(if fits(seen, &cells, columns) { secrets(seen, &cells, columns) } else { Row::End })
}

/// True for a row of the table, and for the beginning of one.
fn fits(seen: &Seen<'_>, cells: &Cells, columns: &[Option<&'static str>]) -> bool {
    let cut = seen.cut && cells.next > seen.text.len() && cells.ranges.len() > 1;
    cells.ranges.len() == columns.len() || (cut && cells.ranges.len() < columns.len())
}

fn secrets(seen: &Seen<'_>, cells: &Cells, columns: &[Option<&'static str>]) -> Row {
    let named = cells.ranges.iter().zip(columns);
    let secrets = named.filter_map(|((start, end), id)| cell::secret(seen.text, *start, *end, (*id)?));
    Row::Cells { cells: secrets.collect(), next: cells.next }
}

/// `-----+-----`, `|:---|---:|`: a line that only draws.
fn is_rule(line: &[u8]) -> bool {
    line.windows(2).any(|pair| matches!(pair, b"--" | b"=="))
        && line.iter().all(|byte| b"-+|:= ".contains(byte))
}

/// The cells of the line at the row's start. In `quotes`, separators do not count, nor line breaks where the cell starts
/// with the quote.
pub(super) fn split(seen: &Seen<'_>, separator: u8, quotes: bool) -> Result<Cells, More> {
    let mut ranges = Vec::new();
    let (mut start, mut index) = (seen.at, seen.at);
    // Inside quotes; and those are around the whole cell.
    let (mut quoted, mut whole) = (false, false);
    loop {
        let byte = seen.byte(index)?;
        match byte {
            Some(b'"') if quotes => {
                quoted = !quoted;
                whole |= quoted && seen.text[start..index].trim_ascii().is_empty();
            }
            Some(b'\n') if !(quoted && whole) => break,
            None => break,
            Some(byte) if byte == separator && !quoted => {
                ranges.push((start, index));
                (start, whole) = (index + 1, false);
            }
            _ => {}
        }
        index += 1;
    }
    ranges.push((start, index));
    Ok(Cells { ranges, next: index + 1 })
}

/// The cells of a header, without the blanks and quotes around them.
pub(super) fn cells(line: &[u8], separator: u8) -> Vec<&[u8]> {
    line.split(|byte| *byte == separator)
        .map(|cell| match cell.trim_ascii() {
            [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] | [b'`', inner @ .., b'`'] => inner,
            cell => cell,
        })
        .collect()
}
