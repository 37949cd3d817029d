//! `redactions.json`: what was removed and replaced, artifact by artifact, as counts and line numbers and nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::file::FileError;
use crate::index::{ArtifactEntry, CollectorEntry};

/// Revision of `redactions.json` that this crate writes.
pub const REDACTIONS_SCHEMA: u32 = 1;
/// Details of finished artifacts, one line for each that was changed.
pub(crate) const DETAILS: &str = "redactions.ndjson";
/// Places inside one artifact that are told apart.
const MOST_PLACES: usize = 1000;
/// Line numbers that are kept of one artifact, and of one collector.
const MOST_LINE_NUMBERS: usize = 100_000;
/// Longest line of the details that is read back.
const MAX_DETAIL_BYTES: u64 = 16 * 1024 * 1024;

/// What one rule or kind did: how often, and in which lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// Number of values that were removed or replaced.
    pub count: u64,
    /// Lines in which they began, from 1, in rising order. Not all of them, where there are very many.
    pub lines: Vec<u64>,
}

/// Rule or kind → what it did.
pub type RedactionsByRule = BTreeMap<String, Redaction>;

/// What was removed from one artifact and replaced in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Redactions {
    /// By the place inside the artifact: empty for the artifact itself, else the path in the archive that it is.
    places: BTreeMap<String, RedactionsByRule>,
    /// Line numbers that are held.
    #[serde(skip)]
    line_numbers: usize,
}

impl Redactions {
    /// Adds what a rule did at a place: in the artifact itself where `place` is empty, else in an entry of the archive that
    /// the artifact is. After the first thousand places the others are counted for the artifact, without lines.
    pub fn add(&mut self, place: &str, rule: &str, count: u64, lines: &[u64]) {
        let known = self.places.contains_key(place) || self.places.len() < MOST_PLACES;
        let (place, lines) = if known { (place, lines) } else { ("", &[][..]) };
        let redaction = self.places.entry(place.to_owned()).or_default().entry(rule.to_owned()).or_default();
        redaction.count += count;
        let lines = &lines[..lines.len().min(MOST_LINE_NUMBERS - self.line_numbers)];
        redaction.lines.extend_from_slice(lines);
        self.line_numbers += lines.len();
    }

    /// Rule or kind → count, over all places, as `report.json` has it.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for (rule, redaction) in self.places.values().flatten() {
            *counts.entry(rule.clone()).or_default() += redaction.count;
        }
        counts
    }

    /// Place, rule or kind, and what it did.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Redaction)> {
        self.places.iter().flat_map(|(place, rules)| {
            rules.iter().map(move |(rule, redaction)| (place.as_str(), rule.as_str(), redaction))
        })
    }

    /// True when nothing was removed or replaced.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Keeps at most `left` line numbers, and takes those that are kept from it.
    fn bound(&mut self, left: &mut usize) {
        for redaction in self.places.values_mut().flat_map(BTreeMap::values_mut) {
            redaction.lines.truncate(*left);
            *left -= redaction.lines.len();
        }
    }
}

/// One line of the details.
#[derive(Debug, Serialize, Deserialize)]
struct Detail {
    path: String,
    places: Redactions,
}

/// Writes the details of one collector. The file is made when there is something to write.
#[derive(Debug)]
pub(crate) struct DetailsFile {
    path: PathBuf,
    file: Option<fs::File>,
    left: usize,
}

impl DetailsFile {
    pub(crate) fn below(folder: &Path) -> Self {
        Self { path: folder.join(DETAILS), file: None, left: MOST_LINE_NUMBERS }
    }

    /// Adds the line for an artifact.
    pub(crate) fn add(&mut self, path: &str, mut places: Redactions) -> Result<(), FileError> {
        if places.is_empty() {
            return Ok(());
        }
        places.bound(&mut self.left);
        let detail = Detail { path: path.to_owned(), places };
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(crate::file::create_new(&self.path)?),
        };
        let written = serde_json::to_vec(&detail).map_err(io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            file.write_all(&line)
        });
        written.map_err(FileError::on("write", &self.path))
    }
}

/// What the report tells about how it was redacted, besides what was done to each artifact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RedactionTerms {
    /// Name of the key of the pseudonyms, which tells nothing of the key; `None` when there are none.
    pub key_id: Option<String>,
    /// Where names of this machine could not be looked for, each a phrase without any name.
    pub incomplete: Vec<String>,
}

/// `redactions.json` as it is read back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RedactionsDocument {
    /// Revision of this file's shape: [`REDACTIONS_SCHEMA`].
    pub schema: u32,
    /// Key and gaps.
    #[serde(flatten)]
    pub terms: RedactionTerms,
    /// Path of the artifact, with `!` and the path inside where it is an archive → rule or kind → what it did.
    pub artifacts: BTreeMap<String, RedactionsByRule>,
}

impl RedactionsDocument {
    /// Rule or kind → count, for each path that `is_artifact` takes for one; what belongs to none stands under its own path.
    pub(crate) fn counts(&self, is_artifact: impl Fn(&str) -> bool) -> BTreeMap<&str, BTreeMap<&str, u64>> {
        let mut counts = BTreeMap::<&str, BTreeMap<&str, u64>>::new();
        for (path, rules) in &self.artifacts {
            let counts = counts.entry(artifact_of(path, &is_artifact)).or_default();
            for (rule, redaction) in rules {
                let count = counts.entry(rule).or_default();
                *count = count.saturating_add(redaction.count);
            }
        }
        counts
    }

