//! Every collector and profile of some folders.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Source};
use crate::digest::Digest;
use crate::document::{Document, Step, way};
use crate::file::{self, Content};
use crate::parse::{manifest_of, profile_of};
use crate::{CollectorId, Manifest, Profile, ProfileId};

/// A value with the file that it came from.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// The value.
    pub value: T,
    /// The file.
    pub path: PathBuf,
    /// SHA-256 of the file's bytes.
    pub digest: Digest,
}

/// Every collector and profile of some folders.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    collectors: BTreeMap<CollectorId, Loaded<Manifest>>,
    profiles: BTreeMap<ProfileId, Loaded<Profile>>,
}

impl Catalogue {
    /// Loads folders, each with `collectors/` and `profiles/`. A file that is wrong is left out and the others still
    /// load; of two files with the same id the first stays.
    pub fn load(folders: &[PathBuf]) -> (Self, Vec<Diagnostic>) {
        let mut loading = Loading::default();
        folders.iter().for_each(|folder| loading.folder(folder));
        loading.check_profiles();
        (loading.catalogue, loading.diagnostics)
    }

    /// Every collector, by id.
    pub fn collectors(&self) -> impl ExactSizeIterator<Item = &Loaded<Manifest>> {
        self.collectors.values()
    }

    /// Every profile, by id.
    pub fn profiles(&self) -> impl ExactSizeIterator<Item = &Loaded<Profile>> {
        self.profiles.values()
    }

    /// The collector of that name.
    pub fn collector(&self, id: &CollectorId) -> Option<&Loaded<Manifest>> {
        self.collectors.get(id)
    }

    /// The profile of that name.
    pub fn profile(&self, id: &ProfileId) -> Option<&Loaded<Profile>> {
        self.profiles.get(id)
    }
}

/// Most files that are read of one folder.
const MOST_FILES: usize = 4096;

/// A catalogue on its way, with the texts that its diagnostics need.
#[derive(Default)]
struct Loading {
    catalogue: Catalogue,
    diagnostics: Vec<Diagnostic>,
    collector_sources: BTreeMap<CollectorId, Source>,
    profile_sources: BTreeMap<ProfileId, Source>,
    /// Names of files that were left out, of which nothing more need be said.
    left_out: BTreeSet<String>,
}

impl Loading {
    fn folder(&mut self, folder: &Path) {
        let (collectors, profiles) = (folder.join("collectors"), folder.join("profiles"));
        if !collectors.is_dir() && !profiles.is_dir() {
            let source = Source::new(folder, "");
            let message = "there is neither a folder `collectors` nor a folder `profiles` in it";
            let fix = "name a folder that holds `collectors/` or `profiles/`";
            self.diagnostics.push(
                Diagnostic::error(&source, &(0..0), "no-manifests", message, "this folder").with_fix(fix),
            );
        }
        for path in self.files(&collectors) {
            self.collector(&path);
        }
        for path in self.files(&profiles) {
            self.profile(&path);
        }
    }

