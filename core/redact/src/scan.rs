//! The same rules as a detector.

use memchr::memchr_iter;

use crate::redactor::Redactor;

/// A secret that is still in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule that would remove it: `password-value`.
    pub rule: &'static str,
    /// Offset of its first byte.
    pub offset: usize,
    /// The line it starts in, from 1.
    pub line: usize,
    /// Its length in bytes.
    pub length: usize,
}

/// Rule id of a text that cannot be searched.
const UNSEARCHABLE: &str = "unsearchable";

/// Finds what a [`Redactor`] would remove. What one left behind is no finding: `scan` of its output is empty.
///
/// A text in an encoding that cannot be searched is one finding from end to end, with the rule `unsearchable`: it is
/// no proof of anything.
#[must_use]
pub fn scan(text: &[u8]) -> Vec<Finding> {
    let mut redactor = Redactor::new();
    redactor.removals = Some(Vec::new());
    let mut discarded = Vec::new();
    for piece in text.chunks(64 * 1024) {
        discarded.clear();
        if redactor.push(piece, &mut discarded).is_err() {
            break;
        }
    }
    let Ok(removals) = redactor.finish_removals(&mut discarded) else {
        return vec![Finding { rule: UNSEARCHABLE, offset: 0, line: 1, length: text.len() }];
    };
    let (mut line, mut counted) = (1, 0);
    let mut findings = Vec::with_capacity(removals.len());
    for removal in removals {
        line += memchr_iter(b'\n', text.get(counted..removal.offset).unwrap_or_default()).count();
        counted = removal.offset;
        findings.push(Finding { rule: removal.rule, offset: removal.offset, line, length: removal.length });
    }
    findings
}
