//! The tools that the tasks need beside the Rust toolchain, one line each.

use std::path::Path;

use super::Purpose::{self, Bench, Collect, Test};
use crate::process::{self, Process};

/// One tool.
#[derive(Debug)]
pub struct Tool {
    /// How it is known to be there.
    probe: Probe,
    /// The Debian packages that bring it; the first that the machine's release has is taken.
    pub packages: &'static [&'static str],
    /// What it is for.
    pub why: &'static str,
    needed_for: &'static [Purpose],
}

#[derive(Debug)]
enum Probe {
    /// A program of that name.
    Program(&'static str),
    /// One of these files.
    AnyFile(&'static [&'static str]),
    /// A module that the machine's `python3` imports.
    PythonModule(&'static str),
}

const ALL: &[Purpose] = &[Collect, Test, Bench];
const BOTH: &[Purpose] = &[Test, Bench];

const TOOLS: &[Tool] = &[
    program("cc", &["gcc"], "links Rust programs", ALL),
    any_file(START_FILES, &["libc6-dev"], "links Rust programs", ALL),
    program("git", &["git"], "lists the files that tidy reads", &[Test]),
    program("strace", &["strace"], "proves what is not opened", BOTH),
    program("unzip", &["unzip"], "reads reports with another's code", &[Test]),
    // Debian 12 has the program `7z` in p7zip-full and calls that of 7zip `7zz`; later releases have it in 7zip.
    program("7z", &["p7zip-full", "7zip"], "reads reports, and is compared with", BOTH),
    program("python3", &["python3"], "reads reports with another's code, and runs peers", BOTH),
    python_module("jsonschema", &["python3-jsonschema"], "holds what we write against our schemas", &[Test]),
    program("minisign", &["minisign"], "checks our signatures, and makes some", &[Test]),
    program("age", &["age"], "opens what we encrypt, and encrypts", &[Test]),
    program("desktop-file-validate", &["desktop-file-utils"], "checks what a desktop is told", &[Test]),
    program("update-mime-database", &["shared-mime-info"], "checks what a desktop is told", &[Test]),
    program("zbarimg", &["zbar-tools"], "reads our QR codes", &[Test]),
    program("faketime", &["faketime"], "sets the clock of one program", &[Test]),
    program("tmux", &["tmux"], "drives the terminal dialog", &[Test]),
    program("journalctl", &["systemd"], "a second reader of journals", BOTH),
    any_file(JOURNAL_REMOTE, &["systemd-journal-remote"], "makes journals", BOTH),
    program("ip", &["iproute2"], "makes network interfaces", &[Test]),
    program("unshare", &["util-linux"], "makes namespaces", BOTH),
    program("mount", &["mount"], "makes small and full disks", BOTH),
    program("setpriv", &["util-linux"], "runs as an ordinary user", BOTH),
    any_file(&["/usr/sbin/nft", "/sbin/nft"], &["nftables"], "is run locked and unlocked", &[Test]),
    any_file(
        &["/usr/sbin/iptables-save", "/sbin/iptables-save"],
        &["iptables"],
        "is run locked and unlocked",
        &[Test],
    ),
    program("lspci", &["pciutils"], "is run locked and unlocked", &[Test]),
    program("lsusb", &["usbutils"], "is run locked and unlocked", &[Test]),
    any_file(
        &["/usr/sbin/dmidecode", "/sbin/dmidecode"],
        &["dmidecode"],
        "is run locked and unlocked",
        &[Test],
    ),
    program("sos", &["sosreport"], "is compared with", &[Bench]),
    program("tar", &["tar"], "lists what sos made", &[Bench]),
    program("xz", &["xz-utils"], "lists what sos made, and packs", &[Bench]),
    program("zstd", &["zstd"], "packs", &[Bench]),
    program("gzip", &["gzip"], "packs", &[Bench]),
    program("bzip2", &["bzip2"], "packs", &[Bench]),
    program("zip", &["zip"], "packs", &[Bench]),
];

/// What every program is linked with; gcc only recommends the package that has it.
const START_FILES: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/crt1.o",
    "/usr/lib/aarch64-linux-gnu/crt1.o",
    "/usr/lib/arm-linux-gnueabihf/crt1.o",
    "/usr/lib/riscv64-linux-gnu/crt1.o",
    "/usr/lib64/crt1.o",
    "/usr/lib/crt1.o",
];

/// Where systemd-journal-remote lies; it is never on `PATH`.
pub const JOURNAL_REMOTE: &[&str] =
    &["/lib/systemd/systemd-journal-remote", "/usr/lib/systemd/systemd-journal-remote"];

const fn program(
    name: &'static str,
    packages: &'static [&'static str],
    why: &'static str,
    needed_for: &'static [Purpose],
) -> Tool {
    Tool { probe: Probe::Program(name), packages, why, needed_for }
}

const fn any_file(
    paths: &'static [&'static str],
    packages: &'static [&'static str],
    why: &'static str,
    needed_for: &'static [Purpose],
) -> Tool {
    Tool { probe: Probe::AnyFile(paths), packages, why, needed_for }
}

const fn python_module(
    name: &'static str,
    packages: &'static [&'static str],
    why: &'static str,
    needed_for: &'static [Purpose],
) -> Tool {
    Tool { probe: Probe::PythonModule(name), packages, why, needed_for }
}

impl Tool {
    /// Whether the machine has it, whoever installed it.
    pub fn is_there(&self) -> bool {
        match self.probe {
            Probe::Program(name) => process::find(name).is_some(),
            Probe::AnyFile(paths) => paths.iter().any(|path| Path::new(path).is_file()),
            Probe::PythonModule(name) => {
                let imported = Process::new("python3").args(["-c", &format!("import {name}")]).capture();
                imported.is_ok_and(|(succeeded, _)| succeeded)
            }
        }
    }

    /// The name of the program, or of the package where it is no program.
    pub fn name(&self) -> &'static str {
        match self.probe {
            Probe::Program(name) => name,
            Probe::AnyFile(_) | Probe::PythonModule(_) => self.packages.first().copied().unwrap_or_default(),
        }
    }
}

/// The tools that a task needs.
pub fn needed_for(purpose: Purpose) -> impl Iterator<Item = &'static Tool> {
    TOOLS.iter().filter(move |tool| tool.needed_for.contains(&purpose))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_names_a_package_and_its_use() {
        for tool in TOOLS {
            assert!(
                !tool.packages.is_empty() && !tool.why.is_empty() && !tool.needed_for.is_empty(),
                "{}",
                tool.name()
            );
        }
    }

    #[test]
    fn a_report_needs_no_more_than_what_links_programs() {
        let names: Vec<&str> = needed_for(Collect).map(Tool::name).collect();
        assert_eq!(names, ["cc", "libc6-dev"]);
    }
}
