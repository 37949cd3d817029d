//! What is wrong with a file, where, and what to write instead.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::text::{printable_text, shortened};

/// How bad a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file works, but probably not as meant.
    Warning,
    /// The file is not used.
    Error,
}

/// A file's name and text, shared by everything that is said about it.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    path: PathBuf,
    text: Arc<str>,
    /// The text as it may be printed: the same where there is nothing to hide.
    printed: Arc<str>,
}

/// Most characters of a message, so that a long text in a file makes no long message.
const MOST_MESSAGE: usize = 600;

impl Source {
    /// Takes the text; a byte order mark in front is no part of it.
    pub(crate) fn new(path: &Path, text: &str) -> Self {
        let text: Arc<str> = text.strip_prefix('\u{feff}').unwrap_or(text).into();
        let printed = printable_text(&text);
        let printed = if *printed == *text { Arc::clone(&text) } else { printed.into() };
        Self { path: path.to_owned(), text, printed }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// An error of the file as a whole, which shows nothing of its text.
    pub(crate) fn about_file(&self, code: &'static str, message: &str, fix: &str) -> Diagnostic {
        let empty = Self::new(&self.path, "");
        Diagnostic::error(&empty, &(0..0), code, message, "this file").with_fix(fix)
    }

    fn place(&self, span: &Range<usize>) -> Place {
        let end = span.end.clamp(span.start, self.text.len());
        let start = char_boundary(&self.text, span.start);
        let before = &self.text[..start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place {
            path: self.path.clone(),
            source: NamedText {
                name: printable_text(&self.path.to_string_lossy()),
                text: Arc::clone(&self.printed),
            },
            span: start..char_boundary(&self.text, end).max(start),
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// The start of the character that the byte at `index` belongs to.
fn char_boundary(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0)
}

/// A text for miette, which counts columns in bytes; people and editors count characters.
#[derive(Debug, Clone)]
struct NamedText {
    name: String,
    text: Arc<str>,
}

impl SourceCode for NamedText {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, lines_before, lines_after)?;
        let start = inner.span().offset();
        let line_start = start.saturating_sub(inner.column());
        let column = self.text.get(line_start..start).map_or(inner.column(), |before| before.chars().count());
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line(),
            column,
            inner.line_count(),
        )))
    }
}

/// Part of a file.
#[derive(Debug, Clone)]
struct Place {
    path: PathBuf,
    source: NamedText,
    span: Range<usize>,
    line: usize,
    column: usize,
}

/// What is wrong with a file, where, and what to write instead.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    place: Box<Place>,
    severity: Severity,
    code: &'static str,
    message: String,
    label: String,
    fix: Option<String>,
    related: Vec<Related>,
}

impl Diagnostic {
    /// An error at that span of the file.
    pub(crate) fn error(
        source: &Source,
        span: &Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self {
            place: Box::new(source.place(span)),
            severity: Severity::Error,
            code,
            message: shortened(&message.into(), MOST_MESSAGE),
            label: shortened(&label.into(), MOST_MESSAGE),
            fix: None,
            related: Vec::new(),
        }
    }

    /// The same as a warning.
    pub(crate) fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// The same with what to write instead.
    pub(crate) fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(shortened(&fix.into(), MOST_MESSAGE));
        self
    }

    /// The same with another place that has to do with it.
    pub(crate) fn with_related(
        mut self,
        source: &Source,
        span: &Range<usize>,
        label: impl Into<String>,
    ) -> Self {
        self.related.push(Related { place: Box::new(source.place(span)), label: label.into() });
        self
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.place.path
    }

    /// The bytes of the file's text, less a byte order mark, that it is about.
    pub fn span(&self) -> Range<usize> {
        self.place.span.clone()
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.place.line
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> usize {
        self.place.column
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// True for an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// A stable word for the kind of fault: `unknown-key`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What is wrong, in a sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What is wrong with the marked text, in a few words.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What to write instead.
    pub fn fix(&self) -> Option<&str> {
        self.fix.as_deref()
    }

    /// Other places that have to do with it.
    pub fn related(&self) -> &[Related] {
        &self.related
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

fn label_of(place: &Place, label: &str) -> LabeledSpan {
    LabeledSpan::new_primary_with_span(Some(label.to_owned()), SourceSpan::from(place.span.clone()))
}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.fix.as_ref().map(|fix| Box::new(fix) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.place.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(label_of(&self.place, &self.label))))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|related| related as &dyn miette::Diagnostic)))
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Diagnostic", 8)?;
        members.serialize_field("file", &self.place.path.to_string_lossy())?;
        members.serialize_field("line", &self.place.line)?;
        members.serialize_field("column", &self.place.column)?;
        members.serialize_field("severity", &self.severity)?;
        members.serialize_field("code", self.code)?;
        members.serialize_field("message", &self.message)?;
        members.serialize_field("fix", &self.fix)?;
        members.serialize_field("related", &self.related)?;
        members.end()
    }
}

/// Another place that a [`Diagnostic`] has to do with, perhaps in another file.
#[derive(Debug, Clone)]
pub struct Related {
    place: Box<Place>,
    label: String,
}

impl Related {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.place.path
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.place.line
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> usize {
        self.place.column
    }

    /// What is there.
    pub fn label(&self) -> &str {
        &self.label
    }
}

impl fmt::Display for Related {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.label)
    }
}

impl std::error::Error for Related {}

impl miette::Diagnostic for Related {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.place.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(label_of(&self.place, "here"))))
    }
}

impl Serialize for Related {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Related", 4)?;
        members.serialize_field("file", &self.place.path.to_string_lossy())?;
        members.serialize_field("line", &self.place.line)?;
        members.serialize_field("column", &self.place.column)?;
        members.serialize_field("label", &self.label)?;
        members.end()
    }
}
