//! What a pseudonym can stand for.

use std::fmt::{self, Display, Formatter};

use crate::name::NameKind;

/// What a pseudonym stands for, as far as its form tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A name of this kind.
    Name(NameKind),
    /// A host name or some of its labels.
    Host,
    /// An IPv4 address or reverse zone.
    Ipv4,
    /// An IPv6 address or reverse zone.
    Ipv6,
    /// A MAC address.
    Mac,
    /// A UUID or machine id.
    Uuid,
    /// A Windows security identifier.
    Sid,
    /// A telephone or card number.
    Digits,
    /// A bank account number.
    Iban,
}

impl Kind {
    /// Whether an original of this kind proves that the key is the right one. Names carry a check that a wrong key passes
    /// once in 32,768 tries; the other kinds keep their shape, have no room for one, and give some original with any key.
    pub fn proves_key(self) -> bool {
        matches!(self, Self::Name(_) | Self::Host)
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name(NameKind::User) => "user",
            Self::Name(NameKind::Person) => "person",
            Self::Name(NameKind::Serial) => "serial number",
            Self::Name(NameKind::Ssid) => "wireless network",
            Self::Name(NameKind::Name) => "name",
            Self::Name(NameKind::Geo) => "coordinates",
            Self::Host => "host",
            Self::Ipv4 => "IPv4 address",
            Self::Ipv6 => "IPv6 address",
            Self::Mac => "MAC address",
            Self::Uuid => "UUID",
            Self::Sid => "Windows SID",
            Self::Digits => "number",
            Self::Iban => "IBAN",
        })
    }
}
