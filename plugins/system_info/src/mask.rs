//! Takes names of people and machines out of paths, devices and process names.
//!
//! Where such names hide, from experience: home and media folders; `/run/user/<uid>`; file system labels and UUIDs;
//! volume groups (the Debian installer names them after the host); container and pod identifiers; kernel threads of
//! NFS mounts (`192.0.2.7-manager`).

/// What replaces a masked part.
pub(crate) const MASK: &str = "<masked>";

/// Runs of hexadecimal digits and dashes with at least as many digits count as identifiers: UUIDs, container ids.
const IDENTIFIER_DIGITS: usize = 16;

/// A component after one of these is a person's, a machine's or a label's name.
const NAMED_BELOW: [&str; 12] = [
    "home",
    "homes",
    "Users",
    "net",
    "by-uuid",
    "by-id",
    "by-label",
    "by-partuuid",
    "by-partlabel",
    "by-path",
    "md",
    "zvol",
];

/// Everything below one of these is named by people.
const PRIVATE_TREES: [&str; 3] = ["/media/", "/run/media/", "/run/user/"];

/// What is masked beyond the fixed rules.
#[derive(Debug, Clone, Default)]
pub(crate) struct Masks {
    /// The machine's name, with and without its domain.
    host_names: Vec<String>,
}

impl Masks {
    /// Masks the name of this machine too.
    pub(crate) fn of_this_machine() -> Self {
        Self::of_host(&rustix::system::uname().nodename().to_string_lossy())
    }

    fn of_host(name: &str) -> Self {
        let short = name.split('.').next().unwrap_or(name);
        let mut host_names = vec![name.to_owned(), short.to_owned()];
        // Shorter ones are syllables of ordinary paths. `localhost` names nobody.
        host_names.retain(|name| name.len() >= 3 && name != "localhost");
        host_names.dedup();
        Self { host_names }
    }

    /// Masks a path: `/home/anna/data` → `/home/<masked>/data`.
    pub(crate) fn path(&self, path: &str) -> String {
        if let Some(tree) = PRIVATE_TREES.iter().find(|tree| path.starts_with(**tree)) {
            let depth = path[tree.len()..].split('/').count().min(2);
            return format!("{tree}{}", vec![MASK; depth].join("/"));
        }
        if let Some(name) = path.strip_prefix("/dev/mapper/") {
            return format!("/dev/mapper/{}", mapped_device(name));
        }
        let mut before = "";
        let mut masked = Vec::new();
        for (index, component) in path.split('/').enumerate() {
            let named = !component.is_empty() && NAMED_BELOW.contains(&before);
            masked.push(if named {
                MASK.to_owned()
            } else if index <= 1 {
                component.to_owned()
            } else {
                self.component(component)
            });
            before = component;
        }
        masked.join("/")
    }

    /// Masks where a mount comes from: a device, a data set, a server. `remote` ones name machines and users.
    pub(crate) fn source(&self, source: &str, remote: bool) -> String {
        if remote || (!source.starts_with('/') && source.contains([':', '@'])) {
            return MASK.to_owned();
        }
        self.path(source)
    }

    /// Masks the name of a process when it holds an address or the machine's name.
    pub(crate) fn process_name(&self, name: &str) -> String {
        let address = holds_address(name);
        if address {
            return MASK.to_owned();
        }
        self.component(name)
    }

    fn component(&self, text: &str) -> String {
        let mut masked = mask_identifiers(text);
        for name in &self.host_names {
            masked = replace_word(&masked, name);
        }
        masked
    }
}

/// `server--vg-root` → `<masked>-root`: LVM writes `group-volume` and doubles the dashes inside of either.
fn mapped_device(name: &str) -> String {
    if name == "control" {
        return name.to_owned();
    }
    let undoubled = name.replace("--", "\u{1}");
    match undoubled.split_once('-') {
        Some((_, volume)) => format!("{MASK}-{}", mask_identifiers(&volume.replace('\u{1}', "--"))),
        None => mask_identifiers(name),
    }
}

fn mask_identifiers(text: &str) -> String {
    let part_of_run = |character: char| character.is_ascii_hexdigit() || character == '-';
    let mut masked = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|character| !part_of_run(character)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let digits = run.chars().filter(|character| *character != '-').count();
        masked.push_str(if digits >= IDENTIFIER_DIGITS { MASK } else { run });
        let plain = after.find(part_of_run).unwrap_or(after.len());
        masked.push_str(&after[..plain]);
        rest = &after[plain..];
    }
    masked
}

