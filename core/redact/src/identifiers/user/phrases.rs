//! Names of users in the sentences of sshd, PAM, sudo, su, cron and logind.

use super::keys::in_domain;
use super::{judge, name_end};
use crate::detector::Detector;
use crate::identifiers::around::{is_one_of, line_start, pass, stands_at, word_before, word_ending};
use crate::site::{More, Site, Verdict};

pub(crate) const LOGIN: Detector = Detector::at_words(
    "user-login",
    &["user ", "accepted", "failed", "postponed", "by ", "password changed"],
    login,
);
pub(crate) const SUDO: Detector = Detector::at_words("user-sudo", &["tty="], sudo);
pub(crate) const CRON: Detector =
    Detector::at_words("user-cron", &["cmd", "reload", "list", "edit", "replace", "begin", "end"], cron);
pub(crate) const SUPER: Detector = Detector::at_words("user-su", &["to "], super_user);

/// Words before `user NAME` where a name follows.
const BEFORE_USER: &[&str] = &[
    "for",
    "of",
    "invalid",
    "by",
    "as",
    "to",
    "from",
    "remote",
    "new",
    "unknown",
    "illegal",
    "failed",
    "authenticating",
    "disconnected",
    "delete",
    "add",
    "the",
];
/// Ways to log in.
const METHODS: &[&str] = &[
    "password",
    "publickey",
    "keyboard-interactive/pam",
    "keyboard-interactive",
    "gssapi-with-mic",
    "hostbased",
    "none",
    "certificate",
];

fn login(site: &Site<'_>) -> Result<Verdict, More> {
    let text = site.ahead(site.at, 64)?;
    match text.first().map(u8::to_ascii_lowercase) {
        Some(b'u') if stands_at(text, 0, b"user ") => after_user(site),
        Some(b'b') if stands_at(text, 0, b"by ") => after_by(site),
        Some(b'a' | b'f' | b'p') => after_method(site, text),
        _ => pass(site),
    }
}

/// `for user jane`, `session opened for user jane(uid=1000)`, `New session 5 of user jane.`
fn after_user(site: &Site<'_>) -> Result<Verdict, More> {
    if !is_one_of(word_before(site.text, site.at), BEFORE_USER) {
        return match of_settings(site)? {
            Some((start, end)) => judge(site, start, end),
            None => refused(site),
        };
    }
    let quote = usize::from(matches!(site.byte(site.at + 5)?, Some(b'\'' | b'"' | b'`')));
    let start = site.at + 5 + quote;
    let end = name_end(site, start)?;
    if quote == 0 && end > start && site.byte(end)? == Some(b'\\') {
        return in_domain(site, start, end);
    }
    let rest = site.ahead(end, 8)?;
    let follows = match rest {
        [] | [b'(' | b'\n' | b'\r' | b',' | b':' | b']' | b')' | b'"' | b'\'' | b'`' | b';' | b'\\', ..] => {
            true
        }
        [b'.', next, ..] => next.is_ascii_whitespace() || *next == b'"',
        [b'.'] => true,
        [b' ', rest @ ..] => {
            [&b"from"[..], b"by ", b"on ", b"at ", b"in ", b"with ", b"via ", b"port "]
                .iter()
                .any(|word| rest.starts_with(word))
                || rest.first().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'(' | b'['))
        }
        _ => false,
    };
    if follows { judge(site, start, end) } else { pass(site) }
}

/// `User jane` on a line of its own, `Match User jane`, `user jane {`, `user jane password x`, `CREATE USER jane`.
fn of_settings(site: &Site<'_>) -> Result<Option<(usize, usize)>, More> {
    let start = site.at + 5;
    let end = name_end(site, start)?;
    let rest = site.ahead(end, 20)?;
    let before = word_before(site.text, site.at);
    let sql = is_one_of(before, &["create", "alter", "drop", "rename"]) && site.text[site.at] == b'U'
        || is_one_of(before, &["create", "alter", "drop"]) && site.text[..site.at].ends_with(b" ");
    let ends_line = matches!(rest, [] | [b'\n' | b'\r', ..]);
    if sql {
        let follows = ends_line || matches!(rest, [b' ' | b';', ..]);
        return Ok(follows.then_some((start, end)));
    }
    let Some(line) = line_start(site, site.at, 24) else { return Ok(None) };
    let lead = site.text[line..site.at].trim_ascii();
    let words: [&[u8]; 5] = [b" {", b" password ", b" insecure-password ", b" on >", b" on #"];
    let told = lead == b"Match"
        || lead == b"set system login"
        || lead.is_empty() && site.starts_with(site.at, b"User")?;
    Ok((told && ends_line
        || lead.is_empty() && words.iter().any(|word| rest.starts_with(word))
        || lead == b"set system login" && rest.starts_with(b" "))
    .then_some((start, end)))
}

