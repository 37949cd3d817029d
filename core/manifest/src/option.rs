//! Options: what a person may change about a collector, with type, default and bounds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::option_value::OptionValue;
use crate::pattern::wildcard_matches;
use crate::quantity::{ByteSize, DurationText};

/// An option of a collector, as its manifest declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum OptionSpec {
    /// Yes or no.
    Bool {
        /// What the option does, for the person who sets it.
        #[schemars(length(min = 1, max = 300))]
        summary: String,
        /// The value where nobody says otherwise.
        default: bool,
    },
    /// A whole number.
    Integer {
        /// What the option does, for the person who sets it.
        #[schemars(length(min = 1, max = 300))]
        summary: String,
        /// The value where nobody says otherwise.
        default: i64,
        /// The least value allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<i64>,
        /// The greatest value allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<i64>,
    },
    /// A line of text.
    Text {
        /// What the option does, for the person who sets it.
        #[schemars(length(min = 1, max = 300))]
        summary: String,
        /// The value where nobody says otherwise.
        default: String,
        /// Most characters, 256 where absent.
        #[serde(default = "default_text_length")]
        #[schemars(range(min = 1, max = 4096))]
        max_length: u32,
        /// What the whole text must look like: `*` is any text, `?` one character.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern: Option<String>,
    },
    /// One of some words.
    Choice {
        /// What the option does, for the person who sets it.
        #[schemars(length(min = 1, max = 300))]
        summary: String,
        /// The value where nobody says otherwise.
        default: String,
        /// The words to choose from.
        #[schemars(length(min = 1, max = 64))]
        values: Vec<String>,
    },
    /// A length of time.
    Duration {
        /// What the option does, for the person who sets it.
        #[schemars(length(min = 1, max = 300))]
        summary: String,
        /// The value where nobody says otherwise.
        default: DurationText,
        /// The least value allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<DurationText>,
        /// The greatest value allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<DurationText>,
    },
    /// A number of bytes.
    Size {
        /// What the option does, for the person who sets it.
        #[schemars(length(min = 1, max = 300))]
        summary: String,
        /// The value where nobody says otherwise.
        default: ByteSize,
        /// The least value allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<ByteSize>,
        /// The greatest value allowed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<ByteSize>,
    },
    /// Several lines of text.
    List {
        /// What the option does, for the person who sets it.
        #[schemars(length(min = 1, max = 300))]
        summary: String,
        /// The value where nobody says otherwise.
        #[serde(default)]
        default: Vec<String>,
        /// Most items, 64 where absent.
        #[serde(default = "default_list_items")]
        #[schemars(range(min = 1, max = 1024))]
        max_items: u32,
        /// Most characters of an item, 256 where absent.
        #[serde(default = "default_text_length")]
        #[schemars(range(min = 1, max = 4096))]
        max_length: u32,
    },
}

fn default_text_length() -> u32 {
    256
}

fn default_list_items() -> u32 {
    64
}

/// The value does not fit the option.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// It is of another type.
    #[error("expected {expected}")]
    Type {
        /// What would do.
        expected: String,
    },
    /// It is not between the bounds.
    #[error("`{value}` is {side} the {bound_name} `{bound}`")]
    Bound {
        /// What was given.
        value: String,
        /// `below` or `above`.
        side: &'static str,
        /// `least value` or `greatest value`.
        bound_name: &'static str,
        /// The bound that it breaks.
        bound: String,
    },
    /// It is none of the words.
    #[error("`{value}` is none of {}", listed(values))]
    Choice {
        /// What was given.
        value: String,
        /// The words to choose from.
        values: Vec<String>,
    },
    /// A text has too many characters, or a list too many items.
    #[error("more than {most} {what}")]
    TooLong {
        /// The most allowed.
        most: u32,
        /// `characters` or `items`.
        what: &'static str,
    },
    /// A text does not look as the manifest wants it.
    #[error("the text does not match `{pattern}`")]
    Pattern {
        /// The manifest's pattern.
        pattern: String,
    },
    /// A text holds a control character.
    #[error("the text holds a control character")]
    Control,
}

