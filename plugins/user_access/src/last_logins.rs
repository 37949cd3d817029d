//! Each account's last login, from `/var/log/lastlog` (a sparse file with a record for each user id) or the database
//! of lastlog2.

use std::os::unix::fs::FileExt;

use candor_plugin::{Context, Input};
use jiff::Timestamp;
use serde::Serialize;

use crate::account_file::Directory;
use crate::origin::{Origin, given};
use crate::sqlite::Database;
use crate::utmp::{array, text};

const FILE: &str = "/var/log/lastlog";
const DATABASE: &str = "/var/lib/lastlog/lastlog2.db";
const MOST_ROWS: usize = 100_000;

/// Times are as wide as in utmp records.
const WIDE: bool = cfg!(any(target_arch = "aarch64", target_arch = "riscv64", target_arch = "loongarch64"));
const TIME_BYTES: usize = if WIDE { 8 } else { 4 };
const TERMINAL_BYTES: usize = 32;
const HOST_BYTES: usize = 256;
const RECORD_BYTES: usize = TIME_BYTES + TERMINAL_BYTES + HOST_BYTES;

/// The last login of one account.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LastLogin {
    account: String,
    at: Timestamp,
    /// `pts/0`.
    terminal: Option<String>,
    #[serde(flatten)]
    origin: Origin,
    /// `sshd`; known from the database only.
    service: Option<String>,
    /// The file that tells.
    source: &'static str,
}

/// All that either file tells, by name. Machines that were upgraded have both.
pub(crate) fn read(context: &Context, directory: &Directory) -> Vec<LastLogin> {
    let mut found = match context.open(FILE) {
        Ok(input) => from_file(&input, directory),
        Err(error) => {
            context.note_input(&error);
            Vec::new()
        }
    };
    match context.open(DATABASE) {
        Ok(input) => match from_database(input) {
            Some(rows) => found.extend(rows),
            None => context.note_partial(format!("`{DATABASE}` could not be read to its end")),
        },
        Err(error) => context.note_input(&error),
    }
    found.sort_by(|left, right| left.account.cmp(&right.account).then(left.at.cmp(&right.at)));
    found
}

/// Looks at the records of known accounts only: with a user id of four thousand million the file is a terabyte of holes.
fn from_file(input: &Input, directory: &Directory) -> Vec<LastLogin> {
    let accounts = directory.names_by_uid();
    let read = |(uid, name): (&u32, &&str)| {
        let mut record = [0; RECORD_BYTES];
        let offset = u64::from(*uid) * RECORD_BYTES as u64;
        // Past the end: never logged in.
        input.file().read_exact_at(&mut record, offset).ok()?;
        parse(name, &record)
    };
    accounts.iter().filter_map(read).collect()
}

fn parse(account: &str, record: &[u8; RECORD_BYTES]) -> Option<LastLogin> {
    let seconds = if WIDE {
        i64::from_ne_bytes(array(record, 0)?)
    } else {
        i64::from(u32::from_ne_bytes(array(record, 0)?))
    };
    if seconds == 0 {
        return None;
    }
    let (terminal, host) = record[TIME_BYTES..].split_at(TERMINAL_BYTES);
    Some(LastLogin {
        account: account.to_owned(),
        at: Timestamp::from_second(seconds).ok()?,
        terminal: given(&text(terminal)),
        origin: Origin::of_host(&text(host)),
        service: None,
        source: FILE,
    })
}

fn from_database(input: Input) -> Option<Vec<LastLogin>> {
    let mut rows = Vec::new();
    let database = Database::open(input)?;
    database.rows("Lastlog2", MOST_ROWS, |row| {
        let at = row.integer("Time").and_then(|seconds| Timestamp::from_second(seconds).ok());
        if let (Some(account), Some(at)) = (row.text("Name"), at) {
            rows.push(LastLogin {
                account,
                at,
                terminal: row.text("TTY").filter(|text| !text.is_empty()),
                origin: Origin::of_host(&row.text("RemoteHost").unwrap_or_default()),
                service: row.text("Service").filter(|text| !text.is_empty()),
                source: DATABASE,
            });
        }
    })?;
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::with_context::{TestFolder, with_context};

    #[test]
    fn a_record_is_read_and_a_hole_is_no_login() {
        let mut record = [0; RECORD_BYTES];
        assert_eq!(parse("anna", &record), None);
        record[..4].copy_from_slice(&1_800_000_000_u32.to_le_bytes());
        record[TIME_BYTES..TIME_BYTES + 5].copy_from_slice(b"pts/3");
        record[TIME_BYTES + 32..TIME_BYTES + 32 + 9].copy_from_slice(b"192.0.2.7");
        if cfg!(target_endian = "little") {
            let login = parse("anna", &record).unwrap();
            assert_eq!(login.at.as_second(), 1_800_000_000);
            assert_eq!(login.terminal.as_deref(), Some("pts/3"));
            assert_eq!(login.origin.address, Some("192.0.2.7".parse().unwrap()));
        }
    }

    #[test]
    fn a_sparse_file_is_read_at_the_places_of_known_accounts_only() {
        let folder = TestFolder::new("lastlog");
        let path = folder.write("lastlog", b"");
        let mut record = [0; RECORD_BYTES];
        record[..TIME_BYTES].copy_from_slice(&1_800_000_000_u64.to_ne_bytes()[..TIME_BYTES]);
        let uid = 4_000_000_000_u32;
        let file = std::fs::File::options().write(true).open(&path).expect("open");
        // A file of a terabyte of holes; where the file system has none so large, a smaller one does.
        let uid = match file.write_all_at(&record, u64::from(uid) * RECORD_BYTES as u64) {
            Ok(()) => uid,
            Err(_) => {
                let uid = 1000;
                file.write_all_at(&record, u64::from(uid) * RECORD_BYTES as u64).expect("write");
                uid
            }
        };
        with_context(folder.path(), move |context| {
            let directory =
                Directory::parse(&format!("root:x:0:0::/:\nanna:x:{uid}:1::/:\nben:x:5:1::/:\n"), "");
            let found = from_file(&context.open(&path).expect("open"), &directory);
            let names: Vec<_> = found.iter().map(|login| login.account.as_str()).collect();
            if cfg!(target_endian = "little") {
                assert_eq!(names, ["anna"]);
            }
        });
    }

    #[test]
    fn the_database_of_lastlog2_is_read() {
        let folder = TestFolder::new("lastlog2");
        let path = folder.write("lastlog2.db", include_bytes!("../fixtures/lastlog2.db"));
        with_context(folder.path(), move |context| {
            let found = from_database(context.open(&path).expect("open")).expect("read");
            let anna = found.iter().find(|login| login.account == "anna").expect("anna");
            assert_eq!((anna.at.as_second(), anna.service.as_deref()), (1_800_000_000, Some("sshd")));
            assert_eq!(anna.origin.address, Some("192.0.2.7".parse().unwrap()));
            assert_eq!(found.len(), 2);
        });
    }
}
