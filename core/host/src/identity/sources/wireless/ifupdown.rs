//! Wireless networks in Debian's `/etc/network/interfaces`.

use crate::identity::gathering::Gathering;
use crate::identity::syntax;

/// See interfaces(5) and the documentation of wpa_supplicant in Debian.
pub(super) fn gather(gathering: &mut Gathering<'_>) {
    let text = gathering.text("/etc/network/interfaces").unwrap_or_default();
    add(gathering, &text);
    gathering.each_text("/etc/network/interfaces.d", "", add);
}

fn add(gathering: &mut Gathering<'_>, text: &str) {
    for line in syntax::lines(text) {
        let Some((key, value)) = line.split_once(char::is_whitespace) else { continue };
        let value = syntax::unquoted(value.trim());
        match key {
            "wpa-ssid" | "wireless-essid" => gathering.add_ssid(value),
            "wpa-bssid" | "hwaddress" => gathering.add_mac(value.trim_start_matches("ether").trim()),
            "wpa-psk" | "wpa-password" | "wireless-key" => gathering.add_secret(value),
            "wpa-identity" => gathering.add_foreign_user(value),
            _ => {}
        }
    }
}
