//! Which programs give away what.

use crate::Level;
use crate::Level::{Identifying, Secret, Sensitive, Technical};

/// Programs that start whatever their arguments say: with one of them the declared argv says nothing about what runs.
const STARTERS: &[&str] = &[
    "ash",
    "awk",
    "bash",
    "busybox",
    "chroot",
    "chrt",
    "csh",
    "dash",
    "deno",
    "doas",
    "ed",
    "env",
    "expect",
    "fakeroot",
    "fish",
    "flock",
    "gawk",
    "ionice",
    "java",
    "ksh",
    "lua",
    "luajit",
    "m4",
    "make",
    "mawk",
    "mksh",
    "nawk",
    "nice",
    "node",
    "nodejs",
    "nohup",
    "nsenter",
    "numactl",
    "parallel",
    "perl",
    "php",
    "pkexec",
    "prlimit",
    "pwsh",
    "python",
    "rbash",
    "rsh",
    "ruby",
    "run-parts",
    "runcon",
    "runuser",
    "script",
    "sed",
    "setarch",
    "setpriv",
    "setsid",
    "sg",
    "sh",
    "ssh",
    "start-stop-daemon",
    "stdbuf",
    "strace",
    "su",
    "sudo",
    "systemd-run",
    "taskset",
    "tclsh",
    "tcsh",
    "time",
    "timeout",
    "tmux",
    "unshare",
    "vi",
    "vim",
    "watch",
    "xargs",
    "zsh",
];

/// The name of the program when it starts whatever its arguments say: `python` of `/usr/bin/python3.11`.
pub(crate) fn starts_other_programs(argv: &[String]) -> Option<&'static str> {
    let name = program(argv)?;
    let plain = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '-'));
    let starter = |name: &str| STARTERS.iter().find(|starter| **starter == name).copied();
    let loader = (name.starts_with("ld-") || name.starts_with("ld.so")).then_some("ld.so");
    let find_runs = name == "find"
        && argv.iter().any(|argument| argument.starts_with("-exec") || argument.starts_with("-ok"));
    starter(name).or_else(|| starter(plain)).or(loader).or(find_runs.then_some("find -exec"))
}

fn program(argv: &[String]) -> Option<&str> {
    argv.first()?.rsplit('/').next()
}

