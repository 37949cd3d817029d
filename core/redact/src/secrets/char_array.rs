//! `credential`: a text in quotes that is used as only a password is: `keyStore.load(stream, "x".toCharArray())`, and what is
//! sent to a prompt for one: `expect "assword:"; send "x\r"`.

use super::shape::letters_in_order;
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::site::{More, Site, Verdict};
use crate::skip::Skip;

const ID: &str = "password";

pub(super) const DETECTOR: Detector = Detector {
    name: "char-array",
    classes: Classes::WORD,
    words: &["tochararray", "sendline", "send \"", "send --"],
    asks_for_quotes: false,
    examine,
};

/// Longest password, and how far before one a word about passwords is looked for.
const LONGEST: usize = 128;
const LONGEST_DISTANCE: usize = 160;

/// What lines that make a password of a text say.
const WORDS: &[&[u8]] =
    &[b"key", b"pass", b"pwd", b"store", b"secret", b"pin", b"pbe", b"crypt", b"load(", b"cert"];

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: site.at + 1 };
    let length = site.run(site.at, 12, |byte| byte.is_ascii_alphabetic())?;
    let end = site.at + length;
    let found = match &site.text[site.at..end] {
        b"toCharArray" => characters(site, end)?,
        b"send" | b"sendline" => sent(site, end)?,
        _ => None,
    };
    Ok(found.unwrap_or(pass))
}

/// `"x".toCharArray()`, unless it is an alphabet or a sentence.
fn characters(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    let Some(closing) = site.text[..site.at].strip_suffix(b"\".").map(<[u8]>::len) else { return Ok(None) };
    if !site.starts_with(end, b"()")? {
        return Ok(None);
    }
    let length = site.run_before(closing, LONGEST, |byte| byte > b' ' && byte != b'"' && byte != b'\\');
    let start = closing - length;
    if site.byte_before(start) != Some(b'"') {
        return Ok(None);
    }
    let value = &site.text[start..closing];
    let line = line_before(site, start).to_ascii_lowercase();
    let told = WORDS.iter().any(|word| memchr::memmem::find(&line, word).is_some());
    let odd = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    Ok(if (told || odd) && !letters_in_order(value) { remove(site, start, length) } else { None })
}

/// `send "x\r"` and `child.sendline("x")` behind a prompt for a password.
fn sent(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    let gap = site.run(end, 5, |byte| matches!(byte, b' ' | b'-' | b'('))?;
    let quote = end + gap;
    let Some(byte @ (b'"' | b'\'')) = site.byte(quote)? else { return Ok(None) };
    let length = site.run(quote + 1, LONGEST, |next| next > b' ' && next != byte && next != b'\\')?;
    let behind = &site.text[site.at.saturating_sub(LONGEST_DISTANCE)..site.at];
    let prompt =
        memchr::memmem::rfind(behind, b"assword").or_else(|| memchr::memmem::rfind(behind, b"assphrase"));
    // Something else was sent to that prompt.
    let fresh = prompt.is_some_and(|at| memchr::memmem::find(&behind[at..], b"send").is_none());
    let ends = matches!(site.byte(quote + 1 + length)?, Some(b'\\' | b'"' | b'\''));
    let variable = site.byte(quote + 1)? == Some(b'$');
    Ok(if fresh && ends && length > 0 && !variable { remove(site, quote + 1, length) } else { None })
}

fn line_before<'a>(site: &Site<'a>, start: usize) -> &'a [u8] {
    let behind = &site.text[start.saturating_sub(LONGEST_DISTANCE)..start];
    &behind[behind.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)..]
}

fn remove(site: &Site<'_>, start: usize, length: usize) -> Option<Verdict> {
    let value = &site.text[start..start + length];
    if length == 0 || start < site.floor || hides_nothing(value) || mark::is_in(value) {
        return None;
    }
    Some(Verdict::Remove { id: ID, start, mask: mark::removed(ID).into_bytes(), skip: Skip::Exactly(length) })
}
