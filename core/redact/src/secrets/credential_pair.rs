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
        "basic_auth",
        "credentials",
        "set_password",
        "changeuserpassword",
        "signwith",
        "imap_open",
        "openssl_encrypt",
        "openssl_decrypt",
        "connect(",
        "mysql_real_connect",
        "mysql_pconnect",
        "pbekeyspec",
        "secretkeyspec",
        "x509certificate2",
        "allow ",
        "wpa_passphrase",
        "radtest",
        "createcipher",
        "createdecipher",
        "createhmac",
        "oauthhandler",
        "fernet",
        "aes_encrypt",
        "aes_decrypt",
        "pgp_sym_encrypt",
        "pgp_sym_decrypt",
        "bearer_auth",
        "passwordprotection",
        "digestauth",
        "ntlmauth",
        "userpass",
        "create_user",
        "create_superuser",
        "begin(",
        "hmac",
        "my (",
        "sp_addlogin",
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
    ("basic_auth", 1),
    ("digestauth", 1),
    ("ntlmauth", 1),
    ("userpass", 1),
    ("credentials", 3),
    ("connect", 2),
    ("mysql_real_connect", 3),
    ("mysql_pconnect", 2),
    ("pbekeyspec", 0),
    ("secretkeyspec", 0),
    ("x509certificate2", 1),
    ("set_password", 2),
    ("changeuserpassword", 1),
    ("hmac256", 0),
    ("hmac384", 0),
    ("hmac512", 0),
    ("signwith", 1),
    ("imap_open", 2),
    ("openssl_encrypt", 2),
    ("openssl_decrypt", 2),
    ("createcipher", 1),
    ("createcipheriv", 1),
    ("createdecipher", 1),
    ("createdecipheriv", 1),
    ("createhmac", 1),
    ("oauthhandler", 1),
    ("fernet", 0),
    ("aes_encrypt", 1),
    ("aes_decrypt", 1),
    ("pgp_sym_encrypt", 1),
    ("pgp_sym_decrypt", 1),
    ("bearer_auth", 0),
    ("passwordprotection", 0),
    ("create_user", 2),
    ("create_superuser", 2),
];

/// Objects before a method whose name says too little: `WiFi.begin("net", "x")`, `Credentials.basic("me", "x")`.
const METHODS: &[(&[u8], &[u8], usize)] = &[
    (b"jwt", b"Sign", 0),
    (b"jwt", b"sign", 1),
    (b"jwt", b"verify", 1),
    (b"jwt", b"encode", 1),
    (b"jwt", b"decode", 1),
    (b"Jwt", b"encode", 1),
    (b"JWT", b"encode", 1),
    (b"JWT", b"decode", 1),
    (b"hmac", b"new", 0),
    (b"hmac", b"New", 1),
    (b"Credentials", b"basic", 1),
    (b"FTP", b"open", 2),
];

