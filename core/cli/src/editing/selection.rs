//! Which artifacts are meant.

use std::collections::BTreeSet;

use candor_report::ReportIndex;

use crate::failure::Failure;
use crate::terminal::printable;

/// Paths of the artifacts that these words name, in the order of the paths. A word is a path, with or without `artifacts/` in
/// front, a pattern with `*` and `?`, or the id of a collector.
///
/// # Errors
/// When a word names nothing.
pub fn select(index: &ReportIndex, words: &[String]) -> Result<Vec<String>, Failure> {
    let mut selected = BTreeSet::new();
    for word in words {
        let named = named(index, word);
        if named.is_empty() {
            return Err(Failure::usage(format!("the report has no artifact `{}`", printable(word)))
                .hint("`candor show REPORT` lists them; patterns with `*` need quotes in a shell"));
        }
        selected.extend(named);
    }
    Ok(selected.into_iter().map(str::to_owned).collect())
}

/// The first of these that names something: a path, a collector, a pattern.
fn named<'a>(index: &'a ReportIndex, word: &str) -> Vec<&'a str> {
    let full = format!("artifacts/{word}");
    let all = || index.artifacts().map(|artifact| artifact.path.as_str());
    let exact: Vec<&str> = all().filter(|path| *path == word || *path == full).collect();
    if !exact.is_empty() {
        return exact;
    }
    let of_collector = index.collectors.iter().find(|collector| collector.id.as_str() == word);
    if let Some(collector) = of_collector {
        return collector.artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    }
    if !word.contains(['*', '?']) {
        return Vec::new();
    }
    all().filter(|path| matches(word, path) || matches(&full, path)).collect()
}

/// `*` stands for any run of characters, folders included, `?` for one.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<char>, Vec<char>) = (pattern.chars().collect(), path.chars().collect());
    let (mut at, mut here) = (0, 0);
    // The last `*` and where what it stands for ends by now.
    let mut star: Option<(usize, usize)> = None;
    while here < path.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, here));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == path[here] => (at, here) = (at + 1, here + 1),
            _ => match star {
                Some((place, end)) => {
                    star = Some((place, end + 1));
                    (at, here) = (place + 1, end + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_go_into_folders_and_brackets_are_letters() {
        for (pattern, path) in [
            ("a/*", "a/b/c"),
            ("*", "x"),
            ("a?c", "abc"),
            ("*.log", "a.log.b.log"),
            ("a[1]*", "a[1]b"),
            ("**", ""),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [("a/*", "b/a/c"), ("?", ""), ("*.log", "a.log2"), ("a*b*c", "acb"), ("", "a")]
        {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }
}
