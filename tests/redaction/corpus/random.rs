//! Numbers that look random and are the same on every machine.

/// A SplitMix64 generator (Steele, Lea, Flood 2014): quick, and every seed is a good one.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

/// Letters and digits.
pub const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Upper-case letters and digits.
pub const UPPER_ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// Lower-case letters and digits.
pub const LOWER_ALNUM: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
/// Lower-case hex digits.
pub const HEX: &str = "0123456789abcdef";
/// Base64 without padding.
pub const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Base64 for URLs.
pub const BASE64_URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Decimal digits.
pub const DIGITS: &str = "0123456789";

impl Random {
    /// A generator that always gives the same numbers for the same `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A generator of its own for the part called `name`, so that parts do not disturb each other.
    #[must_use]
    pub fn part(seed: u64, name: &str) -> Self {
        let folded = name.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23)
        });
        Self::new(folded)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which must not be zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next_u64() % bound
    }

    /// An index below `bound`, which must not be zero.
    pub fn index(&mut self, bound: usize) -> usize {
        (self.next_u64() % bound as u64) as usize
    }

    /// A number of `least..=most`.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// True in one of `times` cases.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One byte.
    pub fn byte(&mut self) -> u8 {
        self.next_u64().to_le_bytes()[0]
    }

    /// One of `choices`, which must not be empty.
    pub fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.index(choices.len())]
    }

    /// `length` characters of the ASCII `alphabet`.
    pub fn text(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet = alphabet.as_bytes();
        (0..length).map(|_| char::from(alphabet[self.index(alphabet.len())])).collect()
    }

    /// `length` lower-case hex digits.
    pub fn hex(&mut self, length: usize) -> String {
        self.text(HEX, length)
    }

    /// `length` decimal digits, the first of them not zero.
    pub fn digits(&mut self, length: usize) -> String {
        let mut text = self.text("123456789", 1);
        text.push_str(&self.text(DIGITS, length.saturating_sub(1)));
        text
    }

    /// `length` letters and digits with at least one of each kind among the first three.
    pub fn mixed(&mut self, length: usize) -> String {
        let head = [
            self.text("ABCDEFGHJKLMNPQRSTUVWXYZ", 1),
            self.text(DIGITS, 1),
            self.text("abcdefghkmnpqrstuvwxyz", 1),
        ];
        let mut text = head.concat();
        text.push_str(&self.text(ALNUM, length.saturating_sub(3)));
        text
    }

    /// A random UUID of version 4.
    pub fn uuid(&mut self) -> String {
        let variant = self.text("89ab", 1);
        let groups = [self.hex(8), self.hex(4), self.hex(3), self.hex(3), self.hex(12)];
        format!("{}-{}-4{}-{variant}{}-{}", groups[0], groups[1], groups[2], groups[3], groups[4])
    }

    /// A MAC address of a real card: globally unique, one receiver.
    pub fn mac(&mut self) -> [u8; 6] {
        let mut octets = [0; 6];
        octets.fill_with(|| self.byte());
        octets[0] &= 0xfc;
        octets
    }

    /// A pronounceable word that stands in no dictionary, of `syllables` two-letter syllables.
    pub fn word(&mut self, syllables: usize) -> String {
        let mut word = String::new();
        for _ in 0..syllables {
            word.push_str(&self.text("bdfgklmnprstvz", 1));
            word.push_str(&self.text("aeiou", 1));
        }
        word
    }

    /// A permutation of `items`, in place.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.index(last + 1);
            items.swap(last, other);
        }
    }
}
