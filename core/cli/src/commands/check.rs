//! `candor check`: what is wrong with manifests, profiles, redaction policies and plugins, where, and how to mend it.

mod comparison;
mod listing;
mod redaction_policy;
mod run;

use std::io::Write;
use std::path::{Path, PathBuf};

use candor_manifest::Diagnostic;
use candor_sandbox::Machine;
use serde::Serialize;

pub use redaction_policy::schema as redaction_policy_schema;

use crate::arguments::{Check, Global};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::{diagnostics, places};

#[derive(Serialize)]
struct Checked {
    path: PathBuf,
    kind: &'static str,
    ok: bool,
    diagnostics: Vec<Diagnostic>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plugin: Option<candor_host::PluginDescription>,
}

/// Runs the command.
pub fn run(global: &Global, arguments: &Check) -> Outcome {
    if arguments.run {
        return run::run(global, arguments);
    }
    let machine = places::machine(global);
    let mut results = Vec::new();
    for path in &arguments.paths {
        check_path(path, &machine, &mut results)?;
    }
    let failed = results.iter().filter(|result| !result.ok).count();
    if arguments.json.json {
        super::print_json(&serde_json::json!({ "schema": 1, "ok": failed == 0, "checked": results }))?;
    } else {
        let mut out = std::io::stdout().lock();
        for result in &results {
            print(&mut out, result)?;
        }
        out.flush()?;
    }
    Ok(if failed == 0 { Exit::Success } else { Exit::Usage })
}

fn check_path(path: &Path, machine: &Machine, results: &mut Vec<Checked>) -> Result<(), Failure> {
    let metadata = std::fs::metadata(path).map_err(|error| {
        Failure::because(format!("cannot look at `{}`", path.display()), &error, Exit::Usage)
    })?;
    if metadata.is_dir() {
        let libraries = libraries(path);
        let holds_manifests = ["collectors", "profiles"].iter().any(|name| path.join(name).is_dir());
        if holds_manifests || libraries.is_empty() {
            results.push(of_diagnostics(path, "folder", candor_manifest::check_tree(path)));
        }
        results.extend(libraries.iter().map(|library| check_library(library, machine)));
    } else if path.extension().is_some_and(|ending| ending == "so") {
        results.push(check_library(path, machine));
    } else if redaction_policy::is_one(path) {
        results.push(of_diagnostics(path, "redaction-policy", redaction_policy::check(path)));
    } else {
        results.push(of_diagnostics(path, "manifest", candor_manifest::check_file(path)));
    }
    Ok(())
}

fn of_diagnostics(path: &Path, kind: &'static str, diagnostics: Vec<Diagnostic>) -> Checked {
    let ok = !diagnostics.iter().any(Diagnostic::is_error);
    Checked { path: path.to_owned(), kind, ok, diagnostics, error: None, plugin: None }
}

fn check_library(path: &Path, machine: &Machine) -> Checked {
    let blank = Checked {
        path: path.to_owned(),
        kind: "plugin",
        ok: true,
        diagnostics: Vec::new(),
        error: None,
        plugin: None,
    };
    match candor_host::check_plugin(path, None, machine) {
        Ok(plugin) => match path.file_stem() {
            Some(stem) if stem != plugin.name.as_str() => {
                let error = format!(
                    "the plugin calls itself `{}`: its file must be `{}.so`",
                    plugin.name, plugin.name
                );
                Checked { ok: false, error: Some(error), plugin: Some(plugin), ..blank }
            }
            _ => Checked { plugin: Some(plugin), ..blank },
        },
        Err(error) => {
            let cause =
                std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            Checked { ok: false, error: Some(format!("{error}{cause}")), ..blank }
        }
    }
}

fn libraries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "so"))
        .collect();
    paths.sort();
    paths
}

fn print(out: &mut impl Write, result: &Checked) -> std::io::Result<()> {
    for diagnostic in &result.diagnostics {
        diagnostics::print(diagnostic);
    }
    let path = result.path.display();
    match (&result.plugin, &result.error) {
        (_, Some(error)) => {
            writeln!(out, "{path}: {error}")?;
            writeln!(
                out,
                "  hint: rebuild it with `cargo xtask dist`, or against the current `candor-plugin`"
            )
        }
        (Some(plugin), None) => {
            writeln!(out, "{path}: plugin `{}`, ABI revision {}", plugin.name, plugin.abi_revision)
        }
        (None, None) if result.ok => writeln!(out, "{path}: ok"),
        (None, None) => match result.diagnostics.len() {
            1 => writeln!(out, "{path}: 1 problem"),
            count => writeln!(out, "{path}: {count} problems"),
        },
    }
}
