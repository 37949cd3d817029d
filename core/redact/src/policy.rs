//! What the customer wants done with which kind, and their own words and rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::kind::{Kind, Treatment};
use crate::known::{Known, KnownValues};
use crate::rules::{Rule, RuleError, RuleSet};

/// A redaction policy, as its TOML file has it.
///
/// ```toml
/// [kinds]                                # keep, pseudonym (the default) or remove
/// uuid = "keep"
/// phone = "remove"
///
/// [options]
/// documentation-addresses = "keep"       # 192.0.2.0/24, 2001:db8::/32, example.com, …
///
/// [words]                                # literal, on word boundaries, in any case
/// remove = ["Project Falcon"]
/// pseudonym = ["falcon"]
/// keep = ["buildhost"]                   # never touched as an identifier
/// hosts = ["nas"]
/// users = ["jdoe"]
/// people = ["Jane Doe"]
///
/// [[rule]]                               # as in the shipped rule files
/// id = "acme-token"
/// title = "Acme API token"
/// source = "Acme handbook, page 12"
/// pattern = 'acme_[a-z0-9]{24}'
/// positive = ["ACME_TOKEN=acme_0123456789abcdef01234567"]
/// negative = ["acme_short"]
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// What is done with the kinds that are named; pseudonyms with the others.
    pub kinds: BTreeMap<Kind, Treatment>,
    /// What counts as an identifier.
    pub options: Options,
    /// The customer's own words.
    pub words: Words,
    /// The customer's own rules.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
}

/// What counts as an identifier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// Addresses and names that are reserved for documentation.
    pub documentation_addresses: Documentation,
}

/// What is done with addresses and names that are reserved for documentation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Documentation {
    /// They are treated as any other.
    #[default]
    Treat,
    /// They stay.
    Keep,
}

/// Literal words, matched on word boundaries.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Words {
    /// Removed as secrets are.
    pub remove: Vec<String>,
    /// Replaced by pseudonyms.
    pub pseudonym: Vec<String>,
    /// Left alone where they would be identifiers of their own.
    pub keep: Vec<String>,
    /// Names of hosts.
    pub hosts: Vec<String>,
    /// Login names.
    pub users: Vec<String>,
    /// Names of people.
    pub people: Vec<String>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lists = [&self.remove, &self.pseudonym, &self.keep, &self.hosts, &self.users, &self.people];
        write!(formatter, "Words({})", lists.iter().map(|list| list.len()).sum::<usize>())
    }
}

/// Why a policy cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The file is not TOML, or holds what no policy has.
    #[error("{0}")]
    Syntax(String),
    /// A rule of it cannot be used.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

impl Policy {
    /// Reads the text of a policy file. Its rules are compiled and their examples tried.
    ///
    /// # Errors
    /// When it is no policy, or a rule of it is unusable or does not do what its examples say.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        let policy: Self = toml::from_str(text).map_err(|error| PolicyError::Syntax(error.to_string()))?;
        RuleSet::new(policy.rules.clone())?.try_examples()?;
        Ok(policy)
    }

    /// A policy that keeps every identifier: only secrets are removed.
    #[must_use]
    pub fn secrets_only() -> Self {
        Self { kinds: Kind::ALL.iter().map(|kind| (*kind, Treatment::Keep)).collect(), ..Self::default() }
    }

    /// What is done with identifiers of that kind.
    #[must_use]
    pub fn treatment(&self, kind: Kind) -> Treatment {
        self.kinds.get(&kind).copied().unwrap_or_default()
    }

    /// The words as known values.
    #[must_use]
    pub fn known_values(&self) -> KnownValues {
        let mut known = KnownValues::default();
        let lists: [(&[String], Known); 5] = [
            (&self.words.remove, Known::Secret),
            (&self.words.pseudonym, Kind::Word.into()),
            (&self.words.hosts, Kind::Host.into()),
            (&self.words.users, Kind::User.into()),
            (&self.words.people, Kind::Person.into()),
        ];
        for (list, as_what) in lists {
            list.iter().for_each(|word| {
                known.add(as_what, word);
            });
        }
        known
    }
}
