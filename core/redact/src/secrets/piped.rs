//! Passwords that a shell pipes into a program: `echo x | sudo -S`, `echo 'me:x' | chpasswd`, and those of SQL:
//! `IDENTIFIED BY 'x'`.

use super::assignment::key_text::Quote;
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::site::{More, Site, Verdict};
use crate::skip::{Quoted, Skip};

const ID: &str = "password";

pub(super) const DETECTOR: Detector = Detector {
    name: "piped",
    classes: Classes::WORD,
    words: &[
        "sudo",
        "chpasswd",
        "passwd",
        "identified",
        "docker",
        "podman",
        "helm",
        "smbpasswd",
        "cryptsetup",
        "kinit",
        "gh auth",
    ],
    asks_for_quotes: true,
    examine,
};

/// How far before the program `echo` is looked for.
const LONGEST: usize = 200;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: site.at + 1 };
    let length = site.run(site.at, 11, |byte| byte.is_ascii_alphabetic())?;
    let end = site.at + length;
    let found = match &site.text[site.at..end] {
        b"sudo" if is_piped_into(site) && site.starts_with(end, b" -S")? => piped(site, false),
        b"chpasswd" if is_piped_into(site) || site.text[..site.at].ends_with(b"sudo ") => piped(site, true),
        b"passwd" if is_piped_into(site) && site.starts_with(end, b" --stdin")? => piped(site, false),
        b"sudo" if site.starts_with(end, b" -S <<<")? => return here(site, end + 4),
        b"kinit" if !is_piped_into(site) => {
            let rest = site.run(end, LONGEST, |byte| byte >= b' ' && !b"<|;".contains(&byte))?;
            return here(site, end + rest);
        }
        b"docker" | b"podman" | b"helm" | b"smbpasswd" | b"cryptsetup" | b"kinit" | b"gh"
            if is_piped_into(site) =>
        {
            let rest = site.run(end, LONGEST, |byte| byte >= b' ' && !b"|;&".contains(&byte))?;
            let command = &site.text[end..end + rest];
            let takes = matches!(&site.text[site.at..end], b"smbpasswd" | b"cryptsetup" | b"kinit")
                || [&b"-stdin"[..], b"--with-token"]
                    .iter()
                    .any(|option| memchr::memmem::find(command, option).is_some());
            if takes { piped(site, false) } else { None }
        }
        b"IDENTIFIED" | b"identified" => return identified(site, end),
        _ => None,
    };
    Ok(found.unwrap_or(pass))
}

/// `<<< "x"` behind a program that asks for a password.
fn here(site: &Site<'_>, from: usize) -> Result<Verdict, More> {
    let pass = Ok(Verdict::Pass { resume: site.at + 1 });
    let from = from + site.run(from, 4, |byte| byte == b' ')?;
    if !site.starts_with(from, b"<<<")? {
        return pass;
    }
    let start = from + 3 + site.run(from + 3, 4, |byte| byte == b' ')?;
    let quote = Quote::at(site, start)?.filter(|quote| quote.backslashes == 0 && !site.in_quotes);
    let inside = start + quote.map_or(0, Quote::length);
    let length = site.run(inside, LONGEST, |byte| match quote {
        Some(quote) => byte >= b' ' && byte != quote.byte,
        None => byte > b' ' && !b"\"'|;&<>)".contains(&byte),
    })?;
    let value = &site.text[inside..inside + length];
    if length == 0 || hides_nothing(value) || mark::is_in(value) || value.starts_with(b"$") {
        return pass;
    }
    let mask = mark::removed(ID).into_bytes();
    Ok(Verdict::Remove { id: ID, start: inside, mask, skip: Skip::Exactly(length) })
}

fn is_piped_into(site: &Site<'_>) -> bool {
    let before = &site.text[..site.at];
    before.ends_with(b"| ") || before.ends_with(b"|")
}

