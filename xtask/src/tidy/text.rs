//! What stands in texts: links that lead somewhere, a changelog, and no places that exist on one machine only.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Tree, at};
use crate::failure::Failure;
use crate::workspace;

/// No address of a package registry, and no path of the machine that somebody develops on.
pub fn foreign_places(tree: &Tree) -> Result<Vec<String>, Failure> {
    let banned = banned_places();
    let mut problems = Vec::new();
    // The lock file is cargo's, and the registry's own name stands in it.
    for path in tree.files.iter().filter(|path| workspace::name(path) != "Cargo.lock") {
        let bytes = fs::read(path).map_err(|error| Failure::path("read", path, error))?;
        let text = String::from_utf8_lossy(&bytes);
        for (index, line) in text.lines().enumerate() {
            let found = banned.iter().filter(|(place, _)| line.contains(place.as_str()));
            problems.extend(found.map(|(place, what)| at(path, index, &format!("`{place}`: {what}"))));
        }
    }
    Ok(problems)
}

/// Joined from parts so that this file is not its own first finding.
fn banned_places() -> Vec<(String, &'static str)> {
    let registries = [
        ["index.", "crates.io"],
        ["static.", "crates.io"],
        ["crates.io", "/api"],
        ["crates.io", "-index"],
        ["registry.", "npmjs.org"],
        ["files.", "pythonhosted.org"],
        ["pypi.org", "/simple"],
        ["deb.", "debian.org"],
        ["archive.", "ubuntu.com"],
        ["proxy.", "golang.org"],
    ];
    let homes = [["/.cargo", "/registry"], ["/.cargo", "/bin"], ["/.rustup", "/toolchains"]];
    let registries = registries.map(|parts| (parts.concat(), "address of a package registry"));
    let homes = homes.map(|parts| (parts.concat(), "path of somebody's home"));
    let here = (format!("{}/", workspace::root().display()), "path of this checkout");
    registries.into_iter().chain(homes).chain([here]).collect()
}

/// Every relative link in a Markdown file leads to a file of the repository.
pub fn links(tree: &Tree) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    for path in tree.with_ending("md") {
        let text = workspace::read(path)?;
        for (index, target) in relative_links(&text) {
            if !leads_somewhere(path, &target) {
                problems.push(at(path, index, &format!("the link `{target}` leads nowhere")));
            }
        }
    }
    Ok(problems)
}

fn leads_somewhere(from: &Path, target: &str) -> bool {
    let place: PathBuf = match target.strip_prefix('/') {
        Some(below_root) => workspace::path(below_root),
        None => from.parent().unwrap_or(from).join(target),
    };
    place.exists()
}

/// The targets of `[text](target)` outside of code, without their `#fragment`, with their line index.
fn relative_links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut in_fence = false;
    for (index, line) in text.lines().enumerate() {
        in_fence ^= line.trim_start().starts_with("```");
        if in_fence {
            continue;
        }
        // Every second piece between backticks is code; `](target)` after a code span is prose again.
        for prose in line.split('`').step_by(2) {
            links.extend(targets(prose).map(|target| (index, target)));
        }
    }
    links
}

fn targets(prose: &str) -> impl Iterator<Item = String> + '_ {
    prose.split("](").skip(1).filter_map(target)
}

fn target(after: &str) -> Option<String> {
    let inside = after.split_once(')')?.0;
    let path = inside.split(['#', ' ']).next().unwrap_or_default();
    let is_relative = !path.is_empty() && !path.contains("://") && !path.starts_with("mailto:");
    is_relative.then(|| path.to_owned())
}

/// What changed for users since the last release has its place.
pub fn changelog(_: &Tree) -> Result<Vec<String>, Failure> {
    let path = workspace::path("CHANGELOG.md");
    let text = workspace::read(&path)?;
    let has_section = text.lines().any(|line| line.starts_with("## ") && line.contains("Unreleased"));
    Ok(if has_section { Vec::new() } else { vec![at(&path, 0, "no section `## Unreleased`")] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets_of(text: &str) -> Vec<String> {
        relative_links(text).into_iter().map(|(_, target)| target).collect()
    }

    #[test]
    fn relative_links_are_found_and_code_and_addresses_are_not() {
        assert_eq!(targets_of("see [a](docs/a.md#top) and [b](b.md)"), ["docs/a.md", "b.md"]);
        assert_eq!(targets_of("see [`code`](src/x.rs)"), ["src/x.rs"]);
        assert!(targets_of("[x](https://example.org) `[a](b)` [here](#below)").is_empty());
        assert!(targets_of("```\n[a](b)\n```").is_empty());
    }

    #[test]
    fn a_link_is_looked_up_beside_its_file_or_below_the_root() {
        let from = workspace::path("xtask/README.md");
        assert!(leads_somewhere(&from, "Cargo.toml"));
        assert!(leads_somewhere(&from, "/Cargo.toml"));
        assert!(!leads_somewhere(&from, "no-such-file.md"));
    }
}
