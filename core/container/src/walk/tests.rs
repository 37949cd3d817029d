use std::fs;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

fn describe(entry: Entry) -> String {
    let kind = match entry.kind {
        EntryKind::Folder => "folder".to_owned(),
        EntryKind::File(mut file) => {
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            format!("file {text}")
        }
        EntryKind::Link(target) => format!("link to {}", target.display()),
        EntryKind::Special(name) => name.to_owned(),
        EntryKind::Failed(error) => format!("failed: {error}"),
    };
    format!("{} {:o} {kind}", entry.path.display(), entry.mode & 0o700)
}

fn lines(folder: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let ended = walk::<()>(folder, &mut |entry| {
        lines.push(describe(entry));
        ControlFlow::Continue(())
    });
    assert_eq!(ended.unwrap(), ControlFlow::Continue(()));
    lines
}

#[test]
fn everything_is_visited_in_order_and_no_link_is_followed() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "out").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("b")).unwrap();
    fs::write(at("b/inner"), "2").unwrap();
    fs::write(at("a"), "1").unwrap();
    fs::set_permissions(at("a"), fs::Permissions::from_mode(0o400)).unwrap();
    symlink(outside.path(), at("c")).unwrap();
    symlink("../../etc/passwd", at("d")).unwrap();
    let mode = Mode::RUSR | Mode::WUSR;
    rustix::fs::mknodat(CWD, at("e"), FileType::Fifo, mode, 0).unwrap();
    let expected = [
        "a 400 file 1".to_owned(),
        "b 700 folder".to_owned(),
        "b/inner 600 file 2".to_owned(),
        format!("c 700 link to {}", outside.path().display()),
        "d 700 link to ../../etc/passwd".to_owned(),
        "e 600 pipe".to_owned(),
    ];
    assert_eq!(lines(folder.path()), expected);
}

#[test]
fn a_visitor_can_stop() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "").unwrap();
    fs::write(folder.path().join("b"), "").unwrap();
    let ended = walk(folder.path(), &mut |entry| ControlFlow::Break(entry.path));
    assert_eq!(ended.unwrap(), ControlFlow::Break("a".into()));
}

#[test]
fn folders_deeper_than_the_limit_fail_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut deep = folder.path().to_owned();
    for _ in 0..DEPTH + 3 {
        deep.push("d");
    }
    fs::create_dir_all(&deep).unwrap();
    fs::write(folder.path().join("z"), "1").unwrap();
    let lines = lines(folder.path());
    assert!(lines[DEPTH - 1].contains("failed"), "{}", lines[DEPTH - 1]);
    assert_eq!(lines.last().map(String::as_str), Some("z 600 file 1"));
}

#[test]
fn a_folder_that_is_not_there_is_an_error_with_its_name() {
    let error = walk::<()>(Path::new("/nowhere/at/all"), &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the folder `/nowhere/at/all`");
}
