//! Which names tell nobody apart and stay.

/// Host names that every machine has, or that software gives to all alike.
const COMMON_HOSTS: &[&str] = &[
    "broadcasthost",
    "gateway.docker.internal",
    "host.containers.internal",
    "host.docker.internal",
    "kubernetes.docker.internal",
    "loopback",
    "metadata",
    "metadata.google.internal",
];

/// Domains that no organisation owns, and names of such that set-up programs propose.
const COMMON_DOMAINS: &[&str] = &[
    "ad",
    "arpa",
    "com",
    "corp",
    "default",
    "domain",
    "example",
    "files",
    "home",
    "home.arpa",
    "implicit_files",
    "internal",
    "intranet",
    "invalid",
    "ipa",
    "lan",
    "ldap",
    "local",
    "localdomain",
    "mygroup",
    "net",
    "onion",
    "org",
    "private",
    "proxy",
    "samba",
    "test",
    "workgroup",
];

/// Words in the full name of an account that stands for a task or a distribution instead of a person.
const ROLE_WORDS: &[&str] = &[
    "account",
    "admin",
    "administrator",
    "alma",
    "almalinux",
    "amazon",
    "anonymous",
    "arch",
    "azure",
    "backup",
    "bot",
    "build",
    "builder",
    "centos",
    "cloud",
    "daemon",
    "data",
    "database",
    "debian",
    "default",
    "demo",
    "deploy",
    "deployment",
    "developer",
    "ec2",
    "fedora",
    "for",
    "guest",
    "kiosk",
    "linux",
    "live",
    "local",
    "machine",
    "mail",
    "manager",
    "master",
    "monitoring",
    "network",
    "operator",
    "oracle",
    "owner",
    "raspberry",
    "remote",
    "rocky",
    "root",
    "runner",
    "server",
    "service",
    "session",
    "support",
    "suse",
    "system",
    "team",
    "technician",
    "temporary",
    "test",
    "tester",
    "the",
    "ubuntu",
    "user",
    "vagrant",
    "web",
];

/// Accounts of software with a number among people's.
const SOFTWARE_ACCOUNTS: &[&str] =
    &["libvirt-qemu", "nobody", "nfsnobody", "root", "snap_daemon", "snapd-range-524288-root"];

/// Logins to services that everybody uses alike, and folders beside the homes of people.
const COMMON_LOGINS: &[&str] = &[
    "__token__",
    "admin",
    "administrator",
    "anonymous",
    "api",
    "apt",
    "backup",
    "common",
    "data",
    "default",
    "docker",
    "ftp",
    "git",
    "guest",
    "media",
    "oauth",
    "oauth2",
    "oauth2accesstoken",
    "postgres",
    "proxy",
    "public",
    "samba",
    "share",
    "shared",
    "svn",
    "token",
    "user",
    "username",
    "www",
    "x-access-token",
    "x-token-auth",
];

/// Names of people that stand in every timestamp.
const WORDS_OF_DATES: &[&str] = &[
    "apr", "april", "aug", "august", "dec", "feb", "fri", "jan", "jul", "july", "jun", "june", "mar", "may",
    "mon", "nov", "oct", "sat", "sep", "sun", "thu", "tue", "wed",
];

/// Labels that installers and manufacturers give to file systems.
const COMMON_LABELS: &[&str] = &[
    "backup",
    "bios",
    "boot",
    "cidata",
    "cloudimg-rootfs",
    "config-2",
    "data",
    "efi",
    "efi system partition",
    "esp",
    "home",
    "media",
    "opt",
    "recovery",
    "root",
    "rootfs",
    "srv",
    "swap",
    "system",
    "system-boot",
    "tmp",
    "uefi",
    "usb",
    "usr",
    "var",
    "windows",
    "writable",
];

/// Words that stand for a password in examples. Matched everywhere they would take ordinary words out of every text;
/// where they are assigned, the redactor removes them by their place.
const WORDS_AS_SECRETS: &[&str] = &[
    "default",
    "disabled",
    "enabled",
    "example",
    "optional",
    "passphrase",
    "password",
    "prompt",
    "required",
    "secret",
    "string",
    "system",
    "undefined",
    "unlimited",
];

/// Fewest bytes of a secret that is matched everywhere.
const SHORTEST_SECRET: usize = 6;

/// True for what names nothing: empty, digits only, `(none)`, `root`.
pub(super) fn is_nothing(name: &str) -> bool {
    name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) || is_one_of(name, &["(none)", "root"])
}

/// True for host names that stay: `localhost.localdomain`, `ip6-allnodes`.
pub(super) fn is_common_host(name: &str) -> bool {
    let starts =
        |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    starts("localhost") || starts("ip6-") || starts("ipv6-") || is_one_of(name, COMMON_HOSTS)
}

