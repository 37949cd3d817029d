//! E-mail addresses, and users at a host: `jane@example.com`, `jane@web01:~$`, `ssh jane@10.0.0.1`.

use candor_pseudonym::recognise;

use super::around::{
    found_as, holds_pseudonym, is_one_of, is_word, keep, pass, window, word_before, word_start,
};
use super::host::{self, Name};
use super::ipv4::Quad;
use super::principal;
use super::user::is_system_account;
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{Form, Found, More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at("email", Classes::AT, examine);

/// Longest local part.
const LONGEST: usize = 64;

/// Domains whose left side names an algorithm.
const ALGORITHMS: &[&str] =
    &["openssh.com", "libssh.org", "lysator.liu.se", "putty.projects.tartarus.org", "tinyssh.org"];
/// Left sides at public domains that are no person.
const SERVICES: &[&str] = &["git", "hg", "svn", "noreply", "no-reply", "anonymous", "npm", "root"];
/// Endings of units of systemd, which may have an `@` in their name.
const UNITS: &[&str] = &[
    "service",
    "socket",
    "target",
    "timer",
    "mount",
    "automount",
    "slice",
    "scope",
    "device",
    "path",
    "swap",
];
/// Words before a user at a host.
const COMMANDS: &[&str] =
    &["ssh", "scp", "sftp", "rsync", "ssh-copy-id", "mosh", "login", "user", "as", "for"];

fn is_local(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'.' | b'_' | b'+' | b'-' | b'\'')
}

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let at = site.at;
    let name = Name::from(site, at + 1)?;
    let before = &site.text[at - site.run_before(at, LONGEST, is_local)..at];
    if holds_pseudonym(before) && !recognise::is_name_pseudonym(before) {
        // The rest of a host or of a name that is done.
        return pass(site);
    }
    let local = local_start(site);
    if let Some(start) = local
        && let Some(verdict) = principal::judge(site, start, &name)?
    {
        return Ok(verdict);
    }
    if name.text.is_empty() || name.start != at + 1 {
        return address_literal(site, local);
    }
    let Some(start) = local else {
        // The parts before the realm are settled.
        if site.floor == at && principal::is_realm(name.text) && host::is_short_name(name.text) {
            return host::judge(site, &name);
        }
        return if in_authority(site) { host::short_authority(site, at + 1) } else { pass(site) };
    };
    if host::has_suffix(name.text) && name.is_well_formed() {
        return mail(site, start, &name);
    }
    if let Some(quad) = Quad::read(window(site, at, 24)?, at + 1, b'.') {
        let small = quad.octets.iter().all(|octet| *octet < 32) && quad.octets[0] != 10;
        return if small { pass(site) } else { user_alone(site, start) };
    }
    if is_in_database(site, name.end)? {
        return user_alone(site, start);
    }
    if is_account_at_host(site, start, &name)? {
        return account(site, start, &name);
    }
    pass(site)
}

/// The address whose local part holds `start..end`.
pub(super) fn around(site: &Site<'_>, start: usize, end: usize) -> Result<Option<Found>, More> {
    let at = end + site.run(end, LONGEST, is_local)?;
    let follows = site.byte(at)? == Some(b'@') && site.byte(at + 1)?.is_some_and(is_word);
    if !follows {
        return Ok(None);
    }
    match examine(&Site { at, end: at, ..*site })? {
        Verdict::Found(found) if found.start <= start && found.end > at => Ok(Some(found)),
        _ => Ok(None),
    }
}

/// Where the local part begins: in quotes, or as far as its letters go.
fn local_start(site: &Site<'_>) -> Option<usize> {
    let (text, at) = (site.text, site.at);
    let limit = LONGEST.min(at.saturating_sub(site.floor));
    if limit > 0 && text[at - 1] == b'"' {
        let inner = &text[at - limit..at - 1];
        let open = inner.iter().rposition(|byte| *byte == b'"' || *byte < b' ')?;
        let content = &inner[open + 1..];
        let quoted = inner[open] == b'"'
            && !content.is_empty()
            && !content.contains(&b'@')
            && !content.contains(&b':')
            && !content.contains(&b',');
        return quoted.then_some(at - limit + open);
    }
    let mut start = at - site.run_before(at, limit, is_local);
    if let Some(symbol) = text[start..at].iter().rposition(|byte| matches!(byte, 0xC2 | 0xE2)) {
        start += symbol + if text[start + symbol] == 0xC2 { 2 } else { 3 };
    }
    start = word_start(text, start.min(at)).min(at);
    start += text[start..at].iter().take_while(|byte| matches!(byte, b'.' | b'-' | b'\'')).count();
    (start < at).then_some(start)
}

