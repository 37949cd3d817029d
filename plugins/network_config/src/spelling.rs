//! The spellings of addresses: finds those of the local network in a run of characters that addresses are made of.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::local::LocalNetwork;

/// An address of IPv6 has at most eight groups, and `::` makes two empty ones.
const MOST_GROUPS: usize = 10;

/// Whether addresses are made of it: hexadecimal digits, colons, dots.
pub(crate) fn in_run(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')
}

/// Where a run of such characters ends.
pub(crate) fn end_of(bytes: &[u8], start: usize, belongs: impl Fn(u8) -> bool) -> usize {
    bytes[start..].iter().position(|byte| !belongs(*byte)).map_or(bytes.len(), |length| start + length)
}

/// A run of characters that addresses are made of.
pub(crate) struct Place<'a> {
    pub(crate) network: &'a LocalNetwork,
    pub(crate) text: &'a str,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Place<'_> {
    /// The first part of the run that has to go.
    pub(crate) fn find(&self) -> Option<(usize, usize)> {
        let run = &self.text[self.start..self.end];
        if self.is_reverse_name(run) || self.is_hexadecimal(run) {
            return Some((self.start, self.start + run.trim_end_matches('.').len()));
        }
        if run.bytes().filter(|byte| *byte == b':').count() >= 2 {
            return self.find_with_colons(run);
        }
        self.find_with_dots(self.start, self.end)
    }

    fn after(&self, end: usize) -> &str {
        self.text.get(end..).unwrap_or_default()
    }

    /// `5.0.0.10.in-addr.arpa`, `8.e.f.ip6.arpa`: the parts are turned round, and the last may be missing.
    fn is_reverse_name(&self, run: &str) -> bool {
        let follows = |name: &str| {
            self.after(self.end).get(..name.len()).is_some_and(|text| text.eq_ignore_ascii_case(name))
        };
        let parts = || run.trim_matches('.').rsplit('.');
        if follows("in-addr.arpa") {
            let mut octets = [0; 4];
            let mut length = 0;
            for (octet, part) in octets.iter_mut().zip(parts()) {
                *octet = part.parse().unwrap_or(0);
                length += 8;
            }
            return self.network.meets(Ipv4Addr::from(octets).into(), length);
        }
        if follows("ip6.arpa") {
            let mut bits: u128 = 0;
            let mut length: u8 = 0;
            for part in parts().take(32) {
                if part.len() != 1 {
                    return false;
                }
                bits = bits << 4 | u128::from_str_radix(part, 16).unwrap_or(0) & 0xf;
                length += 4;
            }
            let bits = bits.checked_shl(128 - u32::from(length)).unwrap_or(0);
            return self.network.meets(Ipv6Addr::from(bits).into(), length);
        }
        false
    }

    /// `0xc0a80101`, as raw expressions of a firewall have it, without leading zeros.
    fn is_hexadecimal(&self, run: &str) -> bool {
        let before = &self.text.as_bytes()[..self.start];
        if !matches!(before, [.., b'0', b'x' | b'X']) {
            return false;
        }
        match run.len() {
            7 | 8 => u32::from_str_radix(run, 16)
                .is_ok_and(|bits| self.network.contains(Ipv4Addr::from(bits).into())),
            31 | 32 => u128::from_str_radix(run, 16)
                .is_ok_and(|bits| self.network.contains(Ipv6Addr::from(bits).into())),
            _ => false,
        }
    }

    fn find_with_colons(&self, run: &str) -> Option<(usize, usize)> {
        let (from, to) = trimmed(run);
        let whole = &run[from..to];
        let all = (self.start + from, self.start + to);
        // Eight pairs would do as IPv6 too, but nobody writes an address of it like that.
        if is_hardware(whole) {
            return is_particular(whole).then_some(all);
        }
        if let Ok(address) = whole.parse::<Ipv6Addr>() {
            return self.network.contains(address.into()).then_some(all);
        }
        self.find_among_groups(run)
    }

    /// The run is no address as a whole: an address with something before or after it.
    fn find_among_groups(&self, run: &str) -> Option<(usize, usize)> {
        let mut starts = vec![0];
        starts.extend(run.bytes().enumerate().filter(|(_, byte)| *byte == b':').map(|(at, _)| at + 1));
        let end_of_group = |group: usize| starts.get(group + 1).map_or(run.len(), |next| next - 1);
        for (group, &from) in starts.iter().enumerate() {
            let last = (group + MOST_GROUPS).min(starts.len() - 1);
            for to in (group + 1..=last).rev().map(end_of_group) {
                let part = run[from..to].trim_end_matches('.');
                let is_local =
                    part.parse::<Ipv6Addr>().is_ok_and(|address| self.network.contains(address.into()));
                if is_local || (is_hardware(part) && is_particular(part)) {
                    return Some((self.start + from, self.start + from + part.len()));
                }
            }
            let found = self.find_with_dots(self.start + from, self.start + end_of_group(group));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Runs of digits and dots within the bounds.
    fn find_with_dots(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        let belongs = |byte: u8| byte.is_ascii_digit() || byte == b'.';
        let mut at = start;
        while at < end {
            let to = end_of(&bytes[..end], at, belongs);
            if to == at {
                at += 1;
                continue;
            }
            let run = &self.text[at..to];
            if has_quad(self.network, run.split('.')) || self.is_part(run, to) {
                let kept = run.len() - run.trim_end_matches('.').len();
                let first = run.len() - run.trim_start_matches('.').len();
                return Some((at + first, to - kept.min(run.len() - first)));
            }
            at = to;
        }
        None
    }

    /// `192.168.`, `10.*`, `10/8`: the first part of an address, as lists of exceptions for proxies have it.
    fn is_part(&self, run: &str, end: usize) -> bool {
        let groups: Vec<&str> = run.trim_end_matches('.').split('.').collect();
        if groups.len() > 3 {
            return false;
        }
        let mut octets = [0; 4];
        for (octet, group) in octets.iter_mut().zip(&groups) {
            let Some(number) = number(group) else {
                return false;
            };
            *octet = number;
        }
        let after = self.after(end);
        let open =
            run.ends_with('.') && !after.starts_with(|next: char| next.is_alphanumeric() || next == '-');
        let digits: String =
            after.strip_prefix('/').unwrap_or("").chars().take_while(char::is_ascii_digit).collect();
        let sized = digits.parse::<u8>().is_ok_and(|length| (1..=32).contains(&length));
        let length = u8::try_from(groups.len() * 8).unwrap_or(32);
        (open || sized) && self.network.meets(Ipv4Addr::from(octets).into(), length)
    }
}

/// The run without a colon or dots of the sentence around it.
fn trimmed(run: &str) -> (usize, usize) {
    let mut to = run.trim_end_matches('.').len();
    if run[..to].ends_with(':') && !run[..to].ends_with("::") {
        to -= 1;
    }
    let from = usize::from(run.starts_with(':') && !run.starts_with("::"));
    (from.min(to), to)
}

/// One octet in decimal, leading zeros allowed.
fn number(group: &str) -> Option<u8> {
    let digits = group.len() <= 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    if digits { group.parse().ok() } else { None }
}

/// Whether four groups in a row are an address of the local network.
pub(crate) fn has_quad<'a>(network: &LocalNetwork, groups: impl Iterator<Item = &'a str>) -> bool {
    let mut last: [Option<u8>; 4] = [None; 4];
    for group in groups {
        last.rotate_left(1);
        last[3] = number(group);
        if let [Some(a), Some(b), Some(c), Some(d)] = last
            && network.contains(IpAddr::from([a, b, c, d]))
        {
            return true;
        }
    }
    false
}

/// Six, eight or twenty pairs of hexadecimal digits.
fn is_hardware(text: &str) -> bool {
    let pairs = text.split(':').filter(|part| part.len() == 2).count();
    matches!(pairs, 6 | 8 | 20) && text.len() == pairs * 3 - 1
}

/// The zero and the broadcast address are the same everywhere.
fn is_particular(hardware: &str) -> bool {
    !hardware.bytes().all(|byte| matches!(byte, b'0' | b':'))
        && !hardware.bytes().all(|byte| matches!(byte, b'f' | b'F' | b':'))
}
