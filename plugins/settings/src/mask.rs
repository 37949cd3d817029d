//! Removes secrets from settings, and proves that none is left.
//!
//! A value goes when its key names a secret, when the key of the group that it belongs to does, or when a sibling called
//! `name` or the like does (`{name: DB_PASSWORD, value: x}`). In what is left, URL credentials, private keys and
//! `password=…` inside longer values go. A value that merely looks random under a neutral key stays: that is a matter of
//! the redactor's rules.

use std::collections::HashSet;

use aho_corasick::AhoCorasick;
use candor_redact::{Engine, Finding, Redactor, is_secret_key, removed};
use serde_json::Value;

use crate::parse::Found;
use crate::setting::{Setting, dotted, encode};

/// Members of a pair that name what another member holds.
const NAMING: [&str; 6] = ["name", "key", "param", "parameter", "option", "variable"];
/// Members of a pair that hold what another names.
const HOLDING: [&str; 5] = ["value", "val", "content", "default", "data"];
/// Values that hide nothing under a secret's name: `password = no`.
const NO_SECRET: [&str; 8] = ["yes", "no", "true", "false", "on", "off", "none", "null"];
/// Secrets of particular programs whose keys do not say so: the access list and the sentinels of redis.conf, and the
/// `user:password` of Galera.
const SECRET_DIRECTIVES: [(&str, &str); 4] = [
    ("/etc/redis", "user"),
    ("/etc/redis", "sentinel"),
    ("/etc/m", "wsrep_sst_auth"),
    ("/etc/m", "wsrep-sst-auth"),
];

/// What stands in a secret's place: `[removed:password]`.
pub(crate) fn mark() -> String {
    removed("password")
}

/// What is found with the plugin's own means.
fn scan(text: &[u8]) -> Vec<Finding> {
    Engine::secrets_by_place().scan(text)
}

/// Shortest secret of a file that is looked for inside other text; a shorter one only counts as a whole value.
const SHORTEST_PART: usize = 8;

/// Turns what one file holds into settings without secrets. `text` is the file as it was parsed.
pub(crate) fn masked(source: &str, text: &str, found: Vec<Found>) -> Vec<Setting> {
    let named_secret = secret_pairs(&found);
    let known = KnownSecrets::of(text);
    let settle = |found: Found| {
        let secret = is_secret(&found.path)
            || is_named_secret(&found.path, &named_secret)
            || is_secret_directive(source, &found.path);
        known.removed_from(without_secrets(secret, plain(source, found)))
    };
    found.into_iter().map(settle).collect()
}

/// What the redactor would remove from the file itself. A parser that took a line for something else may have torn a
/// secret from what tells that it is one; it is recognised by its text then.
struct KnownSecrets<'a> {
    whole: HashSet<&'a str>,
    parts: Option<AhoCorasick>,
}

impl<'a> KnownSecrets<'a> {
    fn of(text: &'a str) -> Self {
        let found = scan(text.as_bytes());
        let secrets =
            found.iter().filter_map(|finding| text.get(finding.offset..finding.offset + finding.length));
        // A private key is recognised by each of its lines.
        let lines =
            secrets.flat_map(str::lines).map(|line| line.trim_matches([' ', '\t', '"', '\'', ',', ';']));
        let whole: HashSet<&str> = lines.filter(|line| !line.is_empty()).collect();
        let long = whole.iter().filter(|secret| secret.len() >= SHORTEST_PART);
        let parts = AhoCorasick::new(long).ok().filter(|parts| parts.patterns_len() > 0);
        Self { whole, parts }
    }

    fn removed_from(&self, mut setting: Setting) -> Setting {
        if setting.value.as_str().is_some_and(|value| self.are_in(value)) {
            setting.value = Value::from(mark());
            setting.masked = true;
        }
        if self.are_in(&setting.key) {
            setting.key = mark();
            setting.masked = true;
        }
        setting
    }

    fn are_in(&self, text: &str) -> bool {
        self.whole.contains(text) || self.parts.as_ref().is_some_and(|parts| parts.is_match(text))
    }
}

/// The setting as it is.
pub(crate) fn plain(source: &str, found: Found) -> Setting {
    Setting {
        key: dotted(&found.path),
        value: found.value,
        source: source.to_owned(),
        line: Some(found.line),
        masked: false,
    }
}

