//! One encrypted part on its way to the disk: read and checked by one thread, encrypted by another, hashed and written by a third.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use candor_manifest::Level;
use candor_pack::{Directory, Head, PackError, Packer};
use candor_report::ArtifactEntry;
use candor_trust::{Callbacks, Digest, Encrypted, Hasher, Recipients};

use crate::content::ContentCheck;
use crate::documents::part_path;
use crate::error::SealError;
use crate::pipe::{PipeReader, PipeWriter, is_consequence, pipe};
use crate::source::{Source, head};

/// Plain bytes that age encrypts at a time, and what it adds to each.
/// Source: the age specification, "Payload".
const AGE_CHUNK_BYTES: u64 = 64 * 1024;
const AGE_TAG_BYTES: u64 = 16;

/// What a part holds and who may read it.
pub(crate) struct PartPlan<'a> {
    pub(crate) level: Level,
    pub(crate) recipients: &'a Recipients,
    /// In their order; before the artifacts.
    pub(crate) documents: Vec<(String, Vec<u8>)>,
    /// In the order of the source.
    pub(crate) artifacts: Vec<&'a ArtifactEntry>,
}

/// A part that is on disk.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct WrittenPart {
    pub(crate) level: Level,
    /// Size of the encrypted bytes.
    pub(crate) bytes: u64,
    pub(crate) sha256: Digest,
    pub(crate) crc32: u32,
}

impl WrittenPart {
    pub(crate) fn head(&self) -> Result<Head, SealError> {
        Ok(Head::stored(part_path(self.level), self.bytes, self.crc32)?)
    }
}

/// Writes a part and the zip header before it, at `at`.
pub(crate) fn write_part(
    file: &File,
    path: &Path,
    at: u64,
    plan: &PartPlan<'_>,
    source: &mut dyn Source,
    callbacks: &impl Callbacks,
) -> Result<WrittenPart, SealError> {
    let heads = plan.artifacts.iter().map(|artifact| Ok(head(&source.entry(artifact)?)?));
    let heads = heads.collect::<Result<Vec<_>, SealError>>()?;
    let (to_writer, from_age) = pipe();
    let counted = Arc::new(AtomicU64::new(0));
    let to_writer = Counted { inner: to_writer, bytes: Arc::clone(&counted) };
    let encrypted = plan
        .recipients
        .encrypt(to_writer, callbacks)
        .map_err(|source| SealError::Recipients { level: plan.level, source })?;
    let bytes = counted.load(Ordering::Relaxed) + payload_bytes(plain_bytes(plan, &heads)?);
    // Without its check sum, which is known at the end: the header has the same length.
    let header = Head::stored(part_path(plan.level), bytes, 0)?.local_header();
    let begin = at + header.len() as u64;
    let (plain, to_age) = pipe();
    let (packed, encrypted, written) = thread::scope(|scope| {
        let encrypting = scope.spawn(|| encrypt(to_age, encrypted));
        let writing = scope.spawn(|| write(file, begin, from_age));
        let packed = fill(plain, plan, heads, source);
        (packed, joined(encrypting.join()), joined(writing.join()))
    });
    let (sums, length) = first_cause(packed, encrypted, written, path)?;
    if length != bytes {
        return Err(SealError::on(path)(io::Error::other("a part has not the size that was computed")));
    }
    let part =
        WrittenPart { level: plan.level, bytes, sha256: sums.sha256.finish(), crc32: sums.crc32.finalize() };
    file.write_all_at(&part.head()?.local_header(), at).map_err(SealError::on(path))?;
    Ok(part)
}

/// Size of the zip that is encrypted.
fn plain_bytes(plan: &PartPlan<'_>, heads: &[Head]) -> Result<u64, SealError> {
    let mut directory = Directory::new();
    for (name, bytes) in &plan.documents {
        directory.add(Head::of(name.as_str(), bytes)?)?;
    }
    for head in heads {
        directory.add(head.clone())?;
    }
    let mut bytes = directory.offset();
    directory.write(|piece| {
        bytes += piece.len() as u64;
        Ok::<_, SealError>(())
    })?;
    Ok(bytes)
}

/// Size of age's payload for so many plain bytes, without header and nonce.
fn payload_bytes(plain: u64) -> u64 {
    plain + plain.div_ceil(AGE_CHUNK_BYTES).max(1) * AGE_TAG_BYTES
}

/// Packs documents and artifacts, and checks the artifacts on the way.
fn fill(
    output: PipeWriter,
    plan: &PartPlan<'_>,
    heads: Vec<Head>,
    source: &mut dyn Source,
) -> Result<(), SealError> {
    let mut packer = Packer::new(output);
    for (name, bytes) in &plan.documents {
        packer.add(name, bytes)?;
    }
    for (artifact, head) in plan.artifacts.iter().zip(heads) {
        let entry = source.entry(artifact)?;
        let mut check = ContentCheck::new(entry.packing, artifact.bytes);
        packer.begin(head)?;
        source.copy(artifact, &mut |bytes| {
            check.update(bytes).map_err(|_| SealError::Changed(artifact.path.clone()))?;
            Ok(packer.put(bytes)?)
        })?;
        if !check.holds(&entry, artifact).unwrap_or(false) {
            return Err(SealError::Changed(artifact.path.clone()));
        }
    }
    packer.finish()?.finish().map_err(|error| SealError::Pack(PackError::Write(error)))
}

fn encrypt(mut plain: PipeReader, mut encrypted: Encrypted<Counted>) -> io::Result<()> {
    while let Some(block) = plain.block()? {
        encrypted.write_all(&block)?;
    }
    encrypted.finish()?.inner.finish()
}

struct WrittenSums {
    sha256: Hasher,
    crc32: crc32fast::Hasher,
}

fn write(file: &File, begin: u64, mut encrypted: PipeReader) -> io::Result<(WrittenSums, u64)> {
    let mut sums = WrittenSums { sha256: Hasher::default(), crc32: crc32fast::Hasher::new() };
    let mut length = 0;
    while let Some(block) = encrypted.block()? {
        file.write_all_at(&block, begin + length)?;
        sums.sha256.update(&block);
        sums.crc32.update(&block);
        length += block.len() as u64;
    }
    Ok((sums, length))
}

fn joined<T>(result: thread::Result<io::Result<T>>) -> io::Result<T> {
    result.unwrap_or_else(|_| Err(io::Error::other("a thread has ended unexpectedly")))
}

/// Three threads, and one of them knows what went wrong: the others only saw it go away.
fn first_cause(
    packed: Result<(), SealError>,
    encrypted: io::Result<()>,
    written: io::Result<(WrittenSums, u64)>,
    path: &Path,
) -> Result<(WrittenSums, u64), SealError> {
    let is_follower = |error: &SealError| match error {
        SealError::Pack(PackError::Write(error)) => is_consequence(error),
        _ => false,
    };
    match (packed, encrypted, written) {
        (Err(error), ..) if !is_follower(&error) => Err(error),
        (_, _, Err(error)) if !is_consequence(&error) => Err(SealError::on(path)(error)),
        (_, Err(error), _) => Err(SealError::on(path)(error)),
        (Err(error), ..) => Err(error),
        (Ok(()), Ok(()), written) => written.map_err(SealError::on(path)),
    }
}

/// Counts what age writes: its header is there before the first plain byte.
struct Counted {
    inner: PipeWriter,
    bytes: Arc<AtomicU64>,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes.fetch_add(written as u64, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
