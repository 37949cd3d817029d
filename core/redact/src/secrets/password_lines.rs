//! Lines of password files that hold no word by which they would be known, with the names in them.
//!
//! | file | line |
//! |---|---|
//! | `htpasswd`, `passwd`, `gshadow` with hashes of DES | `jane:kW3fGh0pQ/a1.` |
//! | `htdigest` | `jane:realm:0123…cdef` |
//! | `chap-secrets`, `pap-secrets` | `jane * x *`, `jane l2tpd x 10.0.0.7` |
//! | `users.acl` of Redis | `user jane on >x #0123…cdef ~* +@all` |
//! | `sasl_passwd` of Postfix | `[smtp.example.com]:587 jane@example.com:x` |
//! | cookies of Netscape, curl and wget | `host  TRUE  /  FALSE  0  name  x` |

use super::shape::changes_of_class;
use crate::anchors::{Classes, is_crypt};
use crate::detector::Detector;
use crate::identifiers;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::site::{More, Site, Verdict};
use crate::skip::Skip;

pub(super) const SEPARATED: Detector = Detector::at("password-line", Classes::ASSIGN, separated);
pub(super) const DIGEST: Detector = Detector::at("password-digest", Classes::LONG, digest);
pub(super) const MAIL: Detector = Detector::at("password-of-mail", Classes::AT, mail);
pub(super) const POINT_TO_POINT: Detector = Detector::at_words(
    "password-of-ppp",
    &["pptpd ", "l2tpd ", "xl2tpd ", "pptp ", "l2tp ", "pptpd\t", "l2tpd\t", "xl2tpd\t"],
    server,
);
pub(super) const COOKIES: Detector = Detector::at_words("cookie-file", &["true\t", "false\t"], cookie);

const PASSWORD: &str = "password";
const HASH: &str = "password-hash";
/// Length of a hash of DES, of MD5 and of SHA-256 in figures.
const DES: usize = 13;
const MD5: usize = 32;
const SHA256: usize = 64;
/// Longest line, before and behind an anchor.
const LONGEST: usize = 300;

/// Last characters of a hash of DES, of which four bits are used.
const LAST_OF_DES: &[u8] = b"./26AEIMQUYcgkosw";

fn pass(site: &Site<'_>) -> Result<Verdict, More> {
    Ok(Verdict::Pass { resume: site.at + 1 })
}

fn line_start(site: &Site<'_>) -> Option<usize> {
    let from = site.at.saturating_sub(LONGEST);
    match memchr::memrchr2(b'\n', 0, &site.text[from..site.at]) {
        Some(end) => Some(from + end + 1),
        None if from == 0 && site.first => Some(0),
        None => None,
    }
}

fn ends_line(byte: Option<u8>) -> bool {
    matches!(byte, None | Some(b'\n' | b'\r' | 0))
}

fn is_name(name: &[u8]) -> bool {
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-$@+".contains(byte) || *byte >= 0x80;
    !name.is_empty() && name.len() <= 64 && name.iter().all(in_name)
}

/// As [`is_name`], with a domain: `CORP\jane`.
fn is_client(name: &[u8]) -> bool {
    name.split(|byte| *byte == b'\\').all(is_name)
}

/// Removes the value, and before that gives the name of its owner a pseudonym.
fn of_owner(
    site: &Site<'_>,
    name: (usize, usize),
    id: &'static str,
    value: (usize, usize),
) -> Result<Verdict, More> {
    let text = &site.text[value.0..value.1];
    if hides_nothing(text) || mark::is_in(text) || value.0 < site.floor {
        return pass(site);
    }
    if let found @ Verdict::Found(_) = identifiers::user_at(site, name.0, name.1)? {
        return Ok(found);
    }
    let mask = mark::removed(id).into_bytes();
    Ok(Verdict::Remove { id, start: value.0, mask, skip: Skip::Exactly(value.1 - value.0) })
}

fn separated(site: &Site<'_>) -> Result<Verdict, More> {
    match site.text[site.at] {
        b':' => crypt(site),
        b'>' => access_list(site),
        b'*' => secret_behind(site, site.at + 1),
        _ => pass(site),
    }
}

