//! Users of a domain of Windows, wherever they stand: `CORP\jane`, `[CORP]\[jane]`, and names of such domains behind a key.

use std::sync::LazyLock;

use super::around::{found_as, is_done, is_one_of, is_word, pass, word_before};
use super::labelled::{Keys, Opening, is_token, key_length};
use super::user::{is_personal, is_system_account, name_end};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{Form, More, Site, Verdict};

pub(super) const JOINED: Detector =
    Detector { asks_for_quotes: true, ..Detector::at("domain-user", Classes::SHARE, joined) };
pub(super) const LABELLED: Detector = Detector::at_words(
    "nt-domain",
    &[
        "account domain",
        "account_domain",
        "domainname",
        "domain=",
        "domain:",
        "ntdomain",
        "userdomain",
        "workgroup",
        "workstation [",
    ],
    labelled,
);

/// Longest name of a domain before the `\`. That of NetBIOS has 15.
const LONGEST: usize = 32;

/// What stands before a `\` and is no domain: roots of the registry, buses, authorities that every machine has.
const NO_DOMAINS: &[&str] = &[
    "hklm",
    "hkcu",
    "hkcr",
    "hku",
    "hkcc",
    "registry",
    "software",
    "system",
    "system32",
    "syswow64",
    "windows",
    "winnt",
    "root",
    "acpi",
    "pci",
    "usb",
    "usbstor",
    "hid",
    "swd",
    "htree",
    "display",
    "hdaudio",
    "scsi",
    "storage",
    "bthenum",
    "bthledevice",
    "authority",
    "service",
    "machine",
    "manager",
    "host",
    "apppool",
    "builtin",
    "unc",
    "device",
    "users",
    "temp",
    "bin",
    "lib",
    "src",
    "nt",
    "mmdevapi",
    "ide",
    "nvme",
    "print",
    "wpdbusenum",
    "terminput_bus",
    "ts_usb_hub",
];
/// Words before a user of a domain.
const BEFORE: &[&str] = &[
    "user",
    "account",
    "name",
    "username",
    "id",
    "login",
    "logon",
    "owner",
    "principal",
    "subject",
    "by",
    "for",
    "as",
    "getpwnam",
    "getpwuid",
    "winbindd",
];
/// Endings of files.
const FILES: &[&[u8]] = &[
    b".exe", b".dll", b".sys", b".ini", b".txt", b".log", b".inf", b".dat", b".cpp", b".cs", b".py", b".bat",
];
/// What stands in the place of a domain where there is none.
const NOTHING: &[&str] =
    &["nt authority", "nt", "builtin", "workgroup", "local", "none", "null", "unknown", "n/a", "domain"];

fn joined(site: &Site<'_>) -> Result<Verdict, More> {
    let at = site.at;
    if site.text[at] != b'\\' {
        return pass(site);
    }
    if site.byte(at + 1)? == Some(b'[') {
        return bracketed(site);
    }
    let slashes = site.run(at, 3, |byte| byte == b'\\')?;
    let limit = LONGEST.min(at.saturating_sub(site.floor));
    let start = at - site.run_before(at, limit, |byte| is_word(byte) || matches!(byte, b'-' | b'_' | b'.'));
    let domain = &site.text[start..at];
    if slashes > 2 || !is_domain(domain) || !begins(site, start) {
        return pass(site);
    }
    let user = at + slashes;
    let end = name_end(site, user)?;
    let name = &site.text[user..end];
    let follows = site.byte(end)?;
    // A backslash may be that of an escaped quote; any other makes it a path.
    let ends = match follows {
        Some(b'\\') => site.byte(end + 1)? == Some(b'"'),
        Some(byte) => byte <= b' ' || b"\"',;:.)]>|$`@".contains(&byte),
        None => true,
    };
    if !ends || name.len() < 3 || is_done(site.text, user) || is_file(name) {
        return pass(site);
    }
    if slashes == 1 && may_be_escape(name) && (site.in_quotes || !is_told(site, start, user)) {
        return pass(site);
    }
    if is_system_account(name) {
        return found_as(Kind::Host, start, at, Form::Host { kept: 0 });
    }
    if is_personal(name) { found_as(Kind::User, start, end, Form::Usual) } else { pass(site) }
}

