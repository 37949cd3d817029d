//! Programs that are known, with what each needs to deliver its harmless output. One row a program and the arguments
//! for which the row holds; what a manifest can declare itself is declared there and not here.

use std::path::Path;

/// What any program looks up through its libraries. It holds nothing of anybody.
pub(super) const ANY_PROGRAM: &[&str] = &[
    "/etc/ld.so.preload",
    // Letters and languages: a program that does not find them writes its output in another way.
    "/etc/locale.alias",
    "/usr/lib/locale/**",
    "/usr/lib/**/gconv/**",
    "/usr/lib64/gconv/**",
    "/usr/share/locale/**",
    "/usr/share/i18n/**",
    "/etc/localtime",
    "/usr/share/zoneinfo/**",
    "/etc/nsswitch.conf",
    // libselinux and libcap find out what the kernel has.
    "/etc/selinux/config",
    "/proc/filesystems",
    "/proc/sys/kernel/cap_last_cap",
    "/proc/sys/kernel/osrelease",
    // Go and others size their memory.
    "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size",
    "/proc/self/exe",
];

/// The arguments for which a row holds.
#[derive(Debug, Clone, Copy)]
enum Arguments {
    /// These and no other. For programs that do more than show when more is said.
    Exactly(&'static [&'static str]),
    /// These first.
    First(&'static [&'static str]),
}

use Arguments::{Exactly, First};

/// What one program needs.
#[derive(Debug)]
pub(super) struct Known {
    program: &'static str,
    arguments: &'static [Arguments],
    /// Paths, whatever their level: the program shows a harmless part of what is in them.
    pub(super) reads: &'static [&'static str],
    /// Services that it asks.
    pub(super) sockets: &'static [&'static str],
    /// Whether it asks the kernel about the network.
    pub(super) observes: bool,
    /// Whether it reads the older firewall's tables, and nothing else of the network.
    pub(super) firewall_tables: bool,
    /// Capabilities, where it runs as root.
    pub(super) capabilities: &'static [&'static str],
    /// Whether it stays root, without root's capabilities, where candor runs as root: because it or the service that it
    /// asks refuses anybody else.
    pub(super) as_root: bool,
}

const NOTHING: Known = Known {
    program: "",
    arguments: &[First(&[])],
    reads: &[],
    sockets: &[],
    observes: false,
    firewall_tables: false,
    capabilities: &[],
    as_root: false,
};

const SHOW_CONTAINERS: &[Arguments] = &[
    First(&["ps"]),
    First(&["images"]),
    First(&["container", "ls"]),
    First(&["image", "ls"]),
    First(&["network", "ls"]),
    First(&["volume", "ls"]),
    First(&["system", "df"]),
    First(&["version"]),
];

/// As [`SHOW_CONTAINERS`]. Without `--remote` Podman changes its store and starts programs even to show a list.
const SHOW_PODMAN: &[Arguments] = &[
    First(&["--remote", "--url", PODMAN, "ps"]),
    First(&["--remote", "--url", PODMAN, "images"]),
    First(&["--remote", "--url", PODMAN, "network", "ls"]),
    First(&["--remote", "--url", PODMAN, "volume", "ls"]),
    First(&["--remote", "--url", PODMAN, "version"]),
];

const PODMAN: &str = "unix:///run/podman/podman.sock";

/// Subcommands that show units and neither their settings nor their environment.
const SHOW_UNITS: &[Arguments] = &[
    First(&["list-units"]),
    First(&["list-unit-files"]),
    First(&["list-timers"]),
    First(&["list-sockets"]),
    First(&["list-jobs"]),
    First(&["list-dependencies"]),
    First(&["is-active"]),
    First(&["is-enabled"]),
    First(&["is-failed"]),
    First(&["is-system-running"]),
];

const SYSTEM_BUS: &[&str] = &["/run/dbus/system_bus_socket", "/var/run/dbus/system_bus_socket"];

const SAVE_RULES: &[Arguments] = &[Exactly(&[]), Exactly(&["--counters"]), Exactly(&["-c"])];

const KNOWN: &[Known] = &[
    // Shows states and dates; looks whether it is root.
    Known {
        program: "passwd",
        arguments: &[Exactly(&["-S", "-a"]), Exactly(&["-a", "-S"])],
        reads: ACCOUNTS,
        as_root: true,
        ..NOTHING
    },
    // Has no column for a hash.
    Known { program: "lslogins", reads: ACCOUNTS, ..NOTHING },
    // Its tables are opened for it. Where there are none it looks into the machine's memory: what leads below a device is
    // never there, so that it ends with its own words and not with a refusal.
    Known { program: "dmidecode", reads: &["/dev/mem/*"], ..NOTHING },
    // Lists the nodes without opening one; its library listens for devices that come and go.
    Known { program: "lsusb", reads: &["/dev/bus/usb/*/*", "/run/udev/control"], observes: true, ..NOTHING },
    // Asks whether the nodes exist; opening a disk is refused whatever is declared.
    Known { program: "lsblk", reads: BLOCK_DEVICES, ..NOTHING },
    // The kernel shows its firewall to whoever may change it.
    Known {
        program: "nft",
        arguments: &[
            Exactly(&["list", "ruleset"]),
            Exactly(&["--json", "list", "ruleset"]),
            Exactly(&["-j", "list", "ruleset"]),
        ],
        observes: true,
        capabilities: &["NET_ADMIN"],
        ..NOTHING
    },
    save_rules("iptables-save"),
    save_rules("ip6tables-save"),
    save_rules("iptables-nft-save"),
    save_rules("ip6tables-nft-save"),
    save_older_rules("iptables-legacy-save"),
    save_older_rules("ip6tables-legacy-save"),
    // Asks systemd; without systemd it reads the files itself and shows their names.
    Known { program: "systemctl", arguments: SHOW_UNITS, reads: UNIT_FILES, sockets: SYSTEM_BUS, ..NOTHING },
    // Asks systemd.
    Known {
        program: "systemd-analyze",
        arguments: &[First(&["blame"]), First(&["--no-pager", "blame"]), First(&["time"])],
        reads: &["/run/systemd/system"],
        sockets: SYSTEM_BUS,
        ..NOTHING
    },
    // Asks the daemon. It is told that there are no settings of its user, which hold passwords of registries.
    Known {
        program: "docker",
        arguments: SHOW_CONTAINERS,
        reads: &["/root/.docker/config.json/*", "/home/*/.docker/config.json/*"],
        sockets: &["/run/docker.sock", "/var/run/docker.sock"],
        as_root: true,
        ..NOTHING
    },
    Known {
        program: "podman",
        arguments: SHOW_PODMAN,
        sockets: &["/run/podman/podman.sock"],
        as_root: true,
        ..NOTHING
    },
    Known {
        program: "crictl",
        arguments: &[First(&["ps"]), First(&["pods"]), First(&["images"]), First(&["version"])],
        sockets: &[
            "/run/containerd/containerd.sock",
            "/run/crio/crio.sock",
            "/run/cri-dockerd.sock",
            "/var/run/cri-dockerd.sock",
            "/var/run/dockershim.sock",
            "/run/dockershim.sock",
        ],
        as_root: true,
        ..NOTHING
    },
];

