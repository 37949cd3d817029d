//! `private-key`: a private key that stands line by line in the lines of a log, each with something before it.

use memchr::memmem;

use super::private_key::ID;
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::site::{More, Site, Verdict};
use crate::skip::Skip;

pub(super) const DETECTOR: Detector = Detector::at("key-part", Classes::LONG, examine);

/// Width of the lines of a body: OpenSSH has 70, PGP 64, some programs 76.
const WIDEST: usize = 80;
/// Narrowest line that may follow a BEGIN line. Later ones may be narrower.
const NARROWEST_FIRST: usize = 40;
const NARROWEST: usize = 16;
/// Line breaks between two parts: those of headers, and of what other programs wrote in between.
const MOST_LINES: usize = 5;
/// How far before a part the one before it is looked for.
const LONGEST_DISTANCE: usize = 900;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: site.at + 1 };
    if is_short(site)? {
        return Ok(pass);
    }
    let ahead = site.run(site.at, WIDEST + 1, is_base64)?;
    let mut start = site.at - site.run_before(site.at, WIDEST + 1, is_base64);
    // The letter of an escape such as `\n` is none of the key.
    if site.byte_before(start) == Some(b'\\') && matches!(site.text[start], b'n' | b'r' | b't') {
        start += 1;
    }
    let end = site.at + ahead;
    let resume = Verdict::Pass { resume: end };
    let next = site.byte(end)?;
    let alone = matches!(next, None | Some(b'\n' | b'\r' | b'"' | b'\'' | b'\\' | b' ' | b',' | 0 | b'<'));
    if !alone || end - start > WIDEST || end - start < NARROWEST || start < site.floor {
        return Ok(resume);
    }
    let near = site
        .after_key_part
        .is_some_and(|part| part <= start && follows(&site.text[part..start], end - start));
    if !near && (end - start < NARROWEST_FIRST || !follows_announcement(site, start, end - start)) {
        return Ok(pass);
    }
    let mask = mark::removed(ID).into_bytes();
    Ok(Verdict::Remove { id: ID, start, mask, skip: Skip::Exactly(end - start) })
}

/// True when this is no first line of a key, and no line of one is before: nearly always, and quickly.
fn is_short(site: &Site<'_>) -> Result<bool, More> {
    let joined = site.byte_before(site.at).is_some_and(is_base64);
    let near = site.after_key_part.is_some_and(|part| site.at <= part + LONGEST_DISTANCE + WIDEST);
    if joined || near {
        return Ok(false);
    }
    Ok(site.run(site.at, NARROWEST_FIRST, is_base64)? < NARROWEST_FIRST)
}

/// By byte, whether it is a character of Base64 or padding.
const CHARACTERS: [bool; 256] = {
    let mut characters = [false; 256];
    let mut byte = 0;
    while byte < characters.len() {
        let ascii = byte as u8;
        characters[byte] = ascii.is_ascii_alphanumeric() || matches!(ascii, b'+' | b'/' | b'=');
        byte += 1;
    }
    characters
};

fn is_base64(byte: u8) -> bool {
    CHARACTERS[usize::from(byte)]
}

/// True when nothing but the rest of a line and the beginning of another stands between two parts.
fn follows(between: &[u8], width: usize) -> bool {
    let lines = memchr::memchr_iter(b'\n', between).count();
    between.len() <= LONGEST_DISTANCE
        && (lines == 1 || (lines <= MOST_LINES && lines > 0 && width >= NARROWEST_FIRST))
        && memmem::find(between, b"-END ").is_none()
        && memmem::find(between, b"---- END ").is_none()
}

/// True when the BEGIN line is near.
fn follows_announcement(site: &Site<'_>, start: usize, width: usize) -> bool {
    let behind = &site.text[start.saturating_sub(LONGEST_DISTANCE)..start];
    let begin = memmem::rfind(behind, b"PRIVATE KEY-----")
        .filter(|at| memmem::find(&behind[at.saturating_sub(40)..*at], b"-BEGIN ").is_some());
    begin.is_some_and(|at| follows(&behind[at + 16..], width))
}
