//! Addresses that a process wants to connect to, as it wrote them.

use std::ffi::OsStr;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use rustix::io::Errno;

/// Bytes of the longest address (`struct sockaddr_storage`).
pub(super) const MOST_BYTES: u32 = 128;

/// A `struct sockaddr`, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// IPv4 or IPv6; an IPv4 address written as IPv6 is the IPv4 address.
    Internet(SocketAddr),
    /// A socket with a path.
    Path(PathBuf),
    /// A netlink socket: the kernel's where both are 0.
    Netlink { port: u32, groups: u32 },
    /// Anything else, abstract sockets among them.
    Other(String),
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// `EINVAL` when it is too short for its family.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, Errno> {
        Ok(match i32::from(u16::from_ne_bytes(take(bytes, 0)?)) {
            libc::AF_INET => {
                let address = Ipv4Addr::from(take::<4>(bytes, 4)?);
                // The kernel wants the padding too.
                take::<8>(bytes, 8)?;
                Self::internet(address.into(), bytes)?
            }
            libc::AF_INET6 => {
                let address = Ipv6Addr::from(take::<16>(bytes, 8)?);
                take::<4>(bytes, 24)?;
                Self::internet(address.to_canonical(), bytes)?
            }
            libc::AF_UNIX => Self::unix(&bytes[2..]),
            libc::AF_NETLINK => Self::Netlink {
                port: u32::from_ne_bytes(take(bytes, 4)?),
                groups: u32::from_ne_bytes(take(bytes, 8)?),
            },
            family => Self::Other(format!("address family {family}")),
        })
    }

    fn internet(address: IpAddr, bytes: &[u8]) -> Result<Self, Errno> {
        Ok(Self::Internet(SocketAddr::new(address, u16::from_be_bytes(take(bytes, 2)?))))
    }

    fn unix(path: &[u8]) -> Self {
        match path.split(|byte| *byte == 0).next() {
            None | Some(b"") if path.len() > 1 => {
                Self::Other(format!("@{}", String::from_utf8_lossy(&path[1..])))
            }
            None | Some(b"") => Self::Other("unnamed socket".to_owned()),
            Some(path) => Self::Path(PathBuf::from(OsStr::from_bytes(path))),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Internet(address) => address.fmt(formatter),
            Self::Path(path) => path.display().fmt(formatter),
            Self::Netlink { port, groups } => write!(formatter, "netlink port {port} groups {groups}"),
            Self::Other(what) => formatter.write_str(what),
        }
    }
}

fn take<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Errno> {
    bytes.get(at..at + N).and_then(|bytes| bytes.try_into().ok()).ok_or(Errno::INVAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(family: i32, rest: &[u8]) -> Vec<u8> {
        [&u16::try_from(family).unwrap().to_ne_bytes()[..], rest].concat()
    }

    #[test]
    fn an_address_is_the_one_that_the_kernel_would_take() {
        let v4 = bytes(libc::AF_INET, &[0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(Address::of(&v4).unwrap().to_string(), "127.0.0.1:80");
        let mapped =
            [&[0, 80, 0, 0, 0, 0][..], &Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped().octets(), &[0; 4]];
        assert_eq!(Address::of(&bytes(libc::AF_INET6, &mapped.concat())).unwrap().to_string(), "10.0.0.1:80");
        let path = bytes(libc::AF_UNIX, b"/run/x\0/etc/y");
        assert_eq!(Address::of(&path), Ok(Address::Path(PathBuf::from("/run/x"))));
        for (rest, name) in
            [(&b"\0secret"[..], "@secret"), (b"", "unnamed socket"), (b"\0", "unnamed socket")]
        {
            assert_eq!(Address::of(&bytes(libc::AF_UNIX, rest)), Ok(Address::Other(name.to_owned())));
        }
        assert!(matches!(Address::of(&bytes(libc::AF_UNSPEC, &[0; 14])), Ok(Address::Other(_))));
    }

    #[test]
    fn a_short_address_is_refused() {
        for (family, length) in [(libc::AF_INET, 13), (libc::AF_INET6, 25), (libc::AF_NETLINK, 9)] {
            assert_eq!(Address::of(&bytes(family, &vec![0; length])), Err(Errno::INVAL));
            assert!(Address::of(&bytes(family, &vec![0; length + 1])).is_ok(), "{family}");
        }
        assert_eq!(Address::of(&[1]), Err(Errno::INVAL));
        assert_eq!(Address::of(&[]), Err(Errno::INVAL));
    }
}
