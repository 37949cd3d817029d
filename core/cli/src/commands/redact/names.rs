//! Names of files and targets of links: redacted like text, and names still.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};
use std::sync::Arc;

use candor_redact::{Engine, Redactor};

/// Stands for a name that cannot be redacted into one.
const WITHHELD: &[u8] = b"withheld-name";
/// Longest name that file systems take.
const LONGEST_NAME: usize = 255;

/// A text redacted, and the rules that did it, one for each place.
pub fn redact_text(engine: &Arc<Engine>, text: &[u8]) -> (Vec<u8>, Vec<String>) {
    let mut redactor = Redactor::new(engine);
    let mut output = Vec::with_capacity(text.len());
    match redactor.push(text, &mut output).and_then(|()| redactor.finish(&mut output)) {
        Ok(tally) => {
            let rules = tally.iter().flat_map(|(rule, count)| (0..count.count).map(|_| rule.to_owned()));
            (output, rules.collect())
        }
        Err(_) => (WITHHELD.to_vec(), vec!["unsearchable".to_owned()]),
    }
}

/// The last name of a path inside a folder, redacted by what it and the names before it say (`home/jane` makes `jane` a
/// user), and the rules that did it.
pub fn redact_last(engine: &Arc<Engine>, path: &Path) -> (Vec<u8>, Vec<String>) {
    let name = path.file_name().unwrap_or_default().as_bytes();
    let whole = [b"/", path.as_os_str().as_bytes()].concat();
    let start = whole.len() - name.len();
    let findings = engine.scan(&whole);
    let own = findings.into_iter().filter(|finding| finding.offset + finding.length > start);
    let rules: Vec<_> = own.map(|finding| finding.rule).collect();
    if rules.is_empty() {
        return (name.to_vec(), rules);
    }
    let redacted = redact_text(engine, &whole).0;
    let parts = |text: &[u8]| text.iter().filter(|byte| **byte == b'/').count();
    let last = match redacted.rsplit(|byte| *byte == b'/').next() {
        Some(last) if parts(&redacted) == parts(&whole) => last.to_vec(),
        _ => redact_text(engine, name).0,
    };
    (if is_name(&last) { last } else { WITHHELD.to_vec() }, rules)
}

fn is_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..")
        && name.len() <= LONGEST_NAME
        && !name.iter().any(|byte| matches!(byte, b'/' | 0))
}

/// The target of a link at `link` inside a folder. Where it leads to something in the folder, it gets the names that things
/// have there; anything else is redacted as text.
pub fn redact_target(engine: &Arc<Engine>, link: &Path, target: &Path) -> (Vec<u8>, Vec<String>) {
    if let Some(inside) = target_inside(engine, link, target) {
        return inside;
    }
    let (text, rules) = redact_text(engine, target.as_os_str().as_bytes());
    if text.is_empty() || text.contains(&0) { (WITHHELD.to_vec(), rules) } else { (text, rules) }
}

fn target_inside(engine: &Arc<Engine>, link: &Path, target: &Path) -> Option<(Vec<u8>, Vec<String>)> {
    let mut place = link.parent()?.to_owned();
    let (mut parts, mut rules) = (Vec::new(), Vec::new());
    for component in target.components() {
        match component {
            Component::Normal(name) => {
                place.push(name);
                let (name, found) = redact_last(engine, &place);
                parts.push(name);
                rules.extend(found);
            }
            Component::ParentDir if place.pop() => parts.push(b"..".to_vec()),
            Component::CurDir => parts.push(b".".to_vec()),
            _ => return None,
        }
    }
    Some((parts.join(&b'/'), rules))
}

/// The same name with a number, for one that is taken.
pub fn numbered(name: &[u8], number: u32) -> Vec<u8> {
    let end = format!(".{number}");
    let room = LONGEST_NAME - end.len();
    [&name[..name.len().min(room)], end.as_bytes()].concat()
}

/// As a person may read it.
pub fn shown(path: &Path) -> String {
    crate::terminal::printable(&path.to_string_lossy())
}

/// A path of bytes.
pub fn path_of(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use candor_pseudonym::CaseKey;
    use candor_redact::{KnownValues, Policy};

    use super::*;

    fn engine() -> Arc<Engine> {
        let mut known = KnownValues::default();
        known.add(candor_redact::Kind::User, "jdoe");
        Arc::new(Engine::with_policy(&known, Policy::default(), &CaseKey::from_bytes([1; 32])).unwrap())
    }

    fn last(path: &str) -> String {
        String::from_utf8(redact_last(&engine(), Path::new(path)).0).unwrap()
    }

    #[test]
    fn a_name_is_redacted_with_what_stands_before_it_in_mind() {
        assert_eq!(last("var/log/messages"), "messages");
        assert!(last("srv/jdoe.log").starts_with("user-px-"));
        assert!(last("home/someone").starts_with("user-px-"));
        assert_eq!(last("home/someone/notes.txt"), "notes.txt");
    }

    #[test]
    fn a_link_keeps_its_way_to_what_is_in_the_folder() {
        let target = |link: &str, target: &str| {
            let (target, _) = redact_target(&engine(), Path::new(link), Path::new(target));
            String::from_utf8(target).unwrap()
        };
        let user = last("home/jdoe");
        assert_eq!(target("a/link", "../home/jdoe/x"), format!("../home/{user}/x"));
        assert_eq!(target("link", "../../etc/passwd"), "../../etc/passwd");
        assert_eq!(target("link", "/home/jdoe/x"), format!("/home/{user}/x"));
    }

    #[test]
    fn a_numbered_name_is_not_too_long() {
        assert_eq!(numbered(b"a.log", 2), b"a.log.2");
        assert_eq!(numbered(&[b'x'; 255], 17).len(), 255);
    }
}
