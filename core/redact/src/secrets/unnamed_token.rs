//! Tokens whose shape says what they are, though nothing they begin with is known: a rule has no place to be tried at.

use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::site::{More, Site, Verdict};
use crate::skip::Skip;

/// Source: Asana developer documentation, personal access tokens.
pub(super) const ASANA: Detector = Detector::at("asana-token", Classes::LONG_NUMBER, asana);
/// Source: Microsoft identity platform, application and service principal credentials.
pub(super) const AZURE: Detector = Detector::at("azure-client-secret", Classes::LONG, azure);

fn remove(site: &Site<'_>, id: &'static str, start: usize, end: usize) -> Verdict {
    let mask = mark::in_place(site.text, start, end, id);
    Verdict::Remove { id, start, mask, skip: Skip::Exactly(end - start) }
}

/// `1/7642286277610380:93f9…`, `2/9662602295196143/4092735288298249:0111…`: asked at the first number.
fn asana(site: &Site<'_>) -> Result<Verdict, More> {
    const SECRET: usize = 32;
    let pass = Ok(Verdict::Pass { resume: site.at + 1 });
    let Some(start) = site.at.checked_sub(2).filter(|start| *start >= site.floor) else { return pass };
    let opened = matches!(&site.text[start..site.at], b"1/" | b"2/");
    if !opened || site.byte_before(start).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'/') {
        return pass;
    }
    let digits = |from: usize| site.run(from, 21, |byte| byte.is_ascii_digit());
    let mut end = site.at + digits(site.at)?;
    if site.byte(end)? == Some(b'/') {
        end += 1 + digits(end + 1)?;
    }
    if site.byte(end)? != Some(b':') {
        return pass;
    }
    let secret = site.run(end + 1, SECRET + 1, |byte| byte.is_ascii_alphanumeric())?;
    let hexadecimal = site.run(end + 1, SECRET, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))?;
    if secret == SECRET && hexadecimal == SECRET {
        return Ok(remove(site, "asana-token", start, end + 1 + SECRET));
    }
    pass
}

/// `3KT8Q~lb24…`: three characters, a digit and `Q~`, and 31 to 34 more; asked behind the `~`.
fn azure(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Ok(Verdict::Pass { resume: site.at + 1 });
    if site.byte_before(site.at) != Some(b'~') {
        return pass;
    }
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'~' | b'.' | b'-');
    let Some(start) = site.at.checked_sub(6).filter(|start| *start >= site.floor) else { return pass };
    let begins = matches!(&site.text[start..site.at], [a, b, c, b'0'..=b'9', b'Q', b'~'] if [a, b, c].iter().all(|byte| part(**byte)));
    if !begins || site.byte_before(start).is_some_and(part) {
        return pass;
    }
    let length = site.run(site.at, 35, part)?;
    let full_stop = usize::from(length == 35 && site.text[site.at + 34] == b'.');
    let length = length - full_stop;
    if (31..=34).contains(&length) {
        return Ok(remove(site, "azure-client-secret", start, site.at + length));
    }
    pass
}
