//! What the person is shown about collectors.

use std::io;

use candor_host::{Availability, PlannedCollector};

use super::text::Prompt;
use crate::commands::plan::details;
use crate::terminal::{printable, width, wrap};

/// Widest text that reads well.
const WIDEST: usize = 96;

/// One screen that lists everything which the common go-ahead covers.
pub fn show_common(prompt: &mut Prompt, common: &[&PlannedCollector], language: &str) -> io::Result<()> {
    prompt.say("")?;
    prompt.title("These collectors read technical facts or what identifies this machine and its users:")?;
    prompt.say("")?;
    for planned in common {
        let text = planned.manifest.value.consent_text(language).with_options(&planned.options);
        prompt.title(&format!("  {} ({}): {}", planned.id(), planned.level(), printable(&text.title)))?;
        paragraph(prompt, "    ", &text.what)?;
        if !text.may_contain.is_empty() {
            paragraph(prompt, "    ", &format!("May contain: {}.", text.may_contain.join(", ")))?;
        }
        unavailable(prompt, planned)?;
    }
    prompt.say("")
}

/// Everything that one collector would read, run and cost.
pub fn show_details(prompt: &mut Prompt, planned: &PlannedCollector, language: &str) -> io::Result<()> {
    let text = planned.manifest.value.consent_text(language).with_options(&planned.options);
    prompt.say("")?;
    prompt.title(&format!("{} ({}): {}", planned.id(), planned.level(), printable(&text.title)))?;
    for line in details(planned) {
        prompt.say(&format!("  {line}"))?;
    }
    Ok(())
}

/// The card of one collector.
pub fn show(
    prompt: &mut Prompt,
    planned: &PlannedCollector,
    place: Option<(usize, usize)>,
    language: &str,
) -> io::Result<()> {
    let manifest = &planned.manifest.value;
    let text = manifest.consent_text(language).with_options(&planned.options);
    let place = place.map(|(index, count)| format!("  ({} of {count})", index + 1)).unwrap_or_default();
    prompt.say("")?;
    prompt.title(&format!("{}: {}{place}", planned.id(), printable(&text.title)))?;
    labelled(
        prompt,
        "Level",
        &match &manifest.level_reason {
            Some(reason) => format!("{}: {reason}", manifest.level),
            None => manifest.level.to_string(),
        },
    )?;
    labelled(prompt, "What", &text.what)?;
    labelled(prompt, "Why", &text.why)?;
    if !text.may_contain.is_empty() {
        labelled(prompt, "May contain", &text.may_contain.join(", "))?;
    }
    labelled(prompt, "Size", &format!("at most {}", manifest.budget.output))?;
    unavailable(prompt, planned)?;
    prompt.say("  Exactly:")?;
    for line in details(planned) {
        prompt.say(&format!("    {line}"))?;
    }
    prompt.say("")
}

fn labelled(prompt: &mut Prompt, label: &str, text: &str) -> io::Result<()> {
    let lines = wrap(&printable(text), width().min(WIDEST).saturating_sub(16));
    for (index, line) in lines.iter().enumerate() {
        let label = if index == 0 { format!("{label}:") } else { String::new() };
        prompt.say(&format!("  {label:<13} {line}"))?;
    }
    Ok(())
}

fn paragraph(prompt: &mut Prompt, indent: &str, text: &str) -> io::Result<()> {
    let lines = wrap(&printable(text), width().min(WIDEST).saturating_sub(indent.len()));
    lines.iter().try_for_each(|line| prompt.say(&format!("{indent}{line}")))
}

fn unavailable(prompt: &mut Prompt, planned: &PlannedCollector) -> io::Result<()> {
    match &planned.availability {
        Availability::Ready => Ok(()),
        Availability::Unsupported { reason } | Availability::Broken { reason, .. } => {
            paragraph(prompt, "    ", &format!("Cannot run here: {reason}"))
        }
    }
}
