//! Rows of cells with a byte between them: CSV and its relatives, results of `psql` and `mysql`, PostgreSQL's `COPY`.

use super::cell::{self, is_word};
use super::{Row, Seen};
use crate::site::More;

/// A table of so many columns is known well enough: rows of it may lack cells at their ends, or have more.
const WIDE: usize = 4;

/// A row, and what it says about its table.
pub(super) struct Read {
    pub(super) row: Row,
    /// It is the rule of a table in Markdown, `|---|---|`: a table that people write.
    pub(super) documents: bool,
}

/// Where the cells of a line are, and where the next line starts.
struct Cells {
    ranges: Vec<(usize, usize)>,
    next: usize,
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
        let row = Row::Cells { cells: Vec::new(), texts: Vec::new(), next: end + 1 };
        return Ok(Read { row, documents: !line.contains(&b'+') });
    }
    let ended = Read { row: Row::End, documents: false };
    if line.is_empty() {
        return Ok(ended);
    }
    let Some(cells) = row_cells(seen, separator, end, columns)? else { return Ok(ended) };
    let mut row = secrets(seen, &cells, columns);
    if documented && let Row::Cells { cells, .. } = &mut row {
        cells.retain(|cell| !is_word(&seen.text[cell.start..cell.start + cell.length]));
    }
    Ok(Read { row, documents: false })
}

/// The cells of a row of the table, as it is quoted to have as many as there are columns.
fn row_cells(
    seen: &Seen<'_>,
    separator: u8,
    line_end: usize,
    columns: &[Option<&'static str>],
) -> Result<Option<Cells>, More> {
    for quotes in [Quotes::Doubled, Quotes::Escaped, Quotes::None] {
        let cells = split(seen, separator, quotes)?;
        if fits(seen, &cells, columns) {
            return Ok(Some(cells));
        }
    }
    for quotes in [Quotes::Doubled, Quotes::None] {
        let cells = split(seen, separator, quotes)?;
        if columns.len() >= WIDE && cells.next == line_end + 1 && reaches_secrets(&cells, columns) {
            return Ok(Some(cells));
        }
    }
    Ok(None)
}

/// Reads a row of the text that follows `COPY … FROM stdin;`.
pub(super) fn read_copied(seen: &Seen<'_>, columns: &[Option<&'static str>]) -> Result<Row, More> {
    let cells = split(seen, b'\t', Quotes::None)?;
    Ok(if fits(seen, &cells, columns) { secrets(seen, &cells, columns) } else { Row::End })
}

/// True for a row that has all cells in which secrets are.
fn reaches_secrets(cells: &Cells, columns: &[Option<&'static str>]) -> bool {
    columns.iter().rposition(Option::is_some).is_some_and(|last| cells.ranges.len() > last)
}

/// True for a row of the table, and for the beginning of one.
fn fits(seen: &Seen<'_>, cells: &Cells, columns: &[Option<&'static str>]) -> bool {
    let cut = seen.cut && cells.next > seen.text.len() && cells.ranges.len() > 1;
    cells.ranges.len() == columns.len() || (cut && cells.ranges.len() < columns.len())
}

fn secrets(seen: &Seen<'_>, cells: &Cells, columns: &[Option<&'static str>]) -> Row {
    let named = cells.ranges.iter().zip(columns);
    let secrets = named.filter_map(|((start, end), id)| cell::secret(seen.text, *start, *end, (*id)?));
    Row::Cells { cells: secrets.collect(), texts: texts(seen, cells), next: cells.next }
}

/// The cells of several lines, up to their closing quotes.
fn texts(seen: &Seen<'_>, cells: &Cells) -> Vec<(usize, usize)> {
    let lines = |(start, end): &&(usize, usize)| memchr::memchr(b'\n', &seen.text[*start..*end]).is_some();
    let closed = |(start, end): &(usize, usize)| {
        let text = seen.text[*start..*end].trim_ascii_end();
        (*start, *start + text.len() - usize::from(text.ends_with(b"\"")))
    };
    cells.ranges.iter().filter(lines).map(closed).collect()
}

/// `-----+-----`, `|:---|---:|`: a line that only draws.
fn is_rule(line: &[u8]) -> bool {
    line.windows(2).any(|pair| matches!(pair, b"--" | b"=="))
        && line.iter().all(|byte| b"-+|:= ".contains(byte))
}

/// How a quote inside quotes is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// `""`
    Doubled,
    /// `\"`
    Escaped,
    /// Quotes are letters.
    None,
}

/// The cells of the line at the row's start. In quotes, separators do not count, nor line breaks where the cell starts
/// with the quote.
fn split(seen: &Seen<'_>, separator: u8, quotes: Quotes) -> Result<Cells, More> {
    let mut ranges = Vec::new();
    let (mut start, mut index) = (seen.at, seen.at);
    // Inside quotes; and those are around the whole cell.
    let (mut quoted, mut whole) = (false, false);
    loop {
        let byte = seen.byte(index)?;
        match byte {
            Some(b'\\') if quotes == Quotes::Escaped && quoted => index += 1,
            Some(b'"') if quotes != Quotes::None => {
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
