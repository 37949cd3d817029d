//! Plugins and the manifests that speak for them belong together, in every language that is shipped.
//!
//! Whether a manifest is valid is for `candor check` to say; this looks only at what lies beside what.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{Tree, at};
use crate::build;
use crate::failure::Failure;
use crate::workspace::{self, Package};

/// The languages of every shipped text.
const LANGUAGES: &[&str] = &["en", "sv", "de"];

/// Every plugin has a manifest, and every manifest a plugin.
pub fn plugins_and_manifests(_: &Tree) -> Result<Vec<String>, Failure> {
    let plugins: BTreeSet<String> = build::plugins()?.iter().map(Package::folder_name).collect();
    let mut named = BTreeSet::new();
    let mut problems = Vec::new();
    for (path, manifest) in collectors()? {
        match manifest.get("plugin").and_then(toml::Value::as_str) {
            Some(plugin) if plugins.contains(plugin) => drop(named.insert(plugin.to_owned())),
            Some(plugin) => {
                problems.push(at(&path, 0, &format!("there is no plugin `{plugin}` in `plugins/`")));
            }
            None => problems.push(at(&path, 0, "it names no plugin")),
        }
    }
    problems
        .extend(plugins.difference(&named).map(|plugin| format!("plugins/{plugin}: no manifest names it")));
    Ok(problems)
}

/// Every shipped collector asks in every shipped language, and every profile is titled in each.
pub fn consent_texts(_: &Tree) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    for (path, manifest) in collectors()? {
        problems.extend(missing_languages(&manifest, "consent").map(|what| at(&path, 0, &what)));
    }
    for (path, profile) in tables("manifests/profiles")? {
        for key in ["title", "summary"] {
            problems.extend(missing_languages(&profile, key).map(|what| at(&path, 0, &what)));
        }
    }
    Ok(problems)
}

fn missing_languages<'a>(table: &'a toml::Table, key: &'a str) -> impl Iterator<Item = String> + 'a {
    let texts = table.get(key);
    LANGUAGES
        .iter()
        .filter(move |language| texts.is_none_or(|texts| texts.get(language).is_none()))
        .map(move |language| format!("no `{key}.{language}`"))
}

fn collectors() -> Result<Vec<(PathBuf, toml::Table)>, Failure> {
    tables("manifests/collectors")
}

fn tables(folder: &str) -> Result<Vec<(PathBuf, toml::Table)>, Failure> {
    let files = workspace::list(&workspace::path(folder))?;
    let manifests =
        files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    manifests.map(|path| workspace::read_toml(&path).map(|table| (path, table))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_is_not_there_is_named() {
        let table: toml::Table = "[consent.en]\ntitle = \"x\"\n[consent.sv]\ntitle = \"y\"".parse().unwrap();
        assert_eq!(missing_languages(&table, "consent").collect::<Vec<_>>(), ["no `consent.de`"]);
        assert_eq!(missing_languages(&table, "title").count(), LANGUAGES.len());
    }
}
