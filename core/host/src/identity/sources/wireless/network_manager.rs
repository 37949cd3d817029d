//! Connections of NetworkManager.

use candor_redact::is_secret_key;

use crate::identity::gathering::Gathering;
use crate::identity::syntax::{self, Setting};

/// See nm-settings-keyfile(5).
pub(super) fn gather(gathering: &mut Gathering<'_>) {
    for folder in ["/etc/NetworkManager/system-connections", "/run/NetworkManager/system-connections"] {
        gathering.each_text(folder, "", |gathering, text| {
            syntax::settings(text).iter().for_each(|setting| add(gathering, setting));
        });
    }
    let seen = gathering.text("/var/lib/NetworkManager/seen-bssids").unwrap_or_default();
    for setting in syntax::settings(&seen) {
        setting.value.split([',', ';']).for_each(|address| gathering.add_mac(address.trim()));
    }
}

fn add(gathering: &mut Gathering<'_>, setting: &Setting<'_>) {
    let value = setting.value;
    match setting.key {
        "ssid" => {
            let name = from_numbers(value).unwrap_or_else(|| syntax::unescape(value));
            gathering.add_ssid(&name);
        }
        "bssid" | "mac-address" | "cloned-mac-address" | "seen-bssids" => {
            value.split([',', ';']).for_each(|address| gathering.add_mac(address.trim()));
        }
        "identity" | "anonymous-identity" if setting.section == "802-1x" => gathering.add_foreign_user(value),
        key if is_secret_key(key) => gathering.add_secret(&syntax::unescape(value)),
        _ => {}
    }
}

/// A name as a list of bytes: `67;97;102;101;`.
fn from_numbers(value: &str) -> Option<String> {
    let numbers = value.strip_suffix(';')?.split(';');
    let bytes = numbers.map(|number| number.trim().parse::<u8>().ok()).collect::<Option<Vec<u8>>>()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_lists_of_bytes_are_read() {
        assert_eq!(from_numbers("67;97;102;101;").as_deref(), Some("Cafe"));
        for other in ["Cafe", "Cafe;", "300;", ";", ""] {
            assert_eq!(from_numbers(other), None, "{other}");
        }
    }
}
