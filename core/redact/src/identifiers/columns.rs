//! Names in columns that only the form of their line tells: owners in listings of files, members of groups, owners of
//! processes, names behind an address in `/etc/hosts` and in leases.
//!
//! One anchor leads to a line, and a line holds several names. The first is found at the anchor; [`behind`] is asked where a
//! name or address ends, and finds the next one of the same line.

use super::around::{is_done, pass};
use super::host::{self, Name};
use super::user::{is_personal, judge};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::site::{More, Site, Verdict};

/// At the `-` of `-rw-r--r--`.
pub(super) const LISTED_FILE: Detector = Detector::at("listed-file", Classes::OPTION, listed);
/// At the `d` of `drwxr-xr-x`, and so on.
pub(super) const LISTED: Detector = Detector::at_words(
    "listed",
    &["drw", "dr-", "d--", "lrw", "crw", "cr-", "brw", "br-", "srw", "sr-", "prw", "pr-"],
    listed,
);
/// At the `x:` of `sudo:x:27:jane,kim`, and at lists of names in settings of sshd and sudo.
pub(super) const GROUP: Detector =
    Detector::at_words("user-list", &["x:", "allowusers ", "denyusers ", "user_alias "], listed);
/// At the state of a process, and at the path of its program.
pub(super) const PROCESS: Detector = Detector::at_words(
    "process-owner",
    &[
        "s  ", "i  ", "r  ", "d  ", "z  ", "t  ", "ss ", "sl ", "ssl ", "sn ", "s+ ", "r+ ", "i< ", "ss+ ",
        "sl+ ", "snl ", "usr/", "sbin/", "lib/", "ipv4  ", "ipv6  ", "dir  ", "reg  ", "chr  ", "fifo  ",
        "unix  0x",
    ],
    process,
);

/// Longest line that is read back to its start.
const LONGEST: usize = 400;
/// Most words behind an address.
const MOST_NAMES: usize = 8;

/// What stands behind an address and says something about it.
const NO_NAMES: &[&[u8]] = &[
    b"is",
    b"alive",
    b"up",
    b"down",
    b"ok",
    b"dead",
    b"failed",
    b"unreachable",
    b"reachable",
    b"timeout",
    b"open",
    b"closed",
    b"refused",
    b"online",
    b"offline",
    b"connected",
    b"allow",
    b"deny",
    b"permit",
    b"port",
    b"via",
    b"dev",
    b"has",
    b"not",
    b"and",
    b"or",
    b"to",
    b"from",
    b"for",
    b"on",
    b"in",
    b"of",
    b"the",
    b"mask",
    b"netmask",
    b"gw",
    b"ether",
    b"link",
    b"src",
    b"dst",
    b"proto",
    b"scope",
    b"brd",
    b"gateway",
    b"broadcast",
    b"network",
    b"any",
    b"all",
    b"no",
    b"yes",
    b"true",
    b"false",
    b"tcp",
    b"udp",
    b"get",
    b"post",
    b"static",
    b"dynamic",
    b"incomplete",
    b"default",
    b"trust",
    b"md5",
    b"reject",
    b"password",
    b"ident",
    b"peer",
    b"localhost",
    b"error",
    b"warning",
    b"info",
    b"active",
    b"inactive",
    b"enabled",
    b"disabled",
    b"success",
    b"total",
    b"packets",
    b"bytes",
];

/// Accounts of the system as `ps` cuts them off.
const CUT_ACCOUNTS: &[&[u8]] = &[
    b"message+",
    b"systemd+",
    b"www-dat+",
    b"gnome-i+",
    b"avahi-a+",
    b"postgre+",
    b"memcach+",
    b"rabbitm+",
    b"elastic+",
    b"prometh+",
    b"debian-+",
    b"dovenul+",
    b"telegra+",
    b"influxd+",
    b"kernoop+",
    b"whoopsi+",
    b"speech-+",
    b"cups-pk+",
    b"fwupd-r+",
    b"landsca+",
    b"pollina+",
    b"libvirt+",
    b"nm-open+",
    b"nvidia-+",
    b"mongodb+",
    b"gitlab-+",
    b"jenkins+",
    b"node_ex+",
    b"opendki+",
    b"mosquit+",
    b"dockerr+",
];

/// The start of the line, if it is near.
fn line_start(site: &Site<'_>, at: usize) -> Option<usize> {
    super::around::line_start(site, at, LONGEST)
}

/// The names of a line, as ranges of the text.
type Names = Vec<(usize, usize)>;

