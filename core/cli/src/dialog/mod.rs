//! The terminal dialog: one screen for what identifies nobody or names someone, one card for each sensitive collector,
//! and a last look at all answers, where every one can still be changed.
//!
//! No answer is preselected: an empty line asks again. Refusing takes as many keystrokes as approving. The end of the
//! input leaves without collecting.

mod card;
mod request;
mod review;
mod text;

use candor_consent::{Choice, Deliberation, Source};
use candor_host::{Plan, PlannedCollector};
use candor_manifest::CollectorId;

pub use card::View;
pub use request::ask_on;
use text::Answer;
pub use text::Prompt;

/// Asks what is undecided. False when the person leaves: then nothing is to be collected.
///
/// # Errors
/// When the terminal fails.
pub fn ask(plan: &Plan, questions: &mut Deliberation, view: &View<'_>) -> std::io::Result<bool> {
    let undecided: Vec<CollectorId> =
        questions.undecided().map(|subject| subject.collector.clone()).collect();
    let planned = |id: &CollectorId| plan.collector(id);
    let (own, common): (Vec<&PlannedCollector>, Vec<&PlannedCollector>) =
        undecided.iter().filter_map(planned).partition(|planned| planned.level().needs_own_approval());
    let mut prompt = Prompt::new();
    let mut step = 0;
    let first = usize::from(!common.is_empty());
    while step < first + own.len() {
        let answer = if step < first {
            ask_common(&mut prompt, &common, questions, view)?
        } else {
            ask_own(&mut prompt, own[step - first], (step - first, own.len()), questions, view)?
        };
        match answer {
            Answer::Next => step += 1,
            Answer::Back => step = step.saturating_sub(1),
            Answer::Leave => return Ok(false),
        }
    }
    review::review(&mut prompt, plan, questions, view)
}

fn ask_common(
    prompt: &mut Prompt,
    common: &[&PlannedCollector],
    questions: &mut Deliberation,
    view: &View<'_>,
) -> std::io::Result<Answer> {
    loop {
        card::show_common(prompt, common, view)?;
        let Some(key) = prompt.ask("[a] approve these  [r] refuse these  [d] details  [q] leave")? else {
            return Ok(Answer::Leave);
        };
        match key {
            'a' => {
                let listed: Vec<_> = common.iter().map(|planned| planned.id().clone()).collect();
                questions.go_ahead(&listed).map_err(std::io::Error::other)?;
                return Ok(Answer::Next);
            }
            'r' => {
                for planned in common {
                    let decided = questions.decide(planned.id(), Choice::Refused, Source::Terminal);
                    decided.map_err(std::io::Error::other)?;
                }
                return Ok(Answer::Next);
            }
            'd' => common.iter().try_for_each(|planned| card::show_details(prompt, planned, view))?,
            'q' => return Ok(Answer::Leave),
            _ => prompt.say("Please answer a, r, d or q.")?,
        }
    }
}

fn ask_own(
    prompt: &mut Prompt,
    planned: &PlannedCollector,
    place: (usize, usize),
    questions: &mut Deliberation,
    view: &View<'_>,
) -> std::io::Result<Answer> {
    card::show(prompt, planned, Some(place), view)?;
    loop {
        let question = format!("{}: [a] approve  [r] refuse  [b] back  [q] leave", planned.id());
        let Some(key) = prompt.ask(&question)? else {
            return Ok(Answer::Leave);
        };
        let choice = match key {
            'a' => Choice::Approved,
            'r' => Choice::Refused,
            'b' => return Ok(Answer::Back),
            'q' => return Ok(Answer::Leave),
            _ => {
                prompt.say("Please answer a, r, b or q.")?;
                continue;
            }
        };
        questions.decide(planned.id(), choice, Source::Terminal).map_err(std::io::Error::other)?;
        return Ok(Answer::Next);
    }
}
