//! Names of people behind a key: `Full Name: Jane Doe`, `From: Jane Doe <…>`, the comment of an account.

use std::sync::LazyLock;

use super::around::{found, is_done, is_word, line_start, pass, window};
use super::labelled::{Keys, Opening, is_line, key_length};
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(super) const LABELLED: Detector = Detector::at_words(
    "person",
    &[
        "full name",
        "full_name",
        "full-name",
        "fullname",
        "real name",
        "real_name",
        "realname",
        "display name",
        "displayname",
        "display_name",
        "gecos",
        "given name",
        "givenname",
        "given_name",
        "surname",
        "registered owner",
        "cn: ",
        "sn: ",
    ],
    labelled,
);
pub(super) const ADDRESSED: Detector = Detector::at_words(
    "person-addressed",
    &[
        "from:",
        "to:",
        "cc:",
        "bcc:",
        "reply-to",
        "author:",
        "author ",
        "authored",
        "committer",
        "signed-off-by",
        "reviewed-by",
        "acked-by",
        "tested-by",
        "reported-by",
        "tagger ",
        "maintainer:",
        "sender:",
    ],
    addressed,
);
pub(super) const ACCOUNT: Detector = Detector::at_words("person-account", &["x:"], account);

const KEYS: &[&str] = &[
    "full name",
    "fullname",
    "real name",
    "realname",
    "display name",
    "gecos",
    "given name",
    "surname",
    "registered owner",
    "cn",
    "sn",
];

static KEYS_BY_LETTER: LazyLock<Keys> = LazyLock::new(|| Keys::new(KEYS));
const ADDRESS_KEYS: &[&str] = &[
    "from",
    "to",
    "cc",
    "bcc",
    "reply to",
    "author",
    "committer",
    "signed off by",
    "reviewed by",
    "acked by",
    "tested by",
    "reported by",
    "tagger",
    "maintainer",
    "sender",
];

static ADDRESS_KEYS_BY_LETTER: LazyLock<Keys> = LazyLock::new(|| Keys::new(ADDRESS_KEYS));

/// Longest name.
const LONGEST: usize = 64;
/// Accounts of people have numbers from here on; 65534 is nobody.
const FIRST_PERSON: u32 = 1000;
const NOBODY: u32 = 65_534;

/// Two to five words, the first with a capital; no digits.
fn is_name(text: &[u8]) -> bool {
    let words = || text.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let letter =
        |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80 || matches!(byte, b'\'' | b'-' | b'.');
    // `Doe, Jane`: as directories and address books sort them.
    let comma = text.iter().filter(|byte| **byte == b',').count();
    let sorted = comma == 1 && memchr::memmem::find(text, b", ").is_some();
    let letter = |byte: &u8| letter(byte) || sorted && *byte == b',';
    let capital = text.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80);
    capital
        && (2..=5).contains(&words().count())
        && text.len() <= LONGEST
        && words().all(|word| word.iter().all(letter))
}

fn labelled(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(key) = key_length(site, &KEYS_BY_LETTER)? else { return pass(site) };
    let Some(opening) = Opening::read(site, site.at + key)?.filter(|opening| opening.separator.is_some())
    else {
        return pass(site);
    };
    // `cn:` and `sn:` of LDIF; elsewhere such short words may be anything.
    let short = key == 2;
    if short && (line_start(site, site.at, 2) != Some(site.at) || opening.is_quoted()) {
        return pass(site);
    }
    let Some(value) = opening.value(site, is_name_line)? else { return pass(site) };
    let line = value.text.trim_ascii_end();
    let part = line.split(|byte| *byte == b',').next().unwrap_or_default();
    let text = if is_name(line) { line } else { part };
    let single = key_is(site, key, b"given") || key_is(site, key, b"surname") || key_is(site, key, b"sn");
    let one = single
        && text.first().is_some_and(u8::is_ascii_uppercase)
        && text.iter().all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    if is_name(text) || one { found(Kind::Person, value.start, value.start + text.len()) } else { pass(site) }
}

/// As [`is_line`], and the comma of `Doe, Jane`.
fn is_name_line(byte: u8) -> bool {
    is_line(byte) || byte == b','
}

fn key_is(site: &Site<'_>, key: usize, word: &[u8]) -> bool {
    super::around::stands_at(&site.text[..site.at + key], site.at, word)
}

/// `From: Jane Doe <jane@example.com>`, `Author: "Jane Doe" <…>`
fn addressed(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(key) = key_length(site, &ADDRESS_KEYS_BY_LETTER)? else { return pass(site) };
    let Some(opening) = Opening::read(site, site.at + key)? else { return pass(site) };
    let text = window(site, opening.start, LONGEST + 40)?;
    if is_done(text, opening.start) {
        return pass(site);
    }
    let rest = &text[opening.start.min(text.len())..];
    let Some(bracket) = rest.iter().take(LONGEST + 3).position(|byte| matches!(byte, b'<' | b'\n')) else {
        return pass(site);
    };
    let address =
        rest[bracket..].iter().take_while(|byte| **byte > b' ' && **byte != b'>').any(|byte| *byte == b'@');
    let name = rest[..bracket].trim_ascii_end();
    let name = name.strip_suffix(b"\"").or(name.strip_suffix(b"'")).unwrap_or(name);
    let name = name.strip_suffix(b"\\").unwrap_or(name);
    if address && is_name(name) {
        found(Kind::Person, opening.start, opening.start + name.len())
    } else {
        pass(site)
    }
}

/// `jane:x:1000:1000:Jane Doe,Room 7:/home/jane:/bin/sh`: asked at the `x`.
fn account(site: &Site<'_>) -> Result<Verdict, More> {
    let at = site.at;
    if site.byte_before(at) != Some(b':') || site.byte(at + 1)? != Some(b':') {
        return pass(site);
    }
    let Some(line) = line_start(site, at, 64) else { return pass(site) };
    let text = window(site, at, 192)?;
    let mut fields = text[at + 2..].split(|byte| matches!(byte, b':' | b'\n'));
    let (Some(user), Some(group), Some(comment)) = (fields.next(), fields.next(), fields.next()) else {
        return pass(site);
    };
    let number = |field: &[u8]| std::str::from_utf8(field).ok().and_then(|field| field.parse::<u32>().ok());
    let (Some(id), Some(_)) = (number(user), number(group)) else { return pass(site) };
    let person = (FIRST_PERSON..NOBODY).contains(&id);
    let name = &text[line..at - 1];
    if person
        && line >= site.floor
        && !name.is_empty()
        && name.len() <= 32
        && !is_done(text, line)
        && name.iter().all(|byte| is_word(*byte) || matches!(byte, b'.' | b'_' | b'-' | b'$'))
    {
        return found(Kind::User, line, at - 1);
    }
    let start = at + 2 + user.len() + 1 + group.len() + 1;
    let comment = comment.split(|byte| *byte == b',').next().unwrap_or_default();
    if person && is_name(comment) && !is_done(text, start) {
        found(Kind::Person, start, start + comment.len())
    } else {
        pass(site)
    }
}
