//! The score as text: a table for people, a list of details, and the section of the documentation.

use std::fmt::Write as _;

use super::{Score, Tallied};
use crate::corpus::model::Family;

/// The lines between which the documentation holds the generated section.
pub const MARKERS: (&str, &str) = ("<!-- generated: corpus -->", "<!-- end of generated: corpus -->");

/// Recall by kind, false alarms by rule, and what broke.
#[must_use]
pub fn table(score: &Score) -> String {
    let mut text =
        format!("{:<12} {:<16} {:>8} {:>8} {:>8}\n", "family", "kind", "planted", "caught", "recall");
    for ((family, kind), tallied) in &score.recall.kinds {
        row(&mut text, name(*family), kind, *tallied);
    }
    for family in [Family::Structured, Family::Generic] {
        row(&mut text, name(family), "all", score.recall.family(family));
    }
    line(
        &mut text,
        format_args!(
            "benign lines touched: {} of {} ({:.3} %)",
            score.alarms.touched.len(),
            score.alarms.lines,
            score.alarms.rate() * 100.0
        ),
    );
    for (rule, count) in score.alarms.by_rule() {
        line(&mut text, format_args!("  {count:>6} {rule}"));
    }
    line(
        &mut text,
        format_args!(
            "structured files: {}, broken: {}, changed by a second pass: {}, withheld: {}",
            score.structured_files,
            score.broken.len(),
            score.unstable.len(),
            score.withheld.len()
        ),
    );
    text
}

/// Every miss, alarm and broken file.
#[must_use]
pub fn details(score: &Score) -> String {
    let mut text = String::new();
    for miss in &score.recall.misses {
        line(
            &mut text,
            format_args!(
                "MISS {} [{}] {}:{}\n  was {}\n  now {}",
                miss.planted.kind,
                miss.planted.spelling,
                miss.document,
                miss.planted.line,
                miss.line,
                miss.output
            ),
        );
    }
    for alarm in &score.alarms.touched {
        line(
            &mut text,
            format_args!(
                "ALARM {} {}\n  was {}\n  now {}",
                alarm.rule, alarm.document, alarm.line, alarm.output
            ),
        );
    }
    for (what, list) in
        [("BROKEN", &score.broken), ("UNSTABLE", &score.unstable), ("WITHHELD", &score.withheld)]
    {
        for entry in list {
            line(&mut text, format_args!("{what} {entry}"));
        }
    }
    text
}

/// The section of the documentation, markers included.
#[must_use]
pub fn section(score: &Score) -> String {
    let mut text = format!("{}\n\n| kind | planted | caught | recall |\n|---|---|---|---|\n", MARKERS.0);
    for ((family, kind), tallied) in &score.recall.kinds {
        markdown_row(&mut text, &format!("{kind} ({})", name(*family)), *tallied);
    }
    for family in [Family::Structured, Family::Generic] {
        markdown_row(&mut text, &format!("**all {}**", name(family)), score.recall.family(family));
    }
    line(
        &mut text,
        format_args!(
            "\nBenign lines touched: {} of {} ({:.3} %).\n\nMissed, by kind and spelling:\n",
            score.alarms.touched.len(),
            score.alarms.lines,
            score.alarms.rate() * 100.0
        ),
    );
    let missed = score.recall.spellings.iter().filter(|(_, tallied)| tallied.caught < tallied.planted);
    for ((kind, spelling), tallied) in missed {
        line(
            &mut text,
            format_args!("- {kind}, {spelling}: {} of {}", tallied.planted - tallied.caught, tallied.planted),
        );
    }
    line(&mut text, format_args!("\nTouched without need, by rule:\n"));
    for (rule, count) in score.alarms.by_rule() {
        line(&mut text, format_args!("- {rule}: {count}"));
    }
    line(&mut text, format_args!("\n{}", MARKERS.1));
    text
}

/// `document` with what stands between the markers replaced by the section.
///
/// # Errors
/// When the markers are not there.
pub fn replace_section(document: &str, section: &str) -> Result<String, String> {
    let missing = || format!("the document lacks the line `{}` or its end", MARKERS.0);
    let (before, rest) = document.split_once(MARKERS.0).ok_or_else(missing)?;
    let (_, after) = rest.split_once(MARKERS.1).ok_or_else(missing)?;
    Ok(format!("{before}{}{after}", section.trim_end()))
}

fn name(family: Family) -> &'static str {
    match family {
        Family::Structured => "structured",
        Family::Generic => "generic",
    }
}

fn row(text: &mut String, family: &str, kind: &str, tallied: Tallied) {
    line(
        text,
        format_args!(
            "{family:<12} {kind:<16} {:>8} {:>8} {:>8.4}",
            tallied.planted,
            tallied.caught,
            tallied.rate()
        ),
    );
}

fn markdown_row(text: &mut String, name: &str, tallied: Tallied) {
    line(text, format_args!("| {name} | {} | {} | {:.4} |", tallied.planted, tallied.caught, tallied.rate()));
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
