//! The values of password-like keys, in the ways in which text writes keys and values. What the key says stands in the
//! mark: `password`, `token`, `api-key`.
//!
//! | form | example | the value ends at |
//! |---|---|---|
//! | at a line's start | `password = x y`, `export TOKEN=x`, `- password: x` | the line's end |
//! | at a quoted text's start | `["PASSWORD=x y"]` | the text's end |
//! | in running text | `… password=x, retry` | white space, `,`, `;`, `&` |
//! | quoted key | `"password": "x"`, `\"password\":\"x\"`, `'password': 'x'` | the closing quote |
//! | list | `"passwords": ["x", 1]`, up to 4 KiB | its `]` |
//! | quoted value | `password="x y"` | the closing quote |
//! | YAML block | `password: \|` | the first line that is not indented deeper |
//! | XML | `<password>x</password>` | the next tag |
//! | pair | `name="PASSWORD" value="x"`, `<key>token</key><string>x</string>` | as the value's own form |
//! | argument | `define('DB_PASSWORD', 'x')`, `["--password", "x"]` | the closing quote |
//! | option | `--password x` | white space |
//! | directive | `requirepass x`, `rcon_password x1` | the line's end |
//! | code | `setPassword("x")`, `password != "x"`, `PW \|\| 'x'` | the closing quote |

mod arguments;
mod code;
mod element;
mod exception;
pub(super) mod key_text;
mod list;
mod pairs;
pub(super) mod start;
mod suspicion;
pub(super) mod value;
mod without_separator;
mod words;

use crate::anchors::{Classes, key_end};
use crate::detector::Detector;
use crate::site::{More, Site, Verdict};
use key_text::KeyText;

/// The words at which keys are looked for. Other keys are found at their separator, by their last letters.
const WORDS: &[&str] = &[
    "pass",
    "pw",
    "psk",
    "pin",
    "secret",
    "token",
    "credential",
    "key",
    "community",
    "bindpw",
    "rootpw",
    "rootbindpw",
    "adminpw",
    "masterauth",
    "requirepass",
    "pgpassword",
    "sshpass",
    "dbpass",
    "userpass",
    "userpwd",
    "smtppass",
    "ftppass",
    "adminpass",
    "rootpass",
    "apikey",
    "privatekey",
    "accesskey",
    "authkey",
    "rocommunity",
    "rwcommunity",
    "trapcommunity",
    // Names that are judged by their values.
    "auth",
    "signature",
    "sig",
    "session",
    "phpsessid",
    "jsessionid",
    "sid",
    "nonce",
    "cnonce",
    "cookie",
    "hmac",
    "salt",
    "jwt",
    "schl\u{fc}ssel",
    "kodeord",
    "lozinka",
    "geslo",
    "parool",
    "sifre",
    "\u{15f}ifre",
    "\u{30d1}\u{30b9}\u{30ef}\u{30fc}\u{30c9}",
    "\u{be44}\u{bc00}\u{bc88}\u{d638}",
    "defcommunity",
    "cvv",
    "cvc",
    "otp",
    "pepper",
    // Other languages.
    "kennwort",
    "contrase",
    "parola",
    "senha",
    "has\u{142}o",
    "haslo",
    "salasana",
    "heslo",
    "l\u{f6}senord",
    "losenord",
    "wachtwoord",
    "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}",
    "\u{5bc6}\u{7801}",
    "adgangskode",
];

pub(super) const DETECTOR: Detector = Detector {
    name: "assignment",
    classes: Classes::WORD.or(Classes::ASSIGN),
    words: WORDS,
    asks_for_quotes: true,
    examine,
};

/// At a value that stands before its name.
pub(super) const VALUE: Detector = Detector {
    name: "value-before-name",
    classes: Classes::WORD,
    words: &["value"],
    asks_for_quotes: true,
    examine: pairs::value_before_name,
};

/// Most blanks between a key and its separator.
const MOST_BLANKS: usize = 256;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let at = match site.text[site.at] {
        b'=' | b':' | b'>' | b'*' => match key_end(site.text, site.at) {
            Some(end) => end,
            None => return Ok(Verdict::Pass { resume: site.at + 1 }),
        },
        _ => site.at,
    };
    let verdict = examine_key(&Site { at, end: at, ..*site })?;
    Ok(match verdict {
        Verdict::Pass { resume } => Verdict::Pass { resume: resume.max(site.at + 1) },
        found => found,
    })
}