/// `jane:kW3fGh0pQ/a1.`, alone or with more fields behind it.
fn crypt(site: &Site<'_>) -> Result<Verdict, More> {
    let start = site.at + 1;
    let hash = site.ahead(start, DES + 1)?;
    if hash.len() < DES || !hash[..DES].iter().copied().all(is_crypt) {
        return pass(site);
    }
    let next = hash.get(DES).copied();
    let Some(line) = line_start(site).filter(|_| next == Some(b':') || ends_line(next)) else {
        return pass(site);
    };
    let hash = &hash[..DES];
    let more = next == Some(b':') && {
        let rest = site.ahead(start + DES, 12)?;
        // `:1000:` of `passwd`, `::` of `gshadow`.
        rest.get(1).is_some_and(|byte| byte.is_ascii_digit() || *byte == b':')
    };
    let changes = changes_of_class(hash);
    let last = LAST_OF_DES.contains(&hash[DES - 1]);
    let mixed = hash.iter().any(u8::is_ascii_uppercase) && hash.iter().any(u8::is_ascii_lowercase);
    let least = 5 - usize::from(last) - usize::from(more);
    if !mixed || changes < least || (next == Some(b':') && !more) || !is_name(&site.text[line..site.at]) {
        return pass(site);
    }
    of_owner(site, (line, site.at), HASH, (start, start + DES))
}

/// `user jane on >x ~* +@all`, `ACL SETUSER jane on >x`
fn access_list(site: &Site<'_>) -> Result<Verdict, More> {
    let Some((name, end)) = owner_of_rules(site, site.at) else { return pass(site) };
    let start = site.at + 1;
    let length = site.run(start, LONGEST, |byte| byte > b' ' && byte != b'"')?;
    of_owner(site, (name, end), PASSWORD, (start, start + length))
}

/// The name of the user whose rules of Redis reach up to `at`.
fn owner_of_rules(site: &Site<'_>, at: usize) -> Option<(usize, usize)> {
    let line = line_start(site)?;
    let before = &site.text[line..at];
    let begins = match memchr::memmem::find(before, b"SETUSER ") {
        Some(found) => found + b"SETUSER ".len(),
        None if before.starts_with(b"user ") => b"user ".len(),
        None => return None,
    };
    let name = before[begins..].iter().take_while(|byte| **byte > b' ').count();
    let rules = &before[begins + name..];
    let is_rule = |word: &[u8]| {
        matches!(
            word,
            b"on"
                | b"off"
                | b"reset"
                | b"resetpass"
                | b"resetkeys"
                | b"resetchannels"
                | b"nopass"
                | b"allkeys"
                | b"allcommands"
                | b"allchannels"
                | b"sanitize-payload"
                | b"skip-sanitize-payload"
        ) || matches!(word.first(), None | Some(b'~' | b'+' | b'-' | b'&' | b'%' | b'>' | b'#' | b'[' | b'"'))
            || mark::is_in(word)
    };
    let all = rules.split(|byte| *byte == b' ').all(is_rule) && rules.len() > 2;
    (all && name > 0).then_some((line + begins, line + begins + name))
}

/// `jane * x *`: the client, the server, the secret and the addresses.
fn secret_behind(site: &Site<'_>, server_end: usize) -> Result<Verdict, More> {
    let blank = |byte: u8| matches!(byte, b' ' | b'\t');
    let Some(line) = line_start(site) else { return pass(site) };
    let before = site.text[line..site.at].trim_ascii_end();
    let quoted = before.len() > 2 && before.starts_with(b"\"") && before.ends_with(b"\"");
    let client = if quoted { &before[1..before.len() - 1] } else { before };
    let start = server_end + site.run(server_end, 32, blank)?;
    let quote = usize::from(site.byte(start)? == Some(b'"'));
    let from = start + quote;
    let length = site.run(from, LONGEST, |byte| byte > b' ' && (quote == 0 || byte != b'"'))?;
    let end = from + length;
    let behind = end + quote;
    let gap = site.run(behind, 32, blank)?;
    let addresses = site.run(behind + gap, LONGEST, |byte| byte >= b' ' && byte != b'#' || byte == b'\t')?;
    let addresses = site.text[behind + gap..behind + gap + addresses].trim_ascii();
    let is_address = |byte: &u8| byte.is_ascii_hexdigit() || b".:/*-!~, \t".contains(byte);
    let ends = addresses.iter().all(is_address) && (gap > 0 || quote == 1 && addresses.is_empty());
    let letters = client.iter().any(u8::is_ascii_alphabetic);
    let secret = &site.text[from..end];
    // `allow * all *`: a word between stars is a secret only in quotes, or with figures or capitals in it.
    let odd = quote == 1 || secret.iter().any(u8::is_ascii_digit) || changes_of_class(secret) > 1;
    let plain = !secret.iter().any(|byte| b"()[]{};<>/".contains(byte)) && secret != b"*" && odd;
    let told = !addresses.is_empty() || quoted;
    if !told || !ends || !letters || !plain || length < 3 || !is_client(client) {
        return pass(site);
    }
    let name = line + usize::from(quoted);
    of_owner(site, (name, name + client.len()), PASSWORD, (from, end))
}

