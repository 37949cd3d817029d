//! Pseudonyms that end in the mark: what they are is told by their shape.

use super::{Kind, Match};
use crate::number::LONGEST_LAYOUT;
use crate::pseudonyms::Pseudonyms;
use crate::recognise::MARK;

/// What stands before a closing mark: the text in which the pseudonym begins, and the text behind the mark.
#[derive(Clone, Copy)]
pub(super) struct Site<'t> {
    pub(super) before: &'t [u8],
    pub(super) after: &'t [u8],
}

/// A pseudonym that begins at `start` of [`Site::before`].
pub(super) struct Shape {
    pub(super) start: usize,
    pub(super) kind: Kind,
    pub(super) original: Vec<u8>,
}

impl Pseudonyms {
    pub(super) fn marked_match(&self, text: &[u8], done: usize, mark: usize) -> Option<Match> {
        let site = Site { before: text.get(done..mark)?, after: text.get(mark + 1..)? };
        if site.after.first().is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        let shape = self.enclosed(site).or_else(|| self.shape(site))?;
        let Shape { start, kind, original } = shape;
        Some(Match { start: done + start, end: mark + 1, kind, original: Some(original) })
    }

    /// A pseudonym with a mark on both sides.
    fn enclosed(&self, site: Site<'_>) -> Option<Shape> {
        let floor = site.before.len().saturating_sub(LONGEST_LAYOUT + 1);
        let start = floor + site.before.get(floor..)?.iter().rposition(|byte| *byte == MARK)?;
        let site = Site { before: site.before.get(start + 1..)?, after: site.after };
        let shape = self
            .enclosed_digits(site)
            .or_else(|| self.enclosed_iban(site))
            .or_else(|| self.enclosed_mac(site))
            .or_else(|| self.enclosed_ipv4(site))?;
        Some(Shape { start, ..shape })
    }

    /// A pseudonym whose shape shows where it begins. What could be the tail of another comes behind it.
    fn shape(&self, site: Site<'_>) -> Option<Shape> {
        self.kernel_shape(site)
            .or_else(|| self.ipv6_zone(site))
            .or_else(|| self.ipv4_zone(site))
            .or_else(|| self.uuid_shape(site))
            .or_else(|| self.sid_shape(site))
            .or_else(|| self.ipv6_shape(site))
            .or_else(|| self.mac_shape(site))
            .or_else(|| self.ipv4_shape(site))
            .or_else(|| self.iban_shape(site))
            .or_else(|| self.digits_shape(site))
    }
}

impl<'t> Site<'t> {
    /// The last bytes as far as `belongs` says, and where they begin; `None` if they are more than `most` or begin within
    /// a word.
    pub(super) fn run(self, most: usize, belongs: impl Fn(u8) -> bool) -> Option<(usize, &'t [u8])> {
        let length = self.before.iter().rev().take(most + 1).take_while(|byte| belongs(**byte)).count();
        if length == 0 || length > most {
            return None;
        }
        self.last(length)
    }

    /// The last `length` bytes and where they begin; `None` if they begin within a word.
    pub(super) fn last(self, length: usize) -> Option<(usize, &'t [u8])> {
        let start = self.before.len().checked_sub(length)?;
        let begins = !start.checked_sub(1).is_some_and(|before| self.before[before].is_ascii_alphanumeric());
        begins.then(|| (start, &self.before[start..]))
    }
}
