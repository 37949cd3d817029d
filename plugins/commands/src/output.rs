//! What kind of text a command printed.

use candor_plugin::CommandResult;
use serde::de::IgnoredAny;

use crate::record;

/// The artifact that keeps it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) name: String,
    pub(crate) media_type: &'static str,
}

impl Output {
    /// `None` when it printed nothing.
    pub(crate) fn of(id: &str, result: &CommandResult) -> Option<Self> {
        if result.stdout.is_empty() {
            return None;
        }
        let asked_for_json = result.argv.iter().skip(1).any(|word| asks_for_json(word));
        let (ending, media_type) = match json_values(&result.stdout) {
            1 if asked_for_json => ("json", "application/json"),
            2.. if asked_for_json => ("ndjson", "application/x-ndjson"),
            _ => ("txt", "text/plain; charset=utf-8"),
        };
        let name = format!("{id}.{ending}");
        // A command with the id `commands` must not take the index's place.
        let name = if name == record::INDEX { format!("output/{name}") } else { name };
        Some(Self { name, media_type })
    }
}

/// `-j`, `--json`, `--format=json`, `json` after `--format` or `-o`, `{{json .}}`.
fn asks_for_json(word: &str) -> bool {
    matches!(word, "-j" | "-J" | "--json" | "-json" | "json" | "json-pretty" | "{{json .}}")
        || word.strip_prefix("--").is_some_and(|word| word.ends_with("=json"))
}

/// Number of JSON objects and lists that the text consists of; 0 when it is anything else.
fn json_values(text: &str) -> usize {
    if !text.trim_start().starts_with(['{', '[']) {
        return 0;
    }
    let values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.map(|value| value.map(|_| 1)).sum::<Result<usize, _>>().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(argv: &[&str], stdout: &str) -> Output {
        let result = CommandResult {
            argv: argv.iter().map(|word| (*word).to_owned()).collect(),
            exit_code: Some(0),
            signal: None,
            timed_out: false,
            truncated: false,
            stdout: stdout.to_owned(),
            stderr: String::new(),
            duration_ms: 0,
        };
        Output::of("commands", &result).unwrap()
    }

    #[test]
    fn json_is_what_was_asked_for_and_is_json() {
        assert_eq!(output(&["/bin/lsblk", "-J"], "{}\n").name, "output/commands.json");
        assert_eq!(
            output(&["/bin/docker", "ps", "--format", "{{json .}}"], "{}\n{}\n").name,
            "commands.ndjson"
        );
        assert_eq!(output(&["/bin/x", "--format=json"], "warning\n{}").name, "commands.txt");
        assert_eq!(output(&["/bin/x"], "{}").name, "commands.txt");
    }

    #[test]
    fn json_that_is_nested_without_end_is_text() {
        assert_eq!(output(&["/bin/x", "--json"], &"[".repeat(1_000_000)).name, "commands.txt");
    }
}
