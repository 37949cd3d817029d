//! Which call a process made, whatever its number and however old it is.

use std::os::fd::RawFd;

use super::listener::Notification;

/// A call with its arguments, none of them checked. `path`, `result` and `address` are addresses in the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// `open`, `openat`.
    Open { place: Place, flags: i32 },
    /// `stat`, `lstat`, `newfstatat`.
    Status { place: Place, flags: i32, result: u64 },
    /// `statx`.
    ExtendedStatus { place: Place, flags: i32, mask: u32, result: u64 },
    /// `access`, `faccessat`, `faccessat2`.
    Access { place: Place, flags: i32, mode: i32 },
    /// `readlink`, `readlinkat`.
    ReadLink { place: Place, result: u64, size: i32 },
    /// `statfs`.
    FileSystem { place: Place, result: u64 },
    /// `getdents64`.
    List { folder: RawFd, result: u64, size: u32 },
    /// `connect`.
    Connect { socket: RawFd, address: u64, length: u32 },
    /// `socket`.
    Socket { domain: i32, kind: i32, protocol: i32 },
}

/// A path and the folder that it is relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Descriptor of the folder, or `AT_FDCWD`.
    pub(super) folder: RawFd,
    /// Where the path is.
    pub(super) path: u64,
}

/// `AUDIT_ARCH_*` of the calls that are understood.
#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xC000_00B7;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const ARCHITECTURE: u32 = 0;

impl Call {
    /// The call of a notification; None for one that is not answered here.
    pub(super) fn of(notification: &Notification) -> Option<Self> {
        if notification.architecture != ARCHITECTURE {
            return None;
        }
        let number = libc::c_long::from(notification.number);
        let arguments = Arguments(notification.arguments);
        modern(number, arguments).or_else(|| legacy(number, arguments))
    }
}

#[derive(Clone, Copy)]
struct Arguments([u64; 6]);

impl Arguments {
    /// The kernel takes the lower half of the register for an `int`.
    fn int(self, place: usize) -> i32 {
        self.0[place] as i32
    }

    fn address(self, place: usize) -> u64 {
        self.0[place]
    }

    /// A folder and a path after it.
    fn place(self) -> Place {
        Place { folder: self.int(0), path: self.address(1) }
    }

    /// A path alone.
    fn path(self) -> Place {
        Place { folder: libc::AT_FDCWD, path: self.address(0) }
    }
}

fn modern(number: libc::c_long, a: Arguments) -> Option<Call> {
    Some(match number {
        libc::SYS_openat => Call::Open { place: a.place(), flags: a.int(2) },
        libc::SYS_newfstatat => Call::Status { place: a.place(), flags: a.int(3), result: a.address(2) },
        libc::SYS_statx => Call::ExtendedStatus {
            place: a.place(),
            flags: a.int(2),
            mask: a.int(3).cast_unsigned(),
            result: a.address(4),
        },
        libc::SYS_faccessat => Call::Access { place: a.place(), mode: a.int(2), flags: 0 },
        libc::SYS_faccessat2 => Call::Access { place: a.place(), mode: a.int(2), flags: a.int(3) },
        libc::SYS_readlinkat => Call::ReadLink { place: a.place(), result: a.address(2), size: a.int(3) },
        libc::SYS_statfs => Call::FileSystem { place: a.path(), result: a.address(1) },
        libc::SYS_getdents64 => {
            Call::List { folder: a.int(0), result: a.address(1), size: a.int(2).cast_unsigned() }
        }
        libc::SYS_connect => {
            Call::Connect { socket: a.int(0), address: a.address(1), length: a.int(2).cast_unsigned() }
        }
        libc::SYS_socket => Call::Socket { domain: a.int(0), kind: a.int(1), protocol: a.int(2) },
        _ => return None,
    })
}

/// Calls that newer architectures left out.
#[cfg(target_arch = "x86_64")]
fn legacy(number: libc::c_long, a: Arguments) -> Option<Call> {
    Some(match number {
        libc::SYS_open => Call::Open { place: a.path(), flags: a.int(1) },
        libc::SYS_stat => Call::Status { place: a.path(), flags: 0, result: a.address(1) },
        libc::SYS_lstat => {
            Call::Status { place: a.path(), flags: libc::AT_SYMLINK_NOFOLLOW, result: a.address(1) }
        }
        libc::SYS_access => Call::Access { place: a.path(), mode: a.int(1), flags: 0 },
        libc::SYS_readlink => Call::ReadLink { place: a.path(), result: a.address(1), size: a.int(2) },
        _ => return None,
    })
}

#[cfg(not(target_arch = "x86_64"))]
fn legacy(_: libc::c_long, _: Arguments) -> Option<Call> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(number: libc::c_long, architecture: u32) -> Option<Call> {
        let mut notification = Notification::default();
        notification.number = i32::try_from(number).unwrap();
        notification.architecture = architecture;
        notification.arguments = [0xFFFF_FFFF_FFFF_FF9C, 1, 2, 3, 4, 5];
        Call::of(&notification)
    }

    #[test]
    fn calls_of_another_architecture_are_not_understood() {
        assert!(call(libc::SYS_openat, ARCHITECTURE).is_some());
        assert_eq!(call(libc::SYS_openat, 0x4000_0003), None);
        assert_eq!(call(libc::SYS_openat | 0x4000_0000, ARCHITECTURE), None);
        assert_eq!(call(libc::SYS_unlinkat, ARCHITECTURE), None);
    }

    #[test]
    fn arguments_are_taken_as_the_kernel_takes_them() {
        let place = Place { folder: libc::AT_FDCWD, path: 1 };
        assert_eq!(call(libc::SYS_openat, ARCHITECTURE), Some(Call::Open { place, flags: 2 }));
        let expected = Call::ExtendedStatus { place, flags: 2, mask: 3, result: 4 };
        assert_eq!(call(libc::SYS_statx, ARCHITECTURE), Some(expected));
    }
}
