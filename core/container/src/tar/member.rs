//! The names of one entry, rewritten and written.

use std::io::{self, Write};

use super::extended::{Extended, Records, write_long, write_records};
use super::header::{Dialect, Header};
use crate::run::Run;
use crate::withheld_name;

/// The header of an entry with all that is text in it already rewritten.
pub(super) struct Member {
    header: Header,
    pub(super) name: Vec<u8>,
    pub(super) link: Vec<u8>,
    owners: [Vec<u8>; 2],
    records: Records,
}

/// What the fields hold.
const NAME_BYTES: usize = 100;
const OWNER_BYTES: usize = 31;

impl Member {
    pub(super) fn new(run: &Run<'_>, header: Header, extended: Extended) -> Self {
        let name = extended.name.unwrap_or_else(|| header.name());
        let link = match header.kind() {
            b'1' | b'2' => extended.link.unwrap_or_else(|| header.link().to_vec()),
            _ => Vec::new(),
        };
        let [user, group] = header.owners();
        let user = extended.user.unwrap_or_else(|| user.to_vec());
        let group = extended.group.unwrap_or_else(|| group.to_vec());
        let rewrite = |name: &[u8]| if name.is_empty() { Vec::new() } else { run.name(name) };
        Self {
            name: rewrite(&name),
            link: rewrite(&link),
            owners: [rewrite(&user), rewrite(&group)],
            records: extended.records,
            header,
        }
    }

    /// A member whose name is not from the input.
    pub(super) fn plain(header: Header, name: &[u8]) -> Self {
        Self {
            header,
            name: name.to_vec(),
            link: Vec::new(),
            owners: Default::default(),
            records: Vec::new(),
        }
    }

    /// Turns it into the file that stands for a withheld entry.
    pub(super) fn withhold(&mut self) {
        let name = self.name.strip_suffix(b"/").unwrap_or(&self.name);
        self.name = withheld_name(name);
        self.link.clear();
        self.header.set_file();
    }

    /// Writes what goes before a content of `size` bytes.
    pub(super) fn write(mut self, output: &mut dyn Write, size: u64) -> io::Result<()> {
        let dialect = self.header.dialect();
        for (key, kind, value) in [("path", b'L', &self.name), ("linkpath", b'K', &self.link)] {
            if value.len() <= NAME_BYTES {
                continue;
            }
            match dialect {
                Dialect::Ustar => self.records.push((key.into(), value.clone())),
                Dialect::Gnu | Dialect::Version7 => write_long(output, kind, value)?,
            }
        }
        for (key, value) in ["uname", "gname"].into_iter().zip(&self.owners) {
            if value.len() > OWNER_BYTES {
                self.records.push((key.into(), value.clone()));
            }
        }
        if !self.records.is_empty() {
            write_records(output, b'x', &self.records)?;
        }
        self.header.set_texts(&self.name, &self.link, [&self.owners[0], &self.owners[1]]);
        self.header.set_size(size);
        output.write_all(&self.header.finished())
    }
}
