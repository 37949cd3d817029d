//! Names of users in commands: `su - jane`, `chown jane:staff /srv`, `mysql -u jane`, `svn --username jane`.

use super::{judge, name_end};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::identifiers::around::{pass, word_ending};
use crate::site::{More, Site, Verdict};

pub(crate) const OPTION: Detector = Detector::at("user-option", Classes::OPTION, option);
pub(crate) const COMMAND: Detector = Detector::at_words(
    "user-command",
    &[
        "su - ",
        "passwd ",
        "chpasswd ",
        "adduser ",
        "useradd ",
        "usermod ",
        "userdel ",
        "deluser ",
        "chown ",
        "chage ",
        "finger ",
        "smbpasswd ",
        "username ",
        "user ",
    ],
    command,
);

/// How far before an option its program is looked for.
const LONGEST_COMMAND: usize = 200;
/// Most arguments before the name.
const MOST_ARGUMENTS: usize = 8;

/// Programs that take the name of a user behind `-u`, `-U` and `-l`.
const PROGRAMS: &[(&[u8], &[u8])] = &[
    (b"mysql", b"u"),
    (b"mysqldump", b"u"),
    (b"mysqladmin", b"u"),
    (b"mariadb", b"u"),
    (b"mysqlimport", b"u"),
    (b"mongo", b"u"),
    (b"mongosh", b"u"),
    (b"mongodump", b"u"),
    (b"sudo", b"u"),
    (b"curl", b"u"),
    (b"docker", b"u"),
    (b"login", b"u"),
    (b"lftp", b"u"),
    (b"snmpget", b"u"),
    (b"snmpwalk", b"u"),
    (b"hydra", b"l"),
    (b"racadm", b"u"),
    (b"rdesktop", b"u"),
    (b"mosquitto_pub", b"u"),
    (b"mosquitto_sub", b"u"),
    (b"psexec", b"u"),
    (b"ncftpput", b"u"),
    (b"az", b"u"),
    (b"impala-shell", b"u"),
    (b"psql", b"U"),
    (b"pg_dump", b"U"),
    (b"pg_restore", b"U"),
    (b"pg_basebackup", b"U"),
    (b"sqlcmd", b"U"),
    (b"bcp", b"U"),
    (b"osql", b"U"),
    (b"ipmitool", b"U"),
    (b"smbclient", b"U"),
    (b"net", b"U"),
    (b"realm", b"U"),
    (b"rpcclient", b"U"),
    (b"ssh", b"l"),
    (b"rlogin", b"l"),
    (b"plink", b"l"),
    (b"pscp", b"l"),
    (b"crontab", b"u"),
    (b"beeline", b"n"),
    (b"redis-cli", b"u"),
    (b"ps", b"u"),
];

fn option(site: &Site<'_>) -> Result<Verdict, More> {
    let letter = [site.byte(site.at + 1)?.unwrap_or_default()];
    if !matches!(letter[0], b'u' | b'U' | b'l' | b'n')
        || !matches!(site.byte_before(site.at), Some(b' ' | b'\t'))
    {
        return pass(site);
    }
    let behind = &site.text[site.at.saturating_sub(LONGEST_COMMAND)..site.at];
    let behind = &behind[behind.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)..];
    let separates =
        |byte: &u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'(' | b'`' | b'/' | b'=' | b'\\');
    let known = behind
        .rsplit(separates)
        .take_while(|word| !matches!(*word, b"|" | b"||" | b"&&" | b";"))
        .find_map(|word| PROGRAMS.iter().find(|(program, _)| *program == word));
    if known.is_none_or(|(_, option)| **option != letter) {
        return pass(site);
    }
    let gap = site.run(site.at + 2, 4, |byte| byte == b' ')?;
    let quote = usize::from(matches!(site.byte(site.at + 2 + gap)?, Some(b'"' | b'\'')));
    named(site, site.at + 2 + gap + quote)
}

/// The name at `start`, if it ends as an argument does, or before a password.
fn named(site: &Site<'_>, start: usize) -> Result<Verdict, More> {
    let end = name_end(site, start)?;
    let next = site.byte(end)?;
    let ends = matches!(
        next,
        None | Some(b' ' | b'\n' | b'\r' | b'"' | b'\'' | b':' | b'%' | b',' | b';' | b'|' | b')')
    );
    if ends && end > start { judge(site, start, end) } else { pass(site) }
}

fn command(site: &Site<'_>) -> Result<Verdict, More> {
    let length = site.run(site.at, 12, |byte| byte.is_ascii_alphabetic() || byte == b'-')?;
    let end = site.at + length;
    let word = &site.text[site.at..end];
    if matches!(word, b"username" | b"user") {
        let option = site.text[..site.at].ends_with(b" --") || site.text[..site.at].ends_with(b" --proxy-");
        let quote = usize::from(matches!(site.byte(end + 1)?, Some(b'"' | b'\'')));
        return if option && site.byte(end)? == Some(b' ') {
            named(site, end + 1 + quote)
        } else {
            pass(site)
        };
    }
    if !starts_command(site) {
        return pass(site);
    }
    if word == b"su" {
        return if site.starts_with(end, b" - ")? { named(site, end + 3) } else { pass(site) };
    }
    let changes_owner = word == b"chown";
    let mut last = None;
    let mut at = end;
    for _ in 0..MOST_ARGUMENTS {
        at += site.run(at, 4, |byte| byte == b' ')?;
        let argument = site.run(at, 200, |byte| byte > b' ' && !b"|;&<>)\"".contains(&byte))?;
        if argument == 0 {
            break;
        }
        // What stands between the command and the name is passed over: nothing but options may.
        if last.is_some() || site.text[at..at + argument].starts_with(b"-p") {
            return pass(site);
        }
        if site.text[at] != b'-' {
            last = Some(at);
            if changes_owner {
                break;
            }
        }
        at += argument;
    }
    let ended = changes_owner
        || matches!(site.byte(at)?, None | Some(b'\n' | b'\r' | b'|' | b';' | b'&' | b'"' | b')'));
    let Some(start) = last.filter(|_| ended) else { return pass(site) };
    if !changes_owner {
        return named(site, start);
    }
    // First the owner and, when that has its pseudonym, the group.
    let owner = name_end(site, start)?;
    match named(site, start)? {
        found @ Verdict::Found(_) => Ok(found),
        _ if site.byte(owner)? == Some(b':') => named(site, owner + 1),
        other => Ok(other),
    }
}

/// True where a command starts: at the start of a line, behind `sudo`, a prompt or a separator of commands, or its folder.
fn starts_command(site: &Site<'_>) -> bool {
    let before = &site.text[..site.at];
    let before = [&b"/usr/sbin/"[..], b"/usr/bin/", b"/sbin/", b"/bin/"]
        .iter()
        .find_map(|folder| before.strip_suffix(*folder))
        .unwrap_or(before);
    match before.last() {
        None | Some(b'\n' | b'=' | b'`' | b'(') => true,
        Some(b' ') => {
            let trimmed = before.trim_ascii_end();
            trimmed.is_empty()
                || matches!(trimmed.last(), Some(b'\n' | b'|' | b'&' | b';' | b'$' | b'#'))
                || matches!(word_ending(trimmed, trimmed.len()), b"sudo" | b"RUN" | b"exec" | b"then" | b"do")
        }
        _ => false,
    }
}
