//! What is left where a machine lacks something, and that it is said.

use std::ffi::CString;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use candor_manifest::PathPattern;
use candor_sandbox::{EnforcementLevel, Measure, Policy, Pretence, derive_check};

use crate::attempts::{self, call};
use crate::child::{run_child, start};
use crate::kinds::Kind;

fn without(kind: Kind, pretences: &[Pretence]) -> Policy {
    derive_check(&kind.machine().pretending(pretences), 2 << 30)
}

/// A folder that everybody may look into, with files `declared`, `folder/inside` and `secret`, and a link.
fn playground() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::create_dir(place.path().join("folder")).unwrap();
    for name in ["declared", "folder/inside", "secret", "target"] {
        std::fs::write(place.path().join(name), name).unwrap();
        std::fs::set_permissions(place.path().join(name), std::fs::Permissions::from_mode(0o666)).unwrap();
    }
    std::os::unix::fs::symlink("target", place.path().join("link")).unwrap();
    place
}

fn patterns(place: &Path) -> Vec<PathPattern> {
    ["declared", "folder/*", "link", "absent"]
        .map(|name| PathPattern::new(place.join(name).to_str().unwrap()).unwrap())
        .to_vec()
}

fn c_path(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).unwrap()
}

#[test]
fn without_answers_landlock_opens_what_is_declared_and_nothing_else() {
    for kind in Kind::all() {
        let place = playground();
        for pretence in [Pretence::Container, Pretence::Notifications] {
            let mut policy = without(kind, &[pretence]);
            policy.reads = patterns(place.path());
            let outcome = run_child(kind, &policy, || {
                let opened = ["declared", "folder", "folder/inside", "link", "target", "secret", "."]
                    .map(|name| (name.to_owned(), attempts::open(&c_path(&place.path().join(name)))));
                let mut answers = opened.to_vec();
                let declared = c_path(&place.path().join("declared"));
                let stat = call!(
                    libc::SYS_newfstatat,
                    libc::AT_FDCWD,
                    declared.as_ptr(),
                    [0_u64; 32].as_mut_ptr(),
                    0
                );
                answers.push(("stat".to_owned(), stat));
                answers.push(("write".to_owned(), attempts::open_to_write(&declared)));
                answers.push(("shadow".to_owned(), attempts::open(c"/etc/shadow")));
                answers.push(("socket".to_owned(), attempts::socket(libc::AF_INET, libc::SOCK_STREAM, 0)));
                answers
            });
            let enforcement = &outcome.confined.enforcement;
            assert_eq!(enforcement.level, EnforcementLevel::Partial);
            assert_eq!(enforcement.missing, policy.missing, "{kind:?}, {pretence:?}");
            let answers: Vec<_> = outcome.answers.iter().map(|(_, answer)| answer.as_str()).collect();
            let (done, no) = ("done", "EACCES");
            let expected = [done, done, done, done, done, no, no, done, "EPERM", no, "EPERM"];
            assert_eq!(answers, expected, "{kind:?}, {pretence:?}: {:?}", outcome.answers);
        }
    }
}

#[test]
fn without_answers_the_library_in_memory_still_loads() {
    // Some library that this process has not loaded.
    let library = ["/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64", "/usr/lib"]
        .map(|folder| PathBuf::from(folder).join("libnss_files.so.2"))
        .into_iter()
        .chain([PathBuf::from("/lib/x86_64-linux-gnu/libresolv.so.2")])
        .find(|path| path.exists())
        .expect("a C library");
    let memory = rustix::fs::memfd_create("library", rustix::fs::MemfdFlags::CLOEXEC).unwrap();
    std::fs::File::from(memory.try_clone().unwrap()).write_all(&std::fs::read(library).unwrap()).unwrap();
    for kind in Kind::all() {
        // In the place of standard input, which stays open.
        let before = || rustix::stdio::dup2_stdin(&memory).unwrap();
        let act = || {
            // SAFETY: the library is one of the C library's own.
            let handle = unsafe { libc::dlopen(c"/proc/self/fd/0".as_ptr(), libc::RTLD_NOW) };
            let answer = if handle.is_null() {
                // SAFETY: the text lives until the next call.
                unsafe { std::ffi::CStr::from_ptr(libc::dlerror()) }.to_string_lossy().into_owned()
            } else {
                "loaded".to_owned()
            };
            vec![("library".to_owned(), answer)]
        };
        let policy = without(kind, &[Pretence::Container]);
        let outcome = start(kind, &policy, before, act).finish();
        assert!(outcome.holds(Measure::Landlock));
        assert_eq!(outcome.answer("library"), "loaded", "{kind:?}");
    }
    assert!(memory.as_raw_fd() > 2);
}

#[test]
fn what_is_left_out_is_missing_and_nothing_else_is() {
    for kind in Kind::all() {
        for measure in Measure::ALL {
            let policy = without(kind, &[Pretence::Measure(*measure)]);
            let outcome = run_child(kind, &policy, Vec::new);
            let missing: Vec<_> =
                outcome.confined.enforcement.missing.iter().map(|one| one.measure).collect();
            let expected: Vec<_> = policy.missing.iter().map(|one| one.measure).collect();
            let sorted = |mut list: Vec<Measure>| {
                list.sort_unstable();
                list
            };
            let sentence = outcome.confined.enforcement.sentence();
            assert_eq!(sorted(missing), sorted(expected), "{kind:?} without {measure}: {sentence}");
        }
    }
}

#[test]
fn without_a_listener_every_path_is_refused() {
    for kind in Kind::all() {
        let policy = kind.policy();
        let outcome = start(kind, &policy, take_the_only_listener, || {
            vec![
                ("open".to_owned(), attempts::open(c"/")),
                (
                    "stat".to_owned(),
                    call!(libc::SYS_newfstatat, libc::AT_FDCWD, c"/".as_ptr(), [0_u64; 32].as_mut_ptr(), 0),
                ),
                ("socket".to_owned(), attempts::socket(libc::AF_UNIX, libc::SOCK_STREAM, 0)),
            ]
        })
        .finish();
        assert_eq!(outcome.confined.listener, None);
        assert!(outcome.reason(Measure::ExactReads).contains("listener"), "{:?}", outcome.confined);
        assert!(outcome.holds(Measure::Seccomp));
        let answers: Vec<_> = outcome.answers.iter().map(|(_, answer)| answer.as_str()).collect();
        assert_eq!(answers, ["EACCES", "EACCES", "EPERM"], "{kind:?}");
    }
}

/// A process can have one listener, and this one has it already: for a filter that allows everything.
fn take_the_only_listener() {
    rustix::thread::set_no_new_privs(true).unwrap();
    let allow = [libc::sock_filter { code: 0x06, jt: 0, jf: 0, k: libc::SECCOMP_RET_ALLOW }];
    let program = libc::sock_fprog { len: 1, filter: allow.as_ptr().cast_mut() };
    let flags = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;
    // In the place of standard input, which `confine` leaves open: a listener that is closed counts no more.
    // SAFETY: the kernel copies the program; the descriptors are the child's own.
    let kept = unsafe {
        let listener =
            libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const program);
        libc::dup2(i32::try_from(listener).unwrap(), 0)
    };
    assert_eq!(kept, 0);
}
