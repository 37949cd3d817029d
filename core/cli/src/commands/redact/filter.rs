//! The engine as the filter of a walk through one file: text is redacted, names too, and all of it is counted.

use std::cell::RefCell;
use std::sync::Arc;

use candor_container::{
    Binary, Content, Encoding, EntryPath, Filter, FilterError, Opaque, TextFilter, sniff,
};
use candor_redact::{Engine, Redactor};

use super::account::Account;
use super::names;

/// Why a text in UTF-32 is withheld.
pub const UTF_32: &str = "it is in UTF-32";

/// Redacts what is in one file.
pub struct RedactingFilter<'e> {
    engine: &'e Arc<Engine>,
    binary: Binary,
    /// The place of the file itself, where names in it are counted.
    outer: String,
    account: RefCell<Account>,
}

impl<'e> RedactingFilter<'e> {
    /// For the file at `outer`.
    pub fn new(engine: &'e Arc<Engine>, binary: Binary, outer: &str) -> Self {
        Self { engine, binary, outer: outer.to_owned(), account: RefCell::default() }
    }

    /// What was done.
    pub fn into_account(self) -> Account {
        self.account.into_inner()
    }
}

impl Filter for RedactingFilter<'_> {
    fn text(&self, path: &EntryPath, head: &[u8]) -> Result<Box<dyn TextFilter + '_>, FilterError> {
        let redactor = Some(match sniff(head) {
            Content::Text(Encoding::Utf16Le) => Redactor::utf16(self.engine, false),
            Content::Text(Encoding::Utf16Be) => Redactor::utf16(self.engine, true),
            Content::Text(Encoding::Utf32Le | Encoding::Utf32Be) => return Err(FilterError::new(UTF_32)),
            _ => Redactor::new(self.engine),
        });
        Ok(Box::new(Text { account: &self.account, path: path.to_string(), redactor }))
    }

    fn binary(&self, path: &EntryPath, _head: &[u8], why: Opaque) -> Binary {
        if self.binary == Binary::Keep {
            self.account.borrow_mut().kept.add(path.to_string(), why.to_string());
        }
        self.binary
    }

    fn name(&self, name: &[u8]) -> Vec<u8> {
        let (name, found) = names::redact_text(self.engine, name);
        let mut account = self.account.borrow_mut();
        found.iter().for_each(|rule| account.redacted(&self.outer, rule, 1, &[]));
        name
    }
}

/// One text on its way through the redactor.
struct Text<'f> {
    account: &'f RefCell<Account>,
    path: String,
    redactor: Option<Redactor>,
}

const ENDED: &str = "it had ended";

impl TextFilter for Text<'_> {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), FilterError> {
        let redactor = self.redactor.as_mut().ok_or_else(|| FilterError::new(ENDED))?;
        redactor.push(bytes, out).map_err(|error| FilterError::new(error.to_string()))
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), FilterError> {
        let redactor = self.redactor.take().ok_or_else(|| FilterError::new(ENDED))?;
        let tally = redactor.finish(out).map_err(|error| FilterError::new(error.to_string()))?;
        let mut account = self.account.borrow_mut();
        tally.iter().for_each(|(rule, count)| {
            account.redacted(&self.path, rule, count.count, &count.lines);
        });
        Ok(())
    }
}