/// Removes the whole value of a secret, and the secrets inside any other value and inside the key.
pub(crate) fn without_secrets(is_secret: bool, mut setting: Setting) -> Setting {
    if let Some(key) = redacted(&setting.key) {
        setting.key = key;
        setting.masked = true;
    }
    let value = match &setting.value {
        value if is_secret && !hides_nothing(value) => Some(Value::from(mark())),
        Value::String(text) => redacted(text).map(Value::from),
        _ => None,
    };
    if let Some(value) = value {
        setting.value = value;
        setting.masked = true;
    }
    // What the rules say about the parts must also hold for the whole.
    if !is_clean(&setting) {
        setting.value = Value::from(mark());
        setting.masked = true;
    }
    if !is_clean(&setting) {
        setting.key = mark();
    }
    setting
}

/// Secrets that a scan finds in the documents that are about to be delivered. The list is scanned twice: as it is, and
/// with every value right behind its key, where the rules about keys can see both.
pub(crate) fn secrets_left(settings: &[Setting], documents: &[&[u8]]) -> usize {
    let mut pairs = Vec::new();
    for setting in settings {
        pairs.extend_from_slice(&pair(setting));
    }
    scan(&pairs).len() + documents.iter().map(|document| scan(document).len()).sum::<usize>()
}

/// `{"key":value}` and a line feed.
fn pair(setting: &Setting) -> Vec<u8> {
    format!("{{{}:{}}}\n", Value::from(setting.key.as_str()), setting.value).into_bytes()
}

fn is_clean(setting: &Setting) -> bool {
    let document = encode(std::slice::from_ref(setting)).unwrap_or_default();
    !document.is_empty() && secrets_left(std::slice::from_ref(setting), &[&document]) == 0
}

/// The text less the secrets inside it; `None` when there are none.
fn redacted(text: &str) -> Option<String> {
    let mut redactor = Redactor::new(&Engine::secrets_by_place());
    let mut output = Vec::with_capacity(text.len());
    let tally = redactor.push(text.as_bytes(), &mut output).and_then(|()| redactor.finish(&mut output));
    match tally {
        Ok(tally) if tally.total() == 0 => None,
        Ok(_) => Some(String::from_utf8_lossy(&output).into_owned()),
        Err(_) => Some(mark()),
    }
}

fn hides_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => true,
        Value::Number(_) => false,
        Value::String(text) => {
            text.is_empty() || NO_SECRET.iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

/// True when the key, numbers of list items aside, or a group above it names a secret.
fn is_secret(path: &[String]) -> bool {
    let key = path.iter().rev().find(|part| !is_number(part));
    let key_and_group =
        || path.iter().rev().filter(|part| !is_number(part)).take(2).cloned().collect::<Vec<_>>();
    key.is_some_and(|key| is_secret_key(key))
        || path.iter().any(|part| is_secret_key(part))
        || is_secret_key(&key_and_group().into_iter().rev().collect::<Vec<_>>().join("."))
}

fn is_number(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_digit())
}

/// Paths of the groups in which a member names a secret.
fn secret_pairs(found: &[Found]) -> HashSet<Vec<String>> {
    let naming = found.iter().filter_map(|found| {
        let (last, group) = found.path.split_last()?;
        let names_secret = NAMING.iter().any(|word| last.eq_ignore_ascii_case(word))
            && found.value.as_str().is_some_and(is_secret_key);
        names_secret.then(|| group.to_vec())
    });
    naming.collect()
}

fn is_named_secret(path: &[String], groups: &HashSet<Vec<String>>) -> bool {
    !groups.is_empty()
        && (1..path.len()).any(|depth| {
            let holds = HOLDING.iter().any(|word| path[depth].eq_ignore_ascii_case(word));
            holds && groups.contains(&path[..depth])
        })
}

