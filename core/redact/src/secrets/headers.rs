//! `authorization`, `cookie`: what HTTP headers carry, wherever one is written: on a line of its own, in a map of JSON, in
//! an argument of `curl`. The scheme and the names of cookies stay.

use super::assignment::key_text::Quote;
use super::assignment::value::ends_line;
use super::shape::{Place, looks_random};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::site::{More, Site, Verdict};
use crate::skip::{Quoted, Skip, Text, Word};

const AUTHORIZATION: &str = "authorization";
const COOKIE: &str = "cookie";

pub(super) const DETECTOR: Detector = Detector {
    name: "headers",
    classes: Classes::WORD,
    words: &["authorization", "cookie", "bearer", "basic"],
    asks_for_quotes: true,
    examine,
};

/// Schemes with one token.
const ONE_TOKEN: &[&str] = &[
    "basic",
    "bearer",
    "negotiate",
    "ntlm",
    "token",
    "apikey",
    "api-key",
    "key",
    "jwt",
    "bot",
    "dpop",
    "splunk",
    "geniekey",
    "kerberos",
    "pveapitoken",
    "sso-key",
    "snowflake",
    "sharedaccesssignature",
    "sharedkey",
    "sharedkeylite",
    "aws",
];
/// Schemes with parameters.
const PARAMETERS: &[&str] = &[
    "digest",
    "aws4-hmac-sha256",
    "aws4-hmac-sha512",
    "oauth",
    "hawk",
    "hmac",
    "mac",
    "signature",
    "scram-sha-256",
    "scram-sha-1",
    "goog4-hmac-sha256",
    "mediabrowser",
];

/// Longest cookie header whose names stay.
const LONGEST_COOKIES: usize = 4096;
/// Longest gap between a header's name and its value.
const LONGEST_GAP: usize = 16;
/// Shortest token after a lone `Bearer`.
const SHORTEST_TOKEN: usize = 16;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: site.at + 1 };
    let word = site.run(site.at, 16, |byte| byte.is_ascii_alphabetic())?;
    let end = site.at + word;
    let found = match word {
        13 if is(site, end, "authorization") => authorization(site, end)?,
        6 if is(site, end, "cookie") => cookie(site, end)?,
        6 if is(site, end, "bearer") => bearer(site, end)?,
        5 if is(site, end, "basic") => basic(site, end)?,
        _ => None,
    };
    Ok(found.unwrap_or(pass))
}

fn is(site: &Site<'_>, end: usize, word: &str) -> bool {
    site.text[site.at..end].eq_ignore_ascii_case(word.as_bytes())
}

/// Where a header's value starts and what is around it.
struct Value {
    start: usize,
    /// The quote that opens right before it.
    own: Option<Quote>,
    /// The quote that opened before the header's name and holds both.
    around: Option<Quote>,
    /// A blank stands before it, as YAML has it.
    spaced: bool,
}

