//! Names of entries, safe to unpack on any desk.

use std::collections::HashSet;

/// Most bytes of a name.
pub const MAX_NAME_BYTES: usize = 1024;

/// A text that cannot be the name of an entry, or not of one more.
///
/// The name may come from a stranger and is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The whole name or a part of it is empty: a slash at the start, at the end, or twice.
    #[error("a name or a part of it is empty")]
    Empty,
    /// More than [`MAX_NAME_BYTES`].
    #[error("a name is longer than {MAX_NAME_BYTES} bytes")]
    TooLong,
    /// A part is `.` or `..`.
    #[error("a name has `.` or `..` as a part")]
    Traversal,
    /// A character that some system gives a meaning of its own.
    #[error("a name holds a control character or one of `\\ : * ? \" < > |`")]
    Character,
    /// It is there already, but for capitals.
    #[error("a name is there twice")]
    Twice,
    /// It is the folder of another entry, or another entry is its folder.
    #[error("a name is both a file and a folder")]
    FileAndFolder,
}

/// Checks one name by itself.
pub(crate) fn check(name: &str) -> Result<(), NameError> {
    if name.len() > MAX_NAME_BYTES {
        return Err(NameError::TooLong);
    }
    name.split('/').try_for_each(|part| match part {
        "" => Err(NameError::Empty),
        "." | ".." => Err(NameError::Traversal),
        _ if part.chars().any(is_unsafe) => Err(NameError::Character),
        _ => Ok(()),
    })
}

/// Control characters, the reserved ones of Windows, and those that turn the direction of text round.
fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The names of one zip, as a file system that ignores case sees them.
#[derive(Debug, Default)]
pub(crate) struct Names {
    files: HashSet<String>,
    folders: HashSet<String>,
}

impl Names {
    /// Takes one more.
    pub(crate) fn add(&mut self, name: &str) -> Result<(), NameError> {
        check(name)?;
        let folded = name.to_lowercase();
        if self.folders.contains(&folded) {
            return Err(NameError::FileAndFolder);
        }
        for (at, _) in folded.match_indices('/') {
            let folder = &folded[..at];
            if self.files.contains(folder) {
                return Err(NameError::FileAndFolder);
            }
            if !self.folders.contains(folder) {
                self.folders.insert(folder.to_owned());
            }
        }
        if self.files.insert(folded) { Ok(()) } else { Err(NameError::Twice) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_leave_the_folder_is_no_name() {
        for name in ["request.json", "artifacts/a/b.json", "a b", "ü/…", ".hidden", "..."] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        for (name, error) in [
            ("", NameError::Empty),
            ("/etc/passwd", NameError::Empty),
            ("a/", NameError::Empty),
            ("a//b", NameError::Empty),
            ("../a", NameError::Traversal),
            ("a/./b", NameError::Traversal),
            ("a\\..\\b", NameError::Character),
            ("c:a", NameError::Character),
            ("a\nb", NameError::Character),
            ("a\u{202e}b", NameError::Character),
        ] {
            assert_eq!(check(name), Err(error), "{name}");
        }
        assert_eq!(check(&"a".repeat(MAX_NAME_BYTES + 1)), Err(NameError::TooLong));
    }

    #[test]
    fn no_name_is_there_twice_or_two_things() {
        let mut names = Names::default();
        names.add("a/b").unwrap();
        names.add("a/c").unwrap();
        assert_eq!(names.add("A/B"), Err(NameError::Twice));
        assert_eq!(names.add("a"), Err(NameError::FileAndFolder));
        assert_eq!(names.add("a/b/c"), Err(NameError::FileAndFolder));
    }
}
