//! Whether a path may be opened: a pure function of the policy and of the two names of a file, the one asked for and the
//! real one.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candor_manifest::{Level, PathPattern, Standing, known_level};

use super::own::OwnProcess;
use crate::Policy;

/// Paths whose verdict is remembered.
const MOST_REMEMBERED: usize = 4096;

/// What a policy says about files.
pub(super) struct Rules {
    level: Level,
    reads: Vec<PathPattern>,
    /// What programs need; no level counts for it.
    trusted: Vec<PathPattern>,
    own: OwnProcess,
    remembered: HashMap<PathBuf, Arc<Verdict>>,
}

/// What the patterns say about one name.
#[derive(Debug, Default)]
struct Verdict {
    /// Places of the declared reads that reach it.
    reads: Vec<usize>,
    /// Places of the declared reads that may match something below it.
    leads: Vec<usize>,
    trusted: bool,
    trusted_leads: bool,
    /// It is known to be more private than the policy's level.
    private: bool,
}

/// What may be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    /// It may be read.
    Granted,
    /// As a folder it may be listed, as something declared may lie below it; as a link it may be looked at.
    Leads,
    /// Nothing.
    Refused,
}

/// The permission with the declared reads that it comes from.
#[derive(Debug, Clone)]
pub(super) struct Judgement {
    /// What may be done.
    pub(super) permission: Permission,
    asked: Arc<Verdict>,
    real: Arc<Verdict>,
}

impl Judgement {
    /// Places of the declared reads that reach the file.
    pub(super) fn reads(&self) -> impl Iterator<Item = usize> {
        self.asked.reads.iter().chain(&self.real.reads).copied()
    }

    /// Places of the declared reads that may match something below it.
    pub(super) fn leads(&self) -> impl Iterator<Item = usize> {
        self.asked.leads.iter().chain(&self.real.leads).copied()
    }
}

impl Rules {
    /// Those of a policy.
    pub(super) fn new(policy: &Policy, own: OwnProcess) -> Self {
        let trusted = policy.program_reads.iter().chain(&policy.runtime_reads).cloned().collect();
        Self { level: policy.level, reads: policy.reads.clone(), trusted, own, remembered: HashMap::new() }
    }

    /// The other names of the process's own files.
    pub(super) fn own(&self) -> &OwnProcess {
        &self.own
    }

    /// Decides about a file that was asked for by one name and really has another.
    pub(super) fn judge(&mut self, asked: &Path, real: &Path) -> Judgement {
        let of_asked = self.verdict(asked);
        let of_real = if asked == real { Arc::clone(&of_asked) } else { self.verdict(real) };
        combine(of_asked, of_real, both_in_sysfs(asked, real))
    }

    /// Those of the rules that can say anything of what lies in a folder, for a listing of it.
    pub(super) fn within(&self, asked: &Path, real: &Path) -> Self {
        // Names of the process's own folder are alike, whichever of them is listed.
        let all = real.starts_with("/proc");
        let concerns = |pattern: &&PathPattern| {
            let says = |folder: &Path| {
                let Standing { reached, leads, .. } = pattern.standing(folder);
                reached || leads
            };
            all || says(real) || says(asked)
        };
        Self {
            level: self.level,
            reads: self.reads.iter().filter(concerns).cloned().collect(),
            trusted: self.trusted.iter().filter(concerns).cloned().collect(),
            own: self.own.clone(),
            remembered: HashMap::new(),
        }
    }

    /// What may be done with one of many files, none of which is asked for again soon.
    pub(super) fn permission(&self, asked: &Path, real: &Path) -> Permission {
        self.judge_in_passing(asked, real).permission
    }

    fn judge_in_passing(&self, asked: &Path, real: &Path) -> Judgement {
        let of_asked = Arc::new(self.compare(asked));
        let of_real = if asked == real { Arc::clone(&of_asked) } else { Arc::new(self.compare(real)) };
        combine(of_asked, of_real, both_in_sysfs(asked, real))
    }

    /// Whether a declaration without wildcards names exactly this.
    pub(super) fn names_exactly(&self, real: &Path) -> bool {
        let mut patterns = self.reads.iter().chain(&self.trusted);
        patterns.any(|pattern| pattern.is_literal() && pattern.matches(real))
    }

    /// Whether whole disks may be read: at level `secret`, where a declaration names them.
    pub(super) fn allows_disks(&self) -> bool {
        self.level == Level::Secret
    }

    fn verdict(&mut self, path: &Path) -> Arc<Verdict> {
        if let Some(known) = self.remembered.get(path) {
            return Arc::clone(known);
        }
        if self.remembered.len() >= MOST_REMEMBERED {
            self.remembered.clear();
        }
        let verdict = Arc::new(self.compare(path));
        self.remembered.insert(path.to_owned(), Arc::clone(&verdict));
        verdict
    }

    fn compare(&self, path: &Path) -> Verdict {
        let names = self.own.names(path);
        // Names of the same file: the table knows the files of `/proc/net` better than those of `/proc/self/net`.
        let levels = names.iter().map(|name| known_level(name).map_or(Level::Technical, |(level, _)| level));
        let private = levels.min().is_some_and(|level| level > self.level);
        let mut verdict = Verdict { private, ..Verdict::default() };
        for name in &names {
            for (place, pattern) in self.reads.iter().enumerate() {
                let Standing { reached, leads, .. } = pattern.standing(name);
                if reached {
                    verdict.reads.push(place);
                }
                if leads {
                    verdict.leads.push(place);
                }
            }
            for pattern in &self.trusted {
                let Standing { reached, leads, .. } = pattern.standing(name);
                verdict.trusted |= reached;
                verdict.trusted_leads |= leads;
            }
        }
        verdict
    }
}

