//! Which journal files this machine has.

use std::path::{Path, PathBuf};

use candor_plugin::{Context, InputError};

/// Most files listed. A journal of the usual limits has fewer than 100.
const MOST_FILES: usize = 4096;

/// The journal files below some folders.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    /// Files to read.
    pub(crate) files: Vec<PathBuf>,
    /// Folders that exist.
    pub(crate) folders: Vec<PathBuf>,
    /// Folders that hold the journal of another machine or container, which are left alone.
    pub(crate) foreign_folders: u64,
    /// Folders that could not be looked into.
    pub(crate) failed: Vec<InputError>,
    /// True when there were more files than are read.
    pub(crate) truncated: bool,
}

/// Lists `*.journal` and `*.journal~` (set aside after a crash) in each folder and in its subfolders for this machine:
/// those named after its id, alone or with `.NAMESPACE`. An unknown machine id lets all of that form in.
pub(crate) fn discover(context: &Context, folders: &[String], machine_id: Option<&str>) -> Discovery {
    let mut found = Discovery::default();
    for folder in folders {
        look_into(context, Path::new(folder), machine_id, true, &mut found);
    }
    found
}

fn look_into(context: &Context, folder: &Path, machine_id: Option<&str>, top: bool, found: &mut Discovery) {
    let names = match context.list(folder) {
        Ok(names) => names,
        Err(error) if error.is_absent() => return,
        Err(error) => {
            found.failed.push(error);
            return;
        }
    };
    found.folders.push(folder.to_owned());
    for name in names {
        let path = folder.join(&name);
        let Some(name) = name.to_str() else { continue };
        if name.ends_with(".journal") || name.ends_with(".journal~") {
            if found.files.len() >= MOST_FILES {
                found.truncated = true;
                return;
            }
            found.files.push(path);
        } else if top && path.is_dir() {
            if is_of_machine(name, machine_id) {
                look_into(context, &path, machine_id, false, found);
            } else {
                found.foreign_folders += 1;
            }
        }
    }
}

fn is_of_machine(name: &str, machine_id: Option<&str>) -> bool {
    let id = name.split_once('.').map_or(name, |(id, _)| id);
    match machine_id {
        Some(machine_id) => id == machine_id,
        None => id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_this_machine_count() {
        let id = "0123456789abcdef0123456789abcdef";
        assert!(is_of_machine(id, Some(id)));
        assert!(is_of_machine(&format!("{id}.web"), Some(id)));
        assert!(!is_of_machine("remote", Some(id)));
        assert!(!is_of_machine("remote", None));
        assert!(is_of_machine(id, None));
    }
}
