//! Secrets behind the keywords of configurations that have no separators: those of Cisco and Juniper, `snmpd.conf`,
//! `named.conf`, `ipsec.secrets`, `.fetchmailrc`.

use super::assignment::key_text::Quote;
use super::assignment::value::ends_line;
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::site::{More, Site, Verdict};
use crate::skip::{Quoted, Skip, Word};

pub(super) const DETECTOR: Detector = Detector {
    name: "device-config",
    classes: Classes::WORD,
    words: &[
        "password",
        "secret",
        "key",
        "community",
        "md5",
        "sha",
        "des",
        "aes",
        "encrypted-password",
        "authentication",
        "pre-shared-key",
        "ascii",
        "plain",
        "com2sec",
        "trapsink",
        "trap2sink",
        "informsink",
        "authcommunity",
        "trapcommunity",
        "pass",
        "psk",
        "eap",
        "xauth",
        "hex",
        "simple-password",
        "passphrase",
        "passwd",
        "psksecret",
        "pre-shared-secret",
        "local-authentication",
        "shared-key",
        "cipher",
        "simple",
        "plaintext",
        "irreversible-cipher",
        "auth-pass",
        "sqlconnectinfo",
        "ldapbinddn",
        "rsa",
        "ecdsa",
        "ntlm",
        "pin",
        "p12",
        "pkcs12",
    ],
    asks_for_quotes: true,
    examine,
};

/// What a line begins with, the keywords behind which its secrets stand, and what those are.
const LINES: &[(&[&str], &[&str], &str)] = &[
    (
        &["enable", "username", "neighbor", "ppp", "user", "isis"],
        &["password", "secret", "md5", "sha256"],
        "password",
    ),
    (&["snmp-server"], &["community"], "community"),
    (&["snmp-server", "snmp"], &["md5", "sha", "aes", "des", "128", "256"], "passphrase"),
    (
        &["tacacs-server", "radius-server", "tacacs", "radius", "server-private", "crypto", "address"],
        &["key"],
        "key",
    ),
    (
        &["ip", "ospf", "standby", "vrrp", "ntp", "key", "eigrp", "area"],
        &["md5", "authentication-key", "key-string", "authentication"],
        "key",
    ),
    (
        &["key-string", "pre-shared-key", "authentication-key", "key"],
        &["key-string", "pre-shared-key", "ascii-text", "hexadecimal", "authentication-key", "key"],
        "key",
    ),
    (&["wpa-psk", "security"], &["ascii", "hex", "wpa-psk"], "psk"),
    (&["area-password", "domain-password"], &["area-password", "domain-password"], "password"),
    (&["password"], &["password"], "password"),
    (&["secret"], &["secret"], "secret"),
    (
        &[
            "set",
            "root-authentication",
            "encrypted-password",
            "secret",
            "authentication-key",
            "pre-shared-key",
            "plain-text-password-value",
            "simple-password",
        ],
        &[
            "encrypted-password",
            "secret",
            "authentication-key",
            "ascii-text",
            "hexadecimal",
            "plain-text-password-value",
            "simple-password",
            "md5",
            "authentication-password",
            "privacy-password",
        ],
        "secret",
    ),
    (
        &["createuser", "usmuser"],
        &["md5", "sha", "sha-256", "sha-512", "sha-224", "sha-384", "des", "aes", "aes-128", "aes-256"],
        "passphrase",
    ),
    (&["poll", "skip", "defaults", "with", "user", "username"], &["password", "pass"], "password"),
    (
        &["ip", "ftp", "failover", "xauth", "ipsec", "aaa", "vtp", "ldap", "bind"],
        &["password", "secret", "key"],
        "password",
    ),
    (
        &["ikev1", "ikev2", "tunnel-group", "pre-shared-secret"],
        &["pre-shared-key", "pre-shared-secret"],
        "key",
    ),
    (&["set"], &["plaintext-password", "community"], "password"),
    (&["set"], &["passphrase", "passwd", "psksecret", "password"], "password"),
    (
        &[
            "super",
            "set",
            "local-user",
            "radius-server",
            "snmp-agent",
            "password",
            "authentication",
            "hwtacacs-server",
            "bgp",
            "peer",
            "shared-key",
        ],
        &["cipher", "simple", "plaintext", "irreversible-cipher", "shared-key"],
        "password",
    ),
    (&["option"], &["key", "password", "psk", "secret"], "password"),
    (&["community"], &["community"], "community"),
    (&["authcommunity", "trapcommunity"], &["authcommunity", "trapcommunity"], "community"),
];

