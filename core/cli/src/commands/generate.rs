//! `candor generate` and `candor completions`: files that follow from the program itself.

use std::io::Write;
use std::path::Path;

use candor_manifest::{Catalogue, Manifest};
use clap::CommandFactory;
use clap_complete::Shell;

use crate::arguments::{Arguments, Generate, Generated, Global};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::places;

/// Runs the command.
pub fn run(global: &Global, arguments: &Generate) -> Outcome {
    match &arguments.what {
        Generated::Schemas { folder } => schemas(folder)?,
        Generated::Reference { file } => write(file, reference(&places::catalogue(global)?).as_bytes())?,
        Generated::Man { folder } => {
            create_folder(folder)?;
            clap_mangen::generate_to(Arguments::command(), folder)?;
        }
        Generated::Completions { shell } => return completions(*shell),
    }
    Ok(Exit::Success)
}

/// Prints a completion script.
pub fn completions(shell: Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "candor", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(Exit::Success)
}

fn schemas(folder: &Path) -> Result<(), Failure> {
    create_folder(folder)?;
    let schemas = [
        ("collector.schema.json", candor_manifest::collector_schema()),
        ("consent.schema.json", candor_consent::record_schema()),
        ("profile.schema.json", candor_manifest::profile_schema()),
        ("decisions.schema.json", candor_consent::decisions_schema()),
        ("policy.schema.json", candor_consent::policy_schema()),
        ("redaction.schema.json", super::check::redaction_policy_schema()),
    ];
    for (name, schema) in schemas {
        let text = serde_json::to_string_pretty(&schema).map_err(std::io::Error::from)?;
        write(&folder.join(name), format!("{text}\n").as_bytes())?;
    }
    Ok(())
}

fn create_folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::because(format!("cannot create `{}`", folder.display()), &error, Exit::Internal)
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| {
        Failure::because(format!("cannot write `{}`", path.display()), &error, Exit::Internal)
    })
}

fn reference(catalogue: &Catalogue) -> String {
    let mut text = String::from(
        "# Collectors\n\nGenerated from the manifests by `cargo xtask gen`. Each collector is asked for, and runs, on its own.\n",
    );
    for loaded in catalogue.collectors() {
        text.push_str(&section(&loaded.value));
    }
    text
}

fn section(manifest: &Manifest) -> String {
    let consent = manifest.consent_text("en");
    let mut text = format!(
        "\n## {}\n\n**{}**, level `{}`, plugin `{}`.\n",
        manifest.id, consent.title, manifest.level, manifest.plugin
    );
    text.push_str(&format!("\n{}\n\n{}\n", consent.what, consent.why));
    if let Some(reason) = &manifest.level_reason {
        text.push_str(&format!("\nWhy this level: {reason}.\n"));
    }
    if !consent.may_contain.is_empty() {
        text.push_str(&format!("\nMay contain: {}.\n", consent.may_contain.join(", ")));
    }
    if !consent.affected.is_empty() {
        text.push_str(&format!("\nAlso about: {}.\n", consent.affected.join(", ")));
    }
    let categories: Vec<_> =
        manifest.categories.iter().map(|category| format!("`{}`", category.as_str())).collect();
    text.push_str(&format!("\nCategories: {}.\n", categories.join(", ")));
    if !manifest.reads.is_empty() {
        text.push_str("\n| reads | why |\n|---|---|\n");
        manifest
            .reads
            .iter()
            .for_each(|read| text.push_str(&format!("| `{}` | {} |\n", read.path, read.reason)));
    }
    if !manifest.commands.is_empty() {
        text.push_str("\n| runs | why |\n|---|---|\n");
        for command in &manifest.commands {
            text.push_str(&format!("| `{}` | {} |\n", command.argv.join(" "), command.reason));
        }
    }
    if !manifest.options.is_empty() {
        text.push_str("\n| option | type | default | meaning |\n|---|---|---|---|\n");
        for (name, option) in &manifest.options {
            let (kind, default) = (option.type_name(), option.default_value());
            text.push_str(&format!("| `{name}` | {kind} | `{default}` | {} |\n", option.summary()));
        }
    }
    let budget = &manifest.budget;
    text.push_str(&format!(
        "\nBudget: {} of time, {} of memory, {} of output in at most {} files.\n",
        budget.wall, budget.memory, budget.output, budget.files
    ));
    text
}
