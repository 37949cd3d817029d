//! A worker under everything that the machine has.

use std::collections::BTreeSet;
use std::os::fd::AsRawFd;

use candor_manifest::Capability;
use candor_sandbox::{EnforcementLevel, Measure};

use crate::attempts::{self, ASKED, call};
use crate::child::{run_child, start};
use crate::kinds::Kind;

#[test]
fn a_worker_is_fully_confined_and_can_do_nothing_of_the_list() {
    for kind in Kind::all() {
        let policy = kind.policy();
        let parent = rustix::process::getpid().as_raw_nonzero().get();
        let outcome = run_child(kind, &policy, || attempts::everything(parent));
        let enforcement = &outcome.confined.enforcement;
        assert_eq!(enforcement.level, EnforcementLevel::Full, "{kind:?}: {}", enforcement.sentence());
        for (name, answer) in &outcome.answers {
            let expected = match name.as_str() {
                name if ASKED.contains(&name) => "EACCES",
                "openat2" | "clone3" | "io_uring" => "ENOSYS",
                _ => "EPERM",
            };
            assert_eq!(answer, expected, "{kind:?}: {name}");
        }
    }
}

#[test]
fn every_attempt_means_something_without_the_lock_down() {
    // A filter that refuses everything would pass the test above; so would calls that are refused anyway.
    for kind in Kind::all() {
        let mut policy = kind.policy();
        policy.measures = BTreeSet::new();
        policy.user = None;
        let outcome = run_child(kind, &policy, || {
            let mut buffer = [0_u64; 16];
            let buffer = buffer.as_mut_ptr();
            [
                ("open", attempts::open(c"/etc/passwd")),
                ("socket", attempts::socket(libc::AF_INET, libc::SOCK_STREAM, 0)),
                ("memory file", call!(libc::SYS_memfd_create, c"x".as_ptr(), 0)),
                ("change folder", call!(libc::SYS_chdir, c"/".as_ptr())),
                ("uname", call!(libc::SYS_personality, 0xffff_ffff_u64)),
                ("own limits", call!(libc::SYS_prlimit64, 0, libc::RLIMIT_NOFILE, 0, buffer)),
            ]
            .map(|(name, answer)| (name.to_owned(), answer))
            .to_vec()
        });
        assert_eq!(outcome.confined.enforcement.level, EnforcementLevel::None);
        assert!(outcome.answers.iter().all(|(_, answer)| answer == "done"), "{:?}", outcome.answers);
    }
}

#[test]
fn a_worker_still_computes_starts_threads_and_sees_who_it_is() {
    for kind in Kind::all() {
        let outcome = run_child(kind, &kind.policy(), || {
            let threads: Vec<_> = (0..4).map(|number| std::thread::spawn(move || number * 2)).collect();
            let sum: i32 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
            let (reader, writer) = std::io::pipe().unwrap();
            let limits = rustix::process::getrlimit(rustix::process::Resource::Nofile);
            // SAFETY: only looks.
            let abort = unsafe { libc::raise(libc::SIGCONT) };
            vec![
                ("threads".to_owned(), sum.to_string()),
                ("pipe".to_owned(), (reader.as_raw_fd() != writer.as_raw_fd()).to_string()),
                ("time".to_owned(), (std::time::SystemTime::now() > std::time::UNIX_EPOCH).to_string()),
                (
                    "random".to_owned(),
                    attempts::answer(
                        rustix::rand::getrandom(&mut [0_u8; 8], rustix::rand::GetRandomFlags::empty())
                            .map_or(-1, |_| 0),
                    ),
                ),
                ("files".to_owned(), format!("{:?}", limits.maximum)),
                ("signal to itself".to_owned(), abort.to_string()),
                ("user".to_owned(), rustix::process::getuid().is_root().to_string()),
            ]
        });
        let answers: Vec<_> = outcome.answers.iter().map(|(_, answer)| answer.as_str()).collect();
        assert_eq!(answers, ["12", "true", "true", "done", "Some(256)", "0", "false"], "{kind:?}");
    }
}