/// An address with a full name of a host behind the `@`.
fn mail(site: &Site<'_>, start: usize, name: &Name<'_>) -> Result<Verdict, More> {
    let local = &site.text[start..site.at];
    let last = name.labels().next_back().unwrap_or_default();
    if is_one_of(last, UNITS) || is_one_of(name.text, ALGORITHMS) {
        return keep(name.end);
    }
    let public = host::is_kept(name.text, site.options);
    if public && is_one_of(local, SERVICES) {
        return keep(name.end);
    }
    if is_system_account(local) || recognise::is_name_pseudonym(local) {
        // The host is another question.
        let done = recognise::name_pseudonym_at(site.text, name.start).is_some();
        return if public || done { keep(name.end) } else { Ok(Verdict::Found(name.found())) };
    }
    let kept = if public { name.labels().count() } else { host::kept_labels(name.text) };
    found_as(Kind::Email, start, name.end, Form::Email { at: site.at, kept })
}

/// `jane@[10.0.0.1]`: the address is found as one.
fn address_literal(site: &Site<'_>, start: Option<usize>) -> Result<Verdict, More> {
    match start {
        Some(start) if site.byte(site.at + 1)? == Some(b'[') => user_alone(site, start),
        _ => pass(site),
    }
}

/// The user with the `@`, when what follows is found as what it is.
fn user_alone(site: &Site<'_>, start: usize) -> Result<Verdict, More> {
    let local = &site.text[start..site.at];
    if is_system_account(local) || recognise::is_name_pseudonym(local) {
        return pass(site);
    }
    found_as(Kind::User, start, site.at + 1, Form::Email { at: site.at, kept: 0 })
}

/// True where prompts, commands and URLs have a user at a host of one label, and for a realm in capitals.
fn is_account_at_host(site: &Site<'_>, start: usize, name: &Name<'_>) -> Result<bool, More> {
    let text = site.text;
    let labels =
        !name.text.contains(&b'.') && host::is_short_name(name.text) || host::is_own_machine(name.text);
    if !labels {
        return Ok(false);
    }
    let next = site.ahead(name.end, 4)?;
    let prompt = match next {
        [b':', b'~' | b'/', ..] => true,
        [b' ', b'~' | b'/', ..] => start.checked_sub(1).is_some_and(|index| text[index] == b'['),
        [b']', b'#' | b'$', ..] => true,
        [b'>', ..] if name.text.len() > 3 => start.checked_sub(1).is_some_and(|index| text[index] == b'<'),
        _ => false,
    };
    let command = is_one_of(word_before(text, start), COMMANDS) && text[start - 1] == b' ';
    let realm = name.text.len() > 2
        && name.text.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'-')
        && !name.text.starts_with(b"GLIBC");
    let own = host::is_own_machine(name.text) && name.text.len() > 8;
    let prompt = prompt || is_comment_of_key(site, start, name.end)?;
    Ok(prompt || command || realm || own || in_authority(site))
}

/// `jane@shop FATAL:  …`, as PostgreSQL is set up to write on Debian: what follows the `@` is a database.
fn is_in_database(site: &Site<'_>, end: usize) -> Result<bool, More> {
    const LEVELS: &[&str] =
        &["LOG", "ERROR", "FATAL", "PANIC", "STATEMENT", "DETAIL", "HINT", "WARNING", "NOTICE", "CONTEXT"];
    if site.byte(end)? != Some(b' ') {
        return Ok(false);
    }
    let rest = site.ahead(end + 1, 12)?;
    let word = rest.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    Ok(rest[word..].starts_with(b":  ") && LEVELS.iter().any(|level| level.as_bytes() == &rest[..word]))
}

/// True behind the key of a line of `authorized_keys`, where the line ends.
fn is_comment_of_key(site: &Site<'_>, start: usize, end: usize) -> Result<bool, More> {
    const SHORTEST: usize = 60;
    if start.checked_sub(1).is_none_or(|before| site.text[before] != b' ') {
        return Ok(false);
    }
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let ends = matches!(site.byte(end)?, None | Some(b'\n' | b'\r'));
    Ok(ends && site.run_before(start - 1, SHORTEST, base64) == SHORTEST)
}

fn account(site: &Site<'_>, start: usize, name: &Name<'_>) -> Result<Verdict, More> {
    let local = &site.text[start..site.at];
    let own = host::is_own_machine(name.text);
    if is_system_account(local) || recognise::is_name_pseudonym(local) {
        return if own { keep(name.end) } else { host::judge(site, name) };
    }
    if recognise::name_pseudonym_at(site.text, name.start).is_some() {
        return user_alone(site, start);
    }
    found_as(Kind::User, start, name.end, Form::Email { at: site.at, kept: usize::from(own) })
}

/// True when the `@` stands between the user and the host of a URL.
fn in_authority(site: &Site<'_>) -> bool {
    let from = site.at.saturating_sub(256);
    let before = &site.text[from..site.at];
    let start = before
        .iter()
        .rposition(|byte| *byte <= b' ' || matches!(byte, b'"' | b'\'' | b'<' | b'>'))
        .map_or(0, |index| index + 1);
    match memchr::memmem::rfind(&before[start..], b"//") {
        Some(slashes) => !before[start + slashes + 2..].contains(&b'/'),
        None => false,
    }
}
