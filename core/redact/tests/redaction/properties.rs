//! What holds for every text.

use candor_redact::{is_secret_key, mask_url_credentials};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::{redact, redact_in_pieces, scan};

/// The same texts in each run, so that a change is what makes a test fail.
const CASES: u32 = 4000;

/// Pieces of the texts that the rules care about: random bytes alone would never meet one.
const PIECES: &[&str] = &[
    "password",
    "passwd",
    "Password",
    "\"password\"",
    "\\\"token\\\"",
    "'secret'",
    "api_key",
    "psk",
    "PWD",
    "pass",
    "--password",
    "requirepass",
    "key",
    "private",
    "login",
    "machine",
    "=",
    ":",
    " = ",
    ": ",
    "=>",
    "::",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\\n",
    "\\\\n",
    "\"",
    "\\\"",
    "\\\\\\\"",
    "'",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ";",
    "&",
    "<",
    "</",
    ">",
    "<password>",
    "</password>",
    "<![CDATA[",
    "]]>",
    "|",
    "|\n  ",
    ">-\n",
    "- ",
    "export ",
    "hunter2",
    "x",
    "_",
    ".",
    "-",
    "https://",
    "http:\\/\\/",
    "%3A%2F%2F",
    "@",
    "%40",
    "/",
    "?",
    "#",
    "host",
    "user:pw@",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----BEGIN CERTIFICATE-----",
    "-----END RSA PRIVATE KEY-----",
    "MIIEabc=",
    "---- BEGIN SSH2 PRIVATE KEY ----",
    "true",
    "null",
    "12345",
    "***",
    "${X}",
    "[removed:password]",
    "removed:url-credentials",
    "é",
    "files",
    "Authorization",
    "Bearer ",
    "Basic dXNlcjpwYXNz",
    "Digest ",
    "Cookie: ",
    "set-cookie",
    "a=b; c=d",
    "name",
    "value",
    "DB_PASSWORD",
    "<key>",
    "</key>",
    "<string>",
    "mysql ",
    "-psecret",
    " -p ",
    "curl ",
    " -u me:x",
    "ENV ",
    "echo ",
    "| sudo -S",
    "IDENTIFIED BY ",
    "*:*:*:me:x",
    ":99999:",
    "{PLAIN}hunter2",
    "tacacs-server key ",
    "enable secret ",
    "SetBasicAuth(",
    "q8Xv2Lk9PzR4tW7y",
    "session_id",
    "password is ",
    "`",
    "(",
    ")",
    "Private-Lines: 1\n",
    "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2",
    "Nov 22 12:00:00 h app: ",
    "-----BEGIN PRIVATE KEY-----\n",
];

fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        12 => prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// JSON whose strings and keys are made of the same pieces.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let string =
        || prop::collection::vec(prop::sample::select(PIECES), 0..12).prop_map(|pieces| pieces.concat());
    let leaf = prop_oneof![
        8 => string().prop_map(serde_json::Value::from),
        1 => any::<i32>().prop_map(serde_json::Value::from),
        1 => any::<bool>().prop_map(serde_json::Value::from),
        1 => Just(serde_json::Value::Null),
    ];
    let key = prop_oneof![
        prop::sample::select(&["password", "apiKey", "a", "tokens"][..]).prop_map(str::to_owned),
        string()
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::hash_map(key.clone(), inner.clone(), 0..4)
                .prop_map(|map| map.into_iter().collect()),
            inner.prop_map(|value| serde_json::Value::from(value.to_string())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_gives_the_same_output_and_tally(text in text(), size in 1usize..40) {
        let Ok(pieces) = redact_in_pieces(&text, size) else {
            prop_assert!(redact_in_pieces(&text, usize::MAX).is_err());
            return Ok(());
        };
        prop_assert_eq!(pieces, redact(&text));
    }

    #[test]
    fn redacting_an_output_again_changes_nothing(text in text()) {
        let Ok((once, _)) = redact_in_pieces(&text, usize::MAX) else { return Ok(()) };
        let (twice, tally) = redact(&once);
        prop_assert_eq!(tally.total(), 0, "from {:?} by way of {:?}", String::from_utf8_lossy(&text), String::from_utf8_lossy(&once));
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn a_scan_finds_exactly_what_redaction_removes(text in text()) {
        let Ok((_, tally)) = redact_in_pieces(&text, usize::MAX) else { return Ok(()) };
        let findings = scan(&text);
        prop_assert_eq!(findings.len() as u64, tally.total());
        for finding in findings {
            prop_assert!(finding.length > 0 && finding.offset + finding.length <= text.len());
            let breaks = text[..finding.offset].iter().filter(|byte| **byte == b'\n').count();
            prop_assert_eq!(finding.line, breaks + 1);
        }
    }

    #[test]
    fn json_stays_json_and_keeps_its_keys(value in json()) {
        for input in [value.to_string(), serde_json::to_string_pretty(&value).expect("JSON")] {
            let (output, _) = redact(input.as_bytes());
            let parsed: Result<serde_json::Value, _> = serde_json::from_slice(&output);
            prop_assert!(parsed.is_ok(), "{:?} became {:?}", input, String::from_utf8_lossy(&output));
        }
    }

    #[test]
    fn a_password_of_any_letters_is_gone_from_every_form(password in "[!-~]{6,30}") {
        let quoted = serde_json::Value::from(password.as_str()).to_string();
        let nested = serde_json::Value::from(format!("{{\"token\":{quoted}}}")).to_string();
        let plain = password.trim_start_matches(['"', '\'', '{', '[', '|', '>', '\\', '=', ':', '/', '~']);
        prop_assume!(plain.len() >= 6 && !plain.starts_with("${"));
        for text in [
            format!("{{\"password\":{quoted},\"a\":1}}"),
            format!("{{\"m\":{nested},\"a\":1}}"),
            format!("password = {plain}\n"),
            format!("export DB_PASSWORD={plain}\nnext\n"),
            format!("secret: {plain}\r\nnext"),
            format!("A=b\0API_KEY={plain}\0"),
            format!("requirepass {plain}\n"),
        ] {
            let (output, tally) = redact(text.as_bytes());
            prop_assert_eq!(tally.total(), 1, "in {:?}", text);
            let output = String::from_utf8_lossy(&output).into_owned();
            let escaped = &quoted[1..quoted.len() - 1];
            prop_assert!(!output.contains(plain) && !output.contains(escaped), "{:?} became {:?}", text, output);
        }
    }

    #[test]
    fn no_key_and_no_url_makes_the_helpers_panic(text in any::<String>(), text2 in text()) {
        let _ = is_secret_key(&text);
        let _ = is_secret_key(&String::from_utf8_lossy(&text2));
        let _ = mask_url_credentials(&text);
        let _ = mask_url_credentials(&String::from_utf8_lossy(&text2));
    }
}
