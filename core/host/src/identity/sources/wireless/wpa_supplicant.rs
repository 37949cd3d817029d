//! Networks of wpa_supplicant.

use candor_redact::is_secret_key;

use crate::identity::gathering::Gathering;
use crate::identity::syntax;

/// See wpa_supplicant.conf(5).
pub(super) fn gather(gathering: &mut Gathering<'_>) {
    let text = gathering.text("/etc/wpa_supplicant.conf").unwrap_or_default();
    add(gathering, &text);
    gathering.each_text("/etc/wpa_supplicant", ".conf", add);
}

fn add(gathering: &mut Gathering<'_>, text: &str) {
    for (key, value) in syntax::lines(text).filter_map(|line| line.split_once('=')) {
        let (key, value) = (key.trim(), value.trim());
        match key {
            "ssid" => gathering.add_ssid(&text_of(value)),
            "bssid" => gathering.add_mac(value),
            "identity" | "anonymous_identity" => gathering.add_foreign_user(&text_of(value)),
            key if is_secret_key(key) || key == "private_key_passwd" || key == "pin" => {
                gathering.add_secret(syntax::unquoted(value));
            }
            _ => {}
        }
    }
}

/// `"Blue Fig"`, `P"Blue\x20Fig"`, or hexadecimal digits.
fn text_of(value: &str) -> String {
    if let Some(escaped) = value.strip_prefix('P').filter(|rest| rest.starts_with('"')) {
        return syntax::unescape(syntax::unquoted(escaped));
    }
    match syntax::unquoted(value) {
        bare if bare.len() == value.len() => syntax::from_hex(bare).unwrap_or_else(|| bare.to_owned()),
        inner => inner.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_every_spelling() {
        for spelling in ["\"Blue Fig\"", "P\"Blue\\x20Fig\"", "426c756520466967"] {
            assert_eq!(text_of(spelling), "Blue Fig", "{spelling}");
        }
    }
}
