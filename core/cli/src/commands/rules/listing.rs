//! `candor rules`: everything that can be found, by the name that marks and tallies give it.

use std::io::{self, Write};

use candor_redact::{Kind, Policy, Rule, RuleSet, SECRETS_BY_PLACE, Treatment};
use serde::Serialize;

use super::shipped;
use crate::arguments::{Findable, Rules};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::summary::counted;
use crate::terminal::printable;

/// Revision of the JSON.
const SCHEMA: u32 = 1;
/// A name that is longer than this stands out of its column.
const WIDEST: usize = 40;

/// A rule as it is listed.
#[derive(Debug, Serialize)]
struct ListedRule<'a> {
    id: &'a str,
    title: &'a str,
    source: &'a str,
    /// `shipped`, or `policy` for the customer's own.
    from: &'static str,
}

/// A secret that is known by its place.
#[derive(Debug, Serialize)]
struct ListedSecret {
    id: &'static str,
    title: &'static str,
}

/// A kind of identifier, and what is done with it.
#[derive(Debug, Serialize)]
struct ListedKind {
    kind: Kind,
    title: &'static str,
    treatment: Treatment,
}

/// What is listed: each of the three only if it was asked for.
#[derive(Debug, Serialize)]
struct Listing<'a> {
    schema: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<Vec<ListedRule<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secrets: Option<Vec<ListedSecret>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kinds: Option<Vec<ListedKind>>,
}

/// Lists what was asked for.
pub fn run(policy: &Policy, arguments: &Rules) -> Outcome {
    let shipped = shipped()?;
    let listing = Listing::new(&shipped, policy, arguments);
    if arguments.json.json {
        super::super::print_json(&listing)?;
    } else {
        let mut out = io::stdout().lock();
        listing.print(&mut out)?;
        out.flush()?;
    }
    Ok(Exit::Success)
}

impl<'a> Listing<'a> {
    fn new(shipped: &'a RuleSet, policy: &'a Policy, arguments: &Rules) -> Self {
        let wanted = |what| arguments.only.is_none_or(|only| only == what);
        let word = arguments.matching.as_deref().unwrap_or_default().to_lowercase();
        let fits =
            |id: &str, title: &str| id.to_lowercase().contains(&word) || title.to_lowercase().contains(&word);
        let rules = || {
            let own = policy.rules.iter().map(|rule| ListedRule::new(rule, "policy"));
            let all = shipped.iter().map(|rule| ListedRule::new(rule, "shipped")).chain(own);
            all.filter(|rule| fits(rule.id, rule.title)).collect()
        };
        let secrets = || {
            let all =
                SECRETS_BY_PLACE.iter().map(|secret| ListedSecret { id: secret.id, title: secret.title });
            all.filter(|secret| fits(secret.id, secret.title)).collect()
        };
        let kinds = || {
            let listed = |kind: &Kind| ListedKind {
                kind: *kind,
                title: kind.title(),
                treatment: policy.treatment(*kind),
            };
            Kind::ALL.iter().map(listed).filter(|kind| fits(kind.kind.as_str(), kind.title)).collect()
        };
        Self {
            schema: SCHEMA,
            rules: wanted(Findable::Rules).then(rules),
            secrets: wanted(Findable::Secrets).then(secrets),
            kinds: wanted(Findable::Kinds).then(kinds),
        }
    }

    fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let sections = self.sections();
        if sections.is_empty() {
            eprintln!("Nothing that can be found has that in its name or title");
        }
        let all = sections.iter().flat_map(|section| &section.lines);
        let width = all.map(|(name, _)| name.len()).max().unwrap_or(0).min(WIDEST);
        for (index, section) in sections.iter().enumerate() {
            let gap = if index > 0 { "\n" } else { "" };
            writeln!(out, "{gap}{}", section.heading)?;
            for (name, text) in &section.lines {
                writeln!(out, "  {name:<width$}  {}", printable(text))?;
            }
        }
        Ok(())
    }

    fn sections(&self) -> Vec<Section> {
        let rules = self.rules.iter().map(|rules| Section {
            heading: format!("{}: secrets with a shape of their own", counted(rules.len() as u64, "rule")),
            lines: rules.iter().map(ListedRule::line).collect(),
        });
        let secrets = self.secrets.iter().map(|secrets| Section {
            heading: format!(
                "{} for secrets that are known by their place",
                counted(secrets.len() as u64, "name")
            ),
            lines: secrets.iter().map(|secret| (secret.id.to_owned(), secret.title.to_owned())).collect(),
        });
        let kinds = self.kinds.iter().map(|kinds| Section {
            heading: format!(
                "{} of identifiers, and what is done with them",
                counted(kinds.len() as u64, "kind")
            ),
            lines: kinds.iter().map(ListedKind::line).collect(),
        });
        rules.chain(secrets).chain(kinds).filter(|section| !section.lines.is_empty()).collect()
    }
}

/// Names with what they mean, under a heading.
struct Section {
    heading: String,
    lines: Vec<(String, String)>,
}

impl<'a> ListedRule<'a> {
    fn new(rule: &'a Rule, from: &'static str) -> Self {
        Self { id: &rule.id, title: &rule.title, source: &rule.source, from }
    }

    fn line(&self) -> (String, String) {
        let own = if self.from == "policy" { " (your policy)" } else { "" };
        (self.id.to_owned(), format!("{}{own}", self.title))
    }
}

impl ListedKind {
    fn line(&self) -> (String, String) {
        let treatment = match self.treatment {
            Treatment::Keep => "kept",
            Treatment::Pseudonym => "replaced by pseudonyms",
            Treatment::Remove => "removed",
        };
        (self.kind.as_str().to_owned(), format!("{}: {treatment}", self.title))
    }
}
