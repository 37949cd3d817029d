//! A folder: the same tree beside it, redacted, which appears whole or not at all.

use std::fs::{File, Permissions};
use std::io::{self, Seek};
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock};

use candor_container::{
    Entry, EntryKind, EntryPath, Error, Limits, Outcome, Reason, Summary, transform_draft, walk,
    withheld_line,
};
use rustix::fs::{CWD, RenameFlags, Timespec, Timestamps, UTIME_OMIT, futimens, renameat_with};

use super::account::Account;
use super::filter::RedactingFilter;
use super::names::shown;
use super::source::Watched;
use super::target::Target;
use super::tree::Tree;
use super::{Context, failed, limits, parallel};
use crate::exit::Exit;
use crate::failure::Failure;

/// Redacts the folder into a new one.
///
/// # Errors
/// When the folder cannot be read, or the new one not written.
pub fn redact(context: &Context<'_>, folder: &Path, target: &Target) -> Result<Account, Failure> {
    let output = target.path();
    let cannot_write = |error: io::Error| failed(&Error::Write(error), "", output);
    let draft = draft_beside(output).map_err(cannot_write)?;
    let tree = Tree::new(context.engine, draft.path()).map_err(cannot_write)?;
    let copy = Copy {
        context,
        output,
        account: Mutex::default(),
        failure: Mutex::default(),
        memory: RwLock::new(()),
    };
    let walked = parallel::each(|job| copy.file(job), |give| copy.tree(folder, tree, give));
    walked?;
    if let Some(failure) = copy.failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(failure);
    }
    context.go_on()?;
    publish(draft.path(), output).map_err(cannot_write)?;
    // It has another name now.
    let _ = draft.keep();
    Ok(copy.account.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn draft_beside(output: &Path) -> io::Result<tempfile::TempDir> {
    let parent = output.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".candor-").suffix(".part").permissions(Permissions::from_mode(0o700)).tempdir_in(parent)
}

fn publish(draft: &Path, output: &Path) -> io::Result<()> {
    match renameat_with(CWD, draft, CWD, output, RenameFlags::NOREPLACE) {
        // File systems without that flag.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) if output.symlink_metadata().is_err() => {
            std::fs::rename(draft, output)
        }
        result => Ok(result?),
    }
}

/// A file of the tree, open on both sides.
struct Job {
    input: File,
    output: File,
    /// Where it is in the new tree, for what is told.
    path: String,
    place: super::tree::Place,
    modified: i64,
}

struct Copy<'a> {
    context: &'a Context<'a>,
    output: &'a Path,
    account: Mutex<Account>,
    /// The first failure that ends all.
    failure: Mutex<Option<Failure>>,
    /// Held for writing by a walk that takes the memory of all of them.
    memory: RwLock<()>,
}

impl Copy<'_> {
    fn tree(&self, folder: &Path, mut tree: Tree<'_>, give: &mut dyn FnMut(Job)) -> Result<(), Failure> {
        let walked = walk(folder, &mut |entry| match self.entry(entry, &mut tree, give) {
            Ok(()) if self.is_over() => ControlFlow::Break(()),
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.fail(failed(&Error::Write(error), "", self.output));
                ControlFlow::Break(())
            }
        });
        walked.map(drop).map_err(|error| Failure::of(&error, Exit::Usage))
    }

    fn is_over(&self) -> bool {
        let failed = self.failure.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        failed || self.context.stop.requested().is_some()
    }

    fn fail(&self, failure: Failure) {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
    }

    fn told(&self, tell: impl FnOnce(&mut Account)) {
        tell(&mut self.account.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn entry(&self, entry: Entry, tree: &mut Tree<'_>, give: &mut dyn FnMut(Job)) -> io::Result<()> {
        let Entry { path, kind, modified, .. } = entry;
        match kind {
            EntryKind::Folder => {
                let rules = tree.folder(&path)?;
                self.renamed(&tree.shown(&path), &rules);
            }
            EntryKind::Link(target) => {
                let rules = tree.link(&path, &target)?;
                self.renamed(&tree.shown(&path), &rules);
            }
            EntryKind::File(file) if self.context.private.hold(&file) => {
                self.told(|account| {
                    account.left_out.add(shown(&path), "it is the redaction policy or the key");
                });
            }
            EntryKind::File(input) => {
                let (output, place, rules) = tree.file(&path)?;
                let path = place.shown();
                self.renamed(&path, &rules);
                give(Job { input, output, path, place, modified });
            }
            EntryKind::Special(what) => {
                let path = tree.shown(&path);
                self.told(|account| account.left_out.add(path, format!("it is no file but a {what}")));
            }
            EntryKind::Failed(error) => {
                let reason = reason_of(&error);
                let place = tree.note(&path, &format!("This is withheld: {reason}.\n"))?;
                self.told(|account| account.faulty(place, reason));
            }
        }
        Ok(())
    }

    fn renamed(&self, path: &str, rules: &[String]) {
        self.told(|account| rules.iter().for_each(|rule| account.redacted(path, rule, 1, &[])));
    }

    /// Redacts one file. Damage of it is a matter of that file; a full disk ends all.
    fn file(&self, mut job: Job) {
        if self.is_over() {
            return;
        }
        match self.redact(&mut job) {
            Ok(account) => self.told(|all| all.append(account)),
            Err(_) if self.context.stop.requested().is_some() => {}
            Err(Error::Read(error)) => {
                let reason = reason_of(&error);
                match job.place.withhold(&format!("This file is withheld: {reason}.\n")) {
                    Ok(()) => self.told(|account| account.faulty(job.path, reason)),
                    Err(error) => self.fail(failed(&Error::Write(error), "", self.output)),
                }
            }
            Err(error) => self.fail(failed(&error, &job.path, self.output)),
        }
        self.context.progress.file_ended();
    }

    fn redact(&self, job: &mut Job) -> Result<Account, Error> {
        let shared = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        let (mut summary, mut account) = self.pass(job, &limits())?;
        drop(shared);
        if summary.withheld_entries.iter().any(|entry| entry.reason == Reason::Memory) {
            // Again, alone, with the memory that all may take together.
            let _alone = self.memory.write().unwrap_or_else(PoisonError::into_inner);
            rewind(job).map_err(Error::Write)?;
            (summary, account) = self.pass(job, &Limits::default())?;
        }
        if let Outcome::Withheld(reason) = &summary.outcome {
            job.place.withhold(&withheld_line(reason)).map_err(Error::Write)?;
        } else {
            keep_time(&job.output, job.modified);
        }
        account.summarise(&summary);
        Ok(account)
    }

    fn pass(&self, job: &Job, limits: &Limits) -> Result<(Summary, Account), Error> {
        let filter = RedactingFilter::new(self.context.engine, self.context.binary, &job.path);
        let mut input = Watched::new(&job.input, self.context.stop, self.context.progress);
        let path = EntryPath::new(job.path.as_str());
        let summary = transform_draft(&mut input, &mut &job.output, &path, &filter, limits)?;
        Ok((summary, filter.into_account()))
    }
}

fn rewind(job: &Job) -> io::Result<()> {
    (&job.input).rewind()?;
    job.output.set_len(0)?;
    (&job.output).rewind()
}

/// When a file was changed tells as much as what is in it. Where that cannot be kept, nothing is lost but that.
fn keep_time(file: &File, modified: i64) {
    let modified = Timespec { tv_sec: modified, tv_nsec: 0 };
    let untouched = Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT };
    let _ = futimens(file.as_fd(), &Timestamps { last_access: untouched, last_modification: modified });
}

fn reason_of(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        kind => format!("it cannot be read ({kind})"),
    }
}
