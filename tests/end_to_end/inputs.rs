//! Files as they are met: bounded memory and an honest outcome, whatever lies there.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use candor_tests::{Finished, Report, Sandbox, program};

/// Address space that the host may have while it carries what the tests feed it, in KiB.
const HOST_ADDRESS_SPACE_KIB: u64 = 700_000;

/// Collects every file below a folder with the `files` plugin, the host and its worker both held to a memory limit.
fn collect(sandbox: &Sandbox, folder: &Path, budget: &str, user: Option<u32>) -> (Finished, Report) {
    sandbox.write("more/collectors/probe.toml", manifest(folder, budget));
    sandbox.write("more/profiles/probe.toml", PROFILE);
    let output = sandbox.output("r.zip");
    let mut shell = Command::new("sh");
    sandbox.furnish(&mut shell);
    let limit = format!("ulimit -v {HOST_ADDRESS_SPACE_KIB}; exec \"$@\"");
    shell.args(["-c", &limit, "sh"]);
    if let Some(user) = user {
        shell.args(["setpriv", &format!("--reuid={user}"), "--clear-groups"]);
    }
    shell.arg(program()).arg("--manifests").arg(sandbox.path("more"));
    shell.args(["collect", "probe", "--approve", "probe", "--output"]).arg(&output);
    let done = Finished::of(shell);
    assert!(output.exists(), "exit {}: {}", done.code, done.stderr);
    sandbox.run(&["verify", output.to_str().unwrap()]).expect(0);
    (done, Report::open(&output))
}

fn manifest(folder: &Path, budget: &str) -> String {
    let folder = folder.display();
    format!(
        r#"
schema = 1
id = "probe"
plugin = "files"
level = "identifying"
categories = ["ext:Settings"]
[consent.en]
title = "Probe"
what = "A folder."
why = "Shows what becomes of odd files."
[[reads]]
path = "{folder}/**"
reason = "the folder"
{budget}
"#
    )
}

const PROFILE: &str = r#"
schema = 1
id = "probe"
collectors = ["probe"]
[title]
en = "Probe"
[summary]
en = "A folder."
"#;

fn name_of(folder: &Path, name: &str) -> String {
    format!("{}/{name}", folder.display()).trim_start_matches('/').to_owned()
}

#[test]
fn fifos_devices_and_loops_are_told_and_the_rest_is_delivered() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("odd");
    sandbox.write("odd/plain.txt", "plain\n");
    sandbox.write("odd/deep/er/plain.txt", "deeper\n");
    assert!(Command::new("mkfifo").arg(folder.join("fifo")).status().unwrap().success());
    symlink("/dev/zero", folder.join("device")).unwrap();
    symlink(&folder, folder.join("deep/up")).unwrap();
    symlink("self", folder.join("self")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap();
    let (done, report) = collect(&sandbox, &folder, "", None);
    assert_eq!(done.code, 3, "{}", done.stderr);
    assert_eq!(report.outcome("probe"), "Partial");
    let reason = report.reason("probe");
    assert!(reason.contains("fifo` is a fifo"), "{reason}");
    assert!(reason.contains("device"), "{reason}");
    let artifacts = report.artifacts("probe");
    for name in ["plain.txt", "deep/er/plain.txt"] {
        assert!(artifacts.contains(&name_of(&folder, name)), "{artifacts:?}");
    }
    assert!(!artifacts.iter().any(|name| name.contains("fifo") || name.contains("device")), "{artifacts:?}");
}

#[test]
fn a_link_out_of_the_declared_folder_is_not_followed() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("links");
    sandbox.write("links/plain.txt", "plain\n");
    let outside = sandbox.write("outside/secret.txt", "not declared\n");
    symlink(&outside, folder.join("innocent.txt")).unwrap();
    let (_, report) = collect(&sandbox, &folder, "", None);
    assert!(report.reason("probe").contains("not among the declared reads"), "{}", report.reason("probe"));
    assert_eq!(report.artifacts("probe").iter().filter(|name| name.ends_with(".txt")).count(), 1);
}

