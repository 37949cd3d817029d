//! Translating pseudonyms back, wherever they stand in a text.

mod address;
mod kind;
mod marked;
mod name;
mod number;

pub use kind::Kind;

use std::borrow::Cow;

use crate::pseudonyms::Pseudonyms;
use crate::recognise::MARK;

/// A text with its pseudonyms translated back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revealed {
    /// The text with the originals in place of the pseudonyms. What is not this key's stays.
    pub text: Vec<u8>,
    /// Every pseudonym, in the order of the text.
    pub found: Vec<Found>,
}

/// A pseudonym in a text, and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// As it stands in the text, with its marks.
    pub pseudonym: String,
    /// What it is the pseudonym of.
    pub kind: Kind,
    /// The original, of users and hosts in lower case; `None` if another key made the pseudonym or it is damaged. Only names
    /// can tell: see [`Kind::proves_key`].
    pub original: Option<Vec<u8>>,
}

impl Revealed {
    /// The text for a person. Bytes that are not UTF-8 become replacement characters.
    pub fn display(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.text)
    }
}

/// A pseudonym that begins at `start` and ends at `end` of the text it was sought in.
struct Match {
    start: usize,
    end: usize,
    kind: Kind,
    original: Option<Vec<u8>>,
}

impl Pseudonyms {
    /// Translates every pseudonym in a text back: in a single value as well as in a whole log.
    pub fn reveal(&self, text: &[u8]) -> Revealed {
        let mut revealed = Revealed::default();
        let (mut done, mut at) = (0, 0);
        while at < text.len() {
            let Some(found) = self.match_at(text, done, at) else {
                at += 1;
                continue;
            };
            revealed.text.extend_from_slice(&text[done..found.start]);
            let pseudonym = &text[found.start..found.end];
            revealed.text.extend_from_slice(found.original.as_deref().unwrap_or(pseudonym));
            (done, at) = (found.end, found.end);
            let pseudonym = String::from_utf8_lossy(pseudonym).into_owned();
            revealed.found.push(Found { pseudonym, kind: found.kind, original: found.original });
        }
        revealed.text.extend_from_slice(&text[done..]);
        revealed
    }

    /// The pseudonym that begins at `at`, or whose closing mark stands there and that begins not before `done`.
    fn match_at(&self, text: &[u8], done: usize, at: usize) -> Option<Match> {
        match text.get(at)? {
            &MARK => self.marked_match(text, done, at),
            b'g' | b'h' | b'n' | b'p' | b's' | b'u' => self.name_match(text, at),
            b'4' | b'5' | b'F' => self.ipv6_match(text, at),
            _ => None,
        }
    }
}
