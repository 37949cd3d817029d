//! Building packages with cargo, and learning from cargo itself which files came out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::failure::Failure;
use crate::process::{self, Process};
use crate::workspace::{self, Package};

/// How to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build, slow to run.
    Dev,
    /// What users get.
    Release,
}

/// The files that a build made, by the `Cargo.toml` of the package that they belong to.
#[derive(Debug, Default)]
pub struct Artifacts {
    executables: BTreeMap<PathBuf, PathBuf>,
    libraries: BTreeMap<PathBuf, PathBuf>,
}

impl Artifacts {
    /// The program of a package.
    ///
    /// # Errors
    /// When the package built none.
    pub fn executable(&self, package: &Package) -> Result<&Path, Failure> {
        find(&self.executables, package, "program")
    }

    /// The shared library of a package.
    ///
    /// # Errors
    /// When the package built none.
    pub fn library(&self, package: &Package) -> Result<&Path, Failure> {
        find(&self.libraries, package, "shared library")
    }

    /// Every shared library that was built, by the name of its package's folder.
    pub fn libraries(&self) -> impl Iterator<Item = (String, &Path)> {
        let folder = |manifest: &PathBuf| manifest.parent().map(workspace::name).unwrap_or_default();
        self.libraries.iter().map(move |(manifest, library)| (folder(manifest), library.as_path()))
    }

    fn read(&mut self, message: &Value) {
        if message["reason"] != "compiler-artifact" {
            return;
        }
        let Some(manifest) = message["manifest_path"].as_str().map(PathBuf::from) else {
            return;
        };
        if let Some(executable) = message["executable"].as_str() {
            self.executables.insert(manifest, executable.into());
        } else if has(&message["target"]["crate_types"], "cdylib") {
            let files = message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let library = files.into_iter().find(|file| is_shared_library(file));
            self.libraries.extend(library.map(|library| (manifest, library.into())));
        }
    }
}

fn find<'a>(
    files: &'a BTreeMap<PathBuf, PathBuf>,
    package: &Package,
    what: &str,
) -> Result<&'a Path, Failure> {
    let file = files.get(&package.manifest()).map(PathBuf::as_path);
    file.ok_or_else(|| Failure::new(format!("package `{}` built no {what}", package.name)))
}

fn has(list: &Value, word: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|item| item == word))
}

fn is_shared_library(file: &str) -> bool {
    [".so", ".dylib", ".dll"].iter().any(|ending| file.ends_with(ending))
}

/// The package of the binary `candor`.
pub fn candor() -> Package {
    Package { name: "candor".to_owned(), folder: workspace::path("core/cli") }
}

/// Every plugin, found by listing its folder.
///
/// # Errors
/// When the folder cannot be read.
pub fn plugins() -> Result<Vec<Package>, Failure> {
    workspace::packages(&workspace::path("plugins"))
}

/// Builds members of the workspace.
///
/// # Errors
/// When cargo cannot be started, its output makes no sense, or something does not compile.
pub fn members(packages: &[Package], profile: Profile) -> Result<Artifacts, Failure> {
    let names = packages.iter().flat_map(|package| ["--package", &package.name]);
    run(Process::cargo().arg("build").args(names), profile)
}

/// Builds a workspace that is not ours, exactly as its lock file says, into `target` so that nothing lands among the sources.
///
/// # Errors
/// As [`members`].
pub fn foreign(manifest: &Path, target: &Path, profile: Profile) -> Result<Artifacts, Failure> {
    let process =
        Process::cargo().args(["build", "--locked", "--workspace", "--manifest-path"]).arg(manifest);
    run(process.arg("--target-dir").arg(target), profile)
}

fn run(process: Process, profile: Profile) -> Result<Artifacts, Failure> {
    let mut process = process.arg("--message-format=json-render-diagnostics");
    if profile == Profile::Release {
        process = process.arg("--release");
    }
    let shown = process.shown();
    let mut command = process.into_command();
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let child = command.spawn().map_err(|error| process::cannot_start(&command, error))?;
    // Errors and progress go to our stderr as they come; the messages are small enough to keep.
    let output =
        child.wait_with_output().map_err(|error| Failure::new("cannot read from cargo").caused_by(error))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{shown}` failed with {}", output.status)));
    }
    parse(&output.stdout)
}

fn parse(messages: &[u8]) -> Result<Artifacts, Failure> {
    let mut artifacts = Artifacts::default();
    for message in serde_json::Deserializer::from_slice(messages).into_iter::<Value>() {
        artifacts
            .read(&message.map_err(|error| Failure::new("cargo's messages are no JSON").caused_by(error))?);
    }
    Ok(artifacts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGES: &str = r#"
{"reason":"compiler-artifact","manifest_path":"/r/core/cli/Cargo.toml","target":{"kind":["bin"],"crate_types":["bin"],"name":"candor"},"filenames":["/r/target/debug/candor"],"executable":"/r/target/debug/candor"}
{"reason":"compiler-artifact","manifest_path":"/r/plugins/files/Cargo.toml","target":{"kind":["cdylib"],"crate_types":["cdylib"],"name":"candor_plugin_files"},"filenames":["/r/target/debug/libcandor_plugin_files.so"],"executable":null}
{"reason":"build-finished","success":true}
"#;

    #[test]
    fn programs_and_libraries_are_found_in_cargos_messages() {
        let artifacts = parse(MESSAGES.as_bytes()).unwrap();
        let package = |folder: &str| Package { name: "p".to_owned(), folder: folder.into() };
        assert_eq!(
            artifacts.executable(&package("/r/core/cli")).unwrap(),
            Path::new("/r/target/debug/candor")
        );
        let library = artifacts.library(&package("/r/plugins/files")).unwrap();
        assert_eq!(library, Path::new("/r/target/debug/libcandor_plugin_files.so"));
        assert!(artifacts.library(&package("/r/core/cli")).is_err());
        assert_eq!(artifacts.libraries().collect::<Vec<_>>(), [("files".to_owned(), library)]);
    }

    #[test]
    fn every_plugin_in_the_folder_is_found() {
        let names: Vec<String> = plugins().unwrap().iter().map(Package::folder_name).collect();
        assert!(names.contains(&"system_info".to_owned()), "{names:?}");
    }
}
