//! Hardware addresses: with colons, dashes, the dots of Cisco, bare behind a key, inside DUIDs and netfilter's `MAC=`.

use std::sync::LazyLock;

use super::around::{NEAR, found, is_joined, is_marked, is_word, keep, pass, pass_to, window};
use super::labelled::{Keys, Opening, key_length};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(super) const COLONS: Detector = Detector::at("mac", Classes::COLON_HEX, |site| grouped(site, b':'));
pub(super) const DASHES: Detector = Detector::at("mac-dashes", Classes::DASH_HEX, |site| grouped(site, b'-'));
pub(super) const DOTS: Detector = Detector::at("mac-dots", Classes::DOT_HEX, dots);
pub(super) const LABELLED: Detector = Detector::at_words(
    "mac-labelled",
    &[
        "mac=",
        "mac:",
        "mac ",
        "mac\"",
        "mac\\",
        "mac'",
        "mac>",
        "mac]",
        "mac_addr",
        "mac-addr",
        "macaddr",
        "hwaddr",
        "hw_addr",
        "hw-addr",
        "hw addr",
        "ether ",
        "ether=",
        "ether:",
        "ether\"",
        "lladdr",
        "bssid",
        "address=",
        "address:",
        "address ",
        "address\"",
        "address\\",
        "address>",
        "permaddr",
        "perm address",
        "chaddr",
        "physical address",
    ],
    labelled,
);
pub(super) const INTERFACE: Detector = Detector::at_words("mac-interface", &["enx", "wlx"], interface);

/// Digits of an address.
const DIGITS: usize = 12;
/// Most groups that are counted: fingerprints have 16 or more.
const MOST_GROUPS: usize = 21;
/// `aa:bb:cc:dd:ee:ff`
pub(crate) const LENGTH: usize = 17;

const KEYS: &[&str] = &[
    "mac",
    "mac address",
    "mac addr",
    "hwaddr",
    "hwaddress",
    "hw address",
    "ether",
    "lladdr",
    "bssid",
    "address",
    "permaddr",
    "perm address",
    "chaddr",
    "physical address",
];

static KEYS_BY_LETTER: LazyLock<Keys> = LazyLock::new(|| Keys::new(KEYS));

