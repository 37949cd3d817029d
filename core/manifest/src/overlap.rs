//! Whether two path patterns can mean the same path, and whether one means everything that another does.

use crate::pattern::{Component, PathPattern, is_process, wildcard_matches};

impl PathPattern {
    /// True when some path matches both. Exact.
    pub fn intersects(&self, other: &Self) -> bool {
        let (own, others) = (self.components(), other.components());
        // Nearly every pair that is compared differs here.
        if let (Some(first), Some(other)) = (own.first(), others.first())
            && !components_meet(first, other)
        {
            return false;
        }
        meet(own, others, components_meet, is_any_depth)
    }

    /// True when every path that matches `other` matches this. Never true by mistake; false by mistake only for patterns
    /// that say the same in different words.
    pub fn covers(&self, other: &Self) -> bool {
        includes(&tidy(self.components()), &tidy(other.components()), name_covers, is_any_depth)
    }
}

fn is_any_depth(component: &Component) -> bool {
    *component == Component::AnyDepth
}

/// True when some sequence fits both patterns of tokens, where a gap is any number of things and two other tokens fit the
/// same thing when `same` says so. Walks the pairs of places that are reachable.
fn meet<T>(left: &[T], right: &[T], same: fn(&T, &T) -> bool, is_gap: fn(&T) -> bool) -> bool {
    let width = right.len() + 1;
    let mut reachable = vec![false; (left.len() + 1) * width];
    reachable[0] = true;
    for i in 0..=left.len() {
        for j in 0..=right.len() {
            if !reachable[i * width + j] {
                continue;
            }
            let (l, r) = (left.get(i), right.get(j));
            let (gap_l, gap_r) = (l.is_some_and(is_gap), r.is_some_and(is_gap));
            // A gap ends, or takes in what the other side says next.
            if l.is_some() && (gap_l || gap_r) {
                reachable[(i + 1) * width + j] = true;
            }
            if r.is_some() && (gap_l || gap_r) {
                reachable[i * width + j + 1] = true;
            }
            if let (Some(l), Some(r)) = (l, r)
                && !gap_l
                && !gap_r
                && same(l, r)
            {
                reachable[(i + 1) * width + j + 1] = true;
            }
        }
    }
    reachable.last() == Some(&true)
}

/// True when every sequence that fits `right` fits `left`. Both with gaps as late as possible, see [`tidy`].
fn includes<T>(left: &[T], right: &[T], covers: fn(&T, &T) -> bool, is_gap: fn(&T) -> bool) -> bool {
    // `possible[i]`: what was seen of `right` fits the first `i` tokens of `left`.
    let mut possible = vec![false; left.len() + 1];
    possible[0] = true;
    let skip_gaps = |possible: &mut [bool]| {
        for (place, token) in left.iter().enumerate() {
            if is_gap(token) && possible[place] {
                possible[place + 1] = true;
            }
        }
    };
    skip_gaps(&mut possible);
    for token in right {
        let mut next = vec![false; left.len() + 1];
        for (place, own) in left.iter().enumerate().filter(|(place, _)| possible[*place]) {
            if is_gap(own) {
                next[place] = true;
            } else if !is_gap(token) && covers(own, token) {
                next[place + 1] = true;
            }
        }
        possible = next;
        skip_gaps(&mut possible);
    }
    possible.last() == Some(&true)
}

/// The same pattern with single `*` components before the `**` that they stand beside: `**/*` becomes `*/**`.
fn tidy(components: &[Component]) -> Vec<Component> {
    let mut tidied = Vec::with_capacity(components.len());
    let mut gap = false;
    for component in components {
        match component {
            Component::AnyDepth => gap = true,
            Component::Name(name) if name == "*" => tidied.push(component.clone()),
            _ => {
                if std::mem::take(&mut gap) {
                    tidied.push(Component::AnyDepth);
                }
                tidied.push(component.clone());
            }
        }
    }
    if gap {
        tidied.push(Component::AnyDepth);
    }
    tidied
}

fn components_meet(left: &Component, right: &Component) -> bool {
    match (left, right) {
        (Component::Name(left), Component::Name(right)) => names_meet(left, right),
        (Component::Process, Component::Name(name)) | (Component::Name(name), Component::Process) => {
            can_be_process(name)
        }
        (Component::Process, Component::Process) => true,
        // Gaps are dealt with by the caller.
        (Component::AnyDepth, _) | (_, Component::AnyDepth) => true,
    }
}

