//! `cargo xtask dist`: lays the tree that a user installs.
//!
//! Everything in it is found by listing folders: a plugin or a manifest that exists is shipped.

use std::fs;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::build::{self, Artifacts, Profile};
use crate::console;
use crate::failure::Failure;
use crate::fixtures;
use crate::process::Process;
use crate::workspace::{self, Package};

pub const HELP: &str = "
Usage: cargo xtask dist [--release | --dev]

Builds the program and every plugin, and lays them with manifests, schemas, man pages, completions, desktop
files and licences below `target/dist/`. The tree is made beside its place and then renamed into it.

  --release  optimised, into target/dist (default)
  --dev      not optimised, into target/dist-dev, for the tests; with the plugins that only tests load
";

/// Shells, and where each looks for its completions below the prefix.
const COMPLETIONS: &[(&str, &str)] = &[
    ("bash", "share/bash-completion/completions/candor"),
    ("zsh", "share/zsh/site-functions/_candor"),
    ("fish", "share/fish/vendor_completions.d/candor.fish"),
];

/// What tells a desktop about our files, and where it looks below the prefix.
const DESKTOP: &[(&str, &str)] = &[
    ("desktop/candor.xml", "share/mime/packages/candor.xml"),
    ("desktop/candor.desktop", "share/applications/candor.desktop"),
];

const DOCUMENTS: &[&str] = &["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// Runs the task.
pub fn main(mut arguments: Arguments) -> Result<(), Failure> {
    let dev = arguments.flag("--dev");
    let release = arguments.flag("--release");
    arguments.finish()?;
    if dev && release {
        return Err(Failure::usage("`--dev` and `--release` exclude each other"));
    }
    let tree = if dev { fixtures::lay_with_tree()?.tree } else { lay(Profile::Release)? };
    console::data(&tree.display().to_string());
    Ok(())
}

/// Builds and lays the tree, and answers where it is.
///
/// # Errors
/// When something does not build, or a file that belongs into the tree does not exist.
pub fn lay(profile: Profile) -> Result<PathBuf, Failure> {
    lay_built(&build::members(&packages()?, profile)?, profile)
}

/// What is shipped: the program and every plugin.
///
/// # Errors
/// When the folder of the plugins cannot be read.
pub fn packages() -> Result<Vec<Package>, Failure> {
    Ok(build::plugins()?.into_iter().chain([build::candor()]).collect())
}

/// Lays the tree from what was built, and answers where it is.
///
/// # Errors
/// When a file that belongs into the tree was not built or does not exist.
pub fn lay_built(artifacts: &Artifacts, profile: Profile) -> Result<PathBuf, Failure> {
    let place = place(profile);
    console::progress("Laying", &workspace::relative(&place));
    let beside = Beside::new(&place)?;
    lay_program(&beside.path, artifacts.executable(&build::candor())?)?;
    lay_plugins(&beside.path.join("lib/candor/plugins"), &build::plugins()?, artifacts)?;
    lay_shared(&beside.path)?;
    beside.rename(&place)?;
    Ok(place)
}

/// Where the tree of a profile lies.
pub fn place(profile: Profile) -> PathBuf {
    workspace::path(match profile {
        Profile::Dev => "target/dist-dev",
        Profile::Release => "target/dist",
    })
}

fn lay_program(tree: &Path, executable: &Path) -> Result<(), Failure> {
    let program = tree.join("bin/candor");
    copy(executable, &program)?;
    let man = tree.join("share/man/man1");
    create(&man)?;
    Process::new(&program).args(["generate", "man"]).arg(&man).run()?;
    for (shell, place) in COMPLETIONS {
        let text = Process::new(&program).args(["generate", "completions", shell]).stdout()?;
        write(&tree.join(place), &text)?;
    }
    Ok(())
}

fn lay_plugins(folder: &Path, plugins: &[Package], artifacts: &Artifacts) -> Result<(), Failure> {
    create(folder)?;
    plugins
        .iter()
        .try_for_each(|plugin| lay_plugin(folder, &plugin.folder_name(), artifacts.library(plugin)?))
}

/// Copies a library to where a plugin of this name is looked for.
///
/// # Errors
/// When it cannot be copied.
pub fn lay_plugin(folder: &Path, name: &str, library: &Path) -> Result<(), Failure> {
    copy(library, &folder.join(format!("{name}.so")))
}

fn lay_shared(tree: &Path) -> Result<(), Failure> {
    let share = tree.join("share/candor");
    for kind in ["collectors", "profiles", "statements"] {
        copy_tree(&workspace::path("manifests").join(kind), &share.join("manifests").join(kind))?;
    }
    copy_tree(&workspace::path("manifests/schemas"), &share.join("schemas"))?;
    for (from, to) in DESKTOP {
        copy(&workspace::path(from), &tree.join(to))?;
    }
    for document in DOCUMENTS {
        copy(&workspace::path(document), &tree.join("share/doc/candor").join(document))?;
    }
    Ok(())
}

/// A folder beside the place of the tree; it is removed when the work fails halfway.
pub struct Beside {
    /// What will be renamed.
    pub path: PathBuf,
}

impl Beside {
    /// Makes the folder, empty.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(place: &Path) -> Result<Self, Failure> {
        let path = suffixed(place, "new");
        remove(&path)?;
        create(&path)?;
        Ok(Self { path })
    }

    /// Puts it into its place with two renames, so that nobody ever sees half a tree.
    ///
    /// # Errors
    /// When what is in the place cannot be replaced.
    pub fn rename(self, place: &Path) -> Result<(), Failure> {
        let old = suffixed(place, "old");
        remove(&old)?;
        if place.exists() {
            fs::rename(place, &old).map_err(|error| Failure::path("rename", place, error))?;
        }
        fs::rename(&self.path, place).map_err(|error| Failure::path("rename", &self.path, error))?;
        remove(&old)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // After the rename there is nothing left to remove, and a failure to tidy up must not hide the first one.
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn suffixed(place: &Path, suffix: &str) -> PathBuf {
    place.with_file_name(format!("{}.{suffix}-{}", workspace::name(place), std::process::id()))
}

/// Removes a folder with all that is in it, if it is there.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::path("remove", path, error))
        }
        _ => Ok(()),
    }
}

