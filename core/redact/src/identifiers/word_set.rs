//! Sets of words, asked in a few nanoseconds and in any case.

/// Lengths that have buckets of their own.
const LENGTHS: usize = 16;
/// First letters, folded to five bits.
const LETTERS: usize = 32;

/// A set of words.
#[derive(Debug)]
pub(super) struct WordSet {
    buckets: Vec<Vec<&'static [u8]>>,
}

fn bucket(word: &[u8]) -> usize {
    let first = word.first().map_or(0, |byte| usize::from(*byte) % LETTERS);
    (word.len() % LENGTHS) * LETTERS + first
}

impl WordSet {
    pub(super) fn new(words: &[&'static str]) -> Self {
        let mut buckets = vec![Vec::new(); LENGTHS * LETTERS];
        for word in words {
            buckets[bucket(word.as_bytes())].push(word.as_bytes());
        }
        Self { buckets }
    }

    /// True when `word` is in the set, whatever the case of its ASCII letters.
    pub(super) fn contains(&self, word: &[u8]) -> bool {
        self.buckets[bucket(word)].iter().any(|known| word.eq_ignore_ascii_case(known))
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
