//! Text to typed values, with everything that is wrong found at once.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Source};
use crate::document::{Document, syntax_diagnostic};
use crate::findings::Findings;
use crate::{Manifest, Profile, check, schema, shape};

/// Reads a collector's manifest. The path is for messages only.
///
/// # Errors
/// Everything that is wrong with it; at least one of these is an error.
pub fn parse_manifest(path: &Path, text: &str) -> Result<Manifest, Vec<Diagnostic>> {
    let (manifest, diagnostics) = manifest_of(&Source::new(path, text));
    manifest.ok_or(diagnostics)
}

/// Reads a profile. The path is for messages only. What it refers to is checked by [`crate::Catalogue`].
///
/// # Errors
/// Everything that is wrong with it; at least one of these is an error.
pub fn parse_profile(path: &Path, text: &str) -> Result<Profile, Vec<Diagnostic>> {
    let (profile, diagnostics) = profile_of(&Source::new(path, text));
    profile.ok_or(diagnostics)
}

/// The manifest, None when something is an error, and everything that is to be said about it.
pub(crate) fn manifest_of(source: &Source) -> (Option<Manifest>, Vec<Diagnostic>) {
    typed(source, schema::of_collectors(), check::manifest)
}

/// The profile, None when something is an error, and everything that is to be said about it.
pub(crate) fn profile_of(source: &Source) -> (Option<Profile>, Vec<Diagnostic>) {
    typed(source, schema::of_profiles(), check::profile)
}

fn typed<T: DeserializeOwned>(
    source: &Source,
    schema: &Value,
    check: fn(&T, &Document<'_>, &mut Findings<'_>),
) -> (Option<T>, Vec<Diagnostic>) {
    if let Some(diagnostic) = overlong_line(source) {
        return (None, vec![diagnostic]);
    }
    let document = match Document::parse(source) {
        Ok(document) => document,
        Err(diagnostics) => return (None, diagnostics),
    };
    let mut findings = Findings::new(source);
    shape::check(&document, schema, &mut findings);
    let mut typed = None;
    if !findings.has_errors() {
        match T::deserialize(toml::de::Deserializer::from(document.root.clone())) {
            Ok(value) => {
                check(&value, &document, &mut findings);
                typed = Some(value);
            }
            Err(error) => findings.push(syntax_diagnostic(source, &error)),
        }
    }
    (typed.filter(|_| !findings.has_errors()), findings.into_sorted())
}

/// Most bytes of a line. Every diagnostic shows its line, and nobody writes one half as long.
const MOST_LINE: usize = 16 << 10;

pub(crate) fn overlong_line(source: &Source) -> Option<Diagnostic> {
    let (number, _) = source.text().split('\n').enumerate().find(|(_, line)| line.len() > MOST_LINE)?;
    let message = format!("line {} is longer than 16KiB", number + 1);
    Some(source.about_file("long-line", &message, "write lists over several lines, an item on each"))
}