/// `com2sec name source community`: words that stand between the keyword and the secret, and what that is.
const SKIPPING: &[(&str, usize, &str)] = &[
    ("com2sec", 2, "community"),
    ("com2sec6", 2, "community"),
    ("trapsink", 1, "community"),
    ("trap2sink", 1, "community"),
    ("informsink", 1, "community"),
    ("auth-pass", 1, "password"),
    ("sqlconnectinfo", 2, "password"),
    ("ldapbinddn", 1, "password"),
];

/// How far the line's start may be.
const LONGEST_LINE: usize = 300;
/// Longest run of blanks between words.
const LONGEST_GAP: usize = 32;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: site.at + 1 };
    let before = site.run_before(site.at, 24, is_keyword);
    let length = site.run(site.at, 24, is_keyword)?;
    let end = site.at + length;
    if before == 24 || !matches!(site.byte(end)?, Some(b' ' | b'\t')) {
        return Ok(pass);
    }
    let start = site.at - before;
    if !matches!(site.byte_before(start), None | Some(b' ' | b'\t' | b'\n')) {
        return Ok(pass);
    }
    let Some(line) = line_before(site, start) else { return Ok(pass) };
    let keyword = site.text[start..end].to_ascii_lowercase();
    if let Some((_, skipped, id)) = SKIPPING.iter().find(|(word, ..)| word.as_bytes() == keyword) {
        let first = line.is_empty() || line == b"sentinel";
        return if first { after_words(site, end, *skipped, id) } else { Ok(pass) };
    }
    if line.ends_with(b":") && matches!(keyword.as_slice(), b"psk" | b"eap" | b"xauth" | b"ntlm") {
        return ipsec(site, end, keyword != b"psk");
    }
    if line.ends_with(b":") && matches!(keyword.as_slice(), b"rsa" | b"ecdsa" | b"pin" | b"p12" | b"pkcs12") {
        return of_file(site, end, if keyword == b"pin" { "pin" } else { "passphrase" });
    }
    // `mysql-server mysql-server/root_password password x` of debconf.
    if keyword == b"password" && is_question(line) {
        return remove(site, end + site.run(end, LONGEST_GAP, is_blank)?, None, "password");
    }
    let first = first_word(line, &keyword);
    let known = LINES.iter().find(|(firsts, keywords, _)| {
        keywords.iter().any(|word| word.as_bytes() == keyword)
            && firsts.iter().any(|word| word.as_bytes() == first)
    });
    // `set password x1` is a command of a device, `set password accordingly` is a sentence, `SET PASSWORD FOR` is SQL.
    let common = COMMON.iter().any(|word| word.as_bytes() == first) && !line.is_empty();
    if first == b"option" && line != b"option" {
        return Ok(pass);
    }
    if common && COMMON_KEYWORDS.contains(&keyword.as_slice()) && !is_command(site, start, end)? {
        return Ok(pass);
    }
    match known {
        Some((_, _, id)) => {
            let indented = site.byte_before(start).is_some_and(is_blank);
            value(site, end, line.is_empty(), indented, id)
        }
        None => Ok(pass),
    }
}

/// True for the owner and the name of a question of debconf that asks for a password.
fn is_question(line: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let (Some(_), Some(name), None) = (words.next(), words.next(), words.next()) else { return false };
    name.contains(&b'/') && name.windows(4).any(|word| word == b"pass")
}

/// Words that begin sentences too, and keywords that are words of sentences.
const COMMON: &[&str] =
    &["set", "ip", "ftp", "ldap", "bind", "aaa", "super", "password", "authentication", "peer", "option"];
