//! Reads tables of an SQLite 3 database, and nothing more: <https://www.sqlite.org/fileformat2.html>.
//!
//! The databases of wtmpdb and lastlog2 have one small table each. Walking it takes no C library, no journal file and
//! no lock, and no bytes can do worse than be refused: every number from the file is checked before it is used.

mod record;

use std::os::unix::fs::FileExt;

use candor_plugin::Input;

pub(crate) use record::Row;
use record::varint;

const MAGIC: &[u8] = b"SQLite format 3\0";
const HEADER_BYTES: usize = 100;
/// Rows of the two databases have a hundred bytes.
const MOST_ROW_BYTES: usize = 64 * 1024;
/// A tree of this depth holds more pages than a database can have.
const MOST_DEPTH: usize = 20;
const INTERIOR: u8 = 0x05;
const LEAF: u8 = 0x0d;

/// An open database.
#[derive(Debug)]
pub(crate) struct Database {
    input: Input,
    page_bytes: usize,
    /// Bytes of a page less what extensions keep for themselves at its end.
    usable_bytes: usize,
    pages: u32,
    write_ahead: bool,
}

/// What a walk has left to spend.
struct Walk<'a> {
    pages_left: u32,
    rows_left: usize,
    columns: &'a [String],
}

/// Tells a walk that has enough from one that met nonsense.
enum Stop {
    Enough,
    Broken,
}

impl Database {
    /// `None` when it is no database that this can read.
    pub(crate) fn open(input: Input) -> Option<Self> {
        let mut header = [0; HEADER_BYTES];
        input.file().read_exact_at(&mut header, 0).ok()?;
        let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
            1 => 65_536,
            bytes => usize::from(bytes),
        };
        let usable_bytes = page_bytes.checked_sub(usize::from(header[20]))?;
        let is_utf8 = header[56..60] == [0, 0, 0, 1];
        if !header.starts_with(MAGIC) || !page_bytes.is_power_of_two() || usable_bytes < 480 || !is_utf8 {
            return None;
        }
        let pages = input.metadata().len() / page_bytes as u64;
        Some(Self {
            input,
            page_bytes,
            usable_bytes,
            pages: u32::try_from(pages).ok()?,
            write_ahead: header[18] == 2,
        })
    }

    /// True when the newest rows may be in a second file, which is not read.
    pub(crate) fn is_write_ahead(&self) -> bool {
        self.write_ahead
    }

    /// Calls `each` with at most `most` rows of a table, the one added last first. `None` when the file is broken or
    /// has no such table; rows met before were handed over.
    pub(crate) fn rows(&self, table: &str, most: usize, mut each: impl FnMut(&Row<'_>)) -> Option<()> {
        let (root, columns) = self.table(table)?;
        self.walk(root, &columns, most, &mut each)
    }

    fn table(&self, table: &str) -> Option<(u32, Vec<String>)> {
        let schema: Vec<String> = ["type", "name", "tbl_name", "rootpage", "sql"].map(str::to_owned).into();
        let mut found = None;
        self.walk(1, &schema, 1000, &mut |row| {
            let is_wanted = row.text("name").is_some_and(|name| name.eq_ignore_ascii_case(table));
            if row.text("type").as_deref() == Some("table") && is_wanted {
                found = row.integer("rootpage").zip(row.text("sql"));
            }
        })?;
        let (root, sql) = found?;
        Some((u32::try_from(root).ok()?, record::columns(&sql)))
    }

    fn walk(&self, root: u32, columns: &[String], most: usize, each: &mut dyn FnMut(&Row<'_>)) -> Option<()> {
        let mut walk = Walk { pages_left: self.pages, rows_left: most, columns };
        match self.visit(root, 0, &mut walk, each) {
            Ok(()) | Err(Stop::Enough) => Some(()),
            Err(Stop::Broken) => None,
        }
    }

    fn visit(
        &self,
        number: u32,
        depth: usize,
        walk: &mut Walk<'_>,
        each: &mut dyn FnMut(&Row<'_>),
    ) -> Result<(), Stop> {
        // No page is in a tree twice: more visits than pages is a loop.
        walk.pages_left = walk.pages_left.checked_sub(1).ok_or(Stop::Broken)?;
        let page = self.page(number).filter(|_| depth < MOST_DEPTH).ok_or(Stop::Broken)?;
        let start = if number == 1 { HEADER_BYTES } else { 0 };
        let tree = Tree { page: &page, start };
        match page.get(start) {
            Some(&INTERIOR) => {
                for child in tree.children().ok_or(Stop::Broken)?.into_iter().rev() {
                    self.visit(child, depth + 1, walk, each)?;
                }
            }
            Some(&LEAF) => {
                for cell in tree.cells(8).ok_or(Stop::Broken)?.into_iter().rev() {
                    walk.rows_left = walk.rows_left.checked_sub(1).ok_or(Stop::Enough)?;
                    let payload = self.payload(&page, cell).ok_or(Stop::Broken)?;
                    each(&Row::parse(&payload, walk.columns).ok_or(Stop::Broken)?);
                }
            }
            _ => return Err(Stop::Broken),
        }
        Ok(())
    }

    fn page(&self, number: u32) -> Option<Vec<u8>> {
        if number == 0 || number > self.pages {
            return None;
        }
        let mut page = vec![0; self.page_bytes];
        let offset = u64::from(number - 1) * self.page_bytes as u64;
        self.input.file().read_exact_at(&mut page, offset).ok()?;
        Some(page)
    }

    /// The content of a cell of a leaf, the pages that it overflows to included.
    fn payload(&self, page: &[u8], cell: usize) -> Option<Vec<u8>> {
        let mut at = cell;
        let length = usize::try_from(varint(page, &mut at)?).ok()?;
        let _row_id = varint(page, &mut at)?;
        if length > MOST_ROW_BYTES {
            return None;
        }
        let here = self.bytes_in_leaf(length);
        let mut payload = page.get(at..at.checked_add(here)?)?.to_vec();
        if here == length {
            return Some(payload);
        }
        let mut next = number_at(page, at + here)?;
        while payload.len() < length {
            let page = self.page(next)?;
            let wanted = (length - payload.len()).min(self.usable_bytes - 4);
            payload.extend_from_slice(page.get(4..4 + wanted)?);
            next = number_at(&page, 0)?;
        }
        Some(payload)
    }

    fn bytes_in_leaf(&self, length: usize) -> usize {
        let usable = self.usable_bytes;
        let most = usable - 35;
        if length <= most {
            return length;
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let here = least + (length - least) % (usable - 4);
        if here <= most { here } else { least }
    }
}

/// A page of a table's tree.
struct Tree<'a> {
    page: &'a [u8],
    start: usize,
}

impl Tree<'_> {
    /// Offsets of the cells; `header` is 8 in leaves and 12 in interior pages.
    fn cells(&self, header: usize) -> Option<Vec<usize>> {
        let count = short_at(self.page, self.start + 3)?;
        let pointer = |index: usize| short_at(self.page, self.start + header + 2 * index);
        (0..count).map(pointer).collect()
    }

    /// Numbers of the pages below, in the order of their rows.
    fn children(&self) -> Option<Vec<u32>> {
        let cells = self.cells(12)?;
        let mut children: Vec<u32> =
            cells.into_iter().map(|cell| number_at(self.page, cell)).collect::<Option<_>>()?;
        children.push(number_at(self.page, self.start + 8)?);
        Some(children)
    }
}

fn short_at(page: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(page.get(at..at.checked_add(2)?)?.try_into().ok()?)))
}

fn number_at(page: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(page.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests;
