//! Names of artifacts on their way into the report: redacted, and still names.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use candor_manifest::Level;
use candor_redact::Engine;
use candor_report::{ArtifactName, CollectorStage, StageError};

use super::delivery::Violation;
use crate::redaction::redact_name;

/// Names that are tried where a mark makes several the same.
const MOST_TRIES: u32 = 10_000;

/// The names of one collector's artifacts that redaction has changed, as they were.
#[derive(Default)]
pub(super) struct Names {
    changed: HashSet<String>,
}

impl Names {
    /// Begins an artifact under the redacted name, and gives that back.
    pub(super) fn begin(
        &mut self,
        stage: &mut CollectorStage,
        name: &ArtifactName,
        media_type: &str,
        level: Level,
        engine: &Arc<Engine>,
    ) -> Result<ArtifactName, Violation> {
        let redacted = redact_name(name.as_str(), engine);
        if redacted == name.as_str() {
            stage.begin(name, media_type, level)?;
            return Ok(name.clone());
        }
        if !self.changed.insert(name.as_str().to_owned()) {
            return Err(Violation::Duplicate);
        }
        let plain = as_name(&redacted, engine);
        for number in 1..=MOST_TRIES {
            let Some(candidate) = numbered(plain.as_deref(), number) else { continue };
            match stage.begin(&candidate, media_type, level) {
                Err(StageError::Duplicate) => {}
                begun => return Ok(begun.map(|()| candidate)?),
            }
        }
        Err(Violation::Duplicate)
    }
}

/// A part of the name in which something was removed becomes `removed-<rule>`, since no name can hold a mark. None where it
/// still is no name, or not one that the engine leaves as it is.
fn as_name(redacted: &str, engine: &Arc<Engine>) -> Option<String> {
    let parts: Vec<_> = redacted.split('/').map(without_mark).collect();
    let text = parts.join("/");
    let stays = ArtifactName::parse(&text).is_ok() && redact_name(&text, engine) == text;
    stays.then_some(text)
}

fn without_mark(part: &str) -> Cow<'_, str> {
    let Some((_, rest)) = part.split_once("removed:") else { return Cow::Borrowed(part) };
    let is_id = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    let id = rest.find(|letter| !is_id(letter)).map_or(rest, |end| &rest[..end]);
    Cow::Owned(format!("removed-{id}"))
}

/// `a/b.txt`, `a/b-2.txt`, …; what cannot keep its name is only numbered.
fn numbered(name: Option<&str>, number: u32) -> Option<ArtifactName> {
    let text = match (name, number) {
        (None, _) => format!("renamed-{number}"),
        (Some(name), 1) => name.to_owned(),
        (Some(name), _) => {
            let file = name.rfind('/').map_or(0, |slash| slash + 1);
            let ending = name[file..].rfind('.').filter(|dot| *dot > 0).map_or(name.len(), |dot| file + dot);
            format!("{}-{number}{}", &name[..ending], &name[ending..])
        }
    };
    ArtifactName::parse(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_with_a_mark_says_what_was_removed() {
        let of = |redacted: &str| as_name(redacted, &Engine::secrets_only());
        assert_eq!(of("home/[removed:user]/x").as_deref(), Some("home/removed-user/x"));
        assert_eq!(of("password=[removed:password]").as_deref(), Some("removed-password"));
        assert_eq!(of(&"x".repeat(300)), None);
    }

    #[test]
    fn equal_names_are_numbered_before_their_ending() {
        let of = |name, number| numbered(name, number).unwrap().as_str().to_owned();
        assert_eq!(of(Some("a.b/c.tar.gz"), 1), "a.b/c.tar.gz");
        assert_eq!(of(Some("a.b/c.txt"), 2), "a.b/c-2.txt");
        assert_eq!(of(Some("a.b/.hidden"), 3), "a.b/.hidden-3");
        assert_eq!(of(None, 4), "renamed-4");
    }
}
