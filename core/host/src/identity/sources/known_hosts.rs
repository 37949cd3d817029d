//! Hosts whose SSH keys this machine knows.

use crate::identity::gathering::{Gathering, MOST_LINES};
use crate::identity::syntax;

/// See sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". Names that are kept as hashes tell nothing.
pub(in crate::identity) fn gather(gathering: &mut Gathering<'_>) {
    let table = gathering.text("/etc/ssh/ssh_known_hosts").unwrap_or_default();
    for words in syntax::words(&table).take(MOST_LINES) {
        let mut words = words.iter().filter(|word| !word.starts_with('@'));
        for pattern in words.next().unwrap_or(&"").split(',') {
            let host = syntax::without_port(pattern.trim_start_matches('!'));
            if !host.starts_with('|') && !host.contains(['*', '?']) {
                gathering.add_host(host);
            }
        }
    }
}
