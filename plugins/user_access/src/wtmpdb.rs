//! Logins in the database of wtmpdb, which newer systems keep in place of `/var/log/wtmp`: wtmpdb(8).

use candor_plugin::{Context, Input};
use jiff::Timestamp;

use crate::logins::{End, History, Login, MachineEvent};
use crate::origin::{Origin, given};
use crate::record_files::Source;
use crate::sqlite::{Database, Row};

/// Where it is and was.
const PATHS: [&str; 2] = ["/var/lib/wtmpdb/wtmp.db", "/var/log/wtmp.db"];
/// wtmpdb's `BOOT_TIME` and `USER_PROCESS`.
const BOOT: i64 = 1;
const LOGIN: i64 = 3;
/// Rows to look at for each that is listed.
const ROWS_TO_ENTRIES: usize = 4;

/// Adds what the database holds to the history.
pub(crate) fn add(context: &Context, most: usize, history: &mut History, sources: &mut Vec<Source>) {
    for path in PATHS {
        match context.open(path) {
            Ok(input) => add_file(context, path, input, most, history, sources),
            Err(error) => context.note_input(&error),
        }
    }
}

fn add_file(
    context: &Context,
    path: &str,
    input: Input,
    most: usize,
    history: &mut History,
    sources: &mut Vec<Source>,
) {
    let Some(database) = Database::open(input) else {
        return context.note_partial(format!("`{path}` is no database that can be read"));
    };
    if database.is_write_ahead() {
        context.note_partial(format!(
            "the newest entries of `{path}` may be in its write-ahead log, which is not read"
        ));
    }
    let mut rows = 0;
    let done = database.rows("wtmp", most.saturating_mul(ROWS_TO_ENTRIES), |row| {
        rows += 1;
        add_row(row, history);
    });
    if done.is_none() {
        context.note_partial(format!("`{path}` could not be read to its end"));
    }
    sources.push(Source { path: path.to_owned(), records: rows, records_read: rows });
}

fn add_row(row: &Row<'_>, history: &mut History) {
    let at = |column| {
        row.integer(column).filter(|time| *time > 0).and_then(|time| Timestamp::from_microsecond(time).ok())
    };
    let filled = |column| row.text(column).and_then(|text| given(&text));
    match row.integer("Type") {
        Some(LOGIN) => history.logins.push(Login {
            account: row.text("User").unwrap_or_default(),
            terminal: row.text("TTY").unwrap_or_default(),
            origin: Origin::of_host(&row.text("RemoteHost").unwrap_or_default()),
            service: filled("Service"),
            logged_in_at: at("Login"),
            logged_out_at: at("Logout"),
            end: at("Logout").map_or(End::NotRecorded, |_| End::LoggedOut),
        }),
        Some(BOOT) => {
            history.machine.push(MachineEvent {
                event: "start",
                at: at("Login"),
                kernel: filled("RemoteHost"),
            });
            if let Some(time) = at("Logout") {
                history.machine.push(MachineEvent { event: "shutdown", at: Some(time), kernel: None });
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::with_context::{TestFolder, with_context};

    #[test]
    fn logins_and_starts_are_told_apart() {
        let folder = TestFolder::new("wtmpdb");
        let path = folder.write("wtmp.db", include_bytes!("../fixtures/wtmp.db"));
        let reasons = with_context(folder.path(), move |context| {
            let (mut history, mut sources) = (History::default(), Vec::new());
            let input = context.open(&path).expect("open");
            add_file(context, "wtmp.db", input, 200, &mut history, &mut sources);
            assert_eq!((history.logins.len(), history.machine.len()), (59, 1));
            let last = &history.logins[0];
            assert_eq!((last.account.as_str(), last.end), ("anna59", End::LoggedOut));
            assert_eq!(last.service.as_deref(), Some("sshd"));
            assert_eq!(history.logins[3].end, End::NotRecorded);
            assert_eq!(sources[0].records, 60);
        });
        assert!(reasons.is_empty(), "{reasons:?}");
    }

    #[test]
    fn a_file_that_is_no_database_is_noted() {
        let folder = TestFolder::new("no-wtmpdb");
        let path = folder.write("wtmp.db", b"nothing");
        let reasons = with_context(folder.path(), move |context| {
            let input = context.open(&path).expect("open");
            add_file(context, "wtmp.db", input, 200, &mut History::default(), &mut Vec::new());
        });
        assert_eq!(reasons, ["`wtmp.db` is no database that can be read"]);
    }
}
