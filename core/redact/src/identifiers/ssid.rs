//! Names of wireless networks: `SSID: X`, `ssid="X"`, `ESSID:"X"`.

use std::sync::LazyLock;

use super::around::{found, is_done, is_one_of, line_start, pass, stands_at};
use super::labelled::{Keys, Opening, Value, is_line, is_token, key_length};
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at_words("ssid", &["ssid", "essid"], examine);
pub(super) const ASSOCIATED: Detector =
    Detector::at_words("ssid-associated", &["associated to "], associated);

pub(super) const CONNECTION: Detector =
    Detector::at_words("ssid-connection", &["wifi) connection", "general.connection", "set '"], connection);

/// What tools write where there is no name.
const NOTHING: &[&str] = &[
    "off/any",
    "off",
    "any",
    "none",
    "null",
    "hidden",
    "true",
    "false",
    "broadcast",
    "string",
    "<hidden>",
    "--",
];
/// Longest name: 32 bytes, each perhaps escaped.
const LONGEST: usize = 128;

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::new(&["ssid", "essid", "ssid name"]));

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(key) = key_length(site, &KEYS)? else { return pass(site) };
    let Some(opening) = Opening::read(site, site.at + key)? else { return pass(site) };
    let starts_line = line_start(site, site.at, 32)
        .is_some_and(|start| site.text[start..site.at].iter().all(|byte| matches!(byte, b' ' | b'\t')));
    if opening.separator.is_none() && !opening.is_quoted() && !starts_line {
        return pass(site);
    }
    let to_line_end = opening.separator != Some(b'=') || starts_line;
    match opening.value(site, if to_line_end { is_line } else { is_token })? {
        Some(value) => name(site, &value),
        None => pass(site),
    }
}

fn name(site: &Site<'_>, value: &Value<'_>) -> Result<Verdict, More> {
    let text = if value.opening.is_quoted() { value.text } else { bare_name(value.text) };
    let code =
        !value.opening.is_quoted() && value.text.iter().any(|byte| matches!(byte, b'(' | b')' | b'=' | b'$'));
    if !text.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
        || text.len() > LONGEST
        || code
        || is_one_of(text, NOTHING)
    {
        return pass(site);
    }
    found(Kind::Ssid, value.start, value.start + text.len())
}

/// What stands before two blanks; of what is longer than any name the first word.
fn bare_name(line: &[u8]) -> &[u8] {
    const LONGEST_NAME: usize = 32;
    let end = memchr::memmem::find(line, b"  ").unwrap_or(line.len());
    let name = line[..end].trim_ascii_end();
    if name.len() <= LONGEST_NAME {
        return name;
    }
    &name[..name.iter().position(|byte| *byte == b' ').unwrap_or(name.len())]
}

/// `associated to X BSSID …`
fn associated(site: &Site<'_>) -> Result<Verdict, More> {
    const WORDS: &[u8] = b"associated to ";
    let text = site.ahead(site.at, 96)?;
    if !stands_at(text, 0, WORDS) {
        return pass(site);
    }
    let rest = &text[WORDS.len()..];
    let Some(end) = memchr::memmem::find(rest, b" BSSID") else { return pass(site) };
    let named = end > 0 && rest[..end].iter().all(|byte| is_line(*byte)) && !is_done(rest, 0);
    let start = site.at + WORDS.len();
    if named { found(Kind::Ssid, start, start + end) } else { pass(site) }
}

/// `(wifi) connection 'X' has security`, `policy: set 'X' (wlan0) as default`, `GENERAL.CONNECTION: X` of NetworkManager,
/// which names a connection by its network.
fn connection(site: &Site<'_>) -> Result<Verdict, More> {
    const KEY: &[u8] = b"general.connection:";
    let text = site.ahead(site.at, 96)?;
    let (quoted, length) = if stands_at(text, 0, b"set '") && site.text[..site.at].ends_with(b"policy: ") {
        (true, 5)
    } else if stands_at(text, 0, b"wifi) connection '") {
        (true, b"wifi) connection '".len())
    } else if stands_at(text, 0, KEY) {
        (false, KEY.len() + text[KEY.len()..].iter().take_while(|byte| **byte == b' ').count())
    } else {
        return pass(site);
    };
    let rest = &text[length..];
    let Some(end) = rest.iter().position(|byte| *byte == if quoted { b'\'' } else { b'\n' }) else {
        return pass(site);
    };
    let value = rest[..end].trim_ascii_end();
    let named =
        value.iter().any(u8::is_ascii_alphanumeric) && !is_one_of(value, NOTHING) && !is_done(rest, 0);
    // Connections by cable have names that every machine gives.
    let cable = stands_at(value, 0, b"wired connection") || value == b"lo" || is_interface(value);
    let start = site.at + length;
    if named && !cable { found(Kind::Ssid, start, start + value.len()) } else { pass(site) }
}

/// `eth0`, `enp3s0`, `docker0`, `virbr0`: a short word in small letters that ends in a figure.
fn is_interface(value: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    value.len() <= 15 && value.iter().all(plain) && value.last().is_some_and(u8::is_ascii_digit)
}