/// True when some name matches both wildcards.
fn names_meet(left: &str, right: &str) -> bool {
    match (left.contains(['*', '?']), right.contains(['*', '?'])) {
        (false, false) => left == right,
        (true, false) => wildcard_matches(left, right),
        (false, true) => wildcard_matches(right, left),
        (true, true) => {
            let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
            meet(&left, &right, |l, r| *l == '?' || *r == '?' || l == r, |letter| *letter == '*')
        }
    }
}

fn can_be_process(name: &str) -> bool {
    if !name.contains(['*', '?']) {
        return is_process(name);
    }
    let only_digits = name.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '*' | '?'));
    only_digits || wildcard_matches(name, "self") || wildcard_matches(name, "thread-self")
}

fn name_covers(left: &Component, right: &Component) -> bool {
    match (left, right) {
        (Component::Name(left), Component::Name(right)) => {
            let (left, right) = (tidy_name(left), tidy_name(right));
            includes(&left, &right, |l, r| l == r || (*l == '?' && *r != '*'), |letter| *letter == '*')
        }
        (Component::Process, Component::Name(name)) => is_process(name),
        (Component::Name(name), Component::Process) => name == "*",
        (Component::Process, Component::Process) => true,
        (Component::AnyDepth, _) | (_, Component::AnyDepth) => false,
    }
}

