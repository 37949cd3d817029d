//! `dsn-password`: passwords in names of data sources that are no URLs: Go's `user:x@tcp(host)/db`, Oracle's
//! `user/x@host`, and proxies without a scheme, `user:x@proxy:3128`.

use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::site::{More, Site, Verdict};
use crate::skip::Skip;

const ID: &str = "dsn-password";

/// At the `@` of Go's and of proxies.
pub(super) const AT: Detector = Detector::at(ID, Classes::AT, at_sign);
/// At what stands before Oracle's.
pub(super) const ORACLE: Detector = Detector::at_words(
    ID,
    &["thin:", "sqlplus", "userid", "sqlldr", "expdp", "impdp", "rman", "connect ", "conn "],
    oracle,
);

/// Longest user and password.
const LONGEST: usize = 256;
/// Bytes before a proxy without a scheme in which the word `proxy` is looked for.
const NEAR: usize = 40;

fn pass(site: &Site<'_>) -> Verdict {
    Verdict::Pass { resume: site.at + 1 }
}

/// Bytes of a user and a password without quotes around them.
fn joins(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'=' | b',' | b';' | b'(' | b')' | b'{' | b'}')
}

fn at_sign(site: &Site<'_>) -> Result<Verdict, More> {
    let next = site.byte(site.at + 1)?;
    let go = matches!(next, Some(b't' | b'u'))
        && (site.starts_with(site.at, b"@tcp(")?
            || site.starts_with(site.at, b"@unix(")?
            || site.starts_with(site.at, b"@tcp6(")?);
    let length = site.run_before(site.at, LONGEST, joins);
    let start = site.at - length;
    let text = &site.text[start..site.at];
    let Some(colon) = memchr::memchr(b':', text).filter(|colon| *colon > 0) else { return Ok(pass(site)) };
    if !go && (text.contains(&b'/') || !is_proxy(site, start)?) {
        return Ok(pass(site));
    }
    Ok(remove(site, start + colon + 1, site.at))
}

/// True when a port follows the host, and the word `proxy` is near.
fn is_proxy(site: &Site<'_>, start: usize) -> Result<bool, More> {
    let near = &site.text[start.saturating_sub(NEAR)..start];
    if !near.windows(5).any(|word| word.eq_ignore_ascii_case(b"proxy")) {
        return Ok(false);
    }
    let host = site
        .run(site.at + 1, 255, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))?;
    let colon = site.at + 1 + host;
    Ok(host > 0
        && site.byte(colon)? == Some(b':')
        && site.byte(colon + 1)?.is_some_and(|byte| byte.is_ascii_digit()))
}

fn oracle(site: &Site<'_>) -> Result<Verdict, More> {
    let word = site.run(site.at, 8, |byte| byte.is_ascii_alphabetic())?;
    let mut index = site.at + word;
    match site.text[site.at..index].to_ascii_lowercase().as_slice() {
        b"thin" if site.byte(index)? == Some(b':') => index += 1,
        b"userid" if site.byte(index)? == Some(b'=') => index += 1,
        // Of SQL*Plus, at the start of a line or behind its prompt.
        b"connect" | b"conn" | b"exp" | b"imp" if begins_line(site) => index = first_argument(site, index)?,
        b"sqlplus" | b"sqlldr" | b"expdp" | b"impdp" | b"rman" => index = first_argument(site, index)?,
        _ => return Ok(pass(site)),
    }
    index += site.run(index, 2, |byte| matches!(byte, b'"' | b'\''))?;
    let user = site
        .run(index, 64, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'.'))?;
    if user == 0 || site.byte(index + user)? != Some(b'/') || index == site.at + word {
        return Ok(pass(site));
    }
    let start = index + user + 1;
    let length = site.run(start, LONGEST, joins)?;
    let text = &site.text[start..start + length];
    let end = memchr::memchr(b'@', text).unwrap_or(length);
    let privileged = word == 4 && site.starts_with(start + length, b" as sys")?;
    Ok(
        if end == 0
            || (end == length && (word == 3 || word == 4 || word == 7 && begins_line(site)) && !privileged)
        {
            pass(site)
        } else {
            remove(site, start, start + end)
        },
    )
}

fn begins_line(site: &Site<'_>) -> bool {
    matches!(site.byte_before(site.at), None | Some(b'\n')) || site.text[..site.at].ends_with(b"SQL> ")
}

/// The index of the first argument that is no option.
fn first_argument(site: &Site<'_>, mut index: usize) -> Result<usize, More> {
    for _ in 0..6 {
        let blanks = site.run(index, 16, |byte| byte == b' ')?;
        if blanks == 0 {
            return Ok(index);
        }
        index += blanks;
        if site.byte(index)? != Some(b'-') {
            return Ok(index);
        }
        index += site.run(index, 32, |byte| byte.is_ascii_graphic())?;
    }
    Ok(index)
}

fn remove(site: &Site<'_>, start: usize, end: usize) -> Verdict {
    let value = &site.text[start..end];
    if start < site.floor || hides_nothing(value) || mark::is_in(value) {
        return pass(site);
    }
    let mask = mark::removed_bare(ID).into_bytes();
    Verdict::Remove { id: ID, start, mask, skip: Skip::Exactly(end - start) }
}
