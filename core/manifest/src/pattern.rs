//! Path patterns: what a manifest says when it says what is read.

mod standing;

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use standing::Standing;
use standing::standing_after;
pub(crate) use standing::wildcard_matches;

/// The text is no path pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It does not start with `/`.
    #[error("the path is not absolute")]
    Relative,
    /// It starts with `~`.
    #[error("`~` stands for another folder for every user")]
    Tilde,
    /// A component is empty.
    #[error("the path holds an empty component, `//` or a `/` at its end")]
    Empty,
    /// A component is `.` or `..`.
    #[error("the path holds `.` or `..`")]
    Dots,
    /// `**` stands beside other characters.
    #[error("`**` must be a whole component")]
    DoubleStar,
    /// It holds a character that other tools give a meaning and this one does not, or that no path has.
    #[error("the path holds {0}, of which only `*`, `?` and `**` are wildcards here")]
    Character(&'static str),
    /// It is longer than any path can be.
    #[error("the path is longer than a path can be")]
    TooLong,
}

impl PatternError {
    /// What to write instead.
    pub fn fix(self) -> &'static str {
        match self {
            Self::Relative => "write the whole path from `/`",
            Self::Tilde => "write `/home/*/…` for every user's folder, or `/root/…`",
            Self::Empty => "write single `/` between components and none at the end",
            Self::Dots => "write the path that it leads to",
            Self::DoubleStar => "write `/**/` between components, or a single `*` within one",
            Self::Character(_) => "write one entry for each path, or use `*` and `?`",
            Self::TooLong => "a path has at most 4095 bytes and a component at most 255",
        }
    }
}

/// Most bytes of a path (`PATH_MAX` less its NUL) and of a component (`NAME_MAX`).
const MOST_BYTES: usize = 4095;
const MOST_COMPONENT_BYTES: usize = 255;

/// One component of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Component {
    /// A name in which `*` is any text and `?` any one character; without either the name itself.
    Name(String),
    /// `**`: any number of components, none included.
    AnyDepth,
    /// The name of a process folder under `/proc`: a number, `self`, `thread-self`. Only the table of sensitive paths
    /// has it; without it `/proc/meminfo` would be taken for a process folder.
    Process,
}

/// An absolute path with wildcards: `*` and `?` within a component, `**` as a whole component for any depth.
///
/// A wildcard also matches names that start with a dot. [`PathPattern::matches`] is exact; [`PathPattern::reaches`] counts
/// what lies under a matching folder too, which is what the kernel allows when a folder is allowed.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PathPattern {
    text: String,
    components: Vec<Component>,
    /// How many components, from the first on, are without wildcards.
    literal: usize,
}

impl PathPattern {
    /// Checks and takes the text.
    ///
    /// # Errors
    /// When the text is not absolute, or has `.`, `..`, `~`, an empty component, `**` beside other characters, or one of
    /// ``[ ] { } \``, which other tools give a meaning.
    pub fn new(text: impl Into<String>) -> Result<Self, PatternError> {
        let text = text.into();
        if text.starts_with('~') {
            return Err(PatternError::Tilde);
        }
        let Some(relative) = text.strip_prefix('/') else {
            return Err(PatternError::Relative);
        };
        if text.len() > MOST_BYTES {
            return Err(PatternError::TooLong);
        }
        let components = match relative {
            "" => Vec::new(),
            _ => relative.split('/').map(component).collect::<Result<_, _>>()?,
        };
        Ok(Self::of(text, components))
    }

    fn of(text: String, components: Vec<Component>) -> Self {
        let literal = components.iter().take_while(|component| component.is_literal()).count();
        Self { text, components, literal }
    }

    /// A pattern of the table of sensitive paths, where `{pid}` is the name of a process folder.
    pub(crate) fn with_process(text: &str) -> Result<Self, PatternError> {
        let Self { text, mut components, .. } = Self::new(text.replace("{pid}", "<pid>"))?;
        for component in &mut components {
            if *component == Component::Name("<pid>".to_owned()) {
                *component = Component::Process;
            }
        }
        Ok(Self::of(text, components))
    }

