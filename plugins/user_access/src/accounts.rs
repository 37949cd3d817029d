//! `accounts.json`: every account with its groups, shell, home folder, and the state of its password.

use candor_plugin::{CollectError, Context};
use serde::Serialize;

use crate::account_file::{Account, Directory, PasswordPlace};
use crate::password_status::{self, PasswordStatus};

/// Shells that end at once: whoever has one cannot log in.
const NO_SHELLS: [&str; 3] = ["nologin", "false", "sync"];
/// Accounts of people start here where `/etc/login.defs` says nothing else.
const FIRST_PERSON: u32 = 1000;
const NOBODY: u32 = 65534;

/// One account.
#[derive(Debug, Serialize)]
struct AccountEntry<'a> {
    name: &'a str,
    uid: u32,
    /// True for accounts of services: user ids below `UID_MIN`, and `nobody`.
    system: bool,
    primary_group: Option<&'a str>,
    primary_gid: u32,
    /// Names of all groups, the primary one first.
    groups: Vec<&'a str>,
    home: &'a str,
    shell: &'a str,
    /// False when the shell is `nologin` or the like. SSH can still forward ports.
    can_log_in: bool,
    password_place: PasswordPlace,
    /// `null` when no command could tell. (Not called `password`: whoever looks for secrets would take it for one.)
    password_status: Option<&'a PasswordStatus>,
}

pub(crate) fn deliver(context: &Context, directory: &Directory) -> Result<(), CollectError> {
    let statuses = password_status::ask(context);
    let first_person = first_person(context);
    let entries: Vec<_> = directory
        .accounts
        .iter()
        .map(|account| AccountEntry {
            name: &account.name,
            uid: account.uid,
            system: account.uid < first_person || account.uid == NOBODY,
            primary_group: directory.group_name(account.gid),
            primary_gid: account.gid,
            groups: directory.groups_of(account).map(|group| group.name.as_str()).collect(),
            home: &account.home,
            shell: &account.shell,
            can_log_in: can_log_in(account),
            password_place: account.password,
            password_status: statuses.get(&account.name),
        })
        .collect();
    context.write_json("accounts.json", &entries)
}

/// True when the shell is one that a person can use.
pub(crate) fn can_log_in(account: &Account) -> bool {
    let shell = account.shell.rsplit('/').next().unwrap_or_default();
    !NO_SHELLS.contains(&shell)
}

fn first_person(context: &Context) -> u32 {
    let text = context.read_text("/etc/login.defs", 64 * 1024).unwrap_or_else(|error| {
        context.note_input(&error);
        String::new()
    });
    parse_first_person(&text).unwrap_or(FIRST_PERSON)
}

fn parse_first_person(login_defs: &str) -> Option<u32> {
    login_defs.lines().find_map(|line| {
        let mut words = line.split_ascii_whitespace();
        (words.next()? == "UID_MIN").then(|| words.next()?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_user_id_of_people_is_read() {
        assert_eq!(parse_first_person("# UID_MIN 5\nUID_MIN\t\t\t  500\n"), Some(500));
        assert_eq!(parse_first_person("UID_MIN\n"), None);
    }

    #[test]
    fn a_shell_that_ends_at_once_is_no_way_in() {
        let of = |shell: &str| Directory::parse(&format!("a:x:1:1::/:{shell}"), "").accounts[0].clone();
        assert!(can_log_in(&of("/bin/bash")) && can_log_in(&of("")));
        assert!(!can_log_in(&of("/usr/sbin/nologin")) && !can_log_in(&of("/bin/false")));
    }
}