/// True for domains that stay: `lan`, `home.arpa`, Samba's `WORKGROUP`.
pub(super) fn is_common_domain(name: &str) -> bool {
    is_one_of(name, COMMON_DOMAINS)
}

/// True for an account that no person has, whatever its number.
pub(super) fn is_software_account(name: &str) -> bool {
    is_one_of(name, SOFTWARE_ACCOUNTS)
}

/// True for a login that tells nobody apart where it is not an account of this machine.
pub(super) fn is_common_login(name: &str) -> bool {
    is_one_of(name, COMMON_LOGINS)
}

/// True for a file system's label that says nothing of the machine.
pub(super) fn is_common_label(label: &str) -> bool {
    is_one_of(label, COMMON_LABELS)
}

/// True for a secret that may be looked for everywhere.
pub(super) fn is_matchable_secret(secret: &str) -> bool {
    secret.len() >= SHORTEST_SECRET && !is_one_of(secret, WORDS_AS_SECRETS) && !is_reference(secret)
}

/// `$TOKEN`, `${TOKEN}`, `$(pass show x)`, `{{ token }}`: where a secret is, not what it is.
fn is_reference(text: &str) -> bool {
    let is_variable = |name: &str| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    ["${", "$(", "{{"].iter().any(|opening| text.starts_with(opening))
        || text.strip_prefix('$').is_some_and(is_variable)
}

/// The full name, and each part of it that can stand alone: `Ada Lovelace`, `Ada`, `Lovelace`. Nothing for the name of
/// a task: `EC2 Default User`.
pub(super) fn parts_of_person(full_name: &str) -> Vec<&str> {
    let words: Vec<&str> = full_name.split_whitespace().collect();
    let is_role = |word: &&str| is_one_of(word.trim_matches(|letter| "()[],.".contains(letter)), ROLE_WORDS);
    let is_date = matches!(words.as_slice(), [word] if is_one_of(word, WORDS_OF_DATES));
    if is_date || words.iter().all(is_role) || !full_name.chars().any(char::is_alphabetic) {
        return Vec::new();
    }
    let mut parts = vec![full_name];
    let is_of_letters = !full_name.chars().any(|letter| letter.is_ascii_digit());
    if words.len() > 1 && is_of_letters && !words.iter().any(is_role) {
        let bare = words.iter().map(|word| word.trim_matches(|letter: char| !letter.is_alphabetic()));
        parts.extend(bare.filter(|word| is_proper_name(word)));
    }
    parts
}

/// Three letters at least, the first a capital: no `van`, no `J.`. No `Jan` either, which every log is full of.
fn is_proper_name(word: &str) -> bool {
    word.chars().count() >= 3
        && word.chars().next().is_some_and(char::is_uppercase)
        && !is_one_of(word, WORDS_OF_DATES)
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.iter().any(|one| one.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_persons_name_stand_alone_and_those_of_a_tasks_do_not() {
        assert_eq!(parts_of_person("Ada van Loon"), ["Ada van Loon", "Ada", "Loon"]);
        assert_eq!(
            parts_of_person("J. Müller-Lüdenscheidt"),
            ["J. Müller-Lüdenscheidt", "Müller-Lüdenscheidt"]
        );
        assert_eq!(parts_of_person("ada loon"), ["ada loon"]);
        assert_eq!(parts_of_person("Loon"), ["Loon"]);
        assert_eq!(parts_of_person("Jan Loon"), ["Jan Loon", "Loon"], "`Jan` stands in dates");
        assert_eq!(parts_of_person("Fig Service"), ["Fig Service"], "`Fig` alone may be an ordinary word");
        assert_eq!(parts_of_person("Fig 70 crew"), ["Fig 70 crew"]);
        for task in ["EC2 Default User", "Ubuntu", "Live session (user)", "", "12 34"] {
            let parts = parts_of_person(task);
            assert!(parts.is_empty(), "{parts:?}");
        }
    }

    #[test]
    fn what_every_machine_has_stays() {
        for name in ["localhost", "localhost4.localdomain4", "IP6-allnodes", "broadcasthost"] {
            assert!(is_common_host(name), "{name}");
        }
        for name in ["lo", "web01", "local", "ip6"] {
            assert!(!is_common_host(name), "{name}");
        }
        assert!(is_nothing("42") && is_nothing("") && is_nothing("root") && !is_nothing("4a"));
    }

    #[test]
    fn ordinary_words_and_references_are_no_secrets_to_look_for() {
        for word in ["password", "abc12", "${VAULT_TOKEN}", "$VAULT_TOKEN", "{{ token }}"] {
            assert!(!is_matchable_secret(word), "{word}");
        }
        for secret in ["abc123", "$ecret", "$6$Kq1", "%plum%"] {
            assert!(is_matchable_secret(secret), "{secret}");
        }
    }
}