    /// Takes out all that is told of these artifacts and of what is inside them; `is_artifact` still knows them.
    pub(crate) fn forget(&mut self, gone: impl Fn(&str) -> bool, is_artifact: impl Fn(&str) -> bool) {
        self.artifacts.retain(|path, _| !gone(artifact_of(path, &is_artifact)));
    }

    /// Writes it as [`write`] does.
    pub(crate) fn write(&self, writer: &mut dyn Write) -> io::Result<()> {
        write_terms(writer, &self.terms)?;
        let mut separator = "\n";
        for (path, rules) in &self.artifacts {
            write_line(writer, separator, path, rules)?;
            separator = ",\n";
        }
        write!(writer, "\n}}\n}}\n")
    }
}

/// Between the path of an artifact and a path inside it.
const INSIDE: &str = "!";

/// The artifact of which a path speaks, or the path itself where it speaks of none.
fn artifact_of(path: &str, is_artifact: impl Fn(&str) -> bool) -> &str {
    let parts = path.match_indices(INSIDE).map(|(end, _)| &path[..end]);
    std::iter::once(path).chain(parts).find(|part| is_artifact(part)).unwrap_or(path)
}

/// Writes `redactions.json` of these collectors, each with the folder in which it staged, without holding it.
pub(crate) fn write<'a>(
    writer: &mut dyn Write,
    terms: &RedactionTerms,
    collectors: impl Iterator<Item = (&'a CollectorEntry, PathBuf)>,
) -> io::Result<()> {
    write_terms(writer, terms)?;
    let mut separator = "\n";
    for (collector, folder) in collectors {
        let mut details = Details::open(&folder.join(DETAILS))?;
        for artifact in collector.artifacts.iter().filter(|artifact| !artifact.redactions.is_empty()) {
            for (place, rules) in details.of(artifact)?.places {
                let inside = if place.is_empty() { "" } else { INSIDE };
                write_line(writer, separator, &format!("{}{inside}{place}", artifact.path), &rules)?;
                separator = ",\n";
            }
        }
    }
    write!(writer, "\n}}\n}}\n")
}

fn write_terms(writer: &mut dyn Write, terms: &RedactionTerms) -> io::Result<()> {
    write!(writer, "{{\n\"schema\": {REDACTIONS_SCHEMA},\n\"key_id\": ")?;
    serde_json::to_writer(&mut *writer, &terms.key_id)?;
    write!(writer, ",\n\"incomplete\": ")?;
    serde_json::to_writer(&mut *writer, &terms.incomplete)?;
    write!(writer, ",\n\"artifacts\": {{")
}

fn write_line(
    writer: &mut dyn Write,
    separator: &str,
    path: &str,
    rules: &RedactionsByRule,
) -> io::Result<()> {
    write!(writer, "{separator}")?;
    serde_json::to_writer(&mut *writer, path)?;
    write!(writer, ": ")?;
    Ok(serde_json::to_writer(&mut *writer, rules)?)
}

/// The details of one collector, read back one after the other. They stand in the order of their artifacts.
struct Details {
    reader: Option<BufReader<fs::File>>,
    next: Option<Detail>,
}

impl Details {
    fn open(path: &Path) -> io::Result<Self> {
        let reader = match fs::File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            opened => Some(BufReader::new(opened?)),
        };
        Ok(Self { reader, next: None })
    }

    /// What is told of the next artifact. Where its line was lost, as in a power cut, that is the counts that the artifact
    /// itself carries.
    fn of(&mut self, artifact: &ArtifactEntry) -> io::Result<Redactions> {
        if self.next.is_none() {
            self.next = self.read()?;
        }
        let fits = |detail: &mut Detail| {
            detail.path == artifact.path && detail.places.counts() == artifact.redactions
        };
        if let Some(detail) = self.next.take_if(fits) {
            return Ok(detail.places);
        }
        let mut counts = Redactions::default();
        artifact.redactions.iter().for_each(|(rule, count)| counts.add("", rule, *count, &[]));
        Ok(counts)
    }

    /// The next line; None at the end, and from a torn line on.
    fn read(&mut self) -> io::Result<Option<Detail>> {
        let Some(reader) = &mut self.reader else { return Ok(None) };
        let mut line = Vec::new();
        reader.take(MAX_DETAIL_BYTES).read_until(b'\n', &mut line)?;
        let detail = line.strip_suffix(b"\n").and_then(|line| serde_json::from_slice(line).ok());
        if detail.is_none() {
            self.reader = None;
        }
        Ok(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_summed_over_the_places() {
        let mut redactions = Redactions::default();
        redactions.add("", "password", 1, &[3]);
        redactions.add("var/log/a", "password", 2, &[1, 1]);
        redactions.add("var/log/a", "ipv4", 1, &[9]);
        assert_eq!(redactions.counts(), BTreeMap::from([("password".into(), 3), ("ipv4".into(), 1)]));
    }

    #[test]
    fn places_and_line_numbers_are_bounded_and_counts_are_not() {
        let mut redactions = Redactions::default();
        for place in 0..3000 {
            redactions.add(&format!("file-{place}"), "ipv4", 100, &[7; 100]);
        }
        assert!(redactions.places.len() <= MOST_PLACES + 1);
        assert_eq!(redactions.counts()["ipv4"], 300_000);
        redactions.bound(&mut 150);
        assert_eq!(redactions.counts()["ipv4"], 300_000);
        let numbers = redactions.places.values().flatten().map(|(_, redaction)| redaction.lines.len());
        assert_eq!(numbers.sum::<usize>(), 150);
    }
}
