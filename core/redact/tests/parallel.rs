//! Several processors give what one gives.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write;
use std::sync::Arc;

use candor_pseudonym::CaseKey;
use candor_redact::{Engine, Kind, KnownValues, Policy, Redactor, Tally, redact_parallel};

fn engine() -> Arc<Engine> {
    let mut known = KnownValues::default();
    known.add(Kind::Host, "web01");
    Arc::new(Engine::with_policy(&known, Policy::default(), &CaseKey::from_bytes([7; 32])).unwrap())
}

fn alone(engine: &Arc<Engine>, text: &[u8]) -> (Vec<u8>, Tally) {
    let (mut redactor, mut output) = (Redactor::new(engine), Vec::new());
    redactor.push(text, &mut output).unwrap();
    let tally = redactor.finish(&mut output).unwrap();
    (output, tally)
}

/// Some mebibytes of log lines; `between` says what stands between them here and there.
fn log(between: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < 3 << 20 {
        number += 1;
        let (third, fourth) = (number / 250 % 250, number % 250);
        writeln!(text, "Nov 22 12:53:15 web01 app[{number}]: GET /{number} from 10.0.{third}.{fourth} password=x{number}y")
            .unwrap();
        text.push_str(&between(number));
    }
    text.into_bytes()
}

#[test]
fn blocks_that_end_between_lines_and_in_the_middle_of_things_give_the_same() {
    let engine = engine();
    let long_secret = |number: usize| match number % 7000 {
        // A value in quotes over many lines, longer than a block; a key block; a line longer than a block.
        1000 => format!("\"password\": \"{}\"\n", "line\\n".repeat(300_000)),
        3000 => format!(
            "-----BEGIN RSA PRIVATE KEY-----\n{}-----END RSA PRIVATE KEY-----\n",
            "MIIE\n".repeat(9000)
        ),
        5000 => format!("{}\n", "no break 10.0.0.1 ".repeat(90_000)),
        _ => String::new(),
    };
    for text in [log(|_| String::new()), log(long_secret)] {
        let (expected, tally) = alone(&engine, &text);
        for threads in [1, 2, 3] {
            let mut output = Vec::new();
            let parallel = redact_parallel(&engine, &mut text.as_slice(), &mut output, threads).unwrap();
            assert_eq!(parallel, tally);
            assert!(output == expected, "{threads} threads");
        }
    }
}

#[test]
fn short_texts_and_wide_ones_go_through_one_thread() {
    let engine = engine();
    let wide: Vec<u8> = "\u{FEFF}password=hunter2\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for text in [&b""[..], b"x", b"password=hunter2", &wide] {
        let mut output = Vec::new();
        let tally = redact_parallel(&engine, &mut &*text, &mut output, 2).unwrap();
        assert_eq!((output, tally), alone(&engine, text));
    }
}

#[test]
fn a_reader_or_writer_that_fails_ends_it() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("broken"))
        }
    }
    let text = log(|_| String::new());
    assert!(redact_parallel(&engine(), &mut Broken, &mut Vec::new(), 2).is_err());
    assert!(redact_parallel(&engine(), &mut text.as_slice(), &mut [0_u8; 100].as_mut_slice(), 2).is_err());
}
