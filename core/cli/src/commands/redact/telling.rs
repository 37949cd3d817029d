//! What a person or a script is told of a run.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use candor_redact::{Kind, Treatment};

use super::account::{Account, Places};
use super::names::shown;
use super::target::Target;
use crate::arguments::ReportFormat;
use crate::commands::print_json;
use crate::failure::Failure;
use crate::redaction::Redaction;
use crate::summary;
use crate::terminal::printable;

/// Revision of the JSON.
const SCHEMA: u32 = 1;
/// Places of one sort in the text; JSON has more.
const MOST_SHOWN: usize = 10;

/// How it is told.
pub struct Told<'a> {
    /// As asked for; by default text, on a terminal.
    pub format: Option<ReportFormat>,
    /// The engine of the run.
    pub redaction: &'a Redaction,
    /// Whether somebody has the key afterwards.
    pub key_is_kept: bool,
}

impl Told<'_> {
    /// Tells it.
    ///
    /// # Errors
    /// When JSON cannot be printed.
    pub fn tell(&self, account: &Account, target: &Target) -> Result<(), Failure> {
        let quiet = !io::stderr().is_terminal();
        match self.format {
            Some(ReportFormat::Json) => return self.json(account, target),
            None if quiet => {}
            Some(ReportFormat::Text) | None => self.text(account, target),
        }
        // What is missing in the result, and what nobody can undo, is told always.
        warn(&account.withheld, "Withheld");
        warn(&account.left_out, "Left out");
        warn(&account.kept, "Kept as it is, nothing in it redacted");
        if !self.redaction.incomplete.is_empty() {
            let places = self.redaction.incomplete.join("; ");
            eprintln!("Names of this machine could not all be looked for: {}", printable(&places));
        }
        if !self.key_is_kept && self.split(account).1.values().any(|count| *count > 0) {
            eprintln!(
                "Nobody can translate the pseudonyms of this run back: its key is kept nowhere. `--key FILE` keeps one."
            );
        }
        Ok(())
    }

    /// Counts of what was removed, and of what was replaced by pseudonyms.
    fn split(&self, account: &Account) -> (BTreeMap<String, u64>, BTreeMap<String, u64>) {
        let pseudonym = |rule: &str| {
            let kind = Kind::ALL.iter().find(|kind| kind.as_str() == rule);
            kind.is_some_and(|kind| self.redaction.engine.treatment(*kind) == Treatment::Pseudonym)
        };
        account.redactions.counts().into_iter().partition(|(rule, _)| !pseudonym(rule))
    }

    fn text(&self, account: &Account, target: &Target) {
        let what = summary::counted(account.files, "file");
        let to = match target {
            Target::Stdout | Target::None => String::new(),
            other => format!(" → {}", shown(other.path())),
        };
        eprintln!("Redacted {what}, {}{to}", summary::size(account.bytes_in));
        let (removed, replaced) = self.split(account);
        for (word, counts) in [("Removed", removed), ("Replaced", replaced)] {
            let list: Vec<_> = counts.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
            if !list.is_empty() {
                eprintln!("{word:>9} {}", list.join(", "));
            }
        }
    }

    fn json(&self, account: &Account, target: &Target) -> Result<(), Failure> {
        let mut places = BTreeMap::<_, BTreeMap<_, _>>::new();
        for (path, rule, redaction) in account.redactions.iter() {
            places.entry(path).or_default().insert(rule, redaction);
        }
        let key_id = self.key_is_kept.then_some(&self.redaction.key_id);
        let value = serde_json::json!({
            "schema": SCHEMA,
            "key_id": key_id,
            "incomplete": self.redaction.incomplete,
            "files": account.files,
            "bytes_in": account.bytes_in,
            "bytes_out": account.bytes_out,
            "counts": account.redactions.counts(),
            "redactions": places,
            "withheld": { "count": account.withheld.count, "entries": account.withheld.listed },
            "left_out": { "count": account.left_out.count, "entries": account.left_out.listed },
            "kept_binary": { "count": account.kept.count, "entries": account.kept.listed },
        });
        if matches!(target, Target::Stdout) {
            let text = serde_json::to_string_pretty(&value).map_err(io::Error::from)?;
            return Ok(writeln!(io::stderr().lock(), "{text}")?);
        }
        print_json(&value)
    }
}

fn warn(places: &Places, what: &str) {
    for place in places.listed.iter().take(MOST_SHOWN) {
        eprintln!("{what}: {}: {}", printable(&place.path), place.reason);
    }
    let more = places.count.saturating_sub(MOST_SHOWN as u64);
    if more > 0 {
        eprintln!("{what}: {more} more; `--report json` lists them");
    }
}
