//! What is mounted where, and how full it is, from `/proc/self/mountinfo` (proc_pid_mountinfo(5)) and statvfs(3).

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use candor_plugin::Context;
use rustix::fs::StatVfs;
use serde::Serialize;

use crate::mask::Masks;
use crate::mount_options;

const MOST_BYTES: u64 = 4 * 1024 * 1024;
/// Machines with many containers have thousands of mounts.
const MOST_MOUNTS: usize = 500;
const MOST_NESTING: usize = 64;

/// File systems that live in the kernel and store nothing: listed in `mounts.txt` only.
const PSEUDO: [&str; 24] = [
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devpts",
    "efivarfs",
    "fusectl",
    "hugetlbfs",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "ramfs",
    "resctrl",
    "rootfs",
    "rpc_pipefs",
    "securityfs",
    "selinuxfs",
    "sysfs",
    "tracefs",
    "nfsd",
];

/// File systems that ask another machine. statvfs(3) on one whose server is gone never returns.
const REMOTE: [&str; 14] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "gfs2",
    "glusterfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "smb3",
];

/// The mounted file systems.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Mounts {
    /// Those that store something, in the order of mounting.
    file_systems: Vec<Mount>,
    /// How many more are kernel file systems such as `proc`; `mounts.txt` names them.
    kernel_file_systems: usize,
}

/// One mounted file system.
#[derive(Debug, Serialize)]
pub(crate) struct Mount {
    /// Where it comes from, masked: `/dev/sda2`.
    source: String,
    /// Where it is mounted, masked: `/var`.
    mount_point: String,
    /// `ext4`, `xfs`, `tmpfs`.
    file_system: String,
    /// Options, values that may name somebody masked.
    options: String,
    read_only: bool,
    /// `queried`, or why not: `not queried: network file system`.
    capacity: &'static str,
    capacity_bytes: Option<u64>,
    /// Free for everybody.
    available_bytes: Option<u64>,
    /// Free for root, reserved blocks included.
    free_bytes: Option<u64>,
    inodes: Option<u64>,
    free_inodes: Option<u64>,
    /// Used part of what is there for users: what df(1) prints.
    used_percent: Option<f64>,
}

/// One line of mountinfo, unescaped.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    id: u32,
    /// What it is mounted on; its own id or an unknown one at the top.
    parent: u32,
    device: String,
    root: PathBuf,
    mount_point: PathBuf,
    options: String,
    file_system: String,
    source: PathBuf,
    super_options: String,
}

impl Mounts {
    /// The mounts, and all of mountinfo masked.
    pub(crate) fn read(context: &Context, masks: &Masks) -> (Self, String) {
        let lines = match context.read("/proc/self/mountinfo", MOST_BYTES) {
            Ok((data, false)) => parse(&data),
            Ok((data, true)) => {
                context.note_partial("the list of mounts was cut");
                parse(&data)
            }
            Err(error) => {
                context.note_partial(error.to_string());
                return (Self::default(), String::new());
            }
        };
        note_hidden_processes(context, &lines);
        let stored: Vec<usize> = (0..lines.len()).filter(|index| !is_pseudo(&lines[*index])).collect();
        let file_systems: Vec<_> = stored
            .iter()
            .take(MOST_MOUNTS)
            .map(|index| describe(*index, &lines, masks))
            .inspect(|mount| note_failure(context, mount))
            .collect();
        let stored = stored.len();
        if stored > MOST_MOUNTS {
            context.note_partial(format!("only the first {MOST_MOUNTS} of {stored} mounts are described"));
        }
        let mounts = Self { file_systems, kernel_file_systems: lines.len() - stored };
        let text: String = lines.iter().map(|line| masked_line(line, masks)).collect();
        (mounts, text)
    }
}

/// With `hidepid`, `/proc` shows only the own processes to ordinary users, without any error.
fn note_hidden_processes(context: &Context, lines: &[Line]) {
    let hides = |line: &Line| {
        line.file_system == "proc"
            && line.mount_point == Path::new("/proc")
            && line.super_options.split(',').any(|option| {
                option.strip_prefix("hidepid=").is_some_and(|value| !matches!(value, "0" | "off"))
            })
    };
    if lines.iter().any(hides) && !rustix::process::geteuid().is_root() {
        context.note_partial("`/proc` is mounted with `hidepid`: processes of other users are not seen");
    }
}