impl Value {
    /// The value behind a header's name that ends before `end`.
    fn after(site: &Site<'_>, end: usize) -> Result<Option<Self>, More> {
        let name =
            site.run_before(end, 40, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let before = name_quote(site, end - name);
        let closing = Quote::at(site, end)?.filter(|closing| before == Some(*closing));
        let mut index = end + closing.map_or(0, Quote::length);
        index += site.run(index, LONGEST_GAP, is_blank)?;
        let option = closing.is_none() && index > end && site.byte_before(end - name) == Some(b'-');
        match (site.byte(index)?, site.byte(index + 1)?) {
            (Some(b'='), Some(b'>')) => index += 2,
            (Some(b':'), Some(b':')) => return Ok(None),
            (Some(b':' | b'='), _) => index += 1,
            (Some(b','), _) if closing.is_some() => index += 1,
            // `proxy_set_header Authorization "Basic x";`
            _ if sets_header(&site.text[..end - name]) => {}
            _ if option => {}
            _ => return Ok(None),
        }
        let blanks = site.run(index, LONGEST_GAP, is_blank)?;
        index += blanks;
        if closing.is_some() && site.byte(index)? == Some(b'[') {
            index += 1 + site.run(index + 1, LONGEST_GAP, |byte| byte.is_ascii_whitespace())?;
        }
        let around = if closing.is_none() { before } else { None };
        let own = Quote::at(site, index)?.filter(|own| around.is_none_or(|around| around.byte != own.byte));
        let closes_text = own.is_some_and(|own| own.byte == b'"' && own.backslashes == 0)
            && site.in_quotes
            && closing.is_none();
        if closes_text {
            return Ok(None);
        }
        let start = index + own.map_or(0, Quote::length);
        Ok(Some(Self { start, own, around, spaced: blanks > 0 || option }))
    }

    /// How the whole of it ends.
    fn skip(&self, site: &Site<'_>) -> Skip {
        let inside = |quote: Quote| quote.byte == b'\'' && site.in_quotes;
        match (self.own, self.around) {
            (Some(own), _) => Skip::Quoted(Quoted::new(own.byte, own.nesting(), inside(own))),
            (None, Some(around)) => {
                Skip::Text(Text::new(around.byte, around.nesting(), true, inside(around)))
            }
            (None, None) if site.in_quotes => Skip::Text(Text::new(b'"', 0, true, false)),
            (None, None) => Skip::Line,
        }
    }

    fn is_bare(&self, site: &Site<'_>) -> bool {
        self.own.is_none() && self.around.is_none() && !site.in_quotes
    }
}

/// True behind a directive of nginx or Apache that sets a header.
fn sets_header(before: &[u8]) -> bool {
    [&b"set_header "[..], b"add_header ", b"Header set ", b"Header add ", b"header set "]
        .iter()
        .any(|directive| before.ends_with(directive))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn name_quote(site: &Site<'_>, start: usize) -> Option<Quote> {
    let byte = site.byte_before(start).filter(|byte| matches!(byte, b'"' | b'\''))?;
    Some(Quote { byte, backslashes: site.run_before(start - 1, 16, |byte| byte == b'\\') })
}

/// `Authorization: Bearer x`
fn authorization(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    let Some(value) = Value::after(site, end)? else { return Ok(None) };
    if ends_line(site.byte(value.start)?) {
        return Ok(None);
    }
    let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let scheme = site.run(value.start, 32, in_scheme)?;
    let gap = site.run(value.start + scheme, LONGEST_GAP, is_blank)?;
    let name = &site.text[value.start..value.start + scheme];
    let known = |list: &[&str]| gap > 0 && list.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(name));
    let start = value.start + scheme + gap;
    if known(PARAMETERS) {
        return remove(
            site,
            AUTHORIZATION,
            start,
            value.skip(site),
            |value| value.contains(&b'='),
            Mask::Inside,
        );
    }
    let word = Skip::Word(Word::new(site.in_quotes));
    if known(ONE_TOKEN) {
        return remove(site, AUTHORIZATION, start, word, |value| !is_prose(value), Mask::Inside);
    }
    let mask = if value.is_bare(site) && value.spaced { Mask::Whole } else { Mask::Inside };
    let skip = if value.own.is_some() { value.skip(site) } else { word };
    remove(site, AUTHORIZATION, value.start, skip, |value| value.len() >= 8 && !is_prose(value), mask)
}

/// Words such as `token` and `authentication`, where a message speaks of the header.
fn is_prose(value: &[u8]) -> bool {
    if value.eq_ignore_ascii_case(b"authorization") || value.eq_ignore_ascii_case(b"x-authorization") {
        return true;
    }
    value.len() < 24 && value.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-' || *byte == b'_')
        || value.first().is_some_and(|first| matches!(first, b'$' | b'{' | b'<' | b'%' | b'`'))
}

#[derive(Clone, Copy)]
enum Mask {
    /// After a scheme, which stays.
    Inside,
    /// In the place of a plain scalar of YAML.
    Whole,
}

fn remove(
    site: &Site<'_>,
    id: &'static str,
    start: usize,
    skip: Skip,
    counts: impl Fn(&[u8]) -> bool,
    mask: Mask,
) -> Result<Option<Verdict>, More> {
    if let Some(end) = site.mark_end(start)? {
        return Ok(Some(Verdict::Pass { resume: end }));
    }
    let mut flow = false;
    match site.value(start, &skip)? {
        Some((value, _)) if hides_nothing(value) || !counts(value) => return Ok(None),
        Some((_, resume)) => flow = matches!(site.byte(resume)?, Some(b',' | b'}' | b']')),
        None => {}
    }
    let mask = match mask {
        Mask::Whole => format!("\"{}\"", mark::removed(id)),
        Mask::Inside if flow && !site.in_quotes => mark::removed_bare(id),
        Mask::Inside => mark::removed(id),
    };
    Ok(Some(Verdict::Remove { id, start, mask: mask.into_bytes(), skip }))
}

/// `Bearer x` by itself.
fn bearer(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    lone(site, end, "bearer-token", |value| {
        value.len() >= SHORTEST_TOKEN && value.iter().any(u8::is_ascii_digit)
    })
}

/// `Basic dXNlcjpwYXNzd29yZA==` by itself.
fn basic(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    lone(site, end, AUTHORIZATION, is_basic)
}

fn lone(
    site: &Site<'_>,
    end: usize,
    id: &'static str,
    counts: impl Fn(&[u8]) -> bool,
) -> Result<Option<Verdict>, More> {
    let percent = site.starts_with(end, b"%20")?;
    let gap = if percent { 3 } else { site.run(end, LONGEST_GAP, is_blank)? };
    let start = end + gap;
    let in_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if gap == 0 || !site.byte(start)?.is_some_and(in_token) {
        return Ok(None);
    }
    let length = site.run(start, 4096, in_token)?;
    let value = &site.text[start..start + length];
    let mask = mark::removed(id).into_bytes();
    let secret = counts(value) && !hides_nothing(value);
    Ok(secret.then_some(Verdict::Remove { id, start, mask, skip: Skip::Exactly(length) }))
}

/// True for Base64 of `user:password`.
pub(super) fn is_basic(value: &[u8]) -> bool {
    let body = value.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    if body < 6 || value.len() - body > 2 {
        return false;
    }
    let mut bits = 0u32;
    let mut count = 0;
    let mut colon = false;
    for byte in &value[..body] {
        let sextet = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return false,
        };
        bits = (bits << 6 | u32::from(sextet)) & 0xFF_FFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            let decoded = (bits >> count & 0xFF) as u8;
            if decoded < b' ' || decoded == 0x7F {
                return false;
            }
            colon |= decoded == b':';
        }
    }
    colon
}

