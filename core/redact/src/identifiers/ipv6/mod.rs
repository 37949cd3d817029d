//! Addresses of IPv6: compressed, in full, with zone, prefix, port, an address of IPv4 inside; reversed in `ip6.arpa`.

use std::net::Ipv6Addr;

use candor_pseudonym::recognise;

use super::around::{NEAR, found, found_as, is_joined, is_marked, is_word, keep, pass, pass_to, window};
use super::ipv4::{Quad, prefix_length};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::policy::{Documentation, Options};
use crate::site::{Form, More, Site, Verdict};

pub(super) const COLONS: Detector = Detector::at("ipv6", Classes::COLON_HEX, colons);
pub(super) const BARE: Detector = Detector::at("ipv6-bare", Classes::LONG, bare);

/// Longest spelling without zone and prefix.
const LONGEST: usize = 45;

fn is_part(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte == b':'
}

/// `53:15` behind a colon, and then no more groups: a time.
fn is_time(text: &[u8], at: usize) -> bool {
    text.get(at + 3) == Some(&b':')
        && text.get(at + 6).is_some_and(|next| !is_part(*next))
        && [1, 2, 4, 5].iter().all(|offset| text[at + offset].is_ascii_digit())
}

fn colons(site: &Site<'_>) -> Result<Verdict, More> {
    if is_time(site.text, site.at) {
        return pass_to(site, site.at + 6);
    }
    let limit = LONGEST.min(site.at - site.floor.min(site.at));
    let mut start = site.at - site.run_before(site.at, limit, is_part);
    let text = window(site, site.at, NEAR)?;
    let end = end_of(text, site.at);
    let count = text[start..end].iter().filter(|byte| **byte == b':').count();
    let compressed = memchr::memmem::find(&text[start..end], b"::").is_some();
    if count < 2 || (!compressed && count < 7) || end - start > LONGEST + 6 {
        return pass_to(site, end);
    }
    // A key may have come along: `interface:2001:db8::1`, `addr:fe80::1`.
    for _ in 0..2 {
        if let Some((address, end)) = read(text, start, end).or_else(|| before_port(text, start, end)) {
            return judge(site, text, (start, end), address);
        }
        match text[start..end].iter().position(|byte| *byte == b':') {
            Some(colon) if start + colon < site.at => start += colon + 1,
            _ => break,
        }
    }
    pass_to(site, end)
}

/// Where the run of digits and colons ends, with an address of IPv4 as its last part.
fn end_of(text: &[u8], from: usize) -> usize {
    let mut end = from + text[from..].iter().take_while(|byte| is_part(**byte)).count();
    if text.get(end) == Some(&b'.') {
        let digits = text[..end].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        end = Quad::read(text, end - digits, b'.').map_or(end, |quad| quad.end);
    }
    let single = end >= 2 && text[end - 1] == b':' && text[end - 2] != b':';
    end - usize::from(single && end > from)
}

/// The address at `start..end` and its end, if it stands for itself.
fn read(text: &[u8], start: usize, end: usize) -> Option<(Ipv6Addr, usize)> {
    let joined_after = text.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if joined_after
        || is_joined(text, start)
        || start.checked_sub(1).is_some_and(|index| {
            text[index] == b'_' || (text[index] == b'.' && index > 0 && is_word(text[index - 1]))
        })
    {
        return None;
    }
    let address: Ipv6Addr = std::str::from_utf8(text.get(start..end)?).ok()?.parse().ok()?;
    is_plausible(&text[start..end], address).then_some((address, end))
}

/// Eight groups, and behind them a port without brackets.
fn before_port(text: &[u8], start: usize, end: usize) -> Option<(Ipv6Addr, usize)> {
    let colon = start + memchr::memrchr(b':', &text[start..end])?;
    let port = &text[colon + 1..end];
    let fits = !port.is_empty()
        && port.iter().all(u8::is_ascii_digit)
        && !text.get(end).is_some_and(u8::is_ascii_alphanumeric);
    let groups = text[start..colon].iter().filter(|byte| **byte == b':').count() == 7;
    let address = std::str::from_utf8(&text[start..colon]).ok().filter(|_| fits && groups)?.parse().ok()?;
    (!is_joined(text, start) && is_plausible(&text[start..colon], address)).then_some((address, colon))
}

/// Tells addresses from times, ratios, words of C++ and hexadecimal dumps.
fn is_plausible(spelled: &[u8], address: Ipv6Addr) -> bool {
    let groups = || spelled.split(|byte| *byte == b':').filter(|group| !group.is_empty());
    if groups().all(|group| group.len() <= 2) && address.segments()[0] > 0xff {
        return false;
    }
    let short = groups().all(|group| group.len() <= 2);
    let compressed = memchr::memmem::find(spelled, b"::").is_some();
    let digit = spelled.iter().any(u8::is_ascii_digit);
    match address.segments() {
        [0x2000..=0x3fff | 0xfc00..=0xfdff | 0xfe80..=0xfeff | 0xff00..=0xffff, ..] => digit,
        [0x64, 0xff9b, ..] | [0x100, 0, 0, 0, ..] => digit,
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] if compressed => {
            spelled.contains(&b'.') || matches!(address.to_bits(), 0 | 1)
        }
        _ => digit && !short && groups().count() >= 5,
    }
}

