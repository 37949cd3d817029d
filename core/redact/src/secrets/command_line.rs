//! Secrets in the short options of known programs: `mysql -px`, `sshpass -p x`, `curl -u user:x`, `snmpwalk -c x`,
//! `xfreerdp /p:x`; in shell lines, `ps` lists, lists of arguments and `/proc/*/cmdline`.

use super::assignment::key_text::Quote;
use super::programs::{Holds, PROGRAMS};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::site::{More, Site, Verdict};
use crate::skip::{Quoted, Skip, Word};

/// At `-p`.
pub(super) const OPTION: Detector =
    Detector { name: "option", classes: Classes::OPTION, words: &[], asks_for_quotes: true, examine: option };

/// At `/p:`, and at the `user` of `--user` and of `net use … /user:`.
pub(super) const WINDOWS: Detector = Detector {
    name: "windows-option",
    classes: Classes::WORD,
    words: &["p:", "pw:", "pass:", "password:", "pwd:", "rp:", "rp ", "user", "pin:", "grub."],
    asks_for_quotes: true,
    examine: word,
};

/// How far before an option its program is looked for.
const LONGEST_COMMAND: usize = 400;
/// Most arguments between them.
const MOST_ARGUMENTS: usize = 40;
/// Longest gap between an option and its value.
const LONGEST_GAP: usize = 8;

fn pass(site: &Site<'_>) -> Verdict {
    Verdict::Pass { resume: site.at + 1 }
}

fn option(site: &Site<'_>) -> Result<Verdict, More> {
    let starts = matches!(
        site.byte_before(site.at),
        None | Some(b' ' | b'\t' | b'"' | b'\'' | 0 | b'\n' | b'=' | b'`')
    );
    if !starts {
        return Ok(pass(site));
    }
    let letters = site.run(site.at + 1, 13, |byte| byte.is_ascii_alphabetic())?;
    let word = &site.text[site.at + 1..site.at + 1 + letters];
    let may_be_glued =
        matches!(word.first(), Some(b'p' | b'P' | b'c' | b'a' | b'w' | b'u' | b'U' | b'A' | b'X'));
    let whole =
        PROGRAMS.iter().any(|(_, options, ..)| options.iter().any(|option| option.as_bytes() == word));
    if !whole && !may_be_glued {
        return Ok(pass(site));
    }
    let Some((length, holds, id)) = known_option(site, word) else { return Ok(pass(site)) };
    let end = site.at + 1 + length;
    let Some(value) = Argument::at(site, end, holds)? else { return Ok(pass(site)) };
    value.verdict(site, holds, id)
}

/// The option at the site as the nearest program before it understands it: its length, how it holds its secret, and
/// what that is.
fn known_option(site: &Site<'_>, word: &[u8]) -> Option<(usize, Holds, &'static str)> {
    let from = site.at.saturating_sub(LONGEST_COMMAND);
    let behind = &site.text[from..site.at];
    let behind = &behind[behind.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)..];
    let separates =
        |byte: &u8| matches!(byte, b' ' | b'\t' | 0 | b'"' | b'\'' | b',' | b'[' | b'(' | b'`' | b'=');
    for argument in behind.rsplit(separates).filter(|argument| !argument.is_empty()).take(MOST_ARGUMENTS) {
        if matches!(argument, b"|" | b"||" | b"&&" | b";") || argument.ends_with(b";") {
            return None;
        }
        let name = &argument
            [argument.iter().rposition(|byte| matches!(byte, b'/' | b'\\')).map_or(0, |end| end + 1)..];
        let name = name.strip_suffix(b".exe").unwrap_or(name);
        let mut known = false;
        for (programs, options, holds, id) in PROGRAMS {
            if !programs.iter().any(|program| program.as_bytes() == name) {
                continue;
            }
            known = true;
            let fits = |option: &&str| {
                let option = option.as_bytes();
                option == word
                    || (option.len() == 1
                        && word.first() == Some(&option[0])
                        && *holds != Holds::ThirdArgument)
            };
            if let Some(option) = options
                .iter()
                .find(|option| option.as_bytes() == word)
                .or_else(|| options.iter().find(|option| fits(option)))
            {
                return Some((option.len(), *holds, id));
            }
        }
        if known {
            return None;
        }
    }
    None
}

/// Where the value of an option starts.
struct Argument {
    start: usize,
    quote: Option<Quote>,
}

