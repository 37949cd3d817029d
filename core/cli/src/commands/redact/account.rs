//! What was done to the input: counts and places, without any of its text, and bounded however large the input is.

use candor_container::{Opaque, Reason, Summary};
use candor_report::Redactions;
use serde::Serialize;

/// Places of one sort that are listed; beyond, they are only counted.
const MOST_LISTED: usize = 1000;
/// Line numbers that are kept in all.
const MOST_LINE_NUMBERS: usize = 100_000;

/// Something that is not in the result, or is there unsearched, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Where, with the names as the result has them; inside an archive with `!`.
    pub path: String,
    /// A few words.
    pub reason: String,
}

/// Places of one sort: the first thousand, and how many there are.
#[derive(Debug, Default)]
pub struct Places {
    /// The first of them.
    pub listed: Vec<Place>,
    /// All of them.
    pub count: u64,
}

impl Places {
    /// Adds one.
    pub fn add(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.count += 1;
        if self.listed.len() < MOST_LISTED {
            self.listed.push(Place { path: path.into(), reason: reason.into() });
        }
    }

    fn append(&mut self, other: Self) {
        self.count += other.count;
        let room = MOST_LISTED.saturating_sub(self.listed.len());
        self.listed.extend(other.listed.into_iter().take(room));
    }
}

/// What was done.
#[derive(Debug)]
pub struct Account {
    /// Files and streams, not counting what is inside archives.
    pub files: u64,
    /// Bytes read of them.
    pub bytes_in: u64,
    /// Bytes written.
    pub bytes_out: u64,
    /// Rules and kinds by place.
    pub redactions: Redactions,
    /// What could not be searched and is withheld.
    pub withheld: Places,
    /// How many of these are damaged, unreadable or too large: an honest, whole input has none.
    pub faults: u64,
    /// Binary data that was passed on as it is.
    pub kept: Places,
    /// What was left out without a note in its place.
    pub left_out: Places,
    line_numbers_left: usize,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            files: 0,
            bytes_in: 0,
            bytes_out: 0,
            redactions: Redactions::default(),
            withheld: Places::default(),
            faults: 0,
            kept: Places::default(),
            left_out: Places::default(),
            line_numbers_left: MOST_LINE_NUMBERS,
        }
    }
}

impl Account {
    /// Of one file.
    pub fn of_file(bytes_in: u64, bytes_out: u64) -> Self {
        Self { files: 1, bytes_in, bytes_out, ..Self::default() }
    }

    /// Counts what a rule did at a place.
    pub fn redacted(&mut self, path: &str, rule: &str, count: u64, lines: &[u64]) {
        let kept = lines.len().min(self.line_numbers_left);
        self.line_numbers_left -= kept;
        self.redactions.add(path, rule, count, &lines[..kept]);
    }

    /// Counts something that is withheld because of a fault of it, or of the machine.
    pub fn faulty(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.faults += 1;
        self.withheld.add(path, reason);
    }

    /// Takes over what the walk through one file tells.
    pub fn summarise(&mut self, summary: &Summary) {
        self.files += 1;
        self.bytes_in += summary.bytes_in;
        self.bytes_out += summary.bytes_out;
        for entry in &summary.withheld_entries {
            self.withheld.add(&entry.path, entry.reason.to_string());
            self.faults += u64::from(is_fault(&entry.reason));
        }
        let unlisted = summary.withheld.saturating_sub(summary.withheld_entries.len() as u64);
        self.withheld.count += unlisted;
        self.faults += unlisted;
        for (path, remark) in &summary.remarks {
            self.left_out.add(path, remark.to_string());
        }
    }

    /// Takes over another account.
    pub fn append(&mut self, other: Self) {
        self.files += other.files;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        for (path, rule, redaction) in other.redactions.iter() {
            self.redacted(path, rule, redaction.count, &redaction.lines);
        }
        self.withheld.append(other.withheld);
        self.faults += other.faults;
        self.kept.append(other.kept);
        self.left_out.append(other.left_out);
    }
}

/// True for what an honest and whole input does not have: binary data and encrypted entries are no faults.
fn is_fault(reason: &Reason) -> bool {
    !matches!(
        reason,
        Reason::Opaque(Opaque::Binary | Opaque::Container(_)) | Reason::TurnsBinary | Reason::Encrypted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_add_up_and_stay_bounded() {
        let mut all = Account::default();
        for file in 0..300 {
            let mut one = Account::of_file(1, 1);
            let lines: Vec<u64> = (1..=1000).collect();
            one.redacted(&format!("file-{file}"), "ipv4", 5000, &lines);
            (0..10).for_each(|entry| one.withheld.add(format!("{file}/{entry}"), "binary"));
            all.append(one);
        }
        assert_eq!((all.files, all.withheld.count, all.withheld.listed.len()), (300, 3000, MOST_LISTED));
        assert_eq!(all.redactions.counts()["ipv4"], 1_500_000);
        assert_eq!(all.redactions.iter().map(|(.., one)| one.lines.len()).sum::<usize>(), MOST_LINE_NUMBERS);
    }
}
