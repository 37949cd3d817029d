//! Writes a report's bytes: staged entries as they are, documents, directory, check sum.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::archive::{
    COMMENT_BYTES, DosTime, Entry, Method, central_record, comment, end_records, local_header,
};
use crate::index::ArtifactEntry;
use crate::staged::Staged;

/// Documents are small or compress well, and are made once.
const DOCUMENT_LEVEL: u32 = 6;
/// Bytes of packed entries that are moved at a time.
const PACKED_BUFFER_BYTES: usize = 256 * 1024;
/// Bytes of the directory that are gathered for one write.
const DIRECTORY_BUFFER_BYTES: usize = 64 * 1024;
/// Bytes that are copied at a time.
const COPY_BYTES: usize = 256 * 1024;

/// An archive that grows.
pub(crate) struct Container<'a> {
    file: &'a File,
    /// Bytes of the archive that stand elsewhere, before the first of the file.
    begins: u64,
    time: DosTime,
    position: u64,
    crc32: crc32fast::Hasher,
    entries: Vec<Entry<'a>>,
}

impl<'a> Container<'a> {
    pub(crate) fn new(file: &'a File, created: jiff::Timestamp) -> Self {
        Self::resume(file, DosTime::new(created), (0, 0), 0, Vec::new())
    }

    /// Goes on with an archive at `position`, before which there are these entries with this check sum. Its first `begins` bytes stand
    /// in another file.
    pub(crate) fn resume(
        file: &'a File,
        time: DosTime,
        (begins, position): (u64, u64),
        crc32: u32,
        entries: Vec<Entry<'a>>,
    ) -> Self {
        let crc32 = crc32fast::Hasher::new_with_initial_len(crc32, position);
        Self { file, begins, time, position, crc32, entries }
    }

    /// The bytes of the archive so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The entry that was added last.
    pub(crate) fn into_last_entry(mut self) -> Option<Entry<'a>> {
        self.entries.pop()
    }

    /// Copies an entry, header included, that stands in another file from `entry.offset` on.
    pub(crate) fn copy_entry(&mut self, source: &File, mut entry: Entry<'a>, length: u64) -> io::Result<()> {
        let mut buffer = vec![0; COPY_BYTES];
        let (mut from, end) = (entry.offset, entry.offset + length);
        entry.offset = self.position;
        while from < end {
            let wanted = usize::try_from(end - from).unwrap_or(COPY_BYTES).min(COPY_BYTES);
            source.read_exact_at(&mut buffer[..wanted], from)?;
            self.file.write_all_at(&buffer[..wanted], self.position - self.begins)?;
            self.crc32.update(&buffer[..wanted]);
            self.position += wanted as u64;
            from += wanted as u64;
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Counts a collector's entries, which stand in the file already.
    pub(crate) fn adopt(&mut self, staged: &Staged, artifacts: &'a [ArtifactEntry]) -> io::Result<()> {
        let base = self.position;
        let places = staged.places.iter().zip(artifacts);
        self.entries.extend(places.map(|(place, artifact)| place.archive_entry(artifact, base)));
        self.crc32.combine(&crc32fast::Hasher::new_with_initial_len(staged.crc32(), staged.length()));
        self.position += staged.length();
        self.file.seek(SeekFrom::Start(self.position - self.begins)).map(drop)
    }

    /// Copies a collector's entries; the kernel does it where it can.
    pub(crate) fn copy(&mut self, staged: &Staged, artifacts: &'a [ArtifactEntry]) -> io::Result<()> {
        if staged.length() == 0 {
            return Ok(());
        }
        let source = File::open(&staged.entries_path)?;
        let copied = io::copy(&mut source.take(staged.length()), &mut self.file)?;
        if copied != staged.length() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a staged file is shorter than it was"));
        }
        self.adopt(staged, artifacts)
    }

    /// Adds an entry that is packed already; its offset is set here.
    pub(crate) fn packed(&mut self, mut entry: Entry<'a>, data: &mut dyn Read) -> io::Result<()> {
        entry.offset = self.position;
        let wide = entry.bytes.max(entry.compressed_bytes) >= u64::from(u32::MAX);
        let header = local_header(&entry, self.time, wide);
        self.file.seek(SeekFrom::Start(self.position - self.begins))?;
        let mut output = Counted::new(self.file);
        output.write_all(&header)?;
        let mut buffer = vec![0; PACKED_BUFFER_BYTES];
        // One byte more than there may be, so that too many are noticed.
        let mut data = data.take(entry.compressed_bytes + 1);
        loop {
            match data.read(&mut buffer)? {
                0 => break,
                read => output.write_all(&buffer[..read])?,
            }
        }
        let length = header.len() as u64 + entry.compressed_bytes;
        if output.bytes != length {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "an entry has not the size that is stated",
            ));
        }
        self.crc32.combine(&output.crc32);
        self.position += length;
        self.entries.push(entry);
        Ok(())
    }

    /// Adds a document.
    pub(crate) fn add(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut entry = Entry {
            name: name.into(),
            method: Method::Deflated,
            crc32: 0,
            compressed_bytes: 0,
            bytes: 0,
            offset: self.position,
        };
        let header_bytes = local_header(&entry, self.time, true).len() as u64;
        self.file.seek(SeekFrom::Start(self.position - self.begins + header_bytes))?;
        let compressed = Counted::new(BufWriter::new(self.file));
        let mut plain = Counted::new(DeflateEncoder::new(compressed, Compression::new(DOCUMENT_LEVEL)));
        content(&mut plain)?;
        (entry.bytes, entry.crc32) = (plain.bytes, plain.crc32.finalize());
        let mut compressed = plain.inner.finish()?;
        compressed.flush()?;
        entry.compressed_bytes = compressed.bytes;
        let header = local_header(&entry, self.time, true);
        self.file.write_all_at(&header, self.position - self.begins)?;
        self.crc32.update(&header);
        self.crc32.combine(&compressed.crc32);
        self.position += header_bytes + entry.compressed_bytes;
        self.entries.push(entry);
        Ok(())
    }

    /// Writes directory and end; gives the file's size.
    pub(crate) fn finish(mut self) -> io::Result<u64> {
        let start = self.position;
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_unstable_by(|left, right| left.name.cmp(&right.name));
        let mut buffer = Vec::with_capacity(DIRECTORY_BUFFER_BYTES + 1024);
        for entry in &entries {
            central_record(&mut buffer, entry, self.time);
            if buffer.len() >= DIRECTORY_BUFFER_BYTES {
                self.append(&mut buffer)?;
            }
        }
        let size = self.position + buffer.len() as u64 - start;
        end_records(&mut buffer, entries.len() as u64, start, size, COMMENT_BYTES);
        self.append(&mut buffer)?;
        buffer.extend_from_slice(comment(self.crc32.clone().finalize()).as_bytes());
        self.append(&mut buffer)?;
        Ok(self.position)
    }

    fn append(&mut self, buffer: &mut Vec<u8>) -> io::Result<()> {
        self.file.write_all_at(buffer, self.position - self.begins)?;
        self.crc32.update(buffer);
        self.position += buffer.len() as u64;
        buffer.clear();
        Ok(())
    }
}

/// Counts and sums what passes.
struct Counted<W> {
    inner: W,
    bytes: u64,
    crc32: crc32fast::Hasher,
}

impl<W: Write> Counted<W> {
    fn new(inner: W) -> Self {
        Self { inner, bytes: 0, crc32: crc32fast::Hasher::new() }
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += written as u64;
        self.crc32.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
