//! Which texts can be redacted, and those that are transcoded for it.

/// Why an artifact cannot be redacted. The caller withholds it: what was not looked through does not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedactError {
    /// The text is in an encoding in which nothing would be found.
    #[error("text is encoded as {encoding}, which cannot be searched for secrets")]
    UnsupportedEncoding {
        /// Name of the encoding: `UTF-32`.
        encoding: &'static str,
    },
}

/// Bytes that decide about the encoding.
pub(crate) const SNIFFED: usize = 64;

/// How a text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// ASCII and whatever else there is in bytes from 0x80 on: UTF-8, Latin-1 and their kin.
    Bytes,
    /// Two bytes a unit, the low one first.
    Utf16Le,
    /// Two bytes a unit, the high one first.
    Utf16Be,
}

/// Looks at the first [`SNIFFED`] bytes of an artifact, or at all of a shorter one.
pub(crate) fn detect(head: &[u8]) -> Result<Encoding, RedactError> {
    match head {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => {
            Err(RedactError::UnsupportedEncoding { encoding: "UTF-32" })
        }
        [0xFF, 0xFE, ..] => Ok(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => Ok(Encoding::Utf16Be),
        _ => Ok(without_mark(head)),
    }
}

/// UTF-16 without a mark: every second byte of the head is zero, and none of the others.
fn without_mark(head: &[u8]) -> Encoding {
    let pairs = head.as_chunks::<2>().0;
    let count = |wanted: fn(&[u8; 2]) -> bool| pairs.iter().filter(|pair| wanted(pair)).count();
    let (low_first, high_first) =
        (count(|pair| pair[0] != 0 && pair[1] == 0), count(|pair| pair[0] == 0 && pair[1] != 0));
    let most = pairs.len() - pairs.len() / 8;
    match pairs.len() {
        0..4 => Encoding::Bytes,
        _ if low_first >= most => Encoding::Utf16Le,
        _ if high_first >= most => Encoding::Utf16Be,
        _ => Encoding::Bytes,
    }
}

/// Turns UTF-16 into UTF-8 and back. Surrogates without their other half pass as three bytes of their own, so that
/// every text comes back as it was.
#[derive(Debug)]
pub(crate) struct Utf16 {
    big_endian: bool,
    /// First byte of a unit whose second has not come.
    odd: Option<u8>,
    /// First unit of a pair whose second has not come.
    high: Option<u16>,
    /// First bytes of a character whose others have not come.
    character: Vec<u8>,
}

impl Utf16 {
    pub(crate) fn new(big_endian: bool) -> Self {
        Self { big_endian, odd: None, high: None, character: Vec::new() }
    }

    /// Appends `input` to `output` as UTF-8.
    pub(crate) fn decode(&mut self, input: &[u8], output: &mut Vec<u8>) {
        for byte in input {
            let Some(first) = self.odd.take() else {
                self.odd = Some(*byte);
                continue;
            };
            let pair = [first, *byte];
            self.unit(
                if self.big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) },
                output,
            );
        }
    }

    /// Appends what waits for more.
    pub(crate) fn finish_decoding(&mut self, output: &mut Vec<u8>) {
        if let Some(high) = self.high.take() {
            push_alone(high, output);
        }
    }

    fn unit(&mut self, unit: u16, output: &mut Vec<u8>) {
        if let Some(high) = self.high.take() {
            if let Some(Ok(character)) = char::decode_utf16([high, unit]).next()
                && character.len_utf16() == 2
            {
                output.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return;
            }
            push_alone(high, output);
        }
        match char::from_u32(u32::from(unit)) {
            Some(character) => output.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            None if unit < 0xDC00 => self.high = Some(unit),
            None => push_alone(unit, output),
        }
    }

    /// Appends `text`, which came from [`Utf16::decode`] in part, to `output` as UTF-16.
    pub(crate) fn encode(&mut self, text: &[u8], output: &mut Vec<u8>) {
        for byte in text {
            self.character.push(*byte);
            let length = match self.character[0] {
                0..0x80 => 1,
                0x80..0xE0 => 2,
                0xE0..0xF0 => 3,
                _ => 4,
            };
            if self.character.len() == length {
                self.put_character(output);
                self.character.clear();
            }
        }
    }

    /// Appends the byte that was over at the end of the input.
    pub(crate) fn finish_encoding(&mut self, output: &mut Vec<u8>) {
        output.extend(self.odd.take());
    }

    fn put_character(&self, output: &mut Vec<u8>) {
        let mut put = |unit: u16| {
            output.extend(if self.big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() });
        };
        match (std::str::from_utf8(&self.character), self.character.as_slice()) {
            (Ok(text), _) => text.encode_utf16().for_each(put),
            (Err(_), [first, second, third]) => put(u16::from(*first & 0x0F) << 12
                | u16::from(*second & 0x3F) << 6
                | u16::from(*third & 0x3F)),
            _ => put(0xFFFD),
        }
    }
}

/// A surrogate without its other half, in the three bytes that UTF-8 would have for it.
fn push_alone(unit: u16, output: &mut Vec<u8>) {
    let six = |shift: u16| (0x80 | (unit >> shift & 0x3F)) as u8;
    output.extend([(0xE0 | unit >> 12) as u8, six(6), six(0)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_texts_are_known_with_and_without_a_mark() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        assert_eq!(detect(&wide("password")), Ok(Encoding::Utf16Le));
        assert_eq!(detect(b"\xFF\xFEp\0"), Ok(Encoding::Utf16Le));
        assert_eq!(detect(b"\xFE\xFF\0p"), Ok(Encoding::Utf16Be));
        assert_eq!(detect(b"\0p\0a\0s\0s\0w"), Ok(Encoding::Utf16Be));
        assert!(detect(b"\xFF\xFE\0\0").is_err());
        for narrow in
            [&b"\xEF\xBB\xBFpassword"[..], b"plain", b"", b"\xFF", b"\0\0\0\0\0\0\0\0", b"A=1\0B=2\0C=3\0"]
        {
            assert_eq!(detect(narrow), Ok(Encoding::Bytes));
        }
    }

    #[test]
    fn every_text_comes_back_as_it_was_however_it_is_cut() {
        let mut units: Vec<u8> = "aÅ😀".encode_utf16().flat_map(u16::to_le_bytes).collect();
        units.extend([0x00, 0xD8, 0x41, 0x00, 0x00, 0xDC, 0x3D, 0xD8, 0x7F]);
        for cut in 0..=units.len() {
            let (mut utf16, mut text, mut back) = (Utf16::new(false), Vec::new(), Vec::new());
            utf16.decode(&units[..cut], &mut text);
            utf16.decode(&units[cut..], &mut text);
            utf16.finish_decoding(&mut text);
            let half = text.len() / 2;
            utf16.encode(&text[..half], &mut back);
            utf16.encode(&text[half..], &mut back);
            utf16.finish_encoding(&mut back);
            assert_eq!(back, units);
        }
    }
}