    /// The pattern with everything under what it matches: `/etc/**` of `/etc`.
    pub(crate) fn with_everything_under(&self) -> Self {
        let mut under = self.clone();
        if under.components.last() != Some(&Component::AnyDepth) {
            under.components.push(Component::AnyDepth);
            under.text.push_str(if self.components.is_empty() { "**" } else { "/**" });
        }
        under
    }

    /// The pattern as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn components(&self) -> &[Component] {
        &self.components
    }

    /// True when no wildcard is in it.
    pub fn is_literal(&self) -> bool {
        self.literal == self.components.len()
    }

    /// The deepest folder that everything matching lies in, or the path itself when nothing in it is a wildcard:
    /// `/var/log` of `/var/log/*.log`.
    pub fn literal_prefix(&self) -> PathBuf {
        let literal = self.components.iter().take(self.literal);
        std::iter::once("/").chain(literal.filter_map(Component::name)).collect()
    }

    /// The first component where it is without wildcards: `etc` of `/etc/*.conf`.
    pub(crate) fn first_name(&self) -> Option<&str> {
        self.components.first().filter(|_| self.literal > 0).and_then(Component::name)
    }

    /// True when the pattern matches exactly this path.
    pub fn matches(&self, path: &Path) -> bool {
        self.standing(path).matches
    }

    /// True when the pattern matches this path or a folder above it.
    pub fn reaches(&self, path: &Path) -> bool {
        self.standing(path).reached
    }

    /// True when the pattern may match something below this path, so that a walk to what it matches leads through it:
    /// `/etc` for `/etc/*-release`, any path for `/**/x`. What lies below a matching folder is for
    /// [`PathPattern::reaches`].
    pub fn may_hold(&self, path: &Path) -> bool {
        self.standing(path).leads
    }

    /// All that a pattern says of a path, by one comparison.
    pub fn standing(&self, path: &Path) -> Standing {
        let mut names = path.components();
        if names.next() != Some(std::path::Component::RootDir) {
            return Standing::default();
        }
        // Most patterns part from most paths before the first wildcard.
        for component in &self.components[..self.literal] {
            match names.next() {
                None => return Standing { leads: true, ..Standing::default() },
                Some(std::path::Component::Normal(name)) if component.is_name(name) => {}
                Some(_) => return Standing::default(),
            }
        }
        standing_after(&self.components[self.literal..], names)
    }
}

/// Checks one component of a pattern.
fn component(text: &str) -> Result<Component, PatternError> {
    match text {
        "" => return Err(PatternError::Empty),
        "." | ".." => return Err(PatternError::Dots),
        "**" => return Ok(Component::AnyDepth),
        _ if text.len() > MOST_COMPONENT_BYTES => return Err(PatternError::TooLong),
        _ if text.contains("**") => return Err(PatternError::DoubleStar),
        _ => {}
    }
    match text.chars().find_map(forbidden) {
        Some(name) => Err(PatternError::Character(name)),
        None => Ok(Component::Name(text.to_owned())),
    }
}

/// The name of a character that no pattern may hold. U+FFFD is what a name that is no UTF-8 is compared as, so that no
/// pattern names such a file by accident.
fn forbidden(letter: char) -> Option<&'static str> {
    match letter {
        '[' | ']' => Some("`[` or `]`"),
        '{' | '}' => Some("`{` or `}`"),
        '\\' => Some("`\\`"),
        char::REPLACEMENT_CHARACTER => Some("U+FFFD"),
        _ if letter.is_control() => Some("a control character"),
        _ => None,
    }
}

