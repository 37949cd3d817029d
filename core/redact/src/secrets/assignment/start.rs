//! Whether a key is the first thing in its line or text.

use memchr::{memrchr_iter, memrchr2};

use super::key_text::{KeyText, Quote};
use crate::site::Site;

/// Longest indentation and decoration before a key.
const LONGEST_LEAD: usize = 256;

/// Words that stand before a key without being a part of it.
const LEAD_WORDS: &[&str] = &[
    "export", "set", "const", "let", "var", "local", "readonly", "ENV", "ARG", "env", "declare", "typeset",
    "-x", "static", "final", "public", "private", "String", "string", "config", "option", "add", "default",
];

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::secrets) enum Start {
    /// At the start of a line, after so many blanks.
    Line { indent: usize },
    /// After an escaped line break in a quoted text of this nesting.
    EscapedLine { nesting: u32 },
    /// Right after the quote that opens a text.
    Text(Quote),
    /// Anywhere else.
    Running,
}

impl Start {
    pub(in crate::secrets) fn of(site: &Site<'_>, key: &KeyText) -> Self {
        if key.escape > 0 {
            return Self::EscapedLine { nesting: key.escape.trailing_zeros() };
        }
        if let Some(quote) = key.quote {
            let opens = site.in_quotes || quote.nesting() > 0 || quote.byte == b'\'';
            return if opens { Self::Text(quote) } else { Self::Running };
        }
        let from = key.start.saturating_sub(LONGEST_LEAD);
        let before = &site.text[from..key.start];
        match memrchr2(b'\n', 0, before) {
            Some(end) => line_start(&before[end + 1..]),
            None if site.first && from == 0 => line_start(before),
            None => None,
        }
        .or_else(|| escaped_line_start(before))
        .unwrap_or(Self::Running)
    }
}

/// `  export ` → a line's start with two blanks.
fn line_start(lead: &[u8]) -> Option<Start> {
    let lead = lead.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(lead);
    let indent = lead.iter().take_while(|byte| **byte == b' ').count();
    is_lead(lead).then_some(Start::Line { indent })
}

fn is_lead(lead: &[u8]) -> bool {
    lead.split(u8::is_ascii_whitespace).all(|word| {
        word.iter().all(|byte| b"#;/*->$+!@%".contains(byte))
            || LEAD_WORDS.iter().any(|known| known.as_bytes() == word)
    })
}

/// `…\n  export ` → a line's start in a quoted text.
fn escaped_line_start(before: &[u8]) -> Option<Start> {
    let breaks = |at: &usize| matches!(before.get(at + 1), Some(b'n' | b'r'));
    let line_break = memrchr_iter(b'\\', before).find(breaks)?;
    let backslashes = before[..=line_break].iter().rev().take_while(|byte| **byte == b'\\').count();
    let lead = &before[line_break + 2..];
    is_lead(lead).then(|| Start::EscapedLine { nesting: backslashes.trailing_zeros() })
}
