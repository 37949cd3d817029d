//! Keys are files for their owner alone, and minisign and age use them.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use candor_tests::Sandbox;

use super::parties::text;

const PASSWORD: &str = "correct horse";

/// Makes keys with a password and gives their folder.
fn protected(sandbox: &Sandbox) -> std::path::PathBuf {
    let (password, folder) = (sandbox.write("password", format!("{PASSWORD}\n")), sandbox.path("keys"));
    let arguments = ["key", "new", "Ada", "--output", text(&folder), "--password-file", text(&password)];
    sandbox.run(&arguments).expect(0);
    folder
}

fn open(sandbox: &Sandbox) -> std::path::PathBuf {
    let folder = sandbox.path("keys");
    sandbox.run(&["key", "new", "Ada", "--output", text(&folder), "--no-password"]).expect(0);
    folder
}

/// The text of a key that `key show` gives.
fn shown(sandbox: &Sandbox, file: &Path, index: usize) -> String {
    let shown = sandbox.run(&["key", "show", "--json", text(file)]).expect(0).json();
    shown["keys"][index]["key"].as_str().unwrap().to_owned()
}

#[test]
fn keys_are_their_owners_alone_and_never_replaced() {
    let sandbox = Sandbox::new();
    let folder = open(&sandbox);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for secret in ["signing.key", "identity.txt"] {
        assert_eq!(mode(&folder.join(secret)), 0o600, "{secret}");
    }
    let before = std::fs::read(folder.join("signing.key")).unwrap();
    let again = sandbox.run(&["key", "new", "Ada", "--output", text(&folder), "--no-password"]).expect(2);
    assert!(again.stderr.contains("exists already"), "{}", again.stderr);
    assert_eq!(std::fs::read(folder.join("signing.key")).unwrap(), before);
    sandbox.run(&["key", "new", "Åsa Öberg", "--no-password"]).expect(0);
    assert!(sandbox.path("home/.config/candor/keys/sa-berg/sa-berg.candor-card").is_file());
    let asked = sandbox.run(&["key", "new", "Eve"]).expect(2);
    assert!(asked.stderr.contains("--password-file"), "{}", asked.stderr);
}

#[test]
fn age_keygen_agrees_with_the_recipient() {
    let sandbox = Sandbox::new();
    let folder = open(&sandbox);
    let output = Command::new("age-keygen").arg("-y").arg(folder.join("identity.txt")).output();
    let output = output.expect("age is installed");
    let recipient = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert_eq!(recipient, shown(&sandbox, &folder, 1));
    assert_eq!(recipient, shown(&sandbox, &folder.join("identity.txt"), 0));
    assert_eq!(shown(&sandbox, &folder, 0), shown(&sandbox, &folder.join("signing.key"), 0));
}

