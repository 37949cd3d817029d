//! Words that are not this program's own: of plugins, of commands, names of files, options.
//!
//! One list of the places where an index holds such words ([`each_word`]) serves both the redaction and its proof.
//! What is not in it (ids, digests, times, outcomes, what was enforced) is made of words of this program alone.

use std::sync::Arc;

use candor_redact::{Engine, Redactor, is_secret_key, removed};
use candor_report::CollectorEntry;
use serde_json::{Map, Value};

/// Characters of a stranger's sentence that go into the report.
const MOST_CHARACTERS: usize = 400;
/// Members of a command's record that are this program's own.
const OWN_OF_COMMANDS: [&str; 2] = ["id", "enforcement"];
/// Members of a log record that are this program's own.
const OWN_OF_LOGS: [&str; 1] = ["level"];

/// A word, and the key that it is the value of.
type Visit<'v> = dyn FnMut(Option<&str>, &mut String) + 'v;

/// The text without what the engine removes and replaces; a sentence that says so where the engine fails.
#[must_use]
pub fn redact_text(text: &str, engine: &Arc<Engine>) -> String {
    let mut redactor = Redactor::new(engine);
    let mut output = Vec::with_capacity(text.len());
    let done = redactor.push(text.as_bytes(), &mut output).and_then(|()| redactor.finish(&mut output));
    match done {
        Ok(_) => String::from_utf8_lossy(&output).into_owned(),
        Err(_) => "(withheld: the redactor failed)".to_owned(),
    }
}

/// Redacts what an entry of the index holds of others' words.
pub fn redact_entry(entry: &mut CollectorEntry, engine: &Arc<Engine>) {
    each_word(entry, &mut |key, text| redact_word(key, text, engine));
}

/// Redacts the values of options.
pub fn redact_options(options: &mut Map<String, Value>, engine: &Arc<Engine>) {
    each_value(options, &[], &mut |key, text| redact_word(key, text, engine));
}

fn redact_word(key: Option<&str>, text: &mut String, engine: &Arc<Engine>) {
    if key.is_some_and(is_secret_key) && !text.is_empty() {
        *text = removed("password");
    } else {
        *text = redact_text(text, engine);
    }
}

/// A plugin's own words, redacted, then without control characters and not longer than a few lines: they end up on
/// terminals. Redacted first, so that no cut hides a secret's beginning or end.
pub(crate) fn clean(text: &str, engine: &Arc<Engine>) -> String {
    let redacted = redact_text(text, engine);
    let plain = redacted.chars().map(|character| if character.is_control() { ' ' } else { character });
    let mut text: String = plain.take(MOST_CHARACTERS + 1).collect();
    if text.chars().count() > MOST_CHARACTERS {
        text = text.chars().take(MOST_CHARACTERS).chain(['…']).collect();
    }
    text
}

/// The name of an artifact, which stands in the report like a path does.
pub(crate) fn redact_name(name: &str, engine: &Arc<Engine>) -> String {
    // As a path from the root, so that `home/…` is told to be a home folder.
    let redacted = redact_text(&format!("/{name}"), engine);
    redacted.strip_prefix('/').map_or_else(|| redacted.clone(), str::to_owned)
}

/// Visits everything in an entry that may be others' words, but for the names of artifacts, which are redacted when the
/// artifacts are begun.
pub(super) fn each_word(entry: &mut CollectorEntry, visit: &mut Visit<'_>) {
    entry.reason.iter_mut().chain(&mut entry.hints).for_each(|text| visit(None, text));
    entry.access.iter_mut().for_each(|access| each_string(access, &[], visit));
    entry.commands.iter_mut().for_each(|record| each_string(record, &OWN_OF_COMMANDS, visit));
    for record in &mut entry.log {
        name_fields(record, visit);
        each_string(record, &OWN_OF_LOGS, visit);
    }
    each_value(&mut entry.options, &[], visit);
}

