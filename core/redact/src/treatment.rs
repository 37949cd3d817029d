//! What takes the place of an identifier.

use crate::engine::Engine;
use crate::kind::{Kind, Treatment};
use crate::mark;
use crate::pseudonym;
use crate::site::{Form, Found};

/// Places for pseudonyms that were made lately. One that falls on the place of another takes it.
const PLACES: usize = 1024;
/// Longest identifier that is remembered.
const LONGEST: usize = 128;

/// Pseudonyms that were made lately: encryption is slow beside a search.
#[derive(Debug, Default)]
pub(crate) struct Cache(Vec<Option<Box<Remembered>>>);

#[derive(Debug)]
struct Remembered {
    kind: Kind,
    form: Form,
    spelled: Vec<u8>,
    /// `None` when it can have none.
    pseudonym: Option<Vec<u8>>,
}

impl Cache {
    /// The place of an identifier.
    fn place(&mut self, spelled: &[u8], kind: Kind) -> &mut Option<Box<Remembered>> {
        if self.0.is_empty() {
            self.0.resize_with(PLACES, || None);
        }
        let seed = kind as u64;
        let hash = spelled.chunks(8).fold(seed, |hash, chunk| {
            let word = chunk.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte));
            (hash.rotate_left(5) ^ word).wrapping_mul(0x517C_C1B7_2722_0A95)
        });
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
            output.extend(mark::in_place(text, found.start, found.end, found.kind.as_str()));
        }
        Treated::Replaced
    }

    fn pseudonym(&self, spelled: &[u8], found: &Found, cache: &mut Cache, output: &mut Vec<u8>) -> bool {
        let form = found.relative_form();
        let place = cache.place(spelled, found.kind);
        let known = |one: &&Remembered| one.kind == found.kind && one.form == form && one.spelled == spelled;
        if let Some(remembered) = place.as_deref().filter(known) {
            output.extend(remembered.pseudonym.iter().flatten());
            return remembered.pseudonym.is_some();
        }
        let pseudonym = pseudonym::of(&self.pseudonyms, spelled, found);
        output.extend(pseudonym.iter().flatten());
        let made = pseudonym.is_some();
        if spelled.len() <= LONGEST {
            let remembered = Remembered { kind: found.kind, form, spelled: spelled.to_vec(), pseudonym };
            *place = Some(Box::new(remembered));
        }
        made
    }
}
