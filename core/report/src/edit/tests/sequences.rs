//! Any sequence of drops and masks verifies, and leaves the rest as it was.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Given, edit, holds, report};
use crate::edit::{Editor, Mask};
use crate::{EditAction, ReportReader};

fn contents(path: &std::path::Path) -> BTreeMap<String, Vec<u8>> {
    let mut reader = ReportReader::open(path).unwrap();
    let paths: Vec<String> = reader.index().artifacts().map(|artifact| artifact.path.clone()).collect();
    let mut read = |path: &String| {
        let mut content = Vec::new();
        reader.read_artifact(path, &mut content).unwrap();
        content
    };
    paths.iter().map(|path| (path.clone(), read(path))).collect()
}

/// Names and contents from nothing to more than one block, so that blank places of every kind come about.
fn artifact(number: usize) -> (String, Vec<u8>) {
    // No name is the beginning of another, nor of one with the packed bytes that follow it.
    let name = format!("{}{number}.log", "n".repeat(number % 4 * 20));
    let lines =
        (0..number * number * 3).map(|line| format!("{number} line {line} of secret-{}\n", line * 7919));
    (name, lines.collect::<String>().into_bytes())
}

const ARTIFACTS: usize = 14;

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_edits_verifies_and_leaves_the_rest(
        steps in prop::collection::vec((0..ARTIFACTS, any::<bool>(), any::<bool>()), 1..8)
    ) {
        let root = tempfile::tempdir().unwrap();
        let made: Vec<(String, Vec<u8>)> = (0..ARTIFACTS).map(artifact).collect();
        let given: Vec<Given<'_>> =
            made.iter().map(|(name, content)| (&**name, "text/plain", &**content, &["rule"][..])).collect();
        let path = report(root.path(), &given);
        let mut expected = contents(&path);
        let (mut drops, mut masks) = (0, 0);
        for (number, is_mask, in_place) in steps {
            let artifact = format!("artifacts/logs/{}", made[number].0);
            let Some(content) = expected.get(&artifact).cloned() else { continue };
            let is_mask = is_mask && content.contains(&b'\n');
            let salt = salt_of(&path, &artifact);
            edit(&path, in_place, |editor| if is_mask {
                let mask = Mask { lines: "1".parse().unwrap(), ..Mask::default() };
                editor.mask(&artifact, &mask).unwrap();
            } else {
                editor.drop_artifact(&artifact).unwrap();
            });
            if is_mask {
                let end = content.iter().position(|byte| *byte == b'\n').unwrap();
                expected.insert(artifact.clone(), [b"[masked]", &content[end..]].concat());
                masks += 1;
            } else {
                expected.remove(&artifact);
                drops += 1;
                prop_assert!(!holds(&path, artifact.as_bytes()));
            }
            prop_assert!(!ReportReader::open(&path).unwrap().index().artifacts().any(|artifact| artifact.salt == salt));
            prop_assert!(contents(&path) == expected);
        }
        let reader = ReportReader::open(&path).unwrap();
        let proof = reader.index().proof.as_ref().unwrap();
        prop_assert_eq!((proof.count(EditAction::Dropped), proof.count(EditAction::Masked)), (drops, masks));
        prop_assert_eq!((proof.collected.len(), proof.released.len()), (ARTIFACTS, ARTIFACTS - drops));
    }
}

fn salt_of(path: &std::path::Path, artifact: &str) -> Option<candor_trust::merkle::Salt> {
    let reader = ReportReader::open(path).unwrap();
    reader.index().artifact(artifact).and_then(|artifact| artifact.salt)
}

#[test]
fn all_artifacts_can_go_at_once_or_one_by_one() {
    let made: Vec<(String, Vec<u8>)> = (0..ARTIFACTS).map(artifact).collect();
    let given: Vec<Given<'_>> =
        made.iter().map(|(name, content)| (&**name, "text/plain", &**content, &[][..])).collect();
    for in_place in [true, false] {
        let root = tempfile::tempdir().unwrap();
        let path = report(root.path(), &given);
        let drop = |editor: &mut Editor, name: &str| {
            editor.drop_artifact(&format!("artifacts/logs/{name}")).unwrap();
        };
        edit(&path, in_place, |editor| made[3..].iter().for_each(|(name, _)| drop(editor, name)));
        made[..3].iter().for_each(|(name, _)| edit(&path, in_place, |editor| drop(editor, name)));
        let reader = ReportReader::open(&path).unwrap();
        assert_eq!((reader.index().artifacts().count(), reader.index().tier), (0, None));
        assert_eq!(reader.index().collectors[0].bytes, 0);
    }
}
