//! `password-value`: the values of password-like keys, in the ways in which text writes keys and values.
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
//! | option | `--password x` | white space |
//! | directive | `requirepass x` | the line's end |

mod exception;
mod key_text;
mod list;
mod start;
mod value;
mod without_separator;

use super::Rule;
use crate::site::{More, Site, Verdict};
use key_text::KeyText;

/// Every word that names a secret contains one of these; a test keeps it so.
pub(super) const NEEDLES: &[&str] = &[
    "pass",
    "pwd",
    "psk",
    "secret",
    "token",
    "credential",
    "key",
    "community",
    "ndpw",
    "otpw",
    "minpw",
    "masterauth",
];

pub(super) const RULE: Rule = Rule { id: "password-value", needles: NEEDLES, examine };

/// Most blanks between a key and its separator.
const MOST_BLANKS: usize = 256;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let key = match KeyText::around(site)? {
        Ok(key) => key,
        Err(resume) => return Ok(Verdict::Pass { resume }),
    };
    let pass = Verdict::Pass { resume: key.end };
    let after = after_key(site, &key)?;
    let separator = Separator::at(site, after)?;
    let verdict = match separator {
        Some(separator) if key.is_secret(site) => value::after_separator(site, &key, &separator)?,
        None if key.may_go_without_separator(site)? && key.is_secret(site) => {
            without_separator::examine(site, &key)?
        }
        _ => None,
    };
    Ok(verdict.unwrap_or(pass))
}

/// The index after the key, its closing quote and bracket and the blanks that follow.
fn after_key(site: &Site<'_>, key: &KeyText) -> Result<usize, More> {
    let mut after = key.closed_end;
    if site.byte(after)? == Some(b']') {
        after += 1;
    } else if site.starts_with(after, b"%5D")? || site.starts_with(after, b"%5d")? {
        after += 3;
    }
    Ok(after + site.run(after, MOST_BLANKS, |byte| matches!(byte, b' ' | b'\t'))?)
}

/// What stands between key and value.
#[derive(Debug, Clone, Copy)]
struct Separator {
    /// `:`, `::` rather than a form of `=`.
    colon: bool,
    /// Index after it.
    end: usize,
}

impl Separator {
    /// `=`, `==`, `=>`, `:=`, `:`, and LDIF's `::`; but not the `::` of a path or the `:` of `scheme://`.
    fn at(site: &Site<'_>, index: usize) -> Result<Option<Self>, More> {
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
