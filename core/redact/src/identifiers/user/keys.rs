//! Names of users behind a key, and in brackets behind their number.

use std::sync::LazyLock;

use super::{judge, name_end};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::identifiers::around::{found, is_done, line_start, pass, stands_at};
use crate::identifiers::labelled::{Keys, Opening, key_length};
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(crate) const LABELLED: Detector = Detector::at_words(
    "user",
    &[
        "user=",
        "user:",
        "user ",
        "user\"",
        "user\\",
        "user'",
        "user>",
        "user]",
        "username",
        "user_name",
        "user-name",
        "user_id",
        "userid",
        "user_login",
        "user-login",
        "login=",
        "login:",
        "login ",
        "login\"",
        "login\\",
        "login'",
        "login>",
        "login]",
        "login_name",
        "loginname",
        "login name",
        "logname",
        "ruser",
        "luser",
        "acct=",
        "acct:",
        "acct\"",
        "owner=",
        "owner:",
        "owner\"",
        "owner\\",
        "owner ",
        "owner>",
        "owner_name",
        "ownername",
        "pguser",
        "samaccountname",
        "usr=",
        "usr:",
        "usr\"",
        "account name",
        "account_name",
        "accountname",
        "mailto=",
    ],
    labelled,
);
pub(crate) const IDS: Detector =
    Detector::at_words("user-ids", &["uid=", "gid=", "euid=", "egid=", "groups="], ids);
pub(crate) const MORE_IDS: Detector = Detector::at("user-more-ids", Classes::NUMBER_PAREN, more_ids);

const KEYS: &[&str] = &[
    "user",
    "username",
    "user name",
    "login",
    "loginname",
    "login name",
    "logname",
    "ruser",
    "luser",
    "acct",
    "owner",
    "pguser",
    "samaccountname",
    "usr",
    "user login",
    "user id",
    "userid",
    "login user",
    "owner name",
    "account name",
    "mailto",
];

static KEYS_BY_LETTER: LazyLock<Keys> = LazyLock::new(|| Keys::new(KEYS));

/// `user=jane`, `"username": "jane"`, `acct="jane"`, `user=CORP\jane`
fn labelled(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(key) = key_length(site, &KEYS_BY_LETTER)? else { return pass(site) };
    let Some(opening) = Opening::read(site, site.at + key)? else { return pass(site) };
    let xml =
        opening.separator == Some(b'>') && site.byte_before(site.at) != Some(b'<') && !opening.quoted_key;
    if opening.separator.is_none() {
        return of_device(site, key, &opening);
    }
    if xml {
        return pass(site);
    }
    // Dovecot writes `user=<jane>`.
    let angle = opening.separator == Some(b'=') && site.byte(opening.start)? == Some(b'<');
    let start = opening.start + usize::from(angle);
    let end = name_end(site, start)?;
    let next = site.byte(end)?;
    if let (Some(b'\\'), false) = (next, end == start) {
        return in_domain(site, start, end);
    }
    // Of `ruser= rhost=x` the value is empty.
    if next == Some(b'=') || angle && next != Some(b'>') {
        return pass(site);
    }
    // An address, a call, a path, a pattern, an attribute of a program.
    if matches!(next, Some(b'@' | b'(' | b'[' | b'{' | b'$' | b'%' | b'*' | b'/' | b'+')) {
        return pass(site);
    }
    let goes_on = opening.separator == Some(b':')
        && !opening.is_quoted()
        && next == Some(b' ')
        && !ends_value(site, end)?;
    let sentence = goes_on && !opening.quoted_key;
    if sentence { pass(site) } else { judge(site, start, end) }
}

/// `username jane privilege 15 secret …`, as switches and routers have it.
fn of_device(site: &Site<'_>, key: usize, opening: &Opening) -> Result<Verdict, More> {
    let first = line_start(site, site.at, 4)
        .is_some_and(|line| site.text[line..site.at].iter().all(|byte| *byte == b' '));
    if !first || !site.text[site.at..site.at + key].eq_ignore_ascii_case(b"username") {
        return pass(site);
    }
    let end = name_end(site, opening.start)?;
    let rest = site.ahead(end, 12)?;
    let words: [&[u8]; 5] = [b" privilege ", b" password ", b" secret ", b" role ", b" nopassword"];
    if words.iter().any(|word| rest.starts_with(word)) { judge(site, opening.start, end) } else { pass(site) }
}

/// True when what follows a blank at `end` is no sentence: another key, a bracket, a number, the end.
fn ends_value(site: &Site<'_>, end: usize) -> Result<bool, More> {
    let rest = site.ahead(end, 40)?;
    let rest = rest.trim_ascii_start();
    let word = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' '))
        .count();
    let from = rest.starts_with(b"from ") || rest.starts_with(b"on ") || rest.starts_with(b"at ");
    Ok(from || word == 0 || matches!(rest.get(word), Some(b'=' | b':')))
}

/// `CORP\jane`; of a string with escapes both backslashes.
pub(super) fn in_domain(site: &Site<'_>, start: usize, end: usize) -> Result<Verdict, More> {
    let slashes = site.run(end, 4, |byte| byte == b'\\')?;
    let user = end + slashes;
    let user_end = name_end(site, user)?;
    let escape = slashes == 1 && user_end <= user + 1;
    if escape || user_end == user || is_done(site.text, user) || is_done(site.text, start) {
        return judge(site, start, end);
    }
    let names = (&site.text[start..end], &site.text[user..user_end]);
    let system = super::is_system_account(names.1) || names.0.eq_ignore_ascii_case(b"builtin");
    if system || start < site.floor { pass(site) } else { found(Kind::User, start, user_end) }
}

/// `uid=1000(jane)`, `gid=1000(jane)`, `groups=1000(jane)`, and the name before `(uid=1000)`.
fn ids(site: &Site<'_>) -> Result<Verdict, More> {
    let near = site.ahead(site.at, 24)?;
    let key = near.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if near.get(key) != Some(&b'=')
        || !(stands_at(near, 0, b"uid") || near[..key].ends_with(b"id") || stands_at(near, 0, b"groups"))
    {
        return pass(site);
    }
    let digits = near[key + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if near.get(key + 1 + digits) == Some(&b'(') && digits > 0 {
        return in_brackets(site, site.at + key + 2 + digits);
    }
    if site.byte_before(site.at) != Some(b'(') || digits == 0 {
        return pass(site);
    }
    let end = site.at - 1;
    let limit = 32.min(end.saturating_sub(site.floor));
    let start = end - site.run_before(end, limit, super::is_part);
    judge(site, start, end)
}

fn in_brackets(site: &Site<'_>, start: usize) -> Result<Verdict, More> {
    let end = name_end(site, start)?;
    if site.byte(end)? == Some(b')') { judge(site, start, end) } else { pass(site) }
}

/// `,1002(team)`: one more group.
fn more_ids(site: &Site<'_>) -> Result<Verdict, More> {
    let digits = site.run_before(site.at, 10, |byte| byte.is_ascii_digit());
    if site.byte_before(site.at - digits) == Some(b',') { in_brackets(site, site.at + 1) } else { pass(site) }
}