const fn save_rules(program: &'static str) -> Known {
    Known {
        program,
        arguments: SAVE_RULES,
        observes: true,
        capabilities: &["NET_ADMIN"],
        reads: &["/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"],
        ..NOTHING
    }
}

/// The kernel shows the older firewall through raw sockets only.
const fn save_older_rules(program: &'static str) -> Known {
    Known { firewall_tables: true, capabilities: &["NET_ADMIN", "NET_RAW"], ..save_rules(program) }
}

/// Accounts with the hashes of their passwords, and those that systemd reads beside, of which the hashes lie apart.
const ACCOUNTS: &[&str] = &[
    "/etc/shadow",
    "/etc/userdb/*.group",
    "/etc/userdb/*.user",
    "/run/host/userdb/*.group",
    "/run/host/userdb/*.user",
    "/run/userdb/*.group",
    "/run/userdb/*.user",
    "/usr/lib/userdb/*.group",
    "/usr/lib/userdb/*.user",
    "/usr/local/lib/userdb/*.group",
    "/usr/local/lib/userdb/*.user",
];

/// Names of block devices; no folder has one of them.
const BLOCK_DEVICES: &[&str] = &[
    "/dev/dm-*",
    "/dev/loop*",
    "/dev/md*",
    "/dev/mmcblk*",
    "/dev/nbd*",
    "/dev/nvme*",
    "/dev/ram*",
    "/dev/sd*",
    "/dev/sr*",
    "/dev/vd*",
    "/dev/xvd*",
    "/dev/zram*",
];

/// Where systemd keeps units and presets, as systemd.unit(5) lists it.
const UNIT_FILES: &[&str] = &[
    "/etc/systemd/system/**",
    "/etc/systemd/system.attached/**",
    "/etc/systemd/system.control/**",
    "/etc/systemd/system-preset/**",
    "/lib/systemd/system/**",
    "/lib/systemd/system-preset/**",
    "/run/systemd/generator*/**",
    "/run/systemd/system/**",
    "/run/systemd/system.attached/**",
    "/run/systemd/system.control/**",
    "/run/systemd/system-preset/**",
    "/run/systemd/transient/**",
    "/usr/lib/systemd/system/**",
    "/usr/lib/systemd/system-preset/**",
    "/usr/local/lib/systemd/system/**",
    "/usr/local/lib/systemd/system-preset/**",
];

/// The row for this command, whose program really is the file `real`.
pub(super) fn find(argv: &[String], real: Option<&Path>) -> Option<&'static Known> {
    let (program, given) = argv.split_first()?;
    let name = match (program.rsplit('/').next()?, real.and_then(Path::file_name)?.to_str()?) {
        // Which of the two firewalls it is, is up to a link.
        ("iptables-save" | "ip6tables-save", "xtables-legacy-multi" | "xtables-multi") => {
            "iptables-legacy-save"
        }
        (name, _) => name,
    };
    KNOWN
        .iter()
        .find(|known| known.program == name && known.arguments.iter().any(|wanted| wanted.hold(given)))
}

impl Arguments {
    fn hold(self, given: &[String]) -> bool {
        match self {
            Exactly(wanted) => given == wanted,
            First(wanted) => given.get(..wanted.len()).is_some_and(|first| first == wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use candor_manifest::{Capability, PathPattern};

    use super::*;

    #[test]
    fn every_text_of_the_table_is_what_it_should_be() {
        let rows = KNOWN.iter().flat_map(|known| known.reads.iter().chain(known.sockets));
        for path in ANY_PROGRAM.iter().chain(rows) {
            PathPattern::new(*path).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        for name in KNOWN.iter().flat_map(|known| known.capabilities) {
            name.parse::<Capability>().unwrap();
        }
    }

    #[test]
    fn a_capability_is_never_given_for_arguments_that_may_say_more() {
        for known in KNOWN.iter().filter(|known| !known.capabilities.is_empty()) {
            let exact = |arguments: &Arguments| matches!(arguments, Exactly(_));
            assert!(known.arguments.iter().all(exact), "{}", known.program);
        }
    }
}
