//! `failed-logins.json`, from `/var/log/btmp`.
//!
//! Who is in a hurry types the password where the name belongs, and that name is recorded: names that are no accounts
//! of this machine are counted, never delivered.

use std::collections::BTreeMap;

use candor_plugin::{CollectError, Context};
use jiff::Timestamp;
use serde::Serialize;

use crate::account_file::Directory;
use crate::logins::newest;
use crate::origin::Origin;
use crate::record_files::{RecordFiles, Source, first_time};
use crate::utmp::Record;

/// Most origins that are listed.
const MOST_ORIGINS: usize = 50;

/// `failed-logins.json`.
#[derive(Debug, Serialize)]
struct FailedLogins {
    /// What was read. None means that this machine keeps no record, or that only root may read it.
    sources: Vec<Source>,
    /// When the oldest record that was looked at was written.
    oldest_record_at: Option<Timestamp>,
    #[serde(flatten)]
    summary: Summary,
    /// The newest first, at most `max_entries`.
    attempts: Vec<Attempt>,
}

/// What the records that were read add up to.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Summary {
    attempt_count: usize,
    by_account: BTreeMap<String, Count>,
    /// Attempts under names that are no accounts.
    unknown_account: Count,
    /// Those with the most attempts, at most 50.
    by_origin: Vec<OriginCount>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
struct Count {
    attempts: usize,
    last_at: Option<Timestamp>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct OriginCount {
    #[serde(flatten)]
    origin: Origin,
    #[serde(flatten)]
    count: Count,
}

/// One attempt.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Attempt {
    at: Option<Timestamp>,
    /// `null` when the name that was typed is no account.
    account: Option<String>,
    /// `ssh:notty`, `tty1`.
    terminal: String,
    #[serde(flatten)]
    origin: Origin,
}

pub(crate) fn deliver(context: &Context, directory: &Directory, most: usize) -> Result<(), CollectError> {
    let files = RecordFiles::read(context, "btmp");
    let records: Vec<Record> = files.records().collect();
    let failed = FailedLogins {
        oldest_record_at: first_time(&records),
        summary: summarise(&records, directory),
        attempts: newest(records.iter().map(|record| attempt(record, directory)).collect(), most),
        sources: files.sources,
    };
    context.write_json("failed-logins.json", &failed)
}

fn attempt(record: &Record, directory: &Directory) -> Attempt {
    Attempt {
        at: record.at,
        account: directory.account(&record.user).map(|account| account.name.clone()),
        terminal: record.terminal.clone(),
        origin: Origin::of(record),
    }
}

fn summarise(records: &[Record], directory: &Directory) -> Summary {
    let mut summary = Summary { attempt_count: records.len(), ..Summary::default() };
    let mut origins: BTreeMap<Origin, Count> = BTreeMap::new();
    for record in records {
        let count = match directory.account(&record.user) {
            Some(account) => summary.by_account.entry(account.name.clone()).or_default(),
            None => &mut summary.unknown_account,
        };
        count.add(record);
        let origin = Origin::of(record);
        if origin != Origin::default() {
            origins.entry(origin).or_default().add(record);
        }
    }
    summary.by_origin = origins.into_iter().map(|(origin, count)| OriginCount { origin, count }).collect();
    summary.by_origin.sort_by_key(|origin| std::cmp::Reverse(origin.count.attempts));
    summary.by_origin.truncate(MOST_ORIGINS);
    summary
}

impl Count {
    fn add(&mut self, record: &Record) {
        self.attempts += 1;
        self.last_at = self.last_at.max(record.at);
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::utmp::Layout;

    /// Written by `utmpdump -r`; one of the names is a password.
    const BTMP: &[u8] = include_bytes!("../fixtures/btmp-x86_64");

    fn records() -> Vec<Record> {
        let parse = |bytes| Record::parse(bytes, Layout::NARROW);
        BTMP.chunks_exact(384).filter_map(parse).collect()
    }

    fn directory() -> Directory {
        Directory::parse("root:x:0:0::/root:/bin/bash\nanna:x:1001:1001::/home/anna:/bin/bash\n", "")
    }

    #[test]
    fn a_password_typed_as_a_name_is_counted_and_not_delivered() {
        let summary = summarise(&records(), &directory());
        let attempts: Vec<_> = records().iter().map(|record| attempt(record, &directory())).collect();
        let text = serde_json::to_string(&(&summary, &attempts)).unwrap();
        assert!(!text.contains("hunter2"), "{text}");
        assert_eq!(summary.unknown_account.attempts, 1);
        assert_eq!(summary.by_account["anna"].attempts, 2);
        assert_eq!(attempts[1].account, None);
    }

    #[test]
    fn origins_are_counted_the_busiest_first() {
        let summary = summarise(&records(), &directory());
        let origins: Vec<_> =
            summary.by_origin.iter().map(|one| (one.origin.host.as_deref(), one.count.attempts)).collect();
        assert_eq!(origins, [(Some("192.0.2.66"), 2), (Some("198.51.100.9"), 1)]);
    }
}
