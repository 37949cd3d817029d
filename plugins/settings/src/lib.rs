//! Collector plugin `settings`: one list of every setting, with the file and line that it stands in.
//!
//! What it reads: the configuration files that the manifest declares, parsed by their format, and the kernel's settings
//! below `/proc/sys`. `settings.json` is the list; `files.json` says how each file was read and what was left out.
//!
//! Why support wants it: most faults of a machine that "used to work" are a setting, and what is configured and what is
//! in force stand next to each other here.
//!
//! What is private in it: names of users, hosts and addresses, and passwords. With `mask`, which is the default, the
//! values of secrets are removed and the plugin proves it: it scans what it is about to deliver, and delivers nothing
//! when the scan finds anything. Without `mask` it keeps them, for a collector of level `secret`. Comments and lines
//! that are no settings are never delivered.
//!
//! Start with [`Options`] and [`mask`].

mod format;
mod kernel;
mod mask;
mod parse;
mod setting;
mod source;
#[cfg(test)]
mod tests;

use std::io::Write;

use candor_plugin::{CollectError, Collector, Completion, Context, export_collector};
use serde::Deserialize;

use crate::format::Format;
use crate::setting::Setting;
use crate::source::FileRecord;

/// Most settings in the list, and most bytes of their keys and values.
const MOST_SETTINGS: usize = 100_000;
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What a manifest may say; it need not declare any of them.
///
/// A manifest of a level below `secret` must not declare `mask`: what is not declared, nobody can switch off.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Options {
    /// Removes secrets.
    mask: bool,
    /// Formats of files whose names do not tell, as `PATTERN=FORMAT`: `/opt/device/*.conf=parameters`.
    formats: Vec<String>,
    /// Most bytes that are read of one file.
    max_file_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { mask: true, formats: Vec::new(), max_file_bytes: 1024 * 1024 }
    }
}

struct Settings;

impl Collector for Settings {
    type Options = Options;

    fn collect(options: Options, context: &Context) -> Result<Completion, CollectError> {
        let (mut settings, files) = gather(&options, context)?;
        if files.is_empty() {
            return Ok(Completion::Skipped("none of the declared settings exist".to_owned()));
        }
        settings.sort_by(|left, right| left.order().cmp(&right.order()));
        deliver(&options, context, &settings, &files)
    }
}

fn gather(options: &Options, context: &Context) -> Result<(Vec<Setting>, Vec<FileRecord>), CollectError> {
    let hints = hints(&options.formats)?;
    let (kernel, files): (Vec<_>, Vec<_>) =
        context.declared_reads().iter().partition(|pattern| pattern.starts_with(kernel::ROOT));
    let (mut settings, mut records, mut bytes) = (Vec::new(), Vec::new(), 0);
    for path in source::declared_files(context, files.into_iter()) {
        let Some((mut record, parsed)) = source::read(context, &path, options.max_file_bytes, &hints) else {
            continue;
        };
        let new = match options.mask {
            true => mask::masked(&record.path, &parsed.text, parsed.found),
            false => parsed.found.into_iter().map(|found| mask::plain(&record.path, found)).collect(),
        };
        bytes += new.iter().map(Setting::bytes).sum::<usize>();
        if settings.len() + new.len() > MOST_SETTINGS || bytes > MOST_BYTES {
            context.note_partial(format!("the list ends before `{}`: it is too long", record.path));
            break;
        }
        record.masked = new.iter().filter(|setting| setting.masked).count();
        settings.extend(new);
        records.push(record);
    }
    for pattern in kernel {
        let found = kernel::read(context, pattern, options.mask);
        records.extend(kernel_record(context, &found));
        settings.extend(found.settings);
    }
    Ok((settings, records))
}

fn hints(formats: &[String]) -> Result<Vec<(String, Format)>, CollectError> {
    let hint = |text: &String| {
        Format::hint(text)
            .ok_or_else(|| CollectError::other(format!("option `formats`: `{text}` is not PATTERN=FORMAT")))
    };
    formats.iter().map(hint).collect()
}

fn kernel_record(context: &Context, found: &kernel::KernelSettings) -> Option<FileRecord> {
    let denied =
        (found.denied > 0).then(|| format!("{} settings may not be read by this user", found.denied));
    let cut = found.truncated.then(|| "has more or longer settings than are read".to_owned());
    let reason = denied.or(cut);
    if let Some(reason) = &reason {
        context.note_partial(format!("`{}`: {reason}", kernel::ROOT));
    }
    let exists = !found.settings.is_empty() || found.denied > 0;
    exists.then(|| FileRecord {
        path: kernel::ROOT.to_owned(),
        settings: found.settings.len(),
        masked: found.settings.iter().filter(|setting| setting.masked).count(),
        truncated: found.truncated,
        reason,
        ..FileRecord::default()
    })
}

/// Encodes, proves, and only then delivers.
fn deliver(
    options: &Options,
    context: &Context,
    settings: &[Setting],
    files: &[FileRecord],
) -> Result<Completion, CollectError> {
    let coding = |source| CollectError::Encode { subject: "settings.json".to_owned(), source };
    let list = setting::encode(settings).map_err(coding)?;
    let index = serde_json::to_vec_pretty(files).map_err(coding)?;
    if options.mask {
        let left = mask::secrets_left(settings, &[&list, &index]);
        if left > 0 {
            return Err(CollectError::other(format!("own scan found {left} secrets; nothing is delivered")));
        }
    }
    for (name, document) in [("settings.json", list), ("files.json", index)] {
        let mut writer = context.artifact(name, "application/json")?;
        writer.write_all(&document)?;
        writer.finish()?;
    }
    Ok(Completion::Collected)
}

export_collector!("settings", Settings);