/// The first of `names` that nobody has treated.
fn first_user(site: &Site<'_>, names: &Names) -> Result<Verdict, More> {
    let from = site.at.max(site.floor);
    // `ps` cuts a long name off.
    let cut = |name: &[u8]| CUT_ACCOUNTS.contains(&name);
    for (start, end) in names {
        let fresh = *start >= from && !is_done(site.text, *start) && site.byte(*end)? != Some(b'~');
        if fresh && !cut(&site.text[*start..*end]) && is_personal(&site.text[*start..*end]) {
            return judge(site, *start, *end);
        }
    }
    pass(site)
}

fn listed(site: &Site<'_>) -> Result<Verdict, More> {
    let names = match site.text[site.at] {
        b'x' | b'X' => match site.text[..site.at].ends_with(b":") {
            true => members(site)?,
            false => Vec::new(),
        },
        b'a' | b'A' | b'D' | b'U' | b'u' => settings(site)?,
        b'd' if site.text[site.at..].starts_with(b"deny") => settings(site)?,
        _ => owners(site, site.at)?,
    };
    first_user(site, &names)
}

/// The owner and group behind the permissions at `at`: `-rw-r--r-- 1 jane staff 220 Mar 14`, `-rw-r--r-- jane/staff 220`.
fn owners(site: &Site<'_>, at: usize) -> Result<Names, More> {
    if !matches!(site.byte_before(at), None | Some(b' ' | b'\n' | b'\t' | b'"' | b'>')) {
        return Ok(Vec::new());
    }
    let bits = site.ahead(at, 12)?;
    let permissions = bits.len() == 12
        && b"-dlcbsp".contains(&bits[0])
        && bits[1..10].iter().all(|byte| b"rwxsStT-".contains(byte))
        && bits[1..10].iter().enumerate().all(|(index, byte)| match index % 3 {
            0 => matches!(byte, b'r' | b'-'),
            1 => matches!(byte, b'w' | b'-'),
            _ => true,
        });
    let extended = usize::from(permissions && matches!(bits[10], b'+' | b'.' | b'@'));
    if !permissions || bits[10 + extended] != b' ' {
        return Ok(Vec::new());
    }
    let words = words(site, at + 10 + extended, 5)?;
    let text = |index: usize| {
        words.get(index).map_or(&b""[..], |(start, end): &(usize, usize)| &site.text[*start..*end])
    };
    let number = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    let size = |word: &[u8]| {
        let figures = word.strip_suffix(b",").unwrap_or(word);
        let figures = figures
            .strip_suffix(b"K")
            .or(figures.strip_suffix(b"M"))
            .or(figures.strip_suffix(b"G"))
            .unwrap_or(figures);
        !figures.is_empty() && figures.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
    };
    // Of `tar tv`.
    if let Some(slash) = text(0).iter().position(|byte| *byte == b'/')
        && size(text(1))
    {
        let (start, end) = words[0];
        return Ok(vec![(start, start + slash), (start + slash + 1, end)]);
    }
    if number(text(0)) && size(text(3)) {
        return Ok(vec![words[1], words[2]]);
    }
    // Of `ls -g`, without the owner, and of BusyBox, without the number of links.
    if size(text(2)) && !number(text(0)) {
        return Ok(vec![words[0], words[1]]);
    }
    Ok(Vec::new())
}

/// Up to `most` words behind `from` in its line.
fn words(site: &Site<'_>, from: usize, most: usize) -> Result<Names, More> {
    let mut words = Vec::new();
    let mut at = from;
    while words.len() < most {
        at += site.run(at, LONGEST, |byte| matches!(byte, b' ' | b'\t'))?;
        let length = site.run(at, LONGEST, |byte| byte > b' ')?;
        if length == 0 {
            break;
        }
        words.push((at, at + length));
        at += length;
    }
    Ok(words)
}

/// The members of the group in whose line the site is: `sudo:x:27:jane,kim`.
fn members(site: &Site<'_>) -> Result<Names, More> {
    let Some(line) = line_start(site, site.at) else { return Ok(Vec::new()) };
    let length = site.run(site.at, LONGEST, |byte| byte > b' ')?;
    let end = site.at + length;
    let mut fields = site.text[line..end].splitn(4, |byte| *byte == b':');
    let (Some(name), Some(b"x" | b"*" | b"!" | b""), Some(number), Some(list)) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Ok(Vec::new());
    };
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-+~ ".contains(byte) || *byte >= 0x80;
    let is_list = list.iter().all(|byte| in_name(byte) || *byte == b',');
    if name.is_empty()
        || !name.iter().all(in_name)
        || number.is_empty()
        || !number.iter().all(u8::is_ascii_digit)
        || !is_list
    {
        return Ok(Vec::new());
    }
    Ok(split(end - list.len(), list))
}

