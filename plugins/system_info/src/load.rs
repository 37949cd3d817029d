//! Load averages and pressure stall information.

use candor_plugin::Context;
use serde::Serialize;

use crate::sysfs;

/// `/proc/loadavg`.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct Load {
    /// Runnable or blocked tasks, averaged over 1 minute.
    one_minute: Option<f64>,
    /// Over 5 minutes.
    five_minutes: Option<f64>,
    /// Over 15 minutes.
    fifteen_minutes: Option<f64>,
    /// Tasks (threads included) that are runnable now.
    runnable_tasks: Option<u64>,
    /// Tasks (threads included) that exist.
    tasks: Option<u64>,
}

impl Load {
    pub(crate) fn read(context: &Context) -> Self {
        sysfs::text(context, "/proc/loadavg").map_or_else(Self::default, |text| Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let average = |index: usize| words.get(index).and_then(|word| word.parse().ok());
        let counts = words.get(3).and_then(|word| word.split_once('/'));
        Self {
            one_minute: average(0),
            five_minutes: average(1),
            fifteen_minutes: average(2),
            runnable_tasks: counts.and_then(|(now, _)| now.parse().ok()),
            tasks: counts.and_then(|(_, all)| all.parse().ok()),
        }
    }
}

/// Pressure stall information (kernel document accounting/psi); `null` where the kernel keeps none.
#[derive(Debug, Serialize)]
pub(crate) struct Pressures {
    cpu: Option<Pressure>,
    memory: Option<Pressure>,
    io: Option<Pressure>,
}

/// How much work waits for one resource.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Pressure {
    /// Some task waited.
    some: Option<Stall>,
    /// All tasks waited at once.
    full: Option<Stall>,
}

/// Share of time, and time in total.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Stall {
    ten_seconds_percent: f64,
    one_minute_percent: f64,
    five_minutes_percent: f64,
    /// Since the machine started.
    total_microseconds: u64,
}

impl Pressures {
    pub(crate) fn read(context: &Context) -> Self {
        // A kernel started without psi=1 has the files and answers EOPNOTSUPP.
        let one = |path| sysfs::text_if_any(context, path).map(|text| Pressure::parse(&text));
        Self {
            cpu: one("/proc/pressure/cpu"),
            memory: one("/proc/pressure/memory"),
            io: one("/proc/pressure/io"),
        }
    }
}

impl Pressure {
    fn parse(text: &str) -> Self {
        let line = |word| text.lines().find_map(|line| Stall::parse(line.strip_prefix(word)?));
        Self { some: line("some "), full: line("full ") }
    }
}

impl Stall {
    fn parse(line: &str) -> Option<Self> {
        let value = |key: &str| line.split(' ').find_map(|pair| pair.strip_prefix(key));
        Some(Self {
            ten_seconds_percent: value("avg10=")?.parse().ok()?,
            one_minute_percent: value("avg60=")?.parse().ok()?,
            five_minutes_percent: value("avg300=")?.parse().ok()?,
            total_microseconds: value("total=")?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn load_averages_and_task_counts_are_read() {
        let load = Load::parse("0.24 0.28 0.31 1/94 17577");
        assert_eq!(load.one_minute, Some(0.24));
        assert_eq!((load.runnable_tasks, load.tasks), (Some(1), Some(94)));
        assert_eq!(Load::parse("nonsense"), Load::default());
    }

    #[test]
    fn pressure_without_a_full_line_is_read() {
        let pressure = Pressure::parse("some avg10=0.28 avg60=0.85 avg300=1.10 total=27847600\n");
        assert_eq!(pressure.some.map(|stall| stall.total_microseconds), Some(27_847_600));
        assert_eq!(pressure.full, None);
    }
}
