//! Durations and sizes as people write them: `1h30m`, `256MiB`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The text is no duration or size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// The text does not follow the grammar.
    #[error("`{text}` is no {kind}, such as {example}")]
    Form {
        /// What was written.
        text: String,
        /// `duration` or `size`.
        kind: &'static str,
        /// Texts that would do.
        example: &'static str,
    },
    /// The value is greater than anything a manifest may ask for.
    #[error("`{text}` is more than {most}")]
    TooMuch {
        /// What was written.
        text: String,
        /// The greatest value.
        most: &'static str,
    },
}

/// A duration in whole milliseconds. Its text is numbers with units, greatest first: `7d`, `1h30m`, `500ms`.
///
/// `Display` gives the shortest such text, which parses to the same value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DurationText(Duration);

/// Units of durations with their milliseconds, greatest first.
const DURATION_UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Ten years: no collector, option or deadline has use for more.
const MOST_MILLISECONDS: u64 = 3650 * 86_400_000;

impl DurationText {
    /// Whole seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// The duration.
    pub const fn get(self) -> Duration {
        self.0
    }

    /// Whole milliseconds.
    pub fn milliseconds(self) -> u64 {
        // Never cut: a parsed value is at most ten years, and a made one is checked nowhere but saturates here.
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }
}

impl From<Duration> for DurationText {
    /// Parts of a millisecond are dropped.
    fn from(duration: Duration) -> Self {
        Self(Duration::from_millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl From<DurationText> for Duration {
    fn from(text: DurationText) -> Self {
        text.0
    }
}

impl FromStr for DurationText {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let form = || QuantityError::Form {
            text: text.to_owned(),
            kind: "duration",
            example: "`10s`, `1h30m` or `7d`",
        };
        let mut rest = text;
        let mut total = 0_u64;
        let mut greatest = u64::MAX;
        while !rest.is_empty() || text.is_empty() {
            let (number, after) = leading_number(rest).ok_or_else(form)?;
            let unit_length = after.find(|letter: char| letter.is_ascii_digit()).unwrap_or(after.len());
            let (unit, after) = after.split_at(unit_length);
            let (_, scale) = DURATION_UNITS.into_iter().find(|(name, _)| *name == unit).ok_or_else(form)?;
            if scale >= greatest {
                return Err(form());
            }
            greatest = scale;
            total = total.saturating_add(number.saturating_mul(scale));
            rest = after;
        }
        if total > MOST_MILLISECONDS {
            return Err(QuantityError::TooMuch { text: text.to_owned(), most: "3650d" });
        }
        Ok(Self(Duration::from_millis(total)))
    }
}

/// Splits `90s` into 90 and `s`. None without a digit in front; too large a number saturates.
fn leading_number(text: &str) -> Option<(u64, &str)> {
    let length = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(length);
    (!digits.is_empty()).then(|| (digits.parse().unwrap_or(u64::MAX), rest))
}

impl fmt::Display for DurationText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.milliseconds();
        if rest == 0 {
            return formatter.pad("0s");
        }
        let mut text = String::new();
        for (unit, scale) in DURATION_UNITS {
            if rest >= scale {
                text.push_str(&format!("{}{unit}", rest / scale));
                rest %= scale;
            }
        }
        formatter.pad(&text)
    }
}

/// A number of bytes. Its text is a number with an optional unit: `64KiB`, `1GB`, `4096`.
///
/// `Display` gives the shortest exact text, which parses to the same value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ByteSize(u64);

/// Units of sizes with their bytes, in the order in which `Display` tries them.
const SIZE_UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("B", 1),
];

/// An exbibyte, which still fits a signed 64-bit number.
const MOST_BYTES: u64 = 1 << 60;

impl ByteSize {
    /// That many bytes.
    pub const fn bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// That many KiB.
    pub const fn kib(count: u64) -> Self {
        Self(count << 10)
    }

    /// That many MiB.
    pub const fn mib(count: u64) -> Self {
        Self(count << 20)
    }

