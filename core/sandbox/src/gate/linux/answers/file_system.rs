//! `statfs`: how large and how full a file system is, of declared files, and of every mount point where the policy says so.

use std::mem::size_of;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, StatxAttributes, StatxFlags};

use super::super::call::Place;
use super::super::paths::{Step, take_apart};
use super::super::supervisor::{Answer, Refusal, Request, Supervisor};
use super::Target;
use super::status::{hand_over, kernel_says};

impl Supervisor {
    pub(in super::super) fn file_system(
        &mut self,
        request: Request<'_>,
        place: Place,
        result: u64,
    ) -> Result<Answer, Refusal> {
        let raw = request.path(place.path)?;
        let target = match self.mount_point(&raw) {
            Some(handle) => Target::Own(handle),
            None => self.target_at(request, "stat", place.folder, &raw, 0)?,
        };
        let descriptor = target.descriptor();
        let mut status = [0_u8; size_of::<libc::statfs>()];
        kernel_says(&mut status, |address| {
            // SAFETY: the descriptor is open, and `address` has room for `struct statfs`.
            unsafe { libc::syscall(libc::SYS_fstatfs, descriptor.as_raw_fd(), address) }
        })?;
        hand_over(request, result, &status)
    }

    /// The mount point that the path names, where the policy lets the process ask about every one. By any other path a
    /// file system has to be declared, so that nothing is told of what is no mount point.
    fn mount_point(&self, raw: &[u8]) -> Option<OwnedFd> {
        if !self.file_systems {
            return None;
        }
        let asked = take_apart(raw);
        let names = asked.steps.iter().map(|step| match step {
            Step::Name(name) => Some(Path::new(name)),
            Step::Up => None,
        });
        let path = Path::new("/").join(names.collect::<Option<PathBuf>>().filter(|_| asked.absolute)?);
        // Asked before the path is touched: a look at a path that is not declared could mount something.
        let mounts = std::fs::read("/proc/self/mountinfo").ok()?;
        if !mount_points(&mounts).any(|mounted| mounted == path.as_os_str().as_bytes()) {
            return None;
        }
        let (handle, _, real) = self.finder.look_up(&path, false).ok()?;
        (real == path && is_mount_point(&handle)).then_some(handle)
    }
}

/// The mount points of proc_pid_mountinfo(5).
fn mount_points(mounts: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let lines = mounts.split(|byte| *byte == b'\n');
    lines.filter_map(|line| line.split(|byte| *byte == b' ').nth(4)).map(unescaped)
}

/// Blanks and the like are three octal digits after a backslash.
fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let [first, after @ ..] = rest {
        match (first, after) {
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..]) => {
                plain.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                rest = after;
            }
            _ => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    plain
}

fn is_mount_point(handle: &OwnedFd) -> bool {
    let status = rustix::fs::statx(handle, "", AtFlags::EMPTY_PATH, StatxFlags::TYPE);
    status.is_ok_and(|status| status.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mount_points_are_read_with_their_blanks() {
        let mounts = b"21 1 0:5 / / rw - ext4 /dev/a rw\n22 1 0:6 / /mnt/a\\040b\\x rw - ext4 /dev/b rw\n\n";
        assert_eq!(mount_points(mounts).collect::<Vec<_>>(), [b"/".to_vec(), b"/mnt/a b\\x".to_vec()]);
    }
}
