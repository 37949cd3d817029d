//! The plugins that only tests and benchmarks load.
//!
//! Those in `tests/fixtures/plugins/` are members of the workspace. `tests/fixtures/frozen` is a workspace of its own,
//! because what it builds stands for plugins that were built long ago.

use std::path::PathBuf;

use crate::build::{self, Artifacts, Profile};
use crate::console;
use crate::dist::{self, Beside};
use crate::failure::Failure;
use crate::workspace::{self, Package};

/// Where the tests find what they run.
#[derive(Debug)]
pub struct Laid {
    /// The tree that a user would install.
    pub tree: PathBuf,
    /// The folder of the plugins that only tests load.
    pub plugins: PathBuf,
}

/// Builds program, plugins and fixture plugins with one run of cargo, and lays all that the tests use.
///
/// # Errors
/// When something does not build or cannot be laid.
pub fn lay_with_tree() -> Result<Laid, Failure> {
    let profile = Profile::Dev;
    let packages: Vec<Package> = dist::packages()?.into_iter().chain(packages()?).collect();
    let built = build::members(&packages, profile)?;
    let old = frozen()?;
    let tree = dist::lay_built(&built, profile)?;
    let plugins = lay_built(&built, Some(&old), profile)?;
    Ok(Laid { tree, plugins })
}

/// Builds the fixture plugins that are members of the workspace, optimised, and answers the folder that they are laid in.
///
/// # Errors
/// When one does not build or cannot be laid.
pub fn lay_release() -> Result<PathBuf, Failure> {
    let profile = Profile::Release;
    lay_built(&build::members(&packages()?, profile)?, None, profile)
}

fn packages() -> Result<Vec<Package>, Failure> {
    workspace::packages(&workspace::path("tests/fixtures/plugins"))
}

/// What the frozen workspace builds, in a target folder that no other build ever cleans or invalidates.
fn frozen() -> Result<Artifacts, Failure> {
    let manifest = workspace::path("tests/fixtures/frozen/Cargo.toml");
    build::foreign(&manifest, &workspace::path("target/frozen"), Profile::Dev)
}

/// Lays the folder anew, so that a plugin that is gone from the sources is not found any more.
fn lay_built(built: &Artifacts, old: Option<&Artifacts>, profile: Profile) -> Result<PathBuf, Failure> {
    let place = workspace::path(match profile {
        Profile::Dev => "target/fixtures/plugins",
        Profile::Release => "target/fixtures-release/plugins",
    });
    console::progress("Laying", &workspace::relative(&place));
    let beside = Beside::new(&place)?;
    for package in packages()? {
        dist::lay_plugin(&beside.path, &package.folder_name(), built.library(&package)?)?;
    }
    for (name, library) in old.into_iter().flat_map(Artifacts::libraries) {
        dist::lay_plugin(&beside.path, &name, library)?;
    }
    beside.rename(&place)?;
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fixture_plugin_in_the_folder_is_found() {
        let names: Vec<String> = packages().unwrap().iter().map(Package::folder_name).collect();
        for name in ["bench", "escape", "misbehave", "wrong_layout", "wrong_revision"] {
            assert!(names.contains(&name.to_owned()), "{names:?}");
        }
    }
}
