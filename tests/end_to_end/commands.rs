//! A brokered command gets at nothing but its program, its loader and what its manifest declares, and loses nothing that
//! it needs.
//!
//! Each attempt runs twice: without the lock-down, where it must get through, so that it is known to be one, and with it,
//! where it must not.

mod ground;
mod shipped;

use candor_tests::User;
use serde_json::Value;

use ground::{Ground, Program};

/// What no command may do. Each prints `got-it` once it did it.
const ATTEMPTS: &[Program] = &[
    Program::shell("read-undeclared", "read -r line < FOLDER/undeclared.txt && echo got-it"),
    Program::shell("read-by-link", "read -r line < FOLDER/declared/link && echo got-it"),
    Program::shell("see-undeclared", "test -e FOLDER/undeclared.txt && echo got-it"),
    Program::shell(
        "list-undeclared",
        "for name in FOLDER/*; do test $name = FOLDER/undeclared.txt && echo got-it; done",
    ),
    Program::shell("write", "echo x > FOLDER/written && echo got-it"),
    Program::shell("write-declared", "echo x >> FOLDER/declared/written && echo got-it"),
    Program::shell("start-program", "exec /usr/bin/printf got-it"),
    Program::shell("start-program-by-loader", "exec LOADER /usr/bin/printf got-it"),
    Program::shell("fork", "( echo got-it ); true"),
    Program::shell("signal-host", "kill -CONT $PPID && echo got-it"),
    Program::python(
        "environment-of-host",
        "import os; open(f'/proc/{os.getppid()}/environ').read(); print('got-it')",
    ),
    Program::python("tcp", "import socket; socket.create_connection(('127.0.0.1', PORT)); print('got-it')"),
    Program::python(
        "udp",
        "import socket as s; s.socket(s.AF_INET, s.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT)); print('got-it')",
    ),
    Program::python(
        "unix-socket",
        "import socket as s; s.socket(s.AF_UNIX).connect('FOLDER/service'); print('got-it')",
    ),
    Program::python(
        "netlink",
        "import socket as s; s.socket(s.AF_NETLINK, s.SOCK_RAW, 0).bind((0, 0)); print('got-it')",
    ),
    Program::python("memory-file", "import os; os.write(os.memfd_create('x'), b'x'); print('got-it')"),
    Program::python(
        "new-namespace",
        "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0; print('got-it')",
    ),
];

/// What every command may do. Each prints `got-it` once it did it.
const WORK: &[Program] = &[
    Program::shell("read-declared", "read -r line < FOLDER/declared/file.txt && echo $line"),
    Program::shell("list-declared", "for name in FOLDER/declared/*.txt; do echo got-it; done"),
    Program::shell("signal-itself", "trap 'echo got-it' USR1; kill -USR1 $$"),
    Program::python(
        "thread",
        "import threading as t; one = t.Thread(target=print, args=['got-it']); one.start(); one.join()",
    ),
    Program::python("read-itself", "print('got-it' if 'got-it' in open(__file__).read() else '')"),
];

#[track_caller]
fn no_attempt_succeeds(user: User) {
    let ground = Ground::new(user, ATTEMPTS);
    let control = ground.run(&["--pretend-without", "lockdown"]);
    let locked = ground.run(&[]);
    for attempt in ATTEMPTS {
        assert!(control.got_it(attempt.id), "{} is no attempt: {}", attempt.id, control.record(attempt.id));
        assert!(!locked.got_it(attempt.id), "{} got through: {}", attempt.id, locked.record(attempt.id));
        assert_eq!(control.record(attempt.id)["enforcement"]["level"], "none");
        assert_eq!(
            locked.record(attempt.id)["enforcement"]["level"],
            "full",
            "{}",
            locked.record(attempt.id)
        );
    }
    let denied = &locked.record("read-undeclared")["access"]["denied"];
    assert!(denied.to_string().contains("undeclared.txt"), "{denied}");
}

#[track_caller]
fn work_is_done(user: User, flags: &[&str], level: &str) {
    let ground = Ground::new(user, WORK);
    let run = ground.run(flags);
    for work in WORK {
        let record = run.record(work.id);
        assert!(run.got_it(work.id), "{}: {record}", work.id);
        assert_eq!(record["exit_code"], 0, "{record}");
        assert_eq!(record["enforcement"]["level"], level, "{record}");
    }
}

#[test]
fn no_attempt_succeeds_as_root() {
    no_attempt_succeeds(User::Root);
}

#[test]
fn no_attempt_succeeds_as_an_ordinary_user() {
    no_attempt_succeeds(User::Ordinary);
}

#[test]
fn work_is_done_as_root() {
    work_is_done(User::Root, &[], "full");
}

#[test]
fn work_is_done_as_an_ordinary_user() {
    work_is_done(User::Ordinary, &[], "full");
}

#[test]
fn work_is_done_on_machines_that_can_less_and_that_is_said() {
    for without in ["namespaces", "landlock", "seccomp-notifications"] {
        work_is_done(User::of_the_tests(), &["--pretend-without", without], "partial");
    }
}

#[test]
fn what_was_opened_is_told() {
    let ground = Ground::new(User::of_the_tests(), WORK);
    let run = ground.run(&[]);
    let access = &run.record("read-declared")["access"];
    assert_eq!(access["complete"], true, "{access}");
    let opened: Vec<_> =
        access["opened"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert!(opened.iter().any(|path| path.ends_with("declared/file.txt")), "{opened:?}");
}

#[test]
fn what_cannot_be_started_is_told_as_before() {
    let programs = [
        Program::file("missing", None),
        Program::file("not-executable", Some(("#!/bin/sh\n", 0o644))),
        Program::file("no-program", Some(("neither a script nor a program\n", 0o755))),
        Program::file("foreign", Some(("#!/no/such/interpreter\n", 0o755))),
    ];
    for flags in [&[][..], &["--pretend-without", "lockdown"]] {
        let ground = Ground::new(User::of_the_tests(), &programs);
        let run = ground.run(flags);
        for (id, error) in [
            ("missing", "is not installed"),
            ("not-executable", "no permission to run"),
            ("no-program", "cannot start"),
            ("foreign", "is not installed"),
        ] {
            let record = run.record(id);
            assert!(record["error"].as_str().is_some_and(|text| text.contains(error)), "{id}: {record}");
        }
    }
}

#[test]
fn a_name_alone_gives_no_rights() {
    let shadow = "exec 9< /etc/shadow && echo got-it";
    let ground = Ground::new(User::Root, &[Program::shell("passwd", shadow)]);
    let command = |run: &ground::Run| -> Value { run.record("passwd").clone() };
    let control = ground.run(&["--pretend-without", "lockdown"]);
    assert!(control.got_it("passwd"), "{}", command(&control));
    let locked = ground.run(&[]);
    assert!(!locked.got_it("passwd"), "{}", command(&locked));
}

#[test]
fn a_program_that_starts_others_is_refused_by_check() {
    let ground = Ground::new(User::of_the_tests(), &[]);
    for argv in [
        r#"["/usr/bin/find", "/", "-exec", "/usr/bin/id"]"#,
        r#"["/lib64/ld-linux-x86-64.so.2", "/usr/bin/id"]"#,
        r#"["/bin/sh", "-c", "id"]"#,
    ] {
        let done = ground.check(argv);
        assert_ne!(done.code, 0, "{argv}");
        assert!(
            done.stderr.contains("starts other programs") || done.stdout.contains("starts other programs"),
            "{argv}"
        );
    }
}