fn replace_word(text: &str, word: &str) -> String {
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, found) = rest.split_at(at);
        let after = &found[word.len()..];
        let inside = before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric);
        replaced.push_str(before);
        replaced.push_str(if inside { word } else { MASK });
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

/// True for `192.0.2.7-ma` and `2001:db8::7-man`. The name may be cut, so three dots or two colons do.
fn holds_address(name: &str) -> bool {
    let numbers = name.split(|character: char| !character.is_ascii_digit() && character != '.');
    let dotted = |run: &str| run.split('.').filter(|part| !part.is_empty()).count() >= 3;
    let hexadecimal = name.split(|character: char| !character.is_ascii_hexdigit() && character != ':');
    let colons = |run: &str| run.matches(':').count() >= 2;
    numbers.into_iter().any(dotted) || hexadecimal.into_iter().any(colons)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masks() -> Masks {
        Masks::of_host("lagerhaus.example.org")
    }

    #[test]
    fn names_below_home_and_media_are_masked() {
        for (path, masked) in [
            ("/", "/"),
            ("/home", "/home"),
            ("/home/anna/data", "/home/<masked>/data"),
            ("/var/home/anna", "/var/home/<masked>"),
            ("/run/user/1000/gvfs", "/run/user/<masked>/<masked>"),
            ("/media/anna/ANNA-USB/x", "/media/<masked>/<masked>"),
            ("/run/media/anna/STICK", "/run/media/<masked>/<masked>"),
            ("rpool/home/anna", "rpool/home/<masked>"),
            ("/var/lib/docker", "/var/lib/docker"),
        ] {
            assert_eq!(masks().path(path), masked, "{path}");
        }
    }

    #[test]
    fn device_names_keep_what_names_nobody() {
        for (source, masked) in [
            ("/dev/sda1", "/dev/sda1"),
            ("/dev/nvme0n1p2", "/dev/nvme0n1p2"),
            ("/dev/disk/by-uuid/1234-ABCD", "/dev/disk/by-uuid/<masked>"),
            ("/dev/mapper/lagerhaus--vg-swap_1", "/dev/mapper/<masked>-swap_1"),
            ("/dev/mapper/luks-8a6e0b6c-1f2e-4b53-9a52-0c7c7f0c3f11", "/dev/mapper/<masked>-<masked>"),
            ("/dev/md/lagerhaus:0", "/dev/md/<masked>"),
            ("tmpfs", "tmpfs"),
            ("nas.example.org:/export", "<masked>"),
            ("anna@host:", "<masked>"),
        ] {
            assert_eq!(masks().source(source, false), masked, "{source}");
        }
        assert_eq!(masks().source("//nas/anna", true), "<masked>");
    }

    #[test]
    fn identifiers_of_containers_are_masked_anywhere() {
        let id = "0123456789abcdef".repeat(4);
        let path = format!("/var/lib/docker/overlay2/{id}/merged");
        assert_eq!(masks().path(&path), "/var/lib/docker/overlay2/<masked>/merged");
        let pod = "/var/lib/kubelet/pods/8a6e0b6c-1f2e-4b53-9a52-0c7c7f0c3f11/volumes";
        assert_eq!(masks().path(pod), "/var/lib/kubelet/pods/<masked>/volumes");
        assert_eq!(masks().path("/snap/core22/1033"), "/snap/core22/1033");
    }

    #[test]
    fn the_name_of_the_machine_is_masked_as_a_word() {
        assert_eq!(masks().path("/srv/lagerhaus/db"), "/srv/<masked>/db");
        assert_eq!(masks().path("/srv/lagerhaus2/db"), "/srv/lagerhaus2/db");
        assert_eq!(masks().path("/srv/x-lagerhaus.example.org"), "/srv/x-<masked>");
    }

    #[test]
    fn process_names_with_addresses_are_masked() {
        assert_eq!(masks().process_name("192.0.2.7-manag"), MASK);
        assert_eq!(masks().process_name("2001:db8::7-man"), MASK);
        assert_eq!(masks().process_name("kworker/0:1-ev"), "kworker/0:1-ev");
        assert_eq!(masks().process_name("python3.11"), "python3.11");
        assert_eq!(masks().process_name("lagerhaus-sync"), "<masked>-sync");
    }

    #[test]
    fn text_of_any_kind_is_survived() {
        for text in ["", "/", "//", "/media/", "/dev/mapper/", "å-ä", "/home//x", "-", "/run/user/"] {
            let _ = (masks().path(text), masks().source(text, true), masks().process_name(text));
        }
    }
}
