//! How types, wants and examples are put into words.

use serde_json::Value;
use toml::de::DeValue;

use super::{is_type, objects, words};
use crate::option::listed;

/// What a value is, in a few words.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// What the schema wants, in a few words.
pub(super) fn expectation(schema: &Value, type_name: Option<&str>) -> String {
    let words = words(schema);
    match type_name {
        Some("DurationText") => "a duration in quotes".to_owned(),
        Some("ByteSize") => "a size in quotes".to_owned(),
        _ if !words.is_empty() && words.len() <= 12 => format!("one of {}", listed(&words)),
        _ if is_type(schema, "boolean") => "`true` or `false`".to_owned(),
        _ if is_type(schema, "integer") => "a whole number".to_owned(),
        _ if is_type(schema, "array") => "a list".to_owned(),
        _ if is_type(schema, "object") || !objects(schema).is_empty() => "a table".to_owned(),
        _ => "a text".to_owned(),
    }
}

/// A line that would do: `timeout = "10s"`.
pub(super) fn example(key: &str, schema: &Value, type_name: Option<&str>) -> String {
    match schema.get("patternProperties") {
        Some(_) if key == "consent" => "[consent.en]".to_owned(),
        Some(_) if matches!(key, "title" | "summary") => format!("{key} = {{ en = \"…\" }}"),
        _ if is_type(schema, "object") => format!("[{key}]"),
        _ if !objects(schema).is_empty() && words(schema).is_empty() => format!("[{key}]"),
        _ if matches!(key, "reads" | "commands") => format!("[[{key}]]"),
        _ if key == "categories" => "categories = [\"ext:Settings\"]".to_owned(),
        _ if key == "argv" => "argv = [\"/usr/bin/lspci\", \"-mm\"]".to_owned(),
        _ if key == "collectors" => "collectors = [\"system-info\"]".to_owned(),
        _ => format!("{key} = {}", example_value(schema, type_name)),
    }
}

/// A value that would do.
pub(super) fn example_value(schema: &Value, type_name: Option<&str>) -> String {
    let words = words(schema);
    match type_name {
        Some("DurationText") => "\"10s\"".to_owned(),
        Some("ByteSize") => "\"64KiB\"".to_owned(),
        Some("PathPattern") => "\"/etc/hostname\"".to_owned(),
        Some("CollectorId" | "ProfileId" | "CommandId") => "\"some-name\"".to_owned(),
        Some("PluginName") => "\"files\"".to_owned(),
        Some("Category") => "\"ext:Settings\"".to_owned(),
        _ if !words.is_empty() => format!("\"{}\"", words[0]),
        _ if schema.get("const").is_some() => schema["const"].to_string(),
        _ if is_type(schema, "boolean") => "true".to_owned(),
        _ if is_type(schema, "integer") => "1".to_owned(),
        _ if is_type(schema, "array") => "[\"…\"]".to_owned(),
        _ => "\"…\"".to_owned(),
    }
}
