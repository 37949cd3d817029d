//! `credential`: a user and a password side by side, without a key: `SetBasicAuth("me", "x")`, `auth = ("me", "x")`,
//! `rabbitmqctl add_user me x`. Both go, for what stands between is passed over.

use super::assignment::key_text::Quote;
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::site::{More, Site, Verdict};
use crate::skip::Skip;

const ID: &str = "credential";

pub(super) const DETECTOR: Detector = Detector {
    name: ID,
    classes: Classes::WORD,
    words: &[
        "basicauth",
        "basiccredentials",
        "auth",
        "login",
        "pdo",
        "add_user",
        "change_password",
        "authenticate_user",
    ],
    asks_for_quotes: true,
    examine,
};

/// Longest user or password.
const LONGEST: usize = 128;
/// Longest gap between brackets, commas and quotes.
const LONGEST_GAP: usize = 8;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: site.at + 1 };
    let length = site.run(site.at, 20, |byte| byte.is_ascii_alphabetic() || byte == b'_')?;
    let end = site.at + length;
    let word = &site.text[site.at..end];
    if word.contains(&b'_') {
        return rabbit(site, end).map(|found| found.unwrap_or(pass));
    }
    let mut index = end;
    if word.eq_ignore_ascii_case(b"auth") {
        index += site.run(index, LONGEST_GAP, |byte| matches!(byte, b' ' | b'=' | b':'))?;
    }
    let known = [&b"basicauth"[..], b"basiccredentials", b"auth", b"login", b"pdo"];
    if site.byte(index)? != Some(b'(') || !known.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        return Ok(pass);
    }
    Ok(call(site, index + 1)?.unwrap_or(pass))
}

/// `"me", "x")`, with one argument before it or none.
fn call(site: &Site<'_>, start: usize) -> Result<Option<Verdict>, More> {
    let mut arguments = Vec::new();
    let mut index = start;
    loop {
        let Some((from, to, after)) = argument(site, index)? else { return Ok(None) };
        arguments.push((from, to));
        let comma = after + site.run(after, LONGEST_GAP, |byte| byte == b' ')?;
        match site.byte(comma)? {
            Some(b',') if arguments.len() < 3 => {
                index = comma + 1 + site.run(comma + 1, LONGEST_GAP, |byte| byte == b' ')?;
            }
            Some(b')') => break,
            _ => return Ok(None),
        }
    }
    match arguments.as_slice() {
        [user, password] | [_, user, password] => Ok(remove(site, *user, *password)),
        _ => Ok(None),
    }
}

/// A text in quotes at `index`: where it starts and ends, and what is after its quote.
fn argument(site: &Site<'_>, index: usize) -> Result<Option<(usize, usize, usize)>, More> {
    let Some(quote) = Quote::at(site, index)? else { return Ok(None) };
    let start = index + quote.length();
    let length = site.run(start, LONGEST, |byte| byte >= b' ' && byte != quote.byte && byte != b'\\')?;
    let closing = Quote::at(site, start + length)?.filter(|closing| *closing == quote);
    Ok(closing.filter(|_| length > 0).map(|_| (start, start + length, start + length + quote.length())))
}

/// `rabbitmqctl add_user me x`
fn rabbit(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    if !site.text[..site.at].ends_with(b"rabbitmqctl ") {
        return Ok(None);
    }
    let graphic = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'\\' | b';' | b'|');
    let user = end + site.run(end, LONGEST_GAP, |byte| byte == b' ')?;
    let user_end = user + site.run(user, LONGEST, graphic)?;
    let password = user_end + site.run(user_end, LONGEST_GAP, |byte| byte == b' ')?;
    let password_end = password + site.run(password, LONGEST, graphic)?;
    if user_end == user || password == user_end || password_end == password {
        return Ok(None);
    }
    Ok(remove(site, (user, user_end), (password, password_end)))
}

fn remove(site: &Site<'_>, user: (usize, usize), password: (usize, usize)) -> Option<Verdict> {
    let value = &site.text[password.0..password.1];
    let name = &site.text[user.0..user.1];
    let prose = name.contains(&b' ') || name.ends_with(b":");
    if hides_nothing(value) || mark::is_in(value) || prose {
        return None;
    }
    let mark = mark::removed(ID);
    let mask = [mark.as_bytes(), &site.text[user.1..password.0], mark.as_bytes()].concat();
    Some(Verdict::Remove { id: ID, start: user.0, mask, skip: Skip::Exactly(password.1 - user.0) })
}
