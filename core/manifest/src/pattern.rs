//! Path patterns: what a manifest says when it says what is read.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

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
        Ok(Self { text, components })
    }

    /// A pattern of the table of sensitive paths, where `{pid}` is the name of a process folder.
    pub(crate) fn with_process(text: &str) -> Result<Self, PatternError> {
        let mut pattern = Self::new(text.replace("{pid}", "<pid>"))?;
        for component in &mut pattern.components {
            if *component == Component::Name("<pid>".to_owned()) {
                *component = Component::Process;
            }
        }
        Ok(pattern)
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
        self.components.iter().all(Component::is_literal)
    }

    /// The deepest folder that everything matching lies in, or the path itself when nothing in it is a wildcard:
    /// `/var/log` of `/var/log/*.log`.
    pub fn literal_prefix(&self) -> PathBuf {
        let literal = self.components.iter().take_while(|component| component.is_literal());
        std::iter::once("/").chain(literal.filter_map(Component::name)).collect()
    }

    /// True when the pattern matches exactly this path.
    pub fn matches(&self, path: &Path) -> bool {
        path_names(path).is_some_and(|names| matches_names(&self.components, &names))
    }

    /// True when the pattern matches this path or a folder above it.
    pub fn reaches(&self, path: &Path) -> bool {
        path_names(path).is_some_and(|names| {
            (0..=names.len()).any(|depth| matches_names(&self.components, &names[..depth]))
        })
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

/// The names of an absolute path without `.` and `..`; None for any other path.
fn path_names(path: &Path) -> Option<Vec<Cow<'_, str>>> {
    let mut components = path.components();
    if components.next() != Some(std::path::Component::RootDir) {
        return None;
    }
    components
        .map(|component| match component {
            std::path::Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        })
        .collect()
}

/// Steps through the names with the set of places in the pattern that are still possible: linear in both lengths'
/// product, whatever the wildcards.
fn matches_names(pattern: &[Component], names: &[Cow<'_, str>]) -> bool {
    let mut possible = vec![false; pattern.len() + 1];
    possible[0] = true;
    skip_any_depth(pattern, &mut possible);
    for name in names {
        let mut next = vec![false; pattern.len() + 1];
        for (place, component) in pattern.iter().enumerate().filter(|(place, _)| possible[*place]) {
            match component {
                Component::AnyDepth => next[place] = true,
                _ => next[place + 1] |= component.matches(name),
            }
        }
        possible = next;
        skip_any_depth(pattern, &mut possible);
    }
    possible[pattern.len()]
}

fn skip_any_depth(pattern: &[Component], possible: &mut [bool]) {
    for (place, component) in pattern.iter().enumerate() {
        if *component == Component::AnyDepth && possible[place] {
            possible[place + 1] = true;
        }
    }
}

/// True when the whole text matches: `*` is any text, `?` one character.
pub(crate) fn wildcard_matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut place, mut at) = (0, 0);
    // Where to go on when what follows the last star fits no more: the star then takes one character more.
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(place) {
            Some('*') => {
                retry = Some((place, at));
                place += 1;
            }
            Some(letter) if *letter == '?' || *letter == text[at] => {
                place += 1;
                at += 1;
            }
            _ => {
                let Some((star, taken)) = retry else { return false };
                retry = Some((star, taken + 1));
                place = star + 1;
                at = taken + 1;
            }
        }
    }
    pattern[place..].iter().all(|letter| *letter == '*')
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
