//! The program of a brokered command as it is on this machine: what the kernel starts to run it, and what a well-known
//! one needs beside what a manifest declares.

mod executable;
mod known;

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use candor_manifest::{Capability, Network, PathPattern};

/// Folders whose programs are the system's. A program elsewhere may have any name and gains nothing by it.
const SYSTEM_FOLDERS: [&str; 4] = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

/// Facts about a command's program, which are to a command's policy what [`Machine`](crate::Machine) is to every policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The program, and what the kernel starts to run it: its loader, or the interpreter of a script with its own loader.
    pub execute: Vec<PathBuf>,
    /// Where these really lie: the interpreter of a script opens the script by itself.
    pub files: Vec<PathBuf>,
    /// Whether it is the system's: in a system folder, of root, and nobody else may change it.
    pub of_system: bool,
}

impl Program {
    /// Looks at the program of a command. One that is missing has no interpreter; starting it tells what is wrong.
    pub fn inspect(argv: &[String]) -> Self {
        let path = argv.first().map(PathBuf::from).unwrap_or_default();
        let of_system = is_of_system(&path);
        let execute = executable::with_interpreters(path);
        let files = execute.iter().filter_map(|path| path.canonicalize().ok()).collect();
        Self { execute, files, of_system }
    }
}

fn is_of_system(path: &Path) -> bool {
    let in_system_folder = |path: &Path| {
        path.parent().is_some_and(|folder| SYSTEM_FOLDERS.iter().any(|known| Path::new(known) == folder))
    };
    // The link counts as well as what it leads to: `/usr/sbin/iptables-save` leads through `/etc/alternatives`.
    let Ok(real) = path.canonicalize() else { return false };
    let only_root_writes =
        || real.metadata().is_ok_and(|file| file.is_file() && file.uid() == 0 && file.mode() & 0o022 == 0);
    in_system_folder(path) && in_system_folder(&real) && only_root_writes()
}

/// What a program needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProgramNeeds {
    pub(crate) reads: Vec<PathPattern>,
    /// None takes what the manifest declares.
    pub(crate) network: Option<Network>,
    pub(crate) firewall_tables: bool,
    pub(crate) unix_sockets: Vec<PathPattern>,
    /// Only where the manifest wants it to be run by root.
    pub(crate) capabilities: BTreeSet<Capability>,
    /// Whether it stays root where the host is root. None takes what the manifest declares.
    pub(crate) as_root: Option<bool>,
}

/// What this command needs beside the manifest's reads.
pub(crate) fn needs(argv: &[String], program: &Program) -> ProgramNeeds {
    let real = program.files.first().map(PathBuf::as_path);
    let known = program.of_system.then(|| known::find(argv, real)).flatten();
    let own = program.execute.iter().chain(&program.files).filter_map(|path| path.to_str());
    let reads = known::ANY_PROGRAM.iter().copied().chain(own);
    match known {
        None => ProgramNeeds {
            reads: patterns(reads),
            network: None,
            firewall_tables: false,
            unix_sockets: Vec::new(),
            capabilities: BTreeSet::new(),
            as_root: None,
        },
        Some(known) => ProgramNeeds {
            reads: patterns(reads.chain(known.reads.iter().copied())),
            network: Some(if known.observes { Network::Observe } else { Network::None }),
            firewall_tables: known.firewall_tables,
            unix_sockets: patterns(known.sockets.iter().copied()),
            capabilities: known.capabilities.iter().filter_map(|name| name.parse().ok()).collect(),
            as_root: Some(known.as_root),
        },
    }
}

fn patterns<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<PathPattern> {
    texts.filter_map(|text| PathPattern::new(text).ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn argv(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    fn needs_of(text: &str, of_system: bool) -> ProgramNeeds {
        needs(&argv(text), &Program { execute: Vec::new(), files: vec!["/usr/bin/x".into()], of_system })
    }

    #[test]
    fn a_name_alone_gives_no_rights() {
        let needs = needs_of("/opt/vendor/passwd -S -a", false);
        assert!(!needs.reads.iter().any(|read| read.as_str() == "/etc/shadow"));
        assert_eq!(needs.network, None);
        assert!(
            needs_of("/usr/bin/passwd -S -a", true).reads.iter().any(|read| read.as_str() == "/etc/shadow")
        );
    }

    #[test]
    fn other_arguments_give_no_rights() {
        for text in [
            "/usr/bin/passwd -S -a -R /tmp",
            "/usr/sbin/nft list ruleset ; flush ruleset",
            "/usr/sbin/nft -f /tmp/x",
            "/usr/bin/systemctl stop ssh",
            "/usr/bin/systemctl show ssh",
            "/usr/bin/docker run x",
            "/usr/bin/podman ps",
        ] {
            let needs = needs_of(text, true);
            assert!(needs.capabilities.is_empty() && needs.unix_sockets.is_empty(), "{text}");
            assert!(!needs.reads.iter().any(|read| read.as_str() == "/etc/shadow"), "{text}");
        }
    }

    #[test]
    fn a_well_known_program_gets_what_it_needs() {
        let nft = needs_of("/usr/sbin/nft --json list ruleset", true);
        assert_eq!(nft.network, Some(Network::Observe));
        assert_eq!(nft.capabilities.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["NET_ADMIN"]);
        let docker = needs_of("/usr/bin/docker ps --all", true);
        assert!(docker.unix_sockets.iter().any(|socket| socket.as_str() == "/run/docker.sock"));
        assert_eq!(docker.network, Some(Network::None));
    }

    #[test]
    fn the_older_firewall_is_known_whatever_it_is_called() {
        let of = |text: &str, file: &str| {
            needs(&argv(text), &Program { execute: Vec::new(), files: vec![file.into()], of_system: true })
        };
        let newer = of("/usr/sbin/iptables-save", "/usr/sbin/xtables-nft-multi");
        assert!(!newer.firewall_tables && newer.capabilities.len() == 1);
        let older = of("/usr/sbin/iptables-save", "/usr/sbin/xtables-legacy-multi");
        assert!(older.firewall_tables && older.capabilities.len() == 2);
        assert_eq!(of("/usr/sbin/iptables-legacy-save", "/usr/sbin/xtables-legacy-multi"), older);
        let other = of("/usr/sbin/iptables-save -f x", "/usr/sbin/xtables-legacy-multi");
        assert!(!other.firewall_tables && other.capabilities.is_empty());
    }

    #[test]
    fn only_what_root_alone_can_change_is_of_the_system() {
        assert!(Program::inspect(&argv("/usr/bin/cat x")).of_system);
        assert!(Program::inspect(&argv("/bin/cat x")).of_system);
        assert!(!Program::inspect(&argv("/usr/bin/no-such-program")).of_system);
        assert!(!Program::inspect(&argv("/usr/bin/../../tmp/x")).of_system);
        assert!(!Program::inspect(&[]).of_system);
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("cat");
        std::fs::copy("/usr/bin/cat", &copy).unwrap();
        std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(!Program::inspect(&[copy.display().to_string()]).of_system);
    }
}
