//! The independent scan as the filter of a walk through one file.

use std::cell::RefCell;
use std::sync::Arc;

use candor_container::{
    Binary, Content, Encoding, EntryPath, Filter, FilterError, Opaque, TextFilter, sniff,
};
use candor_host::redaction::scanned;
use candor_redact::Engine;

use super::super::filter::UTF_32;
use super::found::Found;

/// Looks through what is in one file.
pub struct CheckingFilter<'e> {
    engine: &'e Arc<Engine>,
    outer: String,
    found: RefCell<Found>,
}

impl<'e> CheckingFilter<'e> {
    /// For the file at `outer`.
    pub fn new(engine: &'e Arc<Engine>, outer: &str) -> Self {
        Self { engine, outer: outer.to_owned(), found: RefCell::default() }
    }

    /// What was found.
    pub fn into_found(self) -> Found {
        self.found.into_inner()
    }
}

impl Filter for CheckingFilter<'_> {
    fn text(&self, path: &EntryPath, head: &[u8]) -> Result<Box<dyn TextFilter + '_>, FilterError> {
        if matches!(sniff(head), Content::Text(Encoding::Utf32Le | Encoding::Utf32Be)) {
            return Err(FilterError::new(UTF_32));
        }
        let place = path.to_string();
        scanned(self.engine, head, move |findings| self.found.borrow_mut().findings(&place, &findings))
    }

    fn binary(&self, _path: &EntryPath, _head: &[u8], _why: Opaque) -> Binary {
        Binary::Withhold
    }

    fn name(&self, name: &[u8]) -> Vec<u8> {
        let (redacted, rules) = super::super::names::redact_text(self.engine, name);
        self.found.borrow_mut().names(&self.outer, &rules);
        redacted
    }
}