/// A program, an argument without which the rule does not hold (empty: it always holds), and what it gives away.
type Rule = (&'static str, &'static str, Level, &'static str);

/// What programs give away, the most private rule of a program first.
const RULES: &[Rule] = &[
    ("coredumpctl", "", Secret, "memory of programs that crashed"),
    ("crictl", "exec", Secret, "what is inside containers"),
    ("crictl", "inspect", Secret, "environments of containers, which hold passwords"),
    ("docker", "cp", Secret, "what is inside containers"),
    ("docker", "exec", Secret, "what is inside containers"),
    ("docker", "export", Secret, "what is inside containers"),
    ("docker", "inspect", Secret, "environments of containers, which hold passwords"),
    ("docker", "run", Secret, "whatever a new container is let to see"),
    ("dumpcap", "", Secret, "the contents of network traffic"),
    ("gcore", "", Secret, "memory of running programs"),
    ("gdb", "", Secret, "memory of running programs"),
    ("getent", "gshadow", Secret, "password hashes"),
    ("getent", "shadow", Secret, "password hashes"),
    ("kubectl", "secret", Secret, "secrets of the cluster"),
    ("kubectl", "secrets", Secret, "secrets of the cluster"),
    ("ltrace", "", Secret, "memory of running programs"),
    ("nmcli", "--show-secrets", Secret, "passwords of networks"),
    ("nmcli", "-s", Secret, "passwords of networks"),
    ("openssl", "", Secret, "private keys"),
    ("perf", "", Secret, "memory of running programs"),
    ("podman", "cp", Secret, "what is inside containers"),
    ("podman", "exec", Secret, "what is inside containers"),
    ("podman", "export", Secret, "what is inside containers"),
    ("podman", "inspect", Secret, "environments of containers, which hold passwords"),
    ("podman", "run", Secret, "whatever a new container is let to see"),
    ("bpftrace", "", Secret, "memory of running programs"),
    ("systemctl", "show-environment", Secret, "the environment of services, which holds passwords"),
    ("tcpdump", "", Secret, "the contents of network traffic"),
    ("tshark", "", Secret, "the contents of network traffic"),
    ("wg", "", Secret, "private keys of tunnels"),
    ("xclip", "", Secret, "the clipboard"),
    ("xsel", "", Secret, "the clipboard"),
    ("arecord", "", Sensitive, "sound"),
    ("ffmpeg", "", Sensitive, "pictures and sound"),
    ("fswebcam", "", Sensitive, "pictures"),
    ("gnome-screenshot", "", Sensitive, "what a screen shows"),
    ("grim", "", Sensitive, "what a screen shows"),
    ("import", "", Sensitive, "what a screen shows"),
    ("pgrep", "-a", Sensitive, "command lines, which may hold passwords"),
    ("ps", "", Sensitive, "command lines, which may hold passwords"),
    ("pstree", "-a", Sensitive, "command lines, which may hold passwords"),
    ("scrot", "", Sensitive, "what a screen shows"),
    ("systemctl", "cat", Sensitive, "settings of services with the passwords in them"),
    ("systemctl", "status", Sensitive, "command lines, which may hold passwords"),
    ("top", "", Sensitive, "command lines, which may hold passwords"),
    ("w", "", Sensitive, "what people run at the moment"),
    ("xwd", "", Sensitive, "what a screen shows"),
];

/// Programs whose output identifies nobody.
const TECHNICAL: &[&str] = &[
    "arch",
    "df",
    "dpkg",
    "dpkg-query",
    "free",
    "getconf",
    "iostat",
    "locale",
    "localectl",
    "lscpu",
    "lsipc",
    "lsmem",
    "lsmod",
    "lspci",
    "lsusb",
    "modinfo",
    "mpstat",
    "nproc",
    "rpm",
    "sensors",
    "swapon",
    "systemd-detect-virt",
    "timedatectl",
    "uptime",
    "vmstat",
];

/// The least level of a collector that runs this, and what it gives away.
pub(super) fn least_level(argv: &[String]) -> (Level, &'static str) {
    let Some(name) = program(argv) else {
        return (Technical, "");
    };
    let holds = |rule: &&Rule| {
        rule.0 == name && (rule.1.is_empty() || argv.iter().skip(1).any(|argument| argument == rule.1))
    };
    if let Some((_, _, level, reaches)) = RULES.iter().find(holds) {
        return (*level, reaches);
    }
    if TECHNICAL.contains(&name) {
        return (Technical, "");
    }
    (Identifying, "the output of a program that is not known to identify nobody")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn programs_that_start_others_are_found_under_any_version() {
        for text in [
            "/bin/sh -c id",
            "/usr/bin/python3.11 -c x",
            "/usr/bin/perl5.36",
            "/usr/bin/env x",
            "/lib64/ld-linux-x86-64.so.2 /bin/id",
        ] {
            assert!(starts_other_programs(&argv(text)).is_some(), "{text}");
        }
        assert_eq!(starts_other_programs(&argv("/usr/bin/find / -execdir rm")), Some("find -exec"));
        for text in ["/usr/bin/lspci -vv", "/usr/bin/find / -name x", "/usr/bin/id", "/sbin/ldconfig -p"] {
            assert_eq!(starts_other_programs(&argv(text)), None, "{text}");
        }
    }

    #[test]
    fn what_a_program_gives_away_depends_on_its_arguments() {
        assert_eq!(least_level(&argv("/usr/bin/lspci -mm")).0, Technical);
        assert_eq!(least_level(&argv("/usr/bin/docker ps")).0, Identifying);
        assert_eq!(least_level(&argv("/usr/bin/docker inspect x")).0, Secret);
        assert_eq!(least_level(&argv("/opt/vendor/bin/state")).0, Identifying);
    }
}
