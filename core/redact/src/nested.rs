//! Base64 that is redacted inside while it passes.

use std::sync::Arc;

use crate::decode::Base64Stream;
use crate::engine::Engine;
use crate::redactor::Redactor;
use crate::stream::Removal;

/// A run of Base64, from its first character to its padding.
#[derive(Debug)]
pub(crate) struct Nested {
    stream: Base64Stream,
    redactor: Option<Redactor>,
    /// Offset in the artifact and line of the first character.
    offset: usize,
    line: u64,
    found: Vec<Removal>,
}

impl Nested {
    pub(crate) fn new(engine: &Arc<Engine>, depth: u8, offset: usize, line: u64) -> Self {
        let mut redactor = Redactor::inside(engine, depth + 1);
        redactor.remember_removals();
        Self { stream: Base64Stream::default(), redactor: Some(redactor), offset, line, found: Vec::new() }
    }

    /// Takes characters from `from` on. The index after the run, or in the error how far it reaches at least.
    pub(crate) fn advance(
        &mut self,
        text: &[u8],
        from: usize,
        last: bool,
        output: &mut Vec<u8>,
    ) -> Result<usize, usize> {
        let rest = &text[from..];
        let end = self.stream.length(rest);
        let padding = rest[end..].iter().take(2).take_while(|byte| **byte == b'=').count();
        // What follows decides whether this is the end, and how much padding there is.
        let ended = last || rest.len() >= end + 2;
        let (mut content, mut redacted) = (Vec::new(), Vec::new());
        self.stream.decode(&rest[..end], &mut content);
        if !ended {
            self.push(&content, &mut redacted);
            self.stream.encode(&redacted, output);
            return Err(from + end);
        }
        let last_group = self.stream.decode_rest(&mut content);
        self.push(&content, &mut redacted);
        if let Some(redactor) = self.redactor.take() {
            // Text that cannot be searched was not let through by `opens_text`.
            self.found = redactor.finish_removals(&mut redacted).unwrap_or_default();
        }
        self.stream.encode(&redacted, output);
        if self.found.is_empty() {
            // Nothing has changed, and the end may have been written in a way of its own.
            output.extend(last_group);
            output.extend(std::iter::repeat_n(b'=', padding));
        } else {
            // Whole groups need no padding, but what they became may.
            self.stream.encode_rest(padding > 0 || last_group.is_empty(), output);
        }
        Ok(from + end + padding)
    }

    fn push(&mut self, content: &[u8], redacted: &mut Vec<u8>) {
        if let Some(redactor) = &mut self.redactor
            && redactor.push(content, redacted).is_err()
        {
            self.redactor = None;
        }
    }

    /// What was found inside, as found where the run stands, which ends at offset `end`.
    pub(crate) fn into_findings(self, end: usize) -> Vec<Removal> {
        let here = |removal: Removal| Removal {
            offset: self.offset,
            line: self.line,
            length: end - self.offset,
            ..removal
        };
        self.found.into_iter().map(here).collect()
    }
}