impl OptionError {
    /// What to write instead.
    pub fn fix(&self) -> String {
        match self {
            Self::Bound { bound, .. } => format!("write `{bound}`, or leave it out for the default"),
            Self::Choice { values, .. } => format!("write one of {}", listed(values)),
            Self::TooLong { most, what } => format!("write at most {most} {what}"),
            Self::Type { expected } => format!("write {expected}, or leave it out for the default"),
            Self::Pattern { pattern } => {
                format!("write a text that matches `{pattern}`, of which `*` is any text")
            }
            Self::Control => "remove that character".to_owned(),
        }
    }
}

/// `` `a`, `b` ``
pub(crate) fn listed(words: &[impl AsRef<str>]) -> String {
    words.iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>().join(", ")
}

impl OptionSpec {
    /// The word that manifests use for the type: `duration`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Bool { .. } => "bool",
            Self::Integer { .. } => "integer",
            Self::Text { .. } => "text",
            Self::Choice { .. } => "choice",
            Self::Duration { .. } => "duration",
            Self::Size { .. } => "size",
            Self::List { .. } => "list",
        }
    }

    /// What the option does, for the person who sets it.
    pub fn summary(&self) -> &str {
        match self {
            Self::Bool { summary, .. }
            | Self::Integer { summary, .. }
            | Self::Text { summary, .. }
            | Self::Choice { summary, .. }
            | Self::Duration { summary, .. }
            | Self::Size { summary, .. }
            | Self::List { summary, .. } => summary,
        }
    }

    /// The value where nobody says otherwise.
    pub fn default_value(&self) -> OptionValue {
        match self {
            Self::Bool { default, .. } => OptionValue::Bool(*default),
            Self::Integer { default, .. } => OptionValue::Integer(*default),
            Self::Text { default, .. } => OptionValue::Text(default.clone()),
            Self::Choice { default, .. } => OptionValue::Choice(default.clone()),
            Self::Duration { default, .. } => OptionValue::Duration(default.get()),
            Self::Size { default, .. } => OptionValue::Size(default.get()),
            Self::List { default, .. } => OptionValue::List(default.clone()),
        }
    }

    /// Reads a value as it is given on a command line: `true`, `12`, `1h30m`, `64KiB`, and lists as `a,b,c`.
    ///
    /// # Errors
    /// When the text is not of the option's type or out of its bounds.
    pub fn parse_text(&self, text: &str) -> Result<OptionValue, OptionError> {
        let value = match self {
            Self::Bool { .. } => text.parse().ok().map(OptionValue::Bool),
            Self::Integer { .. } => text.parse().ok().map(OptionValue::Integer),
            Self::Text { .. } => Some(OptionValue::Text(text.to_owned())),
            Self::Choice { .. } => Some(OptionValue::Choice(text.to_owned())),
            Self::Duration { .. } => {
                text.parse::<DurationText>().ok().map(|duration| OptionValue::Duration(duration.get()))
            }
            Self::Size { .. } => text.parse::<ByteSize>().ok().map(|size| OptionValue::Size(size.get())),
            Self::List { .. } if text.is_empty() => Some(OptionValue::List(Vec::new())),
            Self::List { .. } => Some(OptionValue::List(text.split(',').map(str::to_owned).collect())),
        };
        self.checked(value)
    }

    /// Reads a value as a profile gives it.
    ///
    /// # Errors
    /// When the value is not of the option's type or out of its bounds.
    pub fn check_toml(&self, value: &toml::Value) -> Result<OptionValue, OptionError> {
        use toml::Value;
        let value = match (self, value) {
            (Self::Bool { .. }, Value::Boolean(value)) => Some(OptionValue::Bool(*value)),
            (Self::Integer { .. }, Value::Integer(value)) => Some(OptionValue::Integer(*value)),
            (Self::List { .. }, Value::Array(items)) => texts(items).map(OptionValue::List),
            (
                Self::Text { .. } | Self::Choice { .. } | Self::Duration { .. } | Self::Size { .. },
                Value::String(text),
            ) => return self.parse_text(text),
            _ => None,
        };
        self.checked(value)
    }

    /// Checks the bounds of a value.
    ///
    /// # Errors
    /// When the value is out of the option's bounds or of another type.
    pub fn check(&self, value: &OptionValue) -> Result<(), OptionError> {
        match (self, value) {
            (Self::Bool { .. }, OptionValue::Bool(_)) => Ok(()),
            (Self::Integer { min, max, .. }, OptionValue::Integer(value)) => {
                within(value, min.as_ref(), max.as_ref())
            }
            (Self::Duration { min, max, .. }, OptionValue::Duration(value)) => {
                within(&DurationText::from(*value), min.as_ref(), max.as_ref())
            }
            (Self::Size { min, max, .. }, OptionValue::Size(value)) => {
                within(&ByteSize::bytes(*value), min.as_ref(), max.as_ref())
            }
            (Self::Text { max_length, pattern, .. }, OptionValue::Text(text)) => {
                check_line(text, *max_length)?;
                match pattern {
                    Some(pattern) if !wildcard_matches(pattern, text) => {
                        Err(OptionError::Pattern { pattern: pattern.clone() })
                    }
                    _ => Ok(()),
                }
            }
            (Self::Choice { values, .. }, OptionValue::Choice(word)) if values.contains(word) => Ok(()),
            (Self::Choice { values, .. }, OptionValue::Choice(word)) => {
                Err(OptionError::Choice { value: word.clone(), values: values.clone() })
            }
            (Self::List { max_items, max_length, .. }, OptionValue::List(items)) => {
                if items.len() > *max_items as usize {
                    return Err(OptionError::TooLong { most: *max_items, what: "items" });
                }
                items.iter().try_for_each(|item| check_line(item, *max_length))
            }
            _ => Err(self.type_error()),
        }
    }

    fn checked(&self, value: Option<OptionValue>) -> Result<OptionValue, OptionError> {
        let value = value.ok_or_else(|| self.type_error())?;
        self.check(&value).map(|()| value)
    }

    fn type_error(&self) -> OptionError {
        let expected = match self {
            Self::Bool { .. } => "`true` or `false`",
            Self::Integer { .. } => "a whole number",
            Self::Text { .. } => "a text",
            Self::Choice { values, .. } => {
                return OptionError::Type { expected: format!("one of {}", listed(values)) };
            }
            Self::Duration { .. } => "a duration such as `10s` or `1h30m`",
            Self::Size { .. } => "a size such as `64KiB` or `4096`",
            Self::List { .. } => "a list of texts",
        };
        OptionError::Type { expected: expected.to_owned() }
    }
}

fn texts(items: &[toml::Value]) -> Option<Vec<String>> {
    items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

fn within<T: Ord + ToString>(value: &T, min: Option<&T>, max: Option<&T>) -> Result<(), OptionError> {
    let error = |side, bound_name, bound: &T| OptionError::Bound {
        value: value.to_string(),
        side,
        bound_name,
        bound: bound.to_string(),
    };
    match (min, max) {
        (Some(min), _) if value < min => Err(error("below", "least value", min)),
        (_, Some(max)) if value > max => Err(error("above", "greatest value", max)),
        _ => Ok(()),
    }
}

fn check_line(text: &str, max_length: u32) -> Result<(), OptionError> {
    if text.chars().count() > max_length as usize {
        return Err(OptionError::TooLong { most: max_length, what: "characters" });
    }
    if text.chars().any(char::is_control) { Err(OptionError::Control) } else { Ok(()) }
}
