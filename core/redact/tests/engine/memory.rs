//! What is held does not grow with the text.

use candor_redact::Redactor;

use crate::engine;

/// The most bytes that may wait for more: the window, what detectors look ahead, and what they may reach back to.
const MOST_HELD: usize = 160 * 1024;

#[test]
fn no_text_makes_the_redactor_hold_much_of_it() {
    let engine = engine();
    let fillers = [
        "a",
        "1",
        ".",
        "1.",
        "a.",
        ":",
        "::",
        "a:",
        "@",
        "a@",
        "-",
        "1-",
        "/",
        "=",
        "password=",
        "\"password\":\"",
        "\\",
        "\\u0041",
        "%41",
        "cGFz",
        "+1",
        "10.0.0.1",
        "10.0.0.1,",
        "AKIA",
        "eyJ",
        "-----BEGIN ",
        "<password>",
        "C=",
        "CN=a,",
        "user ",
        "\n",
        " ",
        "\0",
        "x@y.z ",
        "fe80::",
        "[",
        "{",
        "tel ",
        "/home/",
        "S-1-5-21-",
    ];
    for filler in fillers {
        let text = filler.repeat((1 << 20) / filler.len());
        let (mut redactor, mut output, mut taken) = (Redactor::new(&engine), Vec::new(), 0);
        for piece in text.as_bytes().chunks(4096) {
            redactor.push(piece, &mut output).unwrap();
            taken += piece.len();
            assert!(redactor.held_bytes() <= MOST_HELD.min(taken), "{filler:?}: {}", redactor.held_bytes());
        }
        redactor.finish(&mut output).unwrap();
    }
}
