//! Forged reports: whoever changes artifacts, leaves, roots or edits of a report is found out, however well the rest is made.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod staging;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use candor_report::{Closing, Editor, ProblemKind, Record, ReportIndex, verify};
use staging::{deliver, stage, text};

fn report(root: &Path, salt_of_another: bool) -> PathBuf {
    let mut header = staging::header(&["logs"]);
    if salt_of_another {
        header.salts = Some(candor_trust::merkle::Salt::from_bytes([8; 32]));
    }
    let session = candor_report::Session::create(root, header, staging::CONSENT).unwrap();
    let mut logs = stage(&session, "logs");
    for (name, bytes) in [("a.log", 2_000), ("b.log", 3_000), ("c.log", 100)] {
        deliver(&mut logs, name, "text/plain", &text(bytes + usize::from(salt_of_another)));
    }
    logs.close().unwrap();
    let path = root.join("report.zip");
    session.assemble(&path, None, false).unwrap();
    path
}

fn edited(path: &Path) {
    let unchanged: Box<Closing<'_>> = Box::new(|record: &[u8], _: &ReportIndex, _: &[u8]| {
        Ok(Record { json: record.to_vec(), signature: None })
    });
    let mut editor = Editor::open(path).unwrap();
    editor.drop_artifact("artifacts/logs/b.log").unwrap();
    editor.finish("2026-02-01T00:00:00Z".parse().unwrap(), &*unchanged).unwrap();
}

/// Rewrites a report with all sums that need no secret made right: what a forger can do. Python has `entries`, `index`, `proof`,
/// `artifacts`, `other` (the artifacts of another report) and the functions `leaf` and `root`.
fn forged(path: &Path, other: &Path, change: &str) -> PathBuf {
    let script = format!("{FORGER}\n{change}\n{WRITER}");
    let forged = path.with_extension("forged.zip");
    let output = Command::new("python3")
        .args(["-W", "ignore", "-c", &script])
        .args([path, other, &forged])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    forged
}

const FORGER: &str = r"
import sys, zipfile, json, hashlib
def read(path):
    archive = zipfile.ZipFile(path)
    return {n: archive.read(n) for n in archive.namelist()}
sha = lambda data: hashlib.sha256(data).digest()
def root(leaves):
    if not leaves: return sha(b'')
    if len(leaves) == 1: return leaves[0]
    left = 1
    while left * 2 < len(leaves): left *= 2
    return sha(b'\1' + root(leaves[:left]) + root(leaves[left:]))
def roots():
    for which in ('collected', 'released'):
        proof[which + '_root'] = root([bytes.fromhex(leaf) for leaf in proof[which]]).hex()