fn note_failure(context: &Context, mount: &Mount) {
    if mount.capacity == FAILED {
        context.note_partial("the capacity of a mounted file system could not be read");
    }
}

const QUERIED: &str = "queried";
const FAILED: &str = "not queried: the file system answered an error";

fn describe(index: usize, lines: &[Line], masks: &Masks) -> Mount {
    let line = &lines[index];
    let (capacity, answer) = query(index, lines);
    let answer = answer.as_ref();
    let bytes =
        |blocks: fn(&StatVfs) -> u64| answer.map(|answer| blocks(answer).saturating_mul(answer.f_frsize));
    let user_blocks = answer.map(|answer| (answer.f_blocks.saturating_sub(answer.f_bfree), answer.f_bavail));
    Mount {
        source: masks.source(&line.source.to_string_lossy(), is_remote(&line.file_system)),
        mount_point: masks.path(&line.mount_point.to_string_lossy()),
        file_system: line.file_system.clone(),
        options: mount_options::mask(&line.options),
        read_only: line.options.split(',').any(|option| option == "ro"),
        capacity,
        capacity_bytes: bytes(|answer| answer.f_blocks),
        available_bytes: bytes(|answer| answer.f_bavail),
        free_bytes: bytes(|answer| answer.f_bfree),
        inodes: answer.map(|answer| answer.f_files),
        free_inodes: answer.map(|answer| answer.f_ffree),
        used_percent: user_blocks.and_then(|(used, available)| percent(used, available)),
    }
}

fn percent(used: u64, available: u64) -> Option<f64> {
    let total = used.saturating_add(available);
    (total > 0).then(|| (used as f64 / total as f64 * 1000.0).round() / 10.0)
}

/// Asks for the capacity where that can neither hang nor answer for another file system.
fn query(index: usize, lines: &[Line]) -> (&'static str, Option<StatVfs>) {
    let line = &lines[index];
    if is_remote(&line.file_system) {
        return ("not queried: network or user space file system", None);
    }
    let below =
        |other: &Line| is_remote(&other.file_system) && line.mount_point.starts_with(&other.mount_point);
    if lines.iter().any(below) {
        return ("not queried: below a network file system", None);
    }
    if is_hidden(line, lines) {
        return ("not queried: hidden by another mount", None);
    }
    match rustix::fs::statvfs(&line.mount_point) {
        Ok(answer) => (QUERIED, Some(answer)),
        Err(_) => (FAILED, None),
    }
}

/// True when its path leads to another file system: something is mounted over it, or over a folder on the way to it.
fn is_hidden(line: &Line, lines: &[Line]) -> bool {
    let mut line = line;
    // On the way up: what leads back to the mount in question does not hide it.
    let mut from = line.id;
    for _ in 0..MOST_NESTING {
        let covers = |other: &Line| {
            let over_it = other.parent == line.id && other.mount_point == line.mount_point;
            let over_the_way = other.parent == line.parent
                && other.mount_point != line.mount_point
                && line.mount_point.starts_with(&other.mount_point);
            other.id != line.id && other.id != from && (over_it || over_the_way)
        };
        if lines.iter().any(covers) {
            return true;
        }
        match lines.iter().find(|other| other.id == line.parent && other.id != line.id) {
            Some(parent) => {
                from = line.id;
                line = parent;
            }
            None => return false,
        }
    }
    false
}

fn is_pseudo(line: &Line) -> bool {
    PSEUDO.contains(&line.file_system.as_str())
}

/// `fuseblk` is a local disk behind a local process (NTFS); any other FUSE may be a network in disguise.
fn is_remote(file_system: &str) -> bool {
    REMOTE.contains(&file_system) || file_system == "fuse" || file_system.starts_with("fuse.")
}

fn masked_line(line: &Line, masks: &Masks) -> String {
    let remote = is_remote(&line.file_system);
    format!(
        "{} {} {} {} - {} {} {}\n",
        line.device,
        masks.path(&line.root.to_string_lossy()),
        masks.path(&line.mount_point.to_string_lossy()),
        mount_options::mask(&line.options),
        line.file_system,
        masks.source(&line.source.to_string_lossy(), remote),
        mount_options::mask(&line.super_options),
    )
}

