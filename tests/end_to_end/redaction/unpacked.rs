//! A report as everything in it reads, unpacked by tools that are not ours.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;

/// Shortest run of base64 that is decoded.
const SHORTEST: usize = 12;

/// All entries of a report, archives in it unpacked too.
pub(super) struct Unpacked {
    folder: tempfile::TempDir,
}

impl Unpacked {
    #[track_caller]
    pub(super) fn of(report: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        run(Command::new("unzip").arg("-qq").arg(report).arg("-d").arg(folder.path()));
        let unpacked = Self { folder };
        for file in unpacked.files() {
            if file.to_string_lossy().ends_with(".tar.gz") {
                let inside = file.with_extension("unpacked");
                std::fs::create_dir(&inside).unwrap();
                run(Command::new("tar").arg("-xzf").arg(&file).arg("-C").arg(inside));
            } else if file.extension().is_some_and(|ending| ending == "gz") {
                run(Command::new("gzip").arg("-dk").arg(&file));
            }
        }
        unpacked
    }

    fn files(&self) -> Vec<PathBuf> {
        let (mut files, mut folders) = (Vec::new(), vec![self.folder.path().to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                match entry.file_type().unwrap() {
                    kind if kind.is_dir() => folders.push(entry.path()),
                    _ => files.push(entry.path()),
                }
            }
        }
        files
    }

    /// Name and text of every entry: as it is, with base64 decoded, and with percent signs decoded. The name is a text too.
    /// Of a packed entry only the name is: its bytes are noise in which any two letters occur, and its contents are entries
    /// of their own.
    pub(super) fn texts(&self) -> impl Iterator<Item = (String, String)> {
        self.files().into_iter().flat_map(|file| {
            let name = file.strip_prefix(self.folder.path()).unwrap().to_string_lossy().into_owned();
            let is_packed = file.extension().is_some_and(|ending| ending == "gz");
            let bytes = if is_packed { Vec::new() } else { std::fs::read(&file).unwrap() };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let decoded = [out_of_base64(&text), out_of_percent(&text), name.clone()];
            std::iter::once(text).chain(decoded).map(move |text| (name.clone(), text))
        })
    }

    /// By entry, the pseudonyms of names in it.
    pub(super) fn pseudonyms(&self) -> BTreeMap<String, BTreeSet<String>> {
        let is_part =
            |letter: char| !(letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
        self.texts()
            .map(|(name, text)| {
                let names = text.split(is_part).filter(|word| word.contains("-px-")).map(str::to_owned);
                (name, names.collect())
            })
            .fold(BTreeMap::new(), |mut all, (name, found): (_, BTreeSet<_>)| {
                all.entry(name).or_insert_with(BTreeSet::new).extend(found);
                all
            })
    }
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn out_of_base64(text: &str) -> String {
    let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
    let runs = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/')));
    let decoded = runs.filter(|run| run.len() >= SHORTEST).filter_map(|run| {
        let whole = &run[..run.len() - usize::from(run.len() % 4 == 1)];
        String::from_utf8(engine.decode(whole).ok()?).ok()
    });
    decoded.collect::<Vec<_>>().join("\n")
}

fn out_of_percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        let value = pair.filter(|_| *byte == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok());
        at += if value.is_some() { 3 } else { 1 };
        decoded.push(value.unwrap_or(*byte));
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// True when the text holds the value in any case, with no letter or digit before or behind it.
pub(super) fn holds(text: &str, value: &str) -> bool {
    let (text, value) = (text.to_lowercase(), value.to_lowercase());
    text.match_indices(&value).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + value.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !behind.is_some_and(char::is_alphanumeric)
    })
}
