//! The least level that a manifest's declarations allow.
//!
//! Whoever writes a manifest also says how private it is; these tables keep that honest. What no table knows needs
//! `identifying`: only what is known to identify nobody may be `technical`.

mod commands;
mod paths;
mod table;

use crate::access::{Broker, Network};
use crate::document::{Step, way};
use crate::manifest::{Command, LevelReason};
use crate::{Level, Manifest, PathPattern};

pub(crate) use commands::starts_other_programs;

/// What is known of one path, with what lies there: None when no rule names it or a folder above it.
///
/// For a path on a machine, not for a pattern: rules for names such as `*.key` count wherever the file lies.
pub fn known_level(path: &std::path::Path) -> Option<(Level, &'static str)> {
    paths::known(path)
}

/// A declaration that asks for more than `technical`.
pub(crate) struct Demand {
    pub(crate) level: Level,
    pub(crate) reason: LevelReason,
    /// Where the declaration is.
    pub(crate) way: Vec<Step>,
}

impl Demand {
    fn new(level: Level, declared: String, reaches: &str, way: &[Step]) -> Self {
        Self { level, reason: LevelReason { declared, reaches: reaches.to_owned() }, way: way.to_vec() }
    }
}

/// Everything in the manifest that asks for more than `technical`, the most telling first.
pub(crate) fn demands(manifest: &Manifest) -> Vec<Demand> {
    let categories = manifest.categories.iter().enumerate().map(|(place, category)| {
        let declared = format!("category `{category}`");
        Demand::new(category.least_level(), declared, category.description(), &way!["categories", place])
    });
    let reads = manifest.reads.iter().enumerate().map(|(place, read)| {
        let (level, reaches) = paths::least_level(&read.path);
        Demand::new(level, format!("reads `{}`", read.path), reaches, &way!["reads", place, "path"])
    });
    let commands =
        manifest.commands.iter().enumerate().map(|(place, command)| command_demand(place, command));
    let mut demands: Vec<_> =
        reads.chain(commands).chain(access_demands(manifest)).chain(categories).collect();
    demands.retain(|demand| demand.level > Level::Technical);
    demands
}

/// The most that the program or a path among its arguments asks for.
fn command_demand(place: usize, command: &Command) -> Demand {
    let (level, reaches) = commands::least_level(&command.argv);
    let declared = format!("runs `{}`", command.argv.join(" "));
    let mut most = Demand::new(level, declared, reaches, &way!["commands", place, "argv"]);
    for (item, argument) in command.argv.iter().enumerate().skip(1) {
        let path = argument.split_once('=').map_or(argument.as_str(), |(_, value)| value);
        let Some((level, reaches)) = PathPattern::new(path).ok().and_then(|path| paths::sensitive(&path))
        else {
            continue;
        };
        if level > most.level {
            most = Demand::new(level, most.reason.declared, reaches, &way!["commands", place, "argv", item]);
        }
    }
    most
}

fn access_demands(manifest: &Manifest) -> impl Iterator<Item = Demand> {
    let access = &manifest.access;
    let (level, reaches) = match &access.network {
        Network::None => (Level::Technical, ""),
        Network::Observe => (Level::Identifying, "addresses and connections of this machine"),
        Network::Loopback => (Level::Identifying, "what services of this machine answer"),
        Network::Hosts(_) => (Level::Identifying, "what other machines answer"),
        Network::PacketCapture => (Level::Secret, "the contents of network traffic"),
    };
    let network =
        Demand::new(level, format!("network `{}`", access.network), reaches, &way!["access", "network"]);
    let capabilities = access.linux_capabilities.iter().enumerate().map(|(place, capability)| {
        let (level, reaches) = capability_level(capability.as_str());
        Demand::new(
            level,
            format!("capability `{capability}`"),
            reaches,
            &way!["access", "linux_capabilities", place],
        )
    });
    let brokers = access.brokers.iter().enumerate().map(|(place, broker)| {
        let (level, reaches) = match broker {
            Broker::SocketOwners => (Level::Identifying, "which program uses which connection"),
            Broker::FileSystems => (Level::Technical, ""),
            Broker::Firewall => (Level::Identifying, "tables, chains and rules of the firewall"),
        };
        let declared = format!("broker `{broker}`");
        Demand::new(level, declared, reaches, &way!["access", "brokers", place])
    });
    std::iter::once(network).chain(capabilities).chain(brokers)
}

/// What a capability opens. The few of `identifying` stay within the declared reads or answer about the machine only.
fn capability_level(name: &str) -> (Level, &'static str) {
    match name {
        // Reads files whatever their mode; which files is still decided by the declared reads.
        "DAC_READ_SEARCH" => (Level::Identifying, "files of other users, among the declared reads"),
        "SYSLOG" => (Level::Identifying, "the kernel's messages"),
        // Reading does not need it, but for a few commands that get it for themselves.
        "NET_ADMIN" => (Level::Secret, "changing the network of the machine"),
        "NET_RAW" => (Level::Secret, "the contents of network traffic"),
        "SYS_PTRACE" | "PERFMON" | "BPF" | "CHECKPOINT_RESTORE" => {
            (Level::Secret, "memory of other processes")
        }
        "SYS_ADMIN" | "SYS_MODULE" | "SYS_RAWIO" => (Level::Secret, "the whole machine"),
        "AUDIT_READ" | "AUDIT_CONTROL" => (Level::Secret, "the audit trail with what was typed"),
        "NET_BIND_SERVICE" | "SYS_NICE" | "IPC_LOCK" | "WAKE_ALARM" | "BLOCK_SUSPEND" => {
            (Level::Technical, "")
        }
        _ => (Level::Secret, "a way around the limits that the worker is held to"),
    }
}
