//! A desktop knows our files, and opens a request with the program.

use std::path::{Path, PathBuf};
use std::process::Command;

use candor_tests::program;

use super::parties::Parties;

fn share() -> PathBuf {
    program().ancestors().nth(2).unwrap().join("share")
}

/// A prefix of its own with our MIME types, compiled.
fn prefix(folder: &Path) -> PathBuf {
    let packages = folder.join("mime/packages");
    std::fs::create_dir_all(&packages).unwrap();
    std::fs::copy(share().join("mime/packages/candor.xml"), packages.join("candor.xml")).unwrap();
    let updated =
        Command::new("update-mime-database").env("XDG_DATA_HOME", folder).arg(folder.join("mime")).output();
    let updated = updated.expect("shared-mime-info is installed");
    let said = String::from_utf8_lossy(&updated.stderr).into_owned();
    assert!(updated.status.success() && said.is_empty(), "{said}");
    folder.join("mime")
}

#[test]
fn the_desktop_entry_is_valid_and_opens_requests() {
    let entry = share().join("applications/candor.desktop");
    let checked = Command::new("desktop-file-validate").arg(&entry).output();
    let checked = checked.expect("desktop-file-utils is installed");
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success() && said.is_empty(), "{said}");
    let text = std::fs::read_to_string(entry).unwrap();
    assert!(text.contains("Exec=candor collect --request %f\nTerminal=true\n"), "{text}");
    assert!(text.contains("MimeType=application/vnd.candor.request;"), "{text}");
}

#[test]
fn every_file_of_ours_has_a_type_by_its_ending() {
    let folder = tempfile::tempdir().unwrap();
    let globs = std::fs::read_to_string(prefix(folder.path()).join("globs2")).unwrap();
    for (ending, kind) in [
        ("candor-request", "request"),
        ("candor", "sealed-report"),
        ("candor-card", "card"),
        ("candor-forward", "forward-grant"),
        ("candor-withdrawal", "withdrawal"),
    ] {
        let line = format!(":application/vnd.candor.{kind}:*.{ending}\n");
        assert!(globs.contains(&line), "{line}: {globs}");
    }
}

#[test]
fn a_request_begins_as_its_type_says() {
    let folder = tempfile::tempdir().unwrap();
    let magic = std::fs::read(prefix(folder.path()).join("magic")).unwrap();
    let holds = |needle: &[u8]| magic.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"application/vnd.candor.request") && holds(b"PK\x03\x04") && holds(b">30="));
    let parties = Parties::strangers();
    let request = std::fs::read(parties.request("minimal", &[])).unwrap();
    assert!(request.starts_with(b"PK\x03\x04") && request[30..].starts_with(b"request.json"));
}
