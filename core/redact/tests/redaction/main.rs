//! The redactor from outside: what goes in, what comes out.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod bounds;
mod fixtures;
mod properties;
mod table;

use candor_redact::{RedactError, Redactor, Tally};

/// Redacts `input`, cut into pieces of `size` bytes.
fn redact_in_pieces(input: &[u8], size: usize) -> Result<(Vec<u8>, Tally), RedactError> {
    let mut redactor = Redactor::new();
    let mut output = Vec::new();
    for piece in input.chunks(size) {
        redactor.push(piece, &mut output)?;
    }
    let tally = redactor.finish(&mut output)?;
    Ok((output, tally))
}

/// Redacts `input` in one piece.
fn redact(input: &[u8]) -> (Vec<u8>, Tally) {
    redact_in_pieces(input, usize::MAX).expect("the text can be searched")
}
