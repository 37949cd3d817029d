//! From the machine's journal to `journal.ndjson`: the newest entries that fit.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use candor_plugin::{ArtifactWriter, CollectError, Context, Input};

use crate::Options;
use crate::journal::{
    Discovery, EntryKey, Found, JournalFile, JournalReader, ReadAt, Renderer, Windows, discover,
};
use crate::summary::{JournalSummary, Summary, time_text};
use crate::tally::Tally;

/// Entries in a row before the range after which a file has no more to give. More than one because a machine without a
/// battery for its clock writes its first entries after each boot with the wrong year.
const OUT_OF_RANGE_RUN: u32 = 4096;
/// Most journal files open at a time; the host allows a worker some 250 of all kinds.
const MOST_OPEN: usize = 200;
/// Most time kept for what comes after the journal.
const RESERVED_TIME: Duration = Duration::from_secs(30);
/// Longest time for counting entries that find no room any more.
const COUNTING_TIME: Duration = Duration::from_secs(10);
/// Bytes gathered before they are delivered.
const BATCH_BYTES: usize = 256 * 1024;
/// Entries between two looks at the clock.
const ENTRIES_PER_CLOCK: u64 = 64;

/// An input, read at offsets.
struct InputAt(Input);

impl ReadAt for InputAt {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        ReadAt::read_at(self.0.file(), buffer, offset)
    }
}

/// Delivers the journal. Returns false when this machine has no journal file.
///
/// # Errors
/// When the host refuses the artifact.
pub(crate) fn collect(
    options: &Options,
    oldest: Option<u64>,
    context: &Context,
    summary: &mut Summary,
) -> Result<bool, CollectError> {
    let found = discover(context, &options.journal_folders, machine_id(context).as_deref());
    note_discovery(&found, context, summary);
    if found.files.is_empty() {
        return Ok(!found.failed.is_empty());
    }
    let folders = found.folders.iter().map(|folder| folder.display().to_string());
    let mut journal = JournalSummary { folders: folders.collect(), ..JournalSummary::default() };
    let files = open_files(found, oldest, context, summary, &mut journal);
    if files.is_empty() {
        summary.journal = Some(journal);
        return Ok(true);
    }
    let (paths, files) = files.into_iter().unzip();
    let mut windows = Windows::new();
    let reader = JournalReader::new(files, &mut windows);
    let renderer = Renderer::new(options.filter(), options.binary);
    let mut run = Run {
        context,
        options,
        oldest,
        max_bytes: journal_bytes(options, context),
        paths,
        windows,
        reader,
        renderer,
        tally: Tally::default(),
        batch: Vec::with_capacity(2 * BATCH_BYTES),
        full_since: None,
        oldest_written: None,
        reserved: context.time_left().map_or(RESERVED_TIME, |left| RESERVED_TIME.min(left / 4)),
        writer: context.artifact("journal.ndjson", "application/x-ndjson")?,
    };
    run.walk(&mut journal)?;
    run.finish(&mut journal, summary)?;
    note_losses(&journal, context);
    summary.journal = Some(journal);
    Ok(true)
}

fn machine_id(context: &Context) -> Option<String> {
    let text = context.read_text_cut("/etc/machine-id", 64).ok()?.text;
    let id = text.trim();
    (id.len() == 32).then(|| id.to_owned())
}

fn note_discovery(found: &Discovery, context: &Context, summary: &mut Summary) {
    for error in &found.failed {
        context.note_input(error);
        summary.not_read("journal", error.to_string());
    }
    if found.truncated {
        context.note_partial("there are more journal files than are read");
    }
    if found.foreign_folders > 0 {
        let reason = format!("{} folders of other machines were left alone", found.foreign_folders);
        summary.not_read("journal", reason);
    }
}

/// Opens what is in range. A worker may have few files open, so the ones that were written last come first.
fn open_files(
    found: Discovery,
    oldest: Option<u64>,
    context: &Context,
    summary: &mut Summary,
    journal: &mut JournalSummary,
) -> Vec<(PathBuf, JournalFile)> {
    let mut paths = found.files;
    paths.sort_by_cached_key(|path| std::cmp::Reverse(path.metadata().and_then(|data| data.modified()).ok()));
    let mut files = Vec::new();
    for path in paths {
        if files.len() >= MOST_OPEN {
            note_file(&path, "there are too many journal files", context, summary);
            continue;
        }
        let input = match context.open(&path) {
            Ok(input) => input,
            Err(error) => {
                // A file that is gone by now was rotated away, or its volume was unmounted.
                context.note_partial(error.to_string());
                summary.not_read(path.display().to_string(), error.to_string());
                continue;
            }
        };
        let size = input.metadata().len();
        match JournalFile::open(Box::new(InputAt(input)), size, files.len() as u16) {
            Ok(file) if oldest.is_some_and(|oldest| file.ends_before(oldest)) => {
                journal.out_of_range_files += 1;
            }
            Ok(file) => files.push((path, file)),
            // A file that was just created has no header yet.
            Err(_) if size == 0 => summary.not_read(path.display().to_string(), "it is empty"),
            Err(error) => note_file(&path, &error.to_string(), context, summary),
        }
    }
    journal.files = files.len() as u64;
    files
}

