//! The second scan: finds what is still in a finished text.
//!
//! It shares the judges with the redactor, which decide what a place in a text is, and nothing of how the redactor
//! comes to the places: no masks, no filter, no window that moves, no state that is carried along but the columns of a
//! table. It sees a text, or large parts of one, whole, and goes from byte to byte.

mod search;

use std::io::{self, Read};
use std::sync::Arc;

use memchr::memchr_iter;

use crate::encoding::{Encoding, RedactError, Utf16, detect};
use crate::engine::Engine;
use crate::scan::Finding;
use crate::secrets::Table;
use search::Search;

/// Bytes that are looked at as one text.
const PART: usize = 4 << 20;
/// Bytes before a part that are seen with it.
const OVERLAP: usize = 64 << 10;
/// So many findings are enough to stop: one is too many.
const ENOUGH_FINDINGS: usize = 1000;

impl Engine {
    /// Finds what a text still holds that this engine would replace, as slowly and plainly as can be. What the policy
    /// keeps is no finding, and neither are marks and pseudonyms.
    ///
    /// # Errors
    /// When the text cannot be read, or is in an encoding that cannot be searched.
    pub fn check(self: &Arc<Self>, text: &mut dyn Read) -> Result<Vec<Finding>, CheckError> {
        let mut head = Vec::new();
        text.take(PART as u64).read_to_end(&mut head)?;
        let mut utf16 = match detect(&head[..head.len().min(crate::encoding::SNIFFED)])? {
            Encoding::Bytes => None,
            Encoding::Utf16Le => Some(Utf16::new(false)),
            Encoding::Utf16Be => Some(Utf16::new(true)),
        };
        let mut findings = Vec::new();
        // The part's offset in the text, its line, and where in it the search goes on.
        let (mut part, mut base, mut line, mut from) = (Vec::new(), 0, 1, 0);
        // A table may have more rows than a part, and a key more lines.
        let (mut table, mut key_part) = (None, None);
        let mut next = head;
        loop {
            let last = next.is_empty();
            match &mut utf16 {
                Some(utf16) if last => utf16.finish_decoding(&mut part),
                Some(utf16) => utf16.decode(&next, &mut part),
                None => part.extend_from_slice(&next),
            }
            let upto = if last { part.len() } else { part.len().saturating_sub(OVERLAP).max(from) };
            let mut search = Search::new(self, &part, base == 0, 0);
            (search.table, search.key_part) = (table.take(), key_part);
            search.run(from..upto, &mut |found| {
                let breaks = memchr_iter(b'\n', &part[from..found.start.max(from)]).count();
                findings.push(Finding {
                    rule: self.name_of(found.label).to_owned(),
                    offset: base + found.start,
                    line: line + breaks,
                    length: found.end - found.start,
                });
            });
            (table, key_part) = (search.table.take(), search.key_part);
            if last || findings.len() >= ENOUGH_FINDINGS {
                return Ok(findings);
            }
            line += memchr_iter(b'\n', &part[from..upto]).count();
            let cut = upto.saturating_sub(OVERLAP);
            table = table.map(|table: Box<Table>| Box::new(table.moved(0, cut)));
            key_part = key_part.and_then(|end: usize| end.checked_sub(cut));
            part.drain(..cut);
            base += cut;
            from = upto - cut;
            next.clear();
            text.take(PART as u64).read_to_end(&mut next)?;
        }
    }
}

/// Why a text could not be checked. It is no proof of anything then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The text could not be read.
    #[error("the text cannot be read")]
    Read(#[from] io::Error),
    /// The text cannot be searched.
    #[error(transparent)]
    Encoding(#[from] RedactError),
}
