//! Who commits here: git's `user.name` and `user.email`.

use crate::identity::gathering::{Gathering, MOST_LINES};
use crate::identity::syntax;

/// See git-config(1).
pub(in crate::identity) fn gather(gathering: &mut Gathering<'_>) {
    let text = gathering.text("/etc/gitconfig").unwrap_or_default();
    add(gathering, &text);
    gathering.each_text_in_homes(".gitconfig", "/home/*/.gitconfig", add);
    gathering.each_text_in_homes(".config/git/config", "/home/*/.config/git/config", add);
}

fn add(gathering: &mut Gathering<'_>, text: &str) {
    for setting in syntax::settings(text).into_iter().take(MOST_LINES) {
        match (setting.section, setting.key.to_ascii_lowercase().as_str()) {
            ("user" | "author" | "committer", "name") => gathering.add_person(setting.value),
            ("user" | "author" | "committer", "email") => gathering.add_email(setting.value),
            _ => {}
        }
    }
    gathering.add_credentials_of_urls(text);
}