    /// The files of a folder whose name ends in `.toml`, by name. Hidden files are what editors leave behind.
    fn files(&mut self, folder: &Path) -> Vec<PathBuf> {
        let fault = |message: String, fix: &str| {
            Diagnostic::error(&Source::new(folder, ""), &(0..0), "unreadable", message, "this folder")
                .with_fix(fix)
        };
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                let message = format!("cannot list the folder: {}", file::reason(&error));
                self.diagnostics.push(fault(message, "let the folder be read"));
                return Vec::new();
            }
        };
        let wanted = |path: &PathBuf| {
            let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            !hidden && path.extension().is_some_and(|ending| ending == "toml")
        };
        let mut files: Vec<_> =
            entries.flatten().map(|entry| entry.path()).filter(wanted).take(MOST_FILES + 1).collect();
        if files.len() > MOST_FILES {
            self.diagnostics.push(fault(
                format!("the folder holds more than {MOST_FILES} files"),
                "remove those that are not needed",
            ));
            files.truncate(MOST_FILES);
        }
        files.sort();
        files
    }

    fn collector(&mut self, path: &Path) {
        let Some(Content { source, digest }) = self.read(path) else {
            return;
        };
        let (manifest, diagnostics) = manifest_of(&source);
        self.diagnostics.extend(diagnostics);
        let Some(value) = manifest else {
            return self.leave_out(path);
        };
        if let Some(diagnostic) = misnamed(&source, path, value.id.as_str()) {
            self.diagnostics.push(diagnostic);
            self.leave_out(path);
        } else if let Some(first) = self.collector_sources.get(&value.id) {
            self.diagnostics.push(duplicate(&source, first, "collector", value.id.as_str()));
        } else {
            self.collector_sources.insert(value.id.clone(), source);
            self.catalogue
                .collectors
                .insert(value.id.clone(), Loaded { value, path: path.to_owned(), digest });
        }
    }

    fn profile(&mut self, path: &Path) {
        let Some(Content { source, digest }) = self.read(path) else {
            return;
        };
        let (profile, diagnostics) = profile_of(&source);
        self.diagnostics.extend(diagnostics);
        let Some(value) = profile else {
            return self.leave_out(path);
        };
        if let Some(diagnostic) = misnamed(&source, path, value.id.as_str()) {
            self.diagnostics.push(diagnostic);
            self.leave_out(path);
        } else if let Some(first) = self.profile_sources.get(&value.id) {
            self.diagnostics.push(duplicate(&source, first, "profile", value.id.as_str()));
        } else {
            self.profile_sources.insert(value.id.clone(), source);
            self.catalogue.profiles.insert(value.id.clone(), Loaded { value, path: path.to_owned(), digest });
        }
    }

    fn read(&mut self, path: &Path) -> Option<Content> {
        match file::read(path) {
            Ok(content) => Some(content),
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                self.leave_out(path);
                None
            }
        }
    }

    fn leave_out(&mut self, path: &Path) {
        self.left_out.extend(stem(path).map(str::to_owned));
    }

    /// Tells what profiles refer to that is not there or does not fit, each at its place.
    fn check_profiles(&mut self) {
        for id in self.catalogue.profiles.keys() {
            let Some(source) = self.profile_sources.get(id) else {
                continue;
            };
            let Ok(document) = Document::parse(source) else {
                continue;
            };
            let (_, errors) = self.catalogue.resolve_all(id);
            // What is wrong with a profile that this one extends is told there.
            for error in errors
                .iter()
                .filter(|error| error.profile() == id && !self.left_out.contains(error.missing()))
            {
                let way = error.way(&self.catalogue);
                let span = if error.is_about_key() { document.key_span(&way) } else { document.span(&way) };
                let mut diagnostic =
                    Diagnostic::error(source, &span, error.code(), error.sentence(), error.label())
                        .with_fix(error.fix(&self.catalogue));
                for (other, way) in error.related() {
                    if let Some(source) = self.profile_sources.get(other)
                        && let Ok(document) = Document::parse(source)
                    {
                        diagnostic = diagnostic.with_related(
                            source,
                            &document.span(&way),
                            format!("`{other}` goes on here"),
                        );
                    }
                }
                self.diagnostics.push(diagnostic);
            }
        }
    }
}

fn stem(path: &Path) -> Option<&str> {
    path.file_stem().and_then(|stem| stem.to_str())
}

/// Where the id of a file stands.
fn id_span(source: &Source) -> std::ops::Range<usize> {
    let way: [Step; 1] = way!["id"];
    Document::parse(source).map_or(0..0, |document| document.span(&way))
}

fn misnamed(source: &Source, path: &Path, id: &str) -> Option<Diagnostic> {
    if stem(path) == Some(id) {
        return None;
    }
    let message = format!("the file does not have the name of its id `{id}`");
    let fix = format!("rename the file to `{id}.toml`, or change the id");
    Some(
        Diagnostic::error(source, &id_span(source), "file-name", message, "another name than the file's")
            .with_fix(fix),
    )
}

fn duplicate(source: &Source, first: &Source, kind: &str, id: &str) -> Diagnostic {
    let message = format!("two files declare the {kind} `{id}`");
    Diagnostic::error(
        source,
        &id_span(source),
        "duplicate-id",
        message,
        "declared before",
    )
    .with_fix(
        "remove one of the two, or give it another id and file name; a later folder adds and never replaces",
    )
    .with_related(first, &id_span(first), "the first, which stays, is here")
}
