//! `url-credentials`: the user and the password in `scheme://user:password@host`.
//!
//! Both go, because a token may stand in the user's place. A user alone is masked too (`https://TOKEN@host`), except
//! in schemes where it is a login name and the secret travels otherwise (`ssh://git@host`).

use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::placeholder;
use crate::policy::Options;
use crate::site::{More, Site, Verdict};
use crate::skip::Skip;

const ID: &str = "url-credentials";

pub(super) const DETECTOR: Detector = Detector::at(ID, Classes::SCHEME.or(Classes::PERCENT), examine);

/// Longest user and password that are seen.
const LONGEST: usize = 8 * 1024;
/// How far past a raw `/`, `?` or `#` in what can be no host a password is looked for.
const LONGEST_RAW: usize = 256;

/// Schemes in which a user without a password is a login name.
const LOGIN_SCHEMES: &[&str] = &[
    "ssh",
    "sftp",
    "scp",
    "git+ssh",
    "ssh+git",
    "svn+ssh",
    "bzr+ssh",
    "hg+ssh",
    "qemu+ssh",
    "rsync",
    "smb",
    "cifs",
    "nfs",
    "sip",
    "sips",
    "xmpp",
    "docker-image",
];

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Ok(Verdict::Pass { resume: site.at + 1 });
    let percent = site.text[site.at] == b'%';
    if percent && !site.ahead(site.at, 9)?.eq_ignore_ascii_case(b"%3a%2f%2f") {
        return pass;
    }
    let escaped = site.starts_with(site.at, b":\\/\\/")?;
    let after_scheme = site.at
        + if percent {
            9
        } else if escaped {
            5
        } else {
            3
        };
    let site = &Site { end: after_scheme, ..*site };
    let scheme_length = site
        .run_before(site.at, 32, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'));
    let scheme = &site.text[site.at - scheme_length..site.at];
    if scheme.is_empty() {
        return pass;
    }
    let Some(user_end) = user_end(site, percent)? else { return pass };
    let user = &site.text[site.end..user_end];
    // Where another rule has removed something, `@` may have come within reach that was not before.
    let encoded = user.windows(10).any(|ten| ten.eq_ignore_ascii_case(b"removed%3a"));
    if encoded || mark::find_mark(user).is_some() {
        return pass;
    }
    if !holds_secret(user, scheme, percent) {
        return Ok(Verdict::Pass { resume: user_end });
    }
    let mut mask = mark::removed_bare(ID);
    if percent {
        mask = mask.replace(':', "%3A");
    }
    let mask = mask.into_bytes();
    Ok(Verdict::Remove { id: ID, start: site.end, mask, skip: Skip::Exactly(user.len()) })
}

/// The index of the `@` that ends user and password.
fn user_end(site: &Site<'_>, percent: bool) -> Result<Option<usize>, More> {
    let start = site.end;
    let mut found = None;
    let mut index = start;
    let mut limit = start + LONGEST;
    let mut past_host = false;
    while index < limit {
        let Some(byte) = site.byte(index)? else { break };
        match byte {
            b'@' => found = Some(index),
            b'%' if percent => match percent_byte(site, index)? {
                Some(b'@') => found = Some(index),
                Some(b'/' | b'?' | b'#') => break,
                _ => {}
            },
            _ if ends_url(byte) => break,
            b'/' | b'?' | b'#' if found.is_some() => break,
            b'/' | b'?' | b'#' if !past_host => {
                if can_be_host(&site.text[start..index]) {
                    break;
                }
                past_host = true;
                limit = limit.min(index + LONGEST_RAW);
            }
            _ => {}
        }
        index += 1;
    }
    Ok(found)
}

fn percent_byte(site: &Site<'_>, index: usize) -> Result<Option<u8>, More> {
    let digits = [site.byte(index + 1)?, site.byte(index + 2)?];
    let value = |digit: Option<u8>| digit.and_then(|byte| char::from(byte).to_digit(16));
    Ok(value(digits[0]).zip(value(digits[1])).and_then(|(high, low)| u8::try_from(high * 16 + low).ok()))
}

/// Bytes that are in no URL, so that one ends before them wherever it stands.
fn ends_url(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | 0x7F)
}

/// True for `host` and `host:80`, false for `user:pass`: what stands before a raw `/` is no password then.
fn can_be_host(text: &[u8]) -> bool {
    let host_end = text.iter().rposition(|byte| *byte == b']').map_or(0, |end| end + 1);
    match text[host_end..].iter().position(|byte| *byte == b':') {
        Some(colon) => text[host_end + colon + 1..].iter().all(u8::is_ascii_digit),
        None => true,
    }
}

/// True when a part of `user[:password]` is worth hiding and not hidden already.
fn holds_secret(user: &[u8], scheme: &[u8], percent: bool) -> bool {
    let colon: &[u8] = if percent { b"%3A" } else { b":" };
    let split = user.windows(colon.len()).position(|window| window.eq_ignore_ascii_case(colon));
    let secret = match split {
        Some(at) => &user[at + colon.len()..],
        None if LOGIN_SCHEMES.iter().any(|login| scheme.eq_ignore_ascii_case(login.as_bytes())) => b"",
        None => user,
    };
    // `https://TOKEN:@host` and `https://TOKEN:x-oauth-basic@host` have their secret in the user's place.
    let lone_user = if split.is_some() && secret.is_empty() { &user[..split.unwrap_or(0)] } else { secret };
    !placeholder::hides_nothing(lone_user)
}

/// `http://user:pass@proxy:3128` → `http://removed:url-credentials@proxy:3128`. `None` when there is nothing to hide.
///
/// A proxy setting without a scheme is understood too: `user:pass@proxy:3128` → `removed:url-credentials@proxy:3128`.
#[must_use]
pub fn mask_url_credentials(url: &str) -> Option<String> {
    let colon = url.find("://");
    let (scheme, start) = colon.map_or(("http", 0), |colon| (&url[..colon], colon + 3));
    let options = Options::default();
    let site = Site::in_whole(url.as_bytes(), start, &options);
    let end = user_end(&site, false).ok().flatten()?;
    holds_secret(&url.as_bytes()[start..end], scheme.as_bytes(), false)
        .then(|| format!("{}{}{}", &url[..start], mark::removed_bare(ID), &url[end..]))
}
