//! JSON with line numbers. Comments and commas before a closing bracket, which many programs allow, are accepted.

use serde_json::Value;

use super::{Findings, MOST_DEPTH, ParseError, number_or_text};
use crate::format::Format;

pub(super) fn parse(text: &str, findings: &mut Findings) -> Result<(), ParseError> {
    let mut reader = Reader { text: text.as_bytes(), at: 0, line: 1, path: Vec::new(), findings };
    reader.skip_blanks()?;
    reader.value()?;
    reader.skip_blanks()?;
    if reader.at < reader.text.len() { Err(reader.error()) } else { Ok(()) }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
    path: Vec<String>,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    fn error(&self) -> ParseError {
        ParseError::Syntax { format: Format::Json, line: self.line }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn value(&mut self) -> Result<(), ParseError> {
        if self.path.len() > MOST_DEPTH {
            return Err(ParseError::Depth);
        }
        let line = self.line;
        let value = match self.peek() {
            Some(b'{') => return self.container(b'}'),
            Some(b'[') => return self.container(b']'),
            Some(b'"') => Value::from(self.string()?),
            _ => self.scalar()?,
        };
        self.findings.push(&self.path, value, line)
    }

    /// The members of an object or list, up to the closing bracket; an empty one is itself a value.
    fn container(&mut self, close: u8) -> Result<(), ParseError> {
        let line = self.line;
        self.at += 1;
        for index in 0usize.. {
            self.skip_blanks()?;
            if self.peek() == Some(close) {
                self.at += 1;
                return if index == 0 { self.findings.push(&self.path, empty(close), line) } else { Ok(()) };
            }
            let key = if close == b'}' { self.key()? } else { index.to_string() };
            self.path.push(key);
            self.value()?;
            self.path.pop();
            self.skip_blanks()?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(end) if end == close => {}
                _ => return Err(self.error()),
            }
        }
        Ok(())
    }

    fn key(&mut self) -> Result<String, ParseError> {
        let key = if self.peek() == Some(b'"') { self.string()? } else { return Err(self.error()) };
        self.skip_blanks()?;
        if self.peek() != Some(b':') {
            return Err(self.error());
        }
        self.at += 1;
        self.skip_blanks()?;
        Ok(key)
    }

    fn string(&mut self) -> Result<String, ParseError> {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'"' => return serde_json::from_slice(&self.text[start..self.at]).map_err(|_| self.error()),
                b'\n' => break,
                _ => {}
            }
        }
        Err(self.error())
    }

    /// A number, `true`, `false` or `null`.
    fn scalar(&mut self) -> Result<Value, ParseError> {
        let rest = &self.text[self.at..];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let text = std::str::from_utf8(&rest[..length]).map_err(|_| self.error())?;
        let value = match serde_json::from_str(text) {
            Ok(Value::Number(_)) => number_or_text(text),
            Ok(value) => value,
            Err(_) => return Err(self.error()),
        };
        self.at += length;
        Ok(value)
    }

    fn skip_blanks(&mut self) -> Result<(), ParseError> {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => {
                    self.line += 1;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'/' => self.skip_comment()?,
                _ => break,
            }
        }
        Ok(())
    }

    fn skip_comment(&mut self) -> Result<(), ParseError> {
        let rest = &self.text[self.at..];
        let length = match rest.get(1) {
            Some(b'/') => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            Some(b'*') => {
                let end = rest.windows(2).skip(2).position(|pair| pair == b"*/");
                end.map(|end| end + 4).ok_or_else(|| self.error())?
            }
            _ => return Err(self.error()),
        };
        let lines = rest[..length].iter().filter(|byte| **byte == b'\n').count();
        self.line += u32::try_from(lines).unwrap_or(u32::MAX);
        self.at += length;
        Ok(())
    }
}

fn empty(close: u8) -> Value {
    if close == b'}' { Value::Object(serde_json::Map::new()) } else { Value::Array(Vec::new()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<Vec<String>, ParseError> {
        let mut findings = Findings::default();
        parse(text, &mut findings)?;
        let line =
            |found: &super::super::Found| format!("{}={} @{}", found.path.join("|"), found.value, found.line);
        Ok(findings.settings.iter().map(line).collect())
    }

    #[test]
    fn leaves_keep_type_and_line() {
        let text = "{\r\n \"a\": {\"b\\n\": [1, \"x\\\"y\", true]},\n // c\n /* \n */ \"n\": null, \"v\": 1.10,\n \"e\": {}, \"a\": [],\n}\n";
        let expected = [
            "a|b\n|0=1 @2",
            "a|b\n|1=\"x\\\"y\" @2",
            "a|b\n|2=true @2",
            "n=null @5",
            "v=\"1.10\" @5",
            "e={} @6",
            "a=[] @6",
        ];
        assert_eq!(found(text).unwrap(), expected);
    }

    #[test]
    fn what_is_broken_is_told_by_its_line() {
        for (text, line) in [
            ("{\n\"a\" 1}", 2),
            ("", 1),
            ("{\"a\":1}\n\nx", 3),
            ("[\"a\nb\"]", 1),
            ("[1 2]", 1),
            ("{/*", 1),
            ("[tru]", 1),
        ] {
            assert_eq!(found(text), Err(ParseError::Syntax { format: Format::Json, line }), "{text}");
        }
        assert_eq!(found(&"[".repeat(1_000_000)), Err(ParseError::Depth));
    }
}
