//! `privileges.json`: who may become root, by user id 0, by sudo, or by a group that is as good.

use std::collections::BTreeMap;

use candor_plugin::{CollectError, Context, InputError};
use serde::Serialize;

use crate::account_file::{Account, Directory};
use crate::sudoers::{self, Grant, Include, Rule, Sudoers};

/// Where sudo keeps its rules; the second is for systems with distribution files apart.
const MAIN_FILES: [&str; 2] = ["/etc/sudoers", "/usr/etc/sudoers"];
const MOST_BYTES: u64 = 1024 * 1024;
const MOST_FILES: usize = 500;
/// Includes within includes: sudo itself stops at 128.
const MOST_DEPTH: usize = 16;

/// Groups whose members are as good as root, or commonly made so, and why.
const POWERFUL_GROUPS: [(&str, &str); 10] = [
    ("sudo", "commonly allowed to run everything by sudo"),
    ("wheel", "commonly allowed to run everything by sudo"),
    ("admin", "commonly allowed to run everything by sudo"),
    ("docker", "can start containers with the whole disk in them"),
    ("lxd", "can start containers with the whole disk in them"),
    ("incus-admin", "can start containers with the whole disk in them"),
    ("disk", "can read and write whole disks"),
    ("shadow", "can read password hashes"),
    ("libvirt", "can start virtual machines with the disks of this one"),
    ("kmem", "can read the memory of the kernel"),
];

/// `privileges.json`.
#[derive(Debug, Serialize)]
struct Privileges {
    /// Accounts that can become root, and how, by name.
    can_become_root: BTreeMap<String, Vec<Way>>,
    powerful_groups: Vec<PowerfulGroup>,
    /// `null` when sudo is not installed or its files may be read by root only.
    sudo: Option<Sudo>,
}

/// How somebody becomes root.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "way", rename_all = "snake_case")]
enum Way {
    /// The account is root.
    UserId0,
    /// By a sudo rule. Rules for other hosts count too.
    Sudo {
        /// True for every command, false for some.
        any_command: bool,
        passwordless: bool,
        /// `/etc/sudoers.d/admins:3`.
        rule: String,
    },
    /// By being in a group of `powerful_groups` for which no rule is needed.
    Group { group: String },
}

/// A group that leads to root.
#[derive(Debug, Serialize)]
struct PowerfulGroup {
    name: &'static str,
    why: &'static str,
    members: Vec<String>,
}

/// What the files of sudo say.
#[derive(Debug, Default, Serialize)]
struct Sudo {
    files: Vec<SudoFile>,
    /// Members of aliases, by name; commands without arguments.
    aliases: BTreeMap<String, Vec<String>>,
    /// Settings that decide whether and whose password is asked for.
    settings: Vec<String>,
}

/// One file.
#[derive(Debug, Serialize)]
struct SudoFile {
    path: String,
    rules: Vec<Rule>,
    /// Lines that this version does not understand.
    unreadable_lines: usize,
}

pub(crate) fn deliver(context: &Context, directory: &Directory) -> Result<(), CollectError> {
    let sudo = read_sudo(context);
    let privileges = Privileges {
        can_become_root: can_become_root(directory, sudo.as_ref()),
        powerful_groups: powerful_groups(directory),
        sudo,
    };
    context.write_json("privileges.json", &privileges)
}

fn powerful_groups(directory: &Directory) -> Vec<PowerfulGroup> {
    let found = POWERFUL_GROUPS.iter().filter_map(|(name, why)| {
        let group = directory.groups.iter().find(|group| group.name == *name)?;
        Some(PowerfulGroup { name, why, members: directory.members_of(group) })
    });
    found.collect()
}

fn can_become_root(directory: &Directory, sudo: Option<&Sudo>) -> BTreeMap<String, Vec<Way>> {
    let mut found = BTreeMap::new();
    for account in &directory.accounts {
        let mut ways = Vec::new();
        if account.uid == 0 {
            ways.push(Way::UserId0);
        }
        if let Some(sudo) = sudo {
            ways.extend(sudo.ways(account, directory));
        }
        ways.extend(group_ways(account, directory));
        if !ways.is_empty() {
            found.insert(account.name.clone(), ways);
        }
    }
    found
}

/// The first three need a rule of sudo, and the rule itself is listed.
fn group_ways(account: &Account, directory: &Directory) -> Vec<Way> {
    let powerful = |name: &str| POWERFUL_GROUPS[3..].iter().any(|(known, _)| *known == name);
    let groups = directory.groups_of(account).filter(|group| powerful(&group.name));
    groups.map(|group| Way::Group { group: group.name.clone() }).collect()
}

fn read_sudo(context: &Context) -> Option<Sudo> {
    let mut sudo = Sudo::default();
    for path in MAIN_FILES {
        sudo.read(context, path, 0);
        if !sudo.files.is_empty() {
            return Some(sudo);
        }
    }
    None
}

impl Sudo {
    fn read(&mut self, context: &Context, path: &str, depth: usize) {
        if depth > MOST_DEPTH || self.files.len() >= MOST_FILES {
            return context.note_partial("some files of sudo were not read, as there are too many");
        }
        let text = match context.read_text(path, MOST_BYTES) {
            Ok(text) => text,
            Err(InputError::Denied(_)) => {
                return context.note_partial("rules of sudo may be read by root only");
            }
            Err(error) => return context.note_input(&error),
        };
        let Sudoers { rules, aliases, settings, includes, unreadable_lines } = sudoers::parse(&text);
        self.files.push(SudoFile { path: path.to_owned(), rules, unreadable_lines });
        self.aliases.extend(aliases);
        self.settings.extend(settings);
        for include in includes {
            self.include(context, include, depth + 1);
        }
    }

