//! Folders that another machine serves. They are not looked into: one that does not answer would hold up everything.

use super::syntax;

/// File systems of other machines, and mount points that mount such on a look.
const REMOTE_TYPES: &[&str] = &[
    "afs",
    "autofs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "fuse.ceph",
    "fuse.davfs2",
    "fuse.glusterfs",
    "fuse.gvfsd-fuse",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
];

/// The mount points that count, in the order of mounting.
#[derive(Debug, Default)]
pub(super) struct RemoteMounts(Vec<(String, bool)>);

impl RemoteMounts {
    /// From the text of `/proc/self/mountinfo`; see proc_pid_mountinfo(5).
    pub(super) fn parse(mountinfo: &str) -> Self {
        Self(mountinfo.lines().filter_map(parse_line).collect())
    }

    /// True when the path is on a file system of another machine. The root is never taken for one: a machine whose root
    /// does not answer does not get this far.
    pub(super) fn holds(&self, path: &str) -> bool {
        let above = self.0.iter().filter(|(point, _)| is_below(path, point));
        // Of two at one place the later covers the earlier.
        above
            .max_by_key(|(point, _)| point.len())
            .is_some_and(|(point, is_remote)| *is_remote && point != "/")
    }
}

fn parse_line(line: &str) -> Option<(String, bool)> {
    let (before, behind) = line.split_once(" - ")?;
    let point = syntax::unescape(before.split(' ').nth(4)?);
    let kind = behind.split(' ').next()?;
    Some((point, REMOTE_TYPES.contains(&kind)))
}

fn is_below(path: &str, point: &str) -> bool {
    point == "/" || path.strip_prefix(point).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTINFO: &str = r"21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 21 0:40 / /home rw shared:9 - autofs systemd-1 rw,fd=30
31 30 8:2 / /home rw shared:10 - ext4 /dev/sda2 rw
32 31 0:41 / /home/ada\040b rw shared:11 - nfs4 files:/ada rw,vers=4.2
33 21 0:42 / /srv rw - nfs files:/srv rw
34 33 8:3 / /srv/local rw - xfs /dev/sdb1 rw
garbage
";

    #[test]
    fn the_innermost_and_latest_mount_counts() {
        let mounts = RemoteMounts::parse(MOUNTINFO);
        for (path, expected) in [
            ("/etc/hosts", false),
            ("/home/eve/.netrc", false),
            ("/home/ada b/.netrc", true),
            ("/home/ada b", true),
            ("/home/ada bc", false),
            ("/srv/x", true),
            ("/srv/local/x", false),
            ("/srvx", false),
        ] {
            assert_eq!(mounts.holds(path), expected, "{path}");
        }
    }

    #[test]
    fn a_root_of_another_machine_is_looked_into() {
        let mounts = RemoteMounts::parse("21 1 0:20 / / rw - nfs4 boot:/image rw\n");
        assert!(!mounts.holds("/etc/hosts"));
    }
}