    /// The number of bytes.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl FromStr for ByteSize {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let form = || QuantityError::Form {
            text: text.to_owned(),
            kind: "size",
            example: "`64KiB`, `256MiB` or `4096`",
        };
        let (number, unit) = leading_number(text).ok_or_else(form)?;
        let scale = if unit.is_empty() {
            1
        } else {
            SIZE_UNITS.into_iter().find(|(name, _)| *name == unit).ok_or_else(form)?.1
        };
        match number.checked_mul(scale) {
            Some(bytes) if bytes <= MOST_BYTES => Ok(Self(bytes)),
            _ => Err(QuantityError::TooMuch { text: text.to_owned(), most: "1048576TiB" }),
        }
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit =
            SIZE_UNITS.into_iter().find(|(_, scale)| self.0 >= *scale && self.0.is_multiple_of(*scale));
        match unit {
            Some((name, scale)) if scale > 1 => formatter.pad(&format!("{}{name}", self.0 / scale)),
            _ => formatter.pad(&self.0.to_string()),
        }
    }
}

macro_rules! text_quantity {
    ($type:ident, $description:literal, $example:literal, $pattern:literal) => {
        impl TryFrom<String> for $type {
            type Error = QuantityError;
            fn try_from(text: String) -> Result<Self, QuantityError> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(quantity: $type) -> String {
                quantity.to_string()
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "description": $description,
                    "pattern": $pattern,
                    "examples": [$example],
                })
            }
        }
    };
}

text_quantity!(
    DurationText,
    "A duration: numbers with the units `d`, `h`, `m`, `s`, `ms`, greatest first.",
    "1h30m",
    "^(?=.)([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"
);
text_quantity!(
    ByteSize,
    "A size: a number with an optional unit, of which `KiB`, `MiB`, `GiB` are powers of 1024 and `KB`, `MB`, `GB` of 1000.",
    "256MiB",
    "^[0-9]+(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_every_unit() {
        for (text, milliseconds) in [
            ("10s", 10_000),
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("7d", 604_800_000),
            ("500ms", 500),
            ("1m1ms", 60_001),
        ] {
            assert_eq!(text.parse::<DurationText>().unwrap().milliseconds(), milliseconds, "{text}");
            assert_eq!(text.parse::<DurationText>().unwrap().to_string(), text);
        }
        assert_eq!("90s".parse::<DurationText>().unwrap().to_string(), "1m30s");
        assert_eq!("0s".parse::<DurationText>().unwrap().to_string(), "0s");
    }

    #[test]
    fn text_that_is_no_duration_is_refused() {
        for text in [
            "",
            "10",
            "s",
            "10 s",
            "1m1h",
            "1m1m",
            "-1s",
            "1.5h",
            "10S",
            "9999999999999999999999d",
            "4000d",
            "1ü",
        ] {
            assert!(text.parse::<DurationText>().is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_read_in_every_unit() {
        for (text, bytes) in
            [("64KiB", 65_536), ("256MiB", 268_435_456), ("1GB", 1_000_000_000), ("17", 17), ("0", 0)]
        {
            assert_eq!(text.parse::<ByteSize>().unwrap().get(), bytes, "{text}");
            assert_eq!(text.parse::<ByteSize>().unwrap().to_string(), text);
        }
        assert_eq!("4096".parse::<ByteSize>().unwrap().to_string(), "4KiB");
        assert_eq!("12B".parse::<ByteSize>().unwrap().get(), 12);
    }

    #[test]
    fn text_that_is_no_size_is_refused() {
        for text in ["", "MiB", "1 MiB", "1mib", "1.5GiB", "-1", "1K", "99999999999999999999", "16777216TiB"]
        {
            assert!(text.parse::<ByteSize>().is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_duration_survives_its_own_text(milliseconds in 0..=MOST_MILLISECONDS) {
            let duration = DurationText::from(Duration::from_millis(milliseconds));
            proptest::prop_assert_eq!(duration.to_string().parse::<DurationText>().unwrap(), duration);
        }

        #[test]
        fn every_size_survives_its_own_text(bytes in 0..=MOST_BYTES) {
            let size = ByteSize::bytes(bytes);
            proptest::prop_assert_eq!(size.to_string().parse::<ByteSize>().unwrap(), size);
        }
    }
}
