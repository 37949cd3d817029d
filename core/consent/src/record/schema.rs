//! The JSON Schema of a record.

use schemars::generate::SchemaSettings;

use super::ConsentRecord;

/// JSON Schema (draft 2020-12) of `consent.json`.
pub fn record_schema() -> serde_json::Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<ConsentRecord>();
    schema.insert("title".to_owned(), "Candor consent record".into());
    schema.to_value()
}
