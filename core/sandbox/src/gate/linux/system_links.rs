//! Links that every system has near its root, such as `/lib` and `/var/run`: programs use them for what is declared by its
//! real path. No other path that is not declared is looked up, as a look alone can mount something or ask a server.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::FileType;

/// Names down to which there are such links.
const DEPTH: usize = 2;
/// Such links that may follow each other.
const MOST_LINKS: usize = 4;

/// Whether a path is wanted, itself or behind links of the system.
pub(super) fn leads_to(path: &Path, mut wanted: impl FnMut(&Path) -> bool) -> bool {
    if wanted(path) {
        return true;
    }
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Some(next) = behind_link(&place) else {
            return false;
        };
        if wanted(&next) {
            return true;
        }
        place = next;
    }
    false
}

/// The path behind the first link near the root, which only root could have made.
fn behind_link(path: &Path) -> Option<PathBuf> {
    let names: Vec<_> = path.iter().skip(1).collect();
    for depth in 1..=DEPTH.min(names.len()) {
        let (near, rest) = names.split_at(depth);
        let link = Path::new("/").join(near.iter().collect::<PathBuf>());
        let status = rustix::fs::lstat(&link).ok()?;
        match FileType::from_raw_mode(status.st_mode) {
            FileType::Symlink if status.st_uid == 0 => {
                let target = rustix::fs::readlink(&link, Vec::with_capacity(256)).ok()?;
                let target = PathBuf::from(OsString::from_vec(target.into_bytes()));
                let whole = link.parent()?.join(target).join(rest.iter().collect::<PathBuf>());
                return Some(without_dots(&whole));
            }
            FileType::Directory => {}
            _ => return None,
        }
    }
    None
}

/// What `..` leaves here is no link.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::Normal(name) => plain.push(name),
            Component::ParentDir => {
                plain.pop();
            }
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_near_the_root_is_followed() {
        for link in ["/lib", "/bin", "/var/run"] {
            let Ok(real) = std::fs::canonicalize(link) else { continue };
            let (asked, expected) = (Path::new(link).join("x/y"), real.join("x/y"));
            assert!(leads_to(&asked, |path| path == expected), "{link} is {}", real.display());
        }
    }

    #[test]
    fn links_further_down_are_not_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::os::unix::fs::symlink("/etc", root.join("link")).unwrap();
        assert!(!leads_to(&root.join("link/hostname"), |path| path == Path::new("/etc/hostname")));
        assert!(leads_to(&root.join("link"), |path| path == root.join("link")));
    }
}
