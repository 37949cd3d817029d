//! Makes journal files for tests: small ones, in both forms, and broken ones.

use super::window::ReadAt;

/// One entry to be.
#[derive(Debug, Clone)]
pub(crate) struct SampleEntry {
    pub(crate) seqnum: u64,
    pub(crate) realtime: u64,
    pub(crate) boot: u8,
    /// Payloads with the flags that say how they are packed.
    pub(crate) fields: Vec<(u8, Vec<u8>)>,
}

impl SampleEntry {
    pub(crate) fn new(seqnum: u64, realtime: u64, boot: u8, fields: &[&str]) -> Self {
        Self {
            seqnum,
            realtime,
            boot,
            fields: fields.iter().map(|field| (0, field.as_bytes().to_vec())).collect(),
        }
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..));
        let rest = rest.unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

const HEADER: usize = 208;

struct Builder {
    bytes: Vec<u8>,
    compact: bool,
}

impl Builder {
    fn object(&mut self, kind: u8, flags: u8, body: &[u8]) -> u64 {
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        let offset = self.bytes.len() as u64;
        self.bytes.extend_from_slice(&[kind, flags, 0, 0, 0, 0, 0, 0]);
        self.bytes.extend_from_slice(&(body.len() as u64 + 16).to_le_bytes());
        self.bytes.extend_from_slice(body);
        offset
    }

    fn offset(&self, offset: u64) -> Vec<u8> {
        if self.compact { (offset as u32).to_le_bytes().to_vec() } else { offset.to_le_bytes().to_vec() }
    }

    fn data(&mut self, flags: u8, payload: &[u8]) -> u64 {
        let mut body = vec![0; if self.compact { 56 } else { 48 }];
        body[40] = 2;
        body.extend_from_slice(payload);
        self.object(1, flags, &body)
    }

    fn entry(&mut self, entry: &SampleEntry) -> u64 {
        let items: Vec<u64> =
            entry.fields.iter().map(|(flags, payload)| self.data(*flags, payload)).collect();
        let mut body = Vec::new();
        body.extend_from_slice(&entry.seqnum.to_le_bytes());
        body.extend_from_slice(&entry.realtime.to_le_bytes());
        body.extend_from_slice(&(entry.realtime / 2).to_le_bytes());
        body.extend_from_slice(&[entry.boot; 16]);
        body.extend_from_slice(&(entry.realtime ^ 0x5555).to_le_bytes());
        for item in items {
            body.extend(self.offset(item));
            if !self.compact {
                body.extend_from_slice(&[0; 8]);
            }
        }
        self.object(3, 0, &body)
    }
}

/// A journal file with the entries, `per_array` of them in each entry array.
pub(crate) fn journal(entries: &[SampleEntry], compact: bool, seqnum_id: u8, per_array: usize) -> Vec<u8> {
    let mut builder = Builder { bytes: vec![0; HEADER], compact };
    builder.bytes[..8].copy_from_slice(b"LPKSHHRH");
    let flags: u32 = 0b1011 | if compact { 1 << 4 } else { 0 };
    builder.bytes[12..16].copy_from_slice(&flags.to_le_bytes());
    builder.bytes[72..88].fill(seqnum_id);
    builder.bytes[88..96].copy_from_slice(&(HEADER as u64).to_le_bytes());
    builder.bytes[152..160].copy_from_slice(&(entries.len() as u64).to_le_bytes());
    let offsets: Vec<u64> = entries.iter().map(|entry| builder.entry(entry)).collect();
    let mut link = 176;
    for offsets in offsets.chunks(per_array) {
        let mut body = vec![0; 8];
        for offset in offsets {
            body.extend(builder.offset(*offset));
        }
        let array = builder.object(6, 0, &body);
        builder.bytes[link..link + 8].copy_from_slice(&array.to_le_bytes());
        link = array as usize + 16;
    }
    for (at, entry) in [(184, entries.first()), (192, entries.last())] {
        let realtime = entry.map_or(0, |entry| entry.realtime);
        builder.bytes[at..at + 8].copy_from_slice(&realtime.to_le_bytes());
    }
    builder.bytes
}
