//! One walk through one input: what it shares, counts and gives back.

use std::cell::{Cell, RefCell};
use std::io::{self, Read, Write};

use crate::budget::Budget;
use crate::content::{self, Output, Verdict};
use crate::peek::Peek;
use crate::{EntryPath, Error, Filter, Limits, Outcome, Reason, Remark, Summary, WithheldEntry};

/// Rewrites `input` to `output`: text through the filter, containers opened and packed again, all else as the filter
/// says. Where the input as a whole is withheld, nothing is written.
///
/// The output is spooled where its fate is open until the end; see [`transform_draft`] for when it need not be.
///
/// # Errors
/// Only when input, output or temporary storage fail. Damage inside the input withholds what is damaged.
pub fn transform(
    input: &mut dyn Read,
    output: &mut dyn Write,
    path: &EntryPath,
    filter: &dyn Filter,
    limits: &Limits,
) -> Result<Summary, Error> {
    Run::new(filter, limits, true).walk(input, output, path, false)
}

/// As [`transform`], for a caller who throws the output away where [`Summary::outcome`] is `Withheld`: then it may
/// hold a part of the result, and the cost of a spool is saved.
///
/// # Errors
/// As [`transform`].
pub fn transform_draft(
    input: &mut dyn Read,
    output: &mut dyn Write,
    path: &EntryPath,
    filter: &dyn Filter,
    limits: &Limits,
) -> Result<Summary, Error> {
    Run::new(filter, limits, true).walk(input, output, path, true)
}

/// The same walk with nothing packed and nothing written, for a look at what would happen.
///
/// # Errors
/// As [`transform`].
pub fn inspect(
    input: &mut dyn Read,
    path: &EntryPath,
    filter: &dyn Filter,
    limits: &Limits,
) -> Result<Summary, Error> {
    Run::new(filter, limits, false).walk(input, &mut io::sink(), path, true)
}

/// What all parts of one walk share.
pub(crate) struct Run<'a> {
    pub(crate) filter: &'a dyn Filter,
    pub(crate) limits: &'a Limits,
    /// False for a walk that writes nothing.
    pub(crate) writes: bool,
    /// Memory of decompressors.
    pub(crate) windows: Budget,
    /// Memory of compressors.
    pub(crate) packing: Budget,
    /// The failure that a reader or writer met, while it travels up as an `io::Error`.
    fatal: RefCell<Option<Error>>,
    /// The limit that a reader met, while it travels up as an `io::Error`.
    stopped: RefCell<Option<Reason>>,
    expanded: Cell<u64>,
    bytes_in: Cell<u64>,
    summary: RefCell<Summary>,
}

impl<'a> Run<'a> {
    fn new(filter: &'a dyn Filter, limits: &'a Limits, writes: bool) -> Self {
        Self {
            filter,
            limits,
            writes,
            windows: Budget::new(limits.window_bytes),
            packing: Budget::new(limits.packing_bytes),
            fatal: RefCell::default(),
            stopped: RefCell::default(),
            expanded: Cell::new(0),
            bytes_in: Cell::new(0),
            summary: RefCell::new(Summary::new()),
        }
    }

    fn walk(
        self,
        input: &mut dyn Read,
        output: &mut dyn Write,
        path: &EntryPath,
        disposable: bool,
    ) -> Result<Summary, Error> {
        let mut source = Source { run: &self, inner: input, failed: false };
        let mut counted = Counted { inner: output, bytes: 0 };
        self.count(|summary| summary.entries += 1);
        let target = &mut Output { to: &mut counted, disposable };
        let verdict = content::pass(&self, &mut Peek::new(&mut source), target, path, 0)?;
        counted.flush().map_err(Error::Write)?;
        // A failure that a look ahead met, and nobody read up to.
        if let Some(fatal) = self.fatal.take() {
            return Err(fatal);
        }
        let bytes_out = if self.writes { counted.bytes } else { 0 };
        if let Verdict::Withheld(reason) = &verdict {
            self.withheld(path, reason);
        }
        let mut summary = self.summary.into_inner();
        summary.bytes_in = self.bytes_in.get();
        summary.bytes_out = bytes_out;
        if let Verdict::Withheld(reason) = verdict {
            summary.outcome = Outcome::Withheld(reason);
        }
        Ok(summary)
    }

