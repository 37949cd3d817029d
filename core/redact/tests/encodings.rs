//! Secrets behind one level of encoding.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE};

use candor_redact::{Engine, Redactor};

fn redact_in_pieces(input: &[u8], size: usize) -> Vec<u8> {
    let mut redactor = Redactor::new(&Engine::secrets_only());
    let mut output = Vec::new();
    for piece in input.chunks(size) {
        redactor.push(piece, &mut output).unwrap();
    }
    redactor.finish(&mut output).unwrap();
    output
}

fn redact(text: &str) -> String {
    String::from_utf8(redact_in_pieces(text.as_bytes(), 1 << 20)).unwrap()
}

const SECRET: &str = "url=https://user:hunter2@db.example/x and so on ?>?>?>";

const PADDED: &str = "!";

#[test]
fn base64_is_redacted_inside_and_encoded_again() {
    for codec in [BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE] {
        // Not a whole number of groups: only then is it seen whether there is padding.
        let text = format!("data: {{\"blob\": \"{}\"}}\n", codec.encode(SECRET.to_owned() + PADDED));
        let output = redact(&text);
        let blob = output.split('"').nth(3).unwrap();
        let inside = String::from_utf8(codec.decode(blob).unwrap()).unwrap();
        assert_eq!(
            inside,
            format!("url=https://removed:url-credentials@db.example/x and so on ?>?>?>{PADDED}")
        );
        assert_eq!(redact(&output), output);
        for size in [1, 2, 3, 7, 64] {
            assert_eq!(redact_in_pieces(text.as_bytes(), size), output.as_bytes());
        }
    }
}

#[test]
fn base64_without_secrets_stays_byte_for_byte() {
    let texts = [
        BASE64_STANDARD.encode("nothing to hide in this sentence"),
        // Bits behind the end that a strict reader refuses, and padding that is not complete.
        "bm90aGluZyB0byBoaWRlIGhlcmV=".to_owned(),
        "bm90aGluZyB0byBoaWRlIGhlcg=".to_owned(),
        "bm90aGluZyB0byBoaWRlIGhlcmVx+-_/".to_owned(),
        BASE64_STANDARD.encode([0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, 1, 2, 3, 4]),
        "systemd_journal_upload_configuration_directory".to_owned(),
    ];
    for text in texts {
        assert_eq!(redact(&text), text);
    }
}

#[test]
fn percent_encoding_is_seen_through() {
    let text = "GET /go?to=https%3A%2F%2Fuser%3Ahunter2%40db.example%2Fx&page=1%20of%202 HTTP/1.1";
    let output = redact(text);
    assert!(!output.contains("hunter2"), "{output}");
    assert!(output.ends_with("&page=1%20of%202 HTTP/1.1"), "{output}");
    assert_eq!(redact(&output), output);
}

#[test]
fn json_escapes_are_seen_through() {
    let text = r#"{"url": "https:\u002f\u002fuser:hunter2\u0040db.example/x", "n": "\u00e5\n"}"#;
    let output = redact(text);
    assert!(!output.contains("hunter2"), "{output}");
    let value: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(value["n"], "å\n");
    assert_eq!(redact(&output), output);
}

#[test]
fn utf_16_is_redacted_and_comes_back_in_its_encoding() {
    let text = "\u{FEFF}user=app\r\npassword=hunter2\r\nname=Å😀\r\n";
    for big_endian in [false, true] {
        let encode = |text: &str| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        let expected = encode(&text.replace("hunter2", "[removed:password]"));
        assert_eq!(redact_in_pieces(&encode(text), 7), expected);
        assert_eq!(redact_in_pieces(&encode(text), 4096), expected);
        // Without a mark.
        assert_eq!(redact_in_pieces(&encode(text)[2..], 5), expected[2..]);
    }
}
