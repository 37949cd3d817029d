//! `credential`: a user and a password side by side, without a key: `SetBasicAuth("me", "x")`, `auth = ("me", "x")`,
//! `new mysqli("host", "me", "x")`, `rabbitmqctl add_user me x`, `OPER me x`, `IDENTIFY x`.

use super::assignment::key_text::Quote;
use super::label::is_label;
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::site::{More, Site, Verdict};
use crate::skip::Skip;

const ID: &str = "credential";

pub(super) const DETECTOR: Detector = Detector {
    name: ID,
    classes: Classes::WORD,
    words: &[
        "basicauth",
        "basiccredentials",
        "auth",
        "login",
        "pdo",
        "mysqli",
        "mysql_connect",
        "getconnection",
        "networkcredential",
        "passwordauthentication",
        "usernamepassword",
        "plainauth",
        "plaincredentials",
        "ldap_bind",
        "ftp",
        "jwt",
        "securestring",
        "add_user",
        "change_password",
        "authenticate_user",
        "oper ",
        "identify ",
    ],
    asks_for_quotes: true,
    examine,
};

/// Longest user or password, and longest name of a function.
const LONGEST: usize = 128;
const LONGEST_NAME: usize = 32;
/// Longest gap between brackets, commas and quotes.
const LONGEST_GAP: usize = 8;
/// Most arguments that are looked at.
const MOST_ARGUMENTS: usize = 4;

/// Functions, and which of their arguments is the password, from 0. The one before it is the user, where that is given
/// as a text too.
const FUNCTIONS: &[(&str, usize)] = &[
    ("basicauth", 1),
    ("basiccredentials", 1),
    ("basicauthentication", 1),
    ("basicauthenticationinterceptor", 1),
    ("plaincredentials", 1),
    ("auth", 1),
    ("login", 1),
    ("ftp_login", 2),
    ("ftp", 2),
    ("pdo", 2),
    ("mysqli", 2),
    ("mysql_connect", 2),
    ("mysqli_connect", 2),
    ("getconnection", 2),
    ("networkcredential", 1),
    ("passwordauthentication", 1),
    ("usernamepasswordcredentials", 1),
    ("usernamepasswordtoken", 1),
    ("usernamepasswordcredential", 1),
    ("plainauth", 2),
    ("ldap_bind", 2),
    ("sign", 1),
    ("verify", 1),
];

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: site.at + 1 };
    let length = site.run(site.at, LONGEST_NAME, |byte| byte.is_ascii_alphabetic() || byte == b'_')?;
    let mut end = site.at + length;
    let word = &site.text[site.at..end];
    let found = match word {
        b"add_user" | b"change_password" | b"authenticate_user" => rabbit(site, end)?,
        b"OPER" if site.byte_before(site.at) != Some(b'_') => sent(site, end, true)?,
        b"oper" if site.byte_before(site.at) == Some(b'/') => sent(site, end, true)?,
        b"IDENTIFY" | b"identify" if follows_nickserv(site) => sent(site, end, false)?,
        b"SecureString" if site.text[..site.at].ends_with(b"ConvertTo-") => converted(site, end)?,
        b"auth" if site.text[..site.at].ends_with(b"stats ") => after_colon(site, end)?,
        b"jwt" => {
            let method = site.run(end + 1, LONGEST_NAME, |byte| byte.is_ascii_alphabetic())?;
            let name = &site.text[end + 1..end + 1 + method];
            end += 1 + method;
            call(site, name, end)?
        }
        _ => call(site, word, end)?,
    };
    Ok(found.unwrap_or(pass))
}

/// The call of one of the functions, whose name ends before `end`.
fn call(site: &Site<'_>, word: &[u8], end: usize) -> Result<Option<Verdict>, More> {
    let mut index = end;
    let is_auth = word.eq_ignore_ascii_case(b"auth");
    if is_auth {
        index += site.run(index, LONGEST_GAP, |byte| matches!(byte, b' ' | b'=' | b':'))?;
    }
    if site.byte(index)? != Some(b'(') {
        return Ok(None);
    }
    // `ftp_login`, found at its second word.
    let prefix = site.run_before(site.at, LONGEST_NAME, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let whole = &site.text[site.at - prefix..end];
    let known = |name: &[u8]| FUNCTIONS.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
    let Some((_, place)) = known(whole).or_else(|| known(word)) else { return Ok(None) };
    let arguments = arguments(site, index + 1)?;
    let place = match arguments.len() {
        // `login("host", "me", "x")`: one more in front.
        3 if *place == 1 && arguments.iter().all(Option::is_some) => 2,
        // A connection string between quotes, with the user and password in it or behind.
        _ => *place,
    };
    let (Some(Some(password)), user) =
        (arguments.get(place), place.checked_sub(1).and_then(|user| arguments.get(user)))
    else {
        return Ok(None);
    };
    match user {
        Some(Some(user)) if place == 1 || arguments.len() == place + 1 => Ok(remove(site, *user, *password)),
        _ => Ok(remove_one(site, *password)),
    }
}

/// The arguments from `index` on: where the texts in quotes among them are.
fn arguments(site: &Site<'_>, mut index: usize) -> Result<Vec<Option<(usize, usize)>>, More> {
    let mut arguments = Vec::new();
    while arguments.len() < MOST_ARGUMENTS {
        index += site.run(index, LONGEST_GAP, |byte| byte == b' ')?;
        let text = argument(site, index)?;
        let mut end = text.map_or(index, |(_, _, after)| after);
        // An expression, or what is done with the text: `"x".toCharArray()`.
        end +=
            site.run(end, LONGEST, |byte| byte.is_ascii_alphanumeric() || b"_.$->:*&+ []".contains(&byte))?;
        if text.is_some() && site.starts_with(end, b"()")? {
            end += 2;
        }
        if end == index {
            break;
        }
        arguments.push(text.map(|(from, to, _)| (from, to)));
        if site.byte(end)? != Some(b',') {
            break;
        }
        index = end + 1;
    }
    Ok(arguments)
}

/// A text in quotes at `index`: where it starts and ends, and what is after its quote.
fn argument(site: &Site<'_>, index: usize) -> Result<Option<(usize, usize, usize)>, More> {
    let Some(quote) = Quote::at(site, index)? else { return Ok(None) };
    let start = index + quote.length();
    let length = site.run(start, LONGEST, |byte| byte >= b' ' && byte != quote.byte && byte != b'\\')?;
    let closing = Quote::at(site, start + length)?.filter(|closing| *closing == quote);
    Ok(closing.map(|_| (start, start + length, start + length + quote.length())))
}

fn is_graphic(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'\\' | b';' | b'|')
}

