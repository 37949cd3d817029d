//! The table of attacks in `docs/sandbox.md`, from what the escape suite met.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::console;
use crate::failure::Failure;
use crate::fixtures::{self, Laid};
use crate::generate::Scratch;
use crate::process::Process;
use crate::workspace;

const DOCUMENT: &str = "docs/sandbox.md";
const BEGIN: &str = "<!-- attacks -->\n";
const END: &str = "<!-- end of attacks -->\n";

/// Runs the escape suite and writes its table.
///
/// # Errors
/// When an attack got through, or the table cannot be written.
pub fn write() -> Result<(), Failure> {
    let Laid { tree, plugins } = fixtures::lay_with_tree()?;
    let folder = Scratch::new()?;
    // The test of the table itself is left out: it compares with what is about to be written.
    Process::cargo()
        .args(["test", "--quiet", "-p", "candor-tests", "--test", "end_to_end", "--"])
        .args(["escape::", "--skip", "documentation"])
        .env("CANDOR_DIST", tree)
        .env("CANDOR_FIXTURE_PLUGINS", plugins)
        .env("CANDOR_ESCAPE_ANSWERS", &folder.path)
        .run()?;
    let path = workspace::path(DOCUMENT);
    let text = between(&workspace::read(&path)?, &table(&answers(&folder.path)?)?)?;
    fs::write(&path, text).map_err(|error| Failure::path("write", &path, error))?;
    console::progress("Wrote", DOCUMENT);
    Ok(())
}

/// What the tests wrote, in the order of their attacks, root's answer before the user's.
fn answers(folder: &Path) -> Result<Vec<Value>, Failure> {
    let read = |path: &std::path::PathBuf| {
        serde_json::from_str(&workspace::read(path)?).map_err(|error| Failure::path("parse", path, error))
    };
    workspace::list(folder)?.iter().map(read).collect()
}

fn table(answers: &[Value]) -> Result<String, Failure> {
    let mut table = String::from(
        "| attack | what it is after | plain, as root | plain, as a user | locked, as root | locked, as a user |\n\
         |---|---|---|---|---|---|\n",
    );
    for pair in answers.chunks(2) {
        let [root, user] = pair else {
            return Err(Failure::new("an attack was tried by one of the two users only"));
        };
        if root["attack"] != user["attack"] {
            return Err(Failure::new(format!("{} was tried by one of the two users only", root["attack"])));
        }
        let cell = |answer: &Value, key: &str| answer[key].as_str().unwrap_or_default().replace('|', "\\|");
        let cells = [
            format!("`{}`", cell(root, "attack")),
            cell(root, "gain"),
            cell(root, "without"),
            cell(user, "without"),
            cell(root, "with"),
            cell(user, "with"),
        ];
        table.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    Ok(table)
}

/// The document with the table between its marks.
fn between(text: &str, table: &str) -> Result<String, Failure> {
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) =
        parts.ok_or_else(|| Failure::new(format!("`{DOCUMENT}` has lost a mark of its table")))?;
    Ok(format!("{before}{BEGIN}{table}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(attack: &str) -> Value {
        serde_json::json!({ "attack": attack, "gain": "a|b", "without": "succeeds", "with": "denied: EPERM" })
    }

    #[test]
    fn a_row_holds_both_answers() {
        let table = table(&[answer("fork"), answer("fork")]).unwrap();
        let row = "| `fork` | a\\|b | succeeds | succeeds | denied: EPERM | denied: EPERM |";
        assert_eq!(table.lines().last(), Some(row));
    }

    #[test]
    fn an_attack_of_one_user_is_no_row() {
        assert!(table(&[answer("fork")]).is_err());
        assert!(table(&[answer("fork"), answer("bpf")]).is_err());
    }

    #[test]
    fn only_what_is_between_the_marks_is_written() {
        let text = format!("before\n{BEGIN}old\n{END}after\n");
        assert_eq!(between(&text, "new\n").unwrap(), format!("before\n{BEGIN}new\n{END}after\n"));
        assert!(between("no marks", "new\n").is_err());
    }
}
