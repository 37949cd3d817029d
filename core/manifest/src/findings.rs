//! What was found wrong with one file, gathered.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Source};

/// Most faults that are told of one file. Who has more has another kind of file.
const MOST: usize = 50;

/// What was found wrong with one file.
pub(crate) struct Findings<'source> {
    source: &'source Source,
    found: Vec<Diagnostic>,
}

impl<'source> Findings<'source> {
    pub(crate) fn new(source: &'source Source) -> Self {
        Self { source, found: Vec::new() }
    }

    pub(crate) fn source(&self) -> &'source Source {
        self.source
    }

    /// Adds an error with its fix. `label` says in a few words what is wrong with the marked text.
    pub(crate) fn error(
        &mut self,
        span: &Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        label: impl Into<String>,
        fix: impl Into<String>,
    ) {
        if !self.is_full() {
            self.push(Diagnostic::error(self.source, span, code, message, label).with_fix(fix));
        }
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() {
            self.found.push(diagnostic);
        }
    }

    /// True when nothing more will be told, so that looking on is of no use.
    pub(crate) fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(Diagnostic::is_error)
    }

    /// Everything in the order of the file.
    pub(crate) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|diagnostic| (diagnostic.line(), diagnostic.column()));
        self.found
    }
}
