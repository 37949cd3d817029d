//! Keys: pseudonyms that can be translated back by their owner, and by nobody else.

use std::os::unix::fs::PermissionsExt;

use candor_tests::{Finished, Sandbox};

use super::{LINE, fed, redact_text, text};

/// The words of a redacted line that the key decides about.
fn pseudonyms(redacted: &str) -> Vec<String> {
    let words = redacted.split_whitespace();
    words.filter(|word| word.contains('~') || word.contains("px-")).map(str::to_owned).collect()
}

#[test]
fn reveal_translates_back_what_the_key_made() {
    let sandbox = Sandbox::new();
    let key = sandbox.path("case.key");
    let run = redact_text(&sandbox, &["-", "--key", text(&key)], LINE).expect(0);
    assert!(run.stderr.contains("Made the key"), "{}", run.stderr);
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let words = pseudonyms(&run.stdout);
    let [address, mail] = words.as_slice() else { panic!("{words:?}") };

    let revealed = sandbox.run(&["reveal", "--key", text(&key), address, mail]).expect(0);
    assert_eq!(revealed.stdout, "10.83.2.77\nkim.lindqvist@mail.kelvaro.se\n");
    let revealed = sandbox.run(&["reveal", "--json", "--key", text(&key), mail]).expect(0).json();
    assert_eq!(revealed["values"][0]["text"], "kim.lindqvist@mail.kelvaro.se");
    assert_eq!(revealed["values"][0]["found"][0]["kind"], "user");

    let whole = fed(sandbox.command(&["reveal", "--key", text(&key), "-"]), &run.stdout).expect(0);
    assert_eq!(whole.stdout, LINE.replace("Tq7vZm2Lr9xK", "[removed:password]"));
}

#[test]
fn one_key_gives_one_pseudonym_and_two_keys_give_two() {
    let sandbox = Sandbox::new();
    let (key, other) = (sandbox.path("a.key"), sandbox.path("b.key"));
    let with = |key| redact_text(&sandbox, &["-", "--key", text(key)], LINE).expect(0).stdout;
    let (first, again, second) = (with(&key), with(&key), with(&other));
    assert_eq!(first, again);
    let labels = |text: &str| -> Vec<String> {
        let parts = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        parts.filter(|part| part.len() >= 10).map(str::to_owned).collect()
    };
    let second_labels = labels(&second);
    assert!(
        labels(&first)
            .iter()
            .filter(|label| *label != "password")
            .all(|label| !second_labels.contains(label))
    );
    let foreign = sandbox.run(&["reveal", "--key", text(&other), &pseudonyms(&first)[1]]).expect(5);
    assert_eq!(foreign.stdout, "\n");
    assert!(foreign.stderr.contains("Not of this key"), "{}", foreign.stderr);
}

#[test]
fn a_key_that_others_may_read_or_that_is_none_is_refused() {
    let sandbox = Sandbox::new();
    let key = sandbox.path("case.key");
    redact_text(&sandbox, &["-", "--key", text(&key)], LINE).expect(0);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let run = sandbox.run(&["reveal", "--key", text(&key), "user-px-aaaaaaaaaa"]).expect(2);
    assert!(run.stderr.contains("others on this machine may read") && run.stderr.contains("chmod 600"));

    let wrong = sandbox.write("wrong.key", "not a key\n");
    std::fs::set_permissions(&wrong, std::fs::Permissions::from_mode(0o600)).unwrap();
    let run = redact_text(&sandbox, &["-", "--key", text(&wrong)], LINE).expect(2);
    assert!(run.stderr.contains("this is not a key file") && run.stdout.is_empty(), "{}", run.stderr);
    sandbox.run(&["reveal", "--key", text(&sandbox.path("none.key")), "x"]).expect(2);
}

#[test]
fn the_key_itself_is_not_redacted_anywhere() {
    let sandbox = Sandbox::new();
    let key = sandbox.path("case.key");
    redact_text(&sandbox, &["-", "--key", text(&key)], LINE).expect(0);
    let run = redact_text(&sandbox, &[text(&key), "--key", text(&key)], "").expect(2);
    assert!(run.stderr.contains("the key itself") && run.stdout.is_empty(), "{}", run.stderr);
}

#[test]
fn a_key_inside_an_archive_is_removed() {
    let sandbox = Sandbox::new();
    let key = sandbox.path("case.key");
    redact_text(&sandbox, &["-", "--key", text(&key)], LINE).expect(0);
    super::tool("tar", &["cf", "box.tar", "case.key"], &sandbox.path(""));
    let redacted = Finished::of(super::redact(&sandbox, &[text(&sandbox.path("box.tar"))])).expect(0).stdout;
    assert!(redacted.contains("candor-pseudonym-key-1 [removed:candor-key]"), "{redacted}");
}