/// `Cookie: a=b; c=d`: the values go and the names stay.
fn cookie(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    let Some(value) = Value::after(site, end)? else { return Ok(None) };
    let assigned =
        site.text[end..value.start].contains(&b'=') && !site.text[end..value.start].contains(&b'>');
    if ends_line(site.byte(value.start)?) || (assigned && value.own.is_none()) {
        return Ok(None);
    }
    let set =
        site.text[..site.at].len() >= 4 && site.text[site.at - 4..site.at].eq_ignore_ascii_case(b"set-");
    let text = site.ahead(value.start, LONGEST_COOKIES)?;
    let mut skip = value.skip(site);
    let length = match skip.advance(text, 0, true) {
        crate::skip::Step::Ended { resume, .. } => resume,
        crate::skip::Step::Inside { upto } => upto,
    };
    if length == LONGEST_COOKIES {
        return remove(site, COOKIE, value.start, value.skip(site), |_| true, Mask::Inside);
    }
    let trailing = text[..length].iter().rev().take_while(|byte| **byte == b'\\').count();
    let text = &text[..length - trailing];
    if set { Ok(set_cookie(value.start, text)) } else { Ok(cookies(value.start, text)) }
}

/// The value of the first pair; its attributes stay.
fn set_cookie(start: usize, text: &[u8]) -> Option<Verdict> {
    let pair = text.split(|byte| *byte == b';').next()?;
    let from = pair.iter().position(|byte| *byte == b'=')? + 1;
    let value = pair[from..].trim_ascii_end();
    if hides_nothing(value) {
        return None;
    }
    let mask = mark::removed(COOKIE).into_bytes();
    Some(Verdict::Remove { id: COOKIE, start: start + from, mask, skip: Skip::Exactly(value.len()) })
}

fn cookies(start: usize, text: &[u8]) -> Option<Verdict> {
    let mut rewritten = Vec::with_capacity(text.len());
    for (index, pair) in text.split(|byte| *byte == b';').enumerate() {
        if index > 0 {
            rewritten.push(b';');
        }
        let from = pair.iter().position(|byte| *byte == b'=').map(|at| at + 1);
        let value = from.map_or(pair, |from| &pair[from..]);
        let lone = from.is_none() && !looks_random(value.trim_ascii(), Place::Anywhere);
        let name = &pair[..from.unwrap_or(0)];
        rewritten.extend_from_slice(name);
        if lone || mark::is_in(name) || hides_nothing(value) {
            rewritten.extend_from_slice(value);
        } else {
            rewritten.extend_from_slice(mark::removed(COOKIE).as_bytes());
        }
    }
    if rewritten == text {
        // What was passed over when the values were removed is passed over again.
        let done = format!("={}", mark::removed(COOKIE));
        let end = start + text.len();
        return memchr::memmem::find(text, done.as_bytes()).map(|_| Verdict::Keep { end });
    }
    Some(Verdict::Remove { id: COOKIE, start, mask: rewritten, skip: Skip::Exactly(text.len()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_known_by_what_they_decode_to() {
        assert!(is_basic(b"dXNlcjpwYXNzd29yZA=="));
        assert!(is_basic(b"YWRtaW46cw"));
        assert!(!is_basic(b"authentication"));
        assert!(!is_basic(b"dXNlcg=="));
        assert!(!is_basic(b"x"));
    }
}