impl Argument {
    /// The value of the option that ends before `end`.
    fn at(site: &Site<'_>, end: usize, holds: Holds) -> Result<Option<Self>, More> {
        let next = site.byte(end)?;
        let glued =
            !matches!(next, None | Some(b' ' | b'\t' | b'\n' | b'\r' | 0 | b'"' | b'\'' | b'\\' | b','));
        if holds == Holds::Glued {
            let quote = Quote::at(site, end)?
                .filter(|quote| !(quote.byte == b'"' && site.in_quotes && quote.backslashes == 0));
            let opens = matches!(quote, Some(quote) if site.byte(end + quote.length())?.is_some_and(|byte| byte.is_ascii_graphic() && byte != b',' && byte != b']'));
            let start = end + if opens { quote.map_or(0, Quote::length) } else { 0 };
            return Ok((glued || opens).then_some(Self { start, quote: quote.filter(|_| opens) }));
        }
        if glued {
            let equals = usize::from(next == Some(b'='));
            return Ok(Some(Self { start: end + equals, quote: None }));
        }
        Self::next(site, end)
    }

    /// The argument that follows one that ends before `end`, in a command line or in a list.
    fn next(site: &Site<'_>, end: usize) -> Result<Option<Self>, More> {
        let mut index = end;
        if let Some(closing) = Quote::at(site, end)? {
            let after = end + closing.length();
            let comma = site.byte(after)? == Some(b',');
            if !comma {
                return Ok(None);
            }
            index = after + 1;
        }
        index += site.run(index, LONGEST_GAP, |byte| {
            matches!(byte, b' ' | b'\t' | 0) || (byte == b'\n' && index > end)
        })?;
        if index == end {
            return Ok(None);
        }
        let quote = Quote::at(site, index)?;
        let closes_text = quote.is_some_and(|quote| {
            quote.byte == b'"' && quote.backslashes == 0 && site.in_quotes && index - end < 2
        });
        if closes_text || matches!(site.byte(index)?, None | Some(b'\n' | b'\r' | b'-' | b'|' | b';')) {
            return Ok(None);
        }
        Ok(Some(Self { start: index + quote.map_or(0, Quote::length), quote }))
    }

    fn skip(&self, site: &Site<'_>) -> Skip {
        match self.quote {
            Some(quote) => {
                Skip::Quoted(Quoted::new(quote.byte, quote.nesting(), quote.byte == b'\'' && site.in_quotes))
            }
            None => Skip::Word(Word::new(site.in_quotes)),
        }
    }

    fn verdict(self, site: &Site<'_>, holds: Holds, id: &'static str) -> Result<Verdict, More> {
        let separator = match holds {
            Holds::Value | Holds::Glued => return remove(site, self.start, self.skip(site), id),
            Holds::ThirdArgument => return third_argument(site, self, id),
            Holds::AfterColon => b':',
            Holds::AfterPercent => b'%',
            Holds::AfterComma => b',',
            Holds::AfterPass => {
                let named = site.starts_with(self.start, b"pass:")?;
                return if named {
                    remove(site, self.start + 5, self.skip(site), id)
                } else {
                    Ok(pass(site))
                };
            }
        };
        let ends = |byte: u8| byte > b' ' && byte != separator && !matches!(byte, b'"' | b'\'' | b'/');
        let user = site.run(self.start, 128, ends)?;
        let start = self.start + user + 1;
        if site.byte(self.start + user)? != Some(separator) {
            return Ok(pass(site));
        }
        remove(site, start, self.skip(site), id)
    }
}

/// The third argument from the first on, none of them an option.
fn third_argument(site: &Site<'_>, mut argument: Argument, id: &'static str) -> Result<Verdict, More> {
    for _ in 0..2 {
        let in_argument = |byte: u8| byte > b' ' && !matches!(byte, b'"' | b'\'');
        let mut end = argument.start + site.run(argument.start, 256, in_argument)?;
        if argument.quote.is_some() && site.byte(end + 1)? != Some(b',') {
            end += 1;
        }
        match Argument::next(site, end)? {
            Some(next) => argument = next,
            None => return Ok(pass(site)),
        }
    }
    remove(site, argument.start, argument.skip(site), id)
}

fn remove(site: &Site<'_>, start: usize, skip: Skip, id: &'static str) -> Result<Verdict, More> {
    if let Some(resume) = site.mark_end(start)? {
        return Ok(Verdict::Pass { resume });
    }
    match site.value(start, &skip)? {
        Some((value, _)) if hides_nothing(value) || mark::is_in(value) => Ok(pass(site)),
        _ => Ok(Verdict::Remove { id, start, mask: mark::removed(id).into_bytes(), skip }),
    }
}

fn word(site: &Site<'_>) -> Result<Verdict, More> {
    let length = site.run(site.at, 9, |byte| byte.is_ascii_alphabetic())?;
    let end = site.at + length;
    let word = site.text[site.at..end].to_ascii_lowercase();
    match (site.byte_before(site.at), word.as_slice()) {
        (Some(b'-'), b"user") => user_option(site, end),
        (Some(b'/'), b"user") if site.byte(end)? == Some(b':') => match net_use_behind(site, end + 1)? {
            Some(found) => Ok(found),
            None => Ok(net_use(site)),
        },
        (Some(b'/'), b"rp") if site.byte(end)? == Some(b' ') => match Argument::next(site, end)? {
            Some(value) => value.verdict(site, Holds::Value, "password"),
            None => Ok(pass(site)),
        },
        (Some(b' '), b"user") if follows_net(site) => net_user(site, end),
        (Some(b'/'), b"p" | b"pw" | b"pass" | b"password" | b"pwd" | b"rp") if slash_option(site, end)? => {
            remove(site, end + 1, Skip::Word(Word::new(site.in_quotes)), "password")
        }
        (_, b"grub") if site.starts_with(end, b".pbkdf2.")? => {
            remove(site, site.at, Skip::Word(Word::new(site.in_quotes)), "password-hash")
        }
        _ => Ok(pass(site)),
    }
}

