//! Folders: the same tree, with nothing followed and nothing lost unsaid.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use candor_tests::{Finished, Sandbox};

use super::{LINE, assert_clean, names, redact, text, tool};

fn tree(sandbox: &Sandbox) -> PathBuf {
    sandbox.write("outside.txt", "outside\n");
    sandbox.write("in/var/log/messages", LINE);
    sandbox.write("in/var/log/10.83.2.77.log", LINE);
    sandbox.write("in/home/lindqvist/.bashrc", "export X=1\n");
    sandbox.write("in/empty", "");
    sandbox.write(
        "in/picture.bin",
        (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>(),
    );
    let folder = sandbox.path("in");
    symlink("../outside.txt", folder.join("escape")).unwrap();
    symlink("var/log/10.83.2.77.log", folder.join("latest")).unwrap();
    symlink("/home/lindqvist", folder.join("absolute")).unwrap();
    symlink(".", folder.join("loop")).unwrap();
    tool("mkfifo", &["pipe"], &folder);
    folder
}

#[test]
fn a_folder_becomes_a_redacted_one() {
    let sandbox = Sandbox::new();
    let (input, output) = (tree(&sandbox), sandbox.path("out/copy"));
    let run = Finished::of(redact(&sandbox, &[text(&input), "-o", text(&output)])).expect(0);
    assert_clean(&output);
    assert_eq!(
        names(&output),
        ["absolute", "empty", "escape", "home", "latest", "loop", "picture.bin.withheld.txt", "var"]
    );
    assert_eq!(output.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    let messages = output.join("var/log/messages");
    assert_eq!(messages.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(messages).unwrap().contains("[removed:password]"));
    // Links are links, and those inside lead where they led.
    assert_eq!(output.join("escape").read_link().unwrap(), PathBuf::from("../outside.txt"));
    assert!(std::fs::read_to_string(output.join("latest")).unwrap().contains("[removed:password]"));
    assert!(run.stderr.contains("pipe: it is no file but a pipe"), "{}", run.stderr);
    assert!(run.stderr.contains("picture.bin: binary data"), "{}", run.stderr);
    let note = std::fs::read_to_string(output.join("picture.bin.withheld.txt")).unwrap();
    assert!(note.starts_with("This entry is withheld: binary data"), "{note}");
    assert_eq!(names(&sandbox.path("out")), ["copy"], "no draft is left");
}

#[test]
fn a_second_pass_changes_nothing_with_any_key() {
    let sandbox = Sandbox::new();
    let (input, first) = (tree(&sandbox), sandbox.path("first"));
    let key = sandbox.path("case.key");
    Finished::of(redact(&sandbox, &[text(&input), "-o", text(&first), "--key", text(&key)])).expect(0);
    for (name, with_key) in [("second", true), ("third", false)] {
        let output = sandbox.path(name);
        let mut command = redact(&sandbox, &[text(&first), "-o", text(&output)]);
        if with_key {
            command.arg("--key").arg(&key);
        }
        Finished::of(command).expect(0);
        tool("diff", &["-r", "--no-dereference", text(&first), text(&output)], &sandbox.path(""));
    }
}

#[test]
fn names_that_become_the_same_get_numbers() {
    let sandbox = Sandbox::new();
    let policy = sandbox.write("policy.toml", "[words]\nremove = [\"falcon\", \"eagle\"]\n");
    sandbox.write("in/falcon", "a\n");
    sandbox.write("in/eagle", "b\n");
    let output = sandbox.path("copy");
    let arguments =
        [text(&sandbox.path("in")), "-o", text(&output), "--policy", text(&policy)].map(str::to_owned);
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    Finished::of(redact(&sandbox, &arguments)).expect(0);
    assert_eq!(names(&output), ["[removed:known-secret]", "[removed:known-secret].2"]);
}

#[test]
fn policy_and_key_stay_out_of_the_copy() {
    let sandbox = Sandbox::new();
    sandbox.write("in/a.log", LINE);
    let policy = sandbox.write("in/rules.toml", "[words]\nremove = [\"falcon\"]\n");
    let key = sandbox.path("in/case.key");
    let output = sandbox.path("copy");
    let arguments = ["-o", text(&output), "--policy", text(&policy), "--key", text(&key)];
    let mut command = redact(&sandbox, &[text(&sandbox.path("in"))]);
    command.args(arguments);
    let run = Finished::of(command).expect(0);
    assert_eq!(names(&output), ["a.log"]);
    assert!(run.stderr.contains("rules.toml: it is the redaction policy or the key"), "{}", run.stderr);
}

#[test]
fn what_may_not_be_read_is_withheld_and_told() {
    let sandbox = Sandbox::new();
    let input = sandbox.path("in");
    sandbox.write("in/open.log", LINE);
    let user = candor_tests::User::Ordinary;
    sandbox.write("in/closed.log", LINE);
    user.take(&sandbox.path(""));
    std::fs::set_permissions(input.join("closed.log"), std::fs::Permissions::from_mode(0o000)).unwrap();
    let output = sandbox.path("copy");
    let command = sandbox.command_as(user, &["redact", "--no-machine", text(&input), "-o", text(&output)]);
    let run = Finished::of(command).expect(3);
    assert!(run.stderr.contains("closed.log: you may not read it"), "{}", run.stderr);
    assert_eq!(names(&output), ["closed.log.withheld.txt", "open.log"]);
}

#[test]
fn where_a_copy_cannot_go_is_said() {
    let sandbox = Sandbox::new();
    let input = tree(&sandbox);
    let inside = input.join("copy");
    for (arguments, words) in [
        (vec![text(&input)], "no output is named"),
        (vec![text(&input), "--in-place"], "cannot be redacted in place"),
        (vec![text(&input), "-o", text(&inside)], "inside the folder"),
        (vec![text(&input), "-o", text(&input)], "is there already"),
    ] {
        let run = Finished::of(redact(&sandbox, &arguments)).expect(2);
        assert!(run.stderr.contains(words) && run.stderr.contains("hint:"), "{}", run.stderr);
    }
}