/// Capitals and figures, and not what every machine has.
fn is_domain(text: &[u8]) -> bool {
    let capitals = text
        .iter()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'));
    let letters = text.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    capitals
        && letters > 1
        && text.len() > 2
        && text[0].is_ascii_uppercase()
        && !text.starts_with(b"HKEY_")
        && !is_one_of(text, NO_DOMAINS)
}

fn begins(site: &Site<'_>, start: usize) -> bool {
    match site.byte_before(start) {
        Some(byte) => {
            matches!(
                byte,
                0..=b' ' | b'"' | b'\'' | b'(' | b'[' | b'=' | b'<' | b'>' | b',' | b';' | b'|' | b'`' | b':'
            )
        }
        None => true,
    }
}

fn is_file(name: &[u8]) -> bool {
    FILES.iter().any(|ending| {
        name.len() > ending.len() && name[name.len() - ending.len()..].eq_ignore_ascii_case(ending)
    })
}

/// True when the backslash may belong to the first letter: `\n`, `\t`.
fn may_be_escape(name: &[u8]) -> bool {
    matches!(name[0], b'n' | b't' | b'r' | b'b' | b'f' | b'u' | b'x' | b'0' | b'v' | b'd' | b's' | b'w')
}

/// True when a word before says that a user is meant, and no word with a capital stands behind the escape.
fn is_told(site: &Site<'_>, start: usize, user: usize) -> bool {
    !site.text[user + 1].is_ascii_uppercase() && is_one_of(word_before(site.text, start), BEFORE)
}

/// `[CORP]\[jane]`, as Samba writes it: first the domain, and when that is gone, the user.
fn bracketed(site: &Site<'_>) -> Result<Verdict, More> {
    let at = site.at;
    let Some(end) = at.checked_sub(1).filter(|end| site.text[*end] == b']') else { return pass(site) };
    let limit = LONGEST.min(end.saturating_sub(site.floor));
    let length = site.run_before(end, limit, |byte| is_word(byte) || matches!(byte, b'-' | b'_' | b'.'));
    let start = end - length;
    let opened = site.byte_before(start) == Some(b'[');
    if length > 0 && opened && !is_done(site.text, start) && !is_one_of(&site.text[start..end], NOTHING) {
        return found_as(Kind::Host, start, end, Form::Host { kept: 0 });
    }
    let user = at + 2;
    let user_end = name_end(site, user)?;
    let closed = site.byte(user_end)? == Some(b']');
    if closed && !is_done(site.text, user) && user_end > user && is_personal(&site.text[user..user_end]) {
        found_as(Kind::User, user, user_end, Form::Usual)
    } else {
        pass(site)
    }
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    Keys::new(&[
        "account domain",
        "domainname",
        "domain",
        "ntdomain",
        "userdomain",
        "workgroup",
        "workstation",
    ])
});

/// `Account Domain: CORP`, `TargetDomainName">CORP<`, `domain=CORP`, `workstation [PC7]`
fn labelled(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(key) = key_length(site, &KEYS)? else { return pass(site) };
    let word = &site.text[site.at..site.at + key];
    let Some(opening) = Opening::read(site, site.at + key)? else { return pass(site) };
    let bracket = usize::from(site.byte(opening.start)? == Some(b'['));
    if (opening.separator.is_none() && bracket == 0)
        || (bracket == 1) != word.eq_ignore_ascii_case(b"workstation")
    {
        return pass(site);
    }
    let start = opening.start + bracket;
    let length = site.run(start, LONGEST, |byte| is_token(byte) && !matches!(byte, b':' | b'/' | b'+'))?;
    let name = &site.text[start..start + length];
    let capitals =
        name.first().is_some_and(u8::is_ascii_uppercase) && !name.iter().any(u8::is_ascii_lowercase);
    let closed = match site.byte(start + length)? {
        Some(byte) => matches!(byte, 0..=b' ' | b'"' | b'\'' | b',' | b';' | b'<' | b']' | b')' | b'\\'),
        None => true,
    };
    if !capitals
        || length < 2
        || !closed
        || name.contains(&b'.')
        || is_one_of(name, NOTHING)
        || is_done(site.text, start)
    {
        return pass(site);
    }
    found_as(Kind::Host, start, start + length, Form::Host { kept: 0 })
}
