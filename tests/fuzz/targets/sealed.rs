//! Sealed reports: any file, any envelope behind a valid signature, any bytes as a part.
#![no_main]

use candor_fuzz::{OnDisk, identities, signing_key};
use candor_manifest::Level;
use candor_seal::{ENVELOPE_FORMAT, Envelope, Part, open, read_envelope};
use candor_trust::{Digest, Purpose, from_canonical, to_canonical};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    opened(bytes);
    let key = signing_key();
    // The bytes as an envelope.
    if from_canonical::<Envelope>(bytes).is_ok() {
        let signature = key.sign(Purpose::Envelope, bytes).expect("a signature");
        opened(&packed(&[
            ("envelope.json", bytes),
            ("envelope.json.minisig", signature.as_str().as_bytes()),
        ]));
    }
    // The bytes as the only part of a sound envelope.
    let part = Part { level: Level::Technical, bytes: bytes.len() as u64, sha256: Digest::of(bytes) };
    let envelope = Envelope {
        format: ENVELOPE_FORMAT.to_owned(),
        id: candor_fuzz::nonce(),
        signer: key.verifying_key().clone(),
        parts: vec![part],
    };
    let json = to_canonical(&envelope).expect("an envelope can be written");
    let signature = key.sign(Purpose::Envelope, &json).expect("a signature");
    let file = packed(&[
        ("technical.age", bytes),
        ("envelope.json", &json),
        ("envelope.json.minisig", signature.as_str().as_bytes()),
    ]);
    assert_eq!(read_envelope(OnDisk::with(&file).path()).expect("it is sound outside"), envelope);
    opened(&file);
});

fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
    candor_pack::pack(entries.iter().copied()).expect("these names can be packed")
}

/// Opened or not: nothing stays behind but the report.
fn opened(bytes: &[u8]) {
    let file = OnDisk::with(bytes);
    let output = file.beside("opened.zip");
    let taken = open(file.path(), &identities(), &output, false, &|_| Ok(()));
    assert_eq!(taken.is_ok(), output.exists());
    if taken.is_ok() {
        std::fs::remove_file(output).expect("it is there");
    }
    file.is_alone();
}
