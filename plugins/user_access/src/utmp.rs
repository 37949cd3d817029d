//! Records of utmp, wtmp and btmp: utmp(5).
//!
//! The C library keeps 32-bit times on machines that once were 32-bit (x86, PowerPC, IBM Z, SPARC), and 64-bit times
//! on those that never were (ARM64, RISC-V, LoongArch). Numbers are in the machine's own byte order.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::Timestamp;

/// Where the fields after the host name lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Bytes of a record.
    pub(crate) record_bytes: usize,
    seconds_at: usize,
    wide_seconds: bool,
    address_at: usize,
}

impl Layout {
    /// 384 bytes.
    pub(crate) const NARROW: Self =
        Self { record_bytes: 384, seconds_at: 340, wide_seconds: false, address_at: 348 };

    /// 400 bytes.
    pub(crate) const WIDE: Self =
        Self { record_bytes: 400, seconds_at: 344, wide_seconds: true, address_at: 360 };

    /// That of this machine.
    pub(crate) const NATIVE: Self =
        if cfg!(any(target_arch = "aarch64", target_arch = "riscv64", target_arch = "loongarch64")) {
            Self::WIDE
        } else {
            Self::NARROW
        };
}

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Shutdown, or a change of the run level.
    RunLevel,
    Boot,
    Login,
    Logout,
    /// Clock changes, processes of init, waiting logins.
    Other,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) kind: Kind,
    pub(crate) pid: i32,
    /// `pts/0`, `tty1`, `ssh:notty`.
    pub(crate) terminal: String,
    pub(crate) user: String,
    /// Remote host as the service wrote it; the kernel's version in records of boots.
    pub(crate) host: String,
    pub(crate) address: Option<IpAddr>,
    pub(crate) at: Option<Timestamp>,
}

impl Record {
    /// Parses one record; `None` for unused ones, and when the bytes are no record at all.
    pub(crate) fn parse(bytes: &[u8], layout: Layout) -> Option<Self> {
        if bytes.len() != layout.record_bytes {
            return None;
        }
        let kind = match i16::from_ne_bytes(array(bytes, 0)?) {
            1 => Kind::RunLevel,
            2 => Kind::Boot,
            7 => Kind::Login,
            8 => Kind::Logout,
            3..=6 | 9 => Kind::Other,
            _ => return None,
        };
        let seconds = if layout.wide_seconds {
            i64::from_ne_bytes(array(bytes, layout.seconds_at)?)
        } else {
            // Signed in the old headers; taken as unsigned, as newer ones do, it lasts until 2106.
            i64::from(u32::from_ne_bytes(array(bytes, layout.seconds_at)?))
        };
        Some(Self {
            kind,
            pid: i32::from_ne_bytes(array(bytes, 4)?),
            terminal: text(&bytes[8..40]),
            user: text(&bytes[44..76]),
            host: text(&bytes[76..332]),
            address: address(array(bytes, layout.address_at)?),
            at: Timestamp::from_second(seconds).ok().filter(|_| seconds > 0),
        })
    }
}

/// The bytes from `at` on; `None` past the end.
pub(crate) fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// A text that ends at the first zero byte or fills its field.
pub(crate) fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

/// Network byte order; only the first four bytes are set for IPv4.
fn address(bytes: [u8; 16]) -> Option<IpAddr> {
    if bytes == [0; 16] {
        return None;
    }
    if bytes[4..] == [0; 12] {
        return Some(Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into());
    }
    Some(Ipv6Addr::from(bytes).to_canonical())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Written by `utmpdump -r` on a machine with 384-byte records.
    pub(crate) const WTMP: &[u8] = include_bytes!("../fixtures/wtmp-x86_64");

    pub(crate) fn records() -> Vec<Record> {
        let parse = |bytes| Record::parse(bytes, Layout::NARROW);
        WTMP.chunks_exact(384).filter_map(parse).collect()
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn records_of_a_real_tool_are_read() {
        let records = records();
        assert_eq!(records.len(), 7);
        assert_eq!(records[0].kind, Kind::Boot);
        let login = &records[1];
        assert_eq!(
            (login.kind, login.user.as_str(), login.terminal.as_str()),
            (Kind::Login, "anna", "pts/0")
        );
        assert_eq!(login.address, Some("192.0.2.7".parse().unwrap()));
        assert_eq!(login.at.unwrap().to_string(), "2026-11-20T10:00:00Z");
        assert_eq!(records[2].address, Some("2001:db8::7".parse().unwrap()));
    }

    #[test]
    fn records_with_wide_times_are_read() {
        let mut bytes = [0; 400];
        bytes[..2].copy_from_slice(&7_i16.to_ne_bytes());
        bytes[44..48].copy_from_slice(b"anna");
        bytes[344..352].copy_from_slice(&5_000_000_000_i64.to_ne_bytes());
        bytes[360..364].copy_from_slice(&[192, 0, 2, 9]);
        let record = Record::parse(&bytes, Layout::WIDE).unwrap();
        assert_eq!(record.at.unwrap().as_second(), 5_000_000_000);
        assert_eq!(record.address, Some("192.0.2.9".parse().unwrap()));
        assert_eq!(Record::parse(&bytes, Layout::NARROW), None);
    }

    #[test]
    fn unused_and_senseless_records_are_passed_over() {
        assert_eq!(Record::parse(&[0; 384], Layout::NARROW), None);
        assert_eq!(Record::parse(&[0xff; 384], Layout::NARROW), None);
        assert_eq!(Record::parse(&[], Layout::NARROW), None);
    }
}
