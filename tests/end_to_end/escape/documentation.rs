//! The table of attacks in `docs/sandbox.md`.

use std::path::{Path, PathBuf};

use candor_tests::User;

use super::{CASES, Case};

/// Folder in which `cargo xtask gen --escapes` wants the answers.
const VARIABLE: &str = "CANDOR_ESCAPE_ANSWERS";

/// Keeps an answer for the table, where somebody asked for it.
pub(super) fn keep(place: usize, case: &Case, user: User, gain: &str, met: &str) {
    let Some(folder) = std::env::var_os(VARIABLE) else { return };
    let answer = serde_json::json!({
        "attack": case.attack(),
        "gain": gain,
        "without": without(case, user),
        "with": format!("denied: {met}"),
    });
    let file = PathBuf::from(folder).join(format!("{place:03}-{}.json", user.as_str()));
    std::fs::write(file, answer.to_string()).unwrap();
}

/// What the table says of the attack without the lock-down.
fn without(case: &Case, user: User) -> String {
    match (case.refused_to_all, case.refused(user)) {
        (Some(reason), _) => format!("depends: {reason}"),
        (None, Some(reason)) => format!("refused: {reason}"),
        (None, None) => "succeeds".to_owned(),
    }
}

#[test]
fn the_documentation_shows_every_attack_and_what_comes_of_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/sandbox.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().skip_while(|line| *line != "<!-- attacks -->");
    let rows: Vec<Vec<&str>> = rows
        .take_while(|line| *line != "<!-- end of attacks -->")
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    // What only an x86-64 machine has is written there and not tried elsewhere.
    let known = |row: &&Vec<&str>| CASES.iter().any(|case| row[0] == format!("`{}`", case.attack()));
    let rows: Vec<_> = rows.iter().filter(known).collect();
    assert_eq!(rows.len(), CASES.len(), "run `cargo xtask gen --escapes`");
    for (row, case) in rows.iter().zip(CASES) {
        let expected =
            [format!("`{}`", case.attack()), without(case, User::Root), without(case, User::Ordinary)];
        assert_eq!(
            [row[0], row[2], row[3]],
            expected.each_ref().map(String::as_str),
            "run `cargo xtask gen --escapes`"
        );
        assert!(row[4].starts_with("denied") && row[5].starts_with("denied"), "{row:?}");
    }
}
