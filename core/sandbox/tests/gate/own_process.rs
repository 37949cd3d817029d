//! `/proc/self` is the confined process, and tells of the machine where the declaration means the machine.

use std::fs;
use std::os::fd::{AsRawFd, OwnedFd};

use candor_manifest::Level;
use libc::{EACCES, ELOOP, O_RDONLY};

use crate::child::{
    confined, confined_with, folder, is_root, list, open, policy, read, read_from, read_link, stat_at,
    try_open, try_open_with, try_stat,
};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The words that are no numbers, as counters change.
fn words(text: &str) -> Vec<String> {
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    text.split_whitespace().filter(|word| !is_number(word)).map(str::to_owned).collect()
}

/// The id that a status file tells.
fn pid_in(status: &str) -> u32 {
    status.lines().find_map(|line| line.strip_prefix("Pid:")).unwrap().trim().parse().unwrap()
}

#[test]
fn the_process_reads_its_own_files_and_not_the_hosts() {
    let (seen, _) = confined(&policy(&["/proc/self/status", "/proc/self/stat"]), || {
        let own = std::process::id();
        let ids = ["self", "thread-self", &own.to_string()]
            .map(|name| pid_in(&text(&read(&format!("/proc/{name}/status")).unwrap())));
        let host = std::os::unix::process::parent_id();
        let errors = [
            try_open(&format!("/proc/{host}/status")),
            try_open(&format!("/proc/{host}/stat")),
            try_open("/proc/1/stat"),
            try_open("/proc/self/environ"),
            try_open(&format!("/proc/{host}/environ")),
        ];
        (own, ids, errors, read_link("/proc/self"), read_link("/proc/thread-self"))
    });
    let (own, ids, errors, link, thread) = seen;
    assert_eq!(ids, [own; 3]);
    assert_eq!(errors, [EACCES; 5]);
    assert_eq!((link, thread), (Ok(own.to_string()), Ok(format!("{own}/task/{own}"))));
}

#[test]
fn the_hosts_own_files_stay_its_own_whatever_is_declared_of_the_process() {
    let mut policy = policy(&["/proc/self"]);
    policy.level = Level::Secret;
    let (seen, _) = confined(&policy, || {
        let host = std::os::unix::process::parent_id();
        let errors = ["environ", "mem", "maps", "fd", "fd/0", "cwd", "root", "status"]
            .map(|name| try_open(&format!("/proc/{host}/{name}")));
        (errors, try_open("/proc/self/environ"), try_open("/proc/self/exe"), try_stat("/proc/self/cwd/x"))
    });
    assert_eq!(seen, ([EACCES; 8], 0, ELOOP, ELOOP), "links of processes are never followed");
}

#[test]
fn ways_round_by_links_of_processes_are_closed() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "content").unwrap();
    let policy = policy(&[&root, "/etc/hostname"]);
    let (errors, _) = confined(&policy, || {
        let host = std::os::unix::process::parent_id();
        [
            try_open("/proc/1/root/etc/hostname"),
            try_open("/proc/self/root/etc/hostname"),
            try_open(&format!("/proc/{host}/root{root}/file")),
            try_open("/proc/self/cwd/etc/hostname"),
            try_open("/proc/self/root"),
            try_open("/proc/self/fd/0"),
            try_open("/dev/fd/0"),
            try_open("/dev/stdin"),
            try_open(&format!("/proc/{host}/fd/1")),
            try_open("/proc/self/task/1/root/etc/hostname"),
            try_open_with("/proc/self/exe", O_RDONLY | libc::O_NOFOLLOW),
            try_stat("/proc/1/exe"),
            read_link("/proc/self/exe").err().unwrap_or(0),
            read_link("/proc/1/cwd").err().unwrap_or(0),
            try_open("/proc/self/../../etc/shadow"),
        ]
    });
    assert_eq!(errors, [EACCES; 15]);
}

