//! The shape of the sources: crate docs, sizes, and nothing unfinished.

use std::path::Path;

use super::{Tree, at};
use crate::console;
use crate::failure::Failure;
use crate::workspace::{self, relative};

const LIB_LINES: usize = 80;
const FILE_LINES_ASK: usize = 400;
const FILE_LINES_MAX: usize = 600;
const DOC_LINES: usize = 3;

/// Every crate says what it is for; a crate of the core also says what it never does. A fixture is what its test says.
pub fn crate_docs(tree: &Tree) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    let fixtures = workspace::path("tests/fixtures");
    for root in tree.with_ending("rs").filter(|path| is_crate_root(path) && !path.starts_with(&fixtures)) {
        let is_core = root.starts_with(workspace::path("core"));
        problems.extend(doc_problem(&workspace::read(root)?, is_core).map(|what| at(root, 0, what)));
    }
    Ok(problems)
}

fn is_crate_root(path: &Path) -> bool {
    let name = workspace::name(path);
    let folder = path.parent();
    let is_root = name == "lib.rs" || name == "main.rs";
    is_root
        && folder.is_some_and(|source| {
            workspace::name(source) == "src" && source.with_file_name("Cargo.toml").is_file()
        })
}

fn doc_problem(text: &str, is_core: bool) -> Option<&'static str> {
    let doc: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
    let words = doc.join(" ").to_lowercase();
    if words.contains("placeholder") {
        Some("the crate doc is a placeholder")
    } else if doc.len() < DOC_LINES {
        Some("the crate doc is shorter than three lines: say what for, who uses it, what it never does")
    } else if is_core && !words.contains("never") {
        Some("the crate doc does not say what the crate never does")
    } else {
        None
    }
}

/// A `lib.rs` of the core is doc, modules and re-exports.
pub fn lib_files(tree: &Tree) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    for path in tree.with_ending("rs").filter(|path| workspace::name(path) == "lib.rs" && is_crate_root(path))
    {
        if !path.starts_with(workspace::path("core")) {
            continue;
        }
        let text = workspace::read(path)?;
        let lines = text.lines().count();
        if lines > LIB_LINES {
            problems.push(at(
                path,
                0,
                &format!("{lines} lines; a `lib.rs` holds doc, modules and re-exports only"),
            ));
        }
        let function = text.lines().position(is_function);
        problems.extend(function.map(|index| at(path, index, "a function in `lib.rs`: move it to a module")));
    }
    Ok(problems)
}

fn is_function(line: &str) -> bool {
    let line = line.trim_start();
    let qualifiers = ["pub ", "pub(crate) ", "const ", "async ", "unsafe ", "extern \"C\" "];
    let bare = qualifiers.iter().fold(line, |line, qualifier| line.strip_prefix(qualifier).unwrap_or(line));
    bare.starts_with("fn ")
}

/// No source file grows past what one person reads at a sitting.
pub fn file_sizes(tree: &Tree) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    for path in tree.with_ending("rs") {
        let lines = workspace::read(path)?.lines().count();
        if lines > FILE_LINES_MAX {
            problems.push(at(path, 0, &format!("{lines} lines, more than {FILE_LINES_MAX}: split it")));
        } else if lines > FILE_LINES_ASK {
            console::progress(
                "Long",
                &format!("{}: {lines} lines; does it hold two subjects?", relative(path)),
            );
        }
    }
    Ok(problems)
}

/// No ignored tests, nothing left to do.
pub fn unfinished_code(tree: &Tree) -> Result<Vec<String>, Failure> {
    // Joined here so that this file is not its own first finding.
    let banned = [["#[", "ignore"], ["to", "do!("], ["unimple", "mented!("], ["dbg", "!("]]
        .map(|parts| parts.concat());
    let mut problems = Vec::new();
    for path in tree.with_ending("rs") {
        problems.extend(find_words(path, &workspace::read(path)?, &banned));
    }
    Ok(problems)
}

fn find_words(path: &Path, text: &str, banned: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let is_code = |line: &str| !line.trim_start().starts_with("//");
    for (index, line) in text.lines().enumerate().filter(|(_, line)| is_code(line)) {
        for word in banned.iter().filter(|word| line.contains(*word)) {
            found.push(at(path, index, &format!("`{word}`")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_doc_must_say_something_and_in_the_core_what_never_happens() {
        assert!(doc_problem("//! Placeholder.\n", true).is_some());
        assert!(doc_problem("//! One.\n//! Two.\n", false).is_some());
        assert!(doc_problem("//! One.\n//! Two.\n//! Three.\nfn a() {}", false).is_none());
        assert!(doc_problem("//! One.\n//! Two.\n//! Three.\n", true).is_some());
        assert!(doc_problem("//! One.\n//! It never\n//! sleeps.\n", true).is_none());
    }

    #[test]
    fn what_is_banned_in_code_may_be_spoken_of_in_comments() {
        let text = "/// never banned()\nlet x = 1;\n    banned();\n";
        let found = find_words(&workspace::path("a.rs"), text, &["banned(".to_owned()]);
        assert_eq!(found, ["a.rs:3: `banned(`"]);
    }

    #[test]
    fn a_function_is_seen_behind_its_qualifiers() {
        assert!(is_function("pub const fn a() {}"));
        assert!(is_function("    pub(crate) unsafe fn a() {"));
        assert!(!is_function("/// fn a() {}"));
        assert!(!is_function("pub use self::fnord::Fnord;"));
    }
}
