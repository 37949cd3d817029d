//! `.netrc`: `machine host login me password x`, on one line or several, in any order.

use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::site::{More, Site, Verdict};
use crate::skip::{Skip, Word};

pub(super) const DETECTOR: Detector = Detector {
    name: "netrc",
    classes: Classes::WORD,
    words: &["password", "account"],
    asks_for_quotes: true,
    examine,
};

const ID: &str = "password";
/// Bytes and words before the password within which the machine is named.
const LONGEST_ENTRY: usize = 400;
const MOST_WORDS: usize = 10;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: site.at + 1 };
    let length = site.run(site.at, 9, |byte| byte.is_ascii_lowercase())?;
    let end = site.at + length;
    let keyword = matches!(&site.text[site.at..end], b"password" | b"account");
    if !keyword || !site.byte(end)?.is_some_and(|byte| byte.is_ascii_whitespace()) || !follows_machine(site) {
        return Ok(pass);
    }
    let start = end + site.run(end, 64, |byte| byte.is_ascii_whitespace())?;
    let skip = Skip::Word(Word::new(site.in_quotes));
    if let Some(resume) = site.mark_end(start)? {
        return Ok(Verdict::Pass { resume });
    }
    Ok(match site.value(start, &skip)? {
        Some((value, _)) if hides_nothing(value) || mark::is_in(value) => pass,
        _ => Verdict::Remove { id: ID, start, mask: mark::removed(ID).into_bytes(), skip },
    })
}

/// True when the words before are pairs of a keyword and its value, back to `machine` or `default`.
fn follows_machine<'a>(site: &Site<'a>) -> bool {
    let behind = &site.text[site.at.saturating_sub(LONGEST_ENTRY)..site.at];
    if !behind.last().is_some_and(u8::is_ascii_whitespace) {
        return false;
    }
    let unquoted = |word: &'a [u8]| {
        word.iter().position(|byte| !matches!(byte, b'"' | b'\'')).map_or(word, |at| &word[at..])
    };
    let mut words = behind.rsplit(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).take(MOST_WORDS);
    while let Some(value) = words.next() {
        match words.next() {
            // `default login me password x` starts its line.
            _ if unquoted(value) == b"default" => {
                let at = memchr::memmem::rfind(behind, value).unwrap_or(0);
                return at == 0 || behind[at - 1] == b'\n';
            }
            Some(word) if unquoted(word) == b"machine" => return true,
            Some(b"login" | b"account" | b"port" | b"password" | b"user") => {}
            _ => return false,
        }
    }
    false
}
