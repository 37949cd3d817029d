//! What an attack finds: declared and undeclared files, services, another worker.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use candor_tests::{Finished, Report, Running, Sandbox, User, fixture, fixture_plugins, program};
use serde_json::Value;

/// Commands of the manifest; each says `got-it` once it got what it wanted.
const COMMANDS: [(&str, &str); 7] = [
    ("other-program", "exec /usr/bin/printf got-it"),
    ("loader", "exec LOADER /usr/bin/printf got-it"),
    ("read-key", "read -r line < FOLDER/secret/id_ed25519 && echo got-it"),
    ("read-link", "read -r line < FOLDER/declared/link && echo got-it"),
    ("write-file", "echo x > FOLDER/written && echo got-it"),
    ("signal-host", "kill -CONT $PPID && echo got-it"),
    ("list-root", "for name in /*; do test \"$name\" = /root && echo got-it; done"),
];

const LOADER: &str =
    if cfg!(target_arch = "aarch64") { "/lib/ld-linux-aarch64.so.1" } else { "/lib64/ld-linux-x86-64.so.2" };

/// What the report says of a worker that the kernel ended because of a call of another architecture.
const KILLED: &str = "ended by SIGSYS";

/// What the attack met.
pub(super) struct Met {
    pub(super) succeeded: bool,
    pub(super) answer: String,
    pub(super) gain: String,
    /// The level of the enforcement as the report states it.
    pub(super) enforcement: Value,
}

/// One test's folder, with everything in it, as its user owns it.
pub(super) struct Stage {
    sandbox: Sandbox,
    user: User,
    port: u16,
    _services: (TcpListener, UnixListener, UnixListener, UnixDatagram),
}