/// `jane l2tpd x 10.0.0.7`
fn server(site: &Site<'_>) -> Result<Verdict, More> {
    let length = site.run(site.at, 8, |byte| byte.is_ascii_alphanumeric())?;
    let server = site.text[site.at..site.at + length].to_ascii_lowercase();
    let known = [&b"pptpd"[..], b"l2tpd", b"xl2tpd", b"pptp", b"l2tp"].contains(&server.as_slice());
    let behind_name = site.at.checked_sub(1).is_some_and(|index| matches!(site.text[index], b' ' | b'\t'));
    if known && behind_name { secret_behind(site, site.at + length) } else { pass(site) }
}

/// `jane:realm:0123…cdef` of `htdigest`, and `#0123…cdef` among the rules of a user of Redis.
fn digest(site: &Site<'_>) -> Result<Verdict, More> {
    let before = site.byte_before(site.at);
    if !matches!(before, Some(b'#' | b':')) {
        return pass(site);
    }
    let length = site.run(site.at, SHA256 + 1, |byte| byte.is_ascii_hexdigit())?;
    let end = site.at + length;
    if length == SHA256 && before == Some(b'#') {
        return match owner_of_rules(site, site.at - 1) {
            Some(name) => of_owner(site, name, HASH, (site.at, end)),
            None => pass(site),
        };
    }
    if length != MD5 || before != Some(b':') || !ends_line(site.byte(end)?) {
        return pass(site);
    }
    let Some(line) = line_start(site) else { return pass(site) };
    let fields: Vec<&[u8]> = site.text[line..site.at - 1].split(|byte| *byte == b':').collect();
    let [name, realm] = fields.as_slice() else { return pass(site) };
    let in_realm = |byte: &u8| byte.is_ascii_alphanumeric() || b" _-.@'/".contains(byte) || *byte >= 0x80;
    // `nginx:1.25:…` is the digest of an image, `main.c:12:…` that of a line.
    let version = realm.first().is_none_or(u8::is_ascii_digit)
        || matches!(*realm, b"latest" | b"md5" | b"object" | b"file");
    let file = memchr::memchr(b'.', name).is_some_and(|dot| name.len() - dot < 6) || name.contains(&b'/');
    let algorithm = [&b"md5"[..], b"sha", b"hash", b"etag", b"file"].contains(name);
    if !is_name(name) || version || file || algorithm || !realm.iter().all(in_realm) {
        return pass(site);
    }
    of_owner(site, (line, line + name.len()), HASH, (site.at, end))
}

/// `[smtp.example.com]:587 jane@example.com:x`
fn mail(site: &Site<'_>) -> Result<Verdict, More> {
    let host = site.run(site.at + 1, 128, |byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))?;
    let start = site.at + 1 + host + 1;
    if site.byte(start - 1)? != Some(b':') || site.byte(start)?.is_none_or(|byte| byte <= b' ') {
        return pass(site);
    }
    let Some(line) = line_start(site) else { return pass(site) };
    let before = &site.text[line..site.at];
    let Some(blank) = before.iter().rposition(|byte| matches!(byte, b' ' | b'\t')) else { return pass(site) };
    let server = before[..blank].trim_ascii_end();
    let in_server = |byte: &u8| byte.is_ascii_alphanumeric() || b".-[]:~_".contains(byte);
    let relay = server.len() > 3 && server.contains(&b'.') && server.iter().all(in_server);
    if !relay || server.ends_with(b":") {
        return pass(site);
    }
    let length = site.run(start, LONGEST, |byte| byte > b' ')?;
    let value = &site.text[start..start + length];
    if length < 4 || !ends_line(site.byte(start + length)?) || hides_nothing(value) || mark::is_in(value) {
        return pass(site);
    }
    let mask = mark::removed(PASSWORD).into_bytes();
    Ok(Verdict::Remove { id: PASSWORD, start, mask, skip: Skip::Exactly(length) })
}

/// `.example.com  TRUE  /  FALSE  1735689600  session  x`
fn cookie(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(line) = line_start(site) else { return pass(site) };
    let length = site.run(site.at, 4096, |byte| byte != b'\n' && byte != b'\r')?;
    let cells: Vec<&[u8]> = site.text[line..site.at + length].split(|byte| *byte == b'\t').collect();
    let [_, _, path, secure, expires, name, value] = cells.as_slice() else { return pass(site) };
    let time = !expires.is_empty() && expires.iter().all(u8::is_ascii_digit);
    let flag = secure.eq_ignore_ascii_case(b"true") || secure.eq_ignore_ascii_case(b"false");
    if !time
        || !flag
        || !path.starts_with(b"/")
        || name.is_empty()
        || hides_nothing(value)
        || mark::is_in(value)
    {
        return pass(site);
    }
    let start = site.at + length - value.len();
    let mask = mark::removed("cookie").into_bytes();
    Ok(Verdict::Remove { id: "cookie", start, mask, skip: Skip::Exactly(value.len()) })
}
