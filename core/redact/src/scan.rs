//! The same engine as a detector.

use std::sync::Arc;

use crate::engine::Engine;
use crate::redactor::Redactor;

/// Something that is still in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule that would remove it, or kind of the identifier: `aws-access-key`, `ipv4`.
    pub rule: String,
    /// Offset of its first byte.
    pub offset: usize,
    /// The line it starts in, from 1.
    pub line: usize,
    /// Its length in bytes.
    pub length: usize,
}

/// Rule id of a text that cannot be searched.
const UNSEARCHABLE: &str = "unsearchable";

/// Finds the secrets that the shipped rules know. What a [`Redactor`] left behind is no finding: a scan of its output
/// is empty.
///
/// A text that cannot be searched is one finding from end to end, with the rule `unsearchable`: it is no proof of
/// anything.
#[must_use]
pub fn scan(text: &[u8]) -> Vec<Finding> {
    Engine::secrets_only().scan(text)
}

pub(crate) fn scan_with(engine: &Arc<Engine>, text: &[u8]) -> Vec<Finding> {
    let mut redactor = Redactor::new(engine);
    redactor.remember_removals();
    let mut discarded = Vec::new();
    for piece in text.chunks(64 * 1024) {
        discarded.clear();
        if redactor.push(piece, &mut discarded).is_err() {
            break;
        }
    }
    let Ok(removals) = redactor.finish_removals(&mut discarded) else {
        return vec![Finding { rule: UNSEARCHABLE.to_owned(), offset: 0, line: 1, length: text.len() }];
    };
    removals
        .into_iter()
        .map(|removal| Finding {
            rule: engine.name_of(removal.label).to_owned(),
            offset: removal.offset,
            line: removal.line as usize,
            length: removal.length,
        })
        .collect()
}
