//! `/proc/self` and its other names. They mean the confined process, although the host is the one who looks them up, and
//! for some files the machine, as the process's own namespaces are empty.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// Files of a process folder that are declared to learn about the machine.
const OF_THE_MACHINE: [&str; 4] = ["mountinfo", "mounts", "mountstats", "cgroup"];

/// Translates the names under `/proc` of one confined process.
#[derive(Debug, Clone)]
pub(super) struct OwnProcess {
    pid: String,
    host: String,
}

impl OwnProcess {
    /// Of the process with this id, seen from the host with that one.
    pub(super) fn new(pid: u32, host: u32) -> Self {
        Self { pid: pid.to_string(), host: host.to_string() }
    }

    /// What the host has to open for this path. `follow` is false where a link at its end is meant itself.
    pub(super) fn host_path<'a>(&self, path: &'a Path, follow: bool) -> Cow<'a, Path> {
        let Some((first, rest)) = under_proc(path) else {
            return Cow::Borrowed(path);
        };
        if rest.as_os_str().is_empty() && !follow {
            return Cow::Borrowed(path);
        }
        match self.own(first, rest) {
            Some(rest) if of_the_machine(&rest) => Path::new("/proc/self").join(rest).into(),
            Some(rest) => Path::new("/proc").join(&self.pid).join(rest).into(),
            None => Cow::Borrowed(path),
        }
    }

    /// The one name for all names of a file of the process: `/proc/self/…`.
    pub(super) fn plain(&self, path: PathBuf) -> PathBuf {
        match under_proc(&path).and_then(|(first, rest)| self.own(first, rest)) {
            Some(rest) if rest.as_os_str().is_empty() => PathBuf::from("/proc/self"),
            Some(rest) => Path::new("/proc/self").join(rest),
            None => path,
        }
    }

    /// Every name that a declaration may have for this path.
    pub(super) fn names<'a>(&self, path: &'a Path) -> Vec<Cow<'a, Path>> {
        let own = under_proc(path).and_then(|(first, rest)| self.own(first, rest));
        let Some(rest) = own else {
            return vec![Cow::Borrowed(path)];
        };
        let within = |folder: &str| {
            let folder = Path::new("/proc").join(folder);
            Cow::Owned(if rest.as_os_str().is_empty() { folder } else { folder.join(&rest) })
        };
        let mut names = vec![within("self"), within(&self.pid), within("thread-self")];
        if rest.starts_with("net") || rest == Path::new("mounts") {
            names.push(Path::new("/proc").join(&rest).into());
        }
        names
    }

    /// The number in `/proc/self/fd/N`.
    pub(super) fn descriptor_number(&self, path: &Path) -> Option<i32> {
        let (first, rest) = under_proc(path)?;
        let rest = self.own(first, rest)?;
        let number = rest.strip_prefix("fd").ok()?.to_str()?;
        let plain = number == "0" || number.starts_with(|first: char| matches!(first, '1'..='9'));
        number.parse().ok().filter(|_| plain)
    }

    /// What of the process's folder this is, where it is in there.
    fn own<'a>(&self, first: &OsStr, rest: &'a Path) -> Option<Cow<'a, Path>> {
        match first.to_str()? {
            "self" | "thread-self" => Some(rest.into()),
            "net" | "mounts" => Some(Path::new(first).join(rest).components().collect::<PathBuf>().into()),
            pid if pid == self.pid => Some(rest.into()),
            // What the host opens of its own for the process.
            pid if pid == self.host && of_the_machine(rest) => Some(rest.into()),
            _ => None,
        }
    }
}

/// The first name under `/proc` and what follows it.
fn under_proc(path: &Path) -> Option<(&OsStr, &Path)> {
    let mut rest = path.strip_prefix("/proc").ok()?.components();
    match rest.next()? {
        Component::Normal(first) => Some((first, rest.as_path())),
        _ => None,
    }
}

fn of_the_machine(rest: &Path) -> bool {
    rest.starts_with("net") || OF_THE_MACHINE.iter().any(|name| rest == Path::new(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> OwnProcess {
        OwnProcess::new(77, 10)
    }

    #[test]
    fn the_process_is_meant_and_not_the_host() {
        for (asked, expected) in [
            ("/proc/self/status", "/proc/77/status"),
            ("/proc/thread-self/status", "/proc/77/status"),
            ("/proc/77/status", "/proc/77/status"),
            ("/proc/self", "/proc/77/"),
            ("/proc/self/mountinfo", "/proc/self/mountinfo"),
            ("/proc/77/mounts", "/proc/self/mounts"),
            ("/proc/mounts", "/proc/self/mounts"),
            ("/proc/net/tcp", "/proc/self/net/tcp"),
            ("/proc/self/mounts/x", "/proc/77/mounts/x"),
            ("/proc/10/environ", "/proc/10/environ"),
            ("/proc/self/task/77/net/tcp", "/proc/77/task/77/net/tcp"),
            ("/proc/cpuinfo", "/proc/cpuinfo"),
            ("/etc/self/status", "/etc/self/status"),
        ] {
            assert_eq!(own().host_path(Path::new(asked), true).as_os_str(), expected, "{asked}");
        }
        assert_eq!(own().host_path(Path::new("/proc/self"), false), Path::new("/proc/self"));
    }

    #[test]
    fn a_file_of_the_host_is_one_of_the_process_only_where_it_tells_of_the_machine() {
        let plain = |path: &str| own().plain(PathBuf::from(path));
        assert_eq!(plain("/proc/10/net/tcp"), Path::new("/proc/self/net/tcp"));
        assert_eq!(plain("/proc/77/status"), Path::new("/proc/self/status"));
        assert_eq!(plain("/proc/10/environ"), Path::new("/proc/10/environ"));
        assert_eq!(plain("/proc/77"), Path::new("/proc/self"));
    }

    #[test]
    fn each_name_is_compared() {
        let names = own().names(Path::new("/proc/77/net/tcp")).into_iter().map(Cow::into_owned);
        let expected =
            ["/proc/self/net/tcp", "/proc/77/net/tcp", "/proc/thread-self/net/tcp", "/proc/net/tcp"];
        assert_eq!(names.collect::<Vec<_>>(), expected.map(PathBuf::from));
        assert_eq!(own().names(Path::new("/proc/1/net/tcp")).len(), 1);
    }

    #[test]
    fn descriptors_are_told_by_plain_numbers() {
        let number = |path: &str| own().descriptor_number(Path::new(path));
        assert_eq!(number("/proc/self/fd/4"), Some(4));
        assert_eq!(number("/proc/77/fd/0"), Some(0));
        for other in
            ["/proc/1/fd/4", "/proc/self/fd/04", "/proc/self/fd/+4", "/proc/self/fd", "/proc/self/fd/4/x"]
        {
            assert_eq!(number(other), None, "{other}");
        }
    }
}
