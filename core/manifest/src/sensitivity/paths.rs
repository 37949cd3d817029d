//! Which paths give away what.

use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use super::table::{IDENTIFYING, Rule, SECRET, SENSITIVE, TECHNICAL};

use crate::Level::{Identifying, Secret, Sensitive};
use crate::{Level, PathPattern};

/// A rule, ready to be compared.
struct Compiled {
    pattern: PathPattern,
    /// The same with everything under it.
    under: PathPattern,
    /// Whether it counts only against reads that name what they read.
    named: bool,
    /// Whether it holds for everything under its path.
    folder: bool,
    level: Level,
    reaches: &'static str,
}

/// Every rule, the most private first.
static RULES: LazyLock<Vec<Compiled>> = LazyLock::new(|| {
    [(SECRET, Secret), (SENSITIVE, Sensitive), (IDENTIFYING, Identifying)]
        .into_iter()
        .flat_map(|(rules, level)| rules.iter().flat_map(move |rule| compile(rule, level)))
        .collect()
});

/// Places among the rules by the first name of their paths, `` where that is a wildcard: whoever opens a file asks for
/// its level each time.
static BY_FIRST_NAME: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut places: HashMap<_, Vec<usize>> = HashMap::new();
    for (place, rule) in RULES.iter().enumerate() {
        places.entry(rule.pattern.first_name().unwrap_or_default()).or_default().push(place);
    }
    places
});

static TECHNICAL_PATTERNS: LazyLock<Vec<PathPattern>> = LazyLock::new(|| {
    let patterns = TECHNICAL.iter().filter_map(|text| PathPattern::new(*text).ok());
    patterns.map(|pattern| pattern.with_everything_under()).collect()
});

/// Folders that `~` stands for.
const HOMES: [&str; 3] = ["/home/*", "/root", "/Users/*"];

fn compile((text, reaches): &'static Rule, level: Level) -> Vec<Compiled> {
    let texts = match text.strip_prefix('~') {
        Some(rest) => HOMES.iter().map(|home| format!("{home}{rest}")).collect(),
        None => vec![(*text).to_owned()],
    };
    let compiled = |text: String| {
        let pattern = PathPattern::with_process(&text).ok()?;
        let folder = !text.starts_with("/proc/") || text.contains("{pid}");
        let under = pattern.with_everything_under();
        Some(Compiled { pattern, under, named: text.contains("**"), folder, level, reaches })
    };
    texts.into_iter().filter_map(compiled).collect()
}

/// The least level of a collector that may read this, and what it reaches.
pub(super) fn least_level(declared: &PathPattern) -> (Level, &'static str) {
    if let Some(found) = sensitive(declared) {
        return found;
    }
    let under = without_alias(declared).with_everything_under();
    if TECHNICAL_PATTERNS.iter().any(|known| known.covers(&under)) {
        return (Level::Technical, "");
    }
    (Identifying, "a path that is not known to identify nobody")
}

/// The most private of the rules that it reaches, if any.
pub(super) fn sensitive(declared: &PathPattern) -> Option<(Level, &'static str)> {
    let plain = without_alias(declared);
    let names_something = plain
        .as_str()
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains(|letter| !matches!(letter, '*' | '?')));
    let declared_under = plain.with_everything_under();
    let reached = RULES.iter().find(|rule| match rule {
        Compiled { named: true, pattern, .. } => names_something && pattern.intersects(&plain),
        Compiled { folder: true, under, .. } => under.intersects(&declared_under),
        Compiled { pattern, .. } => pattern.intersects(&declared_under),
    });
    reached.map(|rule| (rule.level, rule.reaches))
}

/// The most private rule for one path on a machine.
pub(super) fn known(path: &Path) -> Option<(Level, &'static str)> {
    let first = path.iter().nth(1).and_then(|name| name.to_str()).unwrap_or_default();
    let places = |name: &str| BY_FIRST_NAME.get(name).map_or(&[][..], Vec::as_slice).iter().copied();
    let holds = |place: &usize| match &RULES[*place] {
        Compiled { folder: true, pattern, .. } => pattern.reaches(path),
        Compiled { pattern, .. } => pattern.matches(path),
    };
    let anywhere = places("").find(holds);
    let there = places(first).find(holds).filter(|_| !first.is_empty());
    let found = [anywhere, there].into_iter().flatten().min().map(|place| &RULES[place]);
    found.map(|rule| (rule.level, rule.reaches))
}