#[test]
fn descriptors_that_are_not_kept_are_closed() {
    let opened = std::fs::File::open("/dev/null").unwrap();
    // A number that nothing else gets afterwards.
    let opened = rustix::io::fcntl_dupfd_cloexec(&opened, 200).unwrap();
    let number = opened.as_raw_fd();
    for kind in Kind::all() {
        let outcome = run_child(kind, &kind.policy(), || {
            vec![("kept".to_owned(), call!(libc::SYS_fcntl, number, libc::F_GETFD))]
        });
        assert_eq!(outcome.answer("kept"), "EBADF");
    }
}

#[test]
fn the_root_is_empty_and_cannot_be_written_to_and_the_host_keeps_its_mounts() {
    for kind in Kind::all() {
        let before = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
        let outcome = run_child(kind, &kind.policy_with(&[Measure::OwnNetwork, Measure::EmptyRoot]), || {
            let names: Vec<_> =
                std::fs::read_dir("/").unwrap().map(|entry| entry.unwrap().file_name()).collect();
            vec![
                ("root".to_owned(), format!("{names:?}")),
                ("proc".to_owned(), attempts::open(c"/proc/self/status")),
                ("above".to_owned(), attempts::open(c"/../../etc/passwd")),
                ("make a folder".to_owned(), call!(libc::SYS_mkdirat, libc::AT_FDCWD, c"/x".as_ptr(), 0o755)),
                (
                    "make a folder here".to_owned(),
                    call!(libc::SYS_mkdirat, libc::AT_FDCWD, c"x".as_ptr(), 0o755),
                ),
                ("interfaces".to_owned(), interfaces().join(" ")),
            ]
        });
        assert!(
            outcome.holds(Measure::EmptyRoot) && outcome.holds(Measure::OwnNetwork),
            "{:?}",
            outcome.confined
        );
        let answers: Vec<_> = outcome.answers.iter().map(|(_, answer)| answer.as_str()).collect();
        assert_eq!(answers, ["[]", "ENOENT", "ENOENT", "EROFS", "EROFS", "lo"], "{kind:?}");
        assert_eq!(std::fs::read_to_string("/proc/self/mountinfo").unwrap(), before);
    }
}

/// Names of the network interfaces, from the kernel itself.
fn interfaces() -> Vec<String> {
    let mut names = Vec::new();
    // SAFETY: the list ends with a null name and is only read.
    unsafe {
        let mut next = libc::if_nameindex();
        while !(*next).if_name.is_null() {
            names.push(std::ffi::CStr::from_ptr((*next).if_name).to_string_lossy().into_owned());
            next = next.add(1);
        }
    }
    names
}

#[test]
fn a_declared_capability_is_the_only_one_that_is_left() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("not run: only root has capabilities to declare");
        return;
    }
    let mut policy = Kind::Root.policy();
    policy.capabilities = ["SYSLOG".parse::<Capability>().unwrap()].into();
    let child = start(
        Kind::Root,
        &policy,
        || {},
        || {
            vec![
                ("length".to_owned(), call!(libc::SYS_syslog, 10, 0, 0)),
                ("clear".to_owned(), call!(libc::SYS_syslog, 5, 0, 0)),
            ]
        },
    );
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.pid.as_raw_nonzero())).unwrap();
    let syslog = format!("{:016x}", 1_u64 << 34);
    let none = "0".repeat(16);
    for (field, expected) in
        [("CapPrm", &syslog), ("CapEff", &syslog), ("CapInh", &none), ("CapBnd", &none), ("CapAmb", &none)]
    {
        assert!(status.contains(&format!("{field}:\t{expected}")), "{field}: {status}");
    }
    for line in ["Uid:\t65534\t65534\t65534\t65534", "NoNewPrivs:\t1", "Seccomp:\t2", "Seccomp_filters:\t2"] {
        let user = policy.user.as_ref().unwrap().uid.to_string();
        assert!(status.contains(&line.replace("65534", &user)), "{line}: {status}");
    }
    let outcome = child.finish();
    assert_eq!(
        outcome.confined.enforcement.level,
        EnforcementLevel::Full,
        "{}",
        outcome.confined.enforcement.sentence()
    );
    assert_eq!((outcome.answer("length"), outcome.answer("clear")), ("done", "EPERM"));
}
