//! The places of the repository: its root, its folders, its packages. Lists are read from the disk, never kept by hand.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The root of the repository: the folder above this crate.
pub fn root() -> PathBuf {
    // Cargo sets the variable when it runs us; the built-in value serves a binary that is started directly.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// A path below the root.
pub fn path(below: &str) -> PathBuf {
    root().join(below)
}

/// Reads a text file.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::path("read", path, error))
}

/// Reads a TOML file.
///
/// # Errors
/// When it cannot be read or is not TOML.
pub fn read_toml(path: &Path) -> Result<toml::Table, Failure> {
    read(path)?.parse().map_err(|error: toml::de::Error| Failure::path("parse", path, error))
}

/// The entries of a folder, sorted by name; none when there is no such folder.
///
/// # Errors
/// When the folder exists and cannot be listed.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Failure::path("list", folder, error)),
    };
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::path("list", folder, error))?;
    paths.sort();
    Ok(paths)
}

/// The last component of a path as text.
pub fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// A package below some folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name in `Cargo.toml`.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
}

impl Package {
    /// Its `Cargo.toml`.
    pub fn manifest(&self) -> PathBuf {
        self.folder.join("Cargo.toml")
    }

    /// The name of its folder, which for a plugin is the plugin's name.
    pub fn folder_name(&self) -> String {
        name(&self.folder)
    }
}

/// Every package in a folder directly below `folder`, sorted by folder.
///
/// # Errors
/// When a `Cargo.toml` cannot be read or has no package name.
pub fn packages(folder: &Path) -> Result<Vec<Package>, Failure> {
    let mut packages = Vec::new();
    for folder in list(folder)? {
        let manifest = folder.join("Cargo.toml");
        if !manifest.is_file() {
            continue;
        }
        let table = read_toml(&manifest)?;
        let name = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
        let Some(name) = name else {
            return Err(Failure::new(format!("`{}` names no package", manifest.display())));
        };
        packages.push(Package { name: name.to_owned(), folder });
    }
    Ok(packages)
}

/// The path as it is shown: relative to the root where it is below it.
pub fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_folder_that_holds_the_workspace_manifest() {
        let table = read_toml(&path("Cargo.toml")).unwrap();
        assert!(table.contains_key("workspace"));
    }

    #[test]
    fn the_packages_are_listed_from_the_disk() {
        let core = packages(&path("core")).unwrap();
        assert!(core.iter().any(|package| package.name == "candor-host" && package.folder_name() == "host"));
        assert!(packages(&path("no-such-folder")).unwrap().is_empty());
    }
}
