//! People with an account here: login names, full names, rooms, telephones, home folders.

use std::collections::{BTreeMap, BTreeSet};

use crate::identity::gathering::Gathering;
use crate::identity::syntax;

/// Folders whose entries are named after logins.
const NAMED_AFTER_LOGINS: &[&str] = &[
    "/home",
    "/var/lib/AccountsService/users",
    "/var/lib/systemd/linger",
    "/var/spool/cron/crontabs",
    "/var/mail",
];

/// Entries of such folders that are no logins.
const NO_LOGINS: &[&str] = &["linuxbrew", "lost+found", "aquota.group", "aquota.user"];

/// Last parts of home folders that are not named after anybody.
const COMMON_HOMES: &[&str] = &["empty", "home", "nonexistent", "root", "srv", "tmp", "var"];

/// Numbers of the people's accounts, as login.defs(5) sets them.
struct Numbers {
    people_from: u32,
    people_to: u32,
    groups_from: u32,
}

/// A line of passwd(5).
struct Account<'a> {
    login: &'a str,
    user: u32,
    group: u32,
    gecos: &'a str,
    home: &'a str,
}

pub(in crate::identity) fn gather(gathering: &mut Gathering<'_>) {
    let numbers = numbers(&gathering.text("/etc/login.defs").unwrap_or_default());
    let tables = [gathering.text("/etc/passwd"), gathering.text("/var/lib/extrausers/passwd")];
    let tables: Vec<String> = tables.into_iter().flatten().collect();
    let accounts = tables.iter().flat_map(|table| table.lines()).filter_map(account);
    let (people, system): (Vec<_>, Vec<_>) = accounts.partition(|account| numbers.is_person(account));
    let system: BTreeSet<String> = system.iter().map(|account| account.login.to_owned()).collect();
    gathering.set_system_accounts(system);
    gathering.add_home("/root");
    for person in &people {
        add(gathering, person);
    }
    add_groups(gathering, &people, numbers.groups_from);
    for path in ["/etc/subuid", "/etc/subgid"] {
        for line in syntax::lines(&gathering.text(path).unwrap_or_default()) {
            gathering.add_user(line.split(':').next().unwrap_or_default());
        }
    }
    add_named_folders(gathering);
}

impl Numbers {
    /// Above the people's are the numbers that containers and services are given for a while, and far above those that
    /// directory services give to people.
    fn is_person(&self, account: &Account<'_>) -> bool {
        let is_number = (self.people_from..=self.people_to).contains(&account.user) || account.user > 0xffff;
        is_number && account.user != u32::MAX
    }
}

fn numbers(login_defs: &str) -> Numbers {
    let number = |key: &str| {
        syntax::words(login_defs)
            .find(|words| words.first() == Some(&key))
            .and_then(|words| words.get(1)?.parse::<u32>().ok())
    };
    Numbers {
        people_from: number("UID_MIN").unwrap_or(1000),
        people_to: number("UID_MAX").unwrap_or(60_000),
        groups_from: number("GID_MIN").unwrap_or(1000),
    }
}

fn account(line: &str) -> Option<Account<'_>> {
    let mut fields = line.split(':');
    let login = fields.next().filter(|login| !login.is_empty())?;
    let _password = fields.next()?;
    let (user, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Account { login, user, group, gecos: fields.next()?, home: fields.next()? })
}

fn add(gathering: &mut Gathering<'_>, person: &Account<'_>) {
    gathering.add_user(person.login);
    add_gecos(gathering, person);
    let last = person.home.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if !COMMON_HOMES.contains(&last) && !gathering.is_system_account(person.login) {
        gathering.add_user(last);
        gathering.add_home(person.home);
    }
}

/// Full name, room, office telephone, home telephone, anything; an `&` stands for the login name.
fn add_gecos(gathering: &mut Gathering<'_>, person: &Account<'_>) {
    if gathering.is_system_account(person.login) {
        return;
    }
    let mut fields = person.gecos.split(',').map(str::trim);
    let full_name = fields.next().unwrap_or_default();
    if !full_name.eq_ignore_ascii_case(person.login) {
        gathering.add_person(&full_name.replace('&', &capitalised(person.login)));
    }
    let room = fields.next().unwrap_or_default();
    if room.chars().any(char::is_alphabetic) && room.chars().count() >= 3 {
        gathering.add_words(room);
    }
    for field in fields {
        gathering.add_phone(field);
        gathering.add_email(field);
    }
}

fn capitalised(login: &str) -> String {
    let mut letters = login.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Members of groups, whom a directory service may know and passwd does not, and groups that are one person's own.
fn add_groups(gathering: &mut Gathering<'_>, people: &[Account<'_>], groups_from: u32) {
    let mut in_group = BTreeMap::<u32, usize>::new();
    for person in people {
        *in_group.entry(person.group).or_default() += 1;
    }
    let Some(groups) = gathering.text("/etc/group") else { return };
    for line in groups.lines() {
        let mut fields = line.split(':');
        let (name, number) =
            (fields.next().unwrap_or_default(), fields.nth(1).and_then(|text| text.parse().ok()));
        if number.is_some_and(|number| number >= groups_from && in_group.get(&number) == Some(&1)) {
            gathering.add_user(name);
        }
        for member in fields.next().unwrap_or_default().split(',') {
            gathering.add_user(member);
        }
    }
}

fn add_named_folders(gathering: &mut Gathering<'_>) {
    for folder in NAMED_AFTER_LOGINS {
        for name in gathering.names(folder) {
            if name.starts_with('.') || NO_LOGINS.contains(&name.as_str()) {
                continue;
            }
            gathering.add_foreign_user(&name);
            if *folder == "/home" {
                gathering.add_home(&format!("/home/{name}"));
            }
        }
    }
}