    fn include(&mut self, context: &Context, include: Include, depth: usize) {
        let absolute = |path: String| if path.starts_with('/') { path } else { format!("/etc/{path}") };
        match include {
            Include::File(path) => self.read(context, &absolute(path), depth),
            Include::Folder(path) => {
                let folder = absolute(path);
                let names = context.list(&folder).unwrap_or_else(|error| {
                    context.note_input(&error);
                    Vec::new()
                });
                let names = names.iter().filter_map(|name| name.to_str());
                // What packages and editors leave over is not read by sudo either: sudoers(5).
                for name in names.filter(|name| !name.contains('.') && !name.ends_with('~')) {
                    self.read(context, &format!("{folder}/{name}"), depth);
                }
            }
        }
    }

    fn ways(&self, account: &Account, directory: &Directory) -> Vec<Way> {
        let rules = self.files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule)));
        let mut ways = Vec::new();
        for (file, rule) in rules.filter(|(_, rule)| self.names(&rule.users, account, directory)) {
            for grant in rule.grants.iter().filter(|grant| self.runs_as_root(grant)) {
                ways.push(Way::Sudo {
                    any_command: grant.commands.iter().any(|command| command == "ALL"),
                    passwordless: grant.passwordless,
                    rule: format!("{}:{}", file.path, rule.line),
                });
            }
        }
        ways
    }

    /// Whether a list of users means the account: the last item that fits decides. Aliases within aliases are not
    /// followed.
    fn names(&self, users: &[String], account: &Account, directory: &Directory) -> bool {
        let members =
            |item: &String| self.aliases.get(item.trim_start_matches('!')).cloned().unwrap_or_default();
        let fits = |item: &String| {
            let name = item.trim_start_matches('!');
            is_meant(name, account, directory)
                || members(item).iter().any(|member| is_meant(member, account, directory))
        };
        let last = users.iter().rev().find(|item| fits(item));
        last.is_some_and(|item| !item.starts_with('!'))
    }

    fn runs_as_root(&self, grant: &Grant) -> bool {
        let is_root = |name: &String| matches!(name.as_str(), "ALL" | "root" | "#0");
        let by_alias =
            |name: &String| self.aliases.get(name).is_some_and(|members| members.iter().any(is_root));
        // `(:group)` runs as oneself in another group.
        let only_groups = grant.run_as.is_empty() && !grant.run_as_groups.is_empty();
        !only_groups
            && (grant.run_as.is_empty() || grant.run_as.iter().any(|name| is_root(name) || by_alias(name)))
    }
}

/// `ALL`, a name, `%group`, `#uid`, `%#gid`. Net groups and groups of other systems are not known here.
fn is_meant(item: &str, account: &Account, directory: &Directory) -> bool {
    if let Some(group) = item.strip_prefix('%') {
        let gid = group.strip_prefix('#').and_then(|gid| gid.parse::<u32>().ok());
        return directory.groups_of(account).any(|one| Some(one.gid) == gid || one.name == group);
    }
    if let Some(uid) = item.strip_prefix('#') {
        return uid.parse() == Ok(account.uid);
    }
    item == "ALL" || item == account.name
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNTS: &str = "root:x:0:0::/root:/bin/bash\ntoor:x:0:0::/root:/bin/sh\nanna:x:1001:1001::/home/anna:/bin/bash\n\
                            ben:x:1002:27::/home/ben:/bin/bash\ncarl:x:1003:1003::/home/carl:/bin/bash\n\
                            dora:x:1000:1000::/home/dora:/bin/bash\n";
    const GROUPS: &str = "root:x:0:\nsudo:x:27:\ndocker:x:999:carl\n";

    fn ways(rules: &str) -> BTreeMap<String, Vec<Way>> {
        let Sudoers { rules, aliases, .. } = sudoers::parse(rules);
        let sudo = Sudo {
            files: vec![SudoFile { path: "/etc/sudoers".to_owned(), rules, unreadable_lines: 0 }],
            aliases,
            settings: Vec::new(),
        };
        can_become_root(&Directory::parse(ACCOUNTS, GROUPS), Some(&sudo))
    }

    fn sudo(any_command: bool, passwordless: bool, line: usize) -> Way {
        Way::Sudo { any_command, passwordless, rule: format!("/etc/sudoers:{line}") }
    }

    #[test]
    fn every_way_to_root_is_found() {
        let found = ways(include_str!("../fixtures/sudoers"));
        assert_eq!(found["toor"], [Way::UserId0]);
        assert_eq!(found["anna"], [sudo(false, true, 13)]);
        assert_eq!(found["ben"], [sudo(true, false, 12), sudo(false, true, 13)]);
        assert_eq!(found["carl"], [Way::Group { group: "docker".to_owned() }]);
        assert_eq!(found["dora"], [sudo(false, false, 14)]);
    }

    #[test]
    fn a_rule_for_another_user_is_no_way_to_root() {
        assert!(!ways("anna ALL=(www-data) ALL").contains_key("anna"));
        assert!(!ways("anna ALL=(:adm) ALL").contains_key("anna"));
        assert!(ways("anna ALL=/bin/true").contains_key("anna"));
    }

    #[test]
    fn the_last_item_that_fits_decides() {
        assert!(!ways("ALL, !anna ALL=(ALL) ALL").contains_key("anna"));
        assert!(ways("!anna, ALL ALL=(ALL) ALL").contains_key("anna"));
    }
}
