//! What an identifier identifies, and what is done with it.

use serde::{Deserialize, Serialize};

/// A kind of identifier.
///
/// The names are those of policies, tallies and marks: `ipv4`, `machine-id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// Addresses of IPv4, in any spelling.
    Ipv4,
    /// Addresses of IPv6, in any spelling.
    Ipv6,
    /// Hardware addresses, BSSIDs among them.
    Mac,
    /// Host and domain names.
    Host,
    /// Login names; names of home folders.
    User,
    /// Names of people.
    Person,
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// Numbers of payment cards.
    Card,
    /// International bank account numbers.
    Iban,
    /// UUIDs.
    Uuid,
    /// The machine id of systemd and D-Bus.
    MachineId,
    /// Serial numbers and asset tags of machines, boards, disks, batteries.
    Serial,
    /// Distinguished names of LDAP and X.509.
    Dn,
    /// Security identifiers of Windows.
    Sid,
    /// Names of wireless networks.
    Ssid,
    /// Places on Earth.
    Coordinates,
    /// Words that the customer listed.
    Word,
}

impl Kind {
    /// Every kind, in the order of tables.
    pub const ALL: &[Self] = &[
        Self::Ipv4,
        Self::Ipv6,
        Self::Mac,
        Self::Host,
        Self::User,
        Self::Person,
        Self::Email,
        Self::Phone,
        Self::Card,
        Self::Iban,
        Self::Uuid,
        Self::MachineId,
        Self::Serial,
        Self::Dn,
        Self::Sid,
        Self::Ssid,
        Self::Coordinates,
        Self::Word,
    ];

    /// True when neither what is found nor its pseudonym has a quote or backslash.
    pub(crate) fn is_plain(self) -> bool {
        matches!(self, Self::Ipv4 | Self::Ipv6 | Self::Mac | Self::Uuid | Self::MachineId)
    }

    /// True when pseudonyms end with a `~`.
    pub(crate) fn is_marked(self) -> bool {
        self.is_plain() || matches!(self, Self::Phone | Self::Card | Self::Iban | Self::Sid)
    }

    /// As policies and tallies write it: `machine-id`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Mac => "mac",
            Self::Host => "host",
            Self::User => "user",
            Self::Person => "person",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Card => "card",
            Self::Iban => "iban",
            Self::Uuid => "uuid",
            Self::MachineId => "machine-id",
            Self::Serial => "serial",
            Self::Dn => "dn",
            Self::Sid => "sid",
            Self::Ssid => "ssid",
            Self::Coordinates => "coordinates",
            Self::Word => "word",
        }
    }

    /// What is found, for people, in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Ipv4 => "IPv4 addresses",
            Self::Ipv6 => "IPv6 addresses",
            Self::Mac => "Hardware addresses, BSSIDs among them",
            Self::Host => "Host and domain names",
            Self::User => "Login names, names of home folders",
            Self::Person => "Names of people",
            Self::Email => "E-mail addresses",
            Self::Phone => "Telephone numbers",
            Self::Card => "Numbers of payment cards",
            Self::Iban => "International bank account numbers",
            Self::Uuid => "UUIDs",
            Self::MachineId => "The machine id of systemd and D-Bus",
            Self::Serial => "Serial numbers and asset tags",
            Self::Dn => "Distinguished names of LDAP and X.509",
            Self::Sid => "Security identifiers of Windows",
            Self::Ssid => "Names of wireless networks",
            Self::Coordinates => "Places on Earth",
            Self::Word => "Words that your policy lists",
        }
    }
}

/// What is done with the identifiers of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// They stay.
    Keep,
    /// A pseudonym takes their place, the same for the same value.
    #[default]
    Pseudonym,
    /// A mark takes their place: `[removed:ipv4]`.
    Remove,
}
