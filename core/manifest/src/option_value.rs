//! A value of an option.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::quantity::{ByteSize, DurationText};

/// A value that was checked against its [`OptionSpec`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionValue {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A line of text.
    Text(String),
    /// One of the words that the manifest lists.
    Choice(String),
    /// A length of time, in whole milliseconds.
    Duration(Duration),
    /// A number of bytes.
    Size(u64),
    /// Several lines of text.
    List(Vec<String>),
}

impl OptionValue {
    /// The value as collectors receive it: durations are integers in milliseconds, sizes integers in bytes.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Bool(value) => (*value).into(),
            Self::Integer(value) => (*value).into(),
            Self::Text(text) | Self::Choice(text) => text.as_str().into(),
            Self::Duration(duration) => DurationText::from(*duration).milliseconds().into(),
            Self::Size(bytes) => (*bytes).into(),
            Self::List(items) => items.as_slice().into(),
        }
    }
}

impl Serialize for OptionValue {
    /// As [`OptionValue::to_json`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl std::fmt::Display for OptionValue {
    /// As a person would write it: `1h30m`, `64KiB`, `a,b`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Integer(value) => write!(formatter, "{value}"),
            Self::Text(text) | Self::Choice(text) => formatter.pad(text),
            Self::Duration(duration) => DurationText::from(*duration).fmt(formatter),
            Self::Size(bytes) => ByteSize::bytes(*bytes).fmt(formatter),
            Self::List(items) => formatter.pad(&items.join(",")),
        }
    }
}
