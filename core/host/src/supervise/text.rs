//! A text artifact on its way through the redactor, watched: what turns into binary data half way is no text.

use std::sync::Arc;

use candor_container::{Encoding, TextWatch};
use candor_redact::{Engine, Tally};

use crate::redaction::TextRedactor;

/// One text artifact.
pub(crate) struct Text {
    redactor: TextRedactor,
    watch: TextWatch,
}

impl Text {
    pub(crate) fn new(engine: &Arc<Engine>, encoding: Encoding, head: &[u8]) -> Self {
        Self { redactor: TextRedactor::new(engine, encoding, head), watch: TextWatch::new(encoding) }
    }

    /// Appends what is settled to `output`, or says why the artifact cannot be redacted.
    pub(crate) fn push(&mut self, bytes: &[u8], output: &mut Vec<u8>) -> Result<(), String> {
        if !self.watch.is_text(bytes) {
            return Err("it begins as text and goes on as binary data".to_owned());
        }
        self.redactor.push(bytes, output).map_err(|error| error.to_string())
    }

    /// Appends the rest, and says what was removed.
    pub(crate) fn finish(self, output: &mut Vec<u8>) -> Result<Tally, String> {
        self.redactor.finish(output).map_err(|error| error.to_string())
    }
}
