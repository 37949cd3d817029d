//! Places that look like a key and its value and are none, all met in the field.

use super::Separator;
use super::key_text::KeyText;
use super::start::Start;
use super::value::ends_line;
use crate::mark::find_mark;
use crate::site::{JUDGED, More, Site};

/// Services of `nsswitch.conf`, whose `passwd:` line holds no password.
const NAME_SERVICES: &[&str] =
    &["files", "compat", "db", "nis", "systemd", "sss", "ldap", "winbind", "hesiod"];

/// False for a `:` after a bare key that separates something else.
pub(in crate::secrets) fn separator_counts(
    site: &Site<'_>,
    key: &KeyText,
    separator: &Separator,
    place: Start,
) -> Result<bool, More> {
    if !separator.colon {
        return Ok(true);
    }
    let name = key.bytes(site);
    // `${db.password:x}`, but not `${TOKEN:0:8}`.
    if site.text[..key.start].ends_with(b"${") {
        return Ok(site.byte(separator.end)?.is_some_and(|byte| byte.is_ascii_alphabetic()));
    }
    // `/etc/passwd: permission denied` speaks of a file; `PASS: test-name` of a test.
    let is_path = site.byte_before(key.start) == Some(b'/');
    if is_path {
        return Ok(false);
    }
    if name.eq_ignore_ascii_case(b"pass") {
        return Ok(name == b"pass" && is_value_of_pass(site, separator)?);
    }
    // `installed passwd:amd64` is a package.
    let blank_follows = matches!(site.byte(separator.end)?, Some(b' ' | b'\t' | b'"' | b'\'' | b'\\'));
    Ok(blank_follows || (place != Start::Running && !name.eq_ignore_ascii_case(b"passwd")))
}

/// True for a value that is no secret because of what its key is.
pub(in crate::secrets) fn is_no_secret(key: &[u8], value: &[u8]) -> bool {
    let Ok(value) = std::str::from_utf8(value) else { return false };
    let value = value.trim();
    match key {
        // The working directory, in environments and in sudo's log lines.
        b"PWD" | b"pwd" => value.starts_with(['/', '~']) || value == "unknown" || is_drive_path(value),
        // sudoers: `PASSWD: ALL`, `PASSWD: /bin/kill`.
        b"PASSWD" if value.starts_with(['/', '!']) || value == "ALL" => true,
        // `passwd: files systemd`, and messages of the program of that name: `passwd: password changed`.
        // Where another rule took the words out of such a message, it is one still.
        b"passwd" => {
            value.contains(' ') || find_mark(value.as_bytes()).is_some() || NAME_SERVICES.contains(&value)
        }
        // A function of Samba, in front of its messages.
        b"check_ntlm_password" => value.contains(' '),
        // Results of tests: `pass=12 fail=0`.
        _ if key.eq_ignore_ascii_case(b"pass") => {
            value.split_whitespace().next().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
        }
        _ => false,
    }
}

/// True for one word that is in quotes or has figures in it, and not a test's name or number: `pass: 'x'`, `pass: Kite71`.
fn is_value_of_pass(site: &Site<'_>, separator: &Separator) -> Result<bool, More> {
    let start = separator.end + site.run(separator.end, 16, |byte| byte == b' ')?;
    if start == separator.end {
        return Ok(false);
    }
    let quote = site.byte(start)?.filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let from = start + usize::from(quote.is_some());
    let length =
        site.run(from, JUDGED, |byte| byte > b' ' && Some(byte) != quote && !b",}".contains(&byte))?;
    let next = site.byte(from + length)?;
    if let Some(quote) = quote {
        return Ok(length > 0 && next == Some(quote));
    }
    let rest = site.run(from + length, 16, |byte| byte == b' ')?;
    let value = &site.text[from..from + length];
    let odd = value.iter().any(u8::is_ascii_digit) || value.iter().skip(1).any(u8::is_ascii_uppercase);
    let word =
        value.iter().any(u8::is_ascii_alphabetic) && !value.iter().any(|byte| b"()[]/:".contains(byte));
    let ends = ends_line(site.byte(from + length + rest)?) || matches!(next, Some(b',' | b'}'));
    Ok(odd && word && ends && length >= 4)
}

fn is_drive_path(value: &str) -> bool {
    matches!(value.as_bytes(), [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic())
}
