//! Security identifiers of Windows that name a domain or machine: `S-1-5-21-…`. The well-known others stay.

use super::around::{found, is_marked, is_word, keep, pass, stands_at};
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at_words("sid", &["s-1-5-21-"], examine);

const PREFIX: &[u8] = b"S-1-5-21-";
const LONGEST: usize = 128;
/// Numbers that name the domain.
const DOMAIN: usize = 3;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    if !stands_at(site.ahead(site.at, PREFIX.len())?, 0, PREFIX) {
        return pass(site);
    }
    let text = site.ahead(site.at, LONGEST)?;
    let length = text[1..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count() + 1;
    let length = length - text[..length].iter().rev().take_while(|byte| **byte == b'-').count();
    let numbers = text.get(PREFIX.len()..length).unwrap_or_default();
    let end = site.at + length;
    if is_marked(site.text, end) {
        return keep(end + 1);
    }
    let joined = site.byte_before(site.at).is_some_and(is_word)
        || text.get(length).is_some_and(u8::is_ascii_alphanumeric);
    if joined || numbers.split(|byte| *byte == b'-').count() < DOMAIN {
        return pass(site);
    }
    found(Kind::Sid, site.at, end)
}