/// Where the names of a list with commas or blanks are.
fn split(start: usize, list: &[u8]) -> Names {
    let mut names = Vec::new();
    let mut at = start;
    for name in list.split(|byte| matches!(byte, b',' | b' ' | b'\t')) {
        if !name.is_empty() {
            names.push((at, at + name.len()));
        }
        at += name.len() + 1;
    }
    names
}

/// `AllowUsers jane kim@10.0.0.7`, `User_Alias ADMINS = jane, kim`
fn settings(site: &Site<'_>) -> Result<Names, More> {
    let Some(line) = line_start(site, site.at) else { return Ok(Vec::new()) };
    let length = site.run(site.at, LONGEST, |byte| byte >= b' ' && byte != b'#')?;
    let text = &site.text[line..site.at + length];
    let lead = text.len() - text.trim_ascii_start().len();
    let word = text[lead..].iter().take_while(|byte| **byte > b' ').count();
    let from = match text[lead..lead + word].to_ascii_lowercase().as_slice() {
        b"allowusers" | b"denyusers" => lead + word,
        b"user_alias" => match memchr::memchr(b'=', text) {
            Some(equals) => equals + 1,
            None => return Ok(Vec::new()),
        },
        _ => return Ok(Vec::new()),
    };
    let mut names = split(line + from, &text[from..]);
    for (start, end) in &mut names {
        let name = &site.text[*start..*end];
        *end = *start + name.iter().position(|byte| *byte == b'@').unwrap_or(name.len());
    }
    names.retain(|(start, end)| !site.text[*start..*end].iter().any(|byte| b"%+!*?:".contains(byte)));
    Ok(names)
}

/// The owner of a process in the lines of `ps aux`, `ps -ef` and `top`.
fn process(site: &Site<'_>) -> Result<Verdict, More> {
    let program = site.byte_before(site.at) == Some(b'/');
    let before = if program { site.at.saturating_sub(2) } else { site.at.saturating_sub(1) };
    if site.text.get(before) != Some(&b' ') || site.at < 12 {
        return pass(site);
    }
    let told = &site.text[..before];
    // `00:00:09 /usr/bin/x`
    if program
        && !(told.len() > 8 && told[told.len() - 3] == b':' && told.last().is_some_and(u8::is_ascii_digit))
    {
        return pass(site);
    }
    let Some(line) = line_start(site, site.at) else { return pass(site) };
    let words = split(line, &site.text[line..before]);
    let text = |index: usize| {
        words.get(index).map_or(&b""[..], |(start, end): &(usize, usize)| &site.text[*start..*end])
    };
    let number = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    let share =
        |word: &[u8]| word.contains(&b'.') && word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let aux = number(text(1)) && share(text(2)) && share(text(3)) && number(text(4)) && number(text(5));
    let full = program && words.len() >= 7 && number(text(1)) && number(text(2)) && number(text(3));
    let top = number(text(0))
        && !number(text(1))
        && words.len() >= 7
        && is_priority(text(2))
        && is_priority(text(3));
    // `sshd  2113 jane  3u  IPv4 …` of `lsof`.
    let descriptor = |word: &[u8]| {
        matches!(word, b"cwd" | b"rtd" | b"txt" | b"mem" | b"DEL")
            || word.first().is_some_and(u8::is_ascii_digit)
    };
    let open = words.len() == 4 && number(text(1)) && descriptor(text(3)) && !number(text(2));
    let owner = match (aux || full, top, open) {
        (true, ..) => words[0],
        (_, true, _) => words[1],
        (.., true) => words[2],
        _ => return pass(site),
    };
    let whole = Site { at: line, ..*site };
    match first_user(&whole, &vec![owner])? {
        found @ Verdict::Found(_) => Ok(found),
        _ => pass(site),
    }
}

/// `20`, `-5`, `rt`
fn is_priority(word: &[u8]) -> bool {
    let figures = word.strip_prefix(b"-").unwrap_or(word);
    word == b"rt" || !figures.is_empty() && figures.len() <= 3 && figures.iter().all(u8::is_ascii_digit)
}

