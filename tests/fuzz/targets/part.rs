//! The inside of a sealed report: any zip, and any documents behind a valid seal, encrypted as they should be.
#![no_main]

use candor_fuzz::{OnDisk, identities, nonce, recipients, signing_key};
use candor_manifest::Level;
use candor_seal::{ENVELOPE_FORMAT, Envelope, Part, SEAL_FORMAT, SealStatement, open};
use candor_trust::{Digest, NoCallbacks, Purpose, to_canonical};
use libfuzzer_sys::fuzz_target;
use std::io::Write;

fuzz_target!(|bytes: &[u8]| {
    opened(bytes);
    // The bytes as the entries of a level whose seal is right.
    let seal = SealStatement {
        format: SEAL_FORMAT.to_owned(),
        envelope: nonce(),
        level: Level::Technical,
        report: "id".to_owned(),
        released_root: Digest::of(b""),
        recipients: Vec::new(),
        documents: [("entries.json".to_owned(), Digest::of(bytes))].into(),
        sealed: jiff::Timestamp::UNIX_EPOCH,
    };
    let json = to_canonical(&seal).expect("a seal can be written");
    let signature = signing_key().sign(Purpose::Seal, &json).expect("a signature");
    let zip = candor_pack::pack([
        ("seal.json", &json[..]),
        ("seal.json.minisig", signature.as_str().as_bytes()),
        ("entries.json", bytes),
    ]);
    opened(&zip.expect("these names can be packed"));
});

fn opened(plain: &[u8]) {
    let mut part = Vec::new();
    let mut writer = recipients().encrypt(&mut part, &NoCallbacks).expect("a recipient");
    writer.write_all(plain).and_then(|()| writer.finish().map(drop)).expect("memory");
    let key = signing_key();
    let envelope = Envelope {
        format: ENVELOPE_FORMAT.to_owned(),
        id: nonce(),
        signer: key.verifying_key().clone(),
        parts: vec![Part { level: Level::Technical, bytes: part.len() as u64, sha256: Digest::of(&part) }],
    };
    let json = to_canonical(&envelope).expect("an envelope can be written");
    let signature = key.sign(Purpose::Envelope, &json).expect("a signature");
    let entries = [
        ("technical.age", &part[..]),
        ("envelope.json", &json[..]),
        ("envelope.json.minisig", signature.as_str().as_bytes()),
    ];
    let file = OnDisk::with(&candor_pack::pack(entries).expect("these names can be packed"));
    let output = file.beside("opened.zip");
    let taken = open(file.path(), &identities(), &output, false, &|_| Ok(()));
    assert_eq!(taken.is_ok(), output.exists());
    if taken.is_ok() {
        std::fs::remove_file(output).expect("it is there");
    }
    file.is_alone();
}
