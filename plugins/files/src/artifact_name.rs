//! Names that the host accepts, for paths that may hold anything.

use std::collections::HashSet;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::index;

/// Most bytes of a name and of a component, with room for [`Names`] to add a number to either.
const MOST_BYTES: usize = 496;
const MOST_COMPONENT_BYTES: usize = 239;

/// The names given so far. Two names that differ in case only count as the same: not every desk keeps them apart.
pub(crate) struct Names(HashSet<String>);

impl Names {
    pub(crate) fn new() -> Self {
        Self(HashSet::from([index::NAME.to_owned()]))
    }

    /// The path without its leading slash, bytes that no artifact may have in its name percent-encoded, a number added
    /// where the name was given before: `etc/os-release`, `sys/devices/pci0000%3A00/vendor`, `srv/README~2`.
    pub(crate) fn give(&mut self, path: &Path) -> String {
        let name = shortened(&encoded(path));
        let mut given = name.clone();
        let mut number = 1;
        while !self.0.insert(given.to_lowercase()) {
            number += 1;
            given = format!("{name}~{number}");
        }
        given
    }
}

/// The path for a reader: control characters, bytes that are not UTF-8, and `%` itself are percent-encoded.
pub(crate) fn shown(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            push(&mut text, character, is_disguise(character) || character == '%');
        }
        percent(&mut text, chunk.invalid());
    }
    text
}

fn encoded(path: &Path) -> String {
    let components = path.iter().filter(|part| *part != "/");
    let names: Vec<String> = components.map(|part| component(part.as_bytes())).collect();
    names.join("/")
}

fn component(bytes: &[u8]) -> String {
    let mut name = String::with_capacity(bytes.len());
    let device = is_device(bytes);
    let mut left = bytes.len();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let first = left == bytes.len();
            left -= character.len_utf8();
            let dropped_by_windows = left == 0 && matches!(character, '.' | ' ');
            push(&mut name, character, is_unsafe(character) || dropped_by_windows || (first && device));
        }
        left -= chunk.invalid().len();
        percent(&mut name, chunk.invalid());
    }
    name
}

fn push(text: &mut String, character: char, encode: bool) {
    if encode {
        percent(text, character.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        text.push(character);
    }
}

fn percent(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a `String` does not fail.
        let _ = write!(text, "%{byte:02X}");
    }
}

/// `%` is among them so that two paths never become one name.
fn is_unsafe(character: char) -> bool {
    is_disguise(character) || matches!(character, '%' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// Control characters and those that turn the direction of text round.
fn is_disguise(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Windows opens a device for these names, whatever ending follows.
fn is_device(bytes: &[u8]) -> bool {
    let stem = bytes.split(|byte| *byte == b'.').next().unwrap_or_default();
    let stem = String::from_utf8_lossy(stem).trim_end().to_lowercase();
    let numbered = |family| stem.strip_prefix(family).is_some_and(|number: &str| number.chars().count() == 1);
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul" | "conin$" | "conout$")
        || numbered("com")
        || numbered("lpt")
}

fn shortened(name: &str) -> String {
    let parts = name.split('/').map(|part| cut(part, MOST_COMPONENT_BYTES));
    let mut name = parts.collect::<Vec<_>>().join("/");
    if name.len() > MOST_BYTES {
        name = cut(&name, MOST_BYTES).trim_end_matches('/').to_owned();
    }
    name
}

/// The start of the text, and a mark where it was cut.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let kept = text[..text.floor_char_boundary(most - 1)].trim_end_matches(['.', ' ', '/']);
    format!("{kept}~")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use proptest::prelude::*;

    use super::*;

    fn name(path: &[u8]) -> String {
        Names::new().give(Path::new(OsStr::from_bytes(path)))
    }

    #[test]
    fn an_ordinary_path_only_loses_its_slash() {
        assert_eq!(name(b"/etc/os-release"), "etc/os-release");
        assert_eq!(name("/srv/blå bär/ñ.txt".as_bytes()), "srv/blå bär/ñ.txt");
    }

    #[test]
    fn bytes_that_no_artifact_name_may_have_are_percent_encoded() {
        assert_eq!(name(b"/srv/a\\b:c\n\xff%"), "srv/a%5Cb%3Ac%0A%FF%25");
        assert_eq!(name(b"/srv/dot./blank "), "srv/dot%2E/blank%20");
        assert_eq!(name(b"/srv/con/COM1.txt/console"), "srv/%63on/%43OM1.txt/console");
        assert_eq!(name("/srv/a\u{202e}b".as_bytes()), "srv/a%E2%80%AEb");
    }

    #[test]
    fn names_that_differ_in_case_only_are_told_apart() {
        let mut names = Names::new();
        assert_eq!(names.give(Path::new("/srv/README")), "srv/README");
        assert_eq!(names.give(Path::new("/srv/readme")), "srv/readme~2");
        assert_eq!(names.give(Path::new("/files.json")), "files.json~2");
    }

    #[test]
    fn a_path_for_a_reader_has_no_control_characters() {
        assert_eq!(shown(Path::new("/srv/a\u{1b}[31m:b")), "/srv/a%1B[31m:b");
    }

    proptest! {
        #[test]
        fn every_path_gets_a_name_that_unpacks_below_its_folder(
            parts in prop::collection::vec(prop::collection::vec(1u8.., 1..256), 1..12),
        ) {
            let mut path = std::path::PathBuf::from("/");
            for part in &parts {
                let part: Vec<u8> = part.iter().copied().filter(|byte| *byte != b'/').collect();
                if !part.is_empty() && part != b"." && part != b".." {
                    path.push(OsStr::from_bytes(&part));
                }
            }
            prop_assume!(path != Path::new("/"));
            let mut names = Names::new();
            for name in [names.give(&path), names.give(&path)] {
                prop_assert!(candor_report::ArtifactName::parse(&name).is_ok(), "{:?}", name);
            }
        }
    }
}
