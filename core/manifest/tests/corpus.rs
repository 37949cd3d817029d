//! Every broken file of the corpus is told with file, line, column and fix, and every good one without a word.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use candor_manifest::{Catalogue, Diagnostic, check_file, check_tree};
use miette::{GraphicalReportHandler, GraphicalTheme};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/manifests")
}

/// The diagnostics as a person sees them, with paths from the folder of fixtures.
fn rendered(diagnostics: &[Diagnostic]) -> String {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(110)
        .with_links(false);
    let mut text = String::new();
    for diagnostic in diagnostics {
        handler.render_report(&mut text, diagnostic).unwrap();
    }
    let folder = format!("{}/", fixtures().display());
    let plain: Vec<_> = text.lines().map(|line| line.replace(&folder, "").trim_end().to_owned()).collect();
    plain.join("\n")
}

fn entries(folder: &str) -> Vec<PathBuf> {
    let mut entries: Vec<_> =
        std::fs::read_dir(fixtures().join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// What every diagnostic owes: its place is in the picture, and it says what to write instead.
fn assert_told(diagnostic: &Diagnostic, name: &str) {
    let place = format!(":{}:{}]", diagnostic.line(), diagnostic.column());
    let picture = rendered(std::slice::from_ref(diagnostic));
    assert!(picture.contains(&place), "{name} does not show {place}:\n{picture}");
    assert!(diagnostic.fix().is_some_and(|fix| !fix.is_empty()), "{name} has no fix");
    let file = diagnostic.path().strip_prefix(fixtures()).unwrap();
    assert!(picture.contains(&format!("[{}:", file.display())), "{name} does not show its file:\n{picture}");
}

#[test]
fn every_broken_file_is_told_with_its_place_and_its_fix() {
    let files = entries("broken");
    assert!(files.len() >= 34, "the corpus has shrunk to {}", files.len());
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let diagnostics = check_file(&file);
        assert!(diagnostics.iter().any(Diagnostic::is_error), "{name} is accepted");
        diagnostics.iter().for_each(|diagnostic| assert_told(diagnostic, &name));
        insta::assert_snapshot!(format!("broken-{name}"), rendered(&diagnostics));
    }
}

#[test]
fn every_broken_tree_is_told_with_its_place_and_its_fix() {
    for folder in entries("trees") {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let diagnostics = check_tree(&folder);
        diagnostics.iter().for_each(|diagnostic| assert_told(diagnostic, &name));
        // The same id twice takes two folders; each of them alone is good.
        assert_eq!(diagnostics.is_empty(), name.starts_with("duplicate-"), "{name}");
        insta::assert_snapshot!(format!("tree-{name}"), rendered(&diagnostics));
    }
}

#[test]
fn the_same_id_twice_names_both_files_and_the_first_stays() {
    let folders = ["trees/duplicate-first", "trees/duplicate-second"].map(|folder| fixtures().join(folder));
    let (catalogue, diagnostics) = Catalogue::load(&folders);
    diagnostics.iter().for_each(|diagnostic| assert_told(diagnostic, "duplicate"));
    insta::assert_snapshot!("tree-duplicate", rendered(&diagnostics));
    let kept: Vec<_> = catalogue.collectors().map(|loaded| loaded.path.clone()).collect();
    assert_eq!(kept, [folders[0].join("collectors/door-station.toml")]);
}

#[test]
fn good_files_are_accepted_without_a_word() {
    let diagnostics = check_tree(fixtures().join("good"));
    assert!(diagnostics.is_empty(), "{}", rendered(&diagnostics));
    let tiny = fixtures().join("good/tiny.toml");
    assert!(check_file(&tiny).is_empty(), "{}", rendered(&check_file(&tiny)));
    assert!(std::fs::read_to_string(tiny).unwrap().lines().count() <= 15);
}

#[test]
fn a_diagnostic_as_json_has_file_line_column_code_message_and_fix() {
    let diagnostics = check_file(fixtures().join("broken/unknown-key.toml"));
    let json = serde_json::to_value(&diagnostics).unwrap();
    let mut text = String::new();
    for member in ["line", "column", "severity", "code", "message", "fix", "related"] {
        writeln!(text, "{member}: {}", json[0][member]).unwrap();
    }
    assert!(json[0]["file"].as_str().unwrap().ends_with("broken/unknown-key.toml"));
    insta::assert_snapshot!(text);
}

/// The TOML examples of the documentation for authors, with the lines that they start on.
fn documented_examples() -> Vec<String> {
    let docs = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/manifests.md"))
        .unwrap();
    docs.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_documented_examples_are_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let examples = documented_examples();
    assert_eq!(
        examples.len(),
        3,
        "a collector without code, every key of a manifest, every key of a profile"
    );
    for (number, example) in examples.iter().enumerate() {
        let file = folder.path().join(format!("{number}.toml"));
        std::fs::write(&file, example).unwrap();
        let faults: Vec<_> = check_file(&file).iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "example {number}: {faults:?}");
    }
}

#[test]
fn the_documentation_lists_the_whole_vocabulary() {
    let docs = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/manifests.md"))
        .unwrap();
    let table: Vec<_> =
        docs.lines().filter(|line| line.starts_with("| `dpv-pd:") || line.starts_with("| `ext:")).collect();
    let expected: Vec<_> = candor_manifest::Category::all()
        .map(|category| {
            format!("| `{category}` | `{}` | {} |", category.least_level(), category.description())
        })
        .collect();
    assert_eq!(table, expected);
}

#[test]
fn the_documentation_describes_every_key() {
    let (manifest, profile) = (candor_manifest::collector_schema(), candor_manifest::profile_schema());
    let examples = documented_examples().concat();
    for schema in [manifest, profile] {
        for key in schema["properties"].as_object().unwrap().keys() {
            let shown = [format!("\n{key} ="), format!("[{key}"), format!("[[{key}")];
            assert!(shown.iter().any(|form| examples.contains(form)), "`{key}` is in no example");
        }
    }
}
