//! Changed, exchanged, cut, interrupted: nothing of it passes.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod ground;

use std::fs;
use std::path::Path;

use candor_manifest::Level;
use candor_pack::{Packer, Places};
use candor_seal::{OpenError, SealError, open, read_envelope, seal, unfinished_envelope};
use candor_trust::{NoCallbacks, SigningKey};
use ground::{Person, filled, report, sealed, sealing, small};

/// Opens and tells what is wrong; nothing may be left where the report was wanted.
fn refused(file: &Path, person: &Person) -> OpenError {
    let output = file.with_extension("opened");
    let error = open(file, &person.identities(), &output, false, &|_| Ok(())).unwrap_err();
    assert!(!output.exists());
    error
}

#[test]
fn every_changed_byte_is_found() {
    let root = tempfile::tempdir().unwrap();
    let (report, output) = (small(root.path()), root.path().join("r.candor"));
    let (person, signer) = (Person::new(), SigningKey::generate().unwrap());
    sealed(&sealing(&report, &output, &[person.up_to(Level::Secret)], &signer)).unwrap();
    let bytes = fs::read(&output).unwrap();
    let changed = root.path().join("changed.candor");
    for at in 0..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 1 << (at % 8);
        fs::write(&changed, &other).unwrap();
        assert!(read_envelope(&changed).is_err(), "byte {at}");
        if at % 5 == 0 {
            refused(&changed, &person);
        }
    }
    for length in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
        fs::write(&changed, &bytes[..length]).unwrap();
        refused(&changed, &person);
    }
    fs::write(&changed, [&bytes[..], b"x"].concat()).unwrap();
    refused(&changed, &person);
}

/// Names and contents.
type Entries = Vec<(String, Vec<u8>)>;

/// The entries of a sealed report, put together again after `edit`.
fn rebuilt(file: &Path, edit: impl FnOnce(&mut Entries)) {
    let bytes = fs::read(file).unwrap();
    let mut entries = entries(&bytes);
    edit(&mut entries);
    let mut packer = Packer::new(Vec::new());
    entries.iter().for_each(|(name, bytes)| packer.add(name, bytes).unwrap());
    fs::write(file, packer.finish().unwrap()).unwrap();
}

fn entries(bytes: &[u8]) -> Entries {
    let places = Places::of(std::io::Cursor::new(bytes), 100).unwrap();
    let content = |place: &candor_pack::Place| {
        let at = usize::try_from(place.offset).unwrap();
        bytes[at..][..usize::try_from(place.head.packed_bytes()).unwrap()].to_vec()
    };
    places.iter().map(|place| (place.head.name().to_owned(), content(place))).collect()
}

#[test]
fn parts_that_are_exchanged_left_out_or_moved_are_found() {
    let root = tempfile::tempdir().unwrap();
    let (person, signer) = (Person::new(), SigningKey::generate().unwrap());
    let recipients = [person.up_to(Level::Secret)];
    let sealed_as = |name: &str, id: &str| {
        let staged = [("picture", Level::Sensitive, &[("b", id.as_bytes().to_vec())][..])];
        let (report, output) = (report(root.path(), id, &staged), root.path().join(name));
        sealed(&sealing(&report, &output, &recipients, &signer)).unwrap();
        fs::read(output).unwrap()
    };
    let (first, second) = (sealed_as("1.candor", "one"), sealed_as("2.candor", "two"));
    let file = root.path().join("changed.candor");
    let try_with = |edit: &dyn Fn(&mut Entries)| {
        fs::write(&file, &first).unwrap();
        rebuilt(&file, edit);
        refused(&file, &person)
    };
    let part = 1;
    assert_eq!(entries(&first)[part].0, "sensitive.age");
    let of_another = entries(&second)[part].1.clone();
    let error = try_with(&|entries| entries[part].1.clone_from(&of_another));
    assert!(matches!(error, OpenError::Part(Level::Sensitive)), "{error}");
    let envelope_too = entries(&second);
    // Envelope and one part of the second report, the other part of the first.
    let error = try_with(&|entries| {
        let lowest = entries[0].clone();
        entries.clone_from(&envelope_too);
        entries[0] = lowest;
    });
    assert!(matches!(error, OpenError::Part(Level::Technical)), "{error}");
    let error = try_with(&|entries| entries.swap(0, 1));
    assert!(matches!(error, OpenError::Entry(_)), "{error}");
    let error = try_with(&|entries| drop(entries.remove(part)));
    assert!(matches!(error, OpenError::Entry(_)), "{error}");
    let error = try_with(&|entries| entries.push(("more".to_owned(), Vec::new())));
    assert!(matches!(error, OpenError::Entry(_)), "{error}");
    let error = try_with(&|entries| drop(entries.pop()));
    assert!(matches!(error, OpenError::Missing(_)), "{error}");
}

