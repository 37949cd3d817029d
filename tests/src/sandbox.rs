//! A folder of its own for one test.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Finished, Running};
use crate::user::User;

/// One test's folders and its way to call the program.
pub struct Sandbox {
    folder: tempfile::TempDir,
    root: PathBuf,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in the repository").to_owned()
}

fn built(variable: &str, default: &str) -> PathBuf {
    let path = std::env::var_os(variable).map_or_else(|| repository().join(default), PathBuf::from);
    assert!(path.is_dir(), "`{}` is missing: `cargo xtask test` makes it", path.display());
    path
}

/// The program under test.
pub fn program() -> PathBuf {
    built("CANDOR_DIST", "target/dist-dev").join("bin/candor")
}

/// The folder of the plugins that misbehave, measure or are of another time.
pub fn fixture_plugins() -> PathBuf {
    built("CANDOR_FIXTURE_PLUGINS", "target/fixtures/plugins")
}

/// A file or folder below `tests/fixtures`.
pub fn fixture(below: &str) -> PathBuf {
    let path = repository().join("tests/fixtures").join(below);
    assert!(path.exists(), "`{}` is missing", path.display());
    path
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Sandbox {
    /// In the system's temporary folder.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("candor-test-").tempdir().expect("a temporary folder");
        let root = folder.path().to_owned();
        std::fs::create_dir(root.join("out")).expect("an output folder");
        Self { folder, root }
    }

    /// The test's folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// The program in its tree: where it was built, or a copy where this user does not get there.
    pub fn program_for(&self, user: User) -> PathBuf {
        let built = program();
        if user.reaches(&built) {
            return built;
        }
        let copy = self.path("installed");
        if !copy.exists() {
            let tree = built.ancestors().nth(2).expect("the program is in a tree");
            let status = Command::new("cp").arg("-r").args([tree, &copy]).status().expect("`cp` starts");
            assert!(status.success(), "cannot copy `{}`", tree.display());
            user.take(&copy);
        }
        copy.join("bin/candor")
    }

    /// Where reports go.
    pub fn output(&self, name: &str) -> PathBuf {
        self.root.join("out").join(name)
    }

    /// Where sessions are kept.
    pub fn sessions(&self) -> PathBuf {
        self.root.join("state/sessions")
    }

    /// Puts state and output somewhere else, such as on a file system of its own.
    #[must_use]
    pub fn rooted_at(mut self, root: &Path) -> Self {
        self.root = root.to_owned();
        std::fs::create_dir_all(self.root.join("out")).expect("an output folder");
        self
    }

    /// Writes a file below the test's folder and returns its path.
    pub fn write(&self, below: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        std::fs::write(&path, content).expect("the file");
        path
    }

    /// The program with this sandbox's state folder and a clean environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        self.furnish(&mut command);
        command.args(arguments);
        command
    }

    /// Gives another program (strace, tmux) the environment that the program under test needs.
    pub fn furnish(&self, command: &mut Command) {
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("CANDOR_STATE_DIR", self.root.join("state")).env("HOME", self.path("home"));
        command.env("LC_ALL", "C.UTF-8").env("TERM", "xterm").stdin(std::process::Stdio::null());
    }

    /// The program as this user starts it, with this sandbox's state folder and a clean environment.
    pub fn command_as(&self, user: User, arguments: &[&str]) -> Command {
        let (state, home) = (self.root.join("state"), self.path("home"));
        let environment = [
            ("CANDOR_STATE_DIR", state.as_os_str()),
            ("HOME", home.as_os_str()),
            ("PATH", OsStr::new("/usr/sbin:/usr/bin:/sbin:/bin")),
            ("LC_ALL", OsStr::new("C.UTF-8")),
        ];
        let mut command = user.command(self.program_for(user), &environment);
        command.args(arguments);
        command
    }

    /// Runs the program to its end, without a terminal.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        Finished::of(self.command(arguments))
    }

    /// Starts the program.
    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::start(self.command(arguments))
    }

    /// Arguments with the fixture plugins and the fixture catalogue in front.
    pub fn with_fixtures(arguments: &[&str]) -> Vec<String> {
        let mut all = vec![
            "--plugins".to_owned(),
            fixture_plugins().display().to_string(),
            "--manifests".to_owned(),
            fixture("catalogue").display().to_string(),
        ];
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        all
    }

    /// Runs the program with the fixture plugins and the fixture catalogue.
    pub fn run_fixtures(&self, arguments: &[&str]) -> Finished {
        let arguments = Self::with_fixtures(arguments);
        self.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// As [`Sandbox::run_fixtures`], with another folder of plugins in front.
    pub fn run_fixtures_behind(&self, plugins: &Path, arguments: &[&str]) -> Finished {
        let mut command = self.command(&["--plugins"]);
        command.arg(plugins).args(Self::with_fixtures(arguments));
        Finished::of(command)
    }

    /// Starts the program with the fixture plugins and the fixture catalogue.
    pub fn start_fixtures(&self, arguments: &[&str]) -> Running {
        let arguments = Self::with_fixtures(arguments);
        self.start(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Text with this sandbox's paths replaced, for snapshots.
    pub fn without_paths(&self, text: &str) -> String {
        text.replace(&self.folder.path().display().to_string(), "[sandbox]")
            .replace(&repository().display().to_string(), "[repository]")
    }

    /// Every file below the sandbox's root that holds the text, so that nothing is left lying about.
    pub fn files_holding(&self, needle: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(path),
                    Ok(kind) if kind.is_file() => {
                        let bytes = std::fs::read(&path).unwrap_or_default();
                        if bytes.windows(needle.len()).any(|window| window == needle.as_bytes()) {
                            found.push(path);
                        }
                    }
                    _ => {}
                }
            }
        }
        found
    }
}
