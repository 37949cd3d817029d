//! What `--check` found: where and by which rule, and never what.

use std::io::Write;

use candor_container::Summary;
use candor_host::redaction::Proof;
use candor_redact::Finding;
use serde::Serialize;

use crate::arguments::ReportFormat;
use crate::commands::print_json;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::summary::counted;
use crate::terminal::printable;

/// Findings that are listed.
const MOST_LISTED: usize = 10_000;
/// The rule of what cannot be searched.
const UNSEARCHABLE: &str = "unsearchable";

/// Something that is to be redacted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Survivor {
    /// Where; inside an archive with `!`. Names are redacted.
    pub path: String,
    /// The line, from 1; none for a name and for what cannot be searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The rule or kind; `unsearchable` for what nobody can look into.
    pub rule: String,
    /// Why it cannot be searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub struct Found {
    files: u64,
    /// Artifacts of a report that are allowed to hold secrets, and pictures.
    left_out: u64,
    listed: Vec<Survivor>,
    count: u64,
}

impl Found {
    /// What the proof of a report has found.
    pub fn of(proof: &Proof) -> Self {
        let listed = |left: &candor_host::redaction::Survivor| {
            let (path, rule) = (left.path.clone(), left.rule.clone());
            Survivor { path, line: Some(left.line), rule, reason: None }
        };
        let listed = proof.survivors.iter().map(listed).collect();
        Self { files: proof.searched, left_out: proof.left_out, listed, count: proof.found }
    }

    fn add(&mut self, path: &str, line: Option<u64>, rule: &str, reason: Option<String>) {
        self.count += 1;
        if self.listed.len() < MOST_LISTED {
            self.listed.push(Survivor { path: path.to_owned(), line, rule: rule.to_owned(), reason });
        }
    }

    /// Adds findings in a text.
    pub fn findings(&mut self, path: &str, findings: &[Finding]) {
        findings.iter().for_each(|finding| self.add(path, Some(finding.line as u64), &finding.rule, None));
    }

    /// Adds findings in a name or the target of a link.
    pub fn names(&mut self, path: &str, rules: &[String]) {
        rules.iter().for_each(|rule| self.add(path, None, rule, None));
    }

    /// Adds something that cannot be searched.
    pub fn unsearchable(&mut self, path: &str, reason: &str) {
        self.add(path, None, UNSEARCHABLE, Some(reason.to_owned()));
    }

    /// Takes over what a walk could not look into.
    pub fn summarise(&mut self, summary: &Summary) {
        self.files += 1;
        for entry in &summary.withheld_entries {
            self.unsearchable(&entry.path, &entry.reason.to_string());
        }
        for (path, remark) in &summary.remarks {
            self.unsearchable(path, &remark.to_string());
        }
        self.count += summary.withheld.saturating_sub(summary.withheld_entries.len() as u64);
    }

    /// Takes over others.
    pub fn append(&mut self, other: Self) {
        self.files += other.files;
        self.left_out += other.left_out;
        self.count += other.count;
        let room = MOST_LISTED.saturating_sub(self.listed.len());
        self.listed.extend(other.listed.into_iter().take(room));
    }

    /// In the order of paths and lines, whichever thread was first.
    pub fn sort(&mut self) {
        self.listed.sort();
    }

    /// Prints it, and says how the program ends.
    ///
    /// # Errors
    /// When it cannot be printed.
    pub fn tell(&self, format: Option<ReportFormat>) -> Result<Exit, Failure> {
        let clean = self.count == 0;
        if format == Some(ReportFormat::Json) {
            print_json(&serde_json::json!({
                "schema": 1, "clean": clean, "files": self.files, "left_out": self.left_out,
                "found": self.count, "findings": self.listed,
            }))?;
        } else {
            let mut out = std::io::stdout().lock();
            for survivor in &self.listed {
                writeln!(out, "{}", line_of(survivor))?;
            }
            out.flush()?;
            eprintln!("{}", self.sentence());
        }
        Ok(if clean { Exit::Success } else { Exit::Unverified })
    }

    /// `Nothing found in 1 file`, `2 findings in 3 files`
    fn sentence(&self) -> String {
        let files = counted(self.files, "file");
        let listed = self.listed.len() as u64;
        let rest = match listed {
            listed if listed == self.count => String::new(),
            listed => format!(", of which the first {listed} are listed"),
        };
        let left_out = match self.left_out {
            0 => String::new(),
            count => format!("; {count} of level `secret` or pictures not looked into"),
        };
        match self.count {
            0 => format!("Nothing found in {files}{left_out}"),
            count => format!("{} in {files}{rest}{left_out}", counted(count, "finding")),
        }
    }
}

fn line_of(survivor: &Survivor) -> String {
    let path = printable(&survivor.path);
    match (survivor.line, &survivor.reason) {
        (Some(line), _) => format!("{path}:{line}: {}", survivor.rule),
        (None, Some(reason)) => format!("{path}: {}: {reason}", survivor.rule),
        (None, None) => format!("{path}: {} in its name", survivor.rule),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_as_one() {
        let mut found = Found { files: 1, ..Found::default() };
        assert_eq!(found.sentence(), "Nothing found in 1 file");
        found.unsearchable("a.bin", "binary");
        assert_eq!(found.sentence(), "1 finding in 1 file");
        found.unsearchable("b.bin", "binary");
        (found.files, found.count) = (2, 3);
        let first = found.sentence();
        assert_eq!(first, "3 findings in 2 files, of which the first 2 are listed");
        (found.files, found.count, found.left_out) = (2, 2, 1);
        let all = "2 findings in 2 files; 1 of level `secret` or pictures not looked into";
        assert_eq!(found.sentence(), all);
    }
}
