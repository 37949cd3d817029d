//! A TOML text with the place of everything in it.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Source};

/// One step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The value of that key of a table.
    Key(String),
    /// That item of an array.
    Item(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(item: usize) -> Self {
        Self::Item(item)
    }
}

/// A way from the top of a document to a value.
macro_rules! way {
    ($($step:expr),* $(,)?) => { [$($crate::document::Step::from($step)),*] };
}
pub(crate) use way;

/// A TOML text that follows TOML's own rules, with the place of everything in it.
pub(crate) struct Document<'source> {
    pub(crate) root: Spanned<DeTable<'source>>,
}

impl<'source> Document<'source> {
    /// Reads the text.
    ///
    /// # Errors
    /// Everything that breaks TOML's own rules.
    pub(crate) fn parse(source: &'source Source) -> Result<Self, Vec<Diagnostic>> {
        let (root, mut errors) = DeTable::parse_recoverable(source.text());
        if errors.is_empty() {
            return Ok(Self { root });
        }
        // After the first fault the reader guesses; of what it then finds, keys that are there twice are the certain ones.
        errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
        let (first, rest) = errors.split_at(1);
        let certain = rest.iter().filter(|error| error.message() == DUPLICATE).take(MOST_DUPLICATES);
        Err(first.iter().chain(certain).map(|error| syntax_diagnostic(source, error)).collect())
    }

    /// Where the value is; for what is not there, the nearest thing around it that is.
    pub(crate) fn span(&self, way: &[Step]) -> Range<usize> {
        let mut span = 0..0;
        let Some((first, mut rest)) = way.split_first() else {
            return span;
        };
        let Step::Key(key) = first else { return span };
        let Some((_, mut value)) = entry(self.root.get_ref(), key) else {
            return span;
        };
        span = value.span();
        while let Some((step, after)) = rest.split_first() {
            let inner = match (step, value.get_ref()) {
                (Step::Key(key), DeValue::Table(table)) => entry(table, key).map(|(_, value)| value),
                (Step::Item(item), DeValue::Array(items)) => items.get(*item),
                _ => None,
            };
            let Some(inner) = inner else { return span };
            value = inner;
            rest = after;
            span = value.span();
        }
        span
    }

    /// Where the key of the value is; for what is not there, the nearest thing around it that is.
    pub(crate) fn key_span(&self, way: &[Step]) -> Range<usize> {
        let Some((Step::Key(key), parents)) = way.split_last() else {
            return self.span(way);
        };
        let table = match self.value(parents) {
            Some(DeValue::Table(table)) => Some(table),
            None if parents.is_empty() => Some(self.root.get_ref()),
            _ => None,
        };
        table.and_then(|table| entry(table, key)).map_or_else(|| self.span(parents), |(key, _)| key.span())
    }

    fn value(&self, way: &[Step]) -> Option<&DeValue<'source>> {
        let (first, rest) = way.split_first()?;
        let Step::Key(key) = first else { return None };
        let mut value = entry(self.root.get_ref(), key)?.1.get_ref();
        for step in rest {
            value = match (step, value) {
                (Step::Key(key), DeValue::Table(table)) => entry(table, key)?.1.get_ref(),
                (Step::Item(item), DeValue::Array(items)) => items.get(*item)?.get_ref(),
                _ => return None,
            };
        }
        Some(value)
    }
}

type Entry<'table, 'source> =
    (&'table Spanned<std::borrow::Cow<'source, str>>, &'table Spanned<DeValue<'source>>);

fn entry<'table, 'source>(table: &'table DeTable<'source>, key: &str) -> Option<Entry<'table, 'source>> {
    table.iter().find(|(name, _)| name.get_ref() == key)
}

/// How the TOML reader calls a key that is there twice.
const DUPLICATE: &str = "duplicate key";

/// Most of them that are told of one file.
const MOST_DUPLICATES: usize = 20;

/// Turns an error of the TOML reader into one of ours.
pub(crate) fn syntax_diagnostic(source: &Source, error: &toml::de::Error) -> Diagnostic {
    let (label, fix) = syntax_fix(error.message());
    let span = error.span().unwrap_or(0..0);
    Diagnostic::error(source, &span, "syntax", format!("the text is not TOML: {label}"), label).with_fix(fix)
}

/// What the TOML reader says, by how it starts; what that means; what to write instead.
const SYNTAX_FAULTS: [(&str, &str, &str); 8] = [
    ("invalid comment character", "a comment holds a control character", "remove that character"),
    (DUPLICATE, "this key is there twice", "remove one of the two, or rename it"),
    ("string values must be quoted", "a text must be in quotes", "write `\"…\"` after the `=`"),
    ("invalid basic string", "the text does not end on its line", "close the text with `\"`"),
    ("invalid literal string", "the text does not end on its line", "close the text with `'`"),
    (
        "missing comma between array elements",
        "the list goes on without a comma",
        "write `,` between items, and `]` at the end of the list",
    ),
    ("unclosed array", "the list does not end", "write `]` at the end of the list"),
    ("unclosed inline table", "the table does not end", "write `}` at the end of the table"),
];

fn syntax_fix(message: &str) -> (String, &'static str) {
    match SYNTAX_FAULTS.into_iter().find(|(start, ..)| message.starts_with(start)) {
        Some((_, label, fix)) => (label.to_owned(), fix),
        None => (
            message.lines().collect::<Vec<_>>().join(", "),
            "see https://toml.io for how keys, tables and values are written",
        ),
    }
}