const COMMON_KEYWORDS: &[&[u8]] = &[
    b"password",
    b"passphrase",
    b"passwd",
    b"secret",
    b"key",
    b"cipher",
    b"simple",
    b"plaintext",
    b"shared-key",
];

/// True when the last word of the line is no word of a sentence, or the next stands in quotes.
fn is_command(site: &Site<'_>, start: usize, end: usize) -> Result<bool, More> {
    if site.text[start].is_ascii_uppercase() {
        return Ok(false);
    }
    let rest = site.run(end, LONGEST_LINE, |byte| byte >= b' ' || byte == b'\t')?;
    let rest = site.text[end..end + rest].trim_ascii();
    let mut words = rest.rsplit(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let word = words.next().unwrap_or_default();
    let enciphered = words.clone().next().is_some();
    let quoted = matches!(rest.first(), Some(b'"' | b'\''));
    let odd = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || b"!@#$%^*+".contains(byte);
    let plain = !word.starts_with(b"[removed:") && !enciphered;
    Ok(quoted || words.all(is_modifier) && (!plain || word.iter().any(odd) && word.len() >= 4))
}

/// True for a word between a keyword and its secret that says how that is enciphered.
fn is_modifier(word: &[u8]) -> bool {
    word.len() == 1 && word[0].is_ascii_digit()
        || [
            &b"cipher"[..],
            b"simple",
            b"ENC",
            b"plaintext",
            b"irreversible-cipher",
            b"encrypted",
            b"level",
            b"15",
        ]
        .contains(&word)
}

fn is_keyword(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// What stands between the start of the line and the keyword, without blanks around it.
fn line_before<'a>(site: &Site<'a>, start: usize) -> Option<&'a [u8]> {
    let from = start.saturating_sub(LONGEST_LINE);
    let before = &site.text[from..start];
    match before.iter().rposition(|byte| matches!(byte, b'\n' | 0)) {
        Some(end) => Some(before[end + 1..].trim_ascii()),
        None if from == 0 && site.first => Some(before.trim_ascii()),
        None => None,
    }
}

/// The first word of the line in lower case, `no` left out; the keyword itself when the line starts with it.
fn first_word(line: &[u8], keyword: &[u8]) -> Vec<u8> {
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty() && *word != b"no" && *word != b"0");
    words.next().unwrap_or(keyword).to_ascii_lowercase()
}

