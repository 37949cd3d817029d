//! The receipt says what was opened, refused, not needed and read.

use std::fs;

use crate::child::{confined, folder, list, patterns, policy, read, read_link, try_open, try_stat};

#[test]
fn a_receipt_holds_what_was_touched() {
    let (_kept, root) = folder();
    fs::create_dir_all(format!("{root}/logs")).unwrap();
    fs::write(format!("{root}/logs/a.log"), "content").unwrap();
    fs::write(format!("{root}/seen"), "content").unwrap();
    fs::write(format!("{root}/program"), "content").unwrap();
    let declared = ["logs/*.log", "seen", "absent", "absent-folder/*.conf", "unneeded", "logs/*.txt"];
    let declared = declared.map(|name| format!("{root}/{name}"));
    let mut policy = policy(&declared.each_ref().map(String::as_str));
    policy.program_reads = patterns(&[&format!("{root}/program")]);
    let ((), receipt) = confined(&policy, || {
        list(&format!("{root}/logs")).unwrap();
        for _ in 0..3 {
            read(&format!("{root}/logs/a.log")).unwrap();
        }
        read(&format!("{root}/program")).unwrap();
        assert_eq!(try_stat(&format!("{root}/seen")), 0);
        try_open(&format!("{root}/absent"));
        try_stat(&format!("{root}/absent-folder"));
        for _ in 0..2 {
            try_open("/etc/shadow");
        }
        try_stat("/etc/shadow");
        let _ = read_link("/etc/mtab");
        try_open("/proc/self/environ");
    });
    let opened: Vec<_> = receipt.opened.iter().map(|access| (access.path.as_str(), access.count)).collect();
    let logs = format!("{root}/logs");
    let file = format!("{root}/logs/a.log");
    assert_eq!(opened, [(logs.as_str(), 1), (file.as_str(), 3)]);
    let denied: Vec<_> = receipt
        .denied
        .iter()
        .map(|denied| (denied.path.as_str(), denied.operation.as_str(), denied.count))
        .collect();
    let expected = [
        ("/etc/mtab", "readlink", 1),
        ("/etc/shadow", "open", 2),
        ("/etc/shadow", "stat", 1),
        ("/proc/self/environ", "open", 1),
    ];
    assert_eq!(denied, expected);
    let unused: Vec<_> =
        receipt.unused.iter().map(|unused| (unused.declared.as_str(), unused.looked_for)).collect();
    let expected = [(1, true), (2, true), (3, true), (4, false), (5, true)];
    assert_eq!(unused, expected.map(|(place, looked_for)| (declared[place].as_str(), looked_for)));
    assert!(receipt.complete);
    // Three times the log, once the program; the rest is what the child's socket carried.
    assert!((28..200).contains(&receipt.bytes_read.unwrap()), "{receipt:?}");
}

#[test]
fn a_hostile_process_makes_no_receipt_long() {
    let (_kept, root) = folder();
    let ((), receipt) = confined(&policy(&[&root]), || {
        for number in 0..1500 {
            try_open(&format!("/hidden-{number}\u{1b}[2J"));
        }
    });
    assert_eq!((receipt.denied.len(), receipt.more_denied), (1000, 500));
    assert!(receipt.denied.iter().all(|denied| !denied.path.contains('\u{1b}')));
}