/// The same wildcard with each `?` before the `*` that it stands beside: `*?` becomes `?*`.
fn tidy_name(name: &str) -> Vec<char> {
    let mut tidied = Vec::new();
    let mut gap = false;
    for letter in name.chars() {
        match letter {
            '*' => gap = true,
            '?' => tidied.push('?'),
            _ => {
                if std::mem::take(&mut gap) {
                    tidied.push('*');
                }
                tidied.push(letter);
            }
        }
    }
    if gap {
        tidied.push('*');
    }
    tidied
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> PathPattern {
        PathPattern::new(text).unwrap()
    }

    #[test]
    fn patterns_match_as_their_documentation_says() {
        for (text, path, expected) in [
            ("/etc/hostname", "/etc/hostname", true),
            ("/etc/hostname", "/etc/hostname/x", false),
            ("/etc/*", "/etc/.hidden", true),
            ("/etc/*", "/etc/a/b", false),
            ("/etc/**", "/etc", true),
            ("/etc/**", "/etc/a/b", true),
            ("/**/id_rsa", "/id_rsa", true),
            ("/var/log/*.log.?", "/var/log/a.log.1", true),
            ("/var/log/*.log.?", "/var/log/a.log.10", false),
            ("/a/**/b/**/c", "/a/x/b/b/y/c", true),
            ("/a/?", "/a/ö", true),
            ("/", "/", true),
            ("/", "/a", false),
            ("/a", "a", false),
            ("/a/**", "/a/../etc/shadow", false),
        ] {
            assert_eq!(pattern(text).matches(Path::new(path)), expected, "{text} and {path}");
        }
        assert!(pattern("/etc").reaches(Path::new("/etc/a/b")));
        assert!(!pattern("/etc").reaches(Path::new("/var")));
        assert_eq!(pattern("/var/log/*.log").literal_prefix(), PathBuf::from("/var/log"));
        assert_eq!(pattern("/etc/hostname").literal_prefix(), PathBuf::from("/etc/hostname"));
        assert_eq!(pattern("/**").literal_prefix(), PathBuf::from("/"));
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_utf8_is_matched_by_wildcards_only() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/var/log/\xff"));
        assert!(pattern("/var/log/?").matches(path));
        assert!(PathPattern::new("/var/log/\u{fffd}").is_err());
    }

    #[test]
    fn text_that_is_no_pattern_is_refused() {
        for text in [
            "",
            "etc",
            "~/x",
            "/etc/",
            "/etc//x",
            "//",
            "/etc/../x",
            "/./x",
            "/a**",
            "/a/b**c",
            "/{a,b}",
            "/[ab]",
            "/a\\b",
            "/a\nb",
        ] {
            assert!(PathPattern::new(text).is_err(), "{text}");
        }
        assert!(PathPattern::new(format!("/{}", "a".repeat(256))).is_err());
        assert!(PathPattern::new("/a".repeat(2048)).is_err());
    }

    #[test]
    fn patterns_meet_where_some_path_matches_both() {
        for (left, right, expected) in [
            ("/etc/**", "/etc/shadow", true),
            ("/etc/*", "/etc/shadow", true),
            ("/etc/*", "/etc/ssl/private", false),
            ("/etc/ssh/*.pub", "/etc/ssh/ssh_host_*_key", false),
            ("/etc/ssh/*key*", "/etc/ssh/ssh_host_*_key", true),
            ("/**/private", "/etc/**", true),
            ("/home/*/x", "/home/a/*", true),
            ("/a", "/b", false),
        ] {
            assert_eq!(pattern(left).intersects(&pattern(right)), expected, "{left} and {right}");
            assert_eq!(pattern(right).intersects(&pattern(left)), expected, "{right} and {left}");
        }
        let environ = PathPattern::with_process("/proc/{pid}/environ").unwrap();
        assert!(!environ.intersects(&pattern("/proc/meminfo").with_everything_under()));
        assert!(environ.intersects(&pattern("/proc/*").with_everything_under()));
        assert!(environ.intersects(&pattern("/proc/1?").with_everything_under()));
    }

    #[test]
    fn a_pattern_covers_what_is_narrower() {
        for (left, right, expected) in [
            ("/etc/**", "/etc/*/x", true),
            ("/etc/*", "/etc/**", false),
            ("/**/*", "/*/**", true),
            ("/*/**", "/**/*", true),
            ("/a/*?", "/a/?*", true),
            ("/a/?*", "/a/b*", true),
            ("/a/b*", "/a/?*", false),
            ("/a/*", "/a/**", false),
        ] {
            assert_eq!(pattern(left).covers(&pattern(right)), expected, "{left} and {right}");
        }
    }

    /// Patterns over two letters, small enough that every path that could matter can be tried.
    fn small_pattern() -> impl Strategy<Value = PathPattern> {
        let component = prop_oneof![4 => "[ab?]{1,2}|[ab?]?\\*[ab?]?", 1 => Just("**".to_owned())];
        proptest::collection::vec(component, 1..=3)
            .prop_map(|components| pattern(&format!("/{}", components.join("/"))))
    }

    /// Every path of up to four names of up to two letters `a` and `b`: if two small patterns meet, they meet in one of these.
    fn small_paths() -> &'static [PathBuf] {
        static PATHS: std::sync::LazyLock<Vec<PathBuf>> = std::sync::LazyLock::new(|| {
            let mut names = vec![String::new()];
            for length in 1..=2 {
                let longest: Vec<_> = names.iter().filter(|name| name.len() == length - 1).cloned().collect();
                names.extend(longest.iter().flat_map(|name| [format!("{name}a"), format!("{name}b")]));
            }
            names.remove(0);
            let mut paths = vec![PathBuf::from("/")];
            let mut deepest = paths.clone();
            for _ in 0..4 {
                deepest = deepest.iter().flat_map(|path| names.iter().map(|name| path.join(name))).collect();
                paths.extend(deepest.iter().cloned());
            }
            paths
        });
        &PATHS
    }

    fn naive(pattern: &[Component], names: &[&str]) -> bool {
        match (pattern.split_first(), names.split_first()) {
            (None, None) => true,
            (Some((Component::AnyDepth, rest)), _) => {
                naive(rest, names) || names.split_first().is_some_and(|(_, names)| naive(pattern, names))
            }
            (Some((Component::Name(name), rest)), Some((first, names))) => {
                wildcard_matches(name, first) && naive(rest, names)
            }
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn matching_agrees_with_the_plain_definition(pattern in small_pattern()) {
            for path in small_paths() {
                let names: Vec<_> = path.iter().skip(1).map(|name| name.to_str().unwrap()).collect();
                prop_assert_eq!(pattern.matches(path), naive(pattern.components(), &names), "{} and {}", pattern, path.display());
            }
        }

        #[test]
        fn patterns_meet_exactly_where_a_path_matches_both(left in small_pattern(), right in small_pattern()) {
            let witness = small_paths().iter().find(|path| left.matches(path) && right.matches(path));
            prop_assert_eq!(left.intersects(&right), witness.is_some(), "{} and {}: {:?}", left, right, witness);
        }

        #[test]
        fn a_pattern_covers_nothing_that_it_does_not_match(left in small_pattern(), right in small_pattern()) {
            if left.covers(&right) {
                for path in small_paths().iter().filter(|path| right.matches(path)) {
                    prop_assert!(left.matches(path), "{} covers {} but not {}", left, right, path.display());
                }
            }
            prop_assert!(left.covers(&left));
        }

        #[test]
        fn any_text_is_a_pattern_or_an_error(text in "\\PC*", path in "\\PC*") {
            if let Ok(pattern) = PathPattern::new(text) {
                pattern.matches(Path::new(&path));
                pattern.intersects(&pattern);
                prop_assert!(pattern.covers(&pattern));
            }
        }
    }
}
