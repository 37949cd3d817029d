//! `cGFzc3dvcmQ9aHVudGVyMg==`: Base64 that holds text. It is redacted inside and encoded again, however long it is.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::anchors::Classes;
use crate::detector::Detector;
use crate::site::{More, REACH, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at("base64", Classes::LONG, examine);

/// Which two characters stand beside letters and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    /// `+` and `/`
    Standard,
    /// `-` and `_`
    UrlSafe,
}

/// Characters that decide whether text is inside.
const SNIFFED: usize = 16;

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_padding_mode(DecodePaddingMode::RequireNone)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    if opens_text(site.ahead(site.at, SNIFFED)?) {
        return Ok(Verdict::Base64 { start: site.at });
    }
    let before = site.behind(site.at, REACH).iter().rev().take_while(|byte| is_character(**byte)).count();
    let start = site.at - before;
    if before > 0 && opens_text(site.ahead(start, SNIFFED)?) {
        return Ok(Verdict::Base64 { start });
    }
    let length = site.run(site.at, REACH, is_character)?;
    Ok(Verdict::Pass { resume: site.at + length })
}

/// A character of either alphabet.
fn is_character(byte: u8) -> bool {
    VALUES[usize::from(byte)] != NONE
}

/// True when these first characters of a run decode to what text starts with: printable ASCII, or that in UTF-16.
pub(crate) fn opens_text(head: &[u8]) -> bool {
    if head.len() < SNIFFED || !may_open_text(head) {
        return false;
    }
    let mut decoded = [0; SNIFFED];
    let Ok(length) =
        codec(head.iter().copied().find_map(alphabet_of)).decode_slice(&head[..SNIFFED], &mut decoded)
    else {
        return false;
    };
    let decoded = &decoded[..length];
    let printable = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    decoded.iter().all(printable) || is_wide(decoded)
}

/// False when the first six bytes, from eight characters, are no text already: nearly always, and quickly.
fn may_open_text(head: &[u8]) -> bool {
    let bits =
        head[..8].iter().fold(0_u64, |bits, byte| bits << 6 | u64::from(VALUES[usize::from(*byte)] & 63));
    let bytes = &bits.to_be_bytes()[2..];
    let printable = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    bytes.iter().all(printable) || bytes.iter().filter(|byte| **byte == 0).count() >= 2
}

/// Stands in [`VALUES`] for what is no character.
const NONE: u8 = 0xFF;

