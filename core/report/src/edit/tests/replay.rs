//! Death at any moment: what an edit writes is recorded, cut off at every place, and finished by the next command.

use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{now, report, unchanged};
use crate::edit::in_place;
use crate::edit::target::Target;
use crate::edit::{EditError, Editor, Mask, Parts, finish_edit, journal};
use crate::verify;

/// What was done to the file.
#[derive(Debug, Clone)]
enum Step {
    Write(Vec<u8>, u64),
    Length(u64),
    Sync,
}

struct Recorder {
    image: RefCell<Vec<u8>>,
    steps: RefCell<Vec<Step>>,
}

impl Step {
    fn apply(&self, image: &mut Vec<u8>) {
        match self {
            Self::Write(bytes, offset) => {
                let (begin, end) = (*offset as usize, *offset as usize + bytes.len());
                image.resize(image.len().max(end), 0);
                image[begin..end].copy_from_slice(bytes);
            }
            Self::Length(bytes) => image.resize(*bytes as usize, 0),
            Self::Sync => {}
        }
    }
}

impl Recorder {
    fn add(&self, step: Step) -> io::Result<()> {
        step.apply(&mut self.image.borrow_mut());
        self.steps.borrow_mut().push(step);
        Ok(())
    }
}

impl Target for Recorder {
    fn write(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.add(Step::Write(bytes.to_vec(), offset))
    }

    fn punch(&self, offset: u64, bytes: u64) -> io::Result<()> {
        let range = offset as usize..(offset + bytes) as usize;
        assert!(self.image.borrow()[range].iter().all(|byte| *byte == 0), "a hole only where zeros are");
        Ok(())
    }

    fn set_length(&self, bytes: u64) -> io::Result<()> {
        self.add(Step::Length(bytes))
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.image.borrow().len() as u64)
    }

    fn sync(&self) -> io::Result<()> {
        self.add(Step::Sync)
    }
}

/// A report, its bytes, its journal, and what carrying that out writes.
struct Scene {
    _root: tempfile::TempDir,
    path: PathBuf,
    before: Vec<u8>,
    journal: Vec<u8>,
    steps: Vec<Step>,
    after: Vec<u8>,
}

fn scene(change: impl FnOnce(&mut Editor)) -> Scene {
    let root = tempfile::tempdir().unwrap();
    let log = (0..900).map(|line| format!("line {line} of many\n")).collect::<String>();
    let noise: Vec<u8> =
        (0..5_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let path = report(
        root.path(),
        &[
            ("log", "text/plain", log.as_bytes(), &["rule"]),
            ("noise", "application/octet-stream", &noise, &[]),
            ("small", "text/plain", b"", &[]),
            ("kept", "text/plain", b"kept", &[]),
        ],
    );
    let before = fs::read(&path).unwrap();
    let mut editor = Editor::open(&path).unwrap();
    change(&mut editor);
    editor.content.settle(&editor.changes, now()).unwrap();
    editor.content.close(&*unchanged()).unwrap();
    let Editor { source, content, changes, spool } = &editor;
    let parts = Parts { source, content, spool: spool.as_ref(), removed: changes.removed() };
    in_place::prepare(&parts).unwrap().unwrap();
    assert!(fs::read(&path).unwrap() == before, "the journal changes nothing");
    let journal_bytes = fs::read(journal::path_of(&path)).unwrap();
    let recorder = Recorder { image: RefCell::new(before.clone()), steps: RefCell::default() };
    let journal = journal::open(&path).unwrap().unwrap();
    journal.carry_out(&recorder).unwrap();
    let (steps, after) = (recorder.steps.into_inner(), recorder.image.into_inner());
    Scene { _root: root, path, before, journal: journal_bytes, steps, after }
}

fn both(editor: &mut Editor) {
    editor.drop_artifact("artifacts/logs/noise").unwrap();
    editor.drop_artifact("artifacts/logs/small").unwrap();
    let mask = Mask { lines: "2-800".parse().unwrap(), ..Mask::default() };
    editor.mask("artifacts/logs/log", &mask).unwrap();
}

impl Scene {
    /// Lays the file as a death left it, and lets the next command finish.
    fn finishes(&self, image: &[u8], what: &str) {
        fs::write(&self.path, image).unwrap();
        fs::write(journal::path_of(&self.path), &self.journal).unwrap();
        assert!(finish_edit(&self.path).unwrap(), "{what}");
        assert!(fs::read(&self.path).unwrap() == self.after, "{what}");
        assert!(!journal::path_of(&self.path).exists());
        assert!(!finish_edit(&self.path).unwrap());
    }
}

#[test]
fn a_death_after_any_write_or_in_the_middle_of_one_is_finished() {
    let scene = scene(both);
    let mut image = scene.before.clone();
    scene.finishes(&image, "nothing written");
    for (number, step) in scene.steps.iter().enumerate() {
        if let Step::Write(bytes, offset) = step {
            let mut torn = image.clone();
            Step::Write(bytes[..bytes.len() / 2].to_vec(), *offset).apply(&mut torn);
            scene.finishes(&torn, &format!("in the middle of step {number}"));
        }
        step.apply(&mut image);
        scene.finishes(&image, &format!("after step {number}"));
    }
    assert!(image == scene.after);
    assert_eq!(verify(&scene.path).unwrap().problems, []);
    assert!(scene.steps.len() >= 8, "{}", scene.steps.len());
}

#[test]
fn a_power_cut_that_loses_any_write_since_the_last_sync_is_finished() {
    let scene = scene(both);
    let synced = |upto: usize| scene.steps[..upto].iter().rposition(|step| matches!(step, Step::Sync));
    for upto in 1..=scene.steps.len() {
        let begin = synced(upto).map_or(0, |sync| sync + 1);
        for lost in begin..upto {
            let mut image = scene.before.clone();
            let kept = scene.steps[..upto].iter().enumerate().filter(|(number, _)| *number != lost);
            kept.for_each(|(_, step)| step.apply(&mut image));
            scene.finishes(&image, &format!("step {lost} of {upto} lost"));
        }
    }
}

#[test]
fn a_shorter_end_leaves_nothing_of_the_longer_one() {
    let scene = scene(|editor| editor.drop_artifact("artifacts/logs/noise").unwrap());
    let longer = [&scene.before[..], &[0xaa; 5_000]].concat();
    scene.finishes(&longer, "the file was longer");
}

#[test]
fn a_journal_of_another_report_is_refused_and_changes_nothing() {
    let one = scene(both);
    let root = tempfile::tempdir().unwrap();
    let other = report(root.path(), &[("log", "text/plain", b"another log\n", &[])]);
    let refused = |path: &Path, journal: &[u8]| {
        let before = fs::read(path).unwrap();
        fs::write(journal::path_of(path), journal).unwrap();
        let open = Editor::open(path).err().unwrap();
        for error in [open, finish_edit(path).unwrap_err()] {
            assert!(matches!(error, EditError::Journal { .. }), "{error}");
        }
        assert!(fs::read(path).unwrap() == before);
    };
    refused(&other, &one.journal);
    fs::write(&one.path, &one.before).unwrap();
    for length in 0..one.journal.len() {
        if length % 97 == 0 || length + 60 > one.journal.len() {
            refused(&one.path, &one.journal[..length]);
        }
    }
    for at in (0..one.journal.len()).step_by(53) {
        let mut changed = one.journal.clone();
        changed[at] ^= 1;
        refused(&one.path, &changed);
    }
}