/// Makes a folder and those above it.
///
/// # Errors
/// When it cannot be made.
pub fn create(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::path("create", folder, error))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    path.parent().map_or(Ok(()), create)?;
    fs::write(path, bytes).map_err(|error| Failure::path("write", path, error))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    to.parent().map_or(Ok(()), create)?;
    fs::copy(from, to).map(drop).map_err(|error| Failure::path("copy", from, error))
}

/// Copies the files of a folder and of those below it; a folder that is not there gives an empty one.
fn copy_tree(from: &Path, to: &Path) -> Result<(), Failure> {
    create(to)?;
    for path in workspace::list(from)? {
        let target = to.join(workspace::name(&path));
        if path.is_dir() {
            copy_tree(&path, &target)?;
        } else {
            copy(&path, &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_tree_takes_the_place_of_the_old_one_whole() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("dist");
        for content in ["one", "two"] {
            let beside = Beside::new(&place).unwrap();
            write(&beside.path.join("bin").join(content), content.as_bytes()).unwrap();
            beside.rename(&place).unwrap();
        }
        assert_eq!(workspace::list(&place.join("bin")).unwrap(), [place.join("bin/two")]);
        assert_eq!(workspace::list(folder.path()).unwrap(), [place]);
    }

    #[test]
    fn a_tree_that_fails_halfway_leaves_the_old_one_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("dist");
        create(&place).unwrap();
        let beside = Beside::new(&place).unwrap();
        drop(beside);
        assert_eq!(workspace::list(folder.path()).unwrap(), [place]);
    }

    #[test]
    fn a_folder_is_copied_with_those_below_it() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("a/b/c.toml"), b"c").unwrap();
        copy_tree(&folder.path().join("a"), &folder.path().join("z")).unwrap();
        assert_eq!(fs::read(folder.path().join("z/b/c.toml")).unwrap(), b"c");
    }
}
