//! Directives that are known by their value: `rcon_password x1`, `set rconpassword "x"`, `oper me { password "x"; };`, and
//! `PASS x` of a protocol.

use super::key_text::{KeyText, Quote};
use super::start::Start;
use super::value::{Mask, ends_line, judge, quoted};
use crate::key::Strength;
use crate::site::{JUDGED, More, Site, Verdict};
use crate::skip::Skip;

/// Shortest value of a directive with a name that means nothing else, and of `password` itself.
const SHORTEST: usize = 4;
const SHORTEST_OF_PLAIN_KEY: usize = 6;

/// What programs write before a line that was sent.
const SENT: &[&[u8]] = &[b"> ", b"C: "];

/// The value at `start`, behind a key and blanks.
pub(super) fn examine(site: &Site<'_>, key: &KeyText, start: usize) -> Result<Option<Verdict>, More> {
    if key.secret.strength == Strength::Weak || key.quote.is_some() || key.hyphens > 0 {
        return Ok(None);
    }
    if key.secret.id != "password" {
        return match Quote::at(site, start)? {
            Some(quote) if quote.backslashes == 0 && !site.in_quotes => {
                token_in_quotes(site, key, start, quote)
            }
            _ => Ok(None),
        };
    }
    let name = key.bytes(site);
    let at_start = matches!(Start::of(site, key), Start::Line { .. });
    if let Some(quote) = Quote::at(site, start)? {
        return in_quotes(site, key, start, quote, at_start);
    }
    // `password 51:b:01000000…` of a remote desktop.
    if site.starts_with(start, b"51:b:")? && at_start {
        return judge(site, key, start + 5, Skip::Line, Mask::Plain);
    }
    let length = site.run(start, JUDGED, |byte| byte.is_ascii_graphic() || byte >= 0x80)?;
    let value = &site.text[start..start + length];
    if !ends_line(site.byte(start + length)?) {
        return Ok(None);
    }
    let sent = name == b"PASS" && SENT.iter().any(|sent| site.text[..key.start].ends_with(sent));
    let plain = name.iter().all(u8::is_ascii_alphabetic);
    let least = if plain { SHORTEST_OF_PLAIN_KEY } else { SHORTEST };
    let digits = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    let code = value.iter().any(|byte| b"()[]{}<>=;,\"'`\\".contains(byte)) || value.contains(&b'/');
    let directive =
        at_start && !name.eq_ignore_ascii_case(b"pass") && value.len() >= least && digits && !code;
    // A list of users of HAProxy.
    if sent || directive || name == b"insecure-password" {
        return judge(site, key, start, Skip::Exactly(length), Mask::Plain);
    }
    Ok(None)
}

/// `set $token "x1"`, `(def api-key "x1")`: a text in quotes with letters and figures in it.
fn token_in_quotes(
    site: &Site<'_>,
    key: &KeyText,
    start: usize,
    quote: Quote,
) -> Result<Option<Verdict>, More> {
    let length = site.run(start + 1, JUDGED, |byte| byte > b' ' && byte != quote.byte)?;
    let value = &site.text[start + 1..start + 1 + length];
    let odd = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    let closed = site.byte(start + 1 + length)? == Some(quote.byte);
    if odd && closed && length >= 8 { quoted(site, key, start, quote) } else { Ok(None) }
}

/// `password "x"`: one word, followed by what ends a directive.
fn in_quotes(
    site: &Site<'_>,
    key: &KeyText,
    start: usize,
    quote: Quote,
    at_start: bool,
) -> Result<Option<Verdict>, More> {
    if quote.backslashes > 0 || site.in_quotes {
        return Ok(None);
    }
    let inside = start + 1;
    let length = site.run(inside, JUDGED, |byte| byte > b' ' && byte != quote.byte)?;
    let value = &site.text[inside..inside + length];
    let next = site.byte(inside + length + 1)?;
    let ends = ends_line(next) || matches!(next, Some(b';' | b' ' | b'}'));
    let letters = value.iter().all(u8::is_ascii_alphabetic);
    let label = letters && value.first().is_some_and(u8::is_ascii_uppercase);
    // A sentence about passing something, an escape of a language.
    let sentence = key.bytes(site).eq_ignore_ascii_case(b"pass") && !(at_start && ends_line(next));
    if sentence || value.starts_with(b"\\") {
        return Ok(None);
    }
    if length == 0
        || site.byte(inside + length)? != Some(quote.byte)
        || !ends
        || (letters && !at_start)
        || label
    {
        return Ok(None);
    }
    quoted(site, key, start, quote)
}
