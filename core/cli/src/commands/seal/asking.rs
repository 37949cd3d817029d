//! The question before a report leaves: these bytes, to these recipients.

use std::io::{self, Write};
use std::path::Path;

use candor_consent::RecordedRecipient;
use candor_manifest::Level;
use candor_report::EditAction;

use super::Leaving;
use crate::failure::Failure;
use crate::summary;
use crate::terminal::{can_ask, printable};

/// Digits of a root that say enough.
const LEAST_DIGITS: usize = 8;

/// What is decided on.
pub(super) struct Question<'a> {
    pub(super) leaving: &'a Leaving,
    pub(super) recipients: &'a [RecordedRecipient],
    pub(super) output: &'a Path,
}

/// Shows what would leave, and to whom.
pub(super) fn show(question: &Question<'_>, json: bool) -> Result<(), Failure> {
    if !json {
        return Ok(lines(question).iter().try_for_each(|line| writeln!(io::stdout(), "{line}"))?);
    }
    let leaving = question.leaving;
    super::super::print_json(&serde_json::json!({
        "schema": 1, "report": leaving.index.id, "released_root": leaving.proof.released_root,
        "artifacts": leaving.index.artifacts().collect::<Vec<_>>(), "bytes": leaving.bytes(),
        "recipients": question.recipients, "redactions": leaving.redactions(),
        "drops": leaving.edits(EditAction::Dropped), "masks": leaving.edits(EditAction::Masked),
        "output": question.output,
    }))
}

/// True when somebody has decided that exactly this may leave.
pub(super) fn is_released(question: &Question<'_>, root: Option<&str>, json: bool) -> Result<bool, Failure> {
    let released = question.leaving.proof.released_root.to_string();
    if let Some(root) = root {
        let root = root.to_ascii_lowercase();
        if root.len() >= LEAST_DIGITS && released.starts_with(&root) {
            return Ok(true);
        }
        return Err(Failure::usage("the report is not the one that is released").hint(format!(
            "its released root is {released}; at least {LEAST_DIGITS} digits of it are needed"
        )));
    }
    if json || !can_ask() {
        eprintln!("hint: without a terminal, release exactly these bytes: `--release {}`", &released[..16]);
        return Ok(false);
    }
    for line in lines(question) {
        eprintln!("{line}");
    }
    ask()
}

/// One letter each; anything else asks again; the end of the input is no.
fn ask() -> Result<bool, Failure> {
    loop {
        eprint!("\nSeal this for the recipients above?  s seal   n do not seal  > ");
        io::stderr().flush()?;
        let mut answer = String::new();
        if io::stdin().read_line(&mut answer)? == 0 {
            return Ok(false);
        }
        match answer.trim() {
            "s" => return Ok(true),
            "n" => return Ok(false),
            _ => {}
        }
    }
}

fn lines(question: &Question<'_>) -> Vec<String> {
    let Question { leaving, recipients, output } = question;
    let index = &leaving.index;
    let mut lines = vec![format!("This will leave: report {} of profile {}", index.id, index.profile)];
    for level in Level::ALL {
        let of_level = || index.artifacts().filter(move |artifact| artifact.level == level);
        let (count, bytes) = (of_level().count(), of_level().map(|artifact| artifact.bytes).sum());
        if count > 0 {
            lines.push(format!(
                "  {:<12} {count:>5} artifacts  {:>10}",
                level.as_str(),
                summary::size(bytes)
            ));
        }
    }
    let (drops, masks) = (leaving.edits(EditAction::Dropped), leaving.edits(EditAction::Masked));
    let redactions = leaving.redactions();
    lines.push(format!(
        "  {} removed or replaced; {} dropped; {} blanked",
        summary::counted(redactions, "value"),
        summary::counted(drops, "artifact"),
        summary::counted(masks, "part"),
    ));
    lines.push(format!("  released root {}", leaving.proof.released_root));
    lines.push("It can be read by:".to_owned());
    for recipient in *recipients {
        let name = recipient.name.as_deref().map_or_else(|| "(no name)".to_owned(), printable);
        lines.push(format!("  {name}, up to level {}", recipient.level));
        lines.push(format!("    {}", recipient.fingerprint.words));
    }
    lines.push(format!("It goes into {}", printable(&output.to_string_lossy())));
    lines
}
