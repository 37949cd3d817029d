//! Extra fields. All but times and large numbers are dropped: they hold owners, comments and names once more.

/// What is of use in the extra fields of one entry.
#[derive(Default)]
pub(super) struct Extra {
    /// The numbers of a zip64 field, in the order of the fields that they stand for.
    pub(super) large: Vec<u64>,
    /// Fields with times, ready to be written in both headers.
    pub(super) times: Vec<u8>,
}

const ZIP64: u16 = 1;
const NTFS: u16 = 0x000a;
const UNIX_TIMES: u16 = 0x5455;

/// Reads the fields as far as they are whole.
pub(super) fn parse(mut bytes: &[u8]) -> Extra {
    let mut extra = Extra::default();
    while let [a, b, c, d, rest @ ..] = bytes {
        let (tag, length) = (u16::from_le_bytes([*a, *b]), usize::from(u16::from_le_bytes([*c, *d])));
        let Some((field, rest)) = rest.split_at_checked(length) else { break };
        match tag {
            ZIP64 => extra.large = numbers(field),
            // Reserved, then the tag 1 with three times of 8 bytes.
            NTFS if length == 32 && field[4..8] == [1, 0, 24, 0] => {
                push(&mut extra.times, NTFS, &[&[0; 4], &field[4..]].concat());
            }
            // Only the time of change stands in both headers, so only that is taken.
            UNIX_TIMES if length >= 5 && field[0] & 1 != 0 => {
                push(&mut extra.times, UNIX_TIMES, &[&[1], &field[1..5]].concat());
            }
            _ => {}
        }
        bytes = rest;
    }
    extra
}

fn numbers(field: &[u8]) -> Vec<u64> {
    field.as_chunks().0.iter().map(|chunk| u64::from_le_bytes(*chunk)).collect()
}

/// The field that holds numbers too large for a header.
pub(super) fn zip64(numbers: &[u64]) -> Vec<u8> {
    let mut field = Vec::new();
    if !numbers.is_empty() {
        let values: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        push(&mut field, ZIP64, &values);
    }
    field
}

fn push(fields: &mut Vec<u8>, tag: u16, value: &[u8]) {
    fields.extend_from_slice(&tag.to_le_bytes());
    fields.extend_from_slice(&(value.len() as u16).to_le_bytes());
    fields.extend_from_slice(value);
}
