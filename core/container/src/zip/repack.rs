//! The walk through a zip.

use std::io::{self, Read, Write};

use super::directory::{self, Directory};
use super::record::{LOCAL_BYTES, Record};
use super::recover::{self, Found};
use super::write::ZipWriter;
use crate::content::{self, Output, Verdict};
use crate::peek::Peek;
use crate::run::Run;
use crate::spool::Spool;
use crate::stream::{Members, Packer, Packing, Unpacked};
use crate::{EntryPath, Error, Reason, Remark, withheld_line, withheld_name};

/// Takes a zip entry by entry to `output`. It is read whole first, since its directory is at its end; whatever is in
/// it, the result is a zip.
pub(crate) fn pass(
    run: &Run<'_>,
    input: &mut Peek<'_>,
    output: &mut Output<'_>,
    path: &EntryPath,
    depth: usize,
) -> Result<Verdict, Error> {
    let mut file = Spool::for_input(run, depth);
    let cut = copy(run, input, &mut file)?;
    let mut sink = io::sink();
    let to: &mut dyn Write = if run.writes { output.to } else { &mut sink };
    let repack = Repack { run, file: &file, writer: ZipWriter::new(to, Spool::new(run, depth)), path, depth };
    repack.all(cut).map(|()| Verdict::Written)
}

/// Reads all of `input` to `file`; the reason if it ends before its end.
fn copy(run: &Run<'_>, input: &mut Peek<'_>, file: &mut Spool<'_>) -> Result<Option<Reason>, Error> {
    loop {
        match input.fill() {
            Ok([]) => return Ok(None),
            Ok(chunk) => {
                let count = chunk.len();
                file.write_all(chunk).map_err(|error| run.write_failed(error))?;
                input.consume(count);
            }
            Err(error) => return Ok(Some(run.read_failed(&error)?)),
        }
    }
}

/// The name of the entry that stands for all that could not be reached.
const REST: &[u8] = b"rest-of-archive";

struct Repack<'a, 'o> {
    run: &'a Run<'a>,
    file: &'a Spool<'a>,
    writer: ZipWriter<'o, 'a>,
    path: &'a EntryPath,
    depth: usize,
}

