//! Secrets in the columns of tables. A header line or a statement names the columns once, and the secrets stand far behind
//! it, row by row: exports of browsers and password managers, results of queries, dumps of databases.
//!
//! | table | its columns are named by | its rows end with |
//! |---|---|---|
//! | separated by `,`, `;`, `\|` or a tab | the line before its rows | a blank line, or one with another number of cells |
//! | separated by blanks, as `chap-secrets` | a comment: `# client server secret` | a line with too few words |
//! | `INSERT INTO users (…) VALUES (…), (…)` | the statement | what is no tuple |
//! | `COPY users (…) FROM stdin;` | the statement | `\.` |
//! | `user:password` | `chpasswd:` with `list:`, `chpasswd <<EOF` | a line of another form |
//!
//! The detectors arm a [`Table`]. From then on the stream stops at the start of each row, reads the row whole, and stops at
//! each of its cells that is a secret. All else in the row is searched as any text.

mod cell;
mod delimited;
mod header;
mod list;
mod sql;
mod statement;
mod words;

use std::collections::VecDeque;

use crate::site::More;

pub(super) use header::DETECTOR as HEADER;
pub(super) use list::DETECTOR as LIST;
pub(super) use statement::DETECTOR as STATEMENT;

/// Longest row that is read. One that goes on is read as far, and is the last of its table.
const LONGEST_ROW: usize = 16 << 10;

/// A table whose columns are known, while its rows pass.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    grammar: Grammar,
    /// What the secret in each column is called; `None` for a column without.
    columns: Vec<Option<&'static str>>,
    /// Where the next row starts: index into the text, or offset in the artifact, as its owner counts.
    row: usize,
    /// The row starts behind the next line break, or for tuples behind the next `),`.
    lost: bool,
    /// Secrets in the row before that, which are still to come.
    cells: VecDeque<Cell>,
    /// Cells of several lines in that row: where their texts start and end.
    texts: Vec<(usize, usize)>,
}

/// How rows and cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grammar {
    /// Lines of cells, in quotes or not, with this byte between them. In a `documented` table a mere word is no secret: it
    /// explains a column.
    Delimited { separator: u8, documented: bool },
    /// Lines of words.
    Words,
    /// Lines of cells with tabs between them, and nothing in quotes.
    Copied,
    /// Tuples in brackets. In a table of `accounts` hashes count in any column; in one of `settings` a value is named by
    /// the one before it.
    Tuples { accounts: bool, settings: bool },
    /// Lines of `user:password`.
    Pairs,
}

/// A secret in a row.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) start: usize,
    pub(crate) length: usize,
    pub(crate) id: &'static str,
    /// What stands in its place.
    pub(crate) mask: Vec<u8>,
}

/// What stands where a row may start.
enum Row {
    /// A row, or a line that belongs to the table without being one; the next starts at `next`.
    Cells { cells: Vec<Cell>, texts: Vec<(usize, usize)>, next: usize },
    /// The table has ended.
    End,
}

/// Where the rows of a table go on.
pub(crate) enum Step {
    /// A secret.
    Cell(Cell),
    /// A row has been read.
    Read,
    /// There are no more rows.
    Ended,
}

impl Table {
    fn new(grammar: Grammar, columns: Vec<Option<&'static str>>, row: usize) -> Self {
        Self { grammar, columns, row, lost: false, cells: VecDeque::new(), texts: Vec::new() }
    }

    /// The place up to which nothing is to be done about the table.
    pub(crate) fn next(&self) -> usize {
        self.cells.front().map_or(self.row, |cell| cell.start)
    }

    /// The place of the next secret in the row that is being passed.
    pub(crate) fn next_cell(&self) -> Option<usize> {
        self.cells.front().map(|cell| cell.start)
    }

    /// Where the cell ends in whose lines `place` stands, if it has several.
    pub(crate) fn end_of_text(&self, place: usize) -> Option<usize> {
        self.texts.iter().find(|(start, end)| (*start..*end).contains(&place)).map(|(_, end)| *end)
    }

    /// True when what stands at `place` is in a row, or in front of the first, and names no columns of a table of its own.
    pub(crate) fn covers(&self, place: usize) -> bool {
        place < self.row
    }

