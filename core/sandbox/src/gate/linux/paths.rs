//! Which path a process means by its bytes, before any file system is asked.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// A path as a process wrote it, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked<'a> {
    /// Whether it starts at `/`.
    pub(super) absolute: bool,
    /// Its names, without `.` and empty ones.
    pub(super) steps: Vec<Step<'a>>,
    /// Whether it ends in `/`, `/.` or `/..`, and so means a folder, behind a link if need be.
    pub(super) folder: bool,
}

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// To what has this name.
    Name(&'a OsStr),
    /// `..`: to the folder above the real one, which only the file system knows.
    Up,
}

/// Takes a path apart. It holds no NUL.
pub(super) fn take_apart(raw: &[u8]) -> Asked<'_> {
    let parts = || raw.split(|byte| *byte == b'/');
    let steps = parts().filter_map(|part| match part {
        b"" | b"." => None,
        b".." => Some(Step::Up),
        name => Some(Step::Name(OsStr::from_bytes(name))),
    });
    Asked {
        absolute: raw.first() == Some(&b'/'),
        steps: steps.collect(),
        folder: matches!(parts().next_back(), Some(b"" | b"." | b"..")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names<'a>(steps: &[Step<'a>]) -> Vec<&'a str> {
        let name = |step: &Step<'a>| match step {
            Step::Name(name) => name.to_str().unwrap(),
            Step::Up => "..",
        };
        steps.iter().map(name).collect()
    }

    #[test]
    fn dots_and_empty_names_are_removed() {
        for (raw, absolute, steps, folder) in [
            ("/etc/hostname", true, "etc hostname", false),
            ("//etc/.//./hostname", true, "etc hostname", false),
            ("hostname", false, "hostname", false),
            ("/etc/", true, "etc", true),
            ("/etc/.", true, "etc", true),
            ("/etc/..", true, "etc ..", true),
            ("/a/../b", true, "a .. b", false),
            ("/...", true, "...", false),
            ("/", true, "", true),
            (".", false, "", true),
        ] {
            let asked = take_apart(raw.as_bytes());
            assert_eq!((asked.absolute, asked.folder), (absolute, folder), "{raw}");
            assert_eq!(names(&asked.steps).join(" "), steps, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn every_path_is_taken_apart_as_the_standard_library_does(raw in prop::collection::vec(1_u8.., 0..60)) {
            use std::path::{Component, Path};
            let path = Path::new(OsStr::from_bytes(&raw));
            let expected: Vec<_> = path.components().filter_map(|component| match component {
                Component::Normal(name) => Some(Step::Name(name)),
                Component::ParentDir => Some(Step::Up),
                _ => None,
            }).collect();
            let asked = take_apart(&raw);
            prop_assert_eq!(asked.absolute, path.is_absolute());
            prop_assert_eq!(asked.steps, expected);
        }

        #[test]
        fn taking_apart_twice_changes_nothing(raw in "[a./]{0,40}") {
            let asked = take_apart(raw.as_bytes());
            let again = names(&asked.steps).join("/");
            prop_assert_eq!(&take_apart(again.as_bytes()).steps, &asked.steps);
            let plain = |step: &Step<'_>| match step {
                Step::Name(name) => !name.is_empty() && !matches!(name.as_bytes(), b"." | b".."),
                Step::Up => true,
            };
            prop_assert!(asked.steps.iter().all(plain));
        }
    }
}
