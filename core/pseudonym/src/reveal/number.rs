//! Pseudonyms of numbers.

use super::Kind;
use super::marked::{Shape, Site};
use crate::address::last_four;
use crate::number::MOST_DIGITS;
use crate::pseudonyms::Pseudonyms;

const UUID_LENGTHS: [usize; 2] = [36, 32];
const SID_PREFIX: &[u8] = b"S-1-5-21-";
const LONGEST_SID: usize = 128;
const LONGEST_IBAN: usize = 34;

impl Pseudonyms {
    pub(super) fn uuid_shape(&self, site: Site<'_>) -> Option<Shape> {
        UUID_LENGTHS.into_iter().find_map(|length| {
            let (start, text) = site.last(length)?;
            let original = self.uuid.decrypt(text).ok()?;
            Some(Shape { start, kind: Kind::Uuid, original })
        })
    }

    pub(super) fn sid_shape(&self, site: Site<'_>) -> Option<Shape> {
        let belongs = |byte: &&u8| byte.is_ascii_digit() || **byte == b'-';
        let length = 1 + site.before.iter().rev().take(LONGEST_SID).take_while(belongs).count();
        let (start, text) = site.last(length)?;
        if !text.get(..SID_PREFIX.len())?.eq_ignore_ascii_case(SID_PREFIX) {
            return None;
        }
        let original = self.sid.decrypt(text).ok()?;
        Some(Shape { start, kind: Kind::Sid, original })
    }

    pub(super) fn iban_shape(&self, site: Site<'_>) -> Option<Shape> {
        let (start, text) =
            site.run(LONGEST_IBAN, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())?;
        let original = self.iban.decrypt(text).ok()?;
        Some(Shape { start, kind: Kind::Iban, original })
    }

    pub(super) fn digits_shape(&self, site: Site<'_>) -> Option<Shape> {
        let (start, digits) = site.run(MOST_DIGITS, |byte| byte.is_ascii_digit())?;
        let plus = start.checked_sub(1).filter(|before| site.before.get(*before) == Some(&b'+'));
        let (start, text) = match plus {
            Some(plus) => (plus, site.before.get(plus..)?),
            None => (start, digits),
        };
        let original = self.digits.decrypt(text).ok()?;
        Some(Shape { start, kind: Kind::Digits, original })
    }

    /// Digits with separators.
    pub(super) fn enclosed_digits(&self, site: Site<'_>) -> Option<Shape> {
        let in_a_row = site.before.iter().all(|byte| byte.is_ascii_digit() || *byte == b'+');
        if in_a_row || last_four(site.before).is_some_and(|(start, ..)| start == 0) {
            return None;
        }
        let original = self.digits.decrypt(site.before).ok()?;
        Some(Shape { start: 0, kind: Kind::Digits, original })
    }

    /// Groups with separators.
    pub(super) fn enclosed_iban(&self, site: Site<'_>) -> Option<Shape> {
        if site.before.iter().all(u8::is_ascii_alphanumeric) {
            return None;
        }
        let original = self.iban.decrypt(site.before).ok()?;
        Some(Shape { start: 0, kind: Kind::Iban, original })
    }
}
