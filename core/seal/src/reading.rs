//! One part on its way from the disk: read and hashed by one thread, decrypted by another, unpacked by a third.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::thread;

use candor_manifest::Level;
use candor_trust::{Hasher, Identities, OpenError as KeyError};

use crate::documents::Part;
use crate::error::OpenError;
use crate::outer::Outside;
use crate::pipe::{PipeReader, PipeWriter, is_consequence, pipe};

/// Bytes that are read at a time.
const READ_BYTES: usize = 256 * 1024;

/// Reads a part and compares it with what the envelope says.
pub(crate) fn check_part(outside: &Outside, part: &Part) -> Result<(), OpenError> {
    match hash(&outside.file, outside.place(part)?, part, None) {
        Ok(true) => Ok(()),
        _ => Err(OpenError::Part(part.level)),
    }
}

/// What opening a part came to.
pub(crate) enum Decrypted<T> {
    /// What `unpack` made of it.
    Opened(T),
    /// None of the keys fits.
    Closed,
}

/// Decrypts a part and hands its plain bytes to `unpack`. What that gives counts only when all of the part has been read and is the
/// one that the envelope names.
pub(crate) fn decrypt_part<T>(
    outside: &Outside,
    part: &Part,
    identities: &Identities,
    unpack: impl FnOnce(PipeReader) -> Result<T, OpenError>,
) -> Result<Decrypted<T>, OpenError> {
    let place = outside.place(part)?;
    let (to_age, encrypted) = pipe();
    let (to_unpack, plain) = pipe();
    let (unpacked, decrypted, same) = thread::scope(|scope| {
        let hashing = scope.spawn(|| hash(&outside.file, place, part, Some(to_age)));
        let decrypting = scope.spawn(|| decrypt(encrypted, to_unpack, identities));
        let unpacked = unpack(plain);
        (unpacked, decrypting.join(), hashing.join())
    });
    let ended = || Box::new(io::Error::other("a thread has ended unexpectedly")) as Box<_>;
    let failed = |source| OpenError::Decrypt { level: part.level, source };
    // A part that is not the right one says more than what is wrong in it.
    if matches!(same, Ok(Ok(false))) {
        return Err(OpenError::Part(part.level));
    }
    match decrypted.map_err(|_| failed(ended()))? {
        Err(KeyError::NoKey) => return Ok(Decrypted::Closed),
        Err(KeyError::Read(error)) if is_consequence(&error) => {}
        Err(error) => return Err(failed(Box::new(error))),
        Ok(()) => {}
    }
    let unpacked = unpacked?;
    match same.map_err(|_| failed(ended()))? {
        Ok(_) => Ok(Decrypted::Opened(unpacked)),
        Err(error) => Err(failed(Box::new(error))),
    }
}

/// Reads all of a part, passes it on where somebody wants it, and tells whether it is the one that the envelope names.
fn hash(
    file: &File,
    place: &candor_pack::Place,
    part: &Part,
    mut next: Option<PipeWriter>,
) -> io::Result<bool> {
    let (mut sha256, mut crc32) = (Hasher::default(), crc32fast::Hasher::new());
    let mut buffer = vec![0; READ_BYTES];
    let mut at = 0;
    while at < part.bytes {
        let wanted = usize::try_from(part.bytes - at).unwrap_or(usize::MAX).min(buffer.len());
        let read = file.read_at(&mut buffer[..wanted], place.offset + at)?;
        if read == 0 {
            return Ok(false);
        }
        sha256.update(&buffer[..read]);
        crc32.update(&buffer[..read]);
        // Whoever went away tells why; the rest is read all the same, to know whether the part is the right one.
        if next.as_mut().is_some_and(|next| next.write_all(&buffer[..read]).is_err()) {
            next = None;
        }
        at += read as u64;
    }
    if let Some(next) = next {
        // Likewise.
        let _ = next.finish();
    }
    Ok(sha256.finish() == part.sha256 && crc32.finalize() == place.head.crc32())
}

fn decrypt(encrypted: PipeReader, mut plain: PipeWriter, identities: &Identities) -> Result<(), KeyError> {
    let mut decrypted = identities.decrypt(encrypted)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = decrypted.read(&mut buffer).map_err(KeyError::Read)?;
        if read == 0 {
            return plain.finish().map_err(KeyError::Read);
        }
        plain.write_all(&buffer[..read]).map_err(KeyError::Read)?;
    }
}

/// For messages: what a part is of.
pub(crate) fn described(level: Level, error: &dyn std::error::Error) -> OpenError {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    OpenError::inside(level, causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}")))
}
