//! Other programs: looked up, started, waited for, and named in full when they fail.

use std::ffi::OsStr;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::failure::Failure;
use crate::workspace;

/// One run of another program, in the root of the workspace unless told otherwise.
#[derive(Debug)]
pub struct Process {
    command: Command,
}

impl Process {
    /// A run of `program`, which is looked up on `PATH`.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(workspace::root());
        Self { command }
    }

    /// A run of the cargo that runs this task, so that both speak of the same toolchain.
    pub fn cargo() -> Self {
        Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// Adds one argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds several arguments.
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets one variable of its environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// The command as a person would type it.
    pub fn shown(&self) -> String {
        show(&self.command)
    }

    /// The command itself, for a harness that starts and measures it.
    pub fn into_command(self) -> Command {
        self.command
    }

    /// Runs it with our own stdin, stdout and stderr, and fails unless it succeeds.
    pub fn run(mut self) -> Result<(), Failure> {
        let status = self.status()?;
        self.check(status)
    }

    /// Runs it with our own stdin, stdout and stderr, and answers how it ended.
    pub fn status(&mut self) -> Result<ExitStatus, Failure> {
        self.command.status().map_err(|error| cannot_start(&self.command, error))
    }

    /// Runs it and answers what it wrote to stdout; stderr is ours. Fails unless it succeeds.
    pub fn stdout(mut self) -> Result<Vec<u8>, Failure> {
        let (status, stdout) = self.output()?;
        self.check(status)?;
        Ok(stdout)
    }

    /// Runs it and answers how it ended and what it wrote to stdout; stderr is ours.
    pub fn output(&mut self) -> Result<(ExitStatus, Vec<u8>), Failure> {
        self.command.stdin(Stdio::null()).stderr(Stdio::inherit());
        let output = self.command.output().map_err(|error| cannot_start(&self.command, error))?;
        Ok((output.status, output.stdout))
    }

    /// Runs it in silence and answers whether it succeeded and all that it wrote, stderr after stdout.
    pub fn capture(mut self) -> Result<(bool, String), Failure> {
        self.command.stdin(Stdio::null());
        let output = self.command.output().map_err(|error| cannot_start(&self.command, error))?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok((output.status.success(), text))
    }

    fn check(&self, status: ExitStatus) -> Result<(), Failure> {
        if status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("`{}` failed with {status}", self.shown())))
    }
}

/// The failure to start a command at all.
pub fn cannot_start(command: &Command, error: std::io::Error) -> Failure {
    Failure::new(format!("cannot start `{}`", show(command))).caused_by(error)
}

fn show(command: &Command) -> String {
    let program = Path::new(command.get_program());
    // Which of several toolchains is no news, and its path is long.
    let is_cargo = program.file_name().is_some_and(|name| name == "cargo");
    let mut text = if is_cargo { "cargo".into() } else { program.to_string_lossy().into_owned() };
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Whether we are root.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Where `program` would be run from. The `sbin` folders count although an ordinary user's `PATH` leaves them out.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path)
        .chain(system)
        .map(|folder| folder.join(program))
        .find(|candidate| is_executable(candidate))
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_is_named_with_its_arguments() {
        let failure = Process::new("sh").args(["-c", "exit 7"]).run().unwrap_err();
        assert_eq!(failure.to_string(), "`sh -c exit 7` failed with exit status: 7");
    }

    #[test]
    fn a_program_that_does_not_exist_is_a_failure_to_start() {
        let failure = Process::new("no-such-program-here").run().unwrap_err();
        assert_eq!(failure.to_string(), "cannot start `no-such-program-here`");
        assert!(failure.render().contains("caused by"));
    }

    #[test]
    fn a_program_is_found_on_the_path_and_a_missing_one_is_not() {
        assert!(find("sh").is_some());
        assert!(find("no-such-program-here").is_none());
    }
}
