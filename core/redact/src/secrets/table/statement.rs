//! Statements that name the columns of the rows behind them: `INSERT INTO users (id, login, password) VALUES …` and
//! PostgreSQL's `COPY users (id, login, password) FROM stdin;`.

use super::header::secret_id;
use super::{Grammar, Table, delimited};
use crate::detector::Detector;
use crate::site::{More, Site, Verdict};

pub(in crate::secrets) const DETECTOR: Detector =
    Detector::at_words("table-statement", &["insert", "replace", "copy"], examine);

/// Longest name of a table, list of its columns and gap.
const LONGEST_NAME: usize = 200;
const LONGEST_LIST: usize = 4096;
const LONGEST_GAP: usize = 64;

/// What the names of tables of accounts hold.
const ACCOUNTS: &[&[u8]] =
    &[b"user", b"account", b"member", b"customer", b"login", b"admin", b"auth", b"credential", b"passw"];

/// What the names of tables of settings hold, in which a value stands behind its name.
const SETTINGS: &[&[u8]] = &[b"option", b"setting", b"config", b"variable", b"preference", b"meta", b"param"];

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let length = site.run(site.at, 8, |byte| byte.is_ascii_alphabetic())?;
    let end = site.at + length;
    let pass = Verdict::Pass { resume: end };
    if site.byte(end)? != Some(b' ') {
        return Ok(pass);
    }
    let table = match site.text[site.at..end].to_ascii_lowercase().as_slice() {
        b"copy" => copied(site, end)?,
        b"insert" | b"replace" => inserted(site, end)?,
        _ => None,
    };
    Ok(table.map_or(pass, |table| Verdict::Table(Box::new(table))))
}

/// `COPY public.users (id, password) FROM stdin;`
fn copied(site: &Site<'_>, end: usize) -> Result<Option<Table>, More> {
    if !matches!(site.byte_before(site.at), None | Some(b'\n')) {
        return Ok(None);
    }
    let (_, name_end) = name(site, end + 1)?;
    let Some(Columns { ids, after, .. }) = Columns::at(site, name_end)? else { return Ok(None) };
    if !ids.iter().any(Option::is_some) || !site.starts_with(after, b" FROM stdin")? {
        return Ok(None);
    }
    let rest = site.run(after, LONGEST_NAME, |byte| byte != b'\n')?;
    let csv = memchr::memmem::find(&site.text[after..after + rest], b"CSV").is_some();
    let grammar =
        if csv { Grammar::Delimited { separator: b',', documented: false } } else { Grammar::Copied };
    Ok(Some(Table::new(grammar, ids, after + rest + 1)))
}

/// `INSERT INTO users (id, password) VALUES (…), (…);`
fn inserted(site: &Site<'_>, end: usize) -> Result<Option<Table>, More> {
    let mut index = end + 1;
    let mut named = false;
    for _ in 0..3 {
        let length = site.run(index, 12, |byte| byte.is_ascii_alphabetic())?;
        let word = site.text[index..index + length].to_ascii_lowercase();
        if !matches!(word.as_slice(), b"into" | b"ignore" | b"or" | b"replace" | b"delayed")
            || site.byte(index + length)? != Some(b' ')
        {
            break;
        }
        named = word == b"into";
        index += length + 1;
        if named {
            break;
        }
    }
    if !named && site.byte(index)? != Some(b'[') {
        return Ok(None);
    }
    let (name, name_end) = name(site, index)?;
    let name = name.to_ascii_lowercase();
    let accounts = ACCOUNTS.iter().any(|word| memchr::memmem::find(&name, word).is_some());
    let of_settings = SETTINGS.iter().any(|word| memchr::memmem::find(&name, word).is_some());
    let Columns { ids, settings, after } = Columns::at(site, name_end)?.unwrap_or(Columns {
        ids: Vec::new(),
        settings: of_settings,
        after: name_end,
    });
    if name.is_empty() || !(accounts || settings || ids.iter().any(Option::is_some)) {
        return Ok(None);
    }
    let values = after + gap(site, after)?;
    if !site.ahead(values, 6)?.eq_ignore_ascii_case(b"values") {
        return Ok(None);
    }
    Ok(Some(Table::new(Grammar::Tuples { accounts, settings }, ids, values + 6)))
}

fn gap(site: &Site<'_>, from: usize) -> Result<usize, More> {
    site.run(from, LONGEST_GAP, |byte| byte.is_ascii_whitespace())
}

/// The name of a table, and the index after it.
fn name<'a>(site: &Site<'a>, start: usize) -> Result<(&'a [u8], usize), More> {
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.$-`\"[]\\".contains(&byte) || byte >= 0x80;
    let length = site.run(start, LONGEST_NAME, in_name)?;
    Ok((&site.text[start..start + length], start + length))
}

/// The list of columns behind the name of a table.
struct Columns {
    ids: Vec<Option<&'static str>>,
    /// A column of values follows another, which may hold their names.
    settings: bool,
    /// Index after the list.
    after: usize,
}

impl Columns {
    fn at(site: &Site<'_>, from: usize) -> Result<Option<Self>, More> {
        let open = from + gap(site, from)?;
        if site.byte(open)? != Some(b'(') {
            return Ok(None);
        }
        let length = site.run(open + 1, LONGEST_LIST, |byte| !matches!(byte, b')' | b'(' | b';' | b'\''))?;
        let close = open + 1 + length;
        if site.byte(close)? != Some(b')') {
            return Ok(None);
        }
        let names = delimited::cells(&site.text[open + 1..close], b',');
        let names: Vec<&[u8]> = names.into_iter().map(unquoted).collect();
        let settings = names.iter().skip(1).any(|name| name.to_ascii_lowercase().ends_with(b"value"));
        let ids = names.iter().map(|name| secret_id(name, &names)).collect();
        Ok(Some(Self { ids, settings, after: close + 1 }))
    }
}

/// `[Password]`, `\"password\"`, `\`password\``
fn unquoted(name: &[u8]) -> &[u8] {
    let quote = |byte: &u8| b"[]`\"'\\".contains(byte);
    let start = name.iter().take_while(|byte| quote(byte)).count();
    let end = name.iter().rev().take_while(|byte| quote(byte)).count();
    name.get(start..name.len() - end.min(name.len() - start)).unwrap_or_default()
}