def leaf(artifact):
    metadata = {'path': artifact['path'], 'collector': 'logs', 'level': artifact['level'], 'media_type': artifact['media_type'], 'bytes': artifact['bytes']}
    text = json.dumps(metadata, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()
    return sha(b'\0' + bytes.fromhex(artifact['salt']) + bytes.fromhex(artifact['sha256']) + sha(text)).hex()
def fill(path, data):
    artifact = next(a for a in artifacts if a['path'] == path)
    entries[path] = data
    artifact['bytes'], artifact['sha256'] = len(data), sha(data).hex()
    artifact['leaf'] = leaf(artifact)
entries = read(sys.argv[1])
foreign = read(sys.argv[2])
index = json.loads(entries['report.json'])
other = json.loads(foreign['report.json'])['collectors'][0]['artifacts']
proof, artifacts = index['proof'], index['collectors'][0]['artifacts']
assert all(leaf(a) == a['leaf'] for a in artifacts)
A, B, C = ('artifacts/logs/%s.log' % name for name in 'abc')
";
const WRITER: &str = r"
entries['report.json'] = json.dumps(index).encode()
archive = zipfile.ZipFile(sys.argv[3], 'w')
for name, data in entries.items(): archive.writestr(name, data)
archive.close()
";

/// Kinds of problems besides those that any rewriting brings.
fn kinds(path: &Path) -> Vec<ProblemKind> {
    let problems = verify(path).unwrap().problems;
    let mut kinds: Vec<ProblemKind> = problems.iter().map(|problem| problem.kind).collect();
    kinds.retain(|kind| !matches!(kind, ProblemKind::CheckSum | ProblemKind::Container));
    kinds.dedup();
    kinds
}

#[test]
fn every_forgery_is_named() {
    use ProblemKind::{Edit, Leaf, NotInArchive, NotInIndex, Proof, Released, Root, Salt};
    let (root, foreign) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (path, other) = (report(root.path(), false), report(foreign.path(), true));
    assert_eq!(kinds(&forged(&path, &other, "")), [], "the forger's sums are right");
    for (change, expected) in [
        ("fill(A, b'other bytes')", Released),
        ("artifacts[0]['sha256'] = sha(b'x').hex(); entries[A] = b'x'; artifacts[0]['bytes'] = 1", Leaf),
        ("artifacts[0]['media_type'] = 'text/html'", Leaf),
        ("artifacts[0]['leaf'] = artifacts[1]['leaf']", Leaf),
        ("del artifacts[0]['salt']", Leaf),
        ("del artifacts[0]['leaf']", Leaf),
        ("artifacts[0]['salt'] = artifacts[1]['salt']; artifacts[0]['leaf'] = leaf(artifacts[0])", Salt),
        (
            "entries[A], entries[B] = entries[B], entries[A]; fill(A, entries[A]); fill(B, entries[B])",
            Released,
        ),
        ("proof['collected'].reverse()", Root),
        ("proof['collected'].reverse(); proof['released'].reverse(); roots()", Released),
        ("proof['collected_root'] = proof['released'][0]", Root),
        ("proof['released'].pop(); roots()", Edit),
        ("del entries[C]; artifacts.pop()", Released),
        ("del entries[C]; artifacts.pop(); proof['released'].pop(); roots()", Edit),
        ("del entries[C]", NotInArchive),
        (
            "proof['released'].append(proof['released'][0]); proof['collected'].append(proof['collected'][0]); roots()",
            Proof,
        ),
        ("entries[other[0]['path']] = foreign[other[0]['path']]; artifacts[0] = other[0]", Released),
        ("proof['scheme'] = 'candor-merkle/2'", Proof),
        ("del index['proof']", Proof),
        ("proof['edits'] = [{'at': 'x', 'action': 'dropped', 'leaf': '00' * 32, 'becomes': None}]", Edit),
        (
            "proof['edits'] = [{'at': '2026-02-01T00:00:00Z', 'action': 'masked', 'leaf': proof['collected'][0], 'becomes': None}]",
            Edit,
        ),
        ("proof['closed'] = [{'leaf': '00' * 32, 'level': 'secret'}]", Released),
        ("proof['closed'] = [{'leaf': proof['released'][0], 'level': 'secret'}]", Released),
        ("entries['dropped/' + proof['collected'][0]] = b''", ProblemKind::Dropped),
        ("entries['dropped/x'] = b''", ProblemKind::Dropped),
        ("entries['artifacts/logs/d.log'] = b''", NotInIndex),
    ] {
        let kinds = kinds(&forged(&path, &other, change));
        assert!(kinds.contains(&expected), "{change}: {kinds:?}");
    }
}

#[test]
fn an_edit_cannot_be_undone_or_hidden() {
    use ProblemKind::{Dropped, Edit, Released};
    let (root, foreign) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (path, other) = (report(root.path(), false), report(foreign.path(), true));
    edited(&path);
    assert_eq!(kinds(&forged(&path, &other, "")), []);
    for (change, expected) in [
        ("proof['edits'] = []", Edit),
        ("proof['edits'] *= 2", Edit),
        ("proof['edits'][0]['leaf'] = proof['collected'][0]", Edit),
        ("proof['edits'][0]['becomes'] = '00' * 32", Edit),
        ("artifacts.append(dict(other[1])); entries[B] = foreign[B]", Released),
        ("entries['dropped/' + proof['edits'][0]['leaf']] = b'\\0\\1\\0'", Dropped),
        ("entries['dropped/' + proof['edits'][0]['leaf'][:9]] = b'\\0\\0\\0'", Dropped),
        (
            "entries['dropped/' + proof['edits'][0]['leaf'][:9]] = b''; entries['dropped/' + proof['edits'][0]['leaf']] = b''",
            Dropped,
        ),
    ] {
        let kinds = kinds(&forged(&path, &other, change));
        assert!(kinds.contains(&expected), "{change}: {kinds:?}");
    }
    let blank = "entries['dropped/' + proof['edits'][0]['leaf']] = b'\\0' * 3000";
    assert_eq!(kinds(&forged(&path, &other, blank)), []);
}

#[test]
fn closed_leaves_are_told_and_verify() {
    let (root, foreign) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (path, other) = (report(root.path(), false), report(foreign.path(), true));
    let closed = "proof['closed'] = [{'leaf': artifacts.pop(1)['leaf'], 'level': 'secret'}]; del entries[B]";
    let forged = forged(&path, &other, closed);
    assert_eq!(kinds(&forged), []);
    assert_eq!(verify(&forged).unwrap().proof.unwrap().closed, 1);
}

#[test]
fn a_report_of_an_earlier_version_verifies_and_proves_nothing() {
    let (root, foreign) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (path, other) = (report(root.path(), false), report(foreign.path(), true));
    let earlier = "del index['proof']\nfor a in artifacts: del a['salt'], a['leaf']";
    let earlier = forged(&path, &other, earlier);
    assert_eq!(kinds(&earlier), []);
    assert_eq!(verify(&earlier).unwrap().proof, None);
}

#[test]
fn a_change_of_any_byte_of_an_edited_report_is_found() {
    let root = tempfile::tempdir().unwrap();
    let path = report(root.path(), false);
    edited(&path);
    let bytes = fs::read(&path).unwrap();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        fs::write(&path, &changed).unwrap();
        assert!(verify(&path).map_or(true, |found| !found.is_intact()), "byte {place} of {}", bytes.len());
    }
    fs::write(&path, &bytes).unwrap();
    assert!(verify(&path).unwrap().is_intact());
}
