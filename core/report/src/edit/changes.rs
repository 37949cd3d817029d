//! What is to be done to which artifacts.

use std::collections::HashMap;

use super::journal::Place;
use crate::index::ArtifactEntry;
use crate::proof::{Edit, EditAction};

/// Artifacts that are dropped or masked, in the order in which that was asked for.
#[derive(Default)]
pub(super) struct Changes {
    paths: HashMap<String, usize>,
    /// Where their entries stand, which become blank.
    removed: Vec<Place>,
    /// What is left of each; `None` of what is dropped.
    left: Vec<Option<ArtifactEntry>>,
}

/// What happens to one artifact.
#[derive(Clone, Copy)]
pub(super) enum Change<'a> {
    Drop,
    Mask(&'a ArtifactEntry),
}

impl Changes {
    pub(super) fn add(&mut self, path: &str, place: Place, left: Option<ArtifactEntry>) {
        self.paths.insert(path.to_owned(), self.left.len());
        self.removed.push(place);
        self.left.push(left);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    pub(super) fn of(&self, path: &str) -> Option<Change<'_>> {
        let left = self.left.get(*self.paths.get(path)?)?;
        Some(left.as_ref().map_or(Change::Drop, Change::Mask))
    }

    pub(super) fn is_dropped(&self, path: &str) -> bool {
        matches!(self.of(path), Some(Change::Drop))
    }

    pub(super) fn removed(&self) -> &[Place] {
        &self.removed
    }

    /// How the proof tells of them.
    pub(super) fn edits(&self, at: jiff::Timestamp) -> Vec<Edit> {
        let at = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let pairs = self.removed.iter().zip(&self.left);
        let edits = pairs.map(|(place, left)| Edit {
            at: at.clone(),
            action: if left.is_some() { EditAction::Masked } else { EditAction::Dropped },
            leaf: place.leaf,
            becomes: left.as_ref().and_then(|left| left.leaf),
        });
        edits.collect()
    }
}