fn is_secret_directive(source: &str, path: &[String]) -> bool {
    SECRET_DIRECTIVES
        .iter()
        .any(|(start, key)| source.starts_with(start) && path.last().is_some_and(|last| last == key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;
    use crate::parse::parse;

    fn values(format: Format, text: &str) -> Vec<(String, Value, bool)> {
        let (findings, error) = parse(format, text);
        assert_eq!(error, None);
        let settings = masked("/etc/x", text, findings.settings);
        settings.into_iter().map(|setting| (setting.key, setting.value, setting.masked)).collect()
    }

    fn value(format: Format, text: &str) -> (Value, bool) {
        let (_, value, masked) = values(format, text).pop().unwrap();
        (value, masked)
    }

    fn gone() -> (Value, bool) {
        (Value::from(mark()), true)
    }

    #[test]
    fn values_of_secret_keys_are_removed_and_truth_values_stay() {
        assert_eq!(value(Format::Ini, "[db]\npassword = hunter2\n"), gone());
        assert_eq!(value(Format::Json, r#"{"pin": {"password": 1234}}"#), gone());
        assert_eq!(value(Format::Yaml, "passwords: [a, b]\n"), gone());
        assert_eq!(value(Format::Parameters, "root.Network.SNMP.V1ReadCommunity=hunter2\n"), gone());
        assert_eq!(value(Format::Parameters, "root.SNMP.Community=hunter2\n"), gone());
        assert_eq!(value(Format::Json, r#"{"password": null}"#), (Value::Null, false));
        assert_eq!(value(Format::Ini, "password = no\n"), (Value::from("no"), false));
        assert_eq!(value(Format::KeyValue, "PASS_MAX_DAYS 99999\n"), (Value::from("99999"), false));
        assert_eq!(value(Format::KeyValue, "PasswordAuthentication yes\n"), (Value::from("yes"), false));
    }

    #[test]
    fn a_pair_of_name_and_value_counts_as_key_and_value() {
        let text = "env:\n- name: DB_PASSWORD\n  value: hunter2\n- name: HOME\n  value: /root\n";
        let all = values(Format::Yaml, text);
        assert_eq!((all[1].1.clone(), all[1].2), gone());
        assert_eq!(all[3].1, Value::from("/root"));
        let first = r#"[{"Value": {"x": "hunter2"}, "Key": "api_key"}]"#;
        assert_eq!((values(Format::Json, first)[0].1.clone(), true), gone());
    }

    #[test]
    fn secrets_inside_values_and_keys_are_removed() {
        let (url, masked) = value(Format::Env, "http_proxy=http://user:hunter2@proxy:3128/\n");
        assert!(masked && !url.to_string().contains("hunter2") && url.to_string().contains("proxy:3128"));
        let (command, masked) = value(Format::Ini, "run = app --password=hunter2 --fast\n");
        assert!(masked && !command.to_string().contains("hunter2"), "{command}");
        let all = values(Format::Ini, "[url \"https://user:hunter2@host/\"]\ninsteadOf = x\n");
        assert!(!all[0].0.contains("hunter2") && all[0].2, "{all:?}");
    }

    #[test]
    fn private_keys_are_removed_wherever_they_stand() {
        let key = "-----BEGIN PRIVATE KEY-----\nMIIEhunter2\nvQ==\n-----END PRIVATE KEY-----\n";
        let yaml = format!("cert: |\n  {}", key.replace('\n', "\n  "));
        let json = serde_json::json!({ "a": key, "b": key.replace("-----END", "") }).to_string();
        for (format, text) in [
            (Format::Yaml, yaml),
            (Format::Json, json),
            (Format::Ini, format!("a = x\n{key}")),
            (Format::Ini, format!("a = {key}b = 1\n")),
            (Format::Env, format!("A=\"{key}\"\n")),
            (Format::KeyValue, format!("a {key}")),
            (Format::Toml, format!("a = '''{key}'''\n")),
        ] {
            let all = values(format, &text);
            assert!(!format!("{all:?}").contains("hunter2"), "{format}: {all:?}");
        }
    }

    #[test]
    fn redis_access_lists_are_secrets() {
        let text = "user alice on >hunter2 ~*\n";
        let (findings, _) = parse(Format::KeyValue, text);
        assert_eq!(masked("/etc/redis/redis.conf", text, findings.settings)[0].value, Value::from(mark()));
    }

    #[test]
    fn a_secret_that_a_parser_tore_from_its_key_is_still_recognised() {
        let torn = Found { path: vec!["x".to_owned()], value: Value::from("hunter2-long"), line: 1 };
        assert_eq!(masked("/etc/x", "password=hunter2-long\n", vec![torn])[0].value, Value::from(mark()));
        let short = "password=root\n";
        let path = |value: &str| Found { path: vec!["x".to_owned()], value: Value::from(value), line: 1 };
        let settings = masked("/etc/x", short, vec![path("root"), path("/root/bin")]);
        assert_eq!((settings[0].masked, settings[1].masked), (true, false));
    }

    #[test]
    fn the_proof_sees_a_secret_that_was_left() {
        let setting = Setting {
            key: "db.password".to_owned(),
            value: Value::from("hunter2"),
            source: "/etc/x".to_owned(),
            line: Some(1),
            masked: false,
        };
        let document = encode(std::slice::from_ref(&setting)).unwrap();
        assert!(secrets_left(&[setting], &[&document]) > 0);
    }
}