fn examine_key(site: &Site<'_>) -> Result<Verdict, More> {
    let mut key = match KeyText::around(site)? {
        Ok(key) => key,
        Err(resume) => return Ok(Verdict::Pass { resume }),
    };
    let pass = Verdict::Pass { resume: key.end };
    let after = after_key(site, &key)?;
    let separator = Separator::at(site, after)?;
    if separator.is_none() {
        if let Some(found) = code::before(site, &key)? {
            return Ok(found);
        }
        if !key.may_go_without_separator(site)? {
            return Ok(pass);
        }
    }
    // A mark in front of a separator is no key.
    if site.text[..key.start].ends_with(b"removed:") {
        return Ok(pass);
    }
    let Some(secret) = key.classify(site) else { return Ok(code::comparison(site, &key)?.unwrap_or(pass)) };
    key.secret = secret;
    let verdict = match separator {
        Some(separator) => value::after_separator(site, &key, &separator)?,
        None => match pairs::examine(site, &key)? {
            None => without_separator::examine(site, &key)?,
            found => found,
        },
    };
    Ok(verdict.unwrap_or(pass))
}

/// The index after the key, its closing quote and bracket and the blanks that follow.
pub(super) fn after_key(site: &Site<'_>, key: &KeyText) -> Result<usize, More> {
    let mut after = key.closed_end;
    if site.byte(after)? == Some(b']') || is_member_in_braces(site, key)? {
        after += 1;
    } else if site.byte(after)? == Some(b'[') {
        // `char password[64] = "x"`
        let size = site.run(after + 1, 24, |byte| byte.is_ascii_alphanumeric() || byte == b'_')?;
        after += if site.byte(after + 1 + size)? == Some(b']') { size + 2 } else { 0 };
    } else if site.starts_with(after, b") = (")? {
        // `my ($user, $password) = ('me', 'x')`
        after += 1;
    } else if site.starts_with(after, b"%5D")? || site.starts_with(after, b"%5d")? {
        after += 3;
    }
    Ok(after + site.run(after, MOST_BLANKS, |byte| matches!(byte, b' ' | b'\t'))?)
}

/// Perl's `$ENV{PASSWORD} = 'x'` and `$h->{password} = "x"`.
fn is_member_in_braces(site: &Site<'_>, key: &KeyText) -> Result<bool, More> {
    let before = &site.text[..key.start];
    let opens = matches!(before, [.., byte, b'{'] if byte.is_ascii_alphanumeric() || *byte == b'>');
    if !opens || !site.starts_with(key.end, b"} = ")? {
        return Ok(false);
    }
    Ok(matches!(site.byte(key.end + 4)?, Some(b'"' | b'\'')))
}

/// What stands between key and value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Separator {
    /// `:`, `::` rather than a form of `=`.
    pub(super) colon: bool,
    /// Index after it.
    pub(super) end: usize,
}

impl Separator {
    /// `=`, `==`, `=>`, `:=`, `:`, and LDIF's `::`; but not the `::` of a path or the `:` of `scheme://`.
    pub(super) fn at(site: &Site<'_>, index: usize) -> Result<Option<Self>, More> {
        let first = site.byte(index)?;
        if !matches!(first, Some(b'=' | b':')) {
            return Ok(None);
        }
        let second = site.byte(index + 1)?;
        Ok(match (first, second) {
            (Some(b'='), Some(b'=' | b'>')) => {
                let third = usize::from(site.byte(index + 2)? == Some(b'='));
                Some(Self { colon: false, end: index + 2 + third })
            }
            (Some(b'='), Some(b'~')) => None,
            (Some(b'='), _) => Some(Self { colon: false, end: index + 1 }),
            (_, Some(b'=')) => Some(Self { colon: false, end: index + 2 }),
            (_, Some(b':')) => matches!(site.byte(index + 2)?, Some(b' ' | b'\t'))
                .then_some(Self { colon: true, end: index + 2 }),
            (_, Some(b'/')) if site.byte(index + 2)? == Some(b'/') => None,
            _ => Some(Self { colon: true, end: index + 1 }),
        })
    }
}
