//! Names of users in the lines of tools: `who`, `last`, web servers, `useradd`, mail servers, policy kit.

use super::{judge, name_end};
use crate::detector::Detector;
use crate::identifiers::around::{line_start, pass, stands_at, word_ending};
use crate::site::{More, Site, Verdict};

pub(crate) const TERMINAL: Detector = Detector::at_words(
    "user-terminal",
    &["pts/", "tty1", "tty2", "tty3", "tty4", "tty5", "tty6", "tty7", "tty8"],
    terminal,
);
pub(crate) const ACCESS: Detector = Detector::at_words(
    "user-access",
    &[
        "jan/20", "feb/20", "mar/20", "apr/20", "may/20", "jun/20", "jul/20", "aug/20", "sep/20", "oct/20",
        "nov/20", "dec/20",
    ],
    access,
);
pub(crate) const NAMED: Detector = Detector::at_words(
    "user-named",
    &[
        "name=",
        "add '",
        "delete '",
        "unix-user:",
        "imap(",
        "pop3(",
        "lmtp(",
        "lda(",
        "a=plain:",
        "a=login:",
        "cn=",
        "peer conn",
        "all=(",
        "all = (",
    ],
    named,
);
pub(crate) const BRACKETED: Detector =
    Detector::at_words("user-bracketed", &["user [", "failed w", "succeeded"], bracketed);

/// Most blanks between a name and its terminal.
const WIDEST: usize = 40;

/// The first word of a line: `jane     pts/0        2026-11-22 09:40`. With a number and a share of the processor behind it,
/// it is a line of `ps`.
fn terminal(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(line) = line_start(site, site.at, 96) else { return pass(site) };
    let before = &site.text[line..site.at];
    let name = before.iter().take_while(|byte| super::is_part(**byte)).count();
    let rest = &before[name..];
    let numbers = rest.len() > 20
        && rest.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'.'))
        && rest.contains(&b'.');
    let blank = !rest.is_empty() && rest.len() <= WIDEST && rest.iter().all(|byte| *byte == b' ');
    // `jane  41211  41210  0 Mar10 tty2`
    let columns: Vec<&[u8]> = rest.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).collect();
    let number = |word: &&[u8]| word.iter().all(u8::is_ascii_digit);
    let full = columns.len() == 4 && columns[..3].iter().all(number);
    let numbers = numbers || full;
    // `tty1 pts/0` names terminals only.
    let terminal = before[..name].starts_with(b"tty") || before[..name].starts_with(b"pts");
    if (blank || numbers) && !terminal { judge(site, line, line + name) } else { pass(site) }
}

/// `10.0.0.7 - jane [22/Nov/2026:09:57:01 +0100] "GET …`
fn access(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(day) = site.at.checked_sub(5) else { return pass(site) };
    let [b' ', b'[', first, second, b'/'] = &site.text[day..site.at] else { return pass(site) };
    if !first.is_ascii_digit() || !second.is_ascii_digit() {
        return pass(site);
    }
    let length = site.run_before(day, 65, super::is_part);
    let start = day - length;
    let columns = site.text[..start].ends_with(b" - ") || site.text[..start].ends_with(b"- ");
    if columns { judge(site, start, day) } else { pass(site) }
}

/// `new user: name=jane, UID=1003`, `add 'jane' to group`, `unix-user:jane`, `imap(jane)<…`, `A=plain:jane`
fn named(site: &Site<'_>) -> Result<Verdict, More> {
    let near = site.ahead(site.at, 12)?;
    let before = &site.text[..site.at];
    let word = |word: &str| stands_at(near, 0, word.as_bytes());
    if word("name=") {
        let told = before.ends_with(b"new user: ") || before.ends_with(b"new group: ");
        return if told { ending(site, 5, b",\n") } else { pass(site) };
    }
    if let Some(word) = ["add '", "delete '"].iter().find(|known| word(known)) {
        let end = name_end(site, site.at + word.len())?;
        let rest = site.ahead(end, 20)?;
        let group = [&b"' to group"[..], b"' to shadow group", b"' from group", b"' from shadow group"]
            .iter()
            .any(|word| rest.starts_with(word));
        return if group { judge(site, site.at + word.len(), end) } else { pass(site) };
    }
    // `jane ALL=(ALL:ALL) NOPASSWD: ALL` of sudo.
    if word("all=(") || word("all = (") {
        return match line_start(site, site.at, 80) {
            Some(line) => {
                let name = before[line..].trim_ascii_end();
                let one = !name.is_empty() && name.iter().all(|byte| super::is_part(*byte));
                if one { judge(site, line, line + name.len()) } else { pass(site) }
            }
            None => pass(site),
        };
    }
    if word("cn=") {
        return if before.ends_with(b"VERIFY OK: depth=0, ") { ending(site, 3, b"\n,") } else { pass(site) };
    }
    if word("peer connec") {
        // `[jane] Peer Connection Initiated with …` of OpenVPN.
        let Some(end) = before.strip_suffix(b"] ").map(<[u8]>::len) else { return pass(site) };
        let start = end - word_ending(site.text, end).len();
        return if before[..start].ends_with(b" [") { judge(site, start, end) } else { pass(site) };
    }
    match ["imap(", "pop3(", "lmtp(", "lda("].iter().find(|known| word(known)) {
        Some(word) => ending(site, word.len(), b")"),
        None if word("unix-user:") => ending(site, 10, b" \n)"),
        None if word("a=plain:") || word("a=login:") => ending(site, 8, b" \n"),
        None => pass(site),
    }
}

/// The name `offset` bytes on, if one of `ends` is behind it, or nothing.
fn ending(site: &Site<'_>, offset: usize, ends: &[u8]) -> Result<Verdict, More> {
    let start = site.at + offset;
    let end = name_end(site, start)?;
    if site.byte(end)?.is_none_or(|byte| ends.contains(&byte)) { judge(site, start, end) } else { pass(site) }
}

/// `user [jane] -> [jane] FAILED with error`, as Samba writes it: asked at both ends.
fn bracketed(site: &Site<'_>) -> Result<Verdict, More> {
    if site.starts_with(site.at, b"user [")? {
        return ending(site, 6, b"]");
    }
    let Some(end) = site.text[..site.at].strip_suffix(b"] ").map(<[u8]>::len) else { return pass(site) };
    let name = word_ending(site.text, end);
    let start = end - name.len();
    if site.text[..start].ends_with(b"-> [") { judge(site, start, end) } else { pass(site) }
}
