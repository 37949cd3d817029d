//! Whatever was changed is refused.

use std::io::Write;

use candor_request::{FieldsError, MAX_BYTES, OpenError, Refusal, Signed};
use candor_trust::{Digest, Purpose, SigningKey};
use proptest::prelude::*;

use crate::support::{Both, CREATED};

#[test]
fn every_flipped_bit_is_refused() {
    let both = Both::new();
    let file = both.make(both.wanted()).file;
    assert!(both.admit(&file, CREATED, None).is_ok());
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(both.admit(&changed, CREATED, None).is_err(), "byte {at}");
    }
}

#[test]
fn every_cut_and_everything_behind_is_refused() {
    let both = Both::new();
    let file = both.make(both.wanted()).file;
    for at in 0..file.len() {
        assert!(Signed::open(&file[..at]).is_err(), "cut at {at}");
    }
    assert!(Signed::open(&[&file[..], b"\n"].concat()).is_err());
    let large = vec![0; MAX_BYTES + 1];
    assert!(matches!(Signed::open(&large), Err(OpenError::TooLarge)));
}

/// The three documents of a request, of which one is changed by who can pack but not sign.
fn repacked(file: &[u8], change: impl Fn(&str, &[u8]) -> Vec<u8>) -> Vec<u8> {
    let entries = candor_pack::unpack(file, 3).unwrap();
    let changed: Vec<_> =
        entries.iter().map(|entry| (entry.name.as_str(), change(&entry.name, entry.content))).collect();
    candor_pack::pack(changed.iter().map(|(name, content)| (*name, &content[..]))).unwrap()
}

#[test]
fn what_is_packed_anew_without_the_key_is_refused_at_its_step() {
    let both = Both::new();
    let file = both.make(both.wanted()).file;
    assert_eq!(repacked(&file, |_, content| content.to_vec()), file);
    let other_case = repacked(&file, |name, content| match name {
        "request.json" => String::from_utf8_lossy(content).replace("\"4711\"", "\"4712\"").into_bytes(),
        _ => content.to_vec(),
    });
    let key = both.key.verifying_key();
    assert!(
        matches!(Signed::open(&other_case), Err(OpenError::Signature { key: named, .. }) if &named == key)
    );
    let other_statement = repacked(&file, |name, content| match name {
        "statement.txt" => b"We keep it.\n".to_vec(),
        _ => content.to_vec(),
    });
    let found = both.admit(&other_statement, CREATED, None);
    assert!(matches!(found, Err(Refusal::Fields(FieldsError::OtherStatement))), "{found:?}");
}

#[test]
fn the_parts_of_two_requests_do_not_go_together() {
    let both = Both::new();
    let (one, other) = (both.make(both.wanted()).file, both.make(both.wanted()).file);
    let other = candor_pack::unpack(&other, 3).unwrap();
    for part in ["request.json", "request.json.minisig"] {
        let mixed = repacked(&one, |name, content| match other.iter().find(|entry| entry.name == part) {
            Some(entry) if name == part => entry.content.to_vec(),
            _ => content.to_vec(),
        });
        assert!(matches!(Signed::open(&mixed), Err(OpenError::Signature { .. })), "{part}");
    }
}

#[test]
fn other_entries_are_refused() {
    let both = Both::new();
    let file = both.make(both.wanted()).file;
    let entries = candor_pack::unpack(&file, 3).unwrap();
    let pack = |order: &[usize], more: &[(&str, &[u8])]| {
        let chosen = order.iter().map(|index| (entries[*index].name.as_str(), entries[*index].content));
        candor_pack::pack(chosen.chain(more.iter().copied())).unwrap()
    };
    for wrong in [
        pack(&[0, 1], &[]),
        pack(&[1, 0, 2], &[]),
        pack(&[0, 1, 2], &[("extra", b"")]),
        pack(&[0, 1], &[("Statement.txt", b"x")]),
        pack(&[], &[]),
    ] {
        assert!(matches!(Signed::open(&wrong), Err(OpenError::Entries)));
    }
    assert!(matches!(Signed::open(b"hello"), Err(OpenError::Zip(_))));
    // A request in a request.
    let nested = candor_pack::pack([("a.candor-request", &file[..])]).unwrap();
    assert!(matches!(Signed::open(&nested), Err(OpenError::Entries)));
}

#[test]
fn the_same_three_in_another_zip_are_refused() {
    let both = Both::new();
    let file = both.make(both.wanted()).file;
    let entries = candor_pack::unpack(&file, 3).unwrap();
    for method in [zip::CompressionMethod::Stored, zip::CompressionMethod::Deflated] {
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for entry in &entries {
            writer.start_file(entry.name.as_str(), options).unwrap();
            writer.write_all(entry.content).unwrap();
        }
        let foreign = writer.finish().unwrap().into_inner();
        assert!(matches!(Signed::open(&foreign), Err(OpenError::Zip(_))));
    }
}

