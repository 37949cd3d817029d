//! A folder with programs, a manifest that declares them, and runs of it.

use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use candor_tests::{Finished, Report, Sandbox, User};
use serde_json::Value;

const LOADER: &str =
    if cfg!(target_arch = "aarch64") { "/lib/ld-linux-aarch64.so.1" } else { "/lib64/ld-linux-x86-64.so.2" };

/// A program of the test's own.
pub(super) struct Program {
    pub(super) id: &'static str,
    /// Its text and mode; None is not there.
    file: Option<(&'static str, u32)>,
    interpreter: &'static str,
}

impl Program {
    pub(super) const fn shell(id: &'static str, text: &'static str) -> Self {
        Self { id, file: Some((text, 0o755)), interpreter: "#!/bin/sh\n" }
    }

    /// Alone and without what a site adds, so that nothing but its own library is looked for.
    pub(super) const fn python(id: &'static str, text: &'static str) -> Self {
        Self { id, file: Some((text, 0o755)), interpreter: "#!/usr/bin/python3 -IS\n" }
    }

    pub(super) const fn file(id: &'static str, file: Option<(&'static str, u32)>) -> Self {
        Self { id, file, interpreter: "" }
    }
}

/// One test's folder, with everything in it, as its user owns it.
pub(super) struct Ground {
    sandbox: Sandbox,
    user: User,
    _services: (TcpListener, UdpSocket, UnixListener),
}

impl Ground {
    pub(super) fn new(user: User, programs: &[Program]) -> Self {
        let sandbox = Sandbox::new();
        sandbox.write("declared/file.txt", "got-it\n");
        sandbox.write("undeclared.txt", "secret\n");
        symlink("../undeclared.txt", sandbox.path("declared/link")).unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = tcp.local_addr().unwrap();
        let udp = UdpSocket::bind(address).unwrap();
        let services = (tcp, udp, UnixListener::bind(sandbox.path("service")).unwrap());
        let folder = sandbox.path("declared").parent().unwrap().display().to_string();
        for program in programs {
            let Some((text, mode)) = program.file else { continue };
            let text = text.replace("FOLDER", &folder).replace("LOADER", LOADER);
            let text = text.replace("PORT", &address.port().to_string());
            let path = sandbox
                .write(&format!("programs/{}", program.id), format!("{}{text}\n", program.interpreter));
            std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        }
        let commands = programs
            .iter()
            .map(|program| command(program.id, &format!("[\"{folder}/programs/{}\"]", program.id)));
        sandbox.write("catalogue/collectors/attempts.toml", manifest(&folder, &commands.collect::<String>()));
        sandbox.write("catalogue/profiles/attempts.toml", PROFILE);
        user.take(Path::new(&folder));
        Self { sandbox, user, _services: services }
    }

    /// Lets the collector run all commands.
    #[track_caller]
    pub(super) fn run(&self, flags: &[&str]) -> Run {
        let output = self.sandbox.path(&format!("report{}.zip", flags.join("-")));
        let mut command = self.command();
        command.args(flags).arg("--manifests").arg(self.sandbox.path("catalogue"));
        command.args(["collect", "attempts", "--approve", "attempts", "--output"]).arg(&output);
        let done = Finished::of(command);
        // What sudo let root write is root's.
        self.user.give_back(&self.sandbox.path(""));
        assert!([0, 3].contains(&done.code), "{}{}", done.stdout, done.stderr);
        Run(Report::open(&output))
    }

    /// Checks a manifest with this one command.
    pub(super) fn check(&self, argv: &str) -> Finished {
        let path = self.sandbox.write("checked/checked.toml", manifest("/etc", &command("one", argv)));
        self.sandbox.run(&["check", path.to_str().unwrap()])
    }

    fn command(&self) -> Command {
        self.sandbox.command_as(self.user, &[])
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.user.give_back(self.sandbox.path("declared").parent().unwrap());
    }
}

/// One report.
pub(super) struct Run(Report);

impl Run {
    /// What the report says about one command.
    #[track_caller]
    pub(super) fn record(&self, id: &str) -> &Value {
        let records = self.0.collector("attempts")["commands"].as_array().unwrap();
        records.iter().find(|record| record["id"] == id).unwrap_or_else(|| panic!("no command {id}"))
    }

    /// Whether the command printed that it did what it was to do.
    pub(super) fn got_it(&self, id: &str) -> bool {
        let name = format!("{id}.txt");
        self.0.artifacts("attempts").contains(&name) && self.0.text("attempts", &name).contains("got-it")
    }
}

const PROFILE: &str = "schema = 1\nid = \"attempts\"\ntitle = { en = \"t\" }\nsummary = { en = \"s\" }\ncollectors = [\"attempts\"]\n";

fn manifest(folder: &str, commands: &str) -> String {
    let reads = [format!("{folder}/declared/**"), "/usr/lib/python3*/**".to_owned()];
    let reads: String =
        reads.iter().map(|path| format!("[[reads]]\npath = \"{path}\"\nreason = \"r\"\n")).collect();
    format!(
        "schema = 1\nid = \"attempts\"\nplugin = \"commands\"\nlevel = \"identifying\"\ncategories = [\"ext:Settings\"]\n\
         [consent.en]\ntitle = \"t\"\nwhat = \"w\"\nwhy = \"w\"\n{reads}{commands}"
    )
}

fn command(id: &str, argv: &str) -> String {
    format!("[[commands]]\nid = \"{id}\"\nargv = {argv}\nreason = \"r\"\n")
}
