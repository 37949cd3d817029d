//! The words that detectors, rules and known values begin with.

use std::collections::BTreeMap;

use super::bytes::BLOCK;

/// 64-bit words of a filter. All of them fit into a first cache.
const FILTER_WORDS: usize = 1024;
/// 64-bit words of a set of beginnings: 5 bits of each of three bytes tell them apart, near enough.
const BEGINNING_WORDS: usize = 1 << 15 >> 6;

/// The last letters of keys whose word does not start where the key starts: `dbpassword`, `PGPASSWORD`.
const KEY_ENDINGS: &[&[u8]] = &[
    b"word", b"words", b"nord", b"sord", b"passwd", b"pass", b"oken", b"okens", b"cret", b"crets", b"key",
    b"keys", b"phrase", b"phrases", b"pwd", b"psk", b"dpw", b"tpw", b"npw", b"bpw", b"tial", b"tials",
    b"nity", b"auth", b"code", b"pin", b"wort", b"pswd", b"passe", b"tok", b"salt", b"hash",
];

/// Bits of a filter over [`KEY_ENDINGS`], by a hash of their last two letters.
const ENDING_FILTER: [u64; 16] = {
    let mut filter = [0; 16];
    let mut index = 0;
    while index < KEY_ENDINGS.len() {
        let ending = KEY_ENDINGS[index];
        let bit = ending_bit(ending[ending.len() - 2], ending[ending.len() - 1]);
        filter[bit / 64] |= 1 << (bit % 64);
        index += 1;
    }
    filter
};

/// By the last letter, in five bits: a one for each of [`KEY_ENDINGS`] with that one.
const BY_LAST_LETTER: [u32; 32] = {
    let mut by_letter = [0; 32];
    let mut index = 0;
    while index < KEY_ENDINGS.len() {
        let ending = KEY_ENDINGS[index];
        by_letter[(ending[ending.len() - 1] & 31) as usize] |= 1 << index;
        index += 1;
    }
    by_letter
};

/// 5 bits of each letter, whatever its case.
const fn ending_bit(before: u8, last: u8) -> usize {
    ((before & 31) as usize) << 5 | (last & 31) as usize
}

/// Folds the case of ASCII letters in three packed bytes; other bytes only need to fold to one value each.
fn fold_packed(bytes: u32) -> u32 {
    bytes | 0x0020_2020
}

/// A word of the text is looked up only if its beginning may be in the table. Its first three bytes tell nearly always that
/// it is not; of the others, the first four or five do.
#[derive(Debug)]
struct Filters {
    /// The beginnings of all entries, and those of entries that have no more than three bytes.
    all: [u64; BEGINNING_WORDS],
    short: [u64; BEGINNING_WORDS],
    /// Hashes of four and of five bytes.
    four: [u64; FILTER_WORDS],
    five: [u64; FILTER_WORDS],
}

impl Filters {
    fn new() -> Box<Self> {
        Box::new(Self {
            all: [0; BEGINNING_WORDS],
            short: [0; BEGINNING_WORDS],
            four: [0; FILTER_WORDS],
            five: [0; FILTER_WORDS],
        })
    }

    fn add(&mut self, entry: &Entry) {
        let beginning = entry.beginning;
        let length = entry.mask.count_ones() as usize / 8;
        match length {
            5.. => set(&mut self.five, hash_five(beginning)),
            4 => set(&mut self.four, hash(beginning as u32)),
            _ => {}
        }
        // Whatever stands behind a shorter word.
        let free = 1_usize << (5 * 3_usize.saturating_sub(length));
        for behind in 0..free {
            let place = three_letters(beginning) | behind << (15 - free.ilog2());
            set(&mut self.all, place);
            if length <= 3 {
                set(&mut self.short, place);
            }
        }
    }

    /// 1 when a word that begins with `beginning` may be in the table, by its first three bytes.
    #[inline(always)]
    fn may_begin(&self, beginning: u64) -> u64 {
        bit(&self.all, three_letters(beginning))
    }

