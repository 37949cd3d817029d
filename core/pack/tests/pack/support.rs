//! A small zip, and all that a reader gets out of one.

use std::io::Read;

use candor_pack::{UnpackError, Unpacker};

pub const ENTRIES: [(&str, &[u8]); 3] = [
    ("request.json", b"{\"a\":1}"),
    ("artifacts/ü/empty", b""),
    ("statement.txt", b"We ask for:\nnothing.\n"),
];

pub fn small() -> Vec<u8> {
    candor_pack::pack(ENTRIES).unwrap()
}

/// Names and contents, by the reader of streams.
pub fn streamed(zip: &[u8]) -> Result<Vec<(String, Vec<u8>)>, UnpackError> {
    let mut unpacker = Unpacker::new(zip, 100);
    let mut all = Vec::new();
    while let Some(head) = unpacker.next_entry()? {
        let mut content = Vec::new();
        unpacker.read_to_end(&mut content).map_err(UnpackError::Read)?;
        all.push((head.name().to_owned(), content));
    }
    Ok(all)
}

/// Names and contents, by the reader of small zips.
pub fn unpacked(zip: &[u8]) -> Result<Vec<(String, Vec<u8>)>, UnpackError> {
    let entries = candor_pack::unpack(zip, 100)?;
    Ok(entries.into_iter().map(|entry| (entry.name, entry.content.to_vec())).collect())
}
