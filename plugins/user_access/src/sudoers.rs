//! Sudo rules: sudoers(5), as far as it says who may run what as whom. Conditions that depend on the host, on digests or
//! on times are not judged.

mod syntax;

use std::collections::BTreeMap;

use serde::Serialize;

use syntax::{list, logical_lines, split_once_unquoted, split_unquoted, words};

/// What one file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sudoers {
    pub(crate) rules: Vec<Rule>,
    pub(crate) aliases: BTreeMap<String, Vec<String>>,
    /// Settings that decide whether and whose password is asked for: `!authenticate`, `rootpw`.
    pub(crate) settings: Vec<String>,
    pub(crate) includes: Vec<Include>,
    /// Lines that are no rule that this understands.
    pub(crate) unreadable_lines: usize,
}

/// A file or folder to be read in this place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Include {
    File(String),
    Folder(String),
}

/// Who may run what as whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Rule {
    /// Line of the file on which the rule starts.
    pub(crate) line: usize,
    /// `anna`, `%sudo` (a group), `#1000` (a user id), `ADMINS` (an alias), `!ben` (not he).
    pub(crate) users: Vec<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) grants: Vec<Grant>,
}

/// Commands that share what is said before them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Grant {
    /// Whom they run as; root when empty.
    pub(crate) run_as: Vec<String>,
    /// Groups that they may run in.
    pub(crate) run_as_groups: Vec<String>,
    /// `NOPASSWD`.
    pub(crate) passwordless: bool,
    /// Other tags: `NOEXEC`, `SETENV`.
    pub(crate) tags: Vec<String>,
    /// `ALL`, a path without its arguments, an alias.
    pub(crate) commands: Vec<String>,
}

const ALIAS_KINDS: [&str; 5] = ["User_Alias", "Runas_Alias", "Host_Alias", "Cmnd_Alias", "Cmd_Alias"];
const SETTINGS: [&str; 6] = ["authenticate", "rootpw", "targetpw", "runaspw", "root_sudo", "requiretty"];

/// Parses one file.
pub(crate) fn parse(text: &str) -> Sudoers {
    let mut sudoers = Sudoers::default();
    for (line, text) in logical_lines(text) {
        if sudoers.add(line, text.trim()).is_none() {
            sudoers.unreadable_lines += 1;
        }
    }
    sudoers
}

impl Sudoers {
    fn add(&mut self, line: usize, text: &str) -> Option<()> {
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        match first {
            "" => {}
            "@include" | "#include" => self.includes.push(Include::File(unquote(rest))),
            "@includedir" | "#includedir" => self.includes.push(Include::Folder(unquote(rest))),
            _ if is_comment(text) => {}
            _ if first.starts_with("Defaults") => self.add_settings(rest),
            _ if ALIAS_KINDS.contains(&first) => self.add_aliases(rest)?,
            _ => self.rules.push(rule(line, text)?),
        }
        Some(())
    }

    fn add_settings(&mut self, text: &str) {
        for setting in list(text) {
            let name = setting.split(['=', ' ', '+', '-']).next().unwrap_or_default();
            let plain = name.trim_start_matches('!');
            if SETTINGS.contains(&plain) {
                self.settings.push(name.to_owned());
            }
        }
    }

    /// `A = x, y : B = z`
    fn add_aliases(&mut self, text: &str) -> Option<()> {
        for definition in split_unquoted(text, ':') {
            let (name, members) = split_once_unquoted(definition, '=')?;
            let members = list(members).into_iter().map(|member| command_path(&member)).collect();
            self.aliases.insert(name.trim().to_owned(), members);
        }
        Some(())
    }
}

/// `#1000 ALL=(ALL) ALL` is a rule for a user id; any other line with `#` in front is a comment.
fn is_comment(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('#') else {
        return false;
    };
    !rest.starts_with(|character: char| character.is_ascii_digit()) || !rest.contains('=')
}

/// `users hosts = grants : hosts = grants`; what stands after such a colon is for other hosts and is taken as well.
fn rule(line: usize, text: &str) -> Option<Rule> {
    let (who, what) = split_once_unquoted(text, '=')?;
    let who = words(who);
    let [users, hosts] = who.as_slice() else {
        return None;
    };
    let grants = grants(what);
    let complete = grants.iter().any(|grant| !grant.commands.is_empty());
    complete.then(|| Rule { line, users: list(users), hosts: list(hosts), grants })
}

fn grants(text: &str) -> Vec<Grant> {
    let mut grants: Vec<Grant> = vec![Grant::default()];
    for item in list(text) {
        let mut grant = Grant { commands: Vec::new(), ..grants.last().cloned().unwrap_or_default() };
        let command = grant.take_prefixes(&item);
        let same = grants.last().is_some_and(|last| Grant { commands: Vec::new(), ..last.clone() } == grant);
        let Some(last) = grants.last_mut().filter(|last| same || last.commands.is_empty()) else {
            grant.commands.push(command_path(command));
            grants.push(grant);
            continue;
        };
        let commands = std::mem::take(&mut last.commands);
        *last = grant;
        last.commands = commands;
        last.commands.push(command_path(command));
    }
    grants
}

impl Grant {
    /// Takes `(user : group)`, `KEY=value` and `TAG:` from the front; what is left is the command.
    fn take_prefixes<'a>(&mut self, item: &'a str) -> &'a str {
        let mut rest = item.trim();
        loop {
            if let Some((run_as, tail)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
                let (users, groups) = run_as.split_once(':').unwrap_or((run_as, ""));
                (self.run_as, self.run_as_groups) = (list(users), list(groups));
                rest = tail.trim_start();
            } else if let Some((tag, tail)) = rest.split_once(':').filter(|(tag, _)| is_tag(tag)) {
                self.tag(tag.trim());
                rest = tail.trim_start();
            } else if let Some((_, tail)) =
                rest.split_once(char::is_whitespace).filter(|(key, _)| is_condition(key))
            {
                rest = tail.trim_start();
            } else {
                return rest;
            }
        }
    }

    fn tag(&mut self, tag: &str) {
        match tag {
            "NOPASSWD" => self.passwordless = true,
            "PASSWD" => self.passwordless = false,
            other if !self.tags.iter().any(|known| known == other) => self.tags.push(other.to_owned()),
            _ => {}
        }
    }
}

fn is_tag(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// `ROLE=x`, `TIMEOUT=5m`, `NOTBEFORE=…`, `CWD=/x`, and digests `sha256:…`.
fn is_condition(word: &str) -> bool {
    let key = word.split_once('=').map_or("", |(key, _)| key);
    is_tag(key) || word.starts_with("sha2") || word.starts_with("sha3") || word.starts_with("sha5")
}

/// Arguments of commands can hold passwords: the path is enough.
fn command_path(command: &str) -> String {
    let command = command.trim();
    match command.split_once(char::is_whitespace) {
        Some((path, _)) if path.trim_start_matches('!').starts_with('/') => path.to_owned(),
        _ => command.to_owned(),
    }
}

fn unquote(text: &str) -> String {
    text.trim_matches('"').replace("\\ ", " ")
}

#[cfg(test)]
mod tests;
