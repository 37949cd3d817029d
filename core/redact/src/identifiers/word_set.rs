//! Sets of words, asked in a few nanoseconds and in any case.

/// Lengths that have buckets of their own.
const LENGTHS: usize = 16;
/// First letters, folded to five bits.
const LETTERS: usize = 32;

/// A set of words.
#[derive(Debug)]
pub(super) struct WordSet {
    /// A one for each bucket that holds words.
    filled: [u64; LENGTHS * LETTERS / 64],
    buckets: Vec<Vec<&'static [u8]>>,
}

fn bucket(word: &[u8]) -> usize {
    let first = word.first().map_or(0, |byte| usize::from(*byte) % LETTERS);
    (word.len() % LENGTHS) * LETTERS + first
}

impl WordSet {
    pub(super) fn new(words: &[&'static str]) -> Self {
        let mut buckets = vec![Vec::new(); LENGTHS * LETTERS];
        let mut filled = [0; LENGTHS * LETTERS / 64];
        for word in words {
            let bucket = bucket(word.as_bytes());
            buckets[bucket].push(word.as_bytes());
            filled[bucket / 64] |= 1 << (bucket % 64);
        }
        Self { filled, buckets }
    }

    /// True when `word` is in the set, whatever the case of its ASCII letters.
    #[inline]
    pub(super) fn contains(&self, word: &[u8]) -> bool {
        let bucket = bucket(word);
        self.filled[bucket / 64] >> (bucket % 64) & 1 == 1 && self.holds(bucket, word)
    }

    fn holds(&self, bucket: usize, word: &[u8]) -> bool {
        self.buckets[bucket].iter().any(|known| word.eq_ignore_ascii_case(known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_and_nothing_else_is() {
        let set = WordSet::new(&["root", "www-data", "рф", ""]);
        for word in ["root", "ROOT", "Www-Data", "рф", ""] {
            assert!(set.contains(word.as_bytes()), "{word}");
        }
        for word in ["roo", "roots", "toor", "www_data"] {
            assert!(!set.contains(word.as_bytes()), "{word}");
        }
    }
}
