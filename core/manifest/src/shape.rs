//! The shape of a file: its keys, the types of their values, their words and lengths, held against the JSON Schema.
//!
//! The reader of types stops at its first error. This walk finds all of them, and the schema that editors use is the one
//! that is checked, so that the two cannot say different things.

mod wording;

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use self::wording::{example, example_value, expectation, kind};
use crate::document::Document;
use crate::findings::Findings;
use crate::option::listed;
use crate::suggest::nearest;
use crate::text::{self, Fault, shown};

/// Holds the whole document against the schema.
pub(crate) fn check(document: &Document<'_>, schema: &Value, findings: &mut Findings<'_>) {
    let top = At { key: "the file", span: 0..0, type_name: None };
    Walk { root: schema, findings, explained: Vec::new() }.table(schema, document.root.get_ref(), &top);
}

/// Where the walk is: the nearest key, the place of the value, the name of its type in the schema.
struct At<'at> {
    key: &'at str,
    span: Range<usize>,
    type_name: Option<&'at str>,
}

struct Walk<'walk, 'source> {
    root: &'walk Value,
    findings: &'walk mut Findings<'source>,
    /// Keys that are told to be there under another name or at another place, so that they are not also missing.
    explained: Vec<String>,
}

impl<'walk> Walk<'walk, '_> {
    /// The schema that a `$ref` leads to, with its name; any other schema as it is.
    fn follow(&self, schema: &'walk Value) -> (&'walk Value, Option<&'walk str>) {
        let name =
            schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix("#/$defs/"));
        match name.and_then(|name| self.root.get("$defs")?.get(name)) {
            Some(target) => (target, name),
            None => (schema, None),
        }
    }

    fn value(&mut self, schema: &'walk Value, value: &Spanned<DeValue<'_>>, key: &str) {
        if self.findings.is_full() {
            return;
        }
        let (schema, type_name) = self.follow(without_null(schema));
        let at = At { key, span: value.span(), type_name };
        let words = words(schema);
        match value.get_ref() {
            DeValue::String(text) if !words.is_empty() => {
                let table =
                    objects(schema).first().and_then(|object| property_names(object).first().copied());
                self.word(&words, text, table, &at);
            }
            DeValue::Table(table) if !objects(schema).is_empty() => self.one_of_tables(schema, table, &at),
            DeValue::String(text) if is_type(schema, "string") => self.text(schema, text, &at),
            DeValue::Integer(number) if is_type(schema, "integer") => {
                let parsed = i64::from_str_radix(number.as_str(), number.radix());
                self.integer(schema, parsed.ok(), &at);
            }
            DeValue::Boolean(_) if is_type(schema, "boolean") => {}
            DeValue::Array(items) if is_type(schema, "array") => self.array(schema, items, &at),
            DeValue::Table(table) if is_type(schema, "object") => self.table(schema, table, &at),
            found if says_anything(schema) => self.anything(found, &at),
            found => self.wrong_type(schema, found, &at),
        }
    }

    /// A value that only the collector's own options can judge: its texts are still shown to people.
    fn anything(&mut self, value: &DeValue<'_>, at: &At<'_>) {
        if let DeValue::String(text) = value
            && let Err(fault) = text::check_characters(at.key, text)
        {
            self.fault(at, fault, "here");
        }
    }

    fn wrong_type(&mut self, schema: &Value, found: &DeValue<'_>, at: &At<'_>) {
        let expected = expectation(schema, at.type_name);
        let label = format!("this is {}", kind(found));
        let message = format!("`{}` wants {expected}, not {}", at.key, kind(found));
        let fix = format!("write `{}`", example(at.key, schema, at.type_name));
        self.findings.error(&at.span, "wrong-type", message, label, fix);
    }

    /// Checks a word of a closed vocabulary; `table` is the key of the table that would do as well, if one would.
    fn word(&mut self, words: &[&str], word: &str, table: Option<&str>, at: &At<'_>) {
        if words.contains(&word) {
            return;
        }
        let fix = match nearest(word, words.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if at.type_name == Some("Category") => {
                "`ext:Settings`, `ext:EventLog` and `dpv-pd:IPAddress` are some; `docs/manifests.md` lists all".to_owned()
            }
            None if at.type_name == Some("Capability") => "write a name of capabilities(7) without `CAP_`".to_owned(),
            None => {
                let table = table.map(|key| format!(", or `{{ {key} = [\"…\"] }}`")).unwrap_or_default();
                format!("write one of {}{table}", listed(words))
            }
        };
        let code = if at.type_name == Some("Category") { "unknown-category" } else { "unknown-value" };
        self.findings.error(
            &at.span,
            code,
            format!("`{}` cannot be `{}`", at.key, shown(word)),
            "unknown",
            fix,
        );
    }

    fn text(&mut self, schema: &Value, text: &str, at: &At<'_>) {
        if schema.get("contentMediaType").is_some() {
            // A text of its own, such as an excerpt of a log, and not one that is shown to people.
            return;
        }
        let by_type = at.type_name.map_or(Ok(()), |name| text::check_type(name, text));
        let checks = [by_type, text::check_length(schema, text), text::check_characters(at.key, text)];
        if let Some(fault) = checks.into_iter().find_map(Result::err) {
            self.fault(at, fault, "here");
        } else if text.contains('\n') && !matches!(at.key, "what" | "why" | "summary") {
            let fix = "write it on one line".to_owned();
            self.fault(
                at,
                Fault { code: "hidden-character", message: format!("`{}` holds a line break", at.key), fix },
                "here",
            );
        }
    }

    fn fault(&mut self, at: &At<'_>, fault: Fault, label: &str) {
        self.findings.error(&at.span, fault.code, fault.message, label, fault.fix);
    }

    fn integer(&mut self, schema: &Value, number: Option<i64>, at: &At<'_>) {
        if let Some(only) = schema.get("const").and_then(Value::as_i64) {
            if number != Some(only) {
                let message = format!("this version reads `{} = {only}` only", at.key);
                let fix = format!(
                    "write `{} = {only}`, or use the version of Candor that the file was made for",
                    at.key
                );
                self.findings.error(&at.span, "unknown-schema", message, "another version", fix);
            }
            return;
        }
        let bound = |name: &str| schema.get(name).and_then(Value::as_i64);
        let (least, most) = (bound("minimum"), bound("maximum").or_else(|| format_maximum(schema)));
        let fits = number.is_some_and(|number| {
            least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
        });
        if !fits {
            let range = format!("from {} to {}", least.unwrap_or(i64::MIN), most.unwrap_or(i64::MAX));
            let found =
                number.map_or_else(|| "greater than any number".to_owned(), |number| format!("`{number}`"));
            let message = format!("`{}` is {found}, which is out of range", at.key);
            self.findings.error(
                &at.span,
                "out-of-range",
                message,
                "out of range",
                format!("write a number {range}"),
            );
        }
    }

    fn array(&mut self, schema: &'walk Value, items: &[Spanned<DeValue<'_>>], at: &At<'_>) {
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
        let count = items.len() as u64;
        if bound("minItems").is_some_and(|least| count < least) {
            let fix = schema.get("items").map_or_else(String::new, |schema| {
                let (schema, type_name) = self.follow(schema);
                format!("write `{} = [{}]`, with what fits", at.key, example_value(schema, type_name))
            });
            self.findings.error(
                &at.span,
                "empty-list",
                format!("`{}` is empty", at.key),
                "at least one is needed",
                fix,
            );
        }
        if let Some(most) = bound("maxItems").filter(|most| count > *most) {
            let message = format!("`{}` has {count} items, at most {most} are read", at.key);
            let fix = "split it into several collectors, or use wildcards";
            self.findings.error(&at.span, "too-many", message, format!("{count} items"), fix);
            return;
        }
        if let Some(schema) = schema.get("items") {
            items.iter().for_each(|item| self.value(schema, item, at.key));
        }
    }

    fn one_of_tables(&mut self, schema: &'walk Value, table: &DeTable<'_>, at: &At<'_>) {
        let objects = objects(schema);
        let tag = |object: &'walk Value| object.pointer("/properties/type/const").and_then(Value::as_str);
        let tags: Vec<_> = objects.iter().filter_map(|object| tag(object)).collect();
        if tags.is_empty() {
            objects.iter().for_each(|object| self.table(object, table, at));
            return;
        }
        let Some((_, found)) = table.iter().find(|(name, _)| name.get_ref() == "type") else {
            let fix = format!("add `type = \"…\"` with one of {}", listed(&tags));
            self.findings.error(&at.span, "missing-key", format!("`{}` has no `type`", at.key), "here", fix);
            return;
        };
        match objects
            .into_iter()
            .find(|object| tag(object).is_some() && tag(object) == found.get_ref().as_str())
        {
            Some(object) => self.table(object, table, at),
            None => {
                let at = At { key: "type", span: found.span(), type_name: None };
                self.word(&tags, found.get_ref().as_str().unwrap_or(kind(found.get_ref())), None, &at);
            }
        }
    }

    fn table(&mut self, schema: &'walk Value, table: &DeTable<'_>, at: &At<'_>) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let patterns = schema
            .get("patternProperties")
            .and_then(Value::as_object)
            .and_then(|patterns| patterns.iter().next());
        for (name, value) in table {
            if self.findings.is_full() {
                return;
            }
            if let Some(property) = properties.and_then(|properties| properties.get(name.get_ref().as_ref()))
            {
                self.value(property, value, name.get_ref());
            } else if let Some((pattern, inner)) = patterns {
                self.named_entry((pattern, inner), name, value, at);
            } else {
                self.unknown_key(schema, name, at);
            }
        }
        let required =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        for name in required.filter(|name| !table.iter().any(|(key, _)| key.get_ref() == *name)) {
            if !self.explained.iter().any(|explained| explained == name) {
                self.missing_key(schema, name, at);
            }
        }
    }

    fn named_entry(
        &mut self,
        (pattern, inner): (&str, &'walk Value),
        name: &Spanned<Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        at: &At<'_>,
    ) {
        let key_type = text::type_of_keys(pattern);
        match text::check_type(key_type, name.get_ref()) {
            Ok(()) => self.value(inner, value, &format!("{}.{}", at.key, name.get_ref())),
            Err(fault) => {
                let at = At { key: name.get_ref(), span: name.span(), type_name: None };
                self.fault(&at, fault, "this key");
            }
        }
    }

    fn unknown_key(&mut self, schema: &Value, name: &Spanned<Cow<'_, str>>, at: &At<'_>) {
        let (key, known) = (name.get_ref().as_ref(), property_names(schema));
        let fix = if let Some(home) = self.home_of(key) {
            self.explained.push(key.to_owned());
            format!("`{key}` belongs {home}")
        } else if let Some(near) = nearest(key, known.iter().copied()) {
            self.explained.push(near.to_owned());
            format!("did you mean `{near}`?")
        } else {
            format!("remove it; known here are {}", listed(&known))
        };
        let message = format!("unknown key `{}` in `{}`", shown(key), shown(at.key));
        let message = if at.key == "the file" { format!("unknown key `{}`", shown(key)) } else { message };
        self.findings.error(&name.span(), "unknown-key", message, "unknown", fix);
    }

    /// Where a key would be known: a common slip is to write a key of the top after the first `[table]`.
    fn home_of(&self, key: &str) -> Option<String> {
        if property_names(self.root).contains(&key) {
            return Some("at the top of the file, before the first `[…]`".to_owned());
        }
        let homes = [
            ("ConsentText", "[consent.en]"),
            ("Access", "[access]"),
            ("Budget", "[budget]"),
            ("ProfileLimits", "[limits]"),
        ];
        let (_, home) = homes.into_iter().find(|(type_name, _)| {
            self.root
                .get("$defs")
                .and_then(|types| types.get(type_name))
                .is_some_and(|schema| property_names(schema).contains(&key))
        })?;
        Some(format!("in `{home}`"))
    }

    fn missing_key(&mut self, schema: &'walk Value, name: &str, at: &At<'_>) {
        let property = schema.get("properties").and_then(|properties| properties.get(name));
        let fix = property.map_or_else(String::new, |property| {
            let (target, type_name) = self.follow(without_null(property));
            let what = property.get("description").and_then(Value::as_str).unwrap_or_default();
            let words = words(target);
            if words.len() > 1 {
                return format!("add `{name} = \"…\"` with one of {}", listed(&words));
            }
            format!("add `{}`. {what}", example(name, target, type_name)).trim_end().to_owned()
        });
        let message = match at.key {
            "the file" => format!("the file has no `{name}`"),
            key => format!("`{}` has no `{name}`", shown(key)),
        };
        self.findings.error(&at.span, "missing-key", message, format!("`{name}` is missing"), fix);
    }
}

