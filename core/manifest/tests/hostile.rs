//! No bytes make the reader of manifests panic, hang, wait or say something endless.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use std::path::{Path, PathBuf};

use candor_manifest::{Diagnostic, check_file, check_tree, parse_manifest, parse_profile};
use miette::{GraphicalReportHandler, GraphicalTheme};
use proptest::prelude::*;

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/manifests");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// Reads the text as both kinds of file, and prints what is said about it.
fn read_every_way(text: &str) {
    let path = Path::new("any.toml");
    let faults = [parse_manifest(path, text).err(), parse_profile(path, text).err()];
    for diagnostics in faults.into_iter().flatten() {
        assert!(diagnostics.iter().any(Diagnostic::is_error));
        assert!(diagnostics.len() <= 50, "{} diagnostics", diagnostics.len());
        diagnostics.iter().for_each(print);
    }
}

fn print(diagnostic: &Diagnostic) {
    let mut picture = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    handler.render_report(&mut picture, diagnostic).unwrap();
    assert!(!picture.contains(|letter: char| letter.is_control() && letter != '\n'), "{picture:?}");
    assert!(diagnostic.line() >= 1 && diagnostic.column() >= 1);
    assert!(diagnostic.message().len() < 4096);
    serde_json::to_string(diagnostic).unwrap();
}

/// A good manifest with some of its characters replaced, removed or put in.
fn mutated() -> impl Strategy<Value = String> {
    let texts = [
        "good/collectors/network-capture.toml",
        "good/collectors/door-station.toml",
        "good/profiles/capture.toml",
    ];
    let base = prop::sample::select(texts.map(fixture).to_vec());
    let edit =
        (any::<prop::sample::Index>(), 0..4_usize, "[a-z\"\\[\\]{}=.,#*/\n\r\t\u{1b}\u{202e}öŁ0-9-]{0,3}");
    (base, prop::collection::vec(edit, 1..6)).prop_map(|(base, edits)| {
        let mut letters: Vec<char> = base.chars().collect();
        for (place, removed, put_in) in edits {
            let start = place.index(letters.len() + 1);
            let end = (start + removed).min(letters.len());
            letters.splice(start..end, put_in.chars());
        }
        letters.into_iter().collect()
    })
}

/// A good manifest with two of its lines exchanged, doubled or taken from another file.
fn shuffled() -> impl Strategy<Value = String> {
    let lines: Vec<String> = ["good/collectors/network-capture.toml", "good/profiles/capture.toml"]
        .iter()
        .flat_map(|name| fixture(name).lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    prop::collection::vec(prop::sample::select(lines), 0..80).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn any_text_is_a_manifest_or_told_what_is_wrong(text in any::<String>()) {
        read_every_way(&text);
    }

    #[test]
    fn a_mutated_manifest_is_a_manifest_or_told_what_is_wrong(text in mutated()) {
        read_every_way(&text);
    }

    #[test]
    fn shuffled_lines_are_a_manifest_or_told_what_is_wrong(text in shuffled()) {
        read_every_way(&text);
    }

    #[test]
    fn every_value_in_every_place_is_told(place in 0..64_usize, value in "(1|-1|1.5|true|\"\"|\"x\"|\\[\\]|\\[1\\]|\\{\\}|1979-05-27|nan|\\{ a = 1 \\})") {
        let text = fixture("good/collectors/network-capture.toml");
        let changed: Vec<_> = text.lines().enumerate().map(|(number, line)| match line.split_once(" = ") {
            Some((key, _)) if number == place => format!("{key} = {value}"),
            _ => line.to_owned(),
        }).collect();
        read_every_way(&changed.join("\n"));
    }
}

#[test]
fn deep_nesting_and_long_lists_are_refused_without_a_panic() {
    for text in [
        "a = ".to_owned() + &"[".repeat(8_000),
        "a = ".to_owned() + &"{a=".repeat(4_000),
        "[".to_owned() + &"a.".repeat(7_000) + "a]",
        "a.".repeat(7_000) + "a = 1",
        "x = 1\n".repeat(50_000),
        (0..50_000).map(|number| format!("k{number} = 1\n")).collect(),
        "[[reads]]\n".repeat(50_000),
        "x".repeat(1 << 20),
        "\n".repeat(1 << 20),
    ] {
        read_every_way(&text);
    }
}

#[test]
fn costly_patterns_are_compared_without_backtracking() {
    // A matcher that tries one place for each `*` after the other would need longer than the universe has been there.
    let component = "*a".repeat(100);
    let path = format!("/{component}*/**").repeat(9);
    let reads: String =
        (0..60).map(|number| format!("[[reads]]\npath = \"{path}/{number}b\"\nreason = \"x\"\n")).collect();
    read_every_way(&(fixture("good/collectors/door-station.toml") + &reads));
}

#[cfg(unix)]
mod files {
    use super::*;

    fn only_code(path: &Path) -> &'static str {
        let diagnostics = check_file(path);
        assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
        print(&diagnostics[0]);
        assert!(diagnostics[0].fix().is_some());
        diagnostics[0].code()
    }

    #[test]
    fn what_is_no_regular_file_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo.toml");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        assert_eq!(only_code(&fifo), "not-a-file");
        assert_eq!(only_code(folder.path()), "not-a-file");
        assert_eq!(only_code(Path::new("/dev/zero")), "not-a-file");
    }

    #[test]
    fn a_huge_a_missing_and_a_looping_file_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let (huge, looping) = (folder.path().join("huge.toml"), folder.path().join("loop.toml"));
        std::fs::File::create(&huge).unwrap().set_len(10 << 30).unwrap();
        std::os::unix::fs::symlink(&looping, &looping).unwrap();
        assert_eq!(only_code(&huge), "too-large");
        assert_eq!(only_code(&looping), "unreadable");
        assert_eq!(only_code(&folder.path().join("missing.toml")), "unreadable");
    }

    #[test]
    fn a_name_with_control_characters_is_printed_without_them() {
        let folder = tempfile::tempdir().unwrap();
        let path: PathBuf = folder.path().join("collectors/a\u{1b}[2J.toml");
        std::fs::create_dir(folder.path().join("collectors")).unwrap();
        std::fs::write(&path, fixture("good/collectors/door-station.toml")).unwrap();
        let diagnostics = check_tree(folder.path());
        assert_eq!(diagnostics.iter().map(Diagnostic::code).collect::<Vec<_>>(), ["file-name"]);
        diagnostics.iter().for_each(print);
    }

    #[test]
    fn other_files_in_a_folder_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let collectors = folder.path().join("collectors");
        std::fs::create_dir(&collectors).unwrap();
        for name in ["README.md", ".door.toml.swp", ".hidden.toml", "door.toml~"] {
            std::fs::write(collectors.join(name), "no manifest").unwrap();
        }
        assert!(check_tree(folder.path()).is_empty());
    }
}
