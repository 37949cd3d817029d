//! `candor rules test FILE`: what is found in a text, with the finding masked.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use candor_redact::{Finding, Policy};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::redaction::{Redaction, fresh_key};
use crate::summary::counted;
use crate::terminal::printable;

/// Largest text that is tried at once.
const MOST_BYTES: u64 = 16 << 20;
/// Bytes that are shown on either side.
const AROUND: usize = 30;
/// Characters of a finding that are shown; of a short one none.
const SHOWN: usize = 2;

/// A finding as it is told.
#[derive(Debug, Serialize)]
struct Hit {
    line: usize,
    column: usize,
    rule: String,
    text: String,
}

/// Tries the rules and kinds on the text; known values of this machine play no part.
pub fn run(policy: Policy, file: &Path, json: bool) -> Outcome {
    let text = read(file)?;
    let engine = Redaction::new(policy, &fresh_key()?, false)?.engine;
    let findings = Arc::clone(&engine).scan(&text);
    let hits: Vec<_> = (0..findings.len()).map(|index| hit(&text, &findings, index)).collect();
    if json {
        super::super::print_json(&serde_json::json!({ "schema": 1, "findings": hits }))?;
    } else {
        let mut out = io::stdout().lock();
        for hit in &hits {
            writeln!(out, "{}:{}: {}: {}", hit.line, hit.column, hit.rule, hit.text)?;
        }
        out.flush()?;
        eprintln!("{}", counted(hits.len() as u64, "finding"));
    }
    Ok(Exit::Success)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().take(MOST_BYTES + 1).read_to_end(&mut text)
    } else {
        File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut text))
    };
    let shown = printable(&path.to_string_lossy());
    read.map_err(|error| Failure::because(format!("cannot read `{shown}`"), &error, Exit::Usage))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(Failure::usage(format!("`{shown}` is larger than 16 MiB"))
            .hint("`candor redact --check` looks through texts of any size"));
    }
    Ok(text)
}

fn hit(text: &[u8], findings: &[Finding], index: usize) -> Hit {
    let finding = &findings[index];
    let start = finding.offset.min(text.len());
    let line_start = text[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let column = String::from_utf8_lossy(&text[line_start..start]).chars().count() + 1;
    Hit { line: finding.line, column, rule: finding.rule.clone(), text: around(text, findings, index) }
}

/// The finding masked, with the text of its line around it, in which other findings are masked too.
fn around(text: &[u8], findings: &[Finding], index: usize) -> String {
    let range = |finding: &Finding| {
        let start = finding.offset.min(text.len());
        start..(start + finding.length).min(text.len())
    };
    let own = range(&findings[index]);
    let before = text[..own.start].iter().rev().take(AROUND).take_while(|byte| **byte != b'\n').count();
    let after = text[own.end..].iter().take(AROUND).take_while(|byte| **byte != b'\n').count();
    let (from, to) = (own.start - before, own.end + after);
    let mut shown = String::new();
    let mut at = from;
    let near = findings.iter().map(range).filter(|other| other.end > from && other.start < to);
    for other in near {
        if other.start > at {
            shown.push_str(&String::from_utf8_lossy(&text[at..other.start]));
        }
        shown.push_str(&masked(&text[other.clone()]));
        at = at.max(other.end);
    }
    if at < to {
        shown.push_str(&String::from_utf8_lossy(&text[at..to]));
    }
    // The window may have cut a character.
    printable(shown.trim_matches('\u{fffd}'))
}

fn masked(finding: &[u8]) -> String {
    let text = String::from_utf8_lossy(finding);
    let shown = if text.chars().count() >= 4 * SHOWN { SHOWN } else { 0 };
    text.chars().take(shown).chain("…".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let engine = Redaction::new(Policy::default(), &fresh_key().unwrap(), false).unwrap().engine;
        let findings = engine.scan(text.as_bytes());
        let hits = (0..findings.len()).map(|index| hit(text.as_bytes(), &findings, index));
        hits.map(|hit| format!("{}:{}:{}:{}", hit.line, hit.column, hit.rule, hit.text)).collect()
    }

    #[test]
    fn findings_are_placed_and_masked_and_so_are_their_neighbours() {
        let text = "first\nå password=hunter2hunter from 10.1.2.33 x\n";
        assert_eq!(
            told(text),
            ["2:12:password:å password=hu… from 10… x", "2:31:ipv4: password=hu… from 10… x"]
        );
    }
}
