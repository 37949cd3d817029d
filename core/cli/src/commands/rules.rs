//! `candor rules`: which rules there are, what they find in a text, and whether their examples hold.

mod examples;
mod trial;

use std::io::Write;

use candor_redact::{Kind, Policy, RuleSet, Treatment};
use serde::Serialize;

use crate::arguments::{Rules, RulesAction};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::redaction;

/// Runs the command.
pub fn run(arguments: &Rules) -> Outcome {
    let policy = redaction::policy(&arguments.policy)?;
    match &arguments.action {
        None => list(&policy, arguments.json.json),
        Some(RulesAction::Test { file: None, json }) => {
            examples::run(&policy, json.json || arguments.json.json)
        }
        Some(RulesAction::Test { file: Some(file), json }) => {
            trial::run(policy, file, json.json || arguments.json.json)
        }
    }
}

/// A rule as it is listed.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    id: &'a str,
    title: &'a str,
    source: &'a str,
    /// `shipped`, or `policy` for the customer's own.
    from: &'static str,
}

fn shipped() -> Result<RuleSet, Failure> {
    RuleSet::builtin().map_err(|error| Failure::of(&error, Exit::Internal))
}

fn list(policy: &Policy, json: bool) -> Outcome {
    let shipped = shipped()?;
    let listed = |from| {
        move |rule: &'_ candor_redact::Rule| (rule.id.clone(), rule.title.clone(), rule.source.clone(), from)
    };
    let rules: Vec<_> =
        shipped.iter().map(listed("shipped")).chain(policy.rules.iter().map(listed("policy"))).collect();
    let rules: Vec<_> =
        rules.iter().map(|(id, title, source, from)| Listed { id, title, source, from }).collect();
    if json {
        let kinds: Vec<_> = Kind::ALL
            .iter()
            .map(|kind| serde_json::json!({ "kind": kind, "treatment": policy.treatment(*kind) }))
            .collect();
        super::print_json(&serde_json::json!({ "schema": 1, "rules": rules, "kinds": kinds }))?;
        return Ok(Exit::Success);
    }
    let mut out = std::io::stdout().lock();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0).min(40);
    for rule in &rules {
        let own = if rule.from == "policy" { "  (your policy)" } else { "" };
        writeln!(out, "{:<width$}  {}{own}", rule.id, rule.title)?;
    }
    writeln!(
        out,
        "\n{} rules. Besides them, secrets are removed where their place gives them away: values of",
        rules.len()
    )?;
    writeln!(out, "password-like keys, credentials in URLs and headers, private keys, password files.\n")?;
    for kind in Kind::ALL {
        writeln!(out, "{:<width$}  {}", kind.as_str(), treatment(policy.treatment(*kind)))?;
    }
    out.flush()?;
    Ok(Exit::Success)
}

fn treatment(treatment: Treatment) -> &'static str {
    match treatment {
        Treatment::Keep => "kept",
        Treatment::Pseudonym => "replaced by pseudonyms",
        Treatment::Remove => "removed",
    }
}
