//! "Did you mean": the nearest of the words that would do.

/// The candidate that the text is most likely a slip of, if any is near enough.
pub(crate) fn nearest<'word>(
    text: &str,
    candidates: impl IntoIterator<Item = &'word str>,
) -> Option<&'word str> {
    // Whoever writes a hundred characters did not slip.
    if text.len() > 100 {
        return None;
    }
    let plain = plain(text);
    let scored =
        candidates.into_iter().map(|word| (strsim::damerau_levenshtein(&plain, &self::plain(word)), word));
    let (distance, word) = scored.min_by_key(|(distance, _)| *distance)?;
    let allowed = (word.len().max(text.len()) / 3).max(1);
    (distance <= allowed).then_some(word)
}

/// The text without what is most often mixed up: case, `-` and `_`, a prefix such as `ext:` or `CAP_`.
fn plain(text: &str) -> String {
    let text = text.rsplit(':').next().unwrap_or(text);
    let text = text.strip_prefix("CAP_").unwrap_or(text);
    text.to_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let words = ["categories", "consent", "commands", "reads"];
        assert_eq!(nearest("catagories", words), Some("categories"));
        assert_eq!(nearest("read", words), Some("reads"));
        assert_eq!(nearest("Commands", words), Some("commands"));
        assert_eq!(nearest("zzz", words), None);
        assert_eq!(
            nearest("ext:IPAdress", ["dpv-pd:IPAddress", "dpv-pd:MACAddress"]),
            Some("dpv-pd:IPAddress")
        );
        assert_eq!(nearest("CAP_NET_RAW", ["NET_RAW", "NET_ADMIN"]), Some("NET_RAW"));
        assert_eq!(nearest(&"x".repeat(1000), words), None);
    }
}
