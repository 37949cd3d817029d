//! From the path of a log to the name of its artifact.

use std::collections::BTreeSet;
use std::path::Path;

/// Longest part of an artifact's name between two slashes, with room for an ending.
const LONGEST_PART: usize = 200;
/// Longest name of an artifact, with room for an ending.
const LONGEST_NAME: usize = 400;
/// `text/` and the path below the log folder, ending in `.log`, as a name that every file system takes.
pub(crate) fn artifact_name(name: &Path, used: &mut BTreeSet<String>) -> String {
    let parts: Vec<String> = name.iter().map(|part| clean_part(&part.to_string_lossy())).collect();
    let (last, folders) = match parts.split_last() {
        Some((last, folders)) => (last.as_str(), folders),
        None => ("_", parts.as_slice()),
    };
    let mut stem = "text/".to_owned();
    for folder in folders {
        stem.push_str(folder);
        // So that no folder has the name of a file.
        stem.push_str(if folder.ends_with(".log") { "_/" } else { "/" });
    }
    stem.push_str(last.strip_suffix(".log").unwrap_or(last));
    let stem = cut(&stem, LONGEST_NAME);
    let mut artifact = format!("{stem}.log");
    let mut further = 1;
    while !used.insert(artifact.to_lowercase()) {
        further += 1;
        artifact = format!("{stem}~{further}.log");
    }
    artifact
}

fn clean_part(part: &str) -> String {
    let allowed = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | '+' | '@' | '=' | '~')
    };
    let clean: String = cut(part, LONGEST_PART)
        .chars()
        .map(|character| if allowed(character) { character } else { '_' })
        .collect();
    let stem = clean.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let device = matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt"));
    match (device, clean.ends_with('.')) {
        (true, _) => format!("_{clean}"),
        (_, true) => format!("{clean}_"),
        _ => clean,
    }
}

fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_in_log_and_never_meet() {
        let mut used = BTreeSet::new();
        let mut name = |path: &str| artifact_name(Path::new(path), &mut used);
        assert_eq!(name("dpkg.log"), "text/dpkg.log");
        assert_eq!(name("dpkg"), "text/dpkg~2.log");
        assert_eq!(name("apt/history.log.1.gz"), "text/apt/history.log.1.gz.log");
        assert_eq!(name("odd name\n"), "text/odd_name_.log");
        assert_eq!(name("DPKG.LOG"), "text/DPKG.LOG.log");
        assert_eq!(name("DPKG"), "text/DPKG~3.log");
        assert_eq!(name("aux/x."), "text/_aux/x._.log");
        assert_eq!(name("apt.log/term"), "text/apt.log_/term.log");
        assert!(name(&format!("{}/{}", "ü".repeat(300), "b".repeat(300))).len() < 420);
    }
}
