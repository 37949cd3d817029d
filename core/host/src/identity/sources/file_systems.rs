//! UUIDs and labels of file systems, and what is mounted from where.

use candor_redact::is_secret_key;

use crate::identity::gathering::Gathering;
use crate::identity::{names, syntax};

pub(in crate::identity) fn gather(gathering: &mut Gathering<'_>) {
    for folder in ["/dev/disk/by-uuid", "/dev/disk/by-partuuid"] {
        for uuid in gathering.names(folder) {
            gathering.add_uuid(&uuid);
        }
    }
    for label in gathering.names("/dev/disk/by-label") {
        add_label(gathering, &syntax::unescape(&label));
    }
    for path in ["/etc/fstab", "/proc/self/mounts"] {
        let table = gathering.text(path).unwrap_or_default();
        for words in syntax::words(&table) {
            if let [device, _, kind, options, ..] = words.as_slice() {
                add_device(gathering, device);
                add_server(gathering, device, kind);
                add_options(gathering, options);
            }
        }
    }
    let table = gathering.text("/etc/crypttab").unwrap_or_default();
    for words in syntax::words(&table) {
        if let Some(device) = words.get(1) {
            add_device(gathering, device);
        }
    }
}

/// `UUID=…`, `PARTUUID=…`, `LABEL=…`.
fn add_device(gathering: &mut Gathering<'_>, device: &str) {
    let Some((kind, value)) = device.split_once('=') else { return };
    let value = syntax::unescape(syntax::unquoted(value));
    match kind {
        "UUID" | "PARTUUID" => gathering.add_uuid(&value),
        "LABEL" => add_label(gathering, &value),
        _ => {}
    }
}

fn add_label(gathering: &mut Gathering<'_>, label: &str) {
    if label.chars().count() >= 3 && !names::is_common_label(label) {
        gathering.add_words(label);
    }
}

/// `server:/path` of NFS and its like, `//server/share` of SMB.
fn add_server(gathering: &mut Gathering<'_>, device: &str, kind: &str) {
    if let Some(share) = device.strip_prefix("//") {
        gathering.add_host(share.split('/').next().unwrap_or_default());
    } else if kind.starts_with("nfs")
        || kind.contains("sshfs")
        || kind.contains("ceph")
        || kind.contains("gluster")
    {
        let server = device.split_once(":/").map_or("", |(server, _)| server);
        for server in server.split(',') {
            gathering.add_host(syntax::without_port(server.rsplit('@').next().unwrap_or_default()));
        }
    }
}

/// `username=ada,password=…,domain=…` of mount.cifs(8).
fn add_options(gathering: &mut Gathering<'_>, options: &str) {
    for (key, value) in options.split(',').filter_map(|option| option.split_once('=')) {
        match key {
            "user" | "username" => gathering.add_foreign_user(value),
            "domain" | "dom" => gathering.add_domain(value),
            key if is_secret_key(key) => gathering.add_secret(&syntax::unescape(value)),
            _ => {}
        }
    }
}
