//! Values that are known to belong to this machine, its people and its networks.

use std::collections::BTreeSet;
use std::fmt;

use crate::kind::Kind;

/// What a known value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Known {
    /// An identifier, treated by the policy for its kind.
    Identifier(Kind),
    /// A secret, always removed.
    Secret,
}

impl From<Kind> for Known {
    fn from(kind: Kind) -> Self {
        Self::Identifier(kind)
    }
}

/// Most values that are held. A machine has some hundreds.
const MOST_VALUES: usize = 65_536;
/// Longest value in bytes.
const LONGEST_VALUE: usize = 512;

/// Values to be matched exactly, whatever their length, where no letter or digit stands before or behind them.
///
/// `Debug` shows how many there are and none of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KnownValues(BTreeSet<(Known, String)>);

impl KnownValues {
    /// Adds a value. White space around it is cut off. What is empty, longer than 512 bytes, of several lines or
    /// without any letter or digit is not taken: false then.
    pub fn add(&mut self, known: impl Into<Known>, text: &str) -> bool {
        let text = text.trim();
        let fits = text.len() <= LONGEST_VALUE && self.0.len() < MOST_VALUES;
        if !fits || text.contains(['\n', '\r', '\0']) || !text.chars().any(char::is_alphanumeric) {
            return false;
        }
        self.0.insert((known.into(), text.to_owned()));
        true
    }

    /// Takes over all of `other`.
    pub fn extend(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    /// The number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True when there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What they are and how they read.
    pub fn iter(&self) -> impl Iterator<Item = (Known, &str)> {
        self.0.iter().map(|(known, text)| (*known, text.as_str()))
    }
}

impl fmt::Debug for KnownValues {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KnownValues({})", self.0.len())
    }
}
