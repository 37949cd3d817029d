//! Where an entry is: the outer path and the names inside.

use std::fmt;

/// The place of an entry. `Display` joins the parts with `!`: `bundle.tar.xz!logs.zip!messages`.
///
/// Names inside archives are those that [`Filter::name`](crate::Filter::name) gave, so a path may stand in a report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryPath {
    parts: Vec<Vec<u8>>,
}

impl EntryPath {
    /// The place of the outermost file, named as the caller wants to see it in tallies.
    pub fn new(outer: impl Into<Vec<u8>>) -> Self {
        Self { parts: vec![outer.into()] }
    }

    /// The place of the entry `name` inside this container.
    #[must_use]
    pub fn join(&self, name: impl Into<Vec<u8>>) -> Self {
        let mut parts = self.parts.clone();
        parts.push(name.into());
        Self { parts }
    }

    /// The outer path and then one name for each archive passed through.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        self.parts.iter().map(Vec::as_slice)
    }
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            let separator = if index == 0 { "" } else { "!" };
            write!(f, "{separator}{}", String::from_utf8_lossy(part))?;
        }
        Ok(())
    }
}