/// Links in sysfs are the kernel's: `/sys/class/net/eth0` is declared where `/sys/devices/…/eth0` is meant.
fn both_in_sysfs(asked: &Path, real: &Path) -> bool {
    asked.starts_with("/sys") && real.starts_with("/sys")
}

fn combine(asked: Arc<Verdict>, real: Arc<Verdict>, asked_counts: bool) -> Judgement {
    let either = |says: &dyn Fn(&Verdict) -> bool| says(&real) || (asked_counts && says(&asked));
    let declared = either(&|verdict| !verdict.reads.is_empty());
    let private = asked.private || real.private;
    let permission = if either(&|verdict| verdict.trusted) || (declared && !private) {
        Permission::Granted
    } else if either(&|verdict| verdict.trusted_leads)
        || (!declared && either(&|verdict| !verdict.leads.is_empty()))
    {
        Permission::Leads
    } else {
        Permission::Refused
    };
    Judgement { permission, asked, real }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(level: Level, reads: &[&str], trusted: &[&str]) -> Rules {
        let patterns = |texts: &[&str]| texts.iter().map(|text| PathPattern::new(*text).unwrap()).collect();
        Rules {
            level,
            reads: patterns(reads),
            trusted: patterns(trusted),
            own: OwnProcess::new(77, 10),
            remembered: HashMap::new(),
        }
    }

    fn permission(rules: &mut Rules, asked: &str, real: &str) -> Permission {
        let (asked, real) = (Path::new(asked), Path::new(real));
        let remembered = rules.judge(asked, real).permission;
        assert_eq!(rules.permission(asked, real), remembered);
        if let (Some(asked_in), Some(real_in)) = (asked.parent(), real.parent()) {
            assert_eq!(rules.within(asked_in, real_in).permission(asked, real), remembered);
        }
        assert_eq!(rules.judge(asked, real).permission, remembered);
        remembered
    }

    #[test]
    fn the_real_path_decides() {
        let mut rules =
            rules(Level::Identifying, &["/etc/app/**", "/etc/*-release", "/run/utmp"], &["/usr/lib"]);
        for (asked, real, expected) in [
            ("/etc/app/a", "/etc/app/a", Permission::Granted),
            ("/etc/app", "/etc/app", Permission::Granted),
            ("/etc/app/link", "/srv/data", Permission::Refused),
            ("/etc", "/etc", Permission::Leads),
            ("/", "/", Permission::Leads),
            ("/etc/os-release", "/usr/lib/os-release", Permission::Granted),
            ("/var/run/utmp", "/run/utmp", Permission::Granted),
            ("/etc/shadow", "/etc/shadow", Permission::Refused),
            ("/srv", "/srv", Permission::Refused),
        ] {
            assert_eq!(permission(&mut rules, asked, real), expected, "{asked} at {real}");
        }
    }

    #[test]
    fn what_is_too_private_is_refused_by_either_name() {
        let mut rules =
            rules(Level::Identifying, &["/etc/**", "/srv/**", "/opt/*/deep"], &["/etc/ssl/private/ca"]);
        for (asked, real, expected) in [
            ("/etc/shadow", "/etc/shadow", Permission::Refused),
            ("/etc/x", "/etc/shadow", Permission::Refused),
            ("/srv/id_rsa", "/srv/x", Permission::Refused),
            ("/etc/ssl/private", "/etc/ssl/private", Permission::Leads),
            ("/etc/ssl/private/ca", "/etc/ssl/private/ca", Permission::Granted),
            ("/etc/ssl/private/cb", "/etc/ssl/private/cb", Permission::Refused),
            ("/etc/hostname", "/etc/hostname", Permission::Granted),
            ("/opt/x.key", "/opt/x.key", Permission::Leads),
        ] {
            assert_eq!(permission(&mut rules, asked, real), expected, "{asked} at {real}");
        }
    }

    #[test]
    fn links_count_by_the_name_asked_for_within_sysfs_only() {
        let reads = ["/sys/class/net/*/speed", "/srv/a/*"];
        let mut rules = rules(Level::Identifying, &reads, &[]);
        for (asked, real, expected) in [
            ("/sys/class/net/eth0/speed", "/sys/devices/pci/net/eth0/speed", Permission::Granted),
            ("/sys/class/net/eth0/mtu", "/sys/devices/pci/net/eth0/mtu", Permission::Refused),
            ("/sys/class/net/eth0", "/sys/devices/pci/net/eth0", Permission::Leads),
            ("/sys/class/net/eth0/speed", "/etc/hostname", Permission::Refused),
            ("/srv/a/x", "/sys/devices/x", Permission::Refused),
        ] {
            assert_eq!(permission(&mut rules, asked, real), expected, "{asked} at {real}");
        }
    }

    #[test]
    fn own_files_are_declared_by_any_of_their_names() {
        let mut technical =
            rules(Level::Technical, &["/proc/net/snmp", "/proc/*/stat", "/proc/self/mountinfo"], &[]);
        for (asked, real, expected) in [
            ("/proc/net/snmp", "/proc/10/net/snmp", Permission::Granted),
            ("/proc/self/stat", "/proc/77/stat", Permission::Granted),
            ("/proc/77/mountinfo", "/proc/10/mountinfo", Permission::Granted),
            ("/proc/10/stat", "/proc/10/stat", Permission::Granted),
            ("/proc/10/mountinfo", "/proc/1/mountinfo", Permission::Refused),
            ("/proc/10/environ", "/proc/10/environ", Permission::Refused),
        ] {
            assert_eq!(permission(&mut technical, asked, real), expected, "{asked} at {real}");
        }
    }
}
