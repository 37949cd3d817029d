//! Addresses as `/proc/net/tcp`, `udp`, `raw`, `tcp6` and `route` have them: hexadecimal, each four bytes as one number.
//!
//! The pseudonym is that of the same address elsewhere, in the same digits. Machines whose numbers begin with their
//! highest byte write other digits; candor runs on none of them.

use std::net::{Ipv4Addr, Ipv6Addr};

use candor_pseudonym::recognise;

use super::around::{found_as, line_start, pass};
use super::{ipv4, ipv6};
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{Form, More, Site, Verdict};

/// Zeros stand behind the addresses of each line: its queues, or that nothing was sent twice.
pub(super) const SOCKETS: Detector = Detector::at_words("kernel-sockets", &["00000000"], sockets);
/// The column of flags, which stands behind network and gateway, and two zeros.
pub(super) const ROUTES: Detector =
    Detector::at_words("kernel-routes", &["0001\t0\t0", "0003\t0\t0", "0005\t0\t0", "0007\t0\t0"], routes);

/// Before an address of IPv4 that is written as one of IPv6.
const MAPPED: &[u8] = b"0000000000000000FFFF0000";
/// Longest part of a line before its queues.
const LONGEST: usize = 112;

/// `   0: 0100007F:0277 00000000:0000 0A 00000000:00000000 …`
fn sockets(site: &Site<'_>) -> Result<Verdict, More> {
    let before = site.byte_before(site.at);
    if !matches!(before, Some(b' ' | b':')) || !matches!(site.byte(site.at + 8)?, Some(b' ' | b':')) {
        return pass(site);
    }
    let Some(start) = line_start(site, site.at, LONGEST) else { return pass(site) };
    let text = &site.text[..site.at];
    let run =
        |from: usize, wanted: fn(&u8) -> bool| text[from..].iter().take_while(|byte| wanted(byte)).count();
    let mut at = start + run(start, |byte| *byte == b' ');
    let digits = run(at, u8::is_ascii_digit);
    at += digits;
    if digits == 0 || !text[at..].starts_with(b": ") {
        return pass(site);
    }
    at += 1;
    for _ in 0..2 {
        at += 1;
        let length = run(at, u8::is_ascii_hexdigit);
        let end = at + length;
        let done = usize::from(recognise::is_marked(text, end));
        let port = text.get(end + done..end + done + 6);
        if !matches!(length, 8 | 32)
            || !port.is_some_and(|port| {
                port[0] == b':' && port[5] == b' ' && port[1..5].iter().all(u8::is_ascii_hexdigit)
            })
        {
            return pass(site);
        }
        if done == 0
            && at >= site.floor
            && let Some(verdict) = address(site, at, end)
        {
            return verdict;
        }
        at = end + done + 5;
    }
    pass(site)
}

/// `eth0 00000000 0100A8C0 0003 0 0 …`, with tabs between.
fn routes(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(start) = line_start(site, site.at, 40) else { return pass(site) };
    let text = &site.text[start..site.at];
    let mut at = start;
    for (index, column) in text.split(|byte| *byte == b'\t').enumerate() {
        let digits = column.strip_suffix(&[recognise::MARK]).unwrap_or(column);
        match index {
            1 | 2 if digits.len() != 8 || !digits.iter().all(u8::is_ascii_hexdigit) => return pass(site),
            1 | 2 if digits.len() == column.len() && at >= site.floor => {
                if let Some(verdict) = address(site, at, at + 8) {
                    return verdict;
                }
            }
            0..=2 => {}
            _ if column.is_empty() => {}
            _ => return pass(site),
        }
        at += column.len() + 1;
    }
    pass(site)
}

/// The verdict on the digits at `start..end`; `None` for an address that stays.
fn address(site: &Site<'_>, start: usize, end: usize) -> Option<Result<Verdict, More>> {
    let digits = &site.text[start..end];
    if let Some(digits) = digits.strip_prefix(MAPPED).or((digits.len() == 8).then_some(digits)) {
        let kept = ipv4::is_kept(read_ipv4(digits)?.octets(), site.options);
        return (!kept).then(|| found_as(Kind::Ipv4, end - 8, end, Form::Hexadecimal));
    }
    let kept = ipv6::is_kept(read_ipv6(digits)?, site.options);
    (!kept).then(|| found_as(Kind::Ipv6, start, end, Form::Hexadecimal))
}

fn number(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The address of eight digits.
pub(crate) fn read_ipv4(digits: &[u8]) -> Option<Ipv4Addr> {
    (digits.len() == 8).then_some(())?;
    Some(number(digits)?.to_le_bytes().into())
}

/// The address of four times eight digits.
pub(crate) fn read_ipv6(digits: &[u8]) -> Option<Ipv6Addr> {
    let mut octets = [0; 16];
    (digits.len() == 32).then_some(())?;
    for (octets, digits) in octets.chunks_exact_mut(4).zip(digits.chunks_exact(8)) {
        octets.copy_from_slice(&number(digits)?.to_le_bytes());
    }
    Some(octets.into())
}