/// `/p:x` after a blank.
fn slash_option(site: &Site<'_>, end: usize) -> Result<bool, More> {
    let before = site.at.checked_sub(2).map(|index| site.text[index]);
    let value = site.byte(end + 1)?;
    Ok(matches!(before, Some(b' ' | b'"' | b'\''))
        && site.byte(end)? == Some(b':')
        && value.is_some_and(|byte| byte > b' ' && byte != b'/' && byte != b'"'))
}

/// `curl --user me:x`, `--proxy-user me:x`
fn user_option(site: &Site<'_>, end: usize) -> Result<Verdict, More> {
    let hyphens = site.run_before(site.at, 16, |byte| byte.is_ascii_lowercase() || byte == b'-');
    let option = &site.text[site.at - hyphens..end];
    if !matches!(option, b"--user" | b"--proxy-user") {
        return Ok(pass(site));
    }
    let value = match site.byte(end)? {
        Some(b'=') => Some(Argument { start: end + 1, quote: None }),
        _ => Argument::next(site, end)?,
    };
    value.map_or_else(|| Ok(pass(site)), |value| value.verdict(site, Holds::AfterColon, "password"))
}

/// True behind `net `, `net.exe ` and `net1 `.
fn follows_net(site: &Site<'_>) -> bool {
    [&b"net "[..], b"net.exe ", b"net1 "].iter().any(|name| {
        let from = site.at.saturating_sub(name.len());
        site.text[from..site.at].eq_ignore_ascii_case(name)
            && !site.byte_before(from).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    })
}

/// `net user me x /add`
fn net_user(site: &Site<'_>, end: usize) -> Result<Verdict, More> {
    let Some(user) = Argument::next(site, end)? else { return Ok(pass(site)) };
    let in_argument = |byte: u8| byte > b' ' && !matches!(byte, b'"' | b'\'');
    let length = site.run(user.start, 128, in_argument)?;
    let user_end = user.start + length + user.quote.map_or(0, Quote::length);
    match Argument::next(site, user_end)? {
        Some(password)
            if length > 0 && !matches!(site.byte(password.start)?, Some(b'/' | b'*' | b'&' | b'>')) =>
        {
            remove(site, password.start, password.skip(site), "password")
        }
        _ => Ok(pass(site)),
    }
}

/// `net use Z: \\server\share /user:me x`
fn net_use_behind(site: &Site<'_>, from: usize) -> Result<Option<Verdict>, More> {
    let behind = &site.text[site.at.saturating_sub(LONGEST_COMMAND)..site.at];
    let line = &behind[behind.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)..];
    if !line.windows(8).any(|word| word.eq_ignore_ascii_case(b"net use ")) {
        return Ok(None);
    }
    let user = site.run(from, 128, |byte| byte > b' ')?;
    match Argument::next(site, from + user)? {
        Some(value) if !matches!(site.byte(value.start)?, Some(b'/' | b'*' | b'&' | b'>')) => {
            remove(site, value.start, value.skip(site), "password").map(Some)
        }
        _ => Ok(None),
    }
}

/// `net use Z: \\server\share x /user:me`
fn net_use(site: &Site<'_>) -> Verdict {
    // The server before the password may be settled already.
    let end = site.at - 1;
    let behind = &site.text[end.saturating_sub(LONGEST_COMMAND)..end];
    let line = &behind[behind.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)..];
    let is_net_use = line.windows(8).any(|word| word.eq_ignore_ascii_case(b"net use "));
    let trimmed = line.trim_ascii_end();
    let length = trimmed.iter().rev().take_while(|byte| !byte.is_ascii_whitespace()).count();
    let value = &trimmed[trimmed.len() - length..];
    let no_password = value.starts_with(b"\\")
        || value.ends_with(b":")
        || value == b"*"
        || value.starts_with(b"/")
        || value.eq_ignore_ascii_case(b"use");
    if !is_net_use || no_password || hides_nothing(value) {
        return pass(site);
    }
    let start = end - (line.len() - trimmed.len()) - length;
    if start < site.floor {
        return pass(site);
    }
    Verdict::Remove {
        id: "password",
        start,
        mask: mark::removed("password").into_bytes(),
        skip: Skip::Exactly(length),
    }
}