/// `rabbitmqctl add_user me x`
fn rabbit(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    if !site.text[..site.at].ends_with(b"rabbitmqctl ") {
        return Ok(None);
    }
    sent_pair(site, end)
}

/// `me x` behind the word that ends before `end`.
fn sent_pair(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    let user = end + site.run(end, LONGEST_GAP, |byte| byte == b' ')?;
    let user_end = user + site.run(user, LONGEST, is_graphic)?;
    let password = user_end + site.run(user_end, LONGEST_GAP, |byte| byte == b' ')?;
    let password_end = password + site.run(password, LONGEST, is_graphic)?;
    if user_end == user || password == user_end || password_end == password {
        return Ok(None);
    }
    Ok(remove(site, (user, user_end), (password, password_end)))
}

/// `OPER me x`, `IDENTIFY x`: the rest of a line or of a text in quotes.
fn sent(site: &Site<'_>, end: usize, pair: bool) -> Result<Option<Verdict>, More> {
    let rest = site.run(end, LONGEST, |byte| byte == b' ' || is_graphic(byte))?;
    if !matches!(site.byte(end + rest)?, None | Some(b'\n' | b'\r' | b'"' | b'\'' | b';')) {
        return Ok(None);
    }
    let words =
        site.text[end..end + rest].split(|byte| *byte == b' ').filter(|word| !word.is_empty()).count();
    if pair {
        let named = site.byte(end + 1)?.is_some_and(|byte| byte.is_ascii_alphanumeric());
        return if words == 2 && named { sent_pair(site, end) } else { Ok(None) };
    }
    let last = site.text[end..end + rest].trim_ascii_end();
    let length = last.iter().rev().take_while(|byte| **byte != b' ').count();
    let password_end = end + last.len();
    Ok(if (1..=2).contains(&words) { remove_one(site, (password_end - length, password_end)) } else { None })
}

/// HAProxy's `stats auth me:x`
fn after_colon(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    let user = end + 1 + site.run(end + 1, LONGEST, |byte| is_graphic(byte) && byte != b':')?;
    let length = site.run(user + 1, LONGEST, is_graphic)?;
    let pair = site.byte(end)? == Some(b' ') && site.byte(user)? == Some(b':');
    Ok(if pair { remove_one(site, (user + 1, user + 1 + length)) } else { None })
}

/// `NickServ IDENTIFY x`, `/msg nickserv :identify x`
fn follows_nickserv(site: &Site<'_>) -> bool {
    let behind = site.behind(site.at, 12).trim_ascii_end();
    let behind = behind.strip_suffix(b":").unwrap_or(behind).trim_ascii_end();
    behind.len() >= 8 && behind[behind.len() - 8..].eq_ignore_ascii_case(b"nickserv")
}

/// `ConvertTo-SecureString "x" -AsPlainText`
fn converted(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    let option = if site.starts_with(end, b" -String ")? { 9 } else { 1 };
    Ok(argument(site, end + option)?.and_then(|(start, stop, _)| remove_one(site, (start, stop))))
}

fn is_secret(value: &[u8]) -> bool {
    let variable = value.first() == Some(&b'$')
        && value[1..].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    !value.is_empty() && !hides_nothing(value) && !mark::is_in(value) && !variable
}

fn remove_one(site: &Site<'_>, password: (usize, usize)) -> Option<Verdict> {
    if !is_secret(&site.text[password.0..password.1]) || password.0 < site.floor {
        return None;
    }
    let mask = mark::removed(ID).into_bytes();
    Some(Verdict::Remove { id: ID, start: password.0, mask, skip: Skip::Exactly(password.1 - password.0) })
}

/// Both go, for what stands between is passed over.
fn remove(site: &Site<'_>, user: (usize, usize), password: (usize, usize)) -> Option<Verdict> {
    let name = &site.text[user.0..user.1];
    let password_text = &site.text[password.0..password.1];
    let prose = name.contains(&b' ') || name.ends_with(b":") || is_label(password_text, b"password");
    if !is_secret(password_text) || name.is_empty() || prose {
        return None;
    }
    let mark = mark::removed(ID);
    let mask = [mark.as_bytes(), &site.text[user.1..password.0], mark.as_bytes()].concat();
    Some(Verdict::Remove { id: ID, start: user.0, mask, skip: Skip::Exactly(password.1 - user.0) })
}
