//! TOML, with the line of each value from its span.

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Findings, MOST_DEPTH, ParseError, number_or_text};
use crate::format::Format;

pub(super) fn parse(text: &str, findings: &mut Findings) -> Result<(), ParseError> {
    let lines = LineIndex::new(text);
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        ParseError::Syntax { format: Format::Toml, line: lines.line(at) }
    })?;
    let mut path = Vec::new();
    walk_table(table.get_ref(), &lines, &mut path, findings)
}

fn walk_table(
    table: &DeTable<'_>,
    lines: &LineIndex,
    path: &mut Vec<String>,
    findings: &mut Findings,
) -> Result<(), ParseError> {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        walk(value, lines, path, findings)?;
        path.pop();
    }
    Ok(())
}

fn walk(
    value: &Spanned<DeValue<'_>>,
    lines: &LineIndex,
    path: &mut Vec<String>,
    findings: &mut Findings,
) -> Result<(), ParseError> {
    if path.len() > MOST_DEPTH {
        return Err(ParseError::Depth);
    }
    let line = lines.line(value.span().start);
    match value.get_ref() {
        DeValue::Table(table) if table.is_empty() => {
            findings.push(path, Value::Object(serde_json::Map::new()), line)
        }
        DeValue::Array(items) if items.is_empty() => findings.push(path, Value::Array(Vec::new()), line),
        DeValue::Table(table) => walk_table(table, lines, path, findings),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                walk(item, lines, path, findings)?;
                path.pop();
            }
            Ok(())
        }
        DeValue::String(text) => findings.push(path, Value::from(text.as_ref()), line),
        DeValue::Boolean(value) => findings.push(path, Value::from(*value), line),
        DeValue::Integer(number) => findings.push(path, number_or_text(&number.to_string()), line),
        DeValue::Float(number) => findings.push(path, number_or_text(number.as_str()), line),
        DeValue::Datetime(time) => findings.push(path, Value::from(time.to_string()), line),
    }
}

/// Where each line starts.
struct LineIndex(Vec<usize>);

impl LineIndex {
    fn new(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1).collect())
    }

    fn line(&self, at: usize) -> u32 {
        let before = self.0.partition_point(|start| *start <= at);
        u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<Vec<String>, ParseError> {
        let mut findings = Findings::default();
        parse(text, &mut findings)?;
        let mut all: Vec<_> = findings
            .settings
            .iter()
            .map(|found| (found.line, format!("{}={}", found.path.join("|"), found.value)))
            .collect();
        all.sort();
        Ok(all.into_iter().map(|(line, text)| format!("{text} @{line}")).collect())
    }

    #[test]
    fn leaves_keep_type_and_line() {
        let text = "a.b = 1 # c\r\n[t]\nmode = 0o755\nwhen = 2024-01-02\nv = 1.10\nx = [1,\n 'two']\ne = {}\n[[l]]\ns = \"\"\"\none\ntwo\"\"\"\n";
        let expected = [
            "a|b=1 @1",
            "t|mode=\"0o755\" @3",
            "t|when=\"2024-01-02\" @4",
            "t|v=\"1.10\" @5",
            "t|x|0=1 @6",
            "t|x|1=\"two\" @7",
            "t|e={} @8",
            "l|0|s=\"one\\ntwo\" @10",
        ];
        assert_eq!(found(text).unwrap(), expected);
    }

    #[test]
    fn what_is_broken_is_told_by_its_line() {
        assert_eq!(found("a=1\nb\n"), Err(ParseError::Syntax { format: Format::Toml, line: 2 }));
        assert_eq!(found("a=1\na=2\n"), Err(ParseError::Syntax { format: Format::Toml, line: 2 }));
        assert!(found(&format!("a={}", "[".repeat(100_000))).is_err());
    }
}
