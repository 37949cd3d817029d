//! YAML from the parser's events, so that every value has its line and an alias costs what it stands for.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::Value;

use super::{Findings, MOST_DEPTH, ParseError, number_or_text};
use crate::format::Format;

pub(super) fn parse(text: &str, findings: &mut Findings) -> Result<(), ParseError> {
    let mut builder = Builder { findings, path: Vec::new(), frames: Vec::new(), anchors: HashMap::new() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| syntax(error.marker().line()))?;
        builder.event(&event, line(span.start.line()))?;
    }
    Ok(())
}

fn line(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn syntax(number: usize) -> ParseError {
    ParseError::Syntax { format: Format::Yaml, line: line(number) }
}

/// A list or mapping that is open.
struct Frame {
    place: Place,
    /// Whether it put a part on the path itself.
    has_part: bool,
    anchor: usize,
    /// Settings and path length when it started.
    first_setting: usize,
    depth: usize,
    line: u32,
}

enum Place {
    Item(usize),
    Key,
    /// Inside a key that is no scalar.
    KeyNode,
    /// The key and its line.
    Value(String, u32),
}

/// Settings from one place to another, whose paths begin with as many parts as the anchored value's own.
#[derive(Clone, Copy)]
struct Anchored {
    first_setting: usize,
    end: usize,
    depth: usize,
}

struct Builder<'a> {
    findings: &'a mut Findings,
    path: Vec<String>,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
}

impl Builder<'_> {
    fn event(&mut self, event: &Event<'_>, line: u32) -> Result<(), ParseError> {
        match event {
            Event::Scalar(text, _, _, _) if self.is_at_key() => {
                self.set_place(Place::Value(text.to_string(), line));
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = tag.is_none() && *style == ScalarStyle::Plain;
                let value = if is_plain { typed(text) } else { Value::from(text.as_ref()) };
                let line = self.block_line(*style).unwrap_or(line);
                self.leaf(*anchor, |builder| builder.findings.push(&builder.path, value, line))
            }
            Event::Alias(_) if self.is_at_key() => {
                self.set_place(Place::Value("*".to_owned(), line));
                Ok(())
            }
            Event::Alias(anchor) => {
                let anchored = self.anchors.get(anchor).copied();
                self.leaf(0, |builder| builder.repeat(anchored, line))
            }
            Event::SequenceStart(anchor, _) => self.open(Place::Item(0), *anchor, line),
            Event::MappingStart(anchor, _) => self.open(Place::Key, *anchor, line),
            Event::SequenceEnd => self.close(Value::Array(Vec::new())),
            Event::MappingEnd => self.close(Value::Object(serde_json::Map::new())),
            _ => Ok(()),
        }
    }

    fn is_at_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| matches!(frame.place, Place::Key))
    }

    /// Line of the key where a block scalar (`|`, `>`) is its value: the parser gives the first line of the text.
    fn block_line(&self, style: ScalarStyle) -> Option<u32> {
        let place = &self.frames.last()?.place;
        match place {
            Place::Value(_, line) if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) => {
                Some(*line)
            }
            _ => None,
        }
    }

    fn set_place(&mut self, place: Place) {
        if let Some(frame) = self.frames.last_mut() {
            frame.place = place;
        }
    }

    /// Puts the part of the value that starts now on the path; false where it has none: the document itself, and what is
    /// merged into a mapping (`<<`).
    fn enter(&mut self) -> bool {
        let part = match self.frames.last_mut().map(|frame| &mut frame.place) {
            None => return false,
            Some(Place::Item(index)) => {
                *index += 1;
                (*index - 1).to_string()
            }
            Some(Place::Value(key, _)) if key == "<<" => return false,
            Some(Place::Value(key, _)) => std::mem::take(key),
            Some(place) => {
                *place = Place::KeyNode;
                "?".to_owned()
            }
        };
        self.path.push(part);
        true
    }

    fn leave(&mut self, has_part: bool) {
        if has_part {
            self.path.pop();
        }
        match self.frames.last_mut().map(|frame| &mut frame.place) {
            Some(place @ Place::Value(..)) => *place = Place::Key,
            Some(place @ Place::KeyNode) => *place = Place::Value("?".to_owned(), 0),
            _ => {}
        }
    }

    fn leaf(
        &mut self,
        anchor: usize,
        push: impl FnOnce(&mut Self) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        let has_part = self.enter();
        let first_setting = self.findings.settings.len();
        push(self)?;
        self.anchor(anchor, first_setting, self.path.len());
        self.leave(has_part);
        Ok(())
    }

    fn open(&mut self, place: Place, anchor: usize, line: u32) -> Result<(), ParseError> {
        if self.frames.len() >= MOST_DEPTH {
            return Err(ParseError::Depth);
        }
        let has_part = self.enter();
        let (first_setting, depth) = (self.findings.settings.len(), self.path.len());
        self.frames.push(Frame { place, has_part, anchor, first_setting, depth, line });
        Ok(())
    }

    fn close(&mut self, empty: Value) -> Result<(), ParseError> {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        if self.findings.settings.len() == frame.first_setting {
            self.findings.push(&self.path, empty, frame.line)?;
        }
        self.anchor(frame.anchor, frame.first_setting, frame.depth);
        self.leave(frame.has_part);
        Ok(())
    }

    fn anchor(&mut self, anchor: usize, first_setting: usize, depth: usize) {
        if anchor != 0 {
            let end = self.findings.settings.len();
            self.anchors.insert(anchor, Anchored { first_setting, end, depth });
        }
    }

    /// Lists what an anchor stands for once more. The bounds of [`Findings`] end a bomb of them.
    fn repeat(&mut self, anchored: Option<Anchored>, line: u32) -> Result<(), ParseError> {
        let Some(anchored) = anchored else {
            return self.findings.push(&self.path, Value::from("*"), line);
        };
        for index in anchored.first_setting..anchored.end {
            let found = &self.findings.settings[index];
            let path: Vec<String> =
                self.path.iter().chain(found.path.iter().skip(anchored.depth)).cloned().collect();
            if path.len() > 2 * MOST_DEPTH {
                return Err(ParseError::Depth);
            }
            let value = found.value.clone();
            self.findings.push(&path, value, line)?;
        }
        Ok(())
    }
}

