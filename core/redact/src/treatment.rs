//! What takes the place of an identifier.

use crate::engine::Engine;
use crate::kind::{Kind, Treatment};
use crate::mark;
use crate::pseudonym;
use crate::site::{Form, Found};

/// Places for pseudonyms that were made lately. One that falls on the place of another takes it.
const PLACES: usize = 1024;
/// Bytes of an identifier and its pseudonym together. Longer ones are not remembered.
const ROOM: usize = 112;

/// Pseudonyms that were made lately: encryption is slow beside a search.
#[derive(Debug, Default)]
pub(crate) struct Cache(Vec<Remembered>);

/// An identifier and, behind it, its pseudonym.
#[derive(Debug, Clone, Copy)]
struct Remembered {
    /// `None` in a place that is free.
    what: Option<(Kind, Form)>,
    spelled: u8,
    /// Bytes of the pseudonym; none when it can have none.
    pseudonym: u8,
    bytes: [u8; ROOM],
}

impl Remembered {
    const FREE: Self = Self { what: None, spelled: 0, pseudonym: 0, bytes: [0; ROOM] };

    /// The pseudonym, if this is what is remembered.
    fn of(&self, spelled: &[u8], kind: Kind, form: Form) -> Option<&[u8]> {
        let (own, rest) = self.bytes.split_at(usize::from(self.spelled));
        (own == spelled && self.what == Some((kind, form))).then(|| &rest[..usize::from(self.pseudonym)])
    }

    fn set(&mut self, spelled: &[u8], kind: Kind, form: Form, pseudonym: &[u8]) {
        let length = spelled.len() + pseudonym.len();
        if let Some(room) = self.bytes.get_mut(..length) {
            let (own, rest) = room.split_at_mut(spelled.len());
            own.copy_from_slice(spelled);
            rest.copy_from_slice(pseudonym);
            self.what = Some((kind, form));
            (self.spelled, self.pseudonym) = (spelled.len() as u8, pseudonym.len() as u8);
        }
    }
}

impl Cache {
    /// The place of an identifier.
    fn place(&mut self, spelled: &[u8], kind: Kind) -> &mut Remembered {
        if self.0.is_empty() {
            self.0.resize(PLACES, Remembered::FREE);
        }
        let (words, rest) = spelled.as_chunks::<8>();
        let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x517C_C1B7_2722_0A95);
        let hash = words.iter().fold(kind as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
        let hash = mix(hash, rest.iter().fold(1, |all, byte| all << 8 | u64::from(*byte)));
        &mut self.0[(hash >> 40) as usize % PLACES]
    }
}

/// What is done with one identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Treated {
    Stays,
    Replaced,
}

impl Engine {
    /// Appends what takes the place of `found` to `output`, unless it stays.
    pub(crate) fn treat(
        &self,
        text: &[u8],
        found: &Found,
        cache: &mut Cache,
        output: &mut Vec<u8>,
    ) -> Treated {
        let mut spelled = &text[found.start..found.end];
        let mut as_given = *found;
        if let Form::Known { index } = found.form
            && let Some(value) = self.known.get(index)
        {
            (spelled, as_given.form) = (value.given.as_bytes(), Form::Usual);
        }
        let replaced = match self.treatment(found.kind) {
            Treatment::Keep => return Treated::Stays,
            _ if !self.kept.is_empty() && self.kept.contains(&spelled.to_ascii_lowercase()) => {
                return Treated::Stays;
            }
            Treatment::Remove => false,
            Treatment::Pseudonym => self.pseudonym(spelled, &as_given, cache, output),
        };
        if !replaced {
            // Removed by the policy, or too short or too long to be hidden by a pseudonym.
            output.extend_from_slice(&mark::in_place(text, found.start, found.end, found.kind.as_str()));
        }
        Treated::Replaced
    }

    fn pseudonym(&self, spelled: &[u8], found: &Found, cache: &mut Cache, output: &mut Vec<u8>) -> bool {
        let form = found.relative_form();
        let place = cache.place(spelled, found.kind);
        if let Some(pseudonym) = place.of(spelled, found.kind, form) {
            output.extend_from_slice(pseudonym);
            return !pseudonym.is_empty();
        }
        let start = output.len();
        let made = pseudonym::write(&self.pseudonyms, spelled, found, output);
        place.set(spelled, found.kind, form, &output[start..]);
        made
    }
}