/// The last word of what `echo` writes before the pipe; behind its colon when `after_user`.
fn piped(site: &Site<'_>, after_user: bool) -> Option<Verdict> {
    let behind = site.behind(site.at, LONGEST);
    let line = &behind[behind.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)..];
    let bar = line.iter().rposition(|byte| *byte == b'|')?;
    let command = line[..bar].trim_ascii_end();
    let echo = ["echo ", "printf "]
        .iter()
        .filter_map(|word| memchr::memmem::rfind(command, word.as_bytes()).map(|at| at + word.len()))
        .max()?;
    let mut text = command[echo..].trim_ascii_start();
    while let Some(option) =
        ["-n ", "-e ", "-ne ", "-en "].iter().find_map(|option| text.strip_prefix(option.as_bytes()))
    {
        text = option.trim_ascii_start();
    }
    let quotes = text.iter().take_while(|byte| matches!(byte, b'"' | b'\'' | b'\\')).count();
    let closing = text[quotes..].iter().rev().take_while(|byte| matches!(byte, b'"' | b'\'' | b'\\')).count();
    let value = &text[quotes..text.len() - if quotes == 0 { 0 } else { closing.min(quotes) }];
    // The line break of `printf`.
    let line_break = if value.ends_with(b"\\n") { 2 } else { 0 };
    let value = &value[..value.len() - line_break];
    let value = if after_user { &value[value.iter().position(|byte| *byte == b':')? + 1..] } else { value };
    let crosses = value.iter().any(|byte| matches!(byte, b'"' | b'\\' | 0));
    if value.is_empty() || crosses || hides_nothing(value) || mark::is_in(value) {
        return None;
    }
    let tail = if quotes == 0 { 0 } else { closing.min(quotes) };
    let stop = site.at - line.len() + command.len() - tail - line_break;
    let mask = mark::removed(ID).into_bytes();
    Some(Verdict::Remove { id: ID, start: stop - value.len(), mask, skip: Skip::Exactly(value.len()) })
}

/// `IDENTIFIED BY 'x'`, `IDENTIFIED WITH plugin AS 'x'`
fn identified(site: &Site<'_>, end: usize) -> Result<Verdict, More> {
    let pass = Ok(Verdict::Pass { resume: end });
    let words = site.run(end, 80, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_'))?;
    let between = site.text[end..end + words].to_ascii_lowercase();
    let start = end + words;
    let named =
        between.ends_with(b" by ") || between.ends_with(b" as ") || between.ends_with(b" by password ");
    if Quote::at(site, end + 4)?.is_none()
        && site.ahead(end, 4)?.eq_ignore_ascii_case(b" by ")
        && creates_user(site)
    {
        return word_of_oracle(site, end);
    }
    let Some(quote) = Quote::at(site, start)?
        .filter(|quote| named && !(quote.byte == b'"' && quote.backslashes == 0 && site.in_quotes))
    else {
        return pass;
    };
    let inside = start + quote.length();
    if let Some(resume) = site.mark_end(inside)? {
        return Ok(Verdict::Pass { resume });
    }
    let skip = Skip::Quoted(Quoted::new(quote.byte, quote.nesting(), quote.byte == b'\'' && site.in_quotes));
    match site.value(inside, &skip)? {
        Some((value, _)) if hides_nothing(value) || mark::is_in(value) => pass,
        _ => Ok(Verdict::Remove { id: ID, start: inside, mask: mark::removed(ID).into_bytes(), skip }),
    }
}

/// True for a statement of SQL about users or links before the site.
fn creates_user(site: &Site<'_>) -> bool {
    let behind = site.text[site.at.saturating_sub(LONGEST)..site.at].to_ascii_uppercase();
    let statement = behind.rsplit(|byte| *byte == b';').next().unwrap_or_default();
    [&b" USER "[..], b"CONNECT TO ", b"GRANT "]
        .iter()
        .any(|word| memchr::memmem::find(statement, word).is_some())
}

/// `CREATE USER me IDENTIFIED BY x`
fn word_of_oracle(site: &Site<'_>, end: usize) -> Result<Verdict, More> {
    let pass = Ok(Verdict::Pass { resume: end });
    let start = end + 4;
    let length = site.run(start, 128, |byte| byte.is_ascii_graphic() && !b";,'\"()[".contains(&byte))?;
    let value = &site.text[start..start + length];
    let keyword = [&b"VALUES"[..], b"PASSWORD", b"RANDOM", b"GLOBALLY"];
    if length == 0
        || keyword.iter().any(|word| word.eq_ignore_ascii_case(value))
        || hides_nothing(value)
        || mark::is_in(value)
    {
        return pass;
    }
    let mask = mark::removed(ID).into_bytes();
    Ok(Verdict::Remove { id: ID, start, mask, skip: Skip::Exactly(length) })
}