impl Component {
    fn is_literal(&self) -> bool {
        matches!(self, Self::Name(name) if !name.contains(['*', '?']))
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::AnyDepth | Self::Process => None,
        }
    }

    /// True when it is without wildcards and this name. A name that is no UTF-8 is none that a pattern can hold.
    fn is_name(&self, name: &OsStr) -> bool {
        self.name().is_some_and(|own| own.as_bytes() == name.as_encoded_bytes())
    }

    fn matches(&self, name: &str) -> bool {
        match self {
            Self::Name(pattern) => wildcard_matches(pattern, name),
            Self::AnyDepth => true,
            Self::Process => is_process(name),
        }
    }
}

/// True for the name of a process folder under `/proc`.
pub(crate) fn is_process(name: &str) -> bool {
    matches!(name, "self" | "thread-self")
        || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()))
}

impl fmt::Debug for PathPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PathPattern({:?})", self.text)
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

impl std::str::FromStr for PathPattern {
    type Err = PatternError;
    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::new(text)
    }
}

impl TryFrom<String> for PathPattern {
    type Error = PatternError;
    fn try_from(text: String) -> Result<Self, PatternError> {
        Self::new(text)
    }
}

impl From<PathPattern> for String {
    fn from(pattern: PathPattern) -> String {
        pattern.text
    }
}

impl schemars::JsonSchema for PathPattern {
    fn schema_name() -> Cow<'static, str> {
        "PathPattern".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "An absolute path. `*` and `?` are wildcards within a component, `**` as a whole component is any depth.",
            "pattern": "^/",
            "examples": ["/etc/hostname", "/var/log/**", "/home/*/.config/app.ini"],
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> PathPattern {
        PathPattern::new(text).unwrap()
    }

    #[test]
    fn a_folder_may_hold_what_a_pattern_matches_below_it() {
        for (text, path, expected) in [
            ("/etc/*-release", "/", true),
            ("/etc/*-release", "/etc", true),
            ("/etc/*-release", "/etc/os-release", false),
            ("/etc/*-release", "/etc/os-release/x", false),
            ("/etc/*-release", "/usr", false),
            ("/proc/*/stat", "/proc", true),
            ("/proc/*/stat", "/proc/1", true),
            ("/proc/*/stat", "/proc/1/fd", false),
            ("/proc/*/stat", "/proc/1/stat", false),
            ("/var/log/**", "/var", true),
            ("/var/log/**", "/var/log/a/b", true),
            ("/var/log/**", "/var/lib", false),
            ("/**/x", "/any/where", true),
            ("/a/**/b/c", "/a/x/b", true),
            ("/a/b", "/a/b", false),
            ("/", "/", false),
            ("/a/*", "/a/../b", false),
            ("/a/*", "a", false),
        ] {
            assert_eq!(pattern(text).may_hold(Path::new(path)), expected, "{text} and {path}");
        }
    }

    #[test]
    fn wildcards_take_whole_characters() {
        for (text, name, expected) in [
            ("?", "ö", true),
            ("??", "ö", false),
            ("*?", "ö", true),
            ("*ö?*", "aöb", true),
            ("a*c", "aböc", true),
        ] {
            assert_eq!(wildcard_matches(text, name), expected, "{text} and {name}");
        }
    }

    proptest! {
        /// What is matched, every folder above may hold, and what may hold nothing has nothing matching below.
        #[test]
        fn a_match_lies_below_folders_that_may_hold_it(
            text in "(/([ab]|[ab]\\*|\\?|\\*\\*)){1,5}",
            path in "(/[abc]{1,2}){1,6}",
        ) {
            let (pattern, path) = (pattern(&text), Path::new(&path));
            let above: Vec<_> = path.ancestors().skip(1).collect();
            if pattern.matches(path) {
                prop_assert!(above.iter().all(|folder| pattern.may_hold(folder)));
            }
            prop_assert_eq!(pattern.reaches(path), path.ancestors().any(|folder| pattern.matches(folder)));
        }
    }
}