    /// 1 when it may be there by all that the filters know.
    #[inline(always)]
    fn may_hold(&self, beginning: u64) -> u64 {
        let short = bit(&self.short, three_letters(beginning));
        short | bit(&self.four, hash(beginning as u32)) | bit(&self.five, hash_five(beginning))
    }
}

fn set<const WORDS: usize>(filter: &mut [u64; WORDS], place: usize) {
    filter[place / 64 % WORDS] |= 1 << (place % 64);
}

#[inline(always)]
fn bit<const WORDS: usize>(filter: &[u64; WORDS], place: usize) -> u64 {
    filter[place / 64 % WORDS] >> (place % 64) & 1
}

/// 5 bits of each of the first three bytes. Case does not count.
#[inline(always)]
fn three_letters(beginning: u64) -> usize {
    (beginning & 0x1F | beginning >> 3 & 0x3E0 | beginning >> 6 & 0x7C00) as usize
}

#[inline(always)]
fn hash_five(beginning: u64) -> usize {
    ((beginning << 24).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as usize
}

#[inline(always)]
fn hash(key: u32) -> usize {
    (key.wrapping_mul(0x9E37_79B1) >> 16) as usize
}

/// ASCII letters, digits, and every byte from 0x80 on.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// The packed first bytes of a word: at most three, and none after the word's end.
fn key(word: &[u8]) -> u32 {
    let length = word.iter().take(3).take_while(|byte| is_word(**byte)).count();
    let at = |index: usize| if index < length { u32::from(word[index]) << (8 * index) } else { 0 };
    fold_packed(at(0) | at(1) | at(2))
}

/// Folds a byte's case as the table does.
pub(crate) fn fold(byte: u8) -> u8 {
    byte.to_ascii_lowercase()
}

/// Collects words before the table is built.
#[derive(Debug, Default)]
pub(crate) struct WordTableBuilder {
    entries: BTreeMap<u32, Vec<Entry>>,
}

/// Who is to be asked at words that begin in some way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    /// The first eight bytes of the word, folded; zero behind its end.
    beginning: u64,
    /// Which of them count.
    mask: u64,
    target: u32,
}

impl Entry {
    fn new(word: &[u8], target: u32) -> Self {
        let mask = u64::MAX.checked_shr(64 - 8 * word.len().min(8) as u32).unwrap_or(0);
        Self { beginning: beginning(word) & mask, mask, target }
    }
}

/// Folds the case of eight packed bytes, as [`fold_packed`] does.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// The first eight bytes of `text`, folded.
#[inline(always)]
fn beginning(text: &[u8]) -> u64 {
    let bytes = match text.first_chunk::<8>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    };
    bytes | FOLD
}

impl WordTableBuilder {
    /// `target` is to be asked at each word that begins with `word`, in any case. Eight bytes of it decide. Targets are
    /// asked in the order in which they were added.
    pub(crate) fn add(&mut self, word: &[u8], target: u32) {
        let entry = Entry::new(word, target);
        let length = word.iter().take(3).take_while(|byte| is_word(**byte)).count();
        if length == word.len() && length < 3 {
            // What follows such a short beginning is not known: every byte may.
            self.complete(word, entry);
        } else {
            self.insert(key(word), entry);
        }
    }

    /// As [`Self::add`], for a whole word: no letter or digit follows it.
    pub(crate) fn add_whole(&mut self, word: &[u8], target: u32) {
        self.insert(key(word), Entry::new(word, target));
    }

    fn complete(&mut self, word: &[u8], entry: Entry) {
        self.insert(key(word), entry);
        if word.len() == 3 {
            return;
        }
        for next in (0..=u8::MAX).filter(|byte| is_word(*byte)) {
            let longer = [word, &[next]].concat();
            self.complete(&longer, entry);
        }
    }

    fn insert(&mut self, key: u32, entry: Entry) {
        let entries = self.entries.entry(key).or_default();
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }

