//! Unpacking the payload of data objects.

use std::io::Read;

use super::JournalError;

const XZ: u8 = 1;
const LZ4: u8 = 1 << 1;
const ZSTD: u8 = 1 << 2;

/// Most memory that unpacking a field may take. Old journals were written with dictionaries of 8 MiB.
const DICTIONARY_BYTES: u64 = 16 << 20;

/// What became of a payload.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unpacked {
    /// It stands in the buffer, whole.
    Whole,
    /// It is longer than allowed; the buffer holds its beginning.
    TooLong,
}

/// True when the flags of a data object say that its payload is packed.
pub(crate) fn is_packed(flags: u8) -> bool {
    flags & (XZ | LZ4 | ZSTD) != 0
}

/// Unpacks `payload` into `unpacked`, up to `limit` bytes.
///
/// # Errors
/// When the bytes are not what the flags say.
pub(crate) fn unpack(
    flags: u8,
    payload: &[u8],
    limit: usize,
    unpacked: &mut Vec<u8>,
) -> Result<Unpacked, JournalError> {
    unpacked.clear();
    match flags & (XZ | LZ4 | ZSTD) {
        ZSTD => {
            let decoder =
                ruzstd::decoding::StreamingDecoder::new_with_max_window_size(payload, DICTIONARY_BYTES);
            read_some(decoder.map_err(|_| JournalError::Unpack)?, limit, unpacked)
        }
        XZ => {
            let decoder =
                lzma_rust2::XzReader::new_mem_limit(payload, false, (DICTIONARY_BYTES >> 10) as u32);
            read_some(decoder, limit, unpacked)
        }
        LZ4 => unpack_lz4(payload, limit, unpacked),
        _ => Err(JournalError::Damaged("a field is packed in two ways")),
    }
}

fn read_some(reader: impl Read, limit: usize, unpacked: &mut Vec<u8>) -> Result<Unpacked, JournalError> {
    let read = reader.take(limit as u64 + 1).read_to_end(unpacked);
    read.map_err(|_| JournalError::Unpack)?;
    if unpacked.len() > limit {
        unpacked.truncate(limit);
        return Ok(Unpacked::TooLong);
    }
    Ok(Unpacked::Whole)
}

/// LZ4 blocks have the unpacked length before them, in eight bytes.
fn unpack_lz4(payload: &[u8], limit: usize, unpacked: &mut Vec<u8>) -> Result<Unpacked, JournalError> {
    let (length, block) = payload.split_first_chunk().ok_or(JournalError::Unpack)?;
    let stated = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let length = stated.min(limit);
    unpacked.resize(length, 0);
    match lz4_flex::block::decompress_into(block, unpacked) {
        Ok(count) if count == stated => Ok(Unpacked::Whole),
        // A block cannot be stopped half way: one that does not fit is left out, its name is recovered below.
        Err(_) if stated > limit => {
            unpacked.clear();
            unpacked.extend_from_slice(&first_literals(block));
            Ok(Unpacked::TooLong)
        }
        _ => Err(JournalError::Unpack),
    }
}

/// The literal bytes that an LZ4 block begins with: at the start of a field they hold its name.
fn first_literals(block: &[u8]) -> Vec<u8> {
    let mut at = 1;
    let mut count = block.first().map_or(0, |token| usize::from(token >> 4));
    if count == 15 {
        while let Some(more) = block.get(at) {
            count += usize::from(*more);
            at += 1;
            if *more != 255 {
                break;
            }
        }
    }
    let rest = block.get(at..).unwrap_or_default();
    rest[..count.min(rest.len()).min(4096)].to_vec()
}
