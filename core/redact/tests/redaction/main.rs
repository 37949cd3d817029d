//! The redactor from outside: what goes in, what comes out.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod beside;
mod bounds;
mod cases;
mod code;
mod fixtures;
mod properties;
mod table;
mod tables;

use candor_redact::{Engine, Finding, RedactError, Redactor, Tally};

/// Redacts `input`, cut into pieces of `size` bytes.
fn redact_in_pieces(input: &[u8], size: usize) -> Result<(Vec<u8>, Tally), RedactError> {
    let mut redactor = Redactor::new(&Engine::secrets_by_place());
    let mut output = Vec::new();
    for piece in input.chunks(size) {
        redactor.push(piece, &mut output)?;
    }
    let tally = redactor.finish(&mut output)?;
    Ok((output, tally))
}

/// `«id»` → `[removed:id]`, and `‹id›` → `removed:id`.
fn with_marks(text: &str) -> String {
    text.replace('«', "[removed:").replace('»', "]").replace('‹', "removed:").replace('›', "")
}

/// What the same engine finds in `text`.
fn scan(text: &[u8]) -> Vec<Finding> {
    Engine::secrets_by_place().scan(text)
}

/// Redacts `input` in one piece.
fn redact(input: &[u8]) -> (Vec<u8>, Tally) {
    redact_in_pieces(input, usize::MAX).expect("the text can be searched")
}
