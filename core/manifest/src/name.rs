//! The names that manifests give to things.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The text is not a name of the kind that was wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a valid {kind}: {rule}")]
pub struct NameError {
    text: String,
    kind: &'static str,
    rule: &'static str,
}

/// Most bytes a name may have.
const MAX_LENGTH: usize = 64;

fn is_name(text: &str, separator: u8) -> bool {
    let bytes = text.as_bytes();
    let word_byte = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    bytes.len() <= MAX_LENGTH
        && bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.last().is_some_and(word_byte)
        && bytes.iter().all(|byte| word_byte(byte) || *byte == separator)
        && !bytes.windows(2).any(|pair| pair == [separator, separator])
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $kind:literal, $separator:literal, $rule:literal, $pattern:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// Checks and takes the text.
            ///
            /// # Errors
            /// When the text breaks the rule of such names.
            pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
                let text = text.into();
                if is_name(&text, $separator) {
                    Ok(Self(text))
                } else {
                    Err(NameError { text, kind: $kind, rule: $rule })
                }
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl std::str::FromStr for $type {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern, "maxLength": MAX_LENGTH })
            }
        }
    };
}

name!(
    /// Id of a collector: `event-log`.
    CollectorId, "collector id", b'-',
    "lowercase letters, digits and single hyphens, starting with a letter, at most 64", "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
);
name!(
    /// Id of a profile: `server-report`.
    ProfileId, "profile id", b'-',
    "lowercase letters, digits and single hyphens, starting with a letter, at most 64", "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
);
name!(
    /// Name of a plugin, which is its library's file name without ending: `event_log`.
    PluginName, "plugin name", b'_',
    "lowercase letters, digits and single underscores, starting with a letter, at most 64", "^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
);
name!(
    /// Name of an option: `lan_addresses`.
    OptionName, "option name", b'_',
    "lowercase letters, digits and single underscores, starting with a letter, at most 64", "^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
);
name!(
    /// Id of a declared command: `lspci`.
    CommandId, "command id", b'-',
    "lowercase letters, digits and single hyphens, starting with a letter, at most 64", "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
);
