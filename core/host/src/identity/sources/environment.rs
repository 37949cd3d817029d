//! Secrets and logins of the environment, of this process and of every session.

use candor_redact::is_secret_key;

use crate::identity::gathering::Gathering;
use crate::identity::syntax;

/// Variables that hold the login of whoever runs this.
const LOGINS: &[&str] = &["SUDO_USER", "LOGNAME", "USER", "USERNAME", "DOAS_USER"];

pub(in crate::identity) fn gather(gathering: &mut Gathering<'_>) {
    let root = gathering.root;
    for (name, value) in &root.live.environment {
        add(gathering, name, value);
    }
    let own = gathering.text("/proc/self/environ").unwrap_or_default();
    for (name, value) in own.split('\0').filter_map(|variable| variable.split_once('=')) {
        add(gathering, name, value);
    }
    for path in ["/etc/environment", "/etc/profile"] {
        let text = gathering.text(path).unwrap_or_default();
        add_assignments(gathering, &text);
    }
    gathering.each_text("/etc/environment.d", ".conf", add_assignments);
    gathering.each_text("/etc/profile.d", ".sh", add_assignments);
}

fn add_assignments(gathering: &mut Gathering<'_>, script: &str) {
    for (name, value) in syntax::assignments(script) {
        add(gathering, name, value);
    }
}

fn add(gathering: &mut Gathering<'_>, name: &str, value: &str) {
    if LOGINS.contains(&name) {
        gathering.add_user(value);
    }
    // The folder where a shell is, not a password.
    let is_folder = matches!(name, "PWD" | "OLDPWD");
    if is_secret_key(name) && !is_folder {
        gathering.add_secret(value);
    }
    gathering.add_credentials_of_urls(value);
}