/// The word behind the keyword, after the figure that says how it is enciphered.
fn value(
    site: &Site<'_>,
    end: usize,
    first: bool,
    indented: bool,
    id: &'static str,
) -> Result<Verdict, More> {
    let mut start = end + site.run(end, LONGEST_GAP, is_blank)?;
    let mut figured = false;
    for _ in 0..3 {
        let word = site.run(start, 20, |byte| byte.is_ascii_alphanumeric() || byte == b'-')?;
        let gap = site.run(start + word, LONGEST_GAP, is_blank)?;
        let text = &site.text[start..start + word];
        let skipped = matches!(
            text,
            b"0" | b"5"
                | b"6"
                | b"7"
                | b"8"
                | b"9"
                | b"md5"
                | b"sha"
                | b"sha256"
                | b"ascii-text"
                | b"hexadecimal"
                | b"key-string"
                | b"encrypted"
                | b"local"
                | b"remote"
                | b"level"
                | b"ascii"
                | b"15"
                | b"128"
                | b"192"
                | b"256"
                | b"scrypt"
                | b"key"
                | b"text"
                | b"cipher"
                | b"simple"
                | b"irreversible-cipher"
                | b"plaintext"
                | b"ENC"
                | b"encrypted-password"
                | b"0x"
        );
        if word == 0 || gap == 0 || !skipped || ends_line(site.byte(start + word + gap)?) {
            break;
        }
        figured |= text[0].is_ascii_digit();
        start += word + gap;
    }
    let quote = Quote::at(site, start)?;
    // A keyword that starts its line is a word of prose or of `pam.d`, unless the line has the form of one.
    let alone = first && (quote.is_none() || id == "key") && !figured;
    let word_end = start + site.run(start, 256, |byte| byte > b' ')?;
    let opens_block = id == "community" && site.starts_with(word_end, b" {")?;
    let fits = if id == "community" { opens_block } else { ends_line(site.byte(word_end)?) };
    if alone && !(indented && fits) {
        return Ok(Verdict::Pass { resume: end });
    }
    remove(site, start, quote, id)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The word behind so many others.
fn after_words(site: &Site<'_>, end: usize, count: usize, id: &'static str) -> Result<Verdict, More> {
    let mut index = end;
    let mut left = count;
    while left > 0 {
        index += site.run(index, LONGEST_GAP, is_blank)?;
        let quoted = site.byte(index)? == Some(b'"');
        let word = match quoted {
            true => 2 + site.run(index + 1, 256, |byte| byte >= b' ' && byte != b'"')?,
            false => site.run(index, 128, |byte| byte > b' ')?,
        };
        if word == 0 {
            return Ok(Verdict::Pass { resume: end });
        }
        // An option of `com2sec` has a value of its own.
        left = if site.byte(index)? == Some(b'-') { left + 1 } else { left - 1 };
        if left > 4 {
            return Ok(Verdict::Pass { resume: end });
        }
        index += word;
    }
    let start = index + site.run(index, LONGEST_GAP, is_blank)?;
    if start == index || ends_line(site.byte(start)?) || site.byte(start)? == Some(b'#') {
        return Ok(Verdict::Pass { resume: end });
    }
    remove(site, start, Quote::at(site, start)?, id)
}

/// `: RSA key.pem "x"`, `: PIN %smartcard 123456`
fn of_file(site: &Site<'_>, end: usize, id: &'static str) -> Result<Verdict, More> {
    let pass = Verdict::Pass { resume: end };
    let file = end + site.run(end, LONGEST_GAP, is_blank)?;
    let name = site.run(file, 128, |byte| byte > b' ' && byte != b'"')?;
    let start = file + name + site.run(file + name, LONGEST_GAP, is_blank)?;
    let quote = Quote::at(site, start)?;
    let digits = site.run(start, 16, |byte| byte.is_ascii_digit())?;
    let pin = id == "pin" && digits > 3 && ends_line(site.byte(start + digits)?);
    if name == 0 || quote.is_none() && !pin { Ok(pass) } else { remove(site, start, quote, id) }
}

/// `host : PSK "x"`
fn ipsec(site: &Site<'_>, end: usize, bare: bool) -> Result<Verdict, More> {
    let start = end + site.run(end, LONGEST_GAP, is_blank)?;
    let quote = Quote::at(site, start)?;
    let encoded = site.starts_with(start, b"0x")? || site.starts_with(start, b"0s")?;
    let word = site.run(start, 128, |byte| byte > b' ')?;
    let alone = bare && ends_line(site.byte(start + word)?);
    if quote.is_none() && !encoded && !alone {
        return Ok(Verdict::Pass { resume: end });
    }
    remove(site, start, quote, "psk")
}

fn remove(site: &Site<'_>, start: usize, quote: Option<Quote>, id: &'static str) -> Result<Verdict, More> {
    let closes_text =
        quote.is_some_and(|quote| quote.byte == b'"' && quote.backslashes == 0 && site.in_quotes);
    let inside = start + quote.map_or(0, Quote::length);
    let first = site.byte(inside)?;
    if closes_text || ends_line(first) || matches!(first, Some(b'=' | b':' | b'{' | b'(')) {
        return Ok(Verdict::Pass { resume: site.at + 1 });
    }
    let skip = match quote {
        Some(quote) => {
            Skip::Quoted(Quoted::new(quote.byte, quote.nesting(), quote.byte == b'\'' && site.in_quotes))
        }
        None => Skip::Word(Word::new(site.in_quotes)),
    };
    if let Some(resume) = site.mark_end(inside)? {
        return Ok(Verdict::Pass { resume });
    }
    match site.value(inside, &skip)? {
        Some((value, _)) if hides_nothing(value) || mark::is_in(value) => {
            Ok(Verdict::Pass { resume: site.at + 1 })
        }
        _ => Ok(Verdict::Remove { id, start: inside, mask: mark::removed(id).into_bytes(), skip }),
    }
}
