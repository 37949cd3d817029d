//! Serial numbers, asset and service tags, numbers of SIM cards and telephones, world wide names: behind their key.

use std::sync::LazyLock;

use super::around::{found_as, is_done, is_one_of, pass};
use super::labelled::{Keys, Opening, Value, is_token, key_length};
use super::word_set::WordSet;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{Form, More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at_words(
    "serial",
    &[
        "serial",
        "s/n",
        "sn:",
        "sn=",
        "sn\"",
        "service tag",
        "service_tag",
        "servicetag",
        "asset tag",
        "asset_tag",
        "assettag",
        "asset number",
        "imei",
        "imsi",
        "iccid",
        "meid",
        "wwn=",
        "wwn:",
        "wwn ",
        "wwn\"",
        "wwid",
        "wwpn",
        "wwnn",
        "iserial",
        "wwn device",
    ],
    examine,
);

const KEYS: &[&str] = &[
    "serial",
    "serial number",
    "serial no",
    "serial nr",
    "serial num",
    "serial short",
    "serialnr",
    "serial id",
    "s/n",
    "sn",
    "service tag",
    "asset tag",
    "asset number",
    "imei",
    "imsi",
    "iccid",
    "meid",
    "wwn",
    "wwid",
    "wwpn",
    "wwnn",
    "iserial",
    "wwn device identifier",
];

static KEYS_BY_LETTER: LazyLock<Keys> = LazyLock::new(|| Keys::new(KEYS));

/// What makers write who give no number.
static NOTHING: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(&[
        "none",
        "unknown",
        "n/a",
        "na",
        "null",
        "default",
        "empty",
        "invalid",
        "unset",
        "true",
        "false",
        "yes",
        "no",
        "0",
        "number",
        "chassis",
        "string",
        "system",
        "unspecified",
        "notspecified",
        "standard",
        "virtual",
        "vmware",
        "qemu",
        "str",
        "int",
        "integer",
    ])
});

/// Shortest value, except where the key says all.
const SHORTEST: usize = 4;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(key) = key_length(site, &KEYS_BY_LETTER)? else { return pass(site) };
    let Some(opening) = Opening::read(site, site.at + key)? else { return pass(site) };
    if let Some((start, end)) = in_columns(site, key, &opening)? {
        return found_as(Kind::Serial, start, end, Form::Usual);
    }
    // `SN 7` is a sentence, and `sn:` a surname in directories.
    let short = key == 2;
    if opening.separator.is_none() && !(site.text[site.at..].starts_with(b"S/N") || names_number(site, key)) {
        return pass(site);
    }
    let Some(value) = opening.value(site, is_token)? else { return pass(site) };
    if !is_serial(&value)
        || (short
            && site.text[site.at].is_ascii_lowercase()
            && !opening.is_quoted()
            && opening.separator != Some(b'='))
    {
        return pass(site);
    }
    found_as(Kind::Serial, value.start, value.end, value.form())
}

/// `iSerial  3 S5GXNX0R914772` of lsusb, where a number stands first.
fn in_columns(site: &Site<'_>, key: usize, opening: &Opening) -> Result<Option<(usize, usize)>, More> {
    let (start, key) = (opening.start, &site.text[site.at..site.at + key]);
    if !key.eq_ignore_ascii_case(b"iserial") || opening.separator.is_some() {
        return Ok(None);
    }
    let number = site.run(start, 3, |byte| byte.is_ascii_digit())?;
    let from = start + number + 1;
    if number == 0 || site.byte(from - 1)? != Some(b' ') {
        return Ok(None);
    }
    let length = site.run(from, 64, is_token)?;
    let value = &site.text[from..from + length];
    let digit = value.iter().any(u8::is_ascii_digit);
    Ok((length >= SHORTEST && digit && !is_done(site.text, from)).then_some((from, from + length)))
}

/// True when the key says that a number follows: `serial number X`, `service tag X`.
fn names_number(site: &Site<'_>, key: usize) -> bool {
    let key = &site.text[site.at..site.at + key];
    key.to_ascii_lowercase().ends_with(b"number") || key.eq_ignore_ascii_case(b"service tag")
}

fn is_serial(value: &Value<'_>) -> bool {
    let text = value.text;
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let same = text.iter().all(|byte| Some(byte) == text.first() || !byte.is_ascii_alphanumeric());
    let known = |byte: &u8| is_token(*byte) || *byte == b' ';
    let capitals =
        text.len() >= 6 && text.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let numbered = digits > 0 || (capitals && value.opening.separator.is_some());
    let shaped = text.len() >= SHORTEST && numbered && !same && text.iter().all(known);
    shaped && !NOTHING.contains(text) && !is_setting(text) && !has_shape_of_its_own(text)
}

/// `9600n8`, `8250/16550`, `115200`, `ttyS0`, and the date that a zone of DNS counts by.
fn is_setting(text: &[u8]) -> bool {
    const SPEEDS: &[&str] = &["9600", "19200", "38400", "57600", "115200", "230400", "460800", "921600"];
    let speed = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let date = text.len() == 10 && speed == 10 && (text.starts_with(b"19") || text.starts_with(b"20"));
    date || is_one_of(&text[..speed], SPEEDS) && text.len() - speed <= 3
        || text.starts_with(b"8250")
        || text.starts_with(b"16550")
        || text.starts_with(b"tty")
        || text.starts_with(b"/")
        || text.windows(2).any(|pair| pair == b"::" || pair == b"//")
}

/// UUIDs and addresses are found as what they are.
fn has_shape_of_its_own(text: &[u8]) -> bool {
    let hyphens = text.len() == 36 && [8, 13, 18, 23].iter().all(|index| text[*index] == b'-');
    let dotted = text.split(|byte| *byte == b'.').count() == 4
        && text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let groups = text.split(|byte| *byte == b':').count();
    // A certificate's number has many pairs of digits.
    let pairs = groups > 7 && text.split(|byte| *byte == b':').all(|group| group.len() == 2);
    hyphens || dotted || (groups > 1 && !pairs)
}
