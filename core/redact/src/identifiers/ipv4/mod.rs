//! Addresses of IPv4: dotted, with a prefix or port, dashed in host names, reversed in `in-addr.arpa`.

mod kept;
mod version;
mod words;

use super::around::{NEAR, found, found_as, is_marked, is_word, keep, pass, pass_to, stands_at, window};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::policy::Options;
use crate::site::{Form, More, Site, Verdict};

pub(super) const DOTTED: Detector = Detector::at("ipv4", Classes::DOT_DIGIT, dotted);
pub(super) const DASHED: Detector = Detector::at("ipv4-dashed", Classes::DASH_HEX, dashed);

/// The zone under which addresses are found by their numbers in reverse.
pub(super) const REVERSE_ZONE: &[u8] = b".in-addr.arpa";

/// Four numbers in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quad {
    pub(crate) octets: [u8; 4],
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Quad {
    /// The four numbers at `start`, with `separator` between them.
    pub(crate) fn read(text: &[u8], start: usize, separator: u8) -> Option<Self> {
        let mut octets = [0; 4];
        let mut at = start;
        for (index, octet) in octets.iter_mut().enumerate() {
            if index > 0 {
                if text.get(at) != Some(&separator) {
                    return None;
                }
                at += 1;
            }
            let (number, length) = number(text, at)?;
            *octet = number;
            at += length;
        }
        (!text.get(at).is_some_and(u8::is_ascii_digit)).then_some(Self { octets, start, end: at })
    }
}

impl Quad {
    /// The same in a text whose first `bytes` are left out.
    fn moved_back(self, bytes: usize) -> Self {
        Self { start: self.start - bytes, end: self.end - bytes, ..self }
    }
}

/// The number up to 255 at `at` and its length. A leading zero only where all three digits are written.
fn number(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let rest = text.get(at..)?;
    let (mut value, mut digits) = (0, 0);
    while let Some(digit) = rest.get(digits).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        value = value * 10 + u32::from(digit);
        digits += 1;
        if digits > 3 {
            return None;
        }
    }
    if digits == 0 || (digits == 2 && rest[0] == b'0') {
        return None;
    }
    Some((u8::try_from(value).ok()?, digits))
}

/// Where the number begins that ends before `at`, when it has one to three digits and none of it is settled.
fn number_before(site: &Site<'_>, at: usize) -> Option<usize> {
    let digits = site.run_before(at, 4, |byte| byte.is_ascii_digit());
    let start = at.checked_sub(digits)?;
    ((1..=3).contains(&digits) && start >= site.floor).then_some(start)
}

fn dotted(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(start) = number_before(site, site.at) else { return pass(site) };
    let text = window(site, site.at, NEAR)?;
    let Some(quad) = Quad::read(text, start, b'.') else { return pass(site) };
    if is_marked(text, quad.end) {
        return keep(quad.end + 1);
    }
    if stands_at(text, quad.end, REVERSE_ZONE) {
        return reversed(site, quad);
    }
    let fifth = text.get(quad.end) == Some(&b'.') && text.get(quad.end + 1).is_some_and(u8::is_ascii_digit);
    let continues =
        start.checked_sub(2).is_some_and(|index| text[index].is_ascii_digit() && text[index + 1] == b'.');
    // The digits of an address in `ip6.arpa`.
    let nibble =
        matches!(text.get(quad.end..quad.end + 3), Some([b'.', digit, b'.']) if digit.is_ascii_hexdigit());
    if continues || nibble || (fifth && !version::is_captured(text, quad)) {
        let rest = text[quad.end..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        return pass_to(site, quad.end + rest);
    }
    if is_kept(quad.octets, site.options) {
        return keep(quad.end);
    }
    // What was removed in front of it says nothing about it.
    let from = site.floor.min(start);
    if version::is_version(&text[from..], quad.moved_back(from)) {
        return pass_to(site, quad.end);
    }
    found(Kind::Ipv4, start, quad.end + prefix_length(text, quad.end, 32))
}

/// The length of `/24` at `at`, with a number up to `most`.
pub(super) fn prefix_length(text: &[u8], at: usize, most: u32) -> usize {
    if text.get(at) != Some(&b'/') {
        return 0;
    }
    let digits = text[at + 1..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let number =
        text[at + 1..at + 1 + digits].iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    let after = text.get(at + 1 + digits);
    let follows = match after {
        Some(b'.') => text.get(at + 2 + digits).is_some_and(|byte| is_word(*byte)),
        Some(byte) => is_word(*byte) || matches!(byte, b'/' | b'-' | b'_'),
        None => false,
    };
    let canonical = digits == 1 || text.get(at + 1) != Some(&b'0');
    if (1..=3).contains(&digits) && number <= most && canonical && !follows { digits + 1 } else { 0 }
}

/// `66.0.168.192.in-addr.arpa`
fn reversed(site: &Site<'_>, quad: Quad) -> Result<Verdict, More> {
    let [d, c, b, a] = quad.octets;
    if is_kept([a, b, c, d], site.options) {
        return keep(quad.end);
    }
    found_as(Kind::Ipv4, quad.start, quad.end, Form::Reversed)
}

/// The verdict on the numbers of a zone, `168.192`, which end at `end` before `.in-addr.arpa`.
pub(super) fn zone(site: &Site<'_>, start: usize, end: usize) -> Result<Verdict, More> {
    let octets = zone_octets(&site.text[start..end]);
    match octets.as_deref() {
        Some([127 | 0 | 224..=239 | 255, ..]) | None => pass_to(site, end),
        Some(_) => found_as(Kind::Ipv4, start, end, Form::Reversed),
    }
}

/// The numbers of a reverse zone, in the order of an address.
pub(crate) fn zone_octets(text: &[u8]) -> Option<Vec<u8>> {
    let parts = text.split(|byte| *byte == b'.');
    let mut octets: Vec<u8> = parts
        .map(|part| number(part, 0).filter(|(_, length)| *length == part.len()).map(|(octet, _)| octet))
        .collect::<Option<_>>()?;
    octets.reverse();
    (1..=4).contains(&octets.len()).then_some(octets)
}

/// `ip-10-83-2-77`, `10-83-2-77.dynamic.example.net`
fn dashed(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(start) = number_before(site, site.at) else { return pass(site) };
    let text = window(site, site.at, NEAR)?;
    let Some(quad) = Quad::read(text, start, b'-') else { return pass(site) };
    if is_marked(text, quad.end) {
        return keep(quad.end + 1);
    }
    if !version::is_dashed_address(text, quad) {
        return pass(site);
    }
    if is_kept(quad.octets, site.options) {
        return keep(quad.end);
    }
    found_as(Kind::Ipv4, start, quad.end, Form::Dashed)
}

/// Addresses that tell nothing about anybody.
pub(super) fn is_kept(octets: [u8; 4], options: &Options) -> bool {
    kept::is_kept(octets, options)
}