/// Names of variables that Perl's `my (…) = (…)` gives to a password.
const PASSWORDS: &[&[u8]] = &[b"p", b"pw", b"pass", b"pwd", b"passwd", b"password"];

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: site.at + 1 };
    let length = site.run(site.at, LONGEST_NAME, |byte| byte.is_ascii_alphanumeric() || byte == b'_')?;
    let mut end = site.at + length;
    let word = &site.text[site.at..end];
    let found = match word {
        b"add_user" | b"change_password" | b"authenticate_user" => rabbit(site, end)?,
        b"OPER" if site.byte_before(site.at) != Some(b'_') => sent(site, end, true)?,
        b"oper" if site.byte_before(site.at) == Some(b'/') => sent(site, end, true)?,
        b"IDENTIFY" | b"identify" if follows_nickserv(site) => sent(site, end, false)?,
        b"SecureString" if site.text[..site.at].ends_with(b"ConvertTo-") => converted(site, end)?,
        b"auth" if site.text[..site.at].ends_with(b"stats ") => after_colon(site, end)?,
        b"jwt" | b"Jwt" | b"JWT" | b"hmac" | b"Credentials" | b"FTP" if site.byte(end)? == Some(b'.') => {
            let method = site.run(end + 1, LONGEST_NAME, |byte| byte.is_ascii_alphabetic())?;
            let name = &site.text[end + 1..end + 1 + method];
            let known = METHODS.iter().find(|(object, known, _)| *object == word && *known == name);
            end += 1 + method;
            match known {
                Some((_, _, place)) if site.byte(end)? == Some(b'(') => {
                    with_arguments(site, end + 1, *place)?
                }
                _ => None,
            }
        }
        b"begin" if site.text[..site.at].ends_with(b"WiFi.") && site.byte(end)? == Some(b'(') => {
            with_arguments(site, end + 1, 1)?
        }
        b"begin" => None,
        b"allow" if site.byte(end)? == Some(b' ') => {
            after_colon(site, end)?.filter(|found| is_odd(site, found))
        }
        b"wpa_passphrase" if site.byte(end)? == Some(b' ') => argument_of_command(site, end, 1)?,
        b"radtest" if site.byte(end)? == Some(b' ') => radtest(site, end)?,
        b"login" | b"Login" if site.byte(end)? == Some(b':') => slashed(site, end + 1)?,
        b"my" => assigned(site, end)?,
        b"sp_addlogin" => with_arguments(site, end, 1)?,
        b"login" if site.byte(end)? == Some(b'=') && site.byte_before(site.at) == Some(b' ') => {
            after_colon(site, end)?
        }
        b"LOGIN" if follows_tag(site) && !site.in_quotes => match words_behind(site, end, 3)?.as_slice() {
            [user, password] => remove(site, *user, *password),
            _ => None,
        },
        b"auth" if site.text[..site.at].ends_with(b"> ") && site.byte(end)? == Some(b' ') => {
            authenticated(site, end)?
        }
        b"AUTH" if site.byte(end)? == Some(b' ') => authenticated(site, end)?,
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
    if word.eq_ignore_ascii_case(b"pdo") && site.starts_with(index, b"->__construct")? {
        index += b"->__construct".len();
    }
    // `http.basic_auth 'me', 'x'` of Ruby.
    let bare = word == b"basic_auth"
        && site.byte(index)? == Some(b' ')
        && matches!(site.byte(index + 1)?, Some(b'"' | b'\''));
    if site.byte(index)? != Some(b'(') && !bare {
        return Ok(None);
    }
    // `ftp_login`, found at its second word.
    let prefix = site.run_before(site.at, LONGEST_NAME, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let whole = &site.text[site.at - prefix..end];
    let known = |name: &[u8]| FUNCTIONS.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
    let Some((name, place)) = known(whole).or_else(|| known(word)) else { return Ok(None) };
    if *name == "connect" && site.byte_before(site.at) == Some(b'_') {
        return Ok(None);
    }
    with_arguments(site, index + 1, *place)
}

/// The password at `place` among the arguments that start at `index`, with the user before it.
fn with_arguments(site: &Site<'_>, index: usize, place: usize) -> Result<Option<Verdict>, More> {
    let arguments = arguments(site, index)?;
    let place = match arguments.len() {
        // `login("host", "me", "x")`: one more in front.
        3 if place == 1 && arguments.iter().all(Option::is_some) => 2,
        // `red:auth("x")`, `$redis->auth('x')`
        1 if place == 1 && site.text[site.at..].starts_with(b"auth(") && is_odd_method(site, &arguments) => 0,
        // A connection string between quotes, with the user and password in it or behind.
        _ => place,
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
        let mut end = match text {
            Some((_, _, after)) => after,
            None => index + object(site, index)?,
        };
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

/// True for a method whose one argument has letters and figures in it.
fn is_odd_method(site: &Site<'_>, arguments: &[Option<(usize, usize)>]) -> bool {
    let Some(Some((start, end))) = arguments.first() else { return false };
    let value = &site.text[*start..*end];
    let odd = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    odd && matches!(site.byte_before(site.at), Some(b':' | b'.' | b'>'))
}

/// The length of an object or list at `index`: `{ id: 1 }`, of which nothing is looked at.
fn object(site: &Site<'_>, index: usize) -> Result<usize, More> {
    if !matches!(site.byte(index)?, Some(b'{' | b'[')) {
        return Ok(0);
    }
    let mut depth = 0_usize;
    for at in index..index + 2 * LONGEST {
        match site.byte(at)? {
            Some(b'{' | b'[') => depth += 1,
            Some(b'}' | b']') if depth == 1 => return Ok(at + 1 - index),
            Some(b'}' | b']') => depth -= 1,
            None | Some(b'\n' | b'"') => return Ok(0),
            _ => {}
        }
    }
    Ok(0)
}

/// What may stand before the quote of a text: Python's `b'x'`, C#'s `@"x"`, SQL's `N'x'`, Rust's `Some("x")`.
const OPENINGS: &[&[u8]] = &[b"b", b"u", b"r", b"@", b"N", b"L", b"Some(", b"[]byte(", b"String::from("];

/// A text in quotes at `index`: where it starts and ends, and what is after its quote.
fn argument(site: &Site<'_>, index: usize) -> Result<Option<(usize, usize, usize)>, More> {
    let ahead = site.ahead(index, 16)?;
    let opening = OPENINGS.iter().filter(|opening| ahead.starts_with(opening)).map(|opening| opening.len());
    let opening =
        opening.filter(|length| matches!(ahead.get(*length), Some(b'"' | b'\''))).max().unwrap_or(0);
    let index = index + opening;
    let Some(quote) = Quote::at(site, index)? else { return Ok(None) };
    let start = index + quote.length();
    let length = site.run(start, LONGEST, |byte| byte >= b' ' && byte != quote.byte && byte != b'\\')?;
    let closing = Quote::at(site, start + length)?.filter(|closing| *closing == quote);
    Ok(closing.map(|_| (start, start + length, start + length + quote.length())))
}

/// `my ($user, $p) = ('me', 'x')` of Perl: each value belongs to the variable at its place.
fn assigned(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    if site.byte_before(site.at).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'$') {
        return Ok(None);
    }
    let in_names = |byte: u8| byte.is_ascii_alphanumeric() || b"_$@%, ".contains(&byte);
    let length = site.run(end + 2, LONGEST, in_names)?;
    let names = &site.text[end + 2..end + 2 + length];
    let place = names
        .split(|byte| *byte == b',')
        .position(|name| name.trim_ascii().strip_prefix(b"$").is_some_and(|name| PASSWORDS.contains(&name)));
    let close = end + 2 + length;
    match place {
        Some(place) if site.starts_with(close, b") = (")? => with_arguments(site, close + 5, place),
        _ => Ok(None),
    }
}

/// True behind the tag that starts a line of IMAP: `a001 LOGIN me x`.
fn follows_tag(site: &Site<'_>) -> bool {
    let Some(blank) = site.at.checked_sub(1).filter(|blank| site.text[*blank] == b' ') else { return false };
    let tag = site.run_before(blank, 12, |byte| byte.is_ascii_alphanumeric() || byte == b'.');
    let digits = site.text[blank - tag..blank].iter().any(u8::is_ascii_digit);
    tag > 0 && digits && matches!(site.byte_before(blank - tag), None | Some(b'\n' | b' ' | b'"'))
}

/// Ways to log in, behind `AUTH`.
const MECHANISMS: &[&str] = &[
    "tls",
    "ssl",
    "plain",
    "login",
    "cram-md5",
    "digest-md5",
    "gssapi",
    "ntlm",
    "external",
    "xoauth2",
    "oauthbearer",
    "scram-sha-1",
    "scram-sha-256",
    "required",
    "failed",
    "ok",
];

/// `AUTH x` and `AUTH me x` of Redis, `AUTH PLAIN eA==` of mail, behind a prompt or at the start of a line.
fn authenticated(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    let before = &site.text[..site.at];
    let hello = before.ends_with(b"HELLO 3 ") || before.ends_with(b"HELLO 2 ");
    let prompt = before.ends_with(b"> ") || before.ends_with(b"C: ");
    let first = matches!(site.byte_before(site.at), None | Some(b'\n' | b'"'));
    if !(hello || prompt || first) {
        return Ok(None);
    }
    let rest = site.run(end, LONGEST, |byte| byte == b' ' || is_graphic(byte))?;
    if !matches!(site.byte(end + rest)?, None | Some(b'\n' | b'\r' | b'"')) {
        return Ok(None);
    }
    let words: Vec<&[u8]> =
        site.text[end..end + rest].split(|byte| *byte == b' ').filter(|word| !word.is_empty()).collect();
    let mechanism = |word: &[u8]| MECHANISMS.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
    match words.as_slice() {
        [mechanism_name, secret] if mechanism(mechanism_name) && secret.len() >= 8 => {
            let stop = end + site.text[end..end + rest].trim_ascii_end().len();
            Ok(remove_one(site, (stop - secret.len(), stop)))
        }
        [word] if !mechanism(word) && (prompt || word.iter().any(u8::is_ascii_digit)) => {
            let stop = end + site.text[end..end + rest].trim_ascii_end().len();
            Ok(remove_one(site, (stop - word.len(), stop)))
        }
        [user, _] if !mechanism(user) && (prompt || hello) => sent_pair(site, end),
        _ => Ok(None),
    }
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
    match words_behind(site, end, 2)?.as_slice() {
        [user, password] => Ok(remove(site, *user, *password)),
        _ => Ok(None),
    }
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
    let pair = matches!(site.byte(end)?, Some(b' ' | b'=')) && site.byte(user)? == Some(b':');
    Ok(if pair { remove_one(site, (user + 1, user + 1 + length)) } else { None })
}

/// True when what would be removed has figures and letters in it and is no path or port.
fn is_odd(site: &Site<'_>, verdict: &Verdict) -> bool {
    let Verdict::Remove { start, skip: Skip::Exactly(length), .. } = verdict else { return false };
    let value = &site.text[*start..*start + *length];
    value.iter().any(u8::is_ascii_digit)
        && value.iter().any(u8::is_ascii_alphabetic)
        && !value.contains(&b'/')
}

/// The arguments of a command behind `end`, with where each starts and ends inside its quotes.
fn words_behind(site: &Site<'_>, end: usize, count: usize) -> Result<Vec<(usize, usize)>, More> {
    let mut words = Vec::new();
    let mut index = end;
    while words.len() < count {
        index += site.run(index, LONGEST_GAP, |byte| byte == b' ')?;
        let quote = site.byte(index)?.filter(|byte| matches!(byte, b'"' | b'\''));
        let start = index + usize::from(quote.is_some());
        let length = site.run(start, LONGEST, |byte| match quote {
            Some(quote) => byte >= b' ' && byte != quote,
            None => is_graphic(byte),
        })?;
        if length == 0 || quote.is_some() && site.byte(start + length)? != quote {
            break;
        }
        words.push((start, start + length));
        index = start + length + usize::from(quote.is_some());
    }
    Ok(words)
}

/// `wpa_passphrase net x`
fn argument_of_command(site: &Site<'_>, end: usize, place: usize) -> Result<Option<Verdict>, More> {
    Ok(words_behind(site, end, place + 1)?.get(place).and_then(|password| remove_one(site, *password)))
}

/// `radtest me x server 0 secret`: first the one and, when that is gone, the other.
fn radtest(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    let words = words_behind(site, end, 5)?;
    let [_, password, _, _, secret] = words.as_slice() else { return Ok(None) };
    let mark = mark::removed(ID);
    let between = &site.text[password.1..secret.0];
    if mark::is_in(&site.text[password.0..secret.1]) || password.0 < site.floor {
        return Ok(None);
    }
    // The server goes with them, for what stands between is passed over.
    let places = between.iter().filter(|byte| **byte == b' ').count();
    let mask = [mark.as_bytes(), &b" ".repeat(places), mark.as_bytes()].concat();
    Ok(Some(Verdict::Remove { id: ID, start: password.0, mask, skip: Skip::Exactly(secret.1 - password.0) }))
}

/// `Login: me / x` at the end of a line.
fn slashed(site: &Site<'_>, from: usize) -> Result<Option<Verdict>, More> {
    let user = from + site.run(from, LONGEST_GAP, |byte| byte == b' ')?;
    let name = site.run(user, LONGEST, |byte| is_graphic(byte) && byte != b'/')?;
    if name == 0 || user == from || !site.starts_with(user + name, b" / ")? {
        return Ok(None);
    }
    let start = user + name + 3;
    let length = site.run(start, LONGEST, is_graphic)?;
    let ends = matches!(site.byte(start + length)?, None | Some(b'\n' | b'\r'));
    Ok(if ends && length >= 4 { remove(site, (user, user + name), (start, start + length)) } else { None })
}

/// `NickServ IDENTIFY x`, `/msg nickserv :identify x`
fn follows_nickserv(site: &Site<'_>) -> bool {
    let behind = site.behind(site.at, 12).trim_ascii_end();
    let behind = behind.strip_suffix(b":").unwrap_or(behind).trim_ascii_end();
    behind.len() >= 8 && behind[behind.len() - 8..].eq_ignore_ascii_case(b"nickserv")
}

/// `ConvertTo-SecureString "x" -AsPlainText`, `ConvertTo-SecureString -AsPlainText -Force -String "x"`
fn converted(site: &Site<'_>, end: usize) -> Result<Option<Verdict>, More> {
    let option = site.run(end, 40, |byte| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'-'))?;
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
