//! Pseudonyms of names and hosts.

use super::{Kind, Match};
use crate::name::HOST;
use crate::pseudonyms::Pseudonyms;
use crate::recognise::{INFIX, name_at};

impl Pseudonyms {
    pub(super) fn name_match(&self, text: &[u8], start: usize) -> Option<Match> {
        let name = name_at(text, start)?;
        let pseudonym = &text[start..name.end];
        let (kind, original) = match name.kind {
            Some(kind) => {
                let body = pseudonym.get(kind.word().len() + 1 + INFIX.len()..)?;
                (Kind::Name(kind), self.names.decrypt(kind.tweak(), body).ok())
            }
            None => (Kind::Host, self.host_original(pseudonym)),
        };
        Some(Match { start, end: name.end, kind, original })
    }

    /// The labels of a host; none if one of them is not this key's.
    fn host_original(&self, pseudonym: &[u8]) -> Option<Vec<u8>> {
        let first = pseudonym.strip_prefix(HOST).and_then(|rest| rest.strip_prefix(b"-"));
        let labels = first.unwrap_or(pseudonym).split(|byte| *byte == b'.');
        let originals: Option<Vec<Vec<u8>>> =
            labels.map(|label| self.names.decrypt(HOST, label.strip_prefix(INFIX)?).ok()).collect();
        originals.map(|originals| originals.join(&b'.'))
    }
}
