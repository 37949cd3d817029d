//! Commands: an absolute program that is no shell, within its bounds, under an id of its own.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::document::{Document, way};
use crate::findings::Findings;
use crate::manifest::Command;
use crate::text::shown;
use crate::{DurationText, Manifest, PathPattern, sensitivity};

/// The longest that a command may take.
const MOST_TIMEOUT: DurationText = DurationText::seconds(300);

/// Checks every command.
pub(super) fn check(manifest: &Manifest, document: &Document<'_>, findings: &mut Findings<'_>) {
    let mut seen = BTreeMap::new();
    for (place, command) in manifest.commands.iter().enumerate() {
        program(place, command, document, findings);
        timeout(place, command, manifest, document, findings);
        output(place, command, manifest, document, findings);
        let span = document.span(&way!["commands", place, "id"]);
        if let Some(first) = seen.get(&command.id) {
            let message = format!("two commands have the id `{}`", command.id);
            let diagnostic = Diagnostic::error(findings.source(), &span, "repeated", message, "again")
                .with_fix(format!("give one of them another id, such as `{}-2`", command.id))
                .with_related(findings.source(), first, "the first is here");
            findings.push(diagnostic);
        } else {
            seen.insert(&command.id, span);
        }
    }
}

fn program(place: usize, command: &Command, document: &Document<'_>, findings: &mut Findings<'_>) {
    let Some(program) = command.argv.first() else {
        return;
    };
    let span = document.span(&way!["commands", place, "argv", 0_usize]);
    let literal = PathPattern::new(program.as_str()).is_ok_and(|path| path.is_literal());
    if !literal {
        let message = format!("`{}` is no absolute path of a program", shown(program));
        let fix = match program.contains(['/', '*', '?', ' ']) || program.is_empty() {
            true => "write the program's whole path, such as `/usr/bin/lspci`, and each argument as a text of its own".to_owned(),
            false => format!("write the program's whole path, such as `/usr/bin/{}`", shown(program)),
        };
        findings.error(&span, "bad-program", message, "here", fix);
    } else if let Some(starter) = sensitivity::starts_other_programs(&command.argv) {
        let message = format!("`{starter}` starts other programs, so that this does not say what is run");
        let fix = "run the program itself, without a shell, and let the collector work on its output";
        findings.error(&span, "shell", message, "starts other programs", fix);
    }
}

fn timeout(
    place: usize,
    command: &Command,
    manifest: &Manifest,
    document: &Document<'_>,
    findings: &mut Findings<'_>,
) {
    let span = document.span(&way!["commands", place, "timeout"]);
    let (timeout, wall) = (command.timeout, manifest.budget.wall);
    if timeout.milliseconds() == 0 || timeout > MOST_TIMEOUT {
        let message = format!("`timeout` is `{timeout}`, it may be up to `{MOST_TIMEOUT}`");
        findings.error(
            &span,
            "out-of-range",
            message,
            "out of range",
            "write `timeout = \"10s\"`, or up to `\"5m\"`",
        );
    } else if timeout > wall {
        let message = format!("the command may take `{timeout}`, but its collector is killed after `{wall}`");
        let fix = format!("write `timeout = \"{wall}\"` or less, or a greater `wall` in `[budget]`");
        findings.error(&span, "out-of-range", message, "longer than the collector", fix);
    }
}

fn output(
    place: usize,
    command: &Command,
    manifest: &Manifest,
    document: &Document<'_>,
    findings: &mut Findings<'_>,
) {
    let span = document.span(&way!["commands", place, "output"]);
    let (output, most) = (command.output, manifest.budget.output);
    if output.get() == 0 || output > most {
        let message = format!("the command may write `{output}`, its collector up to `{most}`");
        let fix = format!("write `output = \"{most}\"` or less, or a greater `output` in `[budget]`");
        findings.error(&span, "out-of-range", message, "out of range", fix);
    }
}
