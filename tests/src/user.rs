//! The same test as root and as an ordinary user.

use std::ffi::{OsStr, OsString};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};

/// The ordinary user and group that root's tests become: `nobody`, which owns nothing.
const NOBODY: u32 = 65534;

/// Whom the program under test runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// The system's administrator.
    Root,
    /// Somebody without any right beyond that of owning files.
    Ordinary,
}

impl User {
    /// Whoever runs the tests.
    pub fn of_the_tests() -> Self {
        if rustix::process::geteuid().is_root() { Self::Root } else { Self::Ordinary }
    }

    /// How it is called in names and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Ordinary => "user",
        }
    }

    /// A command that starts the program as this user, with this environment and no other.
    ///
    /// # Panics
    /// When the tests run as an ordinary user that may not become root by `sudo` without a password.
    pub fn command(self, program: impl AsRef<OsStr>, environment: &[(&str, &OsStr)]) -> Command {
        let mut command = match (Self::of_the_tests(), self) {
            (Self::Root, Self::Ordinary) => {
                let nobody = NOBODY.to_string();
                let mut command = Command::new("setpriv");
                command.args(["--reuid", &nobody, "--regid", &nobody, "--clear-groups", "env"]);
                command
            }
            (Self::Ordinary, Self::Root) => {
                assert!(
                    may_become_root(),
                    "this half of the test needs root: run the tests as root, or allow `sudo -n`"
                );
                // Not sudo's own child: sudo stops itself together with that, and one attack stops the program.
                let mut command = Command::new("sudo");
                command.args(["-n", "setsid", "--fork", "--wait", "env"]);
                command
            }
            _ => Command::new("env"),
        };
        command.arg("-i");
        for (name, value) in environment {
            let mut pair = OsString::from(name);
            pair.push("=");
            pair.push(value);
            command.arg(pair);
        }
        command.arg(program).stdin(Stdio::null());
        command
    }

    /// Gives a folder with all that is in it to this user, who then gets at it. Root gets at everything anyway.
    pub fn take(self, folder: &Path) {
        if (Self::of_the_tests(), self) == (Self::Root, Self::Ordinary) {
            chown(&mut Command::new("chown"), NOBODY, folder);
        }
    }

    /// Gives a folder with all that is in it back to whoever runs the tests.
    pub fn give_back(self, folder: &Path) {
        if (Self::of_the_tests(), self) == (Self::Ordinary, Self::Root) && may_become_root() {
            let own = rustix::process::geteuid().as_raw();
            chown(Command::new("sudo").args(["-n", "chown"]), own, folder);
        }
    }

    /// Whether this user gets at a file or folder, by the permissions of it and of every folder above.
    pub fn reaches(self, path: &Path) -> bool {
        if self == Self::Root || Self::of_the_tests() == self {
            return true;
        }
        path.ancestors().all(|part| {
            let Ok(found) = part.metadata() else { return false };
            let wanted = if part == path && found.is_file() { 0o4 } else { 0o1 };
            found.permissions().mode() & wanted == wanted || found.uid() == NOBODY
        })
    }
}

fn may_become_root() -> bool {
    let tried =
        Command::new("sudo").args(["-n", "true"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

fn chown(command: &mut Command, owner: u32, folder: &Path) {
    let status = command.args(["-hR", &format!("{owner}:{owner}")]).arg(folder).status();
    assert!(status.is_ok_and(|status| status.success()), "cannot change the owner of `{}`", folder.display());
}
