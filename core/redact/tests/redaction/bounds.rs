//! Hostile sizes: what is held stays small, however long lines and secrets are.

use candor_redact::{Engine, Redactor, removed};

const MEBIBYTE: usize = 1 << 20;
/// Output that may be held back at any time.
const MOST_HELD: usize = 80 * 1024;

/// Pushes `head`, then `filler` over and over, then `tail`; gives back the output's length and its two ends.
fn stream(head: &[u8], filler: &[u8], repetitions: usize, tail: &[u8]) -> (usize, Vec<u8>, Vec<u8>) {
    let mut redactor = Redactor::new(&Engine::secrets_only());
    let (mut first, mut last, mut length) = (Vec::new(), Vec::new(), 0);
    let mut output = Vec::new();
    let pieces = std::iter::once(head).chain(std::iter::repeat_n(filler, repetitions)).chain([tail]);
    for piece in pieces {
        redactor.push(piece, &mut output).expect("searchable");
        length += output.len();
        if first.len() < 1024 {
            first.extend_from_slice(&output[..output.len().min(1024)]);
        }
        assert!(output.len() <= 4 * piece.len() + MOST_HELD);
        last.extend_from_slice(&output[output.len().saturating_sub(1024)..]);
        last.drain(..last.len().saturating_sub(2048));
        output.clear();
    }
    redactor.finish(&mut output).expect("searchable");
    last.extend_from_slice(&output);
    (length + output.len(), first, last)
}

#[test]
fn a_long_line_streams_through() {
    let filler = vec![b'x'; MEBIBYTE];
    let (length, _, last) = stream(b"start ", &filler, 100, b" password=hunter2\n");
    assert_eq!(length, 6 + 100 * MEBIBYTE + " password=".len() + removed("password").len() + 1);
    assert!(last.ends_with(format!(" password={}\n", removed("password")).as_bytes()));
}

#[test]
fn a_quoted_secret_of_any_length_is_dropped() {
    let filler = vec![b'\\'; MEBIBYTE];
    let (_, first, last) = stream(b"{\"password\":\"", &filler, 20, b"\",\"a\":1}\n");
    assert_eq!(first, format!("{{\"password\":\"{}", removed("password")).as_bytes());
    assert!(last.ends_with(b"\",\"a\":1}\n"));
}

#[test]
fn a_private_key_without_end_is_dropped_to_the_end() {
    let filler = b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(MEBIBYTE / 33);
    let (length, first, _) = stream(b"-----BEGIN PRIVATE KEY-----\n", &filler, 64, b"");
    let expected = format!("-----BEGIN PRIVATE KEY-----\n{}", removed("private-key"));
    assert_eq!((length, first.as_slice()), (expected.len(), expected.as_bytes()));
}

#[test]
fn text_long_after_a_private_key_without_end_comes_back() {
    let filler = b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(3000);
    let (_, _, last) = stream(b"-----BEGIN PRIVATE KEY-----\n", &filler, 1, b"[section]\nuser=me\n");
    assert!(last.ends_with(b"[section]\nuser=me\n"));
}

#[test]
fn dense_needles_and_endless_candidates_end() {
    for filler in [
        "pass",
        "password=",
        "://",
        "a://b:c",
        "\"password\":",
        "BEGIN ",
        "-----BEGIN ",
        "key ",
        "=\"'",
        "x@",
    ] {
        let text = filler.repeat(MEBIBYTE / 4 / filler.len());
        let (length, _, _) = stream(b"", text.as_bytes(), 2, b"\n");
        assert!(length > 0);
    }
}

#[test]
fn bytes_that_are_no_utf8_pass_unchanged() {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let mut redactor = Redactor::new(&Engine::secrets_only());
    let mut output = Vec::new();
    redactor.push(&bytes, &mut output).expect("searchable");
    redactor.finish(&mut output).expect("searchable");
    assert_eq!(output, bytes);
}