/// The next name of the line in which a name or address ends at the site.
pub(crate) fn behind(site: &Site<'_>) -> Result<Verdict, More> {
    if !matches!(site.byte(site.at)?, Some(b' ' | b'\t' | b',' | b'/' | b':')) {
        return pass(site);
    }
    // `chown jane:staff /srv`
    if site.text[site.at] == b':' {
        if !site.byte(site.at + 1)?.is_some_and(|byte| byte.is_ascii_alphabetic()) {
            return pass(site);
        }
        let near = &site.text[site.at.saturating_sub(80)..site.at];
        let end = super::user::name_end(site, site.at + 1)?;
        let owner = memchr::memmem::rfind(near, b"chown ").is_some() && site.byte(end)? == Some(b' ');
        return if owner { first_user(site, &vec![(site.at + 1, end)]) } else { pass(site) };
    }
    let Some(line) = line_start(site, site.at) else { return pass(site) };
    let before = &site.text[line..site.at];
    let first = before.iter().take_while(|byte| **byte > b' ').count();
    let word = &before[..first];
    if is_address(word) {
        return names_of_host(site, line + first);
    }
    if word.len() == 10 && word.iter().all(u8::is_ascii_digit) {
        return leased(site, line);
    }
    // `DHCPACK(br0) 10.0.0.7 52:54:00:… laptop` of dnsmasq.
    if site.at > 3
        && site.text[site.at - 3] == b':'
        && memchr::memmem::find(before, b"dnsmasq-dhcp[").is_some()
    {
        let names = words(site, site.at, 2)?;
        return if names.len() == 1 { first_host(site, &names) } else { pass(site) };
    }
    if site.text[site.at] == b',' && memchr::memchr(b':', word).is_some() {
        return first_user(site, &members(site)?);
    }
    match before.first() {
        Some(b'-' | b'd' | b'l' | b'c' | b'b' | b's' | b'p') if is_permissions(word) => {
            first_user(site, &owners(site, line)?)
        }
        // `find -ls` has the number and the blocks of a file before them.
        Some(b' ' | b'0'..=b'9') if word.iter().all(u8::is_ascii_digit) => {
            match third_column(before).filter(|start| is_permissions(word_at(before, *start))) {
                Some(start) => first_user(site, &owners(site, line + start)?),
                None => pass(site),
            }
        }
        Some(b'A' | b'D' | b'U') if matches!(word, b"AllowUsers" | b"DenyUsers" | b"User_Alias") => {
            first_user(site, &settings(site)?)
        }
        _ => pass(site),
    }
}

/// Where the third word of a line starts.
fn third_column(line: &[u8]) -> Option<usize> {
    let starts = (0..line.len()).filter(|at| line[*at] > b' ' && (*at == 0 || line[*at - 1] <= b' '));
    starts.take(3).nth(2)
}

fn word_at(line: &[u8], start: usize) -> &[u8] {
    let length = line[start..].iter().take_while(|byte| **byte > b' ').count();
    &line[start..start + length]
}

/// `-rw-r--r--`
fn is_permissions(word: &[u8]) -> bool {
    matches!(word.len(), 10 | 11) && word[1..10].iter().all(|byte| b"rwxsStT-".contains(byte))
}

/// An address, or the pseudonym of one.
fn is_address(word: &[u8]) -> bool {
    let word = word.strip_suffix(b"~").unwrap_or(word);
    if word.len() < 3 || !word.iter().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':')) {
        return false;
    }
    let text = std::str::from_utf8(word).unwrap_or_default();
    text.parse::<std::net::IpAddr>().is_ok()
}

/// `10.0.0.7 web01 www # a comment`: all words must be names.
fn names_of_host(site: &Site<'_>, from: usize) -> Result<Verdict, More> {
    let gap = site.run(from, LONGEST, |byte| matches!(byte, b' ' | b'\t'))?;
    if !site.byte(from + gap)?.is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        return pass(site);
    }
    let names = words(site, from, MOST_NAMES + 1)?;
    let comment = names.iter().position(|(start, _)| site.text[*start] == b'#').unwrap_or(names.len());
    let names = &names[..comment];
    let is_name = |(start, end): &(usize, usize)| {
        let name = &site.text[*start..*end];
        name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            && name.iter().any(u8::is_ascii_alphabetic)
            && !NO_NAMES.iter().any(|word| word.eq_ignore_ascii_case(name) && *word != b"localhost")
    };
    if names.is_empty() || names.len() > MOST_NAMES || !names.iter().all(is_name) {
        return pass(site);
    }
    first_host(site, names)
}

/// `1710412921 52:54:00:… 10.0.0.7 laptop *` of dnsmasq.
fn leased(site: &Site<'_>, line: usize) -> Result<Verdict, More> {
    let words = words(site, line, 5)?;
    match words.as_slice() {
        [_, _, (start, end), name, ..] if *end <= site.at && is_address(&site.text[*start..*end]) => {
            first_host(site, &[*name])
        }
        _ => pass(site),
    }
}

fn first_host(site: &Site<'_>, names: &[(usize, usize)]) -> Result<Verdict, More> {
    for (start, end) in names {
        let name = Name::from(site, *start)?;
        let fresh = *start >= site.at.max(site.floor) && !is_done(site.text, *start) && name.end == *end;
        if fresh && host::is_short_name(name.text) && !host::is_own_machine(name.text) {
            return host::judge(site, &name);
        }
    }
    pass(site)
}