    /// What a failed read means: a reason to withhold the entry, or the end of the run.
    pub(crate) fn read_failed(&self, error: &io::Error) -> Result<Reason, Error> {
        if let Some(fatal) = self.fatal.take() {
            return Err(fatal);
        }
        let stopped = self.stopped.take();
        Ok(stopped.unwrap_or(match error.kind() {
            io::ErrorKind::UnexpectedEof => Reason::Truncated,
            _ => Reason::Damaged,
        }))
    }

    /// What a failed write means: always the end of the run.
    pub(crate) fn write_failed(&self, error: io::Error) -> Error {
        self.fatal.take().unwrap_or(Error::Write(error))
    }

    /// Remembers a failed spool while the error travels up.
    pub(crate) fn spool_failed(&self, error: io::Error) -> io::Error {
        let kind = error.kind();
        self.fatal.replace(Some(Error::Spool(error)));
        kind.into()
    }

    /// Remembers why a reader gives no more while the error travels up.
    pub(crate) fn stop(&self, reason: Reason) -> io::Error {
        self.stopped.replace(Some(reason));
        io::Error::other("stopped by a limit")
    }

    /// Counts bytes that came out of a decompressor; `expanded` of them from `packed` bytes of this stream.
    pub(crate) fn expand(&self, count: u64, packed: u64, expanded: u64) -> Result<(), Reason> {
        let total = self.expanded.get().saturating_add(count);
        self.expanded.set(total);
        if total > self.limits.expanded_bytes {
            return Err(Reason::TooLarge);
        }
        let exceeds = |packed: u64, expanded: u64| {
            expanded > self.limits.ratio_free_bytes && expanded / self.limits.ratio.max(1) > packed
        };
        if exceeds(packed, expanded) || exceeds(self.bytes_in.get(), total) {
            return Err(Reason::Ratio);
        }
        Ok(())
    }

    /// Counts one more entry of an archive; `false` when there are too many.
    pub(crate) fn enter(&self) -> bool {
        self.count(|summary| summary.entries += 1);
        self.summary.borrow().entries <= self.limits.entries
    }

    /// A name as the filter wants it. That it names a folder stays visible, no zero cuts it, and it is not empty.
    pub(crate) fn name(&self, name: &[u8]) -> Vec<u8> {
        let stem = name.strip_suffix(b"/").unwrap_or(name);
        let mut rewritten = if stem.is_empty() { Vec::new() } else { self.filter.name(stem) };
        rewritten.retain(|&byte| byte != 0);
        if rewritten.is_empty() && !stem.is_empty() {
            rewritten.extend_from_slice(b"removed");
        }
        rewritten.extend_from_slice(&name[stem.len()..]);
        rewritten
    }

    pub(crate) fn count(&self, with: impl FnOnce(&mut Summary)) {
        with(&mut self.summary.borrow_mut());
    }

    pub(crate) fn withheld(&self, path: &EntryPath, reason: &Reason) {
        self.count(|summary| {
            summary.withheld += 1;
            if summary.withheld_entries.len() < self.limits.listed {
                summary
                    .withheld_entries
                    .push(WithheldEntry { path: path.to_string(), reason: reason.clone() });
            }
        });
    }

    pub(crate) fn remark(&self, path: &EntryPath, remark: Remark) {
        self.count(|summary| {
            if summary.remarks.len() < self.limits.listed {
                summary.remarks.push((path.to_string(), remark));
            }
        });
    }
}

/// The outermost input. A failure of it ends the run.
struct Source<'r> {
    run: &'r Run<'r>,
    inner: &'r mut dyn Read,
    failed: bool,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failed {
            return Err(io::Error::other("the input failed before"));
        }
        match self.inner.read(buffer) {
            Ok(count) => {
                self.run.bytes_in.set(self.run.bytes_in.get() + count as u64);
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.failed = true;
                let kind = error.kind();
                self.run.fatal.replace(Some(Error::Read(error)));
                Err(kind.into())
            }
        }
    }
}

/// The outermost output.
struct Counted<'o> {
    inner: &'o mut dyn Write,
    bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
