//! The last look: all answers, each of which can still be changed.

use std::io;

use candor_consent::{Choice, Deliberation, Source};
use candor_host::Plan;

use super::card::{self, View};
use super::text::Prompt;

/// Shows all answers until the person collects or leaves. True to collect.
pub fn review(
    prompt: &mut Prompt,
    plan: &Plan,
    questions: &mut Deliberation,
    view: &View<'_>,
) -> io::Result<bool> {
    loop {
        show(prompt, plan, questions)?;
        let Some(line) = prompt.ask_line("[c] collect  [NUMBER] change that answer  [q] leave")? else {
            return Ok(false);
        };
        match line.to_ascii_lowercase().as_str() {
            "c" => return Ok(true),
            "q" => return Ok(false),
            number => match number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)) {
                Some(index) if index < plan.collectors.len() => {
                    change(prompt, plan, index, questions, view)?;
                }
                _ => prompt.say("Please answer c, q or the number of a collector.")?,
            },
        }
    }
}

fn show(prompt: &mut Prompt, plan: &Plan, questions: &Deliberation) -> io::Result<()> {
    prompt.say("")?;
    prompt.title("Your answers:")?;
    for (index, planned) in plan.collectors.iter().enumerate() {
        let answer = match questions.decision(planned.id()).map(|decision| decision.choice) {
            Some(Choice::Approved) => "approved",
            Some(Choice::Refused) => "refused",
            None => "undecided, so refused",
        };
        prompt.say(&format!("  {:>2}  {:<20} {:<12} {answer}", index + 1, planned.id(), planned.level()))?;
    }
    prompt.say("")
}

fn change(
    prompt: &mut Prompt,
    plan: &Plan,
    index: usize,
    questions: &mut Deliberation,
    view: &View<'_>,
) -> io::Result<()> {
    let planned = &plan.collectors[index];
    card::show(prompt, planned, None, view)?;
    loop {
        let question = format!("{}: [a] approve  [r] refuse  [b] back", planned.id());
        let choice = match prompt.ask(&question)? {
            Some('a') => Choice::Approved,
            Some('r') => Choice::Refused,
            Some('b') | None => return Ok(()),
            Some(_) => {
                prompt.say("Please answer a, r or b.")?;
                continue;
            }
        };
        return questions.decide(planned.id(), choice, Source::Terminal).map_err(io::Error::other);
    }
}