    pub(crate) fn build(self) -> WordTable {
        let mut filters = Filters::new();
        let mut slots = vec![Slot::default(); (self.entries.len() * 4).next_power_of_two().max(64)];
        let mut entries = Vec::new();
        for (key, own) in self.entries {
            own.iter().for_each(|entry| filters.add(entry));
            let from = entries.len() as u32;
            entries.extend(own);
            let mut index = hash(key) & (slots.len() - 1);
            while slots[index].key != 0 {
                index = (index + 1) & (slots.len() - 1);
            }
            slots[index] = Slot { key, from, to: entries.len() as u32 };
        }
        WordTable { filters, slots, entries }
    }
}

/// A key, and where its entries are. No key is 0, because folding sets bits.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: u32,
    from: u32,
    to: u32,
}

/// The words of an engine.
pub(crate) struct WordTable {
    filters: Box<Filters>,
    /// Hash table, never more than a quarter full.
    slots: Vec<Slot>,
    entries: Vec<Entry>,
}

impl WordTable {
    /// Those of the word starts `starts` at which a word of the table may begin.
    #[inline(always)]
    pub(super) fn select(&self, starts: u64, text: &[u8], base: usize) -> u64 {
        let mut left = starts;
        let mut selected = 0;
        // Nearly always the first words of all 64 bytes are there; then nothing has to be asked for each.
        let whole = text.get(base..).and_then(|rest| rest.first_chunk::<{ 2 * BLOCK }>());
        let Some(block) = whole else { return self.select_near_end(left, text, base) };
        let mut likely = 0;
        while left != 0 {
            let at = left.trailing_zeros();
            left &= left - 1;
            likely |= self.filters.may_begin(beginning(&block[at as usize..])) << at;
        }
        while likely != 0 {
            let at = likely.trailing_zeros();
            likely &= likely - 1;
            selected |= self.filters.may_hold(beginning(&block[at as usize..])) << at;
        }
        selected
    }

    /// [`Self::select`] of one word after the other.
    fn select_near_end(&self, starts: u64, text: &[u8], base: usize) -> u64 {
        let mut left = starts;
        let mut selected = 0;
        while left != 0 {
            let at = left.trailing_zeros();
            left &= left - 1;
            let beginning = beginning(&text[base + at as usize..]);
            selected |= (self.filters.may_begin(beginning) & self.filters.may_hold(beginning)) << at;
        }
        selected
    }

    /// Those of the separators `places` that stand behind the end of a key of interest.
    #[inline(always)]
    pub(super) fn select_assignments(&self, places: u64, text: &[u8], base: usize) -> u64 {
        let mut left = places;
        let mut selected = 0;
        while left != 0 {
            let bit = left.trailing_zeros();
            left &= left - 1;
            let at = base + bit as usize;
            let assigns = may_end_key(text, at) && is_assignment(text, at);
            selected |= u64::from(assigns || separates_password(text, at)) << bit;
        }
        selected
    }

    /// The targets for the word at `at`, in the order in which they were added.
    pub(crate) fn targets(&self, text: &[u8], at: usize) -> impl Iterator<Item = u32> + use<'_> {
        let mut words = self.words_at(text, at);
        std::iter::from_fn(move || self.next(&mut words))
    }

    /// The word at `at`, to ask for its targets.
    pub(crate) fn words_at(&self, text: &[u8], at: usize) -> WordsAt {
        let beginning = beginning(&text[at..]);
        let length = match text.get(at + 1..at + 3) {
            Some([second, third]) => 1 + usize::from(is_word(*second)) * (1 + usize::from(is_word(*third))),
            _ => text[at..].iter().take(3).take_while(|byte| is_word(**byte)).count(),
        };
        // The same bits as in `key`: what is behind the word's end does not count.
        let wanted = fold_packed(beginning as u32 & (u32::MAX >> (32 - 8 * length.max(1))));
        let mut index = hash(wanted) & (self.slots.len() - 1);
        loop {
            let slot = self.slots[index];
            if slot.key == wanted {
                return WordsAt { beginning, from: slot.from, to: slot.to, before: None };
            }
            if slot.key == 0 {
                return WordsAt::default();
            }
            index = (index + 1) & (self.slots.len() - 1);
        }
    }

    /// The next target for a word. One that several words of the table lead to is told once.
    #[inline]
    pub(crate) fn next(&self, words: &mut WordsAt) -> Option<u32> {
        while words.from < words.to {
            let entry = self.entries[words.from as usize];
            words.from += 1;
            if words.beginning & entry.mask == entry.beginning
                && words.before.replace(entry.target) != Some(entry.target)
            {
                return Some(entry.target);
            }
        }
        None
    }
}