/// Whoever has no key of the customer's can sign an envelope of their own, and put parts into it; the parts say where they belong.
#[test]
fn a_part_in_an_envelope_of_somebody_else_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let (report, output) = (small(root.path()), root.path().join("r.candor"));
    let (person, signer, thief) =
        (Person::new(), SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    sealed(&sealing(&report, &output, &[person.up_to(Level::Secret)], &signer)).unwrap();
    rebuilt(&output, |entries| {
        let mut envelope: candor_seal::Envelope = candor_trust::from_canonical(&entries[2].1).unwrap();
        envelope.signer = thief.verifying_key().clone();
        entries[2].1 = candor_trust::to_canonical(&envelope).unwrap();
        let signature = thief.sign(candor_trust::Purpose::Envelope, &entries[2].1).unwrap();
        entries[3].1 = signature.as_str().as_bytes().to_vec();
    });
    assert!(read_envelope(&output).is_ok(), "the outside alone cannot tell");
    let error = refused(&output, &person);
    assert!(matches!(error, OpenError::Signature { .. }), "{error}");
}

#[test]
fn a_changed_artifact_stops_sealing_and_leaves_nothing() {
    let root = tempfile::tempdir().unwrap();
    let (report, output) = (filled(root.path()), root.path().join("r.candor"));
    let (person, signer) = (Person::new(), SigningKey::generate().unwrap());
    let mut bytes = fs::read(&report).unwrap();
    let at = bytes.windows(4).position(|window| window == &ground::noise(4)[..]).unwrap();
    bytes[at + 1000] ^= 1;
    fs::write(&report, bytes).unwrap();
    let error = sealed(&sealing(&report, &output, &[person.up_to(Level::Secret)], &signer)).unwrap_err();
    assert!(matches!(error, SealError::Changed(_)), "{error}");
    assert!(!output.exists() && unfinished_envelope(&output).is_none());
}

/// The first part is whole when the process is killed: stood for by a panic out of the progress report, which runs no clean-up
/// when the unfinished file is forgotten.
#[test]
fn what_a_killed_run_has_finished_is_gone_on_with() {
    let root = tempfile::tempdir().unwrap();
    let (report, output) = (filled(root.path()), root.path().join("r.candor"));
    let (person, signer) = (Person::new(), SigningKey::generate().unwrap());
    let recipients = [person.up_to(Level::Secret)];
    let task = sealing(&report, &output, &recipients, &signer);
    let (part, state) = (root.path().join("r.candor.part"), root.path().join("r.candor.part.json"));
    let mut kept = None;
    let mut finished = Vec::new();
    seal(&task, &NoCallbacks, &mut |level| {
        finished.push(level);
        if level == Level::Identifying {
            kept = Some((fs::read(&part).unwrap(), fs::read(&state).unwrap()));
        }
    })
    .unwrap();
    assert_eq!(finished, Level::ALL);
    fs::remove_file(&output).unwrap();
    let (part_bytes, state_bytes) = kept.unwrap();
    // As the kill left it: in the middle of the third part.
    fs::write(&part, [&part_bytes[..], &[7; 12345]].concat()).unwrap();
    fs::write(&state, &state_bytes).unwrap();
    assert_eq!(unfinished_envelope(&output), Some(task.envelope));
    let mut finished = Vec::new();
    let result = seal(&task, &NoCallbacks, &mut |level| finished.push(level)).unwrap();
    assert_eq!(finished, [Level::Sensitive, Level::Secret]);
    assert_eq!(read_envelope(&output).unwrap(), result.envelope);
    let opened =
        open(&output, &person.identities(), &root.path().join("all.zip"), false, &|_| Ok(())).unwrap();
    assert!(opened.closed.is_empty());
    assert!(!part.exists() && !state.exists());

    // What was left of another task, or was damaged, is made anew.
    fs::remove_file(&output).unwrap();
    let mut damaged = part_bytes.clone();
    damaged[200] ^= 1;
    fs::write(&part, &damaged).unwrap();
    fs::write(&state, &state_bytes).unwrap();
    let mut finished = Vec::new();
    seal(&task, &NoCallbacks, &mut |level| finished.push(level)).unwrap();
    assert_eq!(finished, Level::ALL);
}
