//! Until when a request holds: a day, a time, or from now on.

use candor_manifest::DurationText;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use crate::failure::Failure;

/// Reads `2026-02-28` (the whole day, UTC), `2026-02-28T12:00:00Z` or `14d`.
///
/// # Errors
/// When it is none of these.
pub fn parse(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let cannot = || {
        Failure::usage(format!("`{}` is no time that a request can expire at", crate::terminal::printable(text)))
            .hint("write a day such as `2026-02-28`, a time such as `2026-02-28T12:00:00Z`, or a duration such as `14d`")
    };
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    if let Ok(day) = text.parse::<Date>() {
        let end = day.at(23, 59, 59, 0).to_zoned(TimeZone::UTC).map_err(|_| cannot())?;
        return Ok(end.timestamp());
    }
    let duration: DurationText = text.parse().map_err(|_| cannot())?;
    let duration = SignedDuration::try_from(duration.get()).map_err(|_| cannot())?;
    now.checked_add(duration).map_err(|_| cannot())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lasts_to_its_end() {
        let now: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("2026-02-28", "2026-02-28T23:59:59Z"),
            ("2026-02-28T12:00:00Z", "2026-02-28T12:00:00Z"),
            ("2026-02-28T12:00:00+01:00", "2026-02-28T11:00:00Z"),
            ("14d", "2026-02-14T12:00:00Z"),
            ("1h30m", "2026-01-31T13:30:00Z"),
        ] {
            assert_eq!(parse(text, now).unwrap(), expected.parse().unwrap(), "{text}");
        }
        for wrong in ["", "soon", "2026-02-30", "-1d", "28.2.2026"] {
            assert!(parse(wrong, now).is_err(), "{wrong}");
        }
    }
}
