//! Budgets: neither useless nor without end.

use crate::document::{Document, way};
use crate::findings::Findings;
use crate::{ByteSize, DurationText, Manifest};

const LEAST_WALL: DurationText = DurationText::seconds(1);
const MOST_WALL: DurationText = DurationText::seconds(86_400);
/// Below this no worker starts: the program itself and a plugin's library are mapped into the same address space.
const LEAST_MEMORY: ByteSize = ByteSize::mib(16);
const MOST_MEMORY: ByteSize = ByteSize::mib(1 << 20);
const LEAST_OUTPUT: ByteSize = ByteSize::bytes(1);
const MOST_OUTPUT: ByteSize = ByteSize::mib(1 << 24);
const LEAST_STDERR: ByteSize = ByteSize::bytes(0);
const MOST_STDERR: ByteSize = ByteSize::mib(16);

/// Checks every bound.
pub(super) fn check(manifest: &Manifest, document: &Document<'_>, findings: &mut Findings<'_>) {
    let budget = &manifest.budget;
    between("wall", &budget.wall, (&LEAST_WALL, &MOST_WALL), document, findings);
    between("memory", &budget.memory, (&LEAST_MEMORY, &MOST_MEMORY), document, findings);
    between("output", &budget.output, (&LEAST_OUTPUT, &MOST_OUTPUT), document, findings);
    between("stderr", &budget.stderr, (&LEAST_STDERR, &MOST_STDERR), document, findings);
}

fn between<T: Ord + std::fmt::Display>(
    key: &str,
    value: &T,
    (least, most): (&T, &T),
    document: &Document<'_>,
    findings: &mut Findings<'_>,
) {
    if value < least || value > most {
        let nearest = if value < least { least } else { most };
        let message = format!("`{key}` is `{value}`, it may be from `{least}` to `{most}`");
        let fix = format!("write `{key} = \"{nearest}\"`");
        findings.error(&document.span(&way!["budget", key]), "out-of-range", message, "out of range", fix);
    }
}
