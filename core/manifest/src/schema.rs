//! JSON Schemas of the two kinds of file, for editors and for our own checks.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::{Manifest, Profile};

static COLLECTOR: LazyLock<Value> = LazyLock::new(|| schema_of::<Manifest>("Candor collector"));
static PROFILE: LazyLock<Value> = LazyLock::new(|| schema_of::<Profile>("Candor profile"));

fn schema_of<T: schemars::JsonSchema>(title: &str) -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.to_value()
}

/// The JSON Schema (draft 2020-12) of a collector's manifest.
pub fn collector_schema() -> Value {
    COLLECTOR.clone()
}

/// The JSON Schema (draft 2020-12) of a profile.
pub fn profile_schema() -> Value {
    PROFILE.clone()
}

pub(crate) fn of_collectors() -> &'static Value {
    &COLLECTOR
}

pub(crate) fn of_profiles() -> &'static Value {
    &PROFILE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_described() {
        fn look(value: &Value, path: &str) {
            if let Some(properties) = value.get("properties").and_then(Value::as_object) {
                for (name, property) in properties {
                    let described = property.get("description").is_some() || property.get("const").is_some();
                    assert!(described, "{path}/{name} has no description");
                }
            }
            if let Some(members) = value.as_object() {
                members.iter().for_each(|(name, member)| look(member, &format!("{path}/{name}")));
            }
            if let Some(items) = value.as_array() {
                items.iter().enumerate().for_each(|(item, member)| look(member, &format!("{path}/{item}")));
            }
        }
        look(of_collectors(), "collector");
        look(of_profiles(), "profile");
    }
}
