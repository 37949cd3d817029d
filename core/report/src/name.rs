//! Names of artifacts, safe to unpack on any desk.

use std::fmt;

/// Most bytes of a whole name.
const MAX_BYTES: usize = 512;
/// Most bytes between two slashes.
const MAX_COMPONENT_BYTES: usize = 255;
/// Names that Windows gives to devices, whatever ending follows.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Name of an artifact below its collector: `journal/boot-0.ndjson`.
///
/// Relative, separated by slashes, and free of everything that an unpacking tool on any system could take for something
/// else: `.` and `..`, backslashes, colons, control characters, device names of Windows, trailing dots and blanks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactName(String);

/// The text cannot be the name of an artifact.
///
/// The name itself comes from a plugin and is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactNameError {
    /// The whole name or a component is empty; a leading, trailing or double slash is the usual cause.
    #[error("an artifact name or a part of it is empty")]
    Empty,
    /// More than 512 bytes, or more than 255 in one component.
    #[error(
        "an artifact name is longer than {MAX_BYTES} bytes or has a part longer than {MAX_COMPONENT_BYTES}"
    )]
    TooLong,
    /// A component is `.` or `..`.
    #[error("an artifact name has `.` or `..` as a part")]
    Traversal,
    /// A character that some system gives a meaning of its own.
    #[error("an artifact name holds a control character or one of `\\ : * ? \" < > |`")]
    Character,
    /// A component ends with a dot or a blank, which Windows drops.
    #[error("a part of an artifact name ends with a dot or a blank")]
    TrailingDot,
    /// A component is a device on Windows: `con`, `nul.txt`, `com1`.
    #[error("a part of an artifact name is a device name on Windows")]
    Device,
}

impl ArtifactName {
    /// Checks and takes the text.
    ///
    /// # Errors
    /// When unpacking a file of this name could do anything but create it below the folder that was asked for.
    pub fn parse(text: &str) -> Result<Self, ArtifactNameError> {
        if text.len() > MAX_BYTES {
            return Err(ArtifactNameError::TooLong);
        }
        text.split('/').try_for_each(check_component)?;
        Ok(Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names share when a file system that ignores case takes them for the same file.
    pub(crate) fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for ArtifactName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl std::str::FromStr for ArtifactName {
    type Err = ArtifactNameError;

    fn from_str(text: &str) -> Result<Self, ArtifactNameError> {
        Self::parse(text)
    }
}

fn check_component(component: &str) -> Result<(), ArtifactNameError> {
    match component {
        "" => return Err(ArtifactNameError::Empty),
        "." | ".." => return Err(ArtifactNameError::Traversal),
        _ if component.len() > MAX_COMPONENT_BYTES => return Err(ArtifactNameError::TooLong),
        _ => {}
    }
    if component.chars().any(is_unsafe) {
        return Err(ArtifactNameError::Character);
    }
    if component.ends_with(['.', ' ']) {
        return Err(ArtifactNameError::TrailingDot);
    }
    if is_device(component) {
        return Err(ArtifactNameError::Device);
    }
    Ok(())
}

/// Control characters, the reserved ones of Windows, and those that turn the direction of text round and so disguise a
/// name's ending.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Windows looks at what stands before the first dot, blanks at its end dropped.
fn is_device(component: &str) -> bool {
    let stem = component.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    if DEVICES.contains(&stem.as_str()) || matches!(stem.as_str(), "conin$" | "conout$") {
        return true;
    }
    let mut characters = stem.chars();
    let number = characters.next_back();
    matches!(characters.as_str(), "com" | "lpt")
        && number.is_some_and(|number| matches!(number, '0'..='9' | '¹' | '²' | '³'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_accepted() {
        for name in
            ["cpu.json", "journal/boot-0.ndjson", ".hidden", "a b/ü/日本.txt", "console", "com10", "com"]
        {
            assert_eq!(ArtifactName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        use ArtifactNameError::{Character, Empty, Traversal};
        for (name, error) in [
            ("../../etc/x", Traversal),
            ("a/../b", Traversal),
            ("./a", Traversal),
            ("/etc/passwd", Empty),
            ("a//b", Empty),
            ("a/", Empty),
            ("", Empty),
            ("..\\x", Character),
            ("c:x", Character),
            ("a\0b", Character),
            ("a\nb", Character),
            ("a\u{202e}gpj.exe", Character),
        ] {
            assert_eq!(ArtifactName::parse(name), Err(error), "{name:?}");
        }
    }

    #[test]
    fn names_that_windows_changes_or_opens_as_devices_are_refused() {
        use ArtifactNameError::{Device, TrailingDot};
        for (name, error) in [
            ("a./b", TrailingDot),
            ("a ", TrailingDot),
            ("...", TrailingDot),
            ("CON", Device),
            ("x/nul.txt", Device),
            ("Com1.log", Device),
            ("lpt³", Device),
            ("aux .txt", Device),
        ] {
            assert_eq!(ArtifactName::parse(name), Err(error), "{name:?}");
        }
    }

    #[test]
    fn lengths_are_counted_in_bytes() {
        assert!(ArtifactName::parse(&"ü".repeat(127)).is_ok());
        assert_eq!(ArtifactName::parse(&"ü".repeat(128)), Err(ArtifactNameError::TooLong));
        let long = vec!["a".repeat(250); 3].join("/");
        assert_eq!(ArtifactName::parse(&long), Err(ArtifactNameError::TooLong));
    }
}
