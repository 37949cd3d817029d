//! The engine as the filter of an archive: text is redacted, names too, and what cannot be searched is withheld.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use candor_container::{
    Binary, Content, Encoding, EntryPath, Filter, FilterError, Opaque, TextFilter, sniff,
};
use candor_redact::{Engine, Redactor, Tally};
use candor_report::Redactions;

use super::text::TextRedactor;

/// Why text in UTF-32 is withheld.
pub(super) const UTF_32: &str = "text in UTF-32 cannot be searched for secrets";

/// Redacts the entries of one archive and counts what it did, entry by entry.
pub struct ArchiveFilter {
    engine: Arc<Engine>,
    binary: Binary,
    given_up: Arc<AtomicBool>,
    redactions: RefCell<Redactions>,
}

impl ArchiveFilter {
    /// What is no text and cannot be opened is kept or withheld, as `binary` says.
    #[must_use]
    pub fn new(engine: &Arc<Engine>, binary: Binary) -> Self {
        let (given_up, redactions) = (Arc::default(), RefCell::default());
        Self { engine: Arc::clone(engine), binary, given_up, redactions }
    }

    /// The same, which fails from the moment on in which `given_up` is true.
    #[must_use]
    pub fn until(self, given_up: &Arc<AtomicBool>) -> Self {
        Self { given_up: Arc::clone(given_up), ..self }
    }

    /// What was removed and replaced, by the place inside; names count for the archive itself.
    #[must_use]
    pub fn into_redactions(self) -> Redactions {
        self.redactions.into_inner()
    }

    fn count(&self, place: &str, tally: &Tally) {
        let mut redactions = self.redactions.borrow_mut();
        for (rule, count) in tally.iter() {
            redactions.add(place, rule, count.count, &count.lines);
        }
    }
}

/// The place below the outermost file: `logs.tar!var/log/messages`, empty for that file itself.
fn place(path: &EntryPath) -> String {
    let parts: Vec<_> = path.parts().skip(1).map(String::from_utf8_lossy).collect();
    parts.join("!")
}

impl Filter for ArchiveFilter {
    fn text(&self, path: &EntryPath, head: &[u8]) -> Result<Box<dyn TextFilter + '_>, FilterError> {
        let encoding = match sniff(head) {
            Content::Text(Encoding::Utf32Le | Encoding::Utf32Be) => return Err(FilterError::new(UTF_32)),
            Content::Text(encoding) => encoding,
            _ => Encoding::Latin1,
        };
        let redactor = Some(TextRedactor::new(&self.engine, encoding, head));
        Ok(Box::new(Text { filter: self, place: place(path), redactor }))
    }

    fn binary(&self, _path: &EntryPath, _head: &[u8], _why: Opaque) -> Binary {
        self.binary
    }

    fn name(&self, name: &[u8]) -> Vec<u8> {
        let mut redactor = Redactor::new(&self.engine);
        let mut output = Vec::with_capacity(name.len());
        match redactor.push(name, &mut output).and_then(|()| redactor.finish(&mut output)) {
            Ok(tally) => {
                let mut redactions = self.redactions.borrow_mut();
                tally.iter().for_each(|(rule, count)| redactions.add("", rule, count.count, &[]));
                output
            }
            Err(_) => b"withheld-name".to_vec(),
        }
    }
}

/// One entry on its way through the redactor.
struct Text<'f> {
    filter: &'f ArchiveFilter,
    place: String,
    redactor: Option<TextRedactor>,
}

impl TextFilter for Text<'_> {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), FilterError> {
        if self.filter.given_up.load(Ordering::Relaxed) {
            return Err(FilterError::new("there was no more time"));
        }
        let Some(redactor) = &mut self.redactor else { return Err(FilterError::new("it had ended")) };
        redactor.push(bytes, out).map_err(|error| FilterError::new(error.to_string()))
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), FilterError> {
        let redactor = self.redactor.take().ok_or_else(|| FilterError::new("it had ended"))?;
        let tally = redactor.finish(out).map_err(|error| FilterError::new(error.to_string()))?;
        self.filter.count(&self.place, &tally);
        Ok(())
    }
}