/// A word of the text, and the entries for it that have not been told.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WordsAt {
    beginning: u64,
    from: u32,
    to: u32,
    before: Option<u32>,
}

/// False when the two bytes before a separator end no key: usual, and quick.
#[inline(always)]
fn may_end_key(text: &[u8], separator: usize) -> bool {
    let Some(&[before, last]) = separator.checked_sub(2).and_then(|at| text[at..].first_chunk::<2>()) else {
        return true;
    };
    !last.is_ascii_alphabetic() || matches!(last, b'd' | b'D') || may_end(before, last)
}

fn may_end(before: u8, last: u8) -> bool {
    let bit = ending_bit(before, last);
    ENDING_FILTER[bit / 64] >> (bit % 64) & 1 == 1
}

fn is_assignment(text: &[u8], separator: usize) -> bool {
    key_end(text, separator).is_some() || follows_star(text, separator)
}

/// Length of a hash of DES.
const CRYPT: usize = 13;

/// True for what separates a name from a password or hash in the lines of some files: `jane:kW3fGh0pQ/a1.`,
/// `user jane on >hunter2`, `jane * hunter2 *`.
#[inline(always)]
pub(super) fn separates_password(text: &[u8], at: usize) -> bool {
    let byte = |index: usize| text.get(index).copied().unwrap_or(b'\n');
    match text[at] {
        b':' => {
            matches!(byte(at + CRYPT + 1), b'\n' | b':' | b'\r')
                && text.get(at + 1..=at + CRYPT).is_some_and(|hash| hash.iter().all(|byte| is_crypt(*byte)))
        }
        b'>' => at > 0 && text[at - 1] == b' ' && is_word(byte(at + 1)),
        b'*' => {
            let blank = |byte: u8| matches!(byte, b' ' | b'\t');
            at > 1 && blank(text[at - 1]) && blank(byte(at + 1)) && text[at - 2] > b' '
        }
        _ => false,
    }
}

/// True for the characters of a hash of DES.
pub(crate) fn is_crypt(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/')
}

/// True for the colon of `:*:`, as `.pgpass` has it.
pub(crate) fn follows_star(text: &[u8], separator: usize) -> bool {
    text[..separator].ends_with(b":*") && text[separator] == b':'
}

/// The index after the key that ends before the separator at `separator`, when it ends as a secret's key may: behind
/// blanks, quotes, brackets and figures.
pub(crate) fn key_end(text: &[u8], separator: usize) -> Option<usize> {
    let mut end = separator;
    for _ in 0..8 {
        match end.checked_sub(1).map(|before| text[before])? {
            b' ' | b'\t' | b'"' | b'\'' | b'\\' | b'[' | b']' | b'0'..=b'9' | b'_' => end -= 1,
            // `%5D`, the bracket in a query.
            b'D' | b'd' if text[..end].ends_with(b"%5D") || text[..end].ends_with(b"%5d") => end -= 3,
            _ => break,
        }
    }
    let &[before, last] = text.get(end.checked_sub(2)?..end)?.first_chunk()?;
    if !may_end(before, last) {
        return None;
    }
    let mut endings = BY_LAST_LETTER[usize::from(last & 31)];
    while endings != 0 {
        let ending = KEY_ENDINGS[endings.trailing_zeros() as usize];
        endings &= endings - 1;
        if end.checked_sub(ending.len()).is_some_and(|start| text[start..end].eq_ignore_ascii_case(ending)) {
            return Some(end);
        }
    }
    None
}
