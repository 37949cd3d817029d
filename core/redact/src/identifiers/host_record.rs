//! Names of hosts in the lines of tools: leases, Exim, schedulers, keys of SSH.

use super::around::{is_done, line_start, pass, stands_at, word_ending};
use super::host::{self, Name};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::site::{More, Site, Verdict};

pub(super) const BEFORE: Detector = Detector::at_words(
    "host-before",
    &["via ", "ipv4:", "ipv6:", "ssh-ed25519 ", "ssh-rsa ", "ecdsa-sha2", "ether "],
    before,
);
pub(super) const BEHIND: Detector =
    Detector::at_words("host-behind", &["h=", "successfully assigned", "client-hostname"], behind);

/// `64 bytes from laptop (10.0.0.7): icmp_seq=1`, ` 1  router (10.0.0.1)  0.4 ms`: the name before an address in brackets.
pub(super) const ADDRESSED: Detector = Detector::at("host-addressed", Classes::DOT_DIGIT, addressed);

fn addressed(site: &Site<'_>) -> Result<Verdict, More> {
    let digits = site.run_before(site.at, 3, |byte| byte.is_ascii_digit());
    let Some(open) = (site.at - digits).checked_sub(2).filter(|open| &site.text[*open..open + 2] == b" (")
    else {
        return pass(site);
    };
    let name = word_ending(site.text, open);
    let start = open - name.len();
    if name.is_empty() || name.contains(&b'.') || start < site.floor {
        return pass(site);
    }
    let Some(line) = line_start(site, start, 120) else { return pass(site) };
    let before = site.text[line..start].trim_ascii();
    let hop = !before.is_empty() && before.len() < 4 && before.iter().all(u8::is_ascii_digit);
    let told = [&b"bytes from"[..], b"PING", b"scan report for", b"traceroute to"]
        .iter()
        .any(|lead| before.ends_with(lead));
    if hop || told { name_at(site, start, open) } else { pass(site) }
}

/// `DHCPACK on 10.0.0.7 to a4:… (laptop) via eth1`, `nas ssh-ed25519 AAAA…`
fn before(site: &Site<'_>) -> Result<Verdict, More> {
    let (text, at) = (site.text, site.at);
    if stands_at(site.ahead(at, 4)?, 0, b"via ") {
        let Some(end) = text[..at].strip_suffix(b") ").map(<[u8]>::len) else { return pass(site) };
        let name = word_ending(text, end);
        let opened = text[..end - name.len()].ends_with(b" (");
        return if opened { name_at(site, end - name.len(), end) } else { pass(site) };
    }
    if let Some(end) = text[..at].strip_suffix(b" (").map(<[u8]>::len) {
        // `smbd: laptop (ipv4:10.0.0.7:51882) connect to service …`
        let name = word_ending(text, end);
        let told = text[..end - name.len()].ends_with(b" ")
            && memchr::memmem::find(site.ahead(at, 72)?, b") connect to ").is_some();
        return if told { name_at(site, end - name.len(), end) } else { pass(site) };
    }
    let Some(end) = at.checked_sub(1).filter(|end| text[*end] == b' ') else { return pass(site) };
    // `laptop    ether   52:54:00:… C  eth0` of `arp`.
    if stands_at(site.ahead(at, 6)?, 0, b"ether ") {
        let Some(line) = line_start(site, at, 80) else { return pass(site) };
        let name = text[line..at].trim_ascii_end();
        let alone =
            !name.is_empty() && at - line - name.len() > 2 && !name.iter().any(u8::is_ascii_whitespace);
        return if alone { name_at(site, line, line + name.len()) } else { pass(site) };
    }
    let Some(line) = line_start(site, at, 80) else { return pass(site) };
    // In a log the key stands behind other words.
    if text[line..end].contains(&b' ') {
        return pass(site);
    }
    let key = memchr::memmem::find(site.ahead(at, 40)?, b" AAAA").is_some();
    let bracket = usize::from(text[line] == b'[');
    let length =
        text[line + bracket..end].iter().take_while(|byte| !matches!(byte, b',' | b']' | b' ')).count();
    if key { name_at(site, line + bracket, line + bracket + length) } else { pass(site) }
}

/// `H=laptop [10.0.0.7]` of Exim, `Successfully assigned default/web-1 to worker-3`, `client-hostname "laptop";`
fn behind(site: &Site<'_>) -> Result<Verdict, More> {
    let text = site.ahead(site.at, 128)?;
    if stands_at(text, 0, b"h=") {
        let open = usize::from(text.get(2) == Some(&b'('));
        let end = Name::from(site, site.at + 2 + open)?.end;
        let closing: &[u8] = if open == 1 { b") [" } else { b" [" };
        return if site.starts_with(end, closing)? {
            name_at(site, site.at + 2 + open, end)
        } else {
            pass(site)
        };
    }
    if stands_at(text, 0, b"client-hostname \"") {
        let start = site.at + b"client-hostname \"".len();
        return name_at(site, start, Name::from(site, start)?.end);
    }
    let line = &text[..memchr::memchr(b'\n', text).unwrap_or(text.len())];
    let pod = line.starts_with(b"Successfully assigned ");
    let Some(to) = memchr::memmem::find(line, b" to ").filter(|_| pod) else { return pass(site) };
    let start = site.at + to + 4;
    name_at(site, start, Name::from(site, start)?.end)
}

/// The verdict on the name at `start..end`.
fn name_at(site: &Site<'_>, start: usize, end: usize) -> Result<Verdict, More> {
    let name = Name::from(site, start)?;
    let fits = name.start == start && name.end == end && host::is_short_name(name.text);
    if !fits || is_done(site.text, start) || start < site.floor {
        return pass(site);
    }
    host::judge(site, &name)
}