impl<'a> Repack<'a, '_> {
    /// By the directory if there is a whole one, and else by what can be found without.
    fn all(mut self, cut: Option<Reason>) -> Result<(), Error> {
        let limit = self.run.limits.name_bytes;
        let whole = directory::find(self.file).and_then(|found| match found {
            Some(directory) if directory::is_whole(self.file, &directory, limit)? => Ok(Some(directory)),
            _ => Ok(None),
        });
        let (comment, rest) = match whole.map_err(|error| self.run.write_failed(error))? {
            Some(directory) => (self.run.name(&directory.comment), self.listed(&directory)?),
            None => {
                self.run.remark(self.path, Remark::DirectoryRebuilt);
                (Vec::new(), self.found()?)
            }
        };
        if let Some(reason) = cut.or(rest) {
            let made_by = 3 << 8;
            let record =
                Record { name: REST.to_vec(), made_by, external: 0o100_644 << 16, ..Record::default() };
            self.withhold(record, &reason)?;
        }
        self.writer.finish(&comment).map_err(|error| self.run.write_failed(error))
    }

    /// The entries of the directory. A reason says that the rest of them is withheld.
    fn listed(&mut self, directory: &Directory) -> Result<Option<Reason>, Error> {
        if directory.trailing {
            self.run.remark(self.path, Remark::TrailingBytes);
        }
        let mut slice = self.file.slice(directory.start, directory.end);
        let mut peek = Peek::new(&mut slice);
        let mut covered = 0u64;
        loop {
            let next = directory::next(&mut peek, directory.shift, self.run.limits.name_bytes);
            let Some(record) = next.map_err(|error| self.run.write_failed(error))? else { break };
            if !self.run.enter() {
                return Ok(Some(Reason::TooManyEntries));
            }
            // A local header may have other extra fields, and a descriptor may follow.
            covered =
                covered.saturating_add(record.packed + LOCAL_BYTES as u64 + record.name.len() as u64 + 128);
            self.entry(record)?;
        }
        if covered < directory.start {
            self.run.remark(self.path, Remark::HiddenBytes);
        }
        Ok(None)
    }

    /// The entries that follow each other from the beginning.
    fn found(&mut self) -> Result<Option<Reason>, Error> {
        let mut place = recover::first(self.file).map_err(|error| self.run.write_failed(error))?;
        let first = place;
        loop {
            match recover::at(self.run, self.file, place).map_err(|error| self.run.write_failed(error))? {
                Found::End => return Ok((place == first).then_some(Reason::Damaged)),
                Found::Broken(None, reason) => return Ok(Some(reason)),
                Found::Broken(Some(mut record), reason) => {
                    self.rewrite_names(&mut record);
                    self.withhold(record, &reason)?;
                    return Ok(Some(Reason::Damaged));
                }
                Found::Entry(record, next) => {
                    if !self.run.enter() {
                        return Ok(Some(Reason::TooManyEntries));
                    }
                    self.entry(record)?;
                    place = next;
                }
            }
        }
    }

    fn rewrite_names(&self, record: &mut Record) {
        record.name = self.run.name(&record.name);
        record.name.truncate(usize::from(u16::MAX) - 64);
        record.comment = self.run.name(&record.comment);
        record.comment.truncate(usize::from(u16::MAX));
    }

    fn entry(&mut self, mut record: Record) -> Result<(), Error> {
        let is_folder = record.is_folder();
        self.rewrite_names(&mut record);
        if record.cut {
            return self.withhold(record, &Reason::LongName);
        }
        if is_folder {
            self.run.count(|summary| summary.kept += 1);
            return self.write(record, &Content::empty(self.run, self.depth));
        }
        if record.is_encrypted() {
            return self.withhold(record, &Reason::Encrypted);
        }
        let Some(methods) = methods(record.method) else {
            let method = record.method;
            return self.withhold(record, &Reason::Method(method));
        };
        let content = match self.data(&record)? {
            Ok((start, end)) => self.content(&record, methods, (start, end))?,
            Err(reason) => Err(reason),
        };
        match content {
            Ok(content) => self.write(record, &content),
            Err(reason) => self.withhold(record, &reason),
        }
    }

    /// Where the packed bytes of an entry are.
    fn data(&self, record: &Record) -> Result<Result<(u64, u64), Reason>, Error> {
        let mut slice = self.file.slice(record.offset, self.file.len());
        let mut header = Vec::new();
        let read = Read::by_ref(&mut slice).take(LOCAL_BYTES as u64).read_to_end(&mut header);
        read.map_err(|error| self.run.write_failed(error))?;
        let lengths = header.first_chunk().and_then(Record::local).map(|(_, lengths)| lengths);
        let Some([name, extra]) = lengths else { return Ok(Err(Reason::Damaged)) };
        let start = record.offset + (LOCAL_BYTES + name + extra) as u64;
        Ok(match start.checked_add(record.packed) {
            Some(end) if end <= self.file.len() => Ok((start, end)),
            _ => Err(Reason::Truncated),
        })
    }

    /// Unpacks an entry, lets the filter rewrite it and packs it again.
    fn content(
        &self,
        record: &Record,
        methods: (Members, Packing),
        (start, end): (u64, u64),
    ) -> Result<Result<Content<'a>, Reason>, Error> {
        let mut slice = self.file.slice(start, end);
        let mut packed =
            Peek::with_capacity(&mut slice, usize::try_from(record.packed).unwrap_or(usize::MAX));
        let mut unpacked = Unpacked::new(self.run, methods.0, &mut packed);
        let mut plain =
            Checked { inner: &mut unpacked, run: self.run, record, crc: crc32fast::Hasher::new(), length: 0 };
        let mut spool = Spool::new(self.run, self.depth + 1);
        let mut sink = io::sink();
        let to: &mut dyn Write = if self.run.writes { &mut spool } else { &mut sink };
        let rewritten = self.rewrite(record, &mut plain, methods.1, to)?;
        Ok(rewritten.map(|(crc, size)| Content { packed: spool, crc, size }))
    }

    /// Takes the plain bytes of an entry through the filter and packs them; checksum and length of what was packed.
    fn rewrite(
        &self,
        record: &Record,
        plain: &mut dyn Read,
        packing: Packing,
        to: &mut dyn Write,
    ) -> Result<Result<(u32, u64), Reason>, Error> {
        let run = self.run;
        let mut plain = Peek::with_capacity(plain, usize::try_from(record.size).unwrap_or(usize::MAX));
        let packer = Packer::new(run, packing, to).map_err(|error| run.write_failed(error))?;
        let mut measured = Measured { inner: packer, crc: crc32fast::Hasher::new(), length: 0 };
        let verdict = if record.is_link() {
            self.link(&mut plain, &mut measured)?
        } else {
            let place = self.path.join(record.name.clone());
            let output = &mut Output { to: &mut measured, disposable: true };
            content::pass(run, &mut plain, output, &place, self.depth + 1)?
        };
        if let Verdict::Withheld(reason) = verdict {
            return Ok(Err(reason));
        }
        let Measured { inner, crc, length } = measured;
        inner.finish().map_err(|error| run.write_failed(error))?;
        Ok(Ok((crc.finalize(), length)))
    }

    /// The content of a symbolic link is a name.
    fn link(&self, plain: &mut Peek<'_>, output: &mut dyn Write) -> Result<Verdict, Error> {
        let limit = self.run.limits.name_bytes;
        let mut target = Vec::new();
        if let Err(error) = plain.take(limit as u64 + 1).read_to_end(&mut target) {
            return Ok(Verdict::Withheld(self.run.read_failed(&error)?));
        }
        if target.len() > limit {
            return Ok(Verdict::Withheld(Reason::LongName));
        }
        output.write_all(&self.run.name(&target)).map_err(|error| self.run.write_failed(error))?;
        self.run.count(|summary| summary.kept += 1);
        Ok(Verdict::Written)
    }

    fn write(&mut self, mut record: Record, content: &Content<'_>) -> Result<(), Error> {
        (record.crc, record.size, record.packed) = (content.crc, content.size, content.packed.len());
        record.method = match record.method {
            // The number that zstd had for some months.
            20 => 93,
            _ if content.size == 0 => 0,
            method => method,
        };
        if record.method == 0 {
            record.packed = record.size;
        }
        let empty = Spool::new(self.run, self.depth);
        let packed = if content.size == 0 { &empty } else { &content.packed };
        self.writer.entry(&record, packed).map_err(|error| self.run.write_failed(error))
    }

    /// Writes the entry that stands for a withheld one. Its name is rewritten already.
    fn withhold(&mut self, mut record: Record, reason: &Reason) -> Result<(), Error> {
        self.run.withheld(&self.path.join(record.name.clone()), reason);
        record.name = withheld_name(record.name.strip_suffix(b"/").unwrap_or(&record.name));
        record.method = 0;
        if record.is_link() {
            record.external = 0o100_644 << 16;
        }
        let mut content = Content::empty(self.run, self.depth);
        let line = withheld_line(reason);
        content.packed.write_all(line.as_bytes()).map_err(|error| self.run.write_failed(error))?;
        content.crc = crc32fast::hash(line.as_bytes());
        content.size = line.len() as u64;
        self.write(record, &content)
    }
}

