//! Language and keyboard of the system, not of a person: locale.conf(5), keyboard(5), vconsole.conf(5).

use std::collections::BTreeMap;

use candor_plugin::Context;
use serde::Serialize;

use crate::key_value;

const MOST_BYTES: u64 = 64 * 1024;
const LOCALE_FILES: [&str; 2] = ["/etc/locale.conf", "/etc/default/locale"];
const KEYBOARD_FILES: [&str; 2] = ["/etc/vconsole.conf", "/etc/default/keyboard"];
const KEYBOARD_KEYS: [&str; 8] =
    ["KEYMAP", "KEYMAP_TOGGLE", "XKBLAYOUT", "XKBMODEL", "XKBVARIANT", "XKBOPTIONS", "BACKSPACE", "FONT"];

/// Language and keyboard. Empty where the system sets nothing: programs then use the locale `C`.
#[derive(Debug, Serialize)]
pub(crate) struct Locale {
    /// `LANG`, `LC_TIME`, ….
    settings: BTreeMap<String, String>,
    /// `XKBLAYOUT`, `KEYMAP`, ….
    keyboard: BTreeMap<String, String>,
}

impl Locale {
    pub(crate) fn read(context: &Context) -> Self {
        Self {
            settings: first(context, LOCALE_FILES, is_locale_key),
            keyboard: first(context, KEYBOARD_FILES, |key| KEYBOARD_KEYS.contains(&key)),
        }
    }
}

/// Both may exist on systems that were converted; what both set is taken from the first.
fn first(context: &Context, paths: [&str; 2], wanted: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for path in paths {
        match context.read_text(path, MOST_BYTES) {
            Ok(text) => {
                for (key, value) in key_value::parse(&text) {
                    if wanted(&key) && !value.is_empty() {
                        found.entry(key).or_insert(value);
                    }
                }
            }
            Err(error) => context.note_input(&error),
        }
    }
    found
}

fn is_locale_key(key: &str) -> bool {
    key == "LANG" || key == "LANGUAGE" || key.starts_with("LC_")
}
