//! From a session folder to a report.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::container::Container;
use crate::file;
use crate::index::{CollectorEntry, ReportIndex, SCHEMA, Tool};
use crate::output::Unnamed;
use crate::redactions::{self, RedactionTerms};
use crate::session::{CONSENT, Session, SessionError};
use crate::staged::Staged;

/// Path of the index in a report.
pub const INDEX_PATH: &str = "report.json";
/// Path of the consent record in a report.
pub const CONSENT_PATH: &str = "consent.json";
/// Path of the account of what was removed and replaced.
pub const REDACTIONS_PATH: &str = "redactions.json";
/// Largest consent record.
pub(crate) const MAX_CONSENT_BYTES: u64 = 16 * 1024 * 1024;
/// Below this a copy costs less than the attempt to do without.
const ADOPTED_BYTES: u64 = 1024 * 1024;

/// A report that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembled {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its index.
    pub index: ReportIndex,
}

/// Why a report could not be written. The session is as it was.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// The session could not be read.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// There is a file already.
    #[error("`{}` exists already", path.display())]
    Exists {
        /// Its path.
        path: PathBuf,
    },
    /// No room is left where the report is wanted.
    #[error("no room is left for the report `{}`", path.display())]
    DiskFull {
        /// Where it was wanted.
        path: PathBuf,
        /// The cause.
        source: Arc<io::Error>,
    },
    /// The report could not be written.
    #[error("cannot write the report `{}`", path.display())]
    Output {
        /// Where it was wanted.
        path: PathBuf,
        /// The cause.
        source: Arc<io::Error>,
    },
}

impl AssembleError {
    fn output(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path, source: Arc::new(error) }
            }
            _ => Self::Output { path, source: Arc::new(error) },
        }
    }
}

/// Everything that goes into a report. What is staged stands in the order of the index's collectors.
struct Content {
    staged: Vec<Staged>,
    index: ReportIndex,
    consent: Vec<u8>,
    terms: RedactionTerms,
    /// Where the collectors staged, in the order of the index.
    folders: Vec<PathBuf>,
    created: jiff::Timestamp,
}

impl Content {
    /// Collectors and what they staged, largest first, so that the first can be the file that the rest is added to. A stable
    /// sort: then by id.
    fn parts(&self) -> impl Iterator<Item = (&CollectorEntry, &Staged)> {
        let mut parts: Vec<_> = self.index.collectors.iter().zip(&self.staged).collect();
        parts.sort_by_key(|(_, staged)| std::cmp::Reverse(staged.length()));
        parts.into_iter()
    }
}

impl Session {
    /// Writes the report to `output` in one step. The same session gives the same bytes, and stays as it is.
    ///
    /// `interrupted` says why the run ended early; collectors that were not heard of again appear as planned.
    ///
    /// # Errors
    /// When `output` exists and `overwrite` was not asked for, or something cannot be read or written.
    pub fn assemble(
        &self,
        output: &Path,
        interrupted: Option<&str>,
        overwrite: bool,
    ) -> Result<Assembled, AssembleError> {
        if !overwrite && output.symlink_metadata().is_ok() {
            return Err(AssembleError::Exists { path: output.to_owned() });
        }
        let content = self.content(interrupted)?;
        let adoptable = content
            .parts()
            .next()
            .map(|(_, base)| base)
            .filter(|base| base.length() >= ADOPTED_BYTES && !self.is_staging());
        let adopted = adoptable.and_then(|base| {
            // What speaks against adopting is told by the attempt to copy, if it matters there.
            Unnamed::adopt(&base.entries_path, base.length(), output).ok().flatten()
        });
        let written = match adopted {
            Some(unnamed) => match write(&content, unnamed, true, output, overwrite) {
                Err(error) if is_no_link(&error) => write_copy(&content, output, overwrite),
                written => written,
            },
            None => write_copy(&content, output, overwrite),
        };
        let bytes = written.map_err(|error| AssembleError::output(output, error))?;
        Ok(Assembled { path: output.to_owned(), bytes, index: content.index })
    }

    fn content(&self, interrupted: Option<&str>) -> Result<Content, SessionError> {
        let consent = file::read(&self.folder().join(CONSENT), MAX_CONSENT_BYTES)?;
        let collected = self.collected()?;
        let all_recorded = collected.iter().all(|collected| collected.recorded);
        let (collectors, staged): (Vec<_>, Vec<_>) =
            collected.into_iter().map(|collected| (collected.entry, collected.staged)).unzip();
        let header = self.header();
        let mut index = ReportIndex {
            schema: SCHEMA,
            id: header.id.clone(),
            profile: header.profile.to_string(),
            tier: None,
            case: header.case.clone(),
            created: header.created.to_string(),
            tool: Tool { name: "candor".to_owned(), version: header.tool_version.clone() },
            complete: interrupted.is_none() && all_recorded,
            interrupted: interrupted.map(str::to_owned),
            collectors,
        };
        index.tier = index.artifacts().map(|artifact| artifact.level).max();
        let folders = index.collectors.iter().map(|collector| self.collector_folder(&collector.id));
        let folders = folders.collect::<Result<_, _>>()?;
        let terms = header.redaction.clone();
        Ok(Content { staged, index, consent, terms, folders, created: header.created })
    }
}

fn write_copy(content: &Content, output: &Path, overwrite: bool) -> io::Result<u64> {
    write(content, Unnamed::beside(output)?, false, output, overwrite)
}

/// Writes all parts and gives the file its name. With `adopted`, the first collector's entries are there already.
fn write(
    content: &Content,
    unnamed: Unnamed,
    adopted: bool,
    output: &Path,
    overwrite: bool,
) -> io::Result<u64> {
    let mut container = Container::new(unnamed.file(), content.created);
    for (number, (collector, staged)) in content.parts().enumerate() {
        if adopted && number == 0 {
            container.adopt(staged, &collector.artifacts)?;
        } else {
            container.copy(staged, &collector.artifacts)?;
        }
    }
    container.add(CONSENT_PATH, |writer| io::Write::write_all(writer, &content.consent))?;
    container.add(INDEX_PATH, |writer| {
        serde_json::to_writer_pretty(&mut *writer, &content.index)?;
        io::Write::write_all(writer, b"\n")
    })?;
    container.add(REDACTIONS_PATH, |writer| {
        let folders = content.folders.iter().cloned();
        redactions::write(writer, &content.terms, content.index.collectors.iter().zip(folders))
    })?;
    let bytes = container.finish()?;
    unnamed.publish(output, overwrite)?;
    Ok(bytes)
}

/// Errors of link(2) on file systems that cannot do what the device numbers promised.
fn is_no_link(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, TooManyLinks, Unsupported};
    matches!(error.kind(), CrossesDevices | PermissionDenied | TooManyLinks | Unsupported)
}
