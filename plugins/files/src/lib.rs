//! Built-in collector plugin `files`: delivers the files that a manifest declares, and needs no code of its author.
//!
//! What it reads: every regular file that the manifest's `reads` stand for, and nothing else. Each becomes an artifact
//! named by its absolute path without the leading slash (`etc/os-release`); `files.json` lists them all, those that
//! could not be delivered with the reason.
//!
//! Why support wants it: most questions about a device are answered by a handful of files that only its maker knows.
//!
//! What is private in it: whatever the files hold. The manifest's level and categories say so; its author answers for
//! them. Content is called text unless it is recognisably binary, because text is what the host redacts.
//!
//! Start with [`Options`] and [`delivery`].

mod artifact_name;
mod delivery;
mod index;
mod media;
mod tail;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::PathBuf;

use candor_plugin::{CollectError, Collector, Completion, Context, WalkLimits, export_collector};
use serde::Deserialize;

use crate::artifact_name::shown;
use crate::delivery::Delivery;

/// Which part of a file is delivered when it is larger than [`Options::max_file_bytes`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Keep {
    /// Its start.
    #[default]
    Head,
    /// Its end, from the start of a line where it is text.
    Tail,
}

/// What a manifest may say; it need not declare any of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Options {
    /// Most bytes of one file.
    pub(crate) max_file_bytes: u64,
    /// Most files. One less than a manifest's `budget.files` unless it says more: the index is a file too.
    pub(crate) max_files: usize,
    /// Which part of a larger file is delivered.
    pub(crate) keep: Keep,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_file_bytes: 16 * 1024 * 1024, max_files: 9_999, keep: Keep::Head }
    }
}

struct Files;

impl Collector for Files {
    type Options = Options;

    fn collect(options: Options, context: &Context) -> Result<Completion, CollectError> {
        let paths = declared_files(context, options.max_files);
        let index = Delivery::new(context, &options, &paths).run(&paths);
        if index.iter().all(index::FileEntry::is_absent) {
            return Ok(Completion::Skipped("none of the declared files exist".to_owned()));
        }
        context.write_json(index::NAME, &index)?;
        Ok(Completion::Collected)
    }
}

/// Everything that the declared patterns stand for, once each, sorted by name.
fn declared_files(context: &Context, most: usize) -> Vec<PathBuf> {
    let limits = WalkLimits { files: most, ..WalkLimits::default() };
    let mut paths = BTreeSet::new();
    for pattern in context.declared_reads() {
        let found = context.expand(pattern, limits);
        for error in &found.failed {
            context.note_input(error);
        }
        if found.truncated {
            context.note_partial(format!("`{pattern}` stands for more files or folders than are looked at"));
        }
        paths.extend(found.files);
    }
    let further = paths.len().saturating_sub(most);
    if further > 0 {
        let last = paths.iter().nth(most).map(|path| shown(path)).unwrap_or_default();
        context.note_partial(format!("{further} files from `{last}` on are over the limit of {most} files"));
    }
    paths.into_iter().take(most).collect()
}

export_collector!("files", Files);
