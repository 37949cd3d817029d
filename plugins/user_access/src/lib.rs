//! Who has an account on this machine, who may become root, who is and was logged in, and with which keys.
//!
//! What for: "I cannot log in" and "who changed this?" are answered from here: locked and expired accounts, login
//! shells, groups, sudo rules, sessions, logins and failed logins, SSH keys by fingerprint.
//!
//! What is private in it: names of accounts, and when and from where people logged in; the level is `identifying`.
//! Real names and telephone numbers of `/etc/passwd`, comments and options of SSH keys, and the names typed at failed
//! logins that are no accounts (a password typed into the wrong field is such a name) are left out.
//!
//! What it never does: read `/etc/shadow` (declared commands tell which accounts are locked or expired), open a private
//! key, or follow rules of doas, polkit, PAM or a directory service: what is said about root is said about sudo,
//! user id 0 and groups.
//!
//! Who uses it: the profile `server-report`. Start with [`UserAccess::collect`]; one module is one artifact, and
//! [`utmp`], [`sqlite`] and [`sudoers`] are the formats.

mod account_file;
mod accounts;
mod failed_logins;
mod groups;
mod last_logins;
mod logins;
mod origin;
mod password_status;
mod privileges;
mod record_files;
mod sessions;
mod sqlite;
mod ssh_keys;
mod sudoers;
mod utmp;
mod wtmpdb;

use candor_plugin::{CollectError, Collector, Completion, Context, export_collector};
use serde::Deserialize;

use crate::account_file::Directory;

/// The manifest's options.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
struct Options {
    /// How many logins, and how many failed logins, to list; the newest ones.
    max_entries: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_entries: 200 }
    }
}

/// The collector `user-access`.
struct UserAccess;

impl Collector for UserAccess {
    type Options = Options;

    fn collect(options: Options, context: &Context) -> Result<Completion, CollectError> {
        let directory = Directory::read(context)?;
        accounts::deliver(context, &directory)?;
        groups::deliver(context, &directory)?;
        privileges::deliver(context, &directory)?;
        ssh_keys::deliver(context, &directory)?;
        sessions::deliver(context)?;
        logins::deliver(context, &directory, options.max_entries)?;
        failed_logins::deliver(context, &directory, options.max_entries)?;
        Ok(Completion::Collected)
    }
}

export_collector!("user_access", UserAccess);

#[cfg(test)]
mod tests;
#[cfg(test)]
mod with_context;
