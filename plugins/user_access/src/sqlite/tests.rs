//! On databases that `sqlite3` wrote with the schemas of lastlog2 and wtmpdb, whole and mutilated.

use std::cell::RefCell;
use std::rc::Rc;

use proptest::prelude::*;

use super::Database;
use crate::with_context::{TestFolder, with_context};

/// 512-byte pages, 60 rows, one of which overflows its page.
const WTMPDB: &[u8] = include_bytes!("../../fixtures/wtmp.db");

/// User, login and remote host of a row.
type Found = (Option<String>, Option<i64>, Option<String>);

/// The rows, and whether the walk came to its end.
fn read(test: &str, bytes: &[u8], table: &'static str, most: usize) -> (Vec<Found>, bool) {
    let folder = TestFolder::new(test);
    let path = folder.write("test.db", bytes);
    let found = Rc::new(RefCell::new((Vec::new(), false)));
    let result = Rc::clone(&found);
    with_context(folder.path(), move |context| {
        let (rows, done) = &mut *result.borrow_mut();
        let database = Database::open(context.open(&path).expect("open"));
        let walked = database.and_then(|database| {
            database.rows(table, most, |row| {
                rows.push((row.text("User"), row.integer("Login"), row.text("RemoteHost")));
            })
        });
        *done = walked.is_some();
    });
    found.take()
}

#[test]
fn rows_come_the_last_added_first() {
    let (rows, done) = read("order", WTMPDB, "WTMP", 1000);
    assert!(done);
    assert_eq!(rows.len(), 60);
    assert_eq!(rows[0].0.as_deref(), Some("anna59"));
    assert_eq!(rows[59].0.as_deref(), Some("anna0"));
    assert_eq!(rows[0].1, Some(1_800_000_059_000_000));
}

#[test]
fn a_row_that_overflows_its_page_is_whole() {
    let (rows, _) = read("overflow", WTMPDB, "wtmp", 1000);
    let long = rows[30].2.as_deref().expect("host");
    assert_eq!(long.len(), 1500);
    assert!(long.bytes().all(|byte| byte == b'h'));
}

#[test]
fn no_more_rows_come_than_were_asked_for() {
    let (rows, done) = read("bounded", WTMPDB, "wtmp", 5);
    assert!(done);
    assert_eq!(rows.len(), 5);
}

#[test]
fn an_absent_table_and_a_text_are_no_rows() {
    assert_eq!(read("absent", WTMPDB, "other", 5), (Vec::new(), false));
    assert_eq!(read("absent", b"no database", "wtmp", 5), (Vec::new(), false));
    assert_eq!(read("absent", &WTMPDB[..700], "wtmp", 5), (Vec::new(), false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn mutilated_databases_are_survived(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = WTMPDB.to_vec();
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        bytes.truncate(bytes.len() - cut.index(1024));
        let (rows, _) = read("mutilated", &bytes, "wtmp", 1000);
        prop_assert!(rows.len() <= 1000);
    }
}