/// How a method of an entry is read, and how it is written again.
fn methods(method: u16) -> Option<(Members, Packing)> {
    Some(match method {
        0 => (Members::Stored, Packing::Stored),
        8 => (Members::Deflate, Packing::Deflate),
        12 => (Members::Bzip2, Packing::Bzip2),
        20 | 93 => (Members::Zstd, Packing::Zstd),
        95 => (Members::Xz, Packing::Xz),
        _ => return None,
    })
}

/// The packed content of an entry, and what its header says of it.
struct Content<'r> {
    packed: Spool<'r>,
    crc: u32,
    size: u64,
}

impl<'r> Content<'r> {
    fn empty(run: &'r Run<'r>, depth: usize) -> Self {
        Self { packed: Spool::new(run, depth), crc: 0, size: 0 }
    }
}

/// Holds the unpacked bytes against length and checksum of the directory.
struct Checked<'c> {
    inner: &'c mut dyn Read,
    run: &'c Run<'c>,
    record: &'c Record,
    crc: crc32fast::Hasher,
    length: u64,
}

impl Read for Checked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.crc.update(&buffer[..count]);
        self.length += count as u64;
        let is_over = self.length > self.record.size;
        let is_wrong = || self.length < self.record.size || self.crc.clone().finalize() != self.record.crc;
        if !buffer.is_empty() && (is_over || count == 0 && is_wrong()) {
            return Err(self.run.stop(Reason::Damaged));
        }
        Ok(count)
    }
}

/// Counts and sums what goes into a packer.
struct Measured<'r, 'o> {
    inner: Packer<'r, 'o>,
    crc: crc32fast::Hasher,
    length: u64,
}

impl Write for Measured<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.crc.update(&bytes[..count]);
        self.length += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
