//! The customer's policy file: what they demand of every run on their machine, whoever starts it.

use std::collections::BTreeMap;

use candor_manifest::CollectorId;
use candor_sandbox::EnforcementLevel;
use schemars::JsonSchema;
use serde::Deserialize;

/// The customer's policy. It can only demand: nothing in it approves a collector.
///
/// ```toml
/// schema = 1
/// enforcement = "full"
///
/// [collectors.event-log]
/// enforcement = "partial"
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    /// Version of this format: 1.
    #[schemars(extend("const" = 1))]
    pub schema: u32,
    /// The least enforcement by the kernel with which a collector may run: `none` where absent.
    #[serde(default = "nothing")]
    #[schemars(with = "String", extend("enum" = ["none", "partial", "full"]))]
    pub enforcement: EnforcementLevel,
    /// The same for single collectors, in place of the above.
    #[serde(default)]
    pub collectors: BTreeMap<CollectorId, CollectorPolicy>,
}

/// What is demanded of one collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectorPolicy {
    /// The least enforcement by the kernel with which it may run.
    #[schemars(with = "String", extend("enum" = ["none", "partial", "full"]))]
    pub enforcement: EnforcementLevel,
}

/// A policy file that cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum PolicyFileError {
    /// It is not TOML of the right shape. The text names line and column.
    #[error("not a policy file: {0}")]
    Toml(Box<toml::de::Error>),
    /// It is of a version that this program does not know.
    #[error("schema {0} is not known; this program reads schema 1")]
    Schema(u32),
}

fn nothing() -> EnforcementLevel {
    EnforcementLevel::None
}

impl PolicyFile {
    /// Parses the text of a policy file.
    ///
    /// # Errors
    /// When it is not of the format. A key that is not known is an error too: it may demand something.
    pub fn parse(text: &str) -> Result<Self, PolicyFileError> {
        let file: Self = toml::from_str(text).map_err(|error| PolicyFileError::Toml(Box::new(error)))?;
        if file.schema == 1 { Ok(file) } else { Err(PolicyFileError::Schema(file.schema)) }
    }

    /// A policy that demands this of every collector.
    pub fn demanding(enforcement: EnforcementLevel) -> Self {
        Self { schema: 1, enforcement, collectors: BTreeMap::new() }
    }

    /// What is demanded of one collector.
    pub fn enforcement_of(&self, collector: &CollectorId) -> EnforcementLevel {
        self.collectors.get(collector).map_or(self.enforcement, |policy| policy.enforcement)
    }

    /// True when it demands something of some collector.
    pub fn demands_anything(&self) -> bool {
        let single = self.collectors.values().map(|policy| policy.enforcement);
        single.chain([self.enforcement]).any(|level| level > EnforcementLevel::None)
    }

    /// Both at once: of each collector the stricter of the two demands.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let named = self.collectors.keys().chain(other.collectors.keys());
        let stricter = |id: &CollectorId| {
            let enforcement = self.enforcement_of(id).max(other.enforcement_of(id));
            (id.clone(), CollectorPolicy { enforcement })
        };
        Self {
            schema: self.schema,
            enforcement: self.enforcement.max(other.enforcement),
            collectors: named.map(stricter).collect(),
        }
    }
}

/// JSON Schema of the policy file.
pub fn policy_schema() -> serde_json::Value {
    schemars::schema_for!(PolicyFile).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> CollectorId {
        CollectorId::new(text).unwrap()
    }

    #[test]
    fn a_file_without_demands_demands_nothing() {
        let file = PolicyFile::parse("schema = 1\n").unwrap();
        assert_eq!(file.enforcement_of(&id("a")), EnforcementLevel::None);
        assert!(!file.demands_anything());
    }

    #[test]
    fn a_collector_of_its_own_goes_before_the_rule() {
        let text = "schema = 1\nenforcement = \"full\"\n[collectors.a]\nenforcement = \"partial\"\n";
        let file = PolicyFile::parse(text).unwrap();
        assert_eq!(file.enforcement_of(&id("a")), EnforcementLevel::Partial);
        assert_eq!(file.enforcement_of(&id("b")), EnforcementLevel::Full);
        assert!(file.demands_anything());
    }

    #[test]
    fn of_two_policies_the_stricter_demand_counts() {
        let text = "schema = 1\nenforcement = \"full\"\n[collectors.a]\nenforcement = \"none\"\n";
        let excepting = PolicyFile::parse(text).unwrap();
        let both = excepting.and(&PolicyFile::demanding(EnforcementLevel::Partial));
        assert_eq!(both.enforcement_of(&id("a")), EnforcementLevel::Partial);
        assert_eq!(both.enforcement_of(&id("b")), EnforcementLevel::Full);
        assert_eq!(both, PolicyFile::demanding(EnforcementLevel::Partial).and(&excepting));
    }

    #[test]
    fn what_is_not_understood_is_an_error_with_its_place() {
        for (text, line, part) in [
            ("schema = 1\nenforcment = \"full\"\n", "line 2", "unknown field `enforcment`"),
            ("schema = 1\nenforcement = \"most\"\n", "line 2", "expected one of `none`, `partial`, `full`"),
            ("schema = 1\n[collectors.a]\nlevel = \"full\"\n", "line 3", "unknown field `level`"),
            ("schema = 1\n[collectors.\"*\"]\nenforcement = \"full\"\n", "line 2", "`*`"),
            ("schema = 1\n[collectors.a]\n", "line 2", "missing field `enforcement`"),
            ("enforcement = \"full\"\n", "line 1", "missing field `schema`"),
        ] {
            let error = PolicyFile::parse(text).unwrap_err().to_string();
            assert!(error.contains(line) && error.contains(part), "{text}: {error}");
        }
        let error = PolicyFile::parse("schema = 2\n").unwrap_err();
        assert_eq!(error.to_string(), "schema 2 is not known; this program reads schema 1");
    }
}
