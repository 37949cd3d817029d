//! Names of hosts and domains: full names anywhere, short ones where a log, key or URL says that they are one.

mod code;
mod log;
mod name;
mod place;
mod public;
mod suffix;

pub(super) use log::{ISO, SYSLOG};
pub(super) use name::judge;
pub(super) use name::{FULL, Name, known};
pub(super) use place::{AUTHORITY, LABELLED, UNAME, is_short_name, short_authority};
pub(crate) use suffix::kept_labels;

use std::sync::LazyLock;

use super::word_set::WordSet;
use crate::policy::Options;

/// Names of every machine for itself.
static OWN_MACHINE: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(&[
        "localhost",
        "localhost.localdomain",
        "localhost4",
        "localhost6",
        "localhost4.localdomain4",
        "localhost6.localdomain6",
        "ip6-localhost",
        "ip6-loopback",
        "ip6-localnet",
        "ip6-mcastprefix",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-allhosts",
        "loopback",
        "localdomain",
        "host.docker.internal",
        "gateway.docker.internal",
        "kubernetes.default.svc",
        "cluster.local",
        "svc.cluster.local",
        "metadata.google.internal",
        "broadcasthost",
    ])
});

/// True for `localhost` and what means the same.
pub(super) fn is_own_machine(name: &[u8]) -> bool {
    OWN_MACHINE.contains(name)
}

/// True for a name that stays.
pub(super) fn is_kept(name: &[u8], options: &Options) -> bool {
    is_own_machine(name) || public::is_public(name, options)
}

/// True when `name` ends as names of hosts do where one is meant.
pub(super) fn has_suffix(name: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    name.contains(&b'.') && suffix::ending(last) != suffix::Ending::None
}
