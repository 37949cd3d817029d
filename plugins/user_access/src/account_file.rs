//! `/etc/passwd` and `/etc/group`: passwd(5), group(5).

use std::collections::BTreeMap;

use candor_plugin::{CollectError, Context};

const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// A line of `/etc/passwd`, without the field in which real names are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) password: PasswordPlace,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) home: String,
    pub(crate) shell: String,
}

/// What the password field of `/etc/passwd` says. A hash in it is never kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PasswordPlace {
    /// `x`: in the shadow file, which is not read.
    ShadowFile,
    /// Nothing: whoever knows the name gets in.
    Empty,
    /// `*`, `!` or another text that is no hash.
    Locked,
    /// A hash that everybody can read, as before 1990.
    WorldReadable,
}

/// A line of `/etc/group`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) gid: u32,
    /// Named members. Those whose primary group it is are not among them.
    pub(crate) members: Vec<String>,
}

/// Accounts and groups of this machine's files. Those of directory services are not in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directory {
    pub(crate) accounts: Vec<Account>,
    pub(crate) groups: Vec<Group>,
}

impl Directory {
    /// Reads both files. A machine without `/etc/passwd` has no users to speak of.
    pub(crate) fn read(context: &Context) -> Result<Self, CollectError> {
        let accounts = context.read_text("/etc/passwd", MOST_BYTES)?;
        let groups = context.read_text("/etc/group", MOST_BYTES).unwrap_or_else(|error| {
            context.note_partial(error.to_string());
            String::new()
        });
        let directory = Self::parse(&accounts, &groups);
        let foreign = |text: &str| text.lines().any(|line| line.starts_with(['+', '-']));
        if foreign(&accounts) || foreign(&groups) {
            context.note_partial("accounts of a directory service are not listed");
        }
        Ok(directory)
    }

    pub(crate) fn parse(accounts: &str, groups: &str) -> Self {
        Self {
            accounts: accounts.lines().filter_map(account).collect(),
            groups: groups.lines().filter_map(group).collect(),
        }
    }

    pub(crate) fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.name == name)
    }

    pub(crate) fn group_name(&self, gid: u32) -> Option<&str> {
        self.groups.iter().find(|group| group.gid == gid).map(|group| group.name.as_str())
    }

    /// Groups of an account: its primary one first, then those that name it, in the order of the file.
    pub(crate) fn groups_of<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = &'a Group> {
        let primary = self.groups.iter().filter(move |group| group.gid == account.gid);
        let named = self
            .groups
            .iter()
            .filter(move |group| group.gid != account.gid && group.members.contains(&account.name));
        primary.chain(named)
    }

    /// Members of a group, those whose primary group it is included, sorted.
    pub(crate) fn members_of(&self, group: &Group) -> Vec<String> {
        let primary = self.accounts.iter().filter(|account| account.gid == group.gid);
        let mut members: Vec<String> = primary.map(|account| account.name.clone()).collect();
        members.extend(group.members.iter().cloned());
        members.sort();
        members.dedup();
        members
    }

    /// Names by user id; the first account of an id counts, as for getpwuid(3).
    pub(crate) fn names_by_uid(&self) -> BTreeMap<u32, &str> {
        let pairs = self.accounts.iter().rev();
        pairs.map(|account| (account.uid, account.name.as_str())).collect()
    }
}

fn account(line: &str) -> Option<Account> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, password, uid, gid, _real_name, home, shell] = fields.as_slice() else {
        return None;
    };
    if name.is_empty() || name.starts_with(['+', '-']) {
        return None;
    }
    Some(Account {
        name: (*name).to_owned(),
        password: password_place(password),
        uid: uid.parse().ok()?,
        gid: gid.parse().ok()?,
        home: (*home).to_owned(),
        // An empty field means this shell: passwd(5).
        shell: if shell.is_empty() { "/bin/sh" } else { shell }.to_owned(),
    })
}

fn password_place(field: &str) -> PasswordPlace {
    // No hash is shorter than the 13 characters of the oldest kind: crypt(5).
    match field {
        "x" | "##" => PasswordPlace::ShadowFile,
        "" => PasswordPlace::Empty,
        text if text.len() < 13 || text.starts_with(['*', '!']) => PasswordPlace::Locked,
        _ => PasswordPlace::WorldReadable,
    }
}

fn group(line: &str) -> Option<Group> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, _password, gid, members] = fields.as_slice() else {
        return None;
    };
    if name.is_empty() || name.starts_with(['+', '-']) {
        return None;
    }
    let members = members.split(',').map(str::trim).filter(|member| !member.is_empty());
    Some(Group {
        name: (*name).to_owned(),
        gid: gid.parse().ok()?,
        members: members.map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_field_is_classified_and_not_kept() {
        for (field, place) in [
            ("x", PasswordPlace::ShadowFile),
            ("", PasswordPlace::Empty),
            ("*", PasswordPlace::Locked),
            ("!abcdefghijklmnop", PasswordPlace::Locked),
            ("abJnggxhB/yWI", PasswordPlace::WorldReadable),
        ] {
            let found = account(&format!("anna:{field}:1001:1001:Anna A,,555:/home/anna:/bin/bash")).unwrap();
            assert_eq!(found.password, place, "{field}");
            assert!(!format!("{found:?}").contains("555"));
        }
    }

    #[test]
    fn broken_and_foreign_lines_are_no_accounts() {
        for line in
            ["", "anna", "anna:x:-1:1::/:/bin/sh", "+::::::", "a:x:1:1:/:/bin/sh", ":x:0:0::/:/bin/sh"]
        {
            assert_eq!(account(line), None, "{line}");
        }
        assert_eq!(group("wheel:x:10"), None);
    }

    #[test]
    fn primary_members_count_as_members() {
        let directory = Directory::parse(
            "anna:x:1001:27::/home/anna:\nben:x:1002:1002::/home/ben:/bin/bash\n",
            "sudo:x:27:ben,,\nben:x:1002:\n",
        );
        assert_eq!(directory.members_of(&directory.groups[0]), ["anna", "ben"]);
        assert_eq!(directory.accounts[0].shell, "/bin/sh");
        let groups: Vec<_> =
            directory.groups_of(&directory.accounts[1]).map(|group| group.name.as_str()).collect();
        assert_eq!(groups, ["ben", "sudo"]);
    }
}
