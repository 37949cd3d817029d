//! Known values, ready to be matched.

use std::sync::Arc;

use candor_pseudonym::recognise;

use crate::anchors::{WordTableBuilder, fold};
use crate::engine::KNOWN_SECRET;
use crate::identifiers;
use crate::kind::Kind;
use crate::known::{Known, KnownValues};
use crate::mark;
use crate::policy::Policy;
use crate::site::{Form, Found, More, Site, Verdict};
use crate::skip::Skip;

/// A known value in one spelling.
#[derive(Debug)]
pub(crate) struct KnownValue {
    pub(crate) known: Known,
    /// As it was given: its pseudonym is made of this, however it is spelled.
    pub(crate) given: Arc<str>,
    /// As it stands in a text, in the encoding of that.
    pub(crate) text: Vec<u8>,
    /// Offset of its first letter or digit.
    offset: usize,
    /// Letters match in any case.
    any_case: bool,
}

/// All spellings, the longest first.
#[derive(Debug, Default)]
pub(crate) struct KnownTable(Vec<KnownValue>);

/// Names that machines have by default or by standard, which tell nothing.
const COMMON: &[&str] = &["localhost", "localhost.localdomain", "localdomain", "root", "nobody"];

impl KnownTable {
    pub(crate) fn new(values: &KnownValues, policy: &Policy) -> Self {
        let kept = |text: &str| policy.words.keep.iter().any(|word| word.eq_ignore_ascii_case(text));
        let mut table = Vec::new();
        for (known, text) in values.iter() {
            let identifier = known != Known::Secret;
            if identifier && (kept(text) || COMMON.contains(&text.to_lowercase().as_str())) {
                continue;
            }
            let given: Arc<str> = Arc::from(text);
            for text in spellings(known, text) {
                let offset = text.iter().position(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
                let Some(offset) = offset else { continue };
                let given = Arc::clone(&given);
                table.push(KnownValue { known, given, text, offset, any_case: ignores_case(known) });
            }
        }
        table.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.text.cmp(&b.text)));
        Self(table)
    }

    pub(crate) fn register(&self, words: &mut WordTableBuilder, first: u32) {
        for (index, value) in self.0.iter().enumerate() {
            words.add_whole(&value.text[value.offset..], first + index as u32);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&KnownValue> {
        self.0.get(index)
    }
}

impl KnownValue {
    /// Where the value stands when its first letter or digit is at `at`, with no letter or digit around it.
    pub(crate) fn at(&self, text: &[u8], at: usize) -> Option<(usize, usize)> {
        let start = at.checked_sub(self.offset)?;
        let end = start + self.text.len();
        let found = text.get(start..end)?;
        let same = |(a, b): (&u8, &u8)| if self.any_case { fold(*a) == fold(*b) } else { a == b };
        let is_word =
            |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
        // The mark behind a pseudonym separates as little as what it stands for did.
        let mut before = start.checked_sub(1);
        if before.is_some_and(|index| text[index] == b'~') {
            before = start.checked_sub(2).filter(|index| is_word(text.get(*index)));
        }
        let before = before.and_then(|index| text.get(index));
        let joined_before = is_word(before) && is_word(found.first());
        let joined_behind = is_word(found.last()) && is_word(text.get(end));
        let alone = !joined_before && !joined_behind;
        (alone && found.iter().zip(&self.text).all(same)).then_some((start, end))
    }
}

/// Names of people and wireless networks, serial numbers and ids are the same in any case.
fn ignores_case(known: Known) -> bool {
    !matches!(known, Known::Secret | Known::Identifier(Kind::Host | Kind::User | Kind::Word))
}

/// The value as texts of several encodings and habits write it.
fn spellings(known: Known, text: &str) -> Vec<Vec<u8>> {
    let mut all = vec![text.to_owned()];
    if known == Known::Identifier(Kind::Person) {
        all.extend(orders(text));
    }
    if known != Known::Secret {
        all.extend([text.to_lowercase(), text.to_uppercase()]);
        // As URLs, file names and addresses have it.
        for joint in ["%20", "+", "_", "-", "."] {
            let joined: Vec<String> =
                all.iter().filter(|text| text.contains(' ')).map(|text| text.replace(' ', joint)).collect();
            all.extend(joined);
        }
    }
    // As SQL and XML have it.
    for apostrophe in ["''", "&apos;", "&#39;", "\\'"] {
        let escaped: Vec<String> =
            all.iter().filter(|text| is_single(text)).map(|text| text.replace('\'', apostrophe)).collect();
        all.extend(escaped);
    }
    if known == Known::Identifier(Kind::Mac) {
        let bare: Vec<String> = all.iter().map(|text| text.replace([':', '-', '.'], "")).collect();
        all.extend(bare);
    }
    let latin = |text: &String| -> Option<Vec<u8>> {
        text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect()
    };
    let latin: Vec<Vec<u8>> = all.iter().filter(|text| !text.is_ascii()).filter_map(latin).collect();
    let mut all: Vec<Vec<u8>> = all.into_iter().map(String::into_bytes).chain(latin).collect();
    all.sort();
    all.dedup();
    all
}

/// True when one apostrophe stands between letters.
fn is_single(text: &str) -> bool {
    let mut parts = text.split('\'');
    let letters = |part: Option<&str>| part.is_some_and(|part| part.chars().any(char::is_alphanumeric));
    letters(parts.next()) && letters(parts.next()) && parts.next().is_none() && !text.contains(['&', '\\'])
}

/// The name with its last word first, and with an initial: `Doe, Jane`, `Doe Jane`, `J. Doe`. Initials alone and a login made of
/// both, such as `jdoe`, could be anybody's: as logins they are known by themselves.
fn orders(name: &str) -> Vec<String> {
    let Some((first, last)) = name.rsplit_once(' ') else { return Vec::new() };
    let initial = first.chars().next().filter(|_| last.chars().count() > 2);
    let initials = initial.map(|letter| format!("{letter}. {last}"));
    [format!("{last}, {first}"), format!("{last},{first}"), format!("{last} {first}")]
        .into_iter()
        .chain(initials)
        .collect()
}

impl KnownValue {
    /// What stands at a word that may be this value, which is the one of that number.
    pub(crate) fn examine(&self, index: usize, site: &Site<'_>) -> Result<Verdict, More> {
        site.ahead(site.at, self.text.len() + 1)?;
        let Some((start, end)) = self.at(site.text, site.at).filter(|(start, _)| *start >= site.floor) else {
            return Ok(Verdict::Pass { resume: site.at + 1 });
        };
        match self.known {
            Known::Secret => {
                let mask = mark::in_place(site.text, start, end, KNOWN_SECRET);
                Ok(Verdict::Remove { id: KNOWN_SECRET, start, mask, skip: Skip::Exactly(end - start) })
            }
            // A pseudonym may be what another value was, or even the same one.
            Known::Identifier(kind) if kind.is_marked() && recognise::is_marked(site.text, end) => {
                Ok(Verdict::Keep { end: end + 1 })
            }
            Known::Identifier(Kind::Host) => identifiers::known_host(site, start, end).map(Verdict::Found),
            Known::Identifier(kind) => {
                if matches!(kind, Kind::User | Kind::Person)
                    && let Some(found) = identifiers::mail_around(site, start, end)?
                {
                    return Ok(Verdict::Found(found));
                }
                // A hardware address keeps its layout, and is the same one in each.
                let usual = kind == Kind::Mac || self.text == self.given.as_bytes();
                let form = if usual { Form::Usual } else { Form::Known { index } };
                Ok(Verdict::Found(Found { kind, start, end, form }))
            }
        }
    }
}