/// Names of fields that a plugin gave.
fn name_fields(record: &mut Value, visit: &mut Visit<'_>) {
    if let Some(Value::Object(fields)) = record.get_mut("fields") {
        let renamed = std::mem::take(fields).into_iter().map(|(mut name, value)| {
            visit(None, &mut name);
            (name, value)
        });
        *fields = renamed.collect();
    }
}

fn each_value(members: &mut Map<String, Value>, own: &[&str], visit: &mut Visit<'_>) {
    for (key, value) in members.iter_mut().filter(|(key, _)| !own.contains(&key.as_str())) {
        match value {
            Value::String(text) => visit(Some(key), text),
            other => each_string(other, own, visit),
        }
    }
}

pub(super) fn each_string(value: &mut Value, own: &[&str], visit: &mut Visit<'_>) {
    match value {
        Value::String(text) => visit(None, text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_string(item, own, visit)),
        Value::Object(members) => each_value(members, own, visit),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use candor_manifest::Level;
    use candor_pseudonym::CaseKey;
    use candor_redact::{Kind, KnownValues, Policy};
    use candor_report::Outcome;
    use serde_json::json;

    use super::*;

    pub(super) fn engine() -> Arc<Engine> {
        let mut known = KnownValues::default();
        known.add(Kind::Host, "zq7");
        known.add(Kind::User, "mvolkova");
        let key = CaseKey::from_bytes([7; 32]);
        Arc::new(Engine::with_policy(&known, Policy::default(), &key).unwrap())
    }

    #[test]
    fn words_of_others_are_redacted_and_own_ones_stay() {
        let mut entry = CollectorEntry {
            id: "zq7".parse().unwrap(),
            level: Level::Technical,
            outcome: Outcome::Partial,
            reason: Some("`/home/mvolkova/x` cannot be read".to_owned()),
            hints: vec!["ask mvolkova".to_owned()],
            started: Some("2026-01-31T12:00:00Z".to_owned()),
            duration_ms: 1,
            bytes: 0,
            enforcement: Some(json!({ "level": "full", "note": "zq7" })),
            access: Some(json!({ "opened": [{ "path": "/home/mvolkova/.config" }], "complete": true })),
            commands: vec![json!({ "id": "zq7", "argv": ["/bin/x", "mvolkova"], "stderr": "zq7: no route" })],
            log: vec![
                json!({ "level": "warn", "message": "on zq7", "fields": { "mvolkova": "zq7", "password": "a" } }),
            ],
            manifest_digest: "00".repeat(32),
            library_digest: None,
            options: json!({ "path": "/home/mvolkova", "api_key": "hunter2" }).as_object().unwrap().clone(),
            artifacts: Vec::new(),
        };
        redact_entry(&mut entry, &engine());
        let text = serde_json::to_string(&entry).unwrap();
        assert!(!text.contains("mvolkova") && !text.contains("hunter2"), "{text}");
        assert_eq!(entry.id.as_str(), "zq7");
        assert_eq!(entry.enforcement.as_ref().unwrap()["note"], "zq7");
        assert_eq!(entry.commands[0]["id"], "zq7");
        assert_eq!(text.matches("zq7").count(), 3, "{text}");
        assert!(text.contains("user-px-") && text.contains("host-px-"), "{text}");
        let once = entry.clone();
        redact_entry(&mut entry, &engine());
        assert_eq!(entry, once, "a second pass changes nothing");
    }

    #[test]
    fn a_cut_does_not_hide_a_secret() {
        let text = format!("{}password=hunter2-hunter2", "x ".repeat(196));
        assert!(!clean(&text, &engine()).contains("hunter2"));
        assert!(clean(&"ä\u{1b}[0m".repeat(500), &engine()).chars().all(|character| !character.is_control()));
    }

    #[test]
    fn names_of_artifacts_are_redacted_like_paths() {
        let name = redact_name("home/mvolkova/app.log", &engine());
        assert!(name.starts_with("home/user-px-") && name.ends_with("/app.log"), "{name}");
    }
}
