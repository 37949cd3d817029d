//! The field of a log's line that names the host.

use super::name::{Name, judge};
use super::place::is_short_name;
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::identifiers::around::{NEAR, is_done, pass, window};
use crate::site::{More, Site, Verdict};

pub(crate) const SYSLOG: Detector = Detector::at_words(
    "host-syslog",
    &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    syslog,
);
pub(crate) const ISO: Detector = Detector::at("host-iso", Classes::DATE, iso);

/// Month, day and time: `a` is a letter, `9` a digit or blank.
const TIME: &[u8; 16] = b"aaa 99 99:99:99 ";

/// `Nov 22 12:53:15 web01 sshd[1]:`
fn syslog(site: &Site<'_>) -> Result<Verdict, More> {
    if !starts_record(site, site.at) {
        return pass(site);
    }
    let text = site.ahead(site.at, TIME.len())?;
    let fits = text.len() == TIME.len()
        && [3, 6, 9, 12, 15].iter().all(|index| text[*index] == TIME[*index])
        && text.iter().zip(TIME).all(|(byte, wanted)| match wanted {
            b'a' => byte.is_ascii_alphabetic(),
            b'9' => byte.is_ascii_digit() || *byte == b' ',
            _ => true,
        });
    if fits { field(site, site.at + TIME.len()) } else { pass(site) }
}

/// `2026-11-22T12:53:15.123456+01:00 web01 sshd[1]:` and, behind a priority, the same of RFC 5424.
fn iso(site: &Site<'_>) -> Result<Verdict, More> {
    let near = site.ahead(site.at, 20)?;
    let shaped = matches!(
        near,
        [
            b'0'..=b'9',
            b'0'..=b'9',
            b'0'..=b'9',
            b'0'..=b'9',
            b'-',
            _,
            _,
            b'-',
            _,
            _,
            b'T' | b' ',
            _,
            _,
            b':',
            ..
        ]
    );
    if !shaped || !starts_record(site, site.at) {
        return pass(site);
    }
    let text = window(site, site.at, NEAR)?;
    let time = text[site.at + 11..]
        .iter()
        .take(24)
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b',' | b'+' | b'-' | b'Z'))
        .count();
    let end = site.at + 11 + time;
    if time < 8 || text.get(end) != Some(&b' ') { pass(site) } else { field(site, end + 1) }
}

/// True at the start of a line, perhaps behind `<34>` or `<34>1 `.
fn starts_record(site: &Site<'_>, at: usize) -> bool {
    match at.checked_sub(1).map(|index| site.text[index]) {
        None | Some(b'\n') => true,
        Some(b'>') => true,
        Some(b' ') => site.text[..at].ends_with(b">1 "),
        _ => false,
    }
}

/// A name, and then a program with the end of its tag, or the fields of RFC 5424.
fn field(site: &Site<'_>, start: usize) -> Result<Verdict, More> {
    let name = Name::from(site, start)?;
    if name.start != start
        || is_done(site.text, start)
        || !is_short_name(name.text)
        || site.byte(name.end)? != Some(b' ')
    {
        return pass(site);
    }
    let rest = site.ahead(name.end + 1, NEAR)?;
    let tag =
        rest.iter().take_while(|byte| byte.is_ascii_graphic() && !matches!(byte, b':' | b'[' | b'=')).count();
    let program = tag > 0
        && match rest.get(tag) {
            Some(b':') => matches!(rest.get(tag + 1), None | Some(b' ' | b'\n')),
            Some(b'[') => rest.get(tag + 1).is_some_and(u8::is_ascii_digit),
            Some(b' ') => {
                rest.get(tag + 1).is_some_and(|next| next.is_ascii_digit() || *next == b'-')
                    && site.text[..site.at].ends_with(b">1 ")
            }
            _ => false,
        };
    if program { judge(site, &name) } else { pass(site) }
}
