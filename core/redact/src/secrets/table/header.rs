//! Header lines: `name,url,username,password,note`, `"Title";"Login";"Password"`, `| user | password |`, `# client server secret`.

use super::{Grammar, Table, delimited, words};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::key::{Strength, classify};
use crate::mark;
use crate::site::{CONTEXT, More, Site, Verdict};

pub(in crate::secrets) const DETECTOR: Detector = Detector {
    name: "table-header",
    classes: Classes::WORD,
    words: &[
        "pass",
        "pw",
        "psk",
        "secret",
        "token",
        "key",
        "totp",
        "otp",
        "cvv",
        "cvc",
        "pin",
        "kennwort",
        "contrase",
        "senha",
        "parola",
        "haslo",
        "salasana",
        "heslo",
        "losenord",
        "wachtwoord",
        // Names that are one word, and whose last part is found by nobody else.
        "rolpassword",
        "userpass",
        "userpwd",
        "dbpass",
        "adminpass",
        "rootpass",
        "motdepasse",
        "apikey",
        "secretkey",
        "accesskey",
        "privatekey",
        "authentication_string",
    ],
    asks_for_quotes: false,
    examine,
};

/// Longest name of a column, and how many words it has at most.
const LONGEST_NAME: usize = 48;
const MOST_WORDS: usize = 5;
/// Most figures in a name.
const MOST_DIGITS: usize = 4;
/// Most columns of a table.
const MOST_COLUMNS: usize = 128;
/// Longest header line.
const LONGEST_HEADER: usize = 4096;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let name = site.run(site.at, LONGEST_NAME, |byte| {
        byte.is_ascii_alphanumeric() || b"_-".contains(&byte) || byte >= 0x80
    })?;
    let end = site.at + name;
    let pass = Verdict::Pass { resume: end };
    if !may_end_cell(site, end)? {
        return Ok(pass);
    }
    let Some(start) = line_start(site) else { return Ok(pass) };
    let length = site.run(site.at, LONGEST_HEADER, |byte| byte != b'\n')?;
    let line = &site.text[start..site.at + length];
    let next = site.at + length + 1;
    if site.byte(next - 1)? != Some(b'\n') {
        return Ok(pass);
    }
    Ok(match table(line, next) {
        Some(table) => Verdict::Table(Box::new(table)),
        None => Verdict::Pass { resume: next },
    })
}

/// True when what stands at `end`, behind the name, may end its cell.
fn may_end_cell(site: &Site<'_>, end: usize) -> Result<bool, More> {
    let quote = usize::from(matches!(site.byte(end)?, Some(b'"' | b'\'' | b')' | b']')));
    let blanks = site.run(end + quote, LONGEST_HEADER, |byte| byte == b' ')?;
    Ok(match site.byte(end + quote + blanks)? {
        None => false,
        Some(b',' | b';' | b'|' | b'\t' | b'\n' | b'\r') => true,
        // Words with blanks between them, in a comment.
        Some(_) => blanks > 0 && quote == 0 && starts_comment(site),
    })
}

fn starts_comment(site: &Site<'_>) -> bool {
    line_start(site).is_some_and(|start| site.text[start] == b'#')
}

/// The index at which the line starts, if that is near.
fn line_start(site: &Site<'_>) -> Option<usize> {
    let from = site.at.saturating_sub(CONTEXT);
    match memchr::memrchr(b'\n', &site.text[from..site.at]) {
        Some(end) => Some(from + end + 1),
        None if from == 0 && site.first => Some(0),
        None => None,
    }
}

/// The table of which `line` is the header, whose rows start at `next`.
fn table(line: &[u8], next: usize) -> Option<Table> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii_end();
    if let Some(comment) = line.strip_prefix(b"#")
        && let Some(columns) = words_of_comment(comment)
    {
        return Some(Table::new(Grammar::Words, columns, next));
    }
    let separator = [b'\t', b'|', b';', b','].into_iter().find(|separator| line.contains(separator))?;
    let columns = columns(line, separator)?;
    Some(Table::new(Grammar::Delimited { separator, documented: false }, columns, next))
}

/// The columns that a header names; `None` for a line that is no header, or names no secret.
fn columns(line: &[u8], separator: u8) -> Option<Vec<Option<&'static str>>> {
    let names: Vec<&[u8]> = delimited::cells(line, separator);
    if !(2..=MOST_COLUMNS).contains(&names.len()) {
        return None;
    }
    let last = names.len() - 1;
    // A frame, or the nameless index of the rows.
    let may_be_empty = |index: usize| match separator {
        b'|' => index == 0 || index == last,
        _ => index == 0 && last > 1,
    };
    let fits = |(index, name): (usize, &&[u8])| {
        if name.is_empty() { may_be_empty(index) } else { is_name(name, separator) }
    };
    if !names.iter().enumerate().all(fits) {
        return None;
    }
    let named = names.iter().filter(|name| !name.is_empty()).count();
    let spaced = separator == b',' && memchr::memmem::find(line, b", ").is_some();
    // `import user, password`: a sentence or code rather than a header.
    if named < 2 || (spaced && names.iter().any(|name| name.contains(&b' '))) {
        return None;
    }
    let columns: Vec<_> = names.iter().map(|name| secret_id(name, &names)).collect();
    columns.iter().any(Option::is_some).then_some(columns)
}

/// What the secret in the column `name` is called.
pub(super) fn secret_id(name: &[u8], names: &[&[u8]]) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let starts = |wanted: &[u8]| names.iter().any(|name| name.to_ascii_lowercase().starts_with(wanted));
    match lower.as_slice() {
        // Results of tests.
        b"pass" if starts(b"fail") || starts(b"skip") => None,
        b"totp" | b"otp" | b"otpauth" | b"login_totp" => Some("secret"),
        b"pin" | b"cvv" | b"cvc" => Some("pin"),
        b"authentication_string" => Some("password"),
        _ => classify(name).filter(|key| key.strength == Strength::Strong).map(|key| key.id),
    }
}

/// True for what names a column: a few words that begin with a letter, and few figures.
fn is_name(name: &[u8], separator: u8) -> bool {
    let in_name = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || b"_- ".contains(byte)
            || *byte >= 0x80
            || (b"./()#".contains(byte) && separator != b'|')
    };
    let first = name[0];
    name.len() <= LONGEST_NAME
        && (first.is_ascii_alphabetic() || first >= 0x80 || matches!(first, b'_' | b'#'))
        && name.iter().all(in_name)
        && !mark::is_in(name)
        && name.contains(&b'(') == name.contains(&b')')
        && name.iter().filter(|byte| byte.is_ascii_digit()).count() <= MOST_DIGITS
        && name.split(|byte| *byte == b' ').count() <= MOST_WORDS
}

/// `# client server secret IP addresses`: two that name somebody or something, and a secret.
fn words_of_comment(comment: &[u8]) -> Option<Vec<Option<&'static str>>> {
    let names: Vec<&[u8]> =
        words::words(comment).into_iter().map(|(start, end)| &comment[start..end]).collect();
    let known = |name: &&[u8]| {
        [&b"client"[..], b"server", b"user", b"username", b"login", b"host", b"name", b"account"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    let first_is_known = names.first().is_some_and(known);
    let columns: Vec<_> = names.iter().map(|name| secret_id(name, &names)).collect();
    let plain =
        names.iter().all(|name| name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'));
    let two = names.iter().filter(|name| known(name)).count() > 1;
    ((3..=6).contains(&names.len()) && plain && first_is_known && two && columns.iter().any(Option::is_some))
        .then_some(columns)
}
