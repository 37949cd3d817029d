//! `cargo xtask gen`: writes the files that are made from the code, or finds out which of them are stale.

use std::fs;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::build::{self, Profile};
use crate::console;
use crate::dist;
use crate::escapes;
use crate::failure::Failure;
use crate::process::Process;
use crate::workspace;

pub const HELP: &str = "
Usage: cargo xtask gen [--check | --escapes]

Makes the JSON Schemas in `manifests/schemas/` and the collector reference `docs/collectors.md` anew,
from the types and from the manifests.

  --check    writes nothing; names the files that are stale, and exits 1 when there are any
  --escapes  runs the escape suite, as root and as an ordinary user, and writes what it met into the
             table of `docs/sandbox.md`, instead of all else; a test finds out when the table is stale
";

const SCHEMAS: &str = "manifests/schemas";
const REFERENCE: &str = "docs/collectors.md";

/// Runs the task.
pub fn main(mut arguments: Arguments) -> Result<(), Failure> {
    let (check, escapes) = (arguments.flag("--check"), arguments.flag("--escapes"));
    arguments.finish()?;
    match (check, escapes) {
        (true, true) => return Err(Failure::usage("`--check` and `--escapes` do not go together")),
        (false, true) => return escapes::write(),
        (false, false) => return write(),
        (true, false) => {}
    }
    match stale()?.as_slice() {
        [] => Ok(()),
        files => {
            files.iter().for_each(|file| console::data(&format!("{file}: stale")));
            Err(Failure::new("generated files are stale, listed above").hint("run `cargo xtask gen`"))
        }
    }
}

/// The generated files that differ from what the code gives now, that are missing, or that nothing makes any more.
///
/// # Errors
/// When the program does not build or generate.
pub fn stale() -> Result<Vec<String>, Failure> {
    let folder = Scratch::new()?;
    generate(&folder.path.join("schemas"), &folder.path.join("collectors.md"))?;
    let mut stale = differences(&folder.path.join("schemas"), SCHEMAS)?;
    if fs::read(folder.path.join("collectors.md")).ok() != fs::read(workspace::path(REFERENCE)).ok() {
        stale.push(REFERENCE.to_owned());
    }
    Ok(stale)
}

fn write() -> Result<(), Failure> {
    let schemas = workspace::path(SCHEMAS);
    generate(&schemas, &workspace::path(REFERENCE))?;
    console::progress("Wrote", &format!("{SCHEMAS}/ and {REFERENCE}"));
    Ok(())
}

fn generate(schemas: &Path, reference: &Path) -> Result<(), Failure> {
    let package = build::candor();
    let artifacts = build::members(std::slice::from_ref(&package), Profile::Dev)?;
    let program = artifacts.executable(&package)?;
    let parent = reference.parent().unwrap_or(reference);
    for folder in [schemas, parent] {
        dist::create(folder)?;
    }
    Process::new(program).args(["generate", "schemas"]).arg(schemas).run()?;
    let manifests = workspace::path("manifests");
    Process::new(program)
        .arg("--manifests")
        .arg(manifests)
        .args(["generate", "reference"])
        .arg(reference)
        .run()
}

/// The names that stand in only one of both folders or with different bytes.
fn differences(fresh: &Path, kept: &str) -> Result<Vec<String>, Failure> {
    let mut names: Vec<String> = Vec::new();
    for folder in [fresh, &workspace::path(kept)] {
        names.extend(workspace::list(folder)?.iter().map(|path| workspace::name(path)));
    }
    names.sort();
    names.dedup();
    names.retain(|name| fs::read(fresh.join(name)).ok() != fs::read(workspace::path(kept).join(name)).ok());
    Ok(names.into_iter().map(|name| format!("{kept}/{name}")).collect())
}

/// A folder of this process below `target/`, removed at the end.
pub struct Scratch {
    /// Where it is.
    pub path: PathBuf,
}

impl Scratch {
    /// Makes it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> Result<Self, Failure> {
        let path = workspace::path(&format!("target/gen-check-{}", std::process::id()));
        dist::create(&path)?;
        Ok(Self { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_nothing_generates_is_stale() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("new.schema.json"), "{}").unwrap();
        assert_eq!(differences(folder.path(), "no/such/folder").unwrap(), ["no/such/folder/new.schema.json"]);
    }
}
