//! Which distribution, from os-release(5).

use candor_plugin::Context;
use serde::Serialize;

use crate::key_value;

const MOST_BYTES: u64 = 64 * 1024;

/// The distribution.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct OperatingSystem {
    /// `debian`, `rhel`, `opensuse-leap`.
    id: Option<String>,
    /// What it descends from: `rhel fedora`.
    id_like: Option<String>,
    /// For people: `Debian GNU/Linux 12 (bookworm)`.
    pretty_name: Option<String>,
    /// `12`, `24.04`.
    version_id: Option<String>,
    /// `bookworm`.
    version_codename: Option<String>,
    /// `server`, `workstation`.
    variant_id: Option<String>,
    /// Identifies the system image, on image-based systems.
    image_version: Option<String>,
}

impl OperatingSystem {
    /// The distribution, and the raw text.
    pub(crate) fn read(context: &Context) -> (Self, String) {
        for path in ["/etc/os-release", "/usr/lib/os-release"] {
            match context.read_text(path, MOST_BYTES) {
                Ok(text) => return (Self::parse(&text), text),
                Err(error) => context.note_input(&error),
            }
        }
        context.note_partial("there is no `/etc/os-release`: the distribution is unknown");
        (Self::default(), String::new())
    }

    fn parse(text: &str) -> Self {
        let mut values = key_value::parse(text);
        let mut take = |key: &str| values.remove(key).filter(|value| !value.is_empty());
        Self {
            id: take("ID"),
            id_like: take("ID_LIKE"),
            pretty_name: take("PRETTY_NAME"),
            version_id: take("VERSION_ID"),
            version_codename: take("VERSION_CODENAME"),
            variant_id: take("VARIANT_ID"),
            image_version: take("IMAGE_VERSION"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_is_recognised() {
        let found = OperatingSystem::parse(include_str!("../fixtures/os-release-debian-12"));
        assert_eq!(found.id.as_deref(), Some("debian"));
        assert_eq!(found.pretty_name.as_deref(), Some("Debian GNU/Linux 12 (bookworm)"));
        assert_eq!(found.id_like, None);
    }
}