#[test]
fn the_words_are_the_hash_of_the_key() {
    let sandbox = Sandbox::new();
    let folder = open(&sandbox);
    let key = shown(&sandbox, &folder, 0);
    let shown = sandbox.run(&["key", "show", text(&folder)]).expect(0);
    let mut sum = Command::new("sha256sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    sum.stdin.take().unwrap().write_all(key.as_bytes()).unwrap();
    let digest = String::from_utf8(sum.wait_with_output().unwrap().stdout).unwrap();
    let bits: String =
        digest[..22].chars().map(|digit| format!("{:04b}", digit.to_digit(16).unwrap())).collect();
    assert_eq!(bits.len(), 88);
    let words = candor_trust::Fingerprint::of(&key).to_string();
    assert!(shown.stdout.contains(&words), "{}", shown.stdout);
    assert!(shown.stdout.contains('█') && !shown.stdout.contains('\u{1b}'), "a code without colour");
}

/// The codes on the screen as a grey picture, each module 4 points wide.
fn picture(lines: &[&str]) -> Vec<u8> {
    let width = lines[0].chars().count();
    let mut pixels = Vec::new();
    for line in lines {
        for half in ["█▀", "█▄"] {
            let row: Vec<u8> =
                line.chars().flat_map(|letter| [if half.contains(letter) { 255 } else { 0 }; 4]).collect();
            (0..4).for_each(|_| pixels.extend_from_slice(&row));
        }
    }
    [format!("P5 {} {} 255\n", 4 * width, 8 * lines.len()).into_bytes(), pixels].concat()
}

#[test]
fn a_telephone_reads_the_codes() {
    let sandbox = Sandbox::new();
    let folder = open(&sandbox);
    let screen = sandbox.run(&["key", "show", text(&folder)]).expect(0).stdout;
    let lines: Vec<_> = screen.lines().map(str::trim_end).collect();
    let blocks = lines.split(|line| !line.starts_with("  █")).filter(|block| !block.is_empty());
    let blocks: Vec<_> = blocks.collect();
    assert_eq!(blocks.len(), 2);
    for (index, block) in blocks.into_iter().enumerate() {
        let code: Vec<_> = block.iter().map(|line| line.strip_prefix("  ").unwrap()).collect();
        let path = sandbox.write("code.pgm", picture(&code));
        let read = Command::new("zbarimg")
            .args(["-q", "--raw"])
            .arg(&path)
            .output()
            .expect("zbar-tools is installed");
        assert_eq!(String::from_utf8_lossy(&read.stdout).trim(), shown(&sandbox, &folder, index));
    }
}

#[test]
fn minisign_signs_with_a_protected_key() {
    let sandbox = Sandbox::new();
    let folder = protected(&sandbox);
    let message = sandbox.write("message", "hello");
    let mut minisign = Command::new("minisign");
    minisign.arg("-S").arg("-s").arg(folder.join("signing.key")).arg("-m").arg(&message);
    let mut child =
        minisign.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("minisign is installed");
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    let key = shown(&sandbox, &folder, 0);
    let verified = Command::new("minisign").args(["-V", "-P", &key, "-m"]).arg(&message).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

/// `age` asks for a password on the terminal alone, so it gets one.
const TYPE_PASSWORD: &str = "
import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    os.execvp('age', ['age', '-d', '-i', sys.argv[1], '-o', sys.argv[2], sys.argv[3]])
seen = b''
while b'passphrase' not in seen.lower():
    seen += os.read(terminal, 1024)
os.write(terminal, sys.argv[4].encode() + b'\\n')
try:
    while os.read(terminal, 1024): pass
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
";

#[test]
fn age_opens_with_a_protected_identity() {
    let sandbox = Sandbox::new();
    let folder = protected(&sandbox);
    let plain = sandbox.write("plain", "hello");
    let (sealed, opened) = (sandbox.path("sealed"), sandbox.path("opened"));
    let recipient = shown(&sandbox, &folder, 1);
    let encrypted = Command::new("age").args(["-r", &recipient, "-o"]).arg(&sealed).arg(&plain).output();
    assert!(encrypted.expect("age is installed").status.success());
    let mut python = Command::new("python3");
    python
        .args(["-c", TYPE_PASSWORD])
        .arg(folder.join("identity.age"))
        .args([&opened, &sealed])
        .arg(PASSWORD);
    assert!(python.output().unwrap().status.success());
    assert_eq!(std::fs::read(&opened).unwrap(), b"hello");
}

#[test]
fn a_protected_key_needs_its_password() {
    let sandbox = Sandbox::new();
    let folder = protected(&sandbox);
    let key = folder.join("signing.key");
    let asked = sandbox.run(&["key", "show", text(&key)]).expect(2);
    assert!(asked.stderr.contains("protected by a password"), "{}", asked.stderr);
    let (right, wrong) = (sandbox.path("password"), sandbox.write("wrong", "incorrect horse\n"));
    for file in [&key, &folder.join("identity.age")] {
        let show =
            |password: &Path| sandbox.run(&["key", "show", text(file), "--password-file", text(password)]);
        show(&right).expect(0);
        assert!(show(&wrong).expect(2).stderr.contains("wrong password"));
    }
}

#[test]
fn what_is_no_key_is_told() {
    let sandbox = Sandbox::new();
    let nothing = sandbox.write("nothing", "hello");
    sandbox.run(&["key", "show", text(&nothing)]).expect(2);
    sandbox.run(&["key", "show", text(&sandbox.path("missing"))]).expect(2);
    let none = sandbox.run(&["key", "show"]).expect(2);
    assert!(none.stderr.contains("no key yet"), "{}", none.stderr);
}
