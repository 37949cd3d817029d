//! Times as records have them.

use std::fmt;

use jiff::{SignedDuration, Timestamp, TimestampRound, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A time to the second, in UTC: `2026-01-31T12:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(with = "String", extend("format" = "date-time"))]
pub struct Moment(Timestamp);

/// A text that is no such time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time to the second in UTC, such as `2026-01-31T12:00:00Z`")]
pub struct MomentError;

impl Moment {
    /// This time without its fraction of a second.
    pub fn of(time: Timestamp) -> Self {
        let whole = TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Floor);
        Self(time.round(whole).unwrap_or(time))
    }

    /// Now.
    pub fn now() -> Self {
        Self::of(Timestamp::now())
    }

    /// For computing with it.
    pub fn timestamp(self) -> Timestamp {
        self.0
    }

    /// `2026-01-31`
    pub fn date(self) -> String {
        self.0.strftime("%Y-%m-%d").to_string()
    }

    /// How long after `earlier` it is; negative where it is before.
    pub fn since(self, earlier: Self) -> SignedDuration {
        self.0.duration_since(earlier.0)
    }
}

impl std::str::FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        let time: Timestamp = text.parse().map_err(|_| MomentError)?;
        if time.to_string() == text && Self::of(time).0 == time { Ok(Self(time)) } else { Err(MomentError) }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_one_spelling_and_no_fractions() {
        let time = Moment::of("2026-01-31T12:00:00.9Z".parse().unwrap());
        assert_eq!((time.to_string().as_str(), time.date().as_str()), ("2026-01-31T12:00:00Z", "2026-01-31"));
        assert_eq!("2026-01-31T12:00:00Z".parse(), Ok(time));
        for wrong in
            ["2026-01-31T12:00:00.5Z", "2026-01-31T13:00:00+01:00", "2026-01-31", "2026-01-31 12:00:00Z", ""]
        {
            assert_eq!(wrong.parse::<Moment>(), Err(MomentError), "{wrong}");
        }
    }
}
