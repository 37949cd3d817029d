//! A command: its program, its loader, and nothing else.

use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use candor_manifest::Capability;
use candor_sandbox::{EnforcementLevel, Measure, Policy};
use rustix::process::{WaitId, WaitIdOptions};

use crate::attempts::{self, call};
use crate::child::{Child, run_child, start};
use crate::kinds::Kind;

/// The dynamic loader, which is also a program without any library: `ld.so --version`.
fn loader() -> PathBuf {
    let places = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"].map(PathBuf::from);
    places.into_iter().find(|place| place.exists()).expect("the C library is the GNU one")
}

fn policy(kind: Kind) -> Policy {
    let mut policy = kind.policy();
    policy.measures.remove(&Measure::Undumpable);
    policy.execute = vec![loader(), PathBuf::from("/nonexistent/program")];
    policy
}

/// Starts the loader as a command, with its output in a pipe.
fn start_loader(kind: Kind, policy: &Policy) -> (Child, std::io::PipeReader) {
    let (reader, writer) = std::io::pipe().unwrap();
    let program = std::ffi::CString::new(loader().as_os_str().as_bytes()).unwrap();
    let before = || rustix::stdio::dup2_stdout(&writer).unwrap();
    let act = || {
        let arguments = [program.as_ptr(), c"--version".as_ptr(), std::ptr::null()];
        vec![("execute".to_owned(), call!(libc::SYS_execve, program.as_ptr(), arguments.as_ptr(), 0))]
    };
    (start(kind, policy, before, act), reader)
}

#[test]
fn the_program_runs_and_nothing_else_does() {
    for kind in Kind::all() {
        let policy = policy(kind);
        let (mut child, mut output) = start_loader(kind, &policy);
        assert_eq!(child.confined.enforcement.level, EnforcementLevel::Full, "{:?}", child.confined);
        child.go();
        assert_eq!(child.wait().exit_status(), Some(0), "{kind:?}");
        let mut text = String::new();
        output.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("ld.so "), "{text}");

        let outcome = run_child(kind, &policy, || {
            vec![
                ("another program".to_owned(), call!(libc::SYS_execve, c"/bin/true".as_ptr(), 0, 0)),
                ("fork".to_owned(), call!(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0)),
                (
                    "fork as of old".to_owned(),
                    call!(libc::SYS_clone, libc::CLONE_VFORK | libc::CLONE_VM, 0, 0, 0, 0),
                ),
                ("open".to_owned(), attempts::open(c"/etc/passwd")),
                (
                    "by descriptor".to_owned(),
                    call!(libc::SYS_execveat, 0, c"".as_ptr(), 0, 0, libc::AT_EMPTY_PATH),
                ),
            ]
        });
        let answers: Vec<_> = outcome.answers.iter().map(|(_, answer)| answer.as_str()).collect();
        assert_eq!(answers, ["ENOENT", "EPERM", "EPERM", "EACCES", "EPERM"], "{kind:?}");
    }
}

#[test]
fn the_root_of_a_command_holds_its_program_which_cannot_be_changed() {
    let loader = loader();
    let inode = std::fs::metadata(&loader).unwrap().ino();
    for kind in Kind::all() {
        let mut policy = kind.policy_with(&[Measure::EmptyRoot]);
        policy.execute = vec![loader.clone(), loader.clone(), PathBuf::from("/nonexistent/program")];
        let outcome = run_child(kind, &policy, || {
            let path = std::ffi::CString::new(loader.as_os_str().as_bytes()).unwrap();
            vec![
                ("found".to_owned(), format!("{:?}", everything_under(Path::new("/")))),
                ("same".to_owned(), (std::fs::metadata(&loader).unwrap().ino() == inode).to_string()),
                ("write".to_owned(), open_to_write_when_not_starting(&path)),
            ]
        });
        assert!(outcome.holds(Measure::EmptyRoot), "{:?}", outcome.confined);
        let mut expected: Vec<_> =
            loader.ancestors().filter(|path| path.parent().is_some()).map(Path::to_owned).collect();
        expected.reverse();
        assert_eq!(outcome.answer("found"), format!("{expected:?}"));
        assert_eq!(outcome.answer("same"), "true");
        assert!(["EROFS", "EACCES"].contains(&outcome.answer("write")), "{:?}", outcome.answers);
    }
}

/// While some process of the machine is being started with the loader, the kernel says that instead.
fn open_to_write_when_not_starting(path: &std::ffi::CStr) -> String {
    let busy = libc::ETXTBSY.to_string();
    std::iter::repeat_with(|| attempts::open_to_write(path)).find(|answer| *answer != busy).unwrap()
}

fn everything_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        found.push(entry.path());
        if entry.file_type().unwrap().is_dir() {
            found.extend(everything_under(&entry.path()));
        }
    }
    found
}

#[test]
fn a_folder_is_no_program() {
    for kind in Kind::all() {
        let mut policy = kind.policy_with(&[Measure::EmptyRoot]);
        policy.execute = vec![PathBuf::from("/etc")];
        let outcome = run_child(kind, &policy, Vec::new);
        assert_eq!(outcome.reason(Measure::EmptyRoot), "`/etc` is no program");
    }
}

#[test]
fn a_declared_capability_gets_over_the_exec_and_no_other_does() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("not run: only root has capabilities to declare");
        return;
    }
    let net_admin = format!("{:016x}", 1_u64 << 12);
    for as_root in [true, false] {
        let mut policy = policy(Kind::Root);
        policy.capabilities = ["NET_ADMIN".parse::<Capability>().unwrap()].into();
        if as_root {
            policy.user = None;
            policy.measures.remove(&Measure::UnprivilegedUser);
            // The kernel does not bound root's.
            policy.measures.remove(&Measure::ProcessLimit);
        }
        let (mut child, output) = start_loader(Kind::Root, &policy);
        assert_eq!(child.confined.enforcement.level, EnforcementLevel::Full, "{:?}", child.confined);
        child.go();
        // Its status is still to be read until it is waited for.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        rustix::process::waitid(WaitId::Pid(child.pid), options).unwrap();
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.pid.as_raw_nonzero())).unwrap();
        for field in ["CapPrm", "CapEff", "CapAmb"] {
            assert!(status.contains(&format!("{field}:\t{net_admin}")), "as root {as_root}: {status}");
        }
        assert!(status.contains(&format!("CapBnd:\t{}", "0".repeat(16))), "{status}");
        assert_eq!(status.contains("Uid:\t0\t0\t0\t0"), as_root, "{status}");
        assert_eq!(child.wait().exit_status(), Some(0));
        assert!(output.as_raw_fd() > 2);
    }
}
