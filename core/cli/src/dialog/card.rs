//! What the person is shown about collectors.

use std::io;

use candor_consent::{Ledger, Terms};
use candor_host::{Availability, PlannedCollector};

use super::text::Prompt;
use crate::commands::plan::details;
use crate::outlook::Outlook;
use crate::terminal::{printable, width, wrap};

/// Widest text that reads well.
const WIDEST: usize = 96;

/// What the screens depend on beside the plan.
pub struct View<'a> {
    /// The person's language.
    pub language: &'a str,
    /// What the kernel will enforce.
    pub outlook: &'a Outlook,
    /// What was answered earlier. Told beside the questions, and never an answer.
    pub ledger: &'a Ledger,
    /// The terms of the request, where there is one.
    pub terms: Option<&'a Terms>,
}

impl View<'_> {
    /// What is told of a collector besides its manifest, each with its label.
    fn told(&self, planned: &PlannedCollector) -> Vec<(&'static str, String)> {
        let earlier = self.ledger.earlier(&planned.subject(), self.terms);
        let earlier = earlier.map(|earlier| ("earlier", earlier.to_string()));
        self.outlook.told(planned.id()).into_iter().chain(earlier).collect()
    }
}

/// One screen that lists everything which the common go-ahead covers.
pub fn show_common(prompt: &mut Prompt, common: &[&PlannedCollector], view: &View<'_>) -> io::Result<()> {
    prompt.say("")?;
    prompt.title("These collectors read technical facts or what identifies this machine and its users:")?;
    prompt.say("")?;
    for planned in common {
        let text = planned.manifest.value.consent_text(view.language).with_options(&planned.options);
        prompt.title(&format!("  {} ({}): {}", planned.id(), planned.level(), printable(&text.title)))?;
        paragraph(prompt, "    ", &text.what)?;
        if !text.may_contain.is_empty() {
            paragraph(prompt, "    ", &format!("May contain: {}.", text.may_contain.join(", ")))?;
        }
        if !text.affected.is_empty() {
            paragraph(prompt, "    ", &format!("Also about: {}.", text.affected.join(", ")))?;
        }
        for (label, text) in view.told(planned) {
            paragraph(prompt, "    ", &format!("{}: {text}.", capitalised(label)))?;
        }
        unavailable(prompt, planned)?;
    }
    prompt.say("")
}

/// Everything that one collector would read, run and cost.
pub fn show_details(prompt: &mut Prompt, planned: &PlannedCollector, view: &View<'_>) -> io::Result<()> {
    let text = planned.manifest.value.consent_text(view.language).with_options(&planned.options);
    prompt.say("")?;
    prompt.title(&format!("{} ({}): {}", planned.id(), planned.level(), printable(&text.title)))?;
    for line in details(planned) {
        prompt.say(&format!("  {line}"))?;
    }
    for (label, text) in view.told(planned) {
        prompt.say(&format!("  {label:<8} {text}"))?;
    }
    Ok(())
}

/// The card of one collector.
pub fn show(
    prompt: &mut Prompt,
    planned: &PlannedCollector,
    place: Option<(usize, usize)>,
    view: &View<'_>,
) -> io::Result<()> {
    let manifest = &planned.manifest.value;
    let text = manifest.consent_text(view.language).with_options(&planned.options);
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
    if !text.affected.is_empty() {
        labelled(prompt, "Also about", &text.affected.join(", "))?;
    }
    labelled(prompt, "Size", &format!("at most {}", manifest.budget.output))?;
    for (label, text) in view.told(planned) {
        labelled(prompt, &capitalised(label), &text)?;
    }
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

fn capitalised(label: &str) -> String {
    let mut characters = label.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
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
