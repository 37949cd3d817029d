//! What to say of a path that cannot be opened, without telling anything of what is not declared.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rustix::fs::FileType;
use rustix::io::Errno;

use super::rules::{Judgement, Permission, Rules};

/// Links followed on the way (`MAXSYMLINKS`).
const MOST_LINKS: u32 = 40;

/// The error to answer with and how it came about.
pub(super) struct Absence {
    /// For the process.
    pub(super) error: Errno,
    /// What the rules say of the path.
    pub(super) judgement: Judgement,
}

/// Judges a path of which the kernel said this. A declared one gets the kernel's error. Where declarations only lead
/// through it, it is not there, which is what is said of undeclared files in its place as well. Any other is refused.
pub(super) fn explain(rules: &mut Rules, asked: &Path, error: Errno) -> Absence {
    // A loop may be a link of procfs that leads anywhere: nothing behind it is looked at.
    let intended = if error == Errno::LOOP { Some(asked.to_owned()) } else { intended(asked) };
    let judgement = rules.judge(asked, intended.as_deref().unwrap_or(asked));
    let error = match (judgement.permission, error) {
        // The host's own want, which tells nothing of the file.
        (_, Errno::MFILE | Errno::NFILE | Errno::NOMEM) => Errno::MFILE,
        (Permission::Granted, Errno::NOTDIR) => not_a_folder(rules, asked),
        (Permission::Granted, error) => error,
        (Permission::Leads, Errno::NOENT | Errno::NOTDIR) => Errno::NOENT,
        (Permission::Leads | Permission::Refused, _) => Errno::ACCESS,
    };
    Absence { error, judgement }
}

/// `ENOTDIR` where the file in the way is declared itself; else it is hidden.
fn not_a_folder(rules: &mut Rules, asked: &Path) -> Errno {
    let is_file = |path: &&Path| {
        rustix::fs::stat(*path)
            .is_ok_and(|found| FileType::from_raw_mode(found.st_mode) != FileType::Directory)
    };
    let mut ways: Vec<_> = asked.ancestors().skip(1).collect();
    ways.reverse();
    match ways.into_iter().find(is_file) {
        Some(file) if rules.judge(file, file).permission == Permission::Granted => Errno::NOTDIR,
        _ => Errno::NOENT,
    }
}

/// The real path that something would have if it were there. Only an error depends on it, never what is opened.
fn intended(asked: &Path) -> Option<PathBuf> {
    let names = |path: &Path| path.iter().skip(usize::from(path.is_absolute())).map(OsString::from).collect();
    let mut left: Vec<OsString> = names(asked);
    left.reverse();
    let mut place = PathBuf::from("/");
    let mut links = 0;
    while let Some(name) = left.pop() {
        if name == ".." {
            place.pop();
            continue;
        }
        place.push(name);
        if place.starts_with("/proc") {
            continue;
        }
        let Ok(target) = rustix::fs::readlink(&place, Vec::with_capacity(256)) else {
            continue;
        };
        links += 1;
        if links > MOST_LINKS {
            return None;
        }
        let target =
            PathBuf::from(<OsString as std::os::unix::ffi::OsStringExt>::from_vec(target.into_bytes()));
        place.pop();
        if target.is_absolute() {
            place = PathBuf::from("/");
        }
        let mut further: Vec<OsString> = names(&target);
        further.reverse();
        left.extend(further);
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_to_where_something_would_be() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        symlink("a/b", root.join("relative")).unwrap();
        symlink(root.join("relative/../c"), root.join("absolute")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        for (asked, expected) in
            [("a/x", "a/x"), ("relative/x", "a/b/x"), ("absolute/x", "a/c/x"), ("missing/x", "missing/x")]
        {
            assert_eq!(intended(&root.join(asked)), Some(root.join(expected)), "{asked}");
        }
        assert_eq!(intended(&root.join("loop")), None);
    }

    #[test]
    fn links_of_processes_are_not_followed() {
        let asked = Path::new("/proc/self/cwd/x");
        assert_eq!(intended(asked).as_deref(), Some(asked));
    }
}
