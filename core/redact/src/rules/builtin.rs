//! The rules that ship.

use serde::Deserialize;

use super::{Rule, RuleError};

include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    rule: Vec<Rule>,
}

/// The rules of every file in `rules/`, in the order of the files' names.
pub(super) fn rules() -> Result<Vec<Rule>, RuleError> {
    let mut rules = Vec::new();
    for (name, text) in RULE_FILES {
        let file: RuleFile =
            toml::from_str(text).map_err(|error| RuleError::Syntax(format!("{name}: {error}")))?;
        rules.extend(file.rule);
    }
    Ok(rules)
}