/// By character, what it stands for in either alphabet.
const VALUES: [u8; 256] = {
    let characters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < characters.len() {
        values[characters[value] as usize] = value as u8;
        value += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
};

/// `p\0a\0s\0s\0`, behind a byte order mark or not, in either order.
fn is_wide(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xFF\xFE").or_else(|| text.strip_prefix(b"\xFE\xFF")).unwrap_or(text);
    let zero_at =
        |offset: usize| text.iter().enumerate().all(|(index, byte)| (*byte == 0) == (index % 2 == offset));
    zero_at(0) || zero_at(1)
}

/// Decodes one run of Base64, and encodes what became of its content.
#[derive(Debug, Default)]
pub(crate) struct Base64Stream {
    /// Known from the first character that only one of them has.
    alphabet: Option<Alphabet>,
    /// Characters of a group that is not complete.
    group: Vec<u8>,
    /// Bytes that are not encoded yet.
    rest: Vec<u8>,
}

impl Base64Stream {
    /// How many of the first bytes of `text` belong to the run.
    pub(crate) fn length(&mut self, text: &[u8]) -> usize {
        let mut belongs = |byte: &u8| match alphabet_of(*byte) {
            None => byte.is_ascii_alphanumeric(),
            Some(alphabet) => *self.alphabet.get_or_insert(alphabet) == alphabet,
        };
        text.iter().position(|byte| !belongs(byte)).unwrap_or(text.len())
    }

    /// Takes characters of the run and appends what they stand for.
    pub(crate) fn decode(&mut self, characters: &[u8], decoded: &mut Vec<u8>) {
        self.group.extend_from_slice(characters);
        let whole = self.group.len() / 4 * 4;
        let rest = self.group.split_off(whole);
        let group = std::mem::replace(&mut self.group, rest);
        self.decode_groups(&group, decoded);
    }

    /// The last group, which may be incomplete, and what it stands for. A single character stands for nothing.
    pub(crate) fn decode_rest(&mut self, decoded: &mut Vec<u8>) -> Vec<u8> {
        let group = std::mem::take(&mut self.group);
        if group.len() > 1 {
            self.decode_groups(&group, decoded);
        }
        group
    }

    fn decode_groups(&self, groups: &[u8], decoded: &mut Vec<u8>) {
        // Every character is in the alphabet and no group is too short: this cannot fail.
        decoded.extend(codec(self.alphabet).decode(groups).unwrap_or_default());
    }

    /// Encodes what became of the content.
    pub(crate) fn encode(&mut self, content: &[u8], output: &mut Vec<u8>) {
        self.rest.extend_from_slice(content);
        let whole = self.rest.len() / 3 * 3;
        let rest = self.rest.split_off(whole);
        let ready = std::mem::replace(&mut self.rest, rest);
        output.extend(codec(self.alphabet).encode(ready).into_bytes());
    }

    /// Encodes the last bytes, with padding when `padded`.
    pub(crate) fn encode_rest(&mut self, padded: bool, output: &mut Vec<u8>) {
        let rest = std::mem::take(&mut self.rest);
        let encoded = codec(self.alphabet).encode(rest).into_bytes();
        let padding = (4 - encoded.len() % 4) % 4;
        output.extend(encoded);
        if padded {
            output.extend(std::iter::repeat_n(b'=', padding));
        }
    }
}

/// The length of the run of Base64 that starts `text`, with its padding, and what it stands for.
pub(crate) fn base64_content(text: &[u8]) -> (usize, Vec<u8>) {
    let (mut stream, mut content) = (Base64Stream::default(), Vec::new());
    let length = stream.length(text);
    stream.decode(&text[..length], &mut content);
    stream.decode_rest(&mut content);
    let padding = text[length..].iter().take(2).take_while(|byte| **byte == b'=').count();
    (length + padding, content)
}

/// The alphabet that alone has this character.
fn alphabet_of(byte: u8) -> Option<Alphabet> {
    match byte {
        b'+' | b'/' => Some(Alphabet::Standard),
        b'-' | b'_' => Some(Alphabet::UrlSafe),
        _ => None,
    }
}

fn codec(alphabet: Option<Alphabet>) -> &'static GeneralPurpose {
    match alphabet {
        Some(Alphabet::UrlSafe) => &URL_SAFE,
        _ => &STANDARD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_other_content() {
        assert!(opens_text(b"cGFzc3dvcmQ9aHVudGVyMg"));
        assert!(opens_text(b"cABhAHMAcwB3AG8AcgBkAA"));
        for other in
            [&b"iVBORw0KGgoAAAANSUhEUg"[..], b"systemdjournaldaemon", b"0123456789abcdef0123", b"short"]
        {
            assert!(!opens_text(other), "{other:?}");
        }
    }

    #[test]
    fn a_run_passes_unchanged_however_it_is_cut() {
        for text in ["cGFzc3dvcmQ9aHVudGVyMg", "cGFzc3dvcmQ9aHVudGVyMgo", "YWJj", "-_-_YWJjYQ"] {
            for cut in 0..=text.len() {
                let (mut stream, mut decoded, mut output) = (Base64Stream::default(), Vec::new(), Vec::new());
                assert_eq!(stream.length(text.as_bytes()), text.len());
                stream.decode(&text.as_bytes()[..cut], &mut decoded);
                stream.decode(&text.as_bytes()[cut..], &mut decoded);
                stream.decode_rest(&mut decoded);
                stream.encode(&decoded, &mut output);
                stream.encode_rest(false, &mut output);
                assert_eq!(String::from_utf8(output).as_deref(), Ok(text));
            }
        }
    }
}
