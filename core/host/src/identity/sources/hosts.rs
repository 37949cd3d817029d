//! Names of this machine, and the names that it gives to others.

use std::net::IpAddr;

use crate::identity::gathering::{Gathering, MOST_LINES};
use crate::identity::syntax;

/// The machine's own names and what its owner says of it.
pub(in crate::identity) fn gather_own(gathering: &mut Gathering<'_>) {
    let root = gathering.root;
    for name in &root.live.host_names {
        gathering.add_own_host(name);
    }
    for path in ["/etc/hostname", "/etc/mailname", "/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname"]
    {
        for line in syntax::lines(&gathering.text(path).unwrap_or_default()) {
            gathering.add_own_host(line);
        }
    }
    let about = gathering.text("/etc/machine-info").unwrap_or_default();
    for (key, value) in syntax::assignments(&about) {
        match key {
            "PRETTY_HOSTNAME" if value.contains(char::is_whitespace) => gathering.add_words(value),
            "PRETTY_HOSTNAME" => gathering.add_own_host(value),
            "LOCATION" | "CONTACT" => add_description(gathering, value),
            _ => {}
        }
    }
}

/// A place or a person in free words: an e-mail address in it counts alone too.
fn add_description(gathering: &mut Gathering<'_>, text: &str) {
    if text.contains('@') {
        for word in text.split_whitespace() {
            gathering.add_email(word);
        }
    } else if text.chars().any(char::is_alphabetic) && text.chars().count() >= 3 {
        gathering.add_words(text);
    }
}

/// `/etc/hosts`. Names on `0.0.0.0` are hosts that the machine blocks.
pub(in crate::identity) fn gather_table(gathering: &mut Gathering<'_>) {
    let table = gathering.text("/etc/hosts").unwrap_or_default();
    let mut lines = syntax::words(&table);
    for words in lines.by_ref().take(MOST_LINES) {
        let Some((address, names)) = words.split_first() else { continue };
        match address.parse::<IpAddr>() {
            Ok(address) if address.is_unspecified() || address.is_multicast() => {}
            Ok(_) => {
                gathering.add_address(address);
                names.iter().for_each(|name| add_name(gathering, name));
            }
            Err(_) => {}
        }
    }
    if lines.next().is_some() {
        gathering
            .miss(format!("`/etc/hosts` has more than {MOST_LINES} lines, only the first were looked at"));
    }
}

fn add_name(gathering: &mut Gathering<'_>, name: &str) {
    if gathering.is_own_host(name) { gathering.add_own_host(name) } else { gathering.add_host(name) }
}