/// Of a schema that allows nothing or something the something, as TOML has no null.
fn without_null(schema: &Value) -> &Value {
    let alternatives = schema.get("anyOf").and_then(Value::as_array);
    let is_null = |schema: &&Value| schema.get("type").and_then(Value::as_str) == Some("null");
    alternatives
        .and_then(|alternatives| alternatives.iter().find(|schema| !is_null(schema)))
        .unwrap_or(schema)
}

fn is_type(schema: &Value, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(found)) => found == name,
        Some(Value::Array(found)) => found.iter().any(|found| found == name),
        _ => false,
    }
}

fn says_anything(schema: &Value) -> bool {
    ["type", "oneOf", "anyOf", "enum", "const"].iter().all(|keyword| schema.get(keyword).is_none())
}

fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    schema.get("oneOf").and_then(Value::as_array).into_iter().flatten()
}

/// The words of a closed vocabulary.
fn words(schema: &Value) -> Vec<&str> {
    std::iter::once(schema)
        .chain(alternatives(schema))
        .flat_map(|schema| {
            let several = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
            several.chain(schema.get("const"))
        })
        .filter_map(Value::as_str)
        .collect()
}

/// The tables among the alternatives.
fn objects(schema: &Value) -> Vec<&Value> {
    alternatives(schema).filter(|schema| is_type(schema, "object")).collect()
}

fn property_names(schema: &Value) -> Vec<&str> {
    schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|names| names.keys().map(String::as_str))
        .collect()
}

/// The greatest number of the integer type that the schema names.
fn format_maximum(schema: &Value) -> Option<i64> {
    (schema.get("format")?.as_str()? == "uint32").then_some(i64::from(u32::MAX))
}
