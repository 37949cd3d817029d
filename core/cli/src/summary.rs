//! One line a collector, then the path: what a person reads at the end.

use anstyle::{AnsiColor, Style};
use candor_report::{CollectorEntry, Outcome, ReportIndex};

use crate::enforcement::{self, Stated};
use crate::terminal;

/// ` Collected system-info     3 files   12.0 KiB  0.1s`
pub fn line(entry: &CollectorEntry) -> String {
    let style = style(entry.outcome);
    let outcome = entry.outcome.to_string();
    let reason = entry.reason.as_deref().map(terminal::printable).unwrap_or_default();
    let id = &entry.id;
    let delivered = match entry.artifacts.len() {
        0 => String::new(),
        1 => format!("1 file   {:>9}  {}", size(entry.bytes), seconds(entry.duration_ms)),
        count => format!("{count} files  {:>9}  {}", size(entry.bytes), seconds(entry.duration_ms)),
    };
    let gap = if delivered.is_empty() || reason.is_empty() { "" } else { "  " };
    format!("{style}{outcome:>10}{style:#} {id:<20}  {delivered}{gap}{reason}").trim_end().to_owned()
}

/// The same at the end of a run: with what the kernel did not enforce, where that is not everything.
pub fn line_at_end(entry: &CollectorEntry) -> String {
    let shortfall = Stated::of(entry.enforcement.as_ref()).and_then(|stated| stated.shortfall());
    let shortfall = shortfall.map(|shortfall| format!("  ({shortfall})")).unwrap_or_default();
    format!("{}{shortfall}", line(entry))
}

fn style(outcome: Outcome) -> Style {
    let colour = match outcome {
        Outcome::Collected => AnsiColor::Green,
        Outcome::Partial | Outcome::Skipped => AnsiColor::Yellow,
        Outcome::Refused => AnsiColor::Blue,
        Outcome::Failed | Outcome::TimedOut => AnsiColor::Red,
    };
    Style::new().bold().fg_color(Some(colour.into()))
}

/// `Report: x.zip (5 of 7 collectors, tier identifying)`; where enforcement is not full, also how far it goes.
pub fn report_line(path: &std::path::Path, index: &ReportIndex) -> String {
    let collected = index.collectors.iter().filter(|entry| entry.outcome == Outcome::Collected).count();
    let all = index.collectors.len();
    let tier = index.tier.map_or(String::new(), |tier| format!(", tier {tier}"));
    let least = enforcement::least(index).filter(|level| level != "full");
    let least = least.map_or(String::new(), |level| format!(", enforcement {}", terminal::printable(&level)));
    format!("Report: {} ({collected} of {all} collectors{tier}{least})", path.display())
}

/// How pseudonyms are translated back.
pub fn key_line(key: &std::path::Path) -> String {
    let key = terminal::printable(&key.to_string_lossy());
    format!("Pseudonyms in this report can be translated back with `{key}`: keep it, do not send it")
}

/// `1 file`, `2 files`
pub fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// `12.3 KiB`
pub fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", units[unit])
}

/// `0.1s`
pub fn seconds(milliseconds: u64) -> String {
    format!("{}.{}s", milliseconds / 1000, milliseconds % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_and_binary() {
        assert_eq!(size(1023), "1023 B");
        assert_eq!(size(12_595), "12.3 KiB");
        assert_eq!(size(5 << 30), "5.0 GiB");
    }
}
