//! What a collector needs besides reads and commands: network, capabilities, brokers.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a collector needs besides reads and commands. Nothing where absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Access {
    /// What of the network it reaches.
    pub network: Network,
    /// Linux capabilities that its worker keeps, without `CAP_`.
    pub linux_capabilities: Vec<Capability>,
    /// Questions that the host answers for it.
    pub brokers: Vec<Broker>,
}

/// What of the network a collector reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Network {
    /// Nothing: its worker has an empty network of its own.
    #[default]
    None,
    /// What the kernel tells about it: addresses, routes, connections, firewall. It sends and receives nothing.
    Observe,
    /// The machine itself.
    Loopback,
    /// All traffic of the machine, for recording.
    PacketCapture,
    /// These hosts, each as `name` or `name:port`.
    Hosts(
        #[schemars(length(min = 1, max = 64), extend("description" = "Each as `name` or `name:port`."))]
        Vec<String>,
    ),
}

/// A question that the host answers for a collector that must not look itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Broker {
    /// Which process, by id and name, owns which socket.
    SocketOwners,
    /// How large and how full each mounted file system is.
    FileSystems,
    /// Tables, chains and rules of the firewall.
    Firewall,
}

impl Broker {
    /// The word that manifests use: `socket-owners`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SocketOwners => "socket-owners",
            Self::FileSystems => "file-systems",
            Self::Firewall => "firewall",
        }
    }
}

impl fmt::Display for Broker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => formatter.pad("none"),
            Self::Observe => formatter.pad("observe"),
            Self::Loopback => formatter.pad("loopback"),
            Self::PacketCapture => formatter.pad("packet-capture"),
            Self::Hosts(hosts) => formatter.pad(&hosts.join(", ")),
        }
    }
}

/// Every capability of Linux, by its number in `linux/capability.h`, without `CAP_`. See capabilities(7).
const CAPABILITIES: [&str; 41] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// A capability of Linux: `NET_RAW`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capability(u8);

/// The text is no capability.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown capability `{0}`")]
pub struct CapabilityError(String);

impl Capability {
    /// Every capability, by number.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..CAPABILITIES.len() as u8).map(Self)
    }

    /// The name without `CAP_`: `NET_RAW`.
    pub fn as_str(self) -> &'static str {
        CAPABILITIES[usize::from(self.0)]
    }

    /// The kernel's number: 13 of `NET_RAW`.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl std::str::FromStr for Capability {
    type Err = CapabilityError;

    fn from_str(text: &str) -> Result<Self, CapabilityError> {
        Self::all()
            .find(|capability| capability.as_str() == text)
            .ok_or_else(|| CapabilityError(text.to_owned()))
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Serialize for Capability {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Capability {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Capability {
    fn schema_name() -> Cow<'static, str> {
        "Capability".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "A capability of Linux, without `CAP_`.", "enum": CAPABILITIES.as_slice() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_have_the_numbers_of_the_kernel() {
        // From linux/capability.h.
        for (name, number) in
            [("CHOWN", 0), ("NET_RAW", 13), ("SYS_PTRACE", 19), ("SYS_ADMIN", 21), ("CHECKPOINT_RESTORE", 40)]
        {
            assert_eq!(name.parse::<Capability>().unwrap().number(), number);
        }
        assert!("CAP_NET_RAW".parse::<Capability>().is_err());
    }
}
