//! Finding the files that a declared pattern stands for.

use std::path::{Path, PathBuf};

use crate::InputError;
use crate::declared::DeclaredReads;

/// Bounds of a walk.
#[derive(Debug, Clone, Copy)]
pub struct WalkLimits {
    /// Most files to return.
    pub files: usize,
    /// Most folders below each other.
    pub depth: usize,
}

impl Default for WalkLimits {
    fn default() -> Self {
        Self { files: 100_000, depth: 64 }
    }
}

/// What a pattern stands for on this machine.
#[derive(Debug, Default)]
pub struct Expansion {
    /// Files and links, sorted by name. Folders are not listed, and links to folders are not followed.
    pub files: Vec<PathBuf>,
    /// Folders that could not be looked into.
    pub failed: Vec<InputError>,
    /// True when a limit ended the walk.
    pub truncated: bool,
}

/// Expands one pattern. Without wildcards it stands for itself, whether or not it exists, or for everything below it
/// when it is a folder.
pub(crate) fn expand(pattern: &str, limits: WalkLimits) -> Expansion {
    let mut found = Expansion::default();
    let is_folder = || Path::new(pattern).symlink_metadata().is_ok_and(|data| data.is_dir());
    if !pattern.contains(['*', '?']) && !is_folder() {
        found.files.push(PathBuf::from(pattern));
        return found;
    }
    let root: PathBuf = Path::new(pattern).iter().take_while(|part| !is_wild(part)).collect();
    let wanted = DeclaredReads::new(&[pattern.to_owned()]);
    let mut folders = vec![(root, 0)];
    while let Some((folder, depth)) = folders.pop() {
        let entries = match entries(&folder) {
            Ok(entries) => entries,
            Err(error) if error.is_absent() => continue,
            Err(error) => {
                found.failed.push(error);
                continue;
            }
        };
        for (path, is_folder) in entries {
            if is_folder && depth < limits.depth && wanted.may_hold(&path) {
                folders.push((path, depth + 1));
            } else if is_folder {
                found.truncated |= wanted.may_hold(&path);
            } else if wanted.allow(&path) {
                if found.files.len() >= limits.files {
                    found.truncated = true;
                    return sorted(found);
                }
                found.files.push(path);
            }
        }
    }
    sorted(found)
}

fn sorted(mut found: Expansion) -> Expansion {
    found.files.sort();
    found
}

fn is_wild(part: &std::ffi::OsStr) -> bool {
    part.as_encoded_bytes().iter().any(|byte| matches!(byte, b'*' | b'?'))
}

/// Paths in a folder, sorted, and whether each is a folder itself. The kind comes with the name: no file is asked for it.
fn entries(folder: &Path) -> Result<Vec<(PathBuf, bool)>, InputError> {
    let fail = |source| InputError::from_io(folder, source);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        entries.push((entry.path(), entry.file_type().is_ok_and(|kind| kind.is_dir())));
    }
    // Which files are left out at a limit does not depend on the file system's order.
    entries.sort();
    Ok(entries)
}

/// Names in a folder, sorted.
pub(crate) fn sorted_names(folder: &Path) -> Result<Vec<std::ffi::OsString>, InputError> {
    let fail = |source| InputError::from_io(folder, source);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        names.push(entry.map_err(fail)?.file_name());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_its_own_folder_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("a/one.txt"), "1").unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
        let pattern = format!("{}/**", folder.path().display());
        let found = expand(&pattern, WalkLimits::default());
        assert_eq!(found.files, [folder.path().join("a/loop"), folder.path().join("a/one.txt")]);
        assert!(!found.truncated);
    }

    #[test]
    fn a_folder_stands_for_what_is_below_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("a/one.txt"), "1").unwrap();
        let found = expand(&folder.path().display().to_string(), WalkLimits::default());
        assert_eq!(found.files, [folder.path().join("a/one.txt")]);
    }

    #[test]
    fn the_limit_on_files_is_said() {
        let folder = tempfile::tempdir().unwrap();
        for index in 0..5 {
            std::fs::write(folder.path().join(format!("{index}")), "").unwrap();
        }
        let found = expand(&format!("{}/*", folder.path().display()), WalkLimits { files: 3, depth: 1 });
        assert_eq!(found.files.len(), 3);
        assert!(found.truncated);
    }

    #[test]
    fn an_absent_folder_is_no_file_and_no_failure() {
        let found = expand("/nonexistent/**", WalkLimits::default());
        assert!(found.files.is_empty() && found.failed.is_empty());
    }
}