/// A plain scalar by the core schema, and the truth values of YAML 1.1, which most programs on a server still read:
/// `no` is false.
fn typed(text: &str) -> Value {
    match text {
        "" | "~" => return Value::Null,
        _ if text.len() > 5 => {}
        _ => match text.to_ascii_lowercase().as_str() {
            "null" => return Value::Null,
            "true" | "yes" | "on" => return Value::from(true),
            "false" | "no" | "off" => return Value::from(false),
            _ => {}
        },
    }
    number_or_text(text)
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
        let text = "# c\r\na:\r\n  b: no\r\n  c: \"no\"\r\nl:\n- 1\n- x: 0755\n  y:\n-\n- []\ne: {}\nt: |\n  one\n  two\n'q': 1.10\na: again\n";
        let expected = [
            "a|b=false @3",
            "a|c=\"no\" @4",
            "l|0=1 @6",
            "l|1|x=\"0755\" @7",
            "l|1|y=null @8",
            "l|2=null @9",
            "l|3=[] @10",
            "e={} @11",
            "t=\"one\\ntwo\\n\" @12",
            "q=\"1.10\" @15",
            "a=\"again\" @16",
        ];
        assert_eq!(found(text).unwrap(), expected);
    }

    #[test]
    fn aliases_and_merges_are_listed_where_they_stand() {
        let text = "base: &b {x: 1, y: {z: 2}}\ncopy: *b\nmerged:\n  <<: *b\n  own: 3\ns: &s text\nt: [*s]\n? [k]\n: v\n";
        let expected = [
            "base|x=1 @1",
            "base|y|z=2 @1",
            "copy|x=1 @2",
            "copy|y|z=2 @2",
            "merged|x=1 @4",
            "merged|y|z=2 @4",
            "merged|own=3 @5",
            "s=\"text\" @6",
            "t|0=\"text\" @7",
            "?|0=\"k\" @8",
            "?=\"v\" @9",
        ];
        assert_eq!(found(text).unwrap(), expected);
    }

    #[test]
    fn a_bomb_of_aliases_is_stopped() {
        let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..12 {
            let below = format!("*a{},", level - 1).repeat(10);
            text.push_str(&format!("a{level}: &a{level} [{below}]\n"));
        }
        assert_eq!(found(&text), Err(ParseError::TooMany));
    }

    #[test]
    fn what_is_broken_is_told_by_its_line() {
        assert!(matches!(found("a: 1\nb: [\n"), Err(ParseError::Syntax { line: 2..=4, .. })));
        assert!(matches!(found("a: *nowhere\n"), Err(ParseError::Syntax { line: 1, .. })));
        assert!(found(&"[".repeat(100_000)).is_err());
        assert!(found(&"- ".repeat(100_000)).is_err());
    }
}
