//! Fills templates: text with places such as `«email»`, `«password-any/json»`, `«ipv4#server»`.
//!
//! A place names a value, behind `#` a name under which the same value comes again, behind `/` filters that write it.

use std::collections::HashMap;

use super::filters;
use super::model::{Document, Encoding, Packing, Planted, Syntax, Value};
use super::values::Maker;

const OPEN: char = '\u{ab}';
const CLOSE: char = '\u{bb}';

/// A document being written.
#[derive(Debug)]
pub struct Draft<'a> {
    maker: &'a mut Maker,
    text: String,
    line: usize,
    planted: Vec<Planted>,
    named: HashMap<String, Value>,
}

impl<'a> Draft<'a> {
    /// An empty document.
    pub fn new(maker: &'a mut Maker) -> Self {
        Self { maker, text: String::new(), line: 1, planted: Vec::new(), named: HashMap::new() }
    }

    /// Appends `text` as it is.
    pub fn push(&mut self, text: &str) {
        self.line += text.matches('\n').count();
        self.text.push_str(text);
    }

    /// Appends `value` as it is spelled, and records it.
    pub fn plant(&mut self, value: &Value, filters: &[&str]) {
        let spelled = filters.iter().fold(value.text.clone(), |text, filter| filters::apply(filter, &text));
        let spelling = match filters {
            [] => value.spelling.clone(),
            _ => format!("{} ({})", value.spelling, filters.join(", ")),
        };
        self.planted.push(Planted {
            kind: value.kind,
            spelling,
            family: value.family,
            value: spelled.clone(),
            line: self.line,
            forms: value.forms.clone(),
        });
        self.push(&spelled);
    }

    /// Appends `template` with its places filled.
    pub fn fill(&mut self, template: &str) {
        let mut rest = template;
        while let Some((literal, place)) = rest.split_once(OPEN) {
            let Some((place, after)) = place.split_once(CLOSE) else {
                panic!("a place does not end: {place:.40}")
            };
            self.push(literal);
            self.place(place);
            rest = after;
        }
        self.push(rest);
    }

    /// Appends `template` filled and then written as a whole by `filter`.
    pub fn fill_encoded(&mut self, template: &str, filter: &str) {
        let mut inner = Draft::new(self.maker);
        inner.fill(template);
        let Draft { text, planted, .. } = inner;
        let line = self.line;
        self.planted.extend(planted.into_iter().map(|planted| Planted {
            spelling: format!("{} (text in {filter})", planted.spelling),
            line,
            ..planted
        }));
        self.push(&filters::apply(filter, &text));
    }

    fn place(&mut self, place: &str) {
        let mut parts = place.split('/');
        let target = parts.next().unwrap_or_default();
        let filters: Vec<&str> = parts.collect();
        let value = match target.split_once('#') {
            None => self.maker.make(target),
            Some((name, _)) => match self.named.get(target) {
                Some(value) => value.clone(),
                None => {
                    let value = self.maker.make(name);
                    self.named.insert(target.to_owned(), value.clone());
                    value
                }
            },
        };
        self.plant(&value, &filters);
    }

    /// The source of values.
    pub fn maker(&mut self) -> &mut Maker {
        self.maker
    }

    /// The finished document.
    #[must_use]
    pub fn finish(self, name: impl Into<String>, syntax: Syntax) -> Document {
        Document {
            name: name.into(),
            syntax,
            encoding: Encoding::Utf8,
            packing: Packing::Bare,
            text: self.text,
            planted: self.planted,
        }
    }
}
