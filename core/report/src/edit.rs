//! Changes a report after it was collected: takes artifacts out, blanks parts of them, replaces the consent record.
//!
//! Small reports are written anew beside and renamed. Large ones are changed in place: see `docs/design/staging-and-archive.md`.

mod anew;
pub(crate) mod blank;
mod changes;
mod check_sum;
mod content;
mod error;
mod in_place;
mod journal;
mod mask;
mod source;
mod spool;
mod target;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use candor_trust::merkle::Salt;

use self::changes::Changes;
use self::content::Content;
pub use self::error::EditError;
use self::journal::Place;
pub use self::mask::{
    MASK, Mask, MaskError, Masked, Pattern, PatternError, PictureError, Region, RegionError, Span, SpanError,
    Spans,
};
use self::source::Source;
use self::spool::Spool;
use crate::assemble::{Closing, Record};
use crate::container::Container;
use crate::index::ReportIndex;
use crate::proof::leaf_of;

/// Reports of at least so many bytes are changed in place.
const IN_PLACE_BYTES: u64 = 64 * 1024 * 1024;

/// An open report that is going to be changed. Nothing changes before [`Editor::finish`], and nobody else can edit it until then.
pub struct Editor {
    source: Source,
    content: Content,
    changes: Changes,
    spool: Option<Spool>,
}

/// A report that was edited.
#[derive(Debug, Clone, PartialEq)]
pub struct Edited {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes, holes included.
    pub bytes: u64,
    /// Its index.
    pub index: ReportIndex,
    /// True when it was changed in place, false when it was written anew.
    pub in_place: bool,
    /// True when the file had other names: under those it is as it was.
    pub has_other_names: bool,
}

impl Editor {
    /// Locks a report, finishes what an edit before left unfinished, and checks how it is laid out.
    ///
    /// # Errors
    /// When it is being edited, cannot be written, is damaged, or has no proof.
    pub fn open(path: &Path) -> Result<Self, EditError> {
        let (path, file) = source::lock(path)?;
        in_place::finish(&path, &file)?;
        let mut source = Source::of(path, file)?;
        let content = Content::read(&mut source.reader)?;
        if content.index().proof.is_none() {
            return Err(EditError::NoProof);
        }
        Ok(Self { source, content, changes: Changes::default(), spool: None })
    }

    /// What the report holds before the changes.
    pub fn index(&self) -> &ReportIndex {
        self.content.index()
    }

    /// Its consent record before the changes.
    pub fn record(&self) -> &Record {
        self.content.record()
    }

    /// Takes an artifact out: bytes, salt and everything that is told of it. Only its leaf stays.
    ///
    /// # Errors
    /// When there is none, its leaf does not hold, or it is to be dropped or masked already.
    pub fn drop_artifact(&mut self, path: &str) -> Result<(), EditError> {
        let place = self.place(path)?;
        self.changes.add(path, place, None);
        Ok(())
    }

    /// Blanks a part of an artifact. What is left has the same path, and a salt and leaf of its own.
    ///
    /// # Errors
    /// When there is none, it is damaged, cannot be masked so, or is to be dropped or masked already.
    pub fn mask(&mut self, path: &str, mask: &Mask) -> Result<Masked, EditError> {
        let place = self.place(path)?;
        let (collector, artifact) = self.content.find(path).ok_or_else(|| missing(path))?;
        let report = self.source.path.clone();
        let mask_error = |source| match source {
            MaskError::Stream(error) if error::is_full(&error) => EditError::write(&report)(error),
            source => EditError::Mask { path: path.to_owned(), source },
        };
        mask.check(artifact).map_err(mask_error)?;
        let spool = match &mut self.spool {
            Some(spool) => spool,
            none => none.insert(Spool::beside(&self.source.path, self.source.time)?),
        };
        let reader = self.source.reader.artifact(path)?;
        let (masked, spooled) =
            spool.add(path, |out| mask.apply(artifact, reader, out)).map_err(mask_error)?;
        let mut left = artifact.clone();
        (left.bytes, left.sha256, left.salt) = (spooled.bytes, spooled.sha256, Some(Salt::random()?));
        left.leaf = Some(leaf_of(collector, &left)?);
        self.changes.add(path, place, Some(left));
        Ok(masked)
    }

