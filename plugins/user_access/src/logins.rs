//! `logins.json`: who was logged in from when to when, starts and shutdowns of the machine, and each account's last
//! login.

use std::collections::BTreeMap;

use candor_plugin::{CollectError, Context};
use jiff::Timestamp;
use serde::Serialize;

use crate::account_file::Directory;
use crate::last_logins::{self, LastLogin};
use crate::origin::Origin;
use crate::record_files::{RecordFiles, Source, first_time};
use crate::utmp::{Kind, Record};
use crate::wtmpdb;

/// `logins.json`.
#[derive(Debug, Serialize)]
struct Logins {
    /// What was read. None means that this machine keeps no record of logins.
    sources: Vec<Source>,
    /// When the oldest record that was looked at was written.
    oldest_record_at: Option<Timestamp>,
    /// The newest first, at most `max_entries`.
    logins: Vec<Login>,
    /// How many logins the records that were read hold.
    login_count: usize,
    /// The newest first, at most `max_entries`.
    machine: Vec<MachineEvent>,
    /// The last login of each account that ever logged in, by name.
    last_logins: Vec<LastLogin>,
}

/// One login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Login {
    pub(crate) account: String,
    /// `pts/0`, `tty1`, `:0`.
    pub(crate) terminal: String,
    #[serde(flatten)]
    pub(crate) origin: Origin,
    /// `sshd`; known from databases only.
    pub(crate) service: Option<String>,
    pub(crate) logged_in_at: Option<Timestamp>,
    pub(crate) logged_out_at: Option<Timestamp>,
    pub(crate) end: End,
}

/// How a login ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    LoggedOut,
    /// The machine was shut down.
    Shutdown,
    /// The machine started anew without a shutdown: a crash, or the power failed.
    Crash,
    /// No end is recorded: still logged in, or the record is missing.
    NotRecorded,
}

/// A start or a shutdown of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct MachineEvent {
    /// `start` or `shutdown`.
    pub(crate) event: &'static str,
    pub(crate) at: Option<Timestamp>,
    /// The kernel that started.
    pub(crate) kernel: Option<String>,
}

pub(crate) fn deliver(context: &Context, directory: &Directory, most: usize) -> Result<(), CollectError> {
    let files = RecordFiles::read(context, "wtmp");
    let records: Vec<Record> = files.records().collect();
    let mut history = History::replay(&records);
    let mut sources = files.sources;
    wtmpdb::add(context, most, &mut history, &mut sources);
    history.logins.sort_by_key(|login| login.logged_in_at);
    history.machine.sort_by_key(|event| event.at);
    let logins = Logins {
        sources,
        oldest_record_at: first_time(&records),
        login_count: history.logins.len(),
        logins: newest(history.logins, most),
        machine: newest(history.machine, most),
        last_logins: last_logins::read(context, directory),
    };
    context.write_json("logins.json", &logins)
}

/// The last `most`, the very last first.
pub(crate) fn newest<T>(items: Vec<T>, most: usize) -> Vec<T> {
    items.into_iter().rev().take(most).collect()
}

/// What the records add up to, the oldest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct History {
    pub(crate) logins: Vec<Login>,
    pub(crate) machine: Vec<MachineEvent>,
}

impl History {
    /// Brings logins and logouts together by their terminals, as last(1) does.
    pub(crate) fn replay(records: &[Record]) -> Self {
        let mut history = Self::default();
        let mut open: BTreeMap<String, usize> = BTreeMap::new();
        for record in records {
            match record.kind {
                Kind::Login if !record.user.is_empty() => {
                    open.insert(record.terminal.clone(), history.logins.len());
                    history.logins.push(login(record));
                }
                Kind::Logout => {
                    if let Some(index) = open.remove(&record.terminal) {
                        history.close(index, End::LoggedOut, record.at);
                    }
                }
                Kind::Boot => {
                    for index in std::mem::take(&mut open).into_values() {
                        history.close(index, End::Crash, None);
                    }
                    history.note("start", record);
                }
                Kind::RunLevel if record.user == "shutdown" => {
                    for index in std::mem::take(&mut open).into_values() {
                        history.close(index, End::Shutdown, record.at);
                    }
                    history.note("shutdown", record);
                }
                _ => {}
            }
        }
        history
    }

    fn close(&mut self, index: usize, end: End, at: Option<Timestamp>) {
        if let Some(login) = self.logins.get_mut(index) {
            login.end = end;
            login.logged_out_at = at;
        }
    }

    fn note(&mut self, event: &'static str, record: &Record) {
        self.machine.push(MachineEvent { event, at: record.at, kernel: crate::origin::given(&record.host) });
    }
}

fn login(record: &Record) -> Login {
    Login {
        account: record.user.clone(),
        terminal: record.terminal.clone(),
        origin: Origin::of(record),
        service: None,
        logged_in_at: record.at,
        logged_out_at: None,
        end: End::NotRecorded,
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::utmp::tests::records;

    #[test]
    fn logins_end_as_last_says_that_they_end() {
        let history = History::replay(&records());
        let ends: Vec<_> = history
            .logins
            .iter()
            .map(|login| (login.account.as_str(), login.end, login.logged_out_at.map(|at| at.to_string())))
            .collect();
        assert_eq!(
            ends,
            [
                ("anna", End::LoggedOut, Some("2026-11-20T12:30:00Z".to_owned())),
                ("ben", End::Shutdown, Some("2026-11-20T13:00:00Z".to_owned())),
                ("anna", End::NotRecorded, None),
            ]
        );
        let events: Vec<_> = history.machine.iter().map(|event| event.event).collect();
        assert_eq!(events, ["start", "shutdown", "start"]);
    }

    #[test]
    fn a_start_without_a_shutdown_is_a_crash() {
        let mut records = records();
        records.retain(|record| record.kind != Kind::RunLevel);
        let history = History::replay(&records);
        assert_eq!((history.logins[1].end, history.logins[1].logged_out_at), (End::Crash, None));
    }

    #[test]
    fn the_newest_come_first() {
        assert_eq!(newest(vec![1, 2, 3], 2), [3, 2]);
    }
}
