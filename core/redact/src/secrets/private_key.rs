//! `private-key`: private keys and encrypted messages in PEM form. The BEGIN and END lines stay, so that a reader knows what was there.

use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::site::{More, Site, Verdict};
use crate::skip::{Pem, Skip, nesting};

pub(crate) const ID: &str = "private-key";

pub(super) const DETECTOR: Detector =
    Detector { name: ID, classes: Classes::WORD, words: &["begin"], asks_for_quotes: true, examine };

/// Longest label, `SSH2 ENCRYPTED PRIVATE KEY` being the longest of those in use.
const LONGEST_LABEL: usize = 64;
/// Longest run of line breaks and blanks between the BEGIN line and the body.
const LONGEST_BREAK: usize = 128;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(body) = begin_line(site, site.at)? else { return Ok(Verdict::Pass { resume: site.at + 1 }) };
    let line_break = line_break(site, body)?;
    let start = body + line_break.len();
    if let Some(end) = mark::end_of_mark(site.ahead(start, 80)?, 0) {
        return Ok(Verdict::Pass { resume: start + end });
    }
    if next_line_has_same_prefix(site, line_break)? {
        // One line of the block in each line of a log: see `key_part`.
        return Ok(Verdict::Pass { resume: start });
    }
    let around = text_around(site, line_break);
    let skip = Skip::Pem(Pem::new(line_break.to_vec(), around, site.in_quotes));
    match site.value(start, &skip)? {
        Some(([], resume)) => Ok(Verdict::Pass { resume }),
        _ => Ok(Verdict::Remove { id: ID, start, mask: mark::removed(ID).into_bytes(), skip }),
    }
}

/// Bytes that the line of the BEGIN line and the next one must have in common at their beginnings.
const SHORTEST_PREFIX: usize = 8;
const SAME_PREFIX: usize = 4;

/// True when both the BEGIN line and the line after it have something before them, as lines of a log have.
fn next_line_has_same_prefix(site: &Site<'_>, line_break: &[u8]) -> Result<bool, More> {
    let Some(next) = memchr::memchr(b'\n', line_break) else { return Ok(false) };
    let dashes = site.run_before(site.at, 16, |byte| matches!(byte, b'-' | b' '));
    let before = &site.text[site.at.saturating_sub(512)..site.at - dashes];
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let prefix = before[start..].trim_ascii_start();
    let body = site.at + begin_length(site)? + next + 1;
    let line = site.ahead(body, SHORTEST_PREFIX)?;
    let same = before[start..].iter().zip(line).take_while(|(a, b)| a == b).count();
    Ok(prefix.len() >= SHORTEST_PREFIX && same >= SAME_PREFIX)
}

/// Bytes of the BEGIN line from its word on.
fn begin_length(site: &Site<'_>) -> Result<usize, More> {
    Ok(begin_line(site, site.at)?.map_or(0, |end| end - site.at))
}

/// True when a private key starts at `index` with its dashes.
pub(super) fn starts_at(site: &Site<'_>, index: usize) -> Result<bool, More> {
    let dashes = site.run(index, 5, |byte| byte == b'-')?;
    let blank = usize::from(site.byte(index + dashes)? == Some(b' '));
    Ok(dashes >= 4 && begin_line(site, index + dashes + blank)?.is_some())
}

/// For `BEGIN …PRIVATE KEY…-----` at `index` with dashes before it: the index after the dashes at its end.
fn begin_line(site: &Site<'_>, index: usize) -> Result<Option<usize>, More> {
    let before = &site.text[..index];
    if !(before.ends_with(b"-----") || before.ends_with(b"---- ")) || !site.starts_with(index, b"BEGIN ")? {
        return Ok(None);
    }
    let label_start = index + b"BEGIN ".len();
    let in_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b' ';
    let label_length = site.run(label_start, LONGEST_LABEL, in_label)?;
    let label_end = label_start + label_length;
    let label = site.text[label_start..label_end].trim_ascii_end();
    let dashes = site.run(label_end, 5, |byte| byte == b'-')?;
    let private = [&b"PRIVATE KEY"[..], b"PRIVATE KEY BLOCK", b"PGP MESSAGE", b"Static key V1"];
    let private = private.iter().any(|end| label.ends_with(end));
    Ok((private && dashes >= 4).then_some(label_end + dashes))
}

/// The line break and indentation after the BEGIN line, escaped or not.
fn line_break<'a>(site: &Site<'a>, from: usize) -> Result<&'a [u8], More> {
    let mut end = from;
    while end < from + LONGEST_BREAK {
        let backslashes = site.run(end, 8, |byte| byte == b'\\')?;
        let letter = site.byte(end + backslashes)?;
        end += match (backslashes, letter) {
            (0, Some(b' ' | b'\t' | b'\r' | b'\n')) => 1,
            (1.., Some(b'n' | b'r' | b't')) => backslashes + 1,
            _ => break,
        };
    }
    Ok(&site.text[from..end])
}

/// The quoted text around the block: known from an escaped line break or from a quote right before the BEGIN line.
fn text_around(site: &Site<'_>, line_break: &[u8]) -> Option<(u8, u32)> {
    let escapes = line_break.iter().take_while(|byte| **byte == b'\\').count();
    if escapes > 0 {
        return Some((b'"', escapes.trailing_zeros()));
    }
    let dashes = site.run_before(site.at, 16, |byte| matches!(byte, b'-' | b' '));
    let quote_end = site.at - dashes;
    match site.byte_before(quote_end) {
        Some(quote @ (b'"' | b'\'')) => {
            let backslashes = site.run_before(quote_end - 1, 16, |byte| byte == b'\\');
            Some((quote, nesting(backslashes)))
        }
        _ => None,
    }
}
