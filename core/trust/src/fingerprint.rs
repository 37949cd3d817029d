//! What two people compare to know that they speak of the same key.

use std::fmt;

use bip39::Language;
use sha2::{Digest as _, Sha256};

/// Words of a fingerprint. Eleven bits each make 88: more than anybody can try keys for.
const WORDS: usize = 8;

/// The fingerprint of a public key: SHA-256 of its text, without a line end.
///
/// Anybody can compute it: `printf %s RWQ… | sha256sum`. As words it is the first 88 bits, eleven bits a word, by the English list of
/// BIP-39.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of the text of a key: `RWQ…` or `age1…`.
    pub fn of(key: &str) -> Self {
        Self(Sha256::digest(key.as_bytes()).into())
    }

    /// Eight words: `liberty arrow …`.
    pub fn words(&self) -> [&'static str; WORDS] {
        let list = Language::English.word_list();
        let bit = |number: usize| usize::from(self.0[number / 8] >> (7 - number % 8) & 1);
        std::array::from_fn(|word| {
            let index = (0..11).fold(0, |value, place| value << 1 | bit(word * 11 + place));
            list[index]
        })
    }

    /// True when these are its words, in any case, however they are separated.
    pub fn is_spelled(&self, text: &str) -> bool {
        let given = text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
        given.map(str::to_lowercase).eq(self.words())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_first_bits_of_the_digest() {
        // SHA-256 of "abc" begins ba7816bf 8f01cfea 414140: 10111010 01111000 00010110 10111111 …
        let fingerprint = Fingerprint::of("abc");
        let first = usize::from_str_radix("10111010011", 2).unwrap();
        let second = usize::from_str_radix("11000000101", 2).unwrap();
        let list = Language::English.word_list();
        assert_eq!(fingerprint.words()[..2], [list[first], list[second]]);
        let words = fingerprint.to_string();
        assert_eq!(words.split(' ').count(), WORDS);
        assert!(fingerprint.is_spelled(&words.to_uppercase().replace(' ', "-")));
        assert!(!fingerprint.is_spelled(&words[words.find(' ').unwrap()..]));
        assert!(!fingerprint.is_spelled(""));
        assert!(!Fingerprint::of("abd").is_spelled(&words));
    }
}
