//! One text through the redactor, in the encoding that its beginning shows.

use std::sync::Arc;

use candor_container::Encoding;
use candor_redact::{Engine, RedactError, Redactor, Tally};

/// A redactor that is told the encoding: UTF-16 without a mark is hard to tell for one who sees less of it.
pub(crate) struct TextRedactor {
    redactor: Redactor,
    /// A mark that the text does not have.
    mark: &'static [u8],
    /// Bytes of it that are to be taken off again.
    surplus: usize,
}

impl TextRedactor {
    pub(crate) fn new(engine: &Arc<Engine>, encoding: Encoding, head: &[u8]) -> Self {
        let mark = missing_mark(encoding, head);
        Self { redactor: Redactor::new(engine), mark, surplus: mark.len() }
    }

    pub(crate) fn push(&mut self, bytes: &[u8], output: &mut Vec<u8>) -> Result<(), RedactError> {
        let start = output.len();
        let mark = std::mem::take(&mut self.mark);
        if !mark.is_empty() {
            self.redactor.push(mark, output)?;
        }
        self.redactor.push(bytes, output)?;
        self.take_off_mark(start, output);
        Ok(())
    }

    pub(crate) fn finish(mut self, output: &mut Vec<u8>) -> Result<Tally, RedactError> {
        let start = output.len();
        self.push(&[], output)?;
        let Self { redactor, surplus, .. } = self;
        let tally = redactor.finish(output)?;
        output.drain(start..start + surplus.min(output.len() - start));
        Ok(tally)
    }

    fn take_off_mark(&mut self, start: usize, output: &mut Vec<u8>) {
        let taken = self.surplus.min(output.len() - start);
        output.drain(start..start + taken);
        self.surplus -= taken;
    }
}

/// The mark that a text of this encoding could have and has not.
pub(crate) fn missing_mark(encoding: Encoding, head: &[u8]) -> &'static [u8] {
    let mark: &[u8] = match encoding {
        Encoding::Utf16Le => &[0xff, 0xfe],
        Encoding::Utf16Be => &[0xfe, 0xff],
        _ => &[],
    };
    if head.starts_with(mark) { &[] } else { mark }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_without_a_mark_is_redacted_and_gets_none() {
        let text = "ärger äöü ßßßß: password=hunter2-hunter2\n";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for cut in [1, 2, 3, 7, wide.len()] {
            let mut redactor = TextRedactor::new(&Engine::secrets_only(), Encoding::Utf16Le, &wide);
            let mut output = Vec::new();
            for piece in wide.chunks(cut) {
                redactor.push(piece, &mut output).unwrap();
            }
            assert_eq!(redactor.finish(&mut output).unwrap().total(), 1, "pieces of {cut}");
            let units = output.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
            let read: String = char::decode_utf16(units).map(Result::unwrap).collect();
            assert_eq!(read, "ärger äöü ßßßß: password=[removed:password]\n");
        }
    }
}