/// A request whose JSON was changed by who has the key.
fn signed(key: &SigningKey, file: &[u8], change: impl Fn(String) -> String, purpose: Purpose) -> Vec<u8> {
    let json = candor_pack::unpack(file, 3).unwrap()[0].content.to_vec();
    let json = change(String::from_utf8(json).unwrap()).into_bytes();
    let signature = key.sign(purpose, &json).unwrap();
    repacked(file, |name, content| match name {
        "request.json" => json.clone(),
        "request.json.minisig" => signature.as_str().as_bytes().to_vec(),
        _ => content.to_vec(),
    })
}

#[test]
fn a_signature_for_something_else_is_none() {
    let both = Both::new();
    let file = both.make(both.wanted()).file;
    let right = signed(&both.key, &file, |json| json, Purpose::Request);
    assert!(both.admit(&right, CREATED, None).is_ok());
    let wrong = signed(&both.key, &file, |json| json, Purpose::Forward);
    assert!(matches!(Signed::open(&wrong), Err(OpenError::Signature { .. })));
}

#[test]
fn what_is_not_understood_or_spelled_otherwise_is_refused_though_it_is_signed() {
    let both = Both::new();
    let file = both.make(both.wanted()).file;
    let admit = |change: &dyn Fn(String) -> String| {
        both.admit(&signed(&both.key, &file, change, Purpose::Request), CREATED, None)
    };
    type Change = fn(String) -> String;
    let fields: [Change; 13] = [
        |json| json.replace("{\"case\"", "{\"and\":1,\"case\""),
        |json| json.replace("\"case\"", " \"case\""),
        |json| json.replace("{\"case\":\"4711\",", "{\"case\":\"4711\",\"case\":\"4711\","),
        |json| json + "\n",
        |json| json.replace("\"case\":\"4711\"", "\"case\":\"\""),
        |json| json.replace("\"case\":\"4711\"", "\"case\":\"4\\u202e711\""),
        |json| json.replace("T12:00:00Z", "T12:00:00.5Z"),
        |json| json.replace("T12:00:00Z", "T13:00:00+01:00"),
        |json| json.replace("2026-02-28T12", "2026-01-31T12"),
        |json| json.replace("2026-02-28T12", "2036-02-28T12"),
        |json| json.replace("\"secret\"", "\"everything\""),
        |json| json.replace("https://intake", "ftp://intake"),
        |json| json.replace("\"retention_days\":90", "\"retention_days\":-1"),
    ];
    for (index, change) in fields.into_iter().enumerate() {
        let found = admit(&change);
        assert!(matches!(found, Err(Refusal::Fields(_))), "{index}: {found:?}");
    }
    let found = admit(&|json: String| json.replace("candor-request/1", "candor-request/2"));
    assert!(matches!(found, Err(Refusal::Open(OpenError::Format))), "{found:?}");
    let found = admit(&|json: String| json.replace("\"key\"", "\"kez\""));
    assert!(matches!(found, Err(Refusal::Open(OpenError::NoKey))), "{found:?}");
    let found = admit(&|_| "[".repeat(100_000));
    assert!(matches!(found, Err(Refusal::Open(OpenError::NoKey))), "{found:?}");
}

#[test]
fn keys_of_the_wrong_kind_are_refused() {
    let both = Both::new();
    let made = both.make(both.wanted());
    let recipient = made.request.recipients[0].recipient.to_string();
    let signing = both.key.verifying_key().to_string();
    let swapped = signed(&both.key, &made.file, |json| json.replace(&signing, &recipient), Purpose::Request);
    assert!(matches!(Signed::open(&swapped), Err(OpenError::NoKey)));
    let swapped = signed(&both.key, &made.file, |json| json.replace(&recipient, &signing), Purpose::Request);
    let found = both.admit(&swapped, CREATED, None);
    assert!(matches!(found, Err(Refusal::Fields(FieldsError::Canonical(_)))), "{found:?}");
    let secret = "AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSQK0YPV";
    let swapped = signed(&both.key, &made.file, |json| json.replace(&recipient, secret), Purpose::Request);
    assert!(matches!(both.admit(&swapped, CREATED, None), Err(Refusal::Fields(_))));
}

#[test]
fn the_terms_hold_the_hash_of_what_was_signed() {
    let both = Both::new();
    let made = both.make(both.wanted());
    let admitted = both.admit(&made.file, CREATED, None).unwrap();
    assert_eq!(admitted.terms().request.sha256, made.sha256);
    assert_eq!(Digest::of(admitted.signed().json()), made.sha256);
    assert_eq!(admitted.request(), &made.request);
    assert_eq!(admitted.statement().text(), "Privacy\n\nWe delete it.\n");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Signed::open(&bytes).is_err());
        let _ = Signed::of(bytes.clone(), bytes.clone(), bytes);
    }
}
