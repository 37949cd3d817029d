//! The declared reads, as the plugin side sees them: an early, readable "no" before the kernel's.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// The path patterns of the manifest. `*` and `?` stay within a component, `**` is any number of whole components.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeclaredReads {
    patterns: Vec<Vec<String>>,
}

impl DeclaredReads {
    pub(crate) fn new(patterns: &[String]) -> Self {
        let split = |pattern: &String| {
            pattern.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        Self { patterns: patterns.iter().map(split).collect() }
    }

    /// True when the absolute path, or a folder above it, is declared: a folder stands for everything below it, as it
    /// does for the kernel. `..` is never declared; the own process counts as `/proc/self`.
    pub(crate) fn allow(&self, path: &Path) -> bool {
        let Some(components) = components(path) else {
            return false;
        };
        self.patterns.iter().any(|pattern| matches(pattern, &components))
    }

    /// True when something below the directory, or the directory itself, may be declared.
    pub(crate) fn may_hold(&self, folder: &Path) -> bool {
        let Some(components) = components(folder) else {
            return false;
        };
        self.patterns.iter().any(|pattern| leads_into(pattern, &components))
    }
}

/// Replaces the own pid below `/proc` by `self`, as `/proc/self` resolves to it.
pub(crate) fn as_declared(path: PathBuf) -> PathBuf {
    let own = format!("/proc/{}", std::process::id());
    match path.strip_prefix(&own) {
        Ok(rest) => Path::new("/proc/self").join(rest),
        Err(_) => path,
    }
}

fn components(path: &Path) -> Option<Vec<&OsStr>> {
    let mut parts = path.components();
    if parts.next() != Some(Component::RootDir) {
        return None;
    }
    parts.map(|part| if let Component::Normal(name) = part { Some(name) } else { None }).collect()
}

fn matches(pattern: &[String], path: &[&OsStr]) -> bool {
    match pattern.split_first() {
        // Whatever is left lies below what the pattern names.
        None => true,
        Some((first, rest)) if first == "**" => (0..=path.len()).any(|skip| matches(rest, &path[skip..])),
        Some((first, rest)) => path
            .split_first()
            .is_some_and(|(name, tail)| wildcard(first.as_bytes(), name.as_bytes()) && matches(rest, tail)),
    }
}

fn leads_into(pattern: &[String], folder: &[&OsStr]) -> bool {
    match (pattern.split_first(), folder.split_first()) {
        (_, None) => true,
        (None, Some(_)) => true,
        (Some((first, _)), Some(_)) if first == "**" => true,
        (Some((first, rest)), Some((name, tail))) => {
            wildcard(first.as_bytes(), name.as_bytes()) && leads_into(rest, tail)
        }
    }
}

/// `*` and `?` within one component, by the usual two-pointer walk: linear for one star, no recursion.
pub(crate) fn wildcard(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while in_text < text.len() {
        if at < pattern.len() && pattern[at] == b'*' {
            star = Some((at, in_text));
            at += 1;
        } else if at < pattern.len() && (pattern[at] == b'?' || pattern[at] == text[in_text]) {
            at += 1;
            in_text += 1;
        } else if let Some((star_at, matched)) = star {
            star = Some((star_at, matched + 1));
            at = star_at + 1;
            in_text = matched + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(patterns: &[&str]) -> DeclaredReads {
        DeclaredReads::new(&patterns.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_literal_declares_itself_and_what_lies_below() {
        let declared = reads(&["/etc/passwd", "/etc/ssl"]);
        assert!(declared.allow(Path::new("/etc/passwd")));
        assert!(declared.allow(Path::new("/etc/ssl/certs/one.pem")));
        assert!(declared.may_hold(Path::new("/etc/ssl/certs")));
        assert!(!declared.allow(Path::new("/etc/ssl2")));
        assert!(!declared.allow(Path::new("/etc/passwd-")));
        assert!(!declared.allow(Path::new("/etc")));
        assert!(!declared.allow(Path::new("etc/passwd")));
    }

    #[test]
    fn a_star_stays_within_its_component() {
        let declared = reads(&["/var/log/*.log"]);
        assert!(declared.allow(Path::new("/var/log/dpkg.log")));
        assert!(!declared.allow(Path::new("/var/log/apt/history.log")));
    }

    #[test]
    fn two_stars_reach_any_depth() {
        let declared = reads(&["/var/log/**", "/sys/**/speed"]);
        assert!(declared.allow(Path::new("/var/log/apt/history.log")));
        assert!(declared.allow(Path::new("/sys/class/net/eth0/speed")));
        assert!(!declared.allow(Path::new("/sys/class/net/eth0/address")));
        assert!(!declared.allow(Path::new("/var/log/../../etc/shadow")));
    }

    #[test]
    fn a_folder_on_the_way_may_hold_declared_files() {
        let declared = reads(&["/etc/ssh/*.d/*.conf"]);
        assert!(declared.may_hold(Path::new("/etc/ssh/sshd_config.d")));
        assert!(declared.may_hold(Path::new("/")));
        assert!(!declared.may_hold(Path::new("/etc/ssl")));
    }
}