fn judge(
    site: &Site<'_>,
    text: &[u8],
    (start, end): (usize, usize),
    address: Ipv6Addr,
) -> Result<Verdict, More> {
    let spelled = &text[start..end];
    if recognise::is_ipv6_pseudonym(spelled) {
        return keep(end);
    }
    if is_marked(text, end) {
        return keep(end + 1);
    }
    if is_kept(address, site.options) {
        return keep(end);
    }
    found(Kind::Ipv6, start, end + prefix_length(text, end, 128))
}

/// Resolvers that everybody may use: Google, Cloudflare, Quad9, OpenDNS, AdGuard.
const RESOLVERS: &[Ipv6Addr] = &[
    Ipv6Addr::new(0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8888),
    Ipv6Addr::new(0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8844),
    Ipv6Addr::new(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111),
    Ipv6Addr::new(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1001),
    Ipv6Addr::new(0x2620, 0xfe, 0, 0, 0, 0, 0, 0xfe),
    Ipv6Addr::new(0x2620, 0xfe, 0, 0, 0, 0, 0, 9),
    Ipv6Addr::new(0x2620, 0x119, 0x35, 0, 0, 0, 0, 0x35),
    Ipv6Addr::new(0x2620, 0x119, 0x53, 0, 0, 0, 0, 0x53),
    Ipv6Addr::new(0x2a10, 0x50c0, 0, 0, 0, 0, 0xad1, 0xff),
    Ipv6Addr::new(0x2a10, 0x50c0, 0, 0, 0, 0, 0xad2, 0xff),
];

/// Unspecified, loopback, multicast, whole ranges of their kind, public resolvers; documentation ranges by option.
pub(super) fn is_kept(address: Ipv6Addr, options: &Options) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return super::ipv4::is_kept(inner.octets(), options);
    }
    match address.segments() {
        [0xff00..=0xffff, ..] => true,
        [0x2000 | 0xfc00 | 0xfd00 | 0xfe80 | 0x100, 0, 0, 0, 0, 0, 0, 0]
        | [0x64, 0xff9b, 0, 0, 0, 0, 0, 0] => true,
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => {
            options.documentation_addresses == Documentation::Keep
        }
        _ => matches!(address.to_bits(), 0 | 1) || RESOLVERS.contains(&address),
    }
}

/// A line of `/proc/net/if_inet6`: `fe80000000000000505400fffe123456 02 40 20 80 eth0`.
fn bare(site: &Site<'_>) -> Result<Verdict, More> {
    let starts_line = site.byte_before(site.at).is_none_or(|before| before == b'\n');
    if !starts_line || site.at < site.floor {
        return pass(site);
    }
    let text = site.ahead(site.at, NEAR)?;
    let Some((digits, rest)) = text.split_at_checked(32) else { return pass(site) };
    let column = |index: usize| {
        rest.get(index * 3..index * 3 + 3)
            .is_some_and(|column| column[0] == b' ' && column[1..].iter().all(u8::is_ascii_hexdigit))
    };
    let is_line = digits.iter().all(u8::is_ascii_hexdigit) && (0..4).all(column);
    let Some(address) = unspaced(digits).filter(|_| is_line) else { return pass(site) };
    if is_kept(address, site.options) {
        return keep(site.at + 32);
    }
    found(Kind::Ipv6, site.at, site.at + 32)
}

/// The address of 32 digits in a row.
pub(crate) fn unspaced(digits: &[u8]) -> Option<Ipv6Addr> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 32)?;
    u128::from_str_radix(digits, 16).ok().map(Ipv6Addr::from)
}

/// The verdict on the digits of a zone, which end at `end` before `.ip6.arpa`.
pub(super) fn zone(site: &Site<'_>, start: usize, end: usize) -> Result<Verdict, More> {
    match zone_address(&site.text[start..end]) {
        Some((address, _)) if is_kept(address, site.options) => pass_to(site, end),
        Some(_) => found_as(Kind::Ipv6, start, end, Form::Reversed),
        None => pass_to(site, end),
    }
}

/// The address that begins with the digits of a reverse zone, and their number.
pub(crate) fn zone_address(text: &[u8]) -> Option<(Ipv6Addr, usize)> {
    let mut value = 0_u128;
    let mut count = 0;
    for label in text.rsplit(|byte| *byte == b'.') {
        let [digit] = label else { return None };
        value = value << 4 | u128::from(char::from(*digit).to_digit(16)?);
        count += 1;
    }
    (1..=32).contains(&count).then(|| ((value << (128 - 4 * count).min(127)).into(), count))
}

/// The verdict on the first label of a name under `ipv6-literal.net`: `fe80--1s4`.
pub(super) fn literal(site: &Site<'_>, start: usize, end: usize) -> Result<Verdict, More> {
    let Some((address, length)) = dashed(&site.text[start..end]) else { return pass_to(site, end) };
    if is_kept(address, site.options)
        || recognise::is_ipv6_pseudonym(&with_colons(&site.text[start..start + length]))
    {
        return keep(end);
    }
    found_as(Kind::Ipv6, start, start + length, Form::Dashed)
}

/// The address that is written with dashes, and its length; a zone may follow behind `s`.
pub(crate) fn dashed(text: &[u8]) -> Option<(Ipv6Addr, usize)> {
    let length = text.iter().position(|byte| matches!(byte, b's' | b'S')).unwrap_or(text.len());
    let address = String::from_utf8(with_colons(&text[..length])).ok()?.parse().ok()?;
    Some((address, length))
}

fn with_colons(text: &[u8]) -> Vec<u8> {
    text.iter().map(|byte| if *byte == b'-' { b':' } else { *byte }).collect()
}
