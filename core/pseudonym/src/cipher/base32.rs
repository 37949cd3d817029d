//! Base32 with the lower-case alphabet of RFC 4648, without padding.

const ALPHABET: [u8; 32] = *b"abcdefghijklmnopqrstuvwxyz234567";

/// The character of a numeral below 32.
pub(crate) fn character(numeral: u16) -> u8 {
    ALPHABET[usize::from(numeral & 31)]
}

/// The numeral of a character.
pub(crate) fn numeral(character: u8) -> Option<u16> {
    match character {
        b'a'..=b'z' => Some(u16::from(character - b'a')),
        b'2'..=b'7' => Some(u16::from(character - b'2') + 26),
        _ => None,
    }
}

/// Whether a byte belongs to the alphabet.
pub(crate) fn is_character(byte: u8) -> bool {
    numeral(byte).is_some()
}

/// The text of bytes; unused bits of the last character are zero.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut group = [0; 5];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = group.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for index in 0..(chunk.len() * 8).div_ceil(5) {
            text.push(char::from(character((bits >> (35 - 5 * index) & 31) as u16)));
        }
    }
    text
}

/// The bytes of a text whose length is a multiple of eight characters.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 8 * 5);
    for chunk in text.as_bytes().chunks(8) {
        let group: &[u8; 8] = chunk.try_into().ok()?;
        let mut bits = 0_u64;
        for character in group {
            bits = bits << 5 | u64::from(numeral(*character)?);
        }
        bytes.extend_from_slice(&bits.to_be_bytes()[3..]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_vectors_of_rfc_4648() {
        for (bytes, text) in [("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foob", "mzxw6yq")] {
            assert_eq!(encode(bytes.as_bytes()), text);
        }
        assert_eq!(encode(b"fooba"), "mzxw6ytb");
        assert_eq!(decode("mzxw6ytb").as_deref(), Some(&b"fooba"[..]));
        assert_eq!(decode("mzxw6yt"), None);
        assert_eq!(decode("mzxw6yt1"), None);
    }
}
