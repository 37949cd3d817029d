//! Bundles of other tools, made by the real programs.

use std::path::{Path, PathBuf};

use candor_tests::{Finished, Sandbox};

use super::{LINE, PLANTED, assert_clean, redact, text, tool};

/// A tree as sos makes one: links out of the tree, nested gzip, a file with a name that tells.
fn bundle(sandbox: &Sandbox) -> PathBuf {
    sandbox.write("sos/var/log/messages", LINE.repeat(200));
    sandbox.write("sos/var/log/messages-1", LINE);
    sandbox.write("sos/sos_commands/networking/ip_-d_address", "inet 10.83.2.77/24 brd 10.83.2.255\n");
    sandbox.write("sos/proc/cmdline", "root=/dev/vda1 password=Tq7vZm2Lr9xK\n");
    let folder = sandbox.path("sos");
    tool("gzip", &["var/log/messages-1"], &folder);
    tool("ln", &["-s", "../../etc/passwd", "proc/outside"], &folder);
    tool("ln", &["-s", "var/log/messages", "latest"], &folder);
    sandbox.path("")
}

/// Every planted value is gone from what the archive holds, nested gzip included.
fn assert_archive_clean(sandbox: &Sandbox, archive: &Path, name: &str) {
    let folder = sandbox.path(name);
    std::fs::create_dir(&folder).unwrap();
    tool("tar", &["xf", text(archive)], &folder);
    let gz = folder.join("sos/var/log/messages-1.gz");
    let unpacked = tool("gzip", &["-dc", text(&gz)], &folder);
    PLANTED.iter().for_each(|planted| assert!(!unpacked.contains(planted), "{unpacked}"));
    assert!(unpacked.contains("[removed:password]"));
    std::fs::remove_file(gz).unwrap();
    assert_clean(&folder);
    let cmdline = std::fs::read_to_string(folder.join("sos/proc/cmdline")).unwrap();
    assert_eq!(cmdline, "root=/dev/vda1 password=[removed:password]\n");
    assert_eq!(folder.join("sos/proc/outside").read_link().unwrap(), Path::new("../../etc/passwd"));
}

#[test]
fn bundles_are_redacted_inside_and_packed_again() {
    let sandbox = Sandbox::new();
    let folder = bundle(&sandbox);
    for (number, (name, flag)) in
        [("sos.tar.xz", "cJf"), ("troubleshoot.tar.gz", "czf")].into_iter().enumerate()
    {
        tool("tar", &[flag, name, "sos"], &folder);
        let output = sandbox.path(&format!("redacted-{name}"));
        Finished::of(redact(&sandbox, &[text(&sandbox.path(name)), "-o", text(&output)])).expect(0);
        assert_archive_clean(&sandbox, &output, &format!("unpacked-{number}"));
    }
}

#[test]
fn an_archive_of_archives_goes_through_standard_output() {
    let sandbox = Sandbox::new();
    let folder = bundle(&sandbox);
    tool("tar", &["cJf", "inner.tar.xz", "sos"], &folder);
    tool("tar", &["cf", "outer.tar", "inner.tar.xz"], &folder);
    let output = std::fs::File::create(sandbox.path("redacted.tar")).unwrap();
    let mut command = redact(&sandbox, &[text(&sandbox.path("outer.tar"))]);
    let status = command.stdout(output).stderr(std::process::Stdio::null()).status().unwrap();
    assert!(status.success());
    let unpacked = sandbox.path("outer");
    std::fs::create_dir(&unpacked).unwrap();
    tool("tar", &["xf", text(&sandbox.path("redacted.tar"))], &unpacked);
    assert_archive_clean(&sandbox, &unpacked.join("inner.tar.xz"), "inner");
}

#[test]
fn a_damaged_archive_keeps_what_is_whole_and_says_so() {
    let sandbox = Sandbox::new();
    let folder = bundle(&sandbox);
    tool("tar", &["czf", "whole.tar.gz", "sos"], &folder);
    let whole = std::fs::read(sandbox.path("whole.tar.gz")).unwrap();
    let cut = sandbox.write("cut.tar.gz", &whole[..whole.len() / 2]);
    let output = sandbox.path("redacted.tar.gz");
    let run = Finished::of(redact(&sandbox, &[text(&cut), "-o", text(&output)]));
    assert!(matches!(run.code, 3 | 4), "{} {}", run.code, run.stderr);
    assert!(run.stderr.contains("cut off") || run.stderr.contains("damaged"), "{}", run.stderr);
}

#[test]
fn nothing_of_an_archive_is_lost_in_place() {
    let sandbox = Sandbox::new();
    let binary: Vec<u8> = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    sandbox.write("box/data.bin", binary);
    sandbox.write("box/a.log", LINE);
    tool("tar", &["cf", "box.tar", "box"], &sandbox.path(""));
    let archive = sandbox.path("box.tar");
    let before = std::fs::read(&archive).unwrap();
    let run = Finished::of(redact(&sandbox, &[text(&archive), "--in-place"])).expect(4);
    assert!(run.stderr.contains("left as it is"), "{}", run.stderr);
    assert_eq!(std::fs::read(&archive).unwrap(), before);
}