#[test]
fn its_namespaces_are_its_own_and_what_it_reads_of_them_is_the_machines() {
    let alone = || {
        if is_root() {
            let flags = libc::CLONE_NEWNET | libc::CLONE_NEWNS;
            // SAFETY: plain integers.
            assert_eq!(unsafe { libc::unshare(flags) }, 0);
        }
    };
    let reads = ["/proc/self/mountinfo", "/proc/mounts", "/proc/net/dev", "/proc/self/cgroup", "/etc/mtab"];
    let asked = [
        "/proc/self/mountinfo",
        "/proc/mounts",
        "/proc/self/mounts",
        "/proc/self/net/dev",
        "/proc/thread-self/cgroup",
    ];
    let (seen, _) = confined_with(&policy(&reads), None, alone, || {
        let names =
            asked.map(|path| words(&text(&read(path).unwrap_or_else(|error| panic!("{path}: {error}")))));
        (names, list("/proc/net").unwrap(), read_link("/proc/mounts"), try_open("/proc/net/tcp"))
    });
    let here = asked.map(|path| words(&fs::read_to_string(path).unwrap()));
    let expected = (here, vec!["dev".to_owned()], Ok("self/mounts".to_owned()), EACCES);
    assert_eq!(seen, expected);
}

#[test]
fn a_process_in_a_user_namespace_is_answered_all_the_same() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "content").unwrap();
    let alone = || {
        let flags = libc::CLONE_NEWUSER | libc::CLONE_NEWNET | libc::CLONE_NEWNS;
        // SAFETY: plain integers.
        assert_eq!(unsafe { libc::unshare(flags) }, 0);
    };
    let (seen, _) = confined_with(&policy(&[&root, "/proc/net/dev"]), None, alone, || {
        let file = open(&format!("{root}/file"), O_RDONLY).unwrap();
        let status = stat_at(file.as_raw_fd(), "", libc::AT_EMPTY_PATH).is_ok();
        let network = text(&read("/proc/net/dev").unwrap());
        (text(&read_from(file)), status, network.lines().count(), try_open("/etc/shadow"))
    });
    let lines = fs::read_to_string("/proc/net/dev").unwrap().lines().count();
    assert_eq!(seen, ("content".to_owned(), true, lines, EACCES));
}

#[test]
fn the_library_is_opened_under_its_number_for_reading() {
    let memory = rustix::fs::memfd_create("library", rustix::fs::MemfdFlags::CLOEXEC).unwrap();
    rustix::io::write(&memory, b"library").unwrap();
    let (seen, _) = confined_with(
        &policy(&[]),
        Some((4, memory)),
        || {},
        || {
            let own = std::process::id();
            let contents = ["self", "thread-self", &own.to_string()]
                .map(|name| text(&read(&format!("/proc/{name}/fd/4")).unwrap()));
            let file = open("/proc/self/fd/4", O_RDONLY).unwrap();
            let writes = rustix::io::write(&file, b"x").is_ok();
            let errors = [
                try_open_with("/proc/self/fd/4", libc::O_RDWR),
                try_open("/proc/self/fd/5"),
                try_open("/proc/self/fd/04"),
                try_open("/proc/1/fd/4"),
                try_open("/proc/self/fd"),
            ];
            let status = stat_at(libc::AT_FDCWD, &format!("/proc/self/fd/{}", file.as_raw_fd()), 0).is_ok();
            (contents, writes, errors, status, read_link(&format!("/proc/self/fd/{}", file.as_raw_fd())))
        },
    );
    let (contents, writes, errors, status, link) = seen;
    assert_eq!(contents, ["library"; 3].map(str::to_owned));
    assert_eq!((writes, errors, status), (false, [EACCES; 5], true));
    assert_eq!(link, Ok("/memfd:library (deleted)".to_owned()));
}

#[test]
fn a_descriptor_tells_the_path_that_it_was_opened_by() {
    let (_kept, root) = folder();
    fs::write(format!("{root}/file"), "").unwrap();
    let (seen, _) = confined(&policy(&[&root, "/proc/self/status"]), || {
        let text = |file: &OwnedFd| read_link(&format!("/proc/self/fd/{}", file.as_raw_fd())).unwrap();
        let file = open(&format!("{root}/file"), O_RDONLY).unwrap();
        let status = open("/proc/self/status", O_RDONLY).unwrap();
        (text(&file), text(&status), read_link("/proc/self/fd/999"))
    });
    let expected = (format!("{root}/file"), "/proc/self/status".to_owned(), Err(libc::EBADF));
    assert_eq!(seen, expected);
}
