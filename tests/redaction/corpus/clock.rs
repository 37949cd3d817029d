//! The time of made-up logs: it goes on by itself and never asks the machine.

use jiff::civil::{DateTime, date};
use jiff::{SignedDuration, Unit};

use super::random::Random;

/// A clock that each tick moves on by up to two seconds.
#[derive(Debug, Clone)]
pub struct Clock {
    now: DateTime,
    micros: u32,
    /// Kept in every common spelling, made anew only when the second changes.
    syslog: String,
    iso: String,
    access: String,
    unix: i64,
}

impl Clock {
    /// A clock that starts at a fixed day.
    #[must_use]
    pub fn new() -> Self {
        let mut clock = Self {
            now: date(2026, 3, 2).at(6, 25, 1, 0),
            micros: 0,
            syslog: String::new(),
            iso: String::new(),
            access: String::new(),
            unix: 0,
        };
        clock.spell();
        clock
    }

    /// Goes on.
    pub fn tick(&mut self, random: &mut Random) {
        self.micros += 1 + random.below(180_000) as u32;
        if self.micros < 1_000_000 {
            return;
        }
        self.micros %= 1_000_000;
        let seconds = SignedDuration::from_secs(1 + random.below(2) as i64);
        self.now = self.now.saturating_add(seconds);
        self.spell();
    }

    fn spell(&mut self) {
        self.syslog = self.now.strftime("%b %e %H:%M:%S").to_string();
        self.iso = self.now.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        self.access = self.now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string();
        let epoch = date(1970, 1, 1).at(0, 0, 0, 0);
        let since = self.now.since((Unit::Second, epoch));
        self.unix = since.map_or(0, |span| span.get_seconds());
    }

    /// `Mar  2 06:25:01`.
    #[must_use]
    pub fn syslog(&self) -> &str {
        &self.syslog
    }

    /// `2026-03-02T06:25:01`, without fraction and zone.
    #[must_use]
    pub fn iso(&self) -> &str {
        &self.iso
    }

    /// `02/Mar/2026:06:25:01 +0000`, as web servers write it.
    #[must_use]
    pub fn access(&self) -> &str {
        &self.access
    }

    /// Seconds since 1970.
    #[must_use]
    pub fn unix(&self) -> i64 {
        self.unix
    }

    /// The fraction of the second, in microseconds.
    #[must_use]
    pub fn micros(&self) -> u32 {
        self.micros
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}
