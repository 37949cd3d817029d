//! Where this program finds its manifests, its plugins and its sessions.

use std::path::{Path, PathBuf};

use candor_host::Libraries;
use candor_manifest::{Catalogue, Diagnostic, ProfileId};
use candor_sandbox::Machine;

use crate::arguments::Global;
use crate::failure::Failure;

/// Environment variable that names the folder of the sessions.
const STATE_VARIABLE: &str = "CANDOR_STATE_DIR";
/// The administrator's own manifests, plugins and policy.
const SYSTEM_FOLDER: &str = "/etc/candor";
const TRUST: &str = "trust.toml";

/// Folders of manifests, in the order in which they are loaded: beside this program, of this system, from flags.
pub fn manifest_folders(global: &Global) -> Vec<PathBuf> {
    let own = beside_program("share/candor/manifests");
    let system = Path::new(SYSTEM_FOLDER).join("manifests");
    let found = own.into_iter().chain([system]).filter(|folder| folder.is_dir());
    found.chain(global.manifests.iter().cloned()).collect()
}

/// The plugin libraries, in the order in which folders are searched: from flags, beside this program, of this system.
pub fn libraries(global: &Global) -> Libraries {
    let own = beside_program("lib/candor/plugins");
    let system = Path::new(SYSTEM_FOLDER).join("plugins");
    let found = own.into_iter().chain([system]).filter(|folder| folder.is_dir());
    Libraries::new(global.plugins.iter().cloned().chain(found).collect())
}

/// Policy files that count where they exist: the administrator's, and the user's in `$XDG_CONFIG_HOME/candor` or
/// `~/.config/candor`.
pub fn policy_files() -> Vec<PathBuf> {
    configuration_files("policy.toml")
}

/// Redaction policies that count where they exist, in the order in which they are read.
pub fn redaction_policy_files() -> Vec<PathBuf> {
    configuration_files("redaction.toml")
}

/// Who is trusted: the machine's file, which only its administrator changes, and the person's, where they have a home.
pub fn trust_files() -> (PathBuf, Option<PathBuf>) {
    (Path::new(SYSTEM_FOLDER).join(TRUST), configuration_folder().map(|folder| folder.join(TRUST)))
}

/// Folder of the person's own keys, each in a folder below it.
pub fn own_keys() -> Option<PathBuf> {
    configuration_folder().map(|folder| folder.join("keys"))
}

fn configuration_files(name: &str) -> Vec<PathBuf> {
    let folders = [Some(PathBuf::from(SYSTEM_FOLDER)), configuration_folder()];
    folders.into_iter().flatten().map(|folder| folder.join(name)).collect()
}

/// `$XDG_CONFIG_HOME/candor` or `~/.config/candor`.
fn configuration_folder() -> Option<PathBuf> {
    let absolute = |variable| set(variable).filter(|path| path.is_absolute());
    let configuration =
        absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
    configuration.map(|folder| folder.join("candor"))
}

/// What this machine can, less what `--pretend-without` takes away.
pub fn machine(global: &Global) -> Machine {
    candor_sandbox::machine().pretending(&global.pretend_without)
}

/// Folder of the sessions: `$CANDOR_STATE_DIR`, `$XDG_STATE_HOME/candor`, or `~/.local/state/candor`.
pub fn session_root() -> PathBuf {
    state_folder().join("sessions")
}

/// Where the key is kept that was made for a session: `keys/<id>.key` beside the sessions.
pub fn key_file(session: &str) -> PathBuf {
    state_folder().join("keys").join(format!("{session}.key"))
}

/// Where the installation key is: `installation.key` beside the sessions.
pub fn installation_key() -> PathBuf {
    state_folder().join("installation.key")
}

/// Where the answers are kept that were given for a profile: `answers/<profile>.json` beside the sessions.
pub fn answers(profile: &ProfileId) -> PathBuf {
    state_folder().join("answers").join(format!("{profile}.json"))
}

/// Where it is remembered which requests came: `requests/<nonce>.json` beside the sessions.
pub fn request_file(nonce: &candor_trust::Nonce) -> PathBuf {
    state_folder().join("requests").join(format!("{nonce}.json"))
}

fn state_folder() -> PathBuf {
    set(STATE_VARIABLE)
        .or_else(|| set("XDG_STATE_HOME").map(|state| state.join("candor")))
        .or_else(|| set("HOME").map(|home| home.join(".local/state/candor")))
        .unwrap_or_else(|| PathBuf::from("/var/lib/candor"))
}

/// A path from the environment.
fn set(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Loads the catalogue. A broken manifest is told and left out; the others work.
pub fn catalogue(global: &Global) -> Result<Catalogue, Failure> {
    let folders = manifest_folders(global);
    if folders.is_empty() {
        return Err(Failure::usage("no manifests found")
            .hint("install them beside the program (`cargo xtask dist` does), or name their folder with `--manifests DIR`"));
    }
    if let Some(missing) = folders.iter().find(|folder| !folder.is_dir()) {
        return Err(Failure::usage(format!("`{}` is not a folder of manifests", missing.display())));
    }
    let (catalogue, diagnostics) = Catalogue::load(&folders);
    tell_of(&diagnostics);
    if let Some(error) = diagnostics.iter().find(|diagnostic| is_fatal(diagnostic)) {
        let message = format!("the manifests contradict each other: {error}");
        return Err(Failure::usage(message));
    }
    Ok(catalogue)
}

/// A line a broken file: the whole story is for `candor check`.
fn tell_of(diagnostics: &[Diagnostic]) {
    let mut files: Vec<_> =
        diagnostics.iter().filter(|problem| problem.is_error()).map(Diagnostic::path).collect();
    files.dedup();
    for file in files {
        eprintln!("warning: `{0}` has errors and is left out: `candor check {0}` tells them", file.display());
    }
}

/// Two files for one id: neither can be trusted to be the one that was meant.
fn is_fatal(diagnostic: &Diagnostic) -> bool {
    diagnostic.is_error() && diagnostic.code() == "duplicate-id"
}

fn beside_program(below: &str) -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    Some(program.parent()?.parent()?.join(below))
}