fn note_file(path: &Path, reason: &str, context: &Context, summary: &mut Summary) {
    context.note_partial(format!("journal file `{}`: {reason}", path.display()));
    summary.not_read(path.display().to_string(), reason);
}

/// The byte budget: what the options say, less what the other artifacts need of the host's budget.
fn journal_bytes(options: &Options, context: &Context) -> u64 {
    let others = options.text_bytes + (8 << 20);
    let most = context.output_budget_bytes().map_or(u64::MAX, |budget| budget.saturating_sub(others));
    options.max_bytes.min(most)
}

fn note_losses(journal: &JournalSummary, context: &Context) {
    if journal.damaged_entries > 0 {
        context.note_partial(format!("{} damaged journal entries were skipped", journal.damaged_entries));
    }
    if journal.damaged_fields > 0 {
        context.note_partial(format!("{} damaged journal fields were skipped", journal.damaged_fields));
    }
    if journal.long_fields > 0 {
        context
            .note_partial(format!("{} journal fields are too long and were left out", journal.long_fields));
    }
}

/// One walk through the journal.
struct Run<'a> {
    context: &'a Context,
    options: &'a Options,
    oldest: Option<u64>,
    max_bytes: u64,
    /// Of the reader's files.
    paths: Vec<PathBuf>,
    windows: Windows,
    reader: JournalReader,
    renderer: Renderer,
    tally: Tally,
    /// Lines that were not written yet.
    batch: Vec<u8>,
    /// Since when there is no room for a further entry.
    full_since: Option<Instant>,
    oldest_written: Option<u64>,
    reserved: Duration,
    writer: ArtifactWriter,
}

impl Run<'_> {
    fn walk(&mut self, journal: &mut JournalSummary) -> Result<(), CollectError> {
        let mut misses = vec![0; self.reader.files.len()];
        let mut looked_at = 0;
        journal.counted_to_the_end = true;
        while let Some(found) = self.reader.previous(&mut self.windows) {
            looked_at += 1;
            if looked_at % ENTRIES_PER_CLOCK == 0 && self.out_of_time() {
                journal.counted_to_the_end = false;
                break;
            }
            if found.duplicate {
                continue;
            }
            if self.in_range(&found.key) {
                misses[found.file] = 0;
                self.take(&found, journal)?;
                continue;
            }
            misses[found.file] += 1;
            if misses[found.file] >= OUT_OF_RANGE_RUN {
                self.reader.leave(found.file);
            }
        }
        self.writer.write_all(&self.batch)?;
        journal.truncated = self.full_since.is_some();
        Ok(())
    }

    /// Counts an entry, and writes it if there is room.
    fn take(&mut self, found: &Found, journal: &mut JournalSummary) -> Result<(), CollectError> {
        let start = self.batch.len();
        let key = &found.key;
        let file = &self.reader.files[found.file];
        let Ok(facts) = self.renderer.render(file, &mut self.windows, key, &mut self.batch) else {
            journal.damaged_entries += 1;
            return Ok(());
        };
        let length = (self.batch.len() - start) as u64;
        if facts.wanted {
            self.tally.count(key, &facts, &self.batch[facts.message.clone()]);
            if self.full_since.is_none() && journal.written_bytes + length > self.max_bytes {
                self.full_since = Some(Instant::now());
            }
        }
        if !facts.wanted || self.full_since.is_some() {
            self.batch.truncate(start);
            return Ok(());
        }
        journal.written_bytes += length;
        journal.entries_written += 1;
        self.oldest_written = Some(key.realtime);
        if self.batch.len() >= BATCH_BYTES {
            self.writer.write_all(&self.batch)?;
            self.batch.clear();
        }
        Ok(())
    }

    fn in_range(&self, key: &EntryKey) -> bool {
        self.oldest.is_none_or(|oldest| key.realtime >= oldest)
            && self.tally.admits_boot(key.boot_id, self.options.boots)
    }

    fn out_of_time(&self) -> bool {
        if self.full_since.is_some_and(|since| since.elapsed() > COUNTING_TIME) {
            return true;
        }
        let short = self.context.time_left().is_some_and(|left| left < self.reserved);
        if short {
            self.context.note_partial("time ran out before the oldest journal entries in range were reached");
        }
        short
    }

    fn finish(self, journal: &mut JournalSummary, summary: &mut Summary) -> Result<(), CollectError> {
        self.writer.finish()?;
        for (path, file) in self.paths.iter().zip(&self.reader.files) {
            if file.cut_short {
                note_file(path, "a part of its entries cannot be reached", self.context, summary);
            }
        }
        journal.oldest_written = self.oldest_written.and_then(time_text);
        journal.duplicates = self.reader.duplicates;
        journal.damaged_entries += self.reader.files.iter().map(|file| file.damaged_entries).sum::<u64>();
        journal.damaged_fields = self.renderer.damaged_fields;
        journal.long_fields = self.renderer.long_fields;
        journal.withheld_fields = self.renderer.withheld_fields;
        self.tally.finish(self.renderer.units(), journal);
        Ok(())
    }
}
