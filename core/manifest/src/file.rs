//! Reading one file, and saying what is wrong with it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::catalogue::Catalogue;
use crate::diagnostic::{Diagnostic, Source};
use crate::digest::Digest;
use crate::document::{Document, Step};
use crate::findings::Findings;
use crate::parse::{manifest_of, overlong_line, profile_of};
use crate::shape;

/// Most bytes of a file. The largest manifest known has a fiftieth of it.
const MOST_BYTES: u64 = 1 << 20;

/// A file that was read.
pub(crate) struct Content {
    pub(crate) source: Source,
    pub(crate) digest: Digest,
}

/// Reads a file that must be regular, UTF-8 and at most 1 MiB.
pub(crate) fn read(path: &Path) -> Result<Content, Box<Diagnostic>> {
    let fault = |code, message: String, fix: &str| {
        let source = Source::new(path, "");
        Box::new(Diagnostic::error(&source, &(0..0), code, message, "this file").with_fix(fix))
    };
    let unreadable = |error: &io::Error| {
        fault(
            "unreadable",
            format!("cannot read the file: {}", reason(error)),
            "let the file be read, or remove it",
        )
    };
    // Asked before it is opened: opening a FIFO waits for somebody to write.
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(fault(
            "not-a-file",
            "this is no regular file".to_owned(),
            "put the text into a regular file",
        ));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(fault(
            "too-large",
            "the file is larger than 1MiB".to_owned(),
            "split it into several collectors",
        ));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Content { source: Source::new(path, text), digest: Digest::of(&bytes) }),
        Err(error) => Err(Box::new(not_utf8(path, &bytes, error.valid_up_to()))),
    }
}

/// What went wrong, without a number and without the path.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        kind => kind.to_string(),
    }
}

fn not_utf8(path: &Path, bytes: &[u8], valid: usize) -> Diagnostic {
    let source = Source::new(path, &String::from_utf8_lossy(bytes));
    // Where a byte order mark was taken off, everything stands three bytes further left.
    let shift = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let at = valid.saturating_sub(shift);
    Diagnostic::error(
        &source,
        &(at..at + '\u{fffd}'.len_utf8()),
        "not-utf8",
        "the text is not UTF-8",
        "this byte",
    )
    .with_fix("save the file as UTF-8")
}

/// Checks one file. Whether it is a manifest or a profile is seen from its keys.
///
/// What a profile refers to is not looked for, see [`check_tree`].
pub fn check_file(path: impl AsRef<Path>) -> Vec<Diagnostic> {
    match read(path.as_ref()) {
        Ok(Content { source, .. }) if is_profile(&source, path.as_ref()) => profile_of(&source).1,
        Ok(Content { source, .. }) => manifest_of(&source).1,
        Err(diagnostic) => vec![*diagnostic],
    }
}

/// Something that is wrong with a value of a file whose shape is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The way from the top of the file to the value.
    pub way: Vec<Step>,
    /// A stable word for the kind of fault.
    pub code: &'static str,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to write instead.
    pub fix: String,
}

/// Checks a TOML file of another kind: its shape against a JSON Schema, then, when that is right, its values by `judge`, who gets
/// the text.
pub fn check_document(
    path: impl AsRef<Path>,
    schema: &serde_json::Value,
    judge: &dyn Fn(&str) -> Vec<Misfit>,
) -> Vec<Diagnostic> {
    let source = match read(path.as_ref()) {
        Ok(Content { source, .. }) => source,
        Err(diagnostic) => return vec![*diagnostic],
    };
    if let Some(diagnostic) = overlong_line(&source) {
        return vec![diagnostic];
    }
    let document = match Document::parse(&source) {
        Ok(document) => document,
        Err(diagnostics) => return diagnostics,
    };
    let mut findings = Findings::new(&source);
    shape::check(&document, schema, &mut findings);
    if !findings.has_errors() {
        for misfit in judge(source.text()) {
            let span = document.span(&misfit.way);
            findings.error(&span, misfit.code, misfit.message, "here", misfit.fix);
        }
    }
    findings.into_sorted()
}

/// The keys at the top of a TOML file, as far as it can be read; none where it cannot.
pub fn top_keys(path: impl AsRef<Path>) -> Vec<String> {
    let Ok(Content { source, .. }) = read(path.as_ref()) else { return Vec::new() };
    let (root, _) = toml::de::DeTable::parse_recoverable(source.text());
    root.get_ref().keys().map(|key| key.get_ref().to_string()).collect()
}

/// Checks a folder with `collectors/` and `profiles/`: every file, and what the files refer to.
pub fn check_tree(folder: impl Into<PathBuf>) -> Vec<Diagnostic> {
    Catalogue::load(&[folder.into()]).1
}

/// True when more of the keys are a profile's than a manifest's; where that does not tell, the folder does.
fn is_profile(source: &Source, path: &Path) -> bool {
    let Ok(document) = Document::parse(source) else {
        return in_profiles(path);
    };
    let count = |names: &[&str]| {
        document.root.get_ref().keys().filter(|key| names.contains(&key.get_ref().as_ref())).count()
    };
    let of_profile = count(&["collectors", "extends", "limits", "summary", "title"]);
    let of_manifest = count(&[
        "plugin",
        "level",
        "categories",
        "consent",
        "reads",
        "commands",
        "access",
        "budget",
        "supports",
    ]);
    of_profile > of_manifest || (of_profile == of_manifest && in_profiles(path))
}

fn in_profiles(path: &Path) -> bool {
    path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "profiles")
}