/// `user jane: authentication failure for "/x"`, `user jane not found: /x`
fn refused(site: &Site<'_>) -> Result<Verdict, More> {
    let start = site.at + 5;
    let end = name_end(site, start)?;
    let rest = site.ahead(end, 26)?;
    let words: [&[u8]; 3] = [b": authentication failure", b" not found: ", b": password mismatch"];
    if words.iter().any(|word| stands_at(rest, 0, word)) { judge(site, start, end) } else { pass(site) }
}

/// `Successful su for root by jane`, `LOGIN ON tty1 BY jane`, `by jane(uid=0)`
fn after_by(site: &Site<'_>) -> Result<Verdict, More> {
    let start = site.at + 3;
    let end = name_end(site, start)?;
    let bracket = site.starts_with(end, b"(uid=")?;
    let before = word_before(site.text, site.at);
    let console = before.starts_with(b"tty") || before.starts_with(b"pts");
    let line_ends = matches!(site.byte(end)?, None | Some(b'\n' | b'\r' | b'"'));
    let changed = is_one_of(before, &["root"]) && line_ends;
    if bracket || (console && line_ends) || changed { judge(site, start, end) } else { pass(site) }
}

/// `Accepted publickey for jane from`, `Failed password for invalid user jane from`, `password changed for jane`
fn after_method(site: &Site<'_>, text: &[u8]) -> Result<Verdict, More> {
    let mut words = text.split(|byte| *byte == b' ');
    let (Some(verb), Some(method), Some(b"for"), Some(name)) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return pass(site);
    };
    let login = is_one_of(verb, &["accepted", "failed", "postponed"]) && is_one_of(method, METHODS);
    let change = verb.eq_ignore_ascii_case(b"password") && method == b"changed";
    if !(login || change) || name.is_empty() {
        return pass(site);
    }
    let mut start = site.at + verb.len() + method.len() + 6;
    if stands_at(site.text, start, b"invalid user ") {
        start += b"invalid user ".len();
    }
    let end = name_end(site, start)?;
    judge(site, start, end)
}

/// `jane : TTY=pts/0 ; PWD=/home/jane ; USER=root ; COMMAND=…`
fn sudo(site: &Site<'_>) -> Result<Verdict, More> {
    let text = site.text;
    let Some(end) = text[..site.at].strip_suffix(b" : ").map(<[u8]>::len) else { return pass(site) };
    if !site.starts_with(site.at, b"TTY=")? {
        return pass(site);
    }
    let name = word_ending(text, end);
    judge(site, end - name.len(), end)
}

/// `CRON[12]: (jane) CMD (…)`
fn cron(site: &Site<'_>) -> Result<Verdict, More> {
    let text = site.text;
    let Some(end) = text[..site.at].strip_suffix(b") ").map(<[u8]>::len) else { return pass(site) };
    let near = site.ahead(site.at, 9)?;
    let word = near.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let listed = is_one_of(
        &near[..word],
        &["CMD", "RELOAD", "LIST", "EDIT", "REPLACE", "BEGIN", "END", "CMDOUT", "CMDEND"],
    );
    let bracketed = matches!(near.get(word), Some(b' ')) && listed;
    let name = word_ending(text, end);
    let start = end - name.len();
    if bracketed && start.checked_sub(1).is_some_and(|index| text[index] == b'(') {
        judge(site, start, end)
    } else {
        pass(site)
    }
}

/// `su: (to root) jane on pts/1`
fn super_user(site: &Site<'_>) -> Result<Verdict, More> {
    if site.byte_before(site.at) != Some(b'(') {
        return pass(site);
    }
    let text = site.ahead(site.at, 64)?;
    let Some(target) = text.strip_prefix(b"to ") else { return pass(site) };
    let length = target.iter().take_while(|byte| super::is_part(**byte)).count();
    if length == 0 || !target[length..].starts_with(b") ") {
        return pass(site);
    }
    let start = site.at + 3 + length + 2;
    let end = name_end(site, start)?;
    if site.starts_with(end, b" on ")? { judge(site, start, end) } else { pass(site) }
}
