//! Networks of iwd, whose files are named after them.

use candor_redact::is_secret_key;

use crate::identity::gathering::Gathering;
use crate::identity::syntax;

const FOLDER: &str = "/var/lib/iwd";

/// See iwd.network(5): `NAME.psk`, or `=` and hexadecimal digits where a name is no file name.
pub(super) fn gather(gathering: &mut Gathering<'_>) {
    for file in gathering.names(FOLDER) {
        let Some((name, "psk" | "open" | "8021x")) = file.rsplit_once('.') else { continue };
        let spelled_out = name.strip_prefix('=').and_then(syntax::from_hex);
        gathering.add_ssid(spelled_out.as_deref().unwrap_or(name));
        let text = gathering.text_shown_as(&format!("{FOLDER}/{file}"), "/var/lib/iwd/*").unwrap_or_default();
        for setting in syntax::settings(&text) {
            match setting.key {
                "EAP-Identity" => gathering.add_foreign_user(setting.value),
                key if is_secret_key(key) => gathering.add_secret(setting.value),
                _ => {}
            }
        }
    }
}
