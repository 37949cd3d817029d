//! What has been found so far, and the one way to read files for more. `values` is the one way to add.

mod values;

use std::collections::BTreeSet;

use candor_redact::KnownValues;

use super::remote::RemoteMounts;
use super::root::{Root, Unread};
use super::{Identity, names};

/// Most lines that count of a file that may be a list of the whole world's, such as a list of blocked hosts.
pub(super) const MOST_LINES: usize = 1024;
/// Most home folders that are looked into.
const MOST_HOMES: usize = 256;

/// An identity that is being gathered.
pub(super) struct Gathering<'root> {
    pub(super) root: &'root Root,
    remote: RemoteMounts,
    system_accounts: BTreeSet<String>,
    homes: BTreeSet<String>,
    /// Without their domains, in lower case.
    own_hosts: BTreeSet<String>,
    known: KnownValues,
    incomplete: Vec<String>,
}

impl<'root> Gathering<'root> {
    pub(super) fn new(root: &'root Root) -> Self {
        let mut gathering = Self {
            root,
            remote: RemoteMounts::default(),
            system_accounts: BTreeSet::new(),
            homes: BTreeSet::new(),
            own_hosts: BTreeSet::new(),
            known: KnownValues::default(),
            incomplete: root.live.incomplete.clone(),
        };
        if let Some(mounts) = gathering.text("/proc/self/mountinfo") {
            gathering.remote = RemoteMounts::parse(&mounts);
        }
        gathering
    }

    pub(super) fn finish(self) -> Identity {
        Identity { known: self.known, incomplete: self.incomplete }
    }

    /// The text of a file whose path tells nothing.
    pub(super) fn text(&mut self, path: &'static str) -> Option<String> {
        self.text_shown_as(path, path)
    }

    /// The text of a file. `shown` is what a person is told of its path, which may itself hold a value.
    pub(super) fn text_shown_as(&mut self, path: &str, shown: &'static str) -> Option<String> {
        self.bytes_shown_as(path, shown).map(|bytes| decoded(&bytes))
    }

    /// The bytes of a file, as [`text_shown_as`](Self::text_shown_as).
    pub(super) fn bytes_shown_as(&mut self, path: &str, shown: &'static str) -> Option<Vec<u8>> {
        if self.is_remote(path, shown) {
            return None;
        }
        match self.root.read(path) {
            Ok(content) => {
                if content.is_cut {
                    self.miss(format!("`{shown}` is long, only its beginning was looked at"));
                }
                Some(content.bytes)
            }
            Err(why) => self.miss_unread(shown, &why),
        }
    }

    /// The one value that a file holds, such as an attribute in sysfs; `None` when there is none.
    pub(super) fn value(&mut self, path: &str, shown: &'static str) -> Option<String> {
        let text = self.text_shown_as(path, shown)?;
        let value = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// The names in a folder whose path tells nothing.
    pub(super) fn names(&mut self, folder: &'static str) -> Vec<String> {
        if self.is_remote(folder, folder) {
            return Vec::new();
        }
        match self.root.list(folder) {
            Ok(listing) => {
                if listing.is_cut {
                    self.miss(format!("`{folder}` holds many or strange names, some were not looked at"));
                }
                listing.names
            }
            Err(why) => self.miss_unread(folder, &why).unwrap_or_default(),
        }
    }

    /// Looks at the files in a folder whose names end like this, one after the other.
    pub(super) fn each_text(
        &mut self,
        folder: &'static str,
        ending: &str,
        mut look: impl FnMut(&mut Self, &str),
    ) {
        for name in self.names(folder) {
            if name.ends_with(ending)
                && let Some(text) = self.text_shown_as(&format!("{folder}/{name}"), folder)
            {
                look(self, &text);
            }
        }
    }

    /// Says what was not looked at, once.
    pub(super) fn miss(&mut self, what: String) {
        if !self.incomplete.contains(&what) {
            self.incomplete.push(what);
        }
    }

    fn miss_unread<T>(&mut self, shown: &str, why: &Unread) -> Option<T> {
        match why {
            Unread::Missing => {}
            Unread::NotAFile => self.miss(format!("`{shown}` is not a regular file")),
            Unread::Refused(code) => {
                let reason = std::io::Error::from(*code).kind();
                self.miss(format!("`{shown}` cannot be read: {reason}"));
            }
        }
        None
    }

    fn is_remote(&mut self, path: &str, shown: &str) -> bool {
        let is_remote = self.remote.holds(path);
        if is_remote {
            self.miss(format!("`{shown}` is on another machine's file system and was not looked at"));
        }
        is_remote
    }

    pub(super) fn set_system_accounts(&mut self, names: BTreeSet<String>) {
        self.system_accounts = names;
    }

    /// True for the name of an account that no person has.
    pub(super) fn is_system_account(&self, name: &str) -> bool {
        names::is_software_account(name) || self.system_accounts.contains(name)
    }

    /// Remembers a home folder, for the files in it.
    pub(super) fn add_home(&mut self, folder: &str) {
        if self.homes.len() >= MOST_HOMES {
            return self.miss(format!(
                "there are more than {MOST_HOMES} home folders, the rest were not looked into"
            ));
        }
        self.homes.insert(folder.trim_end_matches('/').to_owned());
    }

    /// Looks at the files of this name in the home folders, one after the other.
    pub(super) fn each_text_in_homes(
        &mut self,
        name: &str,
        shown: &'static str,
        mut look: impl FnMut(&mut Self, &str),
    ) {
        let paths: Vec<String> = self.homes.iter().map(|home| format!("{home}/{name}")).collect();
        for path in paths {
            if let Some(text) = self.text_shown_as(&path, shown) {
                look(self, &text);
            }
        }
    }
}

/// UTF-8, or else line by line what of it is and Latin-1 where it is not.
fn decoded(bytes: &[u8]) -> String {
    let latin_1 = |line: &[u8]| line.iter().copied().map(char::from).collect();
    let line = |line: &[u8]| str::from_utf8(line).map_or_else(|_| latin_1(line), str::to_owned);
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.split_inclusive(|byte| *byte == b'\n').map(line).collect(),
    }
}