    /// Writes the changed report; `closing` completes its consent record. Until this succeeds the report is as it was, or the next
    /// command finishes it.
    ///
    /// # Errors
    /// When the record cannot be completed, or something cannot be written.
    pub fn finish(self, at: jiff::Timestamp, closing: &Closing<'_>) -> Result<Edited, EditError> {
        let is_large = self.source.length >= IN_PLACE_BYTES && !self.source.has_other_names;
        self.finish_as(is_large, at, closing)
    }

    fn finish_as(
        mut self,
        in_place: bool,
        at: jiff::Timestamp,
        closing: &Closing<'_>,
    ) -> Result<Edited, EditError> {
        self.content.settle(&self.changes, at)?;
        self.content.close(closing)?;
        let parts = Parts {
            source: &self.source,
            content: &self.content,
            spool: self.spool.as_ref(),
            removed: self.changes.removed(),
        };
        let changed = if in_place { in_place::write(&parts)? } else { None };
        let (in_place, bytes) = match changed {
            Some(bytes) => (true, bytes),
            None => (false, anew::write(&parts)?),
        };
        let Source { path, has_other_names, .. } = self.source;
        let index = self.content.into_index();
        Ok(Edited { path, bytes, index, in_place, has_other_names })
    }

    /// Where the artifact of this path stands, when it can be changed.
    fn place(&self, path: &str) -> Result<Place, EditError> {
        if self.changes.of(path).is_some() {
            return Err(EditError::Twice(path.to_owned()));
        }
        let damaged = |what: String| EditError::Damaged { path: self.source.path.clone(), what };
        let (collector, artifact) = self.content.find(path).ok_or_else(|| missing(path))?;
        let leaf = leaf_of(collector, artifact)?;
        if artifact.leaf != Some(leaf) {
            return Err(damaged(format!("the leaf of `{path}` does not hold")));
        }
        let (offset, length) =
            self.source.place(path).ok_or_else(|| damaged(format!("`{path}` is not in the archive")))?;
        Ok(Place { leaf, offset, length })
    }
}

fn missing(path: &str) -> EditError {
    EditError::Missing(path.to_owned())
}

/// All that a changed report is made of.
struct Parts<'a> {
    source: &'a Source,
    content: &'a Content,
    spool: Option<&'a Spool>,
    removed: &'a [Place],
}

impl Parts<'_> {
    /// Masked artifacts and documents, then the end.
    fn write_tail<'p>(&'p self, mut container: Container<'p>) -> io::Result<Written> {
        if let Some(spool) = self.spool {
            spool.copy_to(&mut container)?;
        }
        self.content.write_to(&mut container)?;
        let directory_start = container.position();
        Ok(Written { bytes: container.finish()?, directory_start })
    }
}

/// How far the changed report goes.
struct Written {
    bytes: u64,
    directory_start: u64,
}

/// Replaces the consent record of a report and nothing else: releases and withdrawals are written so. `closing` gets the index
/// and its bytes as they are stored, which stay the same.
///
/// # Errors
/// As [`Editor::open`] and [`Editor::finish`].
pub fn replace_record(path: &Path, closing: &Closing<'_>) -> Result<Edited, EditError> {
    Editor::open(path)?.finish(jiff::Timestamp::now(), closing)
}

/// Finishes an edit that was cut off; false when there is none. Every command that reads a report calls this first.
///
/// # Errors
/// When there is one and it cannot be finished now, or what lies there is the journal of another report.
pub fn finish_edit(path: &Path) -> Result<bool, EditError> {
    let is_pending = |path: PathBuf| journal::path_of(&path).symlink_metadata().is_ok();
    if !path.canonicalize().is_ok_and(is_pending) {
        return Ok(false);
    }
    let (path, file) = source::lock(path)?;
    in_place::finish(&path, &file)
}
