//! A filter that is easy to follow: one secret, one user, one poison.

use candor_container::{
    Binary, EntryPath, Error, Filter, FilterError, Limits, Opaque, Outcome, Summary, TextFilter, inspect,
    transform,
};

/// The secret, and what stands for it.
pub const SECRET: &str = "hunter2-Zq8";
pub const REMOVED: &str = "[removed:password]";
/// A user's name, and its pseudonym.
pub const USER: &str = "alice";
pub const PSEUDONYM: &str = "user-px-abcdefghij";
/// A text with this makes the filter fail.
pub const POISON: &str = "POISON-PILL";

/// Removes [`SECRET`], renames [`USER`], fails on [`POISON`]; keeps binaries or not.
pub struct Simple {
    pub keeps_binaries: bool,
}

pub const STRICT: Simple = Simple { keeps_binaries: false };
pub const KEEPING: Simple = Simple { keeps_binaries: true };

impl Filter for Simple {
    fn text(&self, _path: &EntryPath, _head: &[u8]) -> Result<Box<dyn TextFilter + '_>, FilterError> {
        Ok(Box::new(Lines { pending: Vec::new() }))
    }

    fn binary(&self, _path: &EntryPath, _head: &[u8], _why: Opaque) -> Binary {
        if self.keeps_binaries { Binary::Keep } else { Binary::Withhold }
    }

    fn name(&self, name: &[u8]) -> Vec<u8> {
        replace(name)
    }
}

/// Rewrites whole lines, so that no cut of the input goes through a word; lines without an end are cut at spaces.
struct Lines {
    pending: Vec<u8>,
}

impl TextFilter for Lines {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), FilterError> {
        self.pending.extend_from_slice(bytes);
        let end = self.pending.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        // The tests with long lines have no words in them.
        let end = if end == 0 && self.pending.len() > 100_000 { self.pending.len() } else { end };
        let ready: Vec<u8> = self.pending.drain(..end).collect();
        flush(&ready, out)
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), FilterError> {
        flush(&std::mem::take(&mut self.pending), out)
    }
}

fn flush(ready: &[u8], out: &mut Vec<u8>) -> Result<(), FilterError> {
    if contains(ready, POISON) {
        return Err(FilterError::new("the test says so"));
    }
    out.extend_from_slice(&replace(ready));
    Ok(())
}

pub fn contains(bytes: &[u8], word: &str) -> bool {
    find(bytes, word.as_bytes()).is_some()
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|&byte| byte == word[0]) {
        if bytes[from + at..].starts_with(word) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn replace(bytes: &[u8]) -> Vec<u8> {
    let mut text = bytes.to_vec();
    for (word, instead) in [(SECRET, REMOVED), (USER, PSEUDONYM)] {
        let mut done = Vec::new();
        let mut rest = text.as_slice();
        while let Some(at) = find(rest, word.as_bytes()) {
            done.extend_from_slice(&rest[..at]);
            done.extend_from_slice(instead.as_bytes());
            rest = &rest[at + word.len()..];
        }
        done.extend_from_slice(rest);
        text = done;
    }
    text
}

/// Runs [`transform`], and [`inspect`] beside it: both must tell the same.
pub fn run_with(input: &[u8], filter: &dyn Filter, limits: &Limits) -> Result<(Vec<u8>, Summary), Error> {
    let path = EntryPath::new("input");
    let mut output = Vec::new();
    let summary = transform(&mut &*input, &mut output, &path, filter, limits)?;
    let mut looked = inspect(&mut &*input, &path, filter, limits)?;
    assert_eq!(looked.bytes_out, 0);
    looked.bytes_out = summary.bytes_out;
    assert_eq!(looked, summary, "a look tells something else");
    assert_eq!(summary.bytes_out, output.len() as u64);
    if matches!(summary.outcome, Outcome::Withheld(_)) {
        assert!(output.is_empty(), "something was written of what is withheld");
    }
    Ok((output, summary))
}

pub fn run(input: &[u8], filter: &dyn Filter) -> (Vec<u8>, Summary) {
    run_with(input, filter, &Limits::default()).unwrap()
}

/// The reasons of all withheld entries, with their paths.
pub fn withheld(summary: &Summary) -> Vec<String> {
    summary.withheld_entries.iter().map(|entry| format!("{}: {}", entry.path, entry.reason)).collect()
}

/// A log with the secret and the user in each line.
pub fn log(lines: usize) -> String {
    (0..lines).map(|line| format!("line {line}: login of {USER} with {SECRET}\n")).collect()
}

/// The same log as it must come out.
pub fn clean_log(lines: usize) -> String {
    log(lines).replace(SECRET, REMOVED).replace(USER, PSEUDONYM)
}

/// Bytes that nothing can be made of, the same each time.
pub fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}