fn parse(data: &[u8]) -> Vec<Line> {
    data.split(|byte| *byte == b'\n').filter_map(parse_line).collect()
}

/// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`
fn parse_line(line: &[u8]) -> Option<Line> {
    let mut words = line.split(|byte| *byte == b' ');
    let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    let id = text(words.next()?).parse().ok()?;
    let parent = text(words.next()?).parse().ok()?;
    let device = text(words.next()?);
    let root = unescape(words.next()?);
    let mount_point = unescape(words.next()?);
    let options = text(words.next()?);
    words.find(|word| *word == b"-")?;
    Some(Line {
        id,
        parent,
        device,
        root,
        mount_point,
        options,
        file_system: text(words.next()?),
        source: unescape(words.next()?),
        super_options: text(words.next().unwrap_or_default()),
    })
}

/// Space, tab, newline and backslash are written as three octal digits: `\040`.
fn unescape(word: &[u8]) -> PathBuf {
    let mut plain = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((first, tail)) = rest.split_first() {
        let digits = tail.get(..3).filter(|digits| *first == b'\\' && digits.iter().all(u8::is_ascii_digit));
        let code = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        if let Some(byte) = code {
            plain.push(byte);
            rest = &tail[3..];
        } else {
            plain.push(*first);
            rest = tail;
        }
    }
    PathBuf::from(OsString::from_vec(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPTURED: &[u8] = include_bytes!("../fixtures/mountinfo");

    #[test]
    fn a_captured_table_is_parsed() {
        let lines = parse(CAPTURED);
        assert_eq!(lines.len(), 8);
        assert_eq!(lines[1].mount_point, Path::new("/home/anna b"));
        assert_eq!(lines[1].file_system, "nfs4");
    }

    #[test]
    fn the_text_names_nobody() {
        let masks = Masks::default();
        let text: String = parse(CAPTURED).iter().map(|line| masked_line(line, &masks)).collect();
        for name in ["anna", "nas", "192.0.2", "1000", "8a6e0b6c", "STICK"] {
            assert!(!text.contains(name), "`{name}` in {text}");
        }
        assert!(text.contains("ext4 /dev/mapper/<masked>-root rw,errors=remount-ro"), "{text}");
    }

    #[test]
    fn a_network_file_system_and_all_below_it_are_not_queried() {
        let lines = parse(CAPTURED);
        for (index, line) in lines.iter().enumerate() {
            let under = line.mount_point.starts_with("/home/anna b") || is_remote(&line.file_system);
            assert_eq!(query(index, &lines).0.contains("network"), under, "{line:?}");
        }
    }

    #[test]
    fn what_another_mount_covers_is_not_asked_for_the_others_capacity() {
        let lines = parse(
            b"2 5 8:2 / /dev rw - ext4 /dev/sda2 rw\n3 2 8:3 / /dev/shm rw - tmpfs tmpfs rw\n\
              4 3 8:4 / /dev/shm rw - tmpfs tmpfs rw\n5 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
              6 5 8:5 / /srv/a rw - ext4 /dev/sda5 rw\n7 5 8:6 / /srv rw - ext4 /dev/sda6 rw\n\
              8 6 8:7 / /srv/a/b rw - ext4 /dev/sda7 rw\n",
        );
        let hidden: Vec<u32> =
            lines.iter().filter(|line| is_hidden(line, &lines)).map(|line| line.id).collect();
        assert_eq!(hidden, [3, 6, 8]);
    }

    #[test]
    fn broken_lines_are_passed_over() {
        assert!(parse(b"\n1 2\n1 2 3 4 5 6 7 8 9\n\\\n").is_empty());
        assert_eq!(unescape(b"a\\040b\\9\\777\\"), Path::new("a b\\9\\777\\"));
    }

    #[test]
    fn the_used_part_leaves_out_the_reserve_of_root() {
        assert_eq!(percent(50, 45), Some(52.6));
        assert_eq!(percent(0, 0), None);
    }
}