    /// Counts places from another beginning, which is `less` further on, or `more` further back.
    pub(crate) fn moved(mut self, more: usize, less: usize) -> Self {
        self.row = (self.row + more).saturating_sub(less);
        for cell in &mut self.cells {
            cell.start = (cell.start + more).saturating_sub(less);
        }
        for (start, end) in &mut self.texts {
            (*start, *end) = ((*start + more).saturating_sub(less), (*end + more).saturating_sub(less));
        }
        self
    }

    /// Takes back a cell that cannot be removed yet.
    pub(crate) fn put_back(&mut self, cell: Cell) {
        self.cells.push_front(cell);
    }

    /// Goes on to the next cell, or reads the next row if the search is there. `text` starts at the place `base`, everything
    /// before the place `floor` is decided, and the search is at `place` unless the table stopped it further on.
    pub(crate) fn step(
        &mut self,
        text: &[u8],
        base: usize,
        (floor, place): (usize, usize),
        last: bool,
    ) -> Result<Step, More> {
        let place = place.max(self.next());
        while let Some(cell) = self.cells.pop_front() {
            if cell.start >= floor {
                return Ok(Step::Cell(cell));
            }
        }
        // There were only cells that something else has taken.
        if self.row > place.max(floor) {
            return Ok(Step::Read);
        }
        // Something that was removed may have reached into the next row.
        self.lost |= self.row < floor;
        if self.lost {
            let from = self.row.max(floor);
            return Ok(self.find_row(&text[from - base..], from, last));
        }
        let at = self.row - base;
        let end = text.len().min(at + LONGEST_ROW);
        let whole = end == at + LONGEST_ROW;
        let seen = Seen { text: &text[..end], at, complete: last || whole, cut: whole && end < text.len() };
        Ok(match self.read(&seen)? {
            Row::End => Step::Ended,
            Row::Cells { next, .. } if next <= at => Step::Ended,
            Row::Cells { cells, texts, next } => {
                self.row = base + next.min(end);
                self.lost = seen.cut && next >= end;
                self.cells =
                    cells.into_iter().map(|cell| Cell { start: base + cell.start, ..cell }).collect();
                self.texts = texts.into_iter().map(|(start, end)| (base + start, base + end)).collect();
                Step::Read
            }
        })
    }

    /// Looks for the start of a row in the text from the place `from` on.
    fn find_row(&mut self, text: &[u8], from: usize, last: bool) -> Step {
        let end = match self.grammar {
            Grammar::Tuples { .. } => memchr::memmem::find(text, b"),"),
            _ => memchr::memchr(b'\n', text),
        };
        match end {
            Some(end) => (self.row, self.lost) = (from + end + 1, false),
            None if last => return Step::Ended,
            // A bracket at the end is seen again with what follows it.
            None => self.row = from + text.len() - usize::from(text.last() == Some(&b')')),
        }
        Step::Read
    }

    fn read(&mut self, seen: &Seen<'_>) -> Result<Row, More> {
        match self.grammar {
            Grammar::Delimited { separator, documented } => {
                let row = delimited::read(seen, separator, documented, &self.columns)?;
                if row.documents {
                    self.grammar = Grammar::Delimited { separator, documented: true };
                }
                Ok(row.row)
            }
            Grammar::Words => words::read(seen, &self.columns),
            Grammar::Copied => delimited::read_copied(seen, &self.columns),
            Grammar::Tuples { accounts, settings } => sql::read(seen, accounts, settings, &self.columns),
            Grammar::Pairs => list::read(seen),
        }
    }
}

/// The text at the start of a row.
struct Seen<'a> {
    /// The row and what is before it, and at most [`LONGEST_ROW`] bytes behind its start.
    text: &'a [u8],
    /// Where the row starts.
    at: usize,
    /// No more than `text` will be looked at.
    complete: bool,
    /// The row may go on behind `text`.
    cut: bool,
}

impl Seen<'_> {
    /// The byte at `index`; `None` where the row cannot go on.
    fn byte(&self, index: usize) -> Result<Option<u8>, More> {
        match self.text.get(index) {
            None if !self.complete => Err(More),
            byte => Ok(byte.copied()),
        }
    }

    /// The index of the line break at or behind `from`, or of the end.
    fn line_end(&self, from: usize) -> Result<usize, More> {
        match memchr::memchr(b'\n', &self.text[from.min(self.text.len())..]) {
            Some(length) => Ok(from + length),
            None if self.complete => Ok(self.text.len()),
            None => Err(More),
        }
    }
}
