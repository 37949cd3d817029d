//! The artifact that is being delivered: gathered into chunks, which are hashed and compressed on the pool.

use std::sync::Arc;

use candor_manifest::Level;

use crate::archive::Method;
use crate::compressor::{BUFFER_BYTES, CHUNK_BYTES, Chunk, Compressor};
use crate::deflate::Deflater;
use crate::digest::{Digest, Hashing, Sums};
use crate::entries::{Finished, Piece, header_bytes};
use crate::redactions::Redactions;
use crate::tail::{Tail, Ticket};

/// Room for a local header: 30 bytes and a path.
pub(crate) const RECORD_HEAD_BYTES: usize = 640;
/// Stored data are handed on in pieces of at least this size.
const STORED_BYTES: usize = 128 * 1024;

/// An artifact that was begun and not ended.
pub(crate) struct OpenArtifact {
    pub(crate) folded: String,
    pub(crate) path: String,
    pub(crate) media_type: String,
    pub(crate) level: Level,
    pub(crate) method: Method,
    pub(crate) bytes: u64,
    /// What has come and not been handed on.
    pub(crate) gathered: Vec<u8>,
    /// Set once something was handed on before the end.
    pub(crate) streaming: Option<Streaming>,
}

/// What an artifact needs once a part of it was handed on.
pub(crate) struct Streaming {
    pub(crate) hashing: Arc<Hashing>,
}

pub(crate) fn finished(open: OpenArtifact, redactions: Redactions, digest: Digest) -> Finished {
    let OpenArtifact { path, media_type, level, method, bytes, .. } = open;
    Finished { path, media_type, level, redactions, method, bytes, digest }
}

pub(crate) fn make_whole(
    deflater: &mut Deflater,
    ticket: Ticket,
    mut open: OpenArtifact,
    redactions: Redactions,
    chunk: Arc<Chunk>,
    mut record: Vec<u8>,
) {
    let begin = usize::try_from(header_bytes(&open.path, false)).unwrap_or(usize::MAX);
    record.resize(begin, 0);
    if open.method == Method::Deflated && !deflater.whole(&chunk, &mut record) {
        open.method = Method::Stored;
    }
    if open.method == Method::Stored {
        record.truncate(begin);
        record.extend_from_slice(&chunk);
    }
    let finished = Box::new(finished(open, redactions, Sums::of(&chunk)));
    ticket.fulfil(Piece::Whole { finished, record, chunk });
}

/// Hands on all that has come, once it is worth a write of its own.
pub(crate) fn gather_stored(
    compressor: &Compressor,
    tail: &Arc<Tail>,
    open: &mut OpenArtifact,
    bytes: Vec<u8>,
) {
    gather(compressor, &mut open.gathered, bytes);
    let enough = if open.streaming.is_some() { STORED_BYTES } else { CHUNK_BYTES + 1 };
    if open.gathered.len() >= enough {
        let bytes = std::mem::take(&mut open.gathered);
        stream_stored(compressor, tail, open, bytes);
    }
}

/// Hands on full chunks, and always keeps something back, since the last piece of a stream is made differently. The
/// borders do not depend on how the data came, so that equal artifacts compress to equal bytes.
pub(crate) fn gather_deflated(
    compressor: &Compressor,
    tail: &Arc<Tail>,
    open: &mut OpenArtifact,
    bytes: Vec<u8>,
) {
    if open.gathered.len() + bytes.len() <= CHUNK_BYTES {
        return gather(compressor, &mut open.gathered, bytes);
    }
    let mut rest = &bytes[..];
    while open.gathered.len() + rest.len() > CHUNK_BYTES {
        let (fitting, after) = rest.split_at(CHUNK_BYTES - open.gathered.len());
        let mut chunk = roomy(compressor, std::mem::take(&mut open.gathered));
        chunk.extend_from_slice(fitting);
        stream_deflated(compressor, tail, open, chunk, false);
        rest = after;
    }
    open.gathered = roomy(compressor, Vec::new());
    open.gathered.extend_from_slice(rest);
    compressor.give_buffer(bytes);
}

/// Appends; the first bytes are taken over without a copy.
fn gather(compressor: &Compressor, gathered: &mut Vec<u8>, bytes: Vec<u8>) {
    if gathered.is_empty() {
        compressor.give_buffer(std::mem::replace(gathered, bytes));
        return;
    }
    if gathered.len() + bytes.len() > gathered.capacity() {
        *gathered = roomy(compressor, std::mem::take(gathered));
    }
    gathered.extend_from_slice(&bytes);
    compressor.give_buffer(bytes);
}

/// The same bytes in a buffer with room for a chunk.
fn roomy(compressor: &Compressor, bytes: Vec<u8>) -> Vec<u8> {
    if bytes.capacity() >= CHUNK_BYTES {
        return bytes;
    }
    let mut buffer = compressor.take_buffer(BUFFER_BYTES);
    buffer.extend_from_slice(&bytes);
    compressor.give_buffer(bytes);
    buffer
}

/// Begins the entry with the first piece.
fn streaming<'a>(compressor: &Compressor, tail: &Arc<Tail>, open: &'a mut OpenArtifact) -> &'a mut Streaming {
    open.streaming.get_or_insert_with(|| {
        tail.reserve().fulfil(Piece::Begin { path: open.path.clone(), method: open.method });
        Streaming { hashing: Hashing::new(compressor.clone()) }
    })
}

pub(crate) fn stream_stored(
    compressor: &Compressor,
    tail: &Arc<Tail>,
    open: &mut OpenArtifact,
    bytes: Vec<u8>,
) {
    let streaming = streaming(compressor, tail, open);
    let chunk = compressor.admit(bytes);
    streaming.hashing.push(Arc::clone(&chunk));
    tail.reserve().fulfil(Piece::Stored(chunk));
}

pub(crate) fn stream_deflated(
    compressor: &Compressor,
    tail: &Arc<Tail>,
    open: &mut OpenArtifact,
    bytes: Vec<u8>,
    last: bool,
) {
    let streaming = streaming(compressor, tail, open);
    let chunk = compressor.admit(bytes);
    streaming.hashing.push(Arc::clone(&chunk));
    let (ticket, buffers) = (tail.reserve(), compressor.clone());
    compressor.submit(Box::new(move |deflater| {
        let mut data = buffers.take_buffer(BUFFER_BYTES);
        deflater.piece(&chunk, last, &mut data);
        ticket.fulfil(Piece::Deflated { data, chunk });
    }));
}
