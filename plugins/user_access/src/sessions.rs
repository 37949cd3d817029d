//! `sessions.json`: who is logged in now, from logind's files and from utmp(5).

use std::collections::BTreeMap;

use candor_plugin::{CollectError, Context, InputError};
use jiff::Timestamp;
use serde::Serialize;

use crate::origin::{Origin, given};
use crate::utmp::{Kind, Layout, Record};

const UTMP: &str = "/run/utmp";
const LOGIND: &str = "/run/systemd/sessions";
const MOST_UTMP_BYTES: u64 = 4 * 1024 * 1024;
const MOST_SESSION_BYTES: u64 = 64 * 1024;
const MOST_SESSIONS: usize = 2000;

/// `sessions.json`.
#[derive(Debug, Serialize)]
struct Sessions {
    /// Which of the two keepers of sessions this machine has. The same session can be in both lists.
    logind_present: bool,
    utmp_present: bool,
    logind: Vec<LogindSession>,
    utmp: Vec<UtmpSession>,
}

/// A session as systemd-logind keeps it.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct LogindSession {
    account: Option<String>,
    uid: Option<u32>,
    /// `active`, `online` (logged in, not in front), `closing`.
    state: Option<String>,
    /// `tty`, `x11`, `wayland`, `unspecified`.
    kind: Option<String>,
    /// `user`, `greeter`, `manager`.
    class: Option<String>,
    /// `sshd`, `gdm-password`.
    service: Option<String>,
    terminal: Option<String>,
    seat: Option<String>,
    remote: bool,
    #[serde(flatten)]
    origin: Origin,
    since: Option<Timestamp>,
}

/// A session as utmp has it. One that a crash left over looks the same.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct UtmpSession {
    account: String,
    terminal: String,
    pid: i32,
    #[serde(flatten)]
    origin: Origin,
    since: Option<Timestamp>,
}

pub(crate) fn deliver(context: &Context) -> Result<(), CollectError> {
    let logind = read_logind(context);
    let utmp = read_utmp(context);
    let sessions = Sessions {
        logind_present: logind.is_some(),
        utmp_present: utmp.is_some(),
        logind: logind.unwrap_or_default(),
        utmp: utmp.unwrap_or_default(),
    };
    context.write_json("sessions.json", &sessions)
}

fn read_logind(context: &Context) -> Option<Vec<LogindSession>> {
    let names = context.list(LOGIND).map_err(|error| context.note_input(&error)).ok()?;
    // `<id>.ref` are FIFOs beside the files.
    let names = names.iter().filter_map(|name| name.to_str()).filter(|name| !name.contains('.'));
    let mut sessions = Vec::new();
    for name in names.take(MOST_SESSIONS) {
        match context.read_text(format!("{LOGIND}/{name}"), MOST_SESSION_BYTES) {
            Ok(text) => sessions.push(parse_logind(&text)),
            // Ended meanwhile.
            Err(InputError::Absent(_)) => {}
            Err(error) => context.note_input(&error),
        }
    }
    Some(sessions)
}

/// `KEY=value` lines; logind escapes values as a shell would, which those wanted here never need.
fn parse_logind(text: &str) -> LogindSession {
    let values: BTreeMap<&str, &str> =
        text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('=')).collect();
    let value = |key: &str| values.get(key).and_then(|value| given(value));
    let microseconds = values.get("REALTIME").and_then(|value| value.parse().ok());
    LogindSession {
        account: value("USER"),
        uid: value("UID").and_then(|value| value.parse().ok()),
        state: value("STATE"),
        kind: value("TYPE"),
        class: value("CLASS"),
        service: value("SERVICE"),
        terminal: value("TTY").or_else(|| value("DISPLAY")),
        seat: value("SEAT"),
        remote: values.get("REMOTE") == Some(&"1"),
        origin: value("REMOTE_HOST").map(|host| Origin::of_host(&host)).unwrap_or_default(),
        since: microseconds.and_then(|time| Timestamp::from_microsecond(time).ok()),
    }
}

fn read_utmp(context: &Context) -> Option<Vec<UtmpSession>> {
    let (data, truncated) =
        context.read(UTMP, MOST_UTMP_BYTES).map_err(|error| context.note_input(&error)).ok()?;
    if truncated {
        context.note_partial(format!("`{UTMP}` was cut at {MOST_UTMP_BYTES} bytes"));
    }
    Some(parse_utmp(&data, Layout::NATIVE))
}

fn parse_utmp(data: &[u8], layout: Layout) -> Vec<UtmpSession> {
    data.chunks_exact(layout.record_bytes)
        .filter_map(|bytes| Record::parse(bytes, layout))
        .filter(|record| record.kind == Kind::Login && !record.user.is_empty())
        .map(|record| UtmpSession {
            origin: Origin::of(&record),
            account: record.user,
            terminal: record.terminal,
            pid: record.pid,
            since: record.at,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_of_logind_is_read() {
        let session = parse_logind(
            "# This is private data. Do not parse.\nUID=1000\nUSER=anna\nACTIVE=1\nSTATE=active\nREMOTE=1\n\
             TYPE=tty\nCLASS=user\nTTY=pts/0\nREMOTE_HOST=192.0.2.7\nSERVICE=sshd\nREALTIME=1800000000000000\n",
        );
        assert_eq!((session.account.as_deref(), session.uid), (Some("anna"), Some(1000)));
        assert!(session.remote);
        assert_eq!(session.origin.address, Some("192.0.2.7".parse().unwrap()));
        assert_eq!(session.since.unwrap().as_second(), 1_800_000_000);
    }

    #[test]
    fn an_empty_session_file_says_nothing() {
        let session = parse_logind("");
        assert_eq!((session.account, session.remote, session.since), (None, false, None));
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn only_logins_are_sessions() {
        let sessions = parse_utmp(crate::utmp::tests::WTMP, Layout::NARROW);
        let names: Vec<_> = sessions.iter().map(|session| session.account.as_str()).collect();
        assert_eq!(names, ["anna", "ben", "anna"]);
    }
}