fn hex_pair(text: &[u8], at: usize) -> bool {
    text.get(at..at + 2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
}

/// Asked at each separator: the first one decides about all groups.
fn grouped(site: &Site<'_>, separator: u8) -> Result<Verdict, More> {
    let at = site.at;
    let Some(start) = at.checked_sub(2).filter(|start| *start >= site.floor) else { return pass(site) };
    let text = window(site, at, NEAR)?;
    if text.get(at + 3) != Some(&separator) || text.get(at + 6) != Some(&separator) || !hex_pair(text, start)
    {
        return pass(site);
    }
    let mut groups = 1;
    while groups < MOST_GROUPS
        && text.get(start + 3 * groups - 1) == Some(&separator)
        && hex_pair(text, start + 3 * groups)
    {
        groups += 1;
    }
    let end = start + 3 * groups - 1;
    if is_marked(text, end) {
        return keep(end + 1);
    }
    let continues = text.get(end).is_some_and(|next| {
        next.is_ascii_alphanumeric()
            || (*next == separator && text.get(end + 1).is_some_and(u8::is_ascii_hexdigit))
    });
    if continues
        || is_joined(text, start)
        || start.checked_sub(1).is_some_and(|index| text[index] == separator && joins_hex(text, index))
    {
        return pass_to(site, end);
    }
    let Some((offset, length)) = part(text, start, groups) else { return pass_to(site, end) };
    let (start, end) = (start + offset, start + offset + length);
    match octets(&text[start..end]) {
        Some(octets) if is_kept(&octets) => keep(end),
        Some(_) => found(Kind::Mac, start, end),
        None => pass_to(site, end),
    }
}

/// True when the separator at `index` stands behind another hexadecimal digit: the groups began earlier.
fn joins_hex(text: &[u8], index: usize) -> bool {
    index.checked_sub(1).is_some_and(|before| text[before].is_ascii_hexdigit())
        && index
            .checked_sub(2)
            .is_some_and(|before| text[before].is_ascii_hexdigit() || !is_word(text[before]))
}

/// Which of `groups` groups are the address, as offset and length.
fn part(text: &[u8], start: usize, groups: usize) -> Option<(usize, usize)> {
    let begins = |bytes: &[u8]| text[start..].starts_with(bytes);
    match groups {
        6 => Some((0, LENGTH)),
        8 => Some((0, 23)),
        7 if begins(b"01") || begins(b"00") => Some((3, LENGTH)),
        10 if begins(b"00:03:00:01") || begins(b"00-03-00-01") => Some((12, LENGTH)),
        14 if begins(b"00:01:00:01") || begins(b"00-01-00-01") => Some((24, LENGTH)),
        // Netfilter writes destination, source and type.
        14 if text[..start].ends_with(b"MAC=") => Some((0, 2 * LENGTH + 1)),
        _ => None,
    }
}

/// The octets of an address in any spelling; of two addresses, those of the second.
fn octets(text: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.iter().filter_map(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8).collect();
    if digits.len() < DIGITS {
        return None;
    }
    let digits = if digits.len() == 2 * DIGITS { &digits[DIGITS..] } else { &digits };
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// None, broadcast, and the groups of multicast that mean the same everywhere.
fn is_kept(octets: &[u8]) -> bool {
    octets.iter().all(|octet| *octet == 0)
        || octets.iter().all(|octet| *octet == 0xff)
        || octets.starts_with(&[0x01, 0x00, 0x5e])
        || octets.starts_with(&[0x33, 0x33])
        || octets.starts_with(&[0x01, 0x80, 0xc2])
        || octets.starts_with(&[0x01, 0x00, 0x0c, 0xcc])
}

/// `aabb.ccdd.eeff`
fn dots(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(start) = site.at.checked_sub(4).filter(|start| *start >= site.floor) else { return pass(site) };
    let text = window(site, site.at, NEAR)?;
    let end = start + 14;
    let Some(spelled) = text.get(start..end) else { return pass(site) };
    let shape = spelled
        .iter()
        .enumerate()
        .all(|(index, byte)| if index % 5 == 4 { *byte == b'.' } else { byte.is_ascii_hexdigit() });
    if !shape {
        return pass(site);
    }
    if is_marked(text, end) {
        return keep(end + 1);
    }
    let dotted = text.get(end) == Some(&b'.') && text.get(end + 1).is_some_and(u8::is_ascii_alphanumeric);
    let joined = is_joined(text, start) || start.checked_sub(1).is_some_and(|index| text[index] == b'.');
    let letters = spelled.iter().any(u8::is_ascii_alphabetic);
    if dotted || joined || !letters || text.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        return pass_to(site, end);
    }
    if octets(spelled).is_some_and(|octets| is_kept(&octets)) {
        keep(end)
    } else {
        found(Kind::Mac, start, end)
    }
}

/// `mac=aabbccddeeff`, `hwaddr aabbccddeeff`
fn labelled(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(key) = key_length(site, &KEYS_BY_LETTER)? else { return pass(site) };
    let Some(opening) = Opening::read(site, site.at + key)? else { return pass(site) };
    bare(site, opening.start)
}

/// Twelve digits in a row at `start`.
fn bare(site: &Site<'_>, start: usize) -> Result<Verdict, More> {
    let text = site.ahead(start, DIGITS + 1)?;
    let digits = text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    if digits != DIGITS
        || text.get(DIGITS).is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, b'~' | b'_'))
    {
        return pass(site);
    }
    match octets(&text[..DIGITS]) {
        Some(octets) if !is_kept(&octets) => found(Kind::Mac, start, start + DIGITS),
        _ => pass(site),
    }
}

/// `enxaabbccddeeff`: the name that systemd gives to an adapter of USB.
fn interface(site: &Site<'_>) -> Result<Verdict, More> {
    if !site.starts_with(site.at, b"enx")? && !site.starts_with(site.at, b"wlx")? {
        return pass(site);
    }
    bare(site, site.at + 3)
}