#[test]
fn a_sparse_file_of_ten_gibibytes_and_a_line_of_a_hundred_megabytes_stay_within_bounds() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("large");
    sandbox.write("large/aa.txt", "small\n");
    std::fs::File::create(folder.join("sparse")).unwrap().set_len(10 << 30).unwrap();
    std::fs::write(folder.join("line.txt"), vec![b'x'; 100_000_000]).unwrap();
    let budget = "[budget]\noutput = \"200MiB\"\nmemory = \"64MiB\"";
    let (done, report) = collect(&sandbox, &folder, budget, None);
    assert_eq!((done.code, report.outcome("probe")), (3, "Partial"), "{}", done.stderr);
    let reason = report.reason("probe");
    assert!(reason.contains("sparse") && reason.contains("line.txt"), "{reason}");
    assert!(report.artifacts("probe").contains(&name_of(&folder, "aa.txt")));
}

#[test]
fn a_line_of_a_hundred_megabytes_is_delivered_whole_when_the_options_allow() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("line");
    let mut line = vec![b'x'; 100_000_000];
    line.extend_from_slice(b" password=correct-horse-battery\n");
    sandbox.write("line/line.txt", &line);
    let options = "[options.max_file_bytes]\ntype = \"size\"\ndefault = \"150MiB\"\nsummary = \"largest file\"\n\
                   [budget]\noutput = \"200MiB\"\nmemory = \"64MiB\"";
    let (done, report) = collect(&sandbox, &folder, options, None);
    assert_eq!((done.code, report.outcome("probe")), (0, "Collected"), "{}", done.stderr);
    let text = report.artifact("probe", &name_of(&folder, "line.txt"));
    assert!(text.len() >= 100_000_000 && text[..100_000_000].iter().all(|byte| *byte == b'x'));
    assert!(!String::from_utf8_lossy(&text[100_000_000..]).contains("correct-horse"));
}

#[test]
fn invalid_utf8_is_carried_as_it_is() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("bytes");
    let bytes = b"before\n\xff\xfe\xfd middle \x80\nafter\n".repeat(50);
    sandbox.write("bytes/odd.txt", &bytes);
    let (_, report) = collect(&sandbox, &folder, "", None);
    assert_eq!(report.artifact("probe", &name_of(&folder, "odd.txt")), bytes);
}

#[test]
fn an_unreadable_file_is_told_and_the_rest_is_delivered() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("locked");
    sandbox.write("locked/plain.txt", "plain\n");
    let locked = sandbox.write("locked/locked.txt", "locked\n");
    std::fs::set_permissions(&locked, PermissionsExt::from_mode(0o000)).unwrap();
    // Root reads everything; then the program runs as somebody else.
    let user = rustix::process::geteuid().is_root().then_some(65534);
    if user.is_some() {
        for path in [sandbox.path(""), sandbox.output(""), sandbox.path("more")] {
            let _ = std::fs::create_dir_all(&path);
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o777)).unwrap();
        }
    }
    let (done, report) = collect(&sandbox, &folder, "", user);
    assert_eq!((done.code, report.outcome("probe")), (3, "Partial"), "{}", done.stderr);
    assert!(report.reason("probe").contains("locked.txt"), "{}", report.reason("probe"));
    assert!(report.artifacts("probe").contains(&name_of(&folder, "plain.txt")));
}

#[test]
fn files_that_grow_vanish_and_rotate_meanwhile_do_no_harm() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("busy");
    std::fs::create_dir(&folder).unwrap();
    for index in 0..200 {
        std::fs::write(folder.join(format!("{index:03}.log")), "a line\n".repeat(2000)).unwrap();
    }
    let stop = std::sync::atomic::AtomicBool::new(false);
    let (done, report) = std::thread::scope(|scope| {
        scope.spawn(|| churn(&folder, &stop));
        let collected = collect(&sandbox, &folder, "", None);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        collected
    });
    assert!([0, 3].contains(&done.code), "{}", done.stderr);
    assert!(["Collected", "Partial"].contains(&report.outcome("probe")));
    assert!(report.artifacts("probe").len() > 100, "{}", report.artifacts("probe").len());
}

/// Appends to some, removes some, rotates some, until told to stop.
fn churn(folder: &Path, stop: &std::sync::atomic::AtomicBool) {
    use std::io::Write;
    for index in (0..200).cycle() {
        if stop.load(std::sync::atomic::Ordering::Relaxed) {
            return;
        }
        let path = folder.join(format!("{index:03}.log"));
        match index % 4 {
            0 => {
                if let Ok(mut file) = std::fs::OpenOptions::new().append(true).open(&path) {
                    let _ = file.write_all(&[b'g'; 4096]);
                }
            }
            1 => drop(std::fs::rename(&path, path.with_extension("log.1"))),
            2 => drop(std::fs::remove_file(&path)),
            _ => drop(std::fs::File::create(&path)),
        }
    }
}
