//! Names by which folders were opened, where the real ones differ: a path relative to such a folder means the name.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};

/// Folders remembered; the oldest is forgotten first.
const MOST: usize = 4096;

/// From a folder's real path to the last name that it was opened by.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    names: HashMap<PathBuf, PathBuf>,
    oldest_first: VecDeque<PathBuf>,
}

impl Aliases {
    /// Remembers how a folder was opened.
    pub(super) fn remember(&mut self, real: &Path, name: &Path) {
        if let Some(known) = self.names.get_mut(real) {
            known.clone_from(&name.to_owned());
            return;
        }
        if real == name {
            return;
        }
        if self.names.len() >= MOST
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.names.remove(&oldest);
        }
        self.names.insert(real.to_owned(), name.to_owned());
        self.oldest_first.push_back(real.to_owned());
    }

    /// The name of the folder with this real path.
    pub(super) fn name_of(&self, real: PathBuf) -> PathBuf {
        self.names.get(&real).cloned().unwrap_or(real)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(aliases: &Aliases, real: &str) -> String {
        aliases.name_of(PathBuf::from(real)).display().to_string()
    }

    #[test]
    fn the_last_name_counts() {
        let mut aliases = Aliases::default();
        assert_eq!(name(&aliases, "/a"), "/a");
        for last in ["/b", "/c", "/a"] {
            aliases.remember(Path::new("/a"), Path::new(last));
            assert_eq!(name(&aliases, "/a"), last);
        }
    }

    #[test]
    fn the_oldest_is_forgotten() {
        let mut aliases = Aliases::default();
        for number in 0..=MOST {
            aliases.remember(&PathBuf::from(format!("/{number}")), Path::new("/x"));
        }
        assert_eq!((name(&aliases, "/0").as_str(), name(&aliases, "/1").as_str()), ("/0", "/x"));
        assert_eq!((aliases.names.len(), aliases.oldest_first.len()), (MOST, MOST));
    }
}
