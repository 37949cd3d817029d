//! Leaves, trees and edits: that nothing was added, changed or taken out but what the edits say.

use std::collections::{HashMap, HashSet};

use candor_trust::Digest;
use candor_trust::merkle;

use super::{ProblemKind, ProofSummary, Verification};
use crate::assemble::INDEX_PATH;
use crate::index::{ArtifactEntry, ReportIndex};
use crate::proof::{EditAction, PROOF_SCHEME, Proof, leaf_of};

/// Checks all that the proof says against itself and against the index.
pub(super) fn check(index: &ReportIndex, found: &mut Verification) {
    let Some(proof) = &index.proof else { return check_absence(index, found) };
    if proof.scheme != PROOF_SCHEME {
        let detail = format!("the proof is of scheme `{}`, and only `{PROOF_SCHEME}` is known", proof.scheme);
        return found.problem(INDEX_PATH, ProblemKind::Proof, detail);
    }
    found.proof = Some(summary(proof));
    check_artifacts(index, found);
    check_roots(proof, found);
    check_edits(proof, found);
    check_released(index, proof, found);
}

fn summary(proof: &Proof) -> ProofSummary {
    ProofSummary {
        collected_root: proof.collected_root,
        released_root: proof.released_root,
        collected: proof.collected.len(),
        released: proof.released.len(),
        dropped: proof.count(EditAction::Dropped),
        masked: proof.count(EditAction::Masked),
        closed: proof.closed.len(),
    }
}

/// A report of an earlier version has neither proof nor leaves. One that lost its proof has leaves.
fn check_absence(index: &ReportIndex, found: &mut Verification) {
    if index.artifacts().any(|artifact| artifact.salt.is_some() || artifact.leaf.is_some()) {
        found.problem(INDEX_PATH, ProblemKind::Proof, "artifacts have leaves, and the proof is missing");
    }
}

fn check_artifacts(index: &ReportIndex, found: &mut Verification) {
    let mut salts = HashSet::new();
    for collector in &index.collectors {
        for artifact in &collector.artifacts {
            if artifact.salt.is_some_and(|salt| !salts.insert(*salt.as_bytes())) {
                found.problem(&artifact.path, ProblemKind::Salt, "its salt is another artifact's too");
            }
            match leaf_of(collector, artifact) {
                Err(error) => found.problem(&artifact.path, ProblemKind::Leaf, super::with_cause(&error)),
                Ok(leaf) if artifact.leaf != Some(leaf) => {
                    let detail =
                        "its leaf is not that of its salt, its SHA-256 and what the index says of it";
                    found.problem(&artifact.path, ProblemKind::Leaf, detail);
                }
                Ok(_) => {}
            }
        }
    }
}

fn check_roots(proof: &Proof, found: &mut Verification) {
    let both = [
        (&proof.collected, proof.collected_root, "the collected root is not that of the collected leaves"),
        (&proof.released, proof.released_root, "the released root is not that of the released leaves"),
    ];
    for (leaves, root, detail) in both {
        if merkle::root(leaves) != root {
            found.problem(INDEX_PATH, ProblemKind::Root, detail);
        }
    }
}

fn check_edits(proof: &Proof, found: &mut Verification) {
    for (leaves, detail) in [
        (&proof.collected, "a leaf was collected more than once"),
        (&proof.released, "a leaf is released more than once"),
    ] {
        let mut seen = HashSet::new();
        if !leaves.iter().all(|leaf| seen.insert(*leaf)) {
            found.problem(INDEX_PATH, ProblemKind::Proof, detail);
        }
    }
    if proof.edits.iter().any(|edit| edit.at.parse::<jiff::Timestamp>().is_err()) {
        found.problem(INDEX_PATH, ProblemKind::Edit, "an edit does not say when it was made");
    }
    match proof.edited() {
        Err(fault) => found.problem(INDEX_PATH, ProblemKind::Edit, fault.to_string()),
        Ok(leaves) if leaves != proof.released => {
            let detail = "what was collected, with the edits, is not what is released";
            found.problem(INDEX_PATH, ProblemKind::Edit, detail);
        }
        Ok(_) => {}
    }
}

/// Every released leaf is an artifact of this file or closed, in the order of the paths, and nothing else is in the file.
fn check_released(index: &ReportIndex, proof: &Proof, found: &mut Verification) {
    let mut artifacts: Vec<&ArtifactEntry> = index.artifacts().collect();
    artifacts.sort_unstable_by(|left, right| left.path.cmp(&right.path));
    let released: HashMap<Digest, usize> =
        proof.released.iter().enumerate().map(|(place, leaf)| (*leaf, place)).collect();
    let place = |leaf: &Digest| released.get(leaf).copied();
    for artifact in &artifacts {
        if artifact.leaf.is_some_and(|leaf| place(&leaf).is_none()) {
            let detail = "it was added: its leaf is not among those that were collected or masked";
            found.problem(&artifact.path, ProblemKind::Released, detail);
        }
    }
    let here: Vec<usize> =
        artifacts.iter().filter_map(|artifact| artifact.leaf.as_ref().and_then(place)).collect();
    let closed: Vec<Option<usize>> = proof.closed.iter().map(|closed| place(&closed.leaf)).collect();
    if !here.is_sorted() {
        let detail = "the released leaves are not in the order of the paths";
        found.problem(INDEX_PATH, ProblemKind::Released, detail);
    }
    if closed.contains(&None) || !closed.is_sorted() {
        let detail = "the closed leaves are not among the released ones, or not in their order";
        found.problem(INDEX_PATH, ProblemKind::Released, detail);
    }
    check_complete(proof, here.into_iter().chain(closed.into_iter().flatten()), found);
}

/// Each released leaf is accounted for once.
fn check_complete(proof: &Proof, accounted: impl Iterator<Item = usize>, found: &mut Verification) {
    let mut times = vec![0_u32; proof.released.len()];
    accounted.for_each(|place| times[place] += 1);
    let missing = times.iter().filter(|times| **times == 0).count();
    if missing > 0 {
        let detail = format!("{missing} of the released leaves have no artifact, and no edit says why");
        found.problem(INDEX_PATH, ProblemKind::Released, detail);
    }
    if times.iter().any(|times| *times > 1) {
        let detail = "a released leaf stands for more than one artifact";
        found.problem(INDEX_PATH, ProblemKind::Released, detail);
    }
}