impl Stage {
    pub(super) fn new(user: User) -> Self {
        let sandbox = Sandbox::new();
        let folder = sandbox.path("");
        sandbox.write("declared/ordinary.txt", "nothing special\n");
        sandbox.write("declared/swapped", "nothing special\n");
        let secret = sandbox.write("secret/id_ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
        std::fs::set_permissions(secret, PermissionsExt::from_mode(0o600)).unwrap();
        std::fs::create_dir(sandbox.path("secret/folder")).unwrap();
        symlink("id_ed25519", sandbox.path("secret/link")).unwrap();
        symlink("../secret/id_ed25519", sandbox.path("declared/link")).unwrap();
        symlink("../secret", sandbox.path("declared/folder-link")).unwrap();
        let text = folder.to_str().unwrap().trim_end_matches('/').to_owned();
        for (name, script) in COMMANDS {
            let script = script.replace("FOLDER", &text).replace("LOADER", LOADER);
            let path =
                sandbox.write(&format!("commands/{name}"), format!("#!/bin/sh\necho begun\n{script}\n"));
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
        }
        for below in ["collectors/escape", "collectors/neighbour", "profiles/escape", "profiles/neighbour"] {
            let template = std::fs::read_to_string(fixture(&format!("escape/{below}.toml"))).unwrap();
            sandbox.write(&format!("catalogue/{below}.toml"), template.replace("FOLDER", &text));
        }
        let abstract_name = SocketAddr::from_abstract_name(format!("{text}/service")).unwrap();
        let service = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = service.local_addr().unwrap().port();
        let services = (
            service,
            UnixListener::bind(sandbox.path("service")).unwrap(),
            UnixListener::bind_addr(&abstract_name).unwrap(),
            UnixDatagram::bind(sandbox.path("log")).unwrap(),
        );
        std::fs::create_dir_all(sandbox.path("installed/plugins")).unwrap();
        user.take(&folder);
        // Without the manifests and plugins beside it, which would be loaded each time, and where the user gets to it.
        // Only now, because its owner must stay.
        link(&program(), &sandbox.path("installed/candor"));
        link(&fixture_plugins().join("escape.so"), &sandbox.path("installed/plugins/escape.so"));
        Self { sandbox, user, port, _services: services }
    }

    fn folder(&self) -> PathBuf {
        // Without the slash at the end.
        self.sandbox.path("declared").parent().unwrap().to_owned()
    }

    /// A run of one of the two collectors, with its state below `root`.
    fn command(&self, profile: &str, attack: &str, neighbour: u32, root: &str, global: &[&str]) -> Command {
        let state = self.sandbox.path(root).join("state");
        let (home, path) = (self.sandbox.path("home"), OsStr::new("/usr/sbin:/usr/bin:/sbin:/bin"));
        let environment = [
            ("CANDOR_STATE_DIR", state.as_os_str()),
            ("HOME", home.as_os_str()),
            ("PATH", path),
            ("LC_ALL", OsStr::new("C.UTF-8")),
        ];
        // What is open at 9 is for the collector that looks for inherited descriptors.
        let mut command = self.user.command("/bin/sh", &environment);
        command.args(["-c", "exec 9< \"$0\" && exec \"$@\""]).arg(self.sandbox.path("secret/id_ed25519"));
        command.arg(self.sandbox.path("installed/candor")).args(global);
        command.arg("--plugins").arg(self.sandbox.path("installed/plugins"));
        command.arg("--manifests").arg(self.sandbox.path("catalogue"));
        command.args(["collect", profile, "--approve", profile, "--output"]);
        command.arg(self.sandbox.path(root).join("report.zip"));
        let folder = self.folder();
        for (option, value) in [
            ("attack", attack.to_owned()),
            ("folder", folder.display().to_string()),
            ("neighbour", neighbour.to_string()),
            ("port", self.port.to_string()),
        ] {
            command.args(["--option", &format!("{profile}.{option}={value}")]);
        }
        command
    }

    /// Lets another worker run until the answer is dropped.
    pub(super) fn neighbour(&self, global: &[&str]) -> Neighbour {
        std::fs::create_dir(self.sandbox.path("neighbour")).unwrap();
        self.user.take(&self.sandbox.path("neighbour"));
        let command = self.command("neighbour", "wait", 0, "neighbour", global);
        let mut running = Running::start(command);
        let state = self.sandbox.path("neighbour/state");
        let started = running.pid();
        running.wait_until("the neighbour has delivered", || {
            let mut look = self.user.command("grep", &[]);
            look.args(["-rqs", "waiting.txt", "--include", "entries.ndjson"]).arg(&state);
            look.status().unwrap().success()
        });
        let worker = worker_below(started).expect("the neighbour's worker runs");
        Neighbour { user: self.user, running: Some(running), worker }
    }

    /// Runs an attack to its end.
    #[track_caller]
    pub(super) fn attack(&self, attack: &str, neighbour: u32, global: &[&str]) -> Met {
        let report = self.run(attack, neighbour, global);
        let enforcement = report.collector("escape")["enforcement"].clone();
        if report.reason("escape").contains(KILLED) {
            return Met { succeeded: false, answer: "SIGSYS".to_owned(), gain: String::new(), enforcement };
        }
        assert_eq!(report.outcome("escape"), "Collected", "{attack}: {}", report.reason("escape"));
        let answer: Value = serde_json::from_str(&report.text("escape", "answer.json")).unwrap();
        assert_eq!(answer["tried"], true, "{attack} never came to it: {}", answer["answer"]);
        Met {
            succeeded: answer["succeeded"].as_bool().unwrap(),
            answer: answer["answer"].as_str().unwrap().to_owned(),
            gain: answer["gain"].as_str().unwrap().to_owned(),
            enforcement,
        }
    }

    /// Runs the collector to its end, which leaves a whole report whatever the attack did.
    #[track_caller]
    pub(super) fn run(&self, attack: &str, neighbour: u32, global: &[&str]) -> Report {
        let done = Finished::of(self.command("escape", attack, neighbour, "", global));
        self.user.give_back(&self.folder());
        assert!(self.sandbox.path("report.zip").exists(), "no report ({}):\n{}", done.code, done.stderr);
        let report = Report::open(&self.sandbox.path("report.zip"));
        assert_eq!(report.index()["complete"], true, "{}", done.stderr);
        report
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.user.give_back(&self.folder());
    }
}

/// The same file under a second name, or a copy on another file system.
fn link(file: &Path, name: &Path) {
    if std::fs::hard_link(file, name).is_err() {
        std::fs::copy(file, name).unwrap();
    }
}

/// Another run with its worker. Dropped, both are ended.
pub(super) struct Neighbour {
    user: User,
    running: Option<Running>,
    pub(super) worker: u32,
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        let host = parent(self.worker).unwrap_or(0);
        if host > 1 {
            let _ = self.user.command("kill", &[]).args(["-KILL", &host.to_string()]).status();
        }
        if let Some(running) = self.running.take() {
            running.finish();
        }
    }
}

/// The worker among the descendants of a process.
fn worker_below(started: u32) -> Option<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let mut numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers.find(|number| {
        let line = std::fs::read(Path::new("/proc").join(number.to_string()).join("cmdline"));
        let above = std::iter::successors(Some(*number), |process| parent(*process));
        line.is_ok_and(|line| line == b"candor\0worker\0") && above.skip(1).any(|process| process == started)
    })
}

fn parent(process: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok().filter(|parent| *parent > 0)
}
