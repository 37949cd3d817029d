//! All of it once more, by a user who is not root.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::child::is_root;

#[test]
fn an_ordinary_users_gate_does_the_same() {
    if !is_root() {
        println!("not run once more: it is being run by an ordinary user already");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("gate");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    for path in [folder.path(), &program] {
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let scratch = folder.path().join("scratch");
    std::fs::create_dir(&scratch).unwrap();
    std::os::unix::fs::chown(&scratch, Some(65534), Some(65534)).unwrap();
    let output = Command::new("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(&program)
        .env("TMPDIR", &scratch)
        .current_dir(&scratch)
        .output()
        .expect("setpriv, of util-linux, is needed");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("0 filtered out"), "{text}");
}
