//! Texts and what becomes of them. `«token»` stands for `[removed:token]`, and `‹token›` for `removed:token`.

use crate::{redact, redact_in_pieces, scan, with_marks};

use crate::cases::*;

fn check(input: &str, expected: &str) {
    let expected = with_marks(expected);
    let (output, tally) = redact(input.as_bytes());
    assert_eq!(String::from_utf8_lossy(&output), expected, "from {input:?}");
    assert_eq!(tally.total() > 0, input != expected, "tally {tally:?} of {input:?}");
    assert_eq!(scan(input.as_bytes()).len() as u64, tally.total(), "scan of {input:?}");
    assert_eq!(scan(&output), [], "scan of the output of {input:?}");
    assert_eq!(redact(&output).0, output, "a second time, from {input:?}");
    for size in [1, 2, 3, 7] {
        let pieces = redact_in_pieces(input.as_bytes(), size).expect("searchable");
        assert_eq!(pieces, (output.clone(), tally.clone()), "in pieces of {size} from {input:?}");
    }
}

pub fn check_all(table: &[(&str, &str)]) {
    table.iter().for_each(|(input, expected)| check(input, expected));
}

#[test]
fn values_of_secret_keys_are_removed_from_lines() {
    check_all(KEY_VALUE);
}

#[test]
fn values_of_secret_keys_are_removed_from_running_text() {
    check_all(RUNNING_TEXT);
}

#[test]
fn values_of_secret_keys_are_removed_from_json() {
    check_all(JSON);
}

#[test]
fn json_stays_json() {
    for (input, _) in JSON.iter().chain(URLS).chain(PRIVATE_KEYS) {
        if serde_json::from_str::<serde_json::Value>(input).is_ok() {
            let output = redact(input.as_bytes()).0;
            serde_json::from_slice::<serde_json::Value>(&output).expect("output is JSON");
        }
    }
}

#[test]
fn values_of_secret_keys_are_removed_from_yaml_and_xml() {
    check_all(YAML_XML);
}

#[test]
fn values_of_secret_directives_are_removed() {
    check_all(DIRECTIVES);
}

#[test]
fn credentials_are_removed_from_urls() {
    check_all(URLS);
}

#[test]
fn private_keys_are_removed_and_their_frame_stays() {
    check_all(PRIVATE_KEYS);
}

#[test]
fn what_is_no_secret_stays() {
    NO_SECRETS.iter().for_each(|text| check(text, text));
}

#[test]
fn headers_keep_their_schemes_and_names() {
    check_all(HEADERS);
}

#[test]
fn values_of_named_pairs_and_arguments_are_removed() {
    check_all(PAIRS);
}

#[test]
fn secrets_are_removed_from_command_lines() {
    check_all(COMMAND_LINES);
}

#[test]
fn secrets_are_removed_from_configurations_of_devices() {
    check_all(DEVICES);
}

#[test]
fn secrets_are_removed_from_password_files() {
    check_all(FILES);
}

#[test]
fn tokens_are_removed_that_no_rule_can_find() {
    check_all(UNNAMED);
}

#[test]
fn blocks_are_removed_to_their_end() {
    check_all(BLOCKS);
}

#[test]
fn code_and_prose_stay() {
    let table: Vec<(&str, &str)> = CODE.iter().map(|text| (*text, *text)).collect();
    check_all(&table);
}