/// The same path without the links that every Linux has: `/var/run` is `/run`.
fn without_alias(declared: &PathPattern) -> PathPattern {
    let text = declared.as_str();
    let plain = text.strip_prefix("/var/run").filter(|rest| rest.is_empty() || rest.starts_with('/'));
    plain.and_then(|rest| PathPattern::new(format!("/run{rest}")).ok()).unwrap_or_else(|| declared.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(text: &str) -> Level {
        least_level(&PathPattern::new(text).unwrap()).0
    }

    #[test]
    fn every_rule_is_a_pattern() {
        let homes =
            [SECRET, SENSITIVE, IDENTIFYING].concat().iter().filter(|rule| rule.0.starts_with('~')).count();
        let all = SECRET.len() + SENSITIVE.len() + IDENTIFYING.len();
        assert_eq!(RULES.len(), all + homes * (HOMES.len() - 1));
        assert_eq!(TECHNICAL_PATTERNS.len(), TECHNICAL.len());
    }

    #[test]
    fn a_known_path_has_the_first_rule_that_holds_for_it() {
        for (path, expected) in [
            ("/etc/shadow", Some(Secret)),
            ("/srv/www/server.key", Some(Secret)),
            ("/root/.ssh/id_rsa", Some(Secret)),
            ("/root/.ssh/authorized_keys", Some(Identifying)),
            ("/proc/1/environ", Some(Secret)),
            ("/proc/1/cmdline", Some(Sensitive)),
            ("/proc/net/tcp", Some(Identifying)),
            ("/proc/net/snmp", None),
            ("/etc/os-release", None),
            ("/", None),
        ] {
            assert_eq!(known(Path::new(path)).map(|(level, _)| level), expected, "{path}");
            let slow = RULES.iter().find(|rule| match rule.folder {
                true => rule.pattern.reaches(Path::new(path)),
                false => rule.pattern.matches(Path::new(path)),
            });
            assert_eq!(slow.map(|rule| rule.level), expected, "{path}");
        }
    }

    #[test]
    fn what_holds_secrets_is_secret_by_every_way_to_it() {
        for text in [
            "/etc/shadow",
            "/etc/shadow-",
            "/etc/candor/redaction.toml",
            "/home/ada/.config/candor/redaction.toml",
            "/root/.local/state/candor/keys/20260131T120000Z-1a2b3c4d.key",
            "/etc/sh*",
            "/etc/*",
            "/etc/**",
            "/etc",
            "/",
            "/**",
            "/*",
            "/*/shadow",
            "/**/shadow",
            "/etc/ssh/ssh_host_rsa_key",
            "/etc/ssh",
            "/home/*/.ssh/id_*",
            "/home",
            "/home/*",
            "/root/.ssh",
            "/home/a/.mozilla/x",
            "/proc",
            "/proc/*",
            "/proc/1/environ",
            "/proc/self/environ",
            "/proc/*/environ",
            "/proc/??/mem",
            "/proc/kcore",
            "/proc/1/root/etc/hostname",
            "/dev/mem",
            "/dev/**",
            "/dev/input/event0",
            "/dev/sda1",
            "/sys/kernel/debug/x",
            "/sys",
            "/opt/vendor/.env",
            "/srv/tls/*.key",
            "/var/run/docker.sock",
            "/var/lib",
            "/var",
            "/run",
            "/tmp",
            "/home/*/.bash_history",
        ] {
            assert_eq!(level(text), Secret, "{text}");
        }
    }

    #[test]
    fn what_shows_people_is_sensitive() {
        for text in [
            "/proc/*/cmdline",
            "/proc/1/cmdline",
            "/dev/video0",
            "/home/*/Pictures/**",
            "/run/user/1000/wayland-0",
        ] {
            assert_eq!(level(text), Sensitive, "{text}");
        }
    }

    #[test]
    fn names_logs_and_unknown_paths_are_identifying() {
        for text in [
            "/var/log",
            "/var/log/**",
            "/var/log/btmp",
            "/run/log/journal",
            "/etc/passwd",
            "/etc/machine-id",
            "/etc/hostname",
            "/etc/resolv.conf",
            "/etc/sudoers.d/*",
            "/proc/net/tcp",
            "/proc/*/net/dev",
            "/proc/cmdline",
            "/sys/class/net",
            "/opt/gateway/etc/*.conf",
            "/opt/gateway/**",
            "/data",
            "/etc/ssh/sshd_config",
            "/etc/ssh/ssh_host_*_key.pub",
            "/home/*/.ssh/authorized_keys",
            "/etc/fstab",
            "/sys/class/dmi/id",
            "/sys/block/sda/device/serial",
            "/var/run/utmp",
            "/usr/local/etc/x",
            "/srv/app/settings.toml",
        ] {
            assert_eq!(level(text), Identifying, "{text}");
        }
    }

    #[test]
    fn what_is_known_to_identify_nobody_may_be_technical() {
        for text in [
            "/proc/meminfo",
            "/proc/cpuinfo",
            "/proc/loadavg",
            "/proc/*/stat",
            "/proc/self/mountinfo",
            "/etc/os-release",
            "/sys/class/hwmon/**",
            "/sys/class/thermal",
            "/usr/lib/os-release",
            "/sys/class/dmi/id/product_name",
            "/sys/block/*/size",
            "/etc/localtime",
            "/proc/sys/kernel/osrelease",
            "/proc/1/cgroup",
        ] {
            assert_eq!(level(text), Level::Technical, "{text}");
        }
    }
}
