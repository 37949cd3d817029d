//! Tells addresses from versions, which may have four numbers too.

use super::Quad;
use super::words::{ADDRESS_WORDS, ARCHITECTURES, FILE_ENDINGS, HOST_PREFIXES, PROGRAMS, VERSION_WORDS};
use crate::identifiers::around::{is_joined, is_one_of, is_word, stands_at, word_before, word_ending};

/// True when four dotted numbers are rather the version of something.
pub(super) fn is_version(text: &[u8], quad: Quad) -> bool {
    let Quad { octets, start, end } = quad;
    let [first, second, ..] = octets;
    let private =
        first == 10 || (first, second) == (192, 168) || (first == 172 && (16..32).contains(&second));
    // As nearly all versions are, and one in ten thousand addresses.
    let small = octets.iter().all(|octet| *octet < 32);
    let likely = private || !small;
    match start.checked_sub(1).map(|index| text[index]) {
        Some(b'@') => return small && !private,
        Some(_) if is_joined(text, start) => return true,
        Some(b'-' | b'_') if continues_a_version(text, end) => return true,
        Some(b'-') if joins_a_name(text, start) => return !private && (small || !in_host_name(text, start)),
        Some(b'_') => return !likely,
        Some(b'.') if joins_a_name(text, start) => return !is_captured_source(text, start),
        Some(b'/') if names_a_product(text, start) => return !likely || first < 64 && !private,
        Some(b'=' | b'~' | b'^') if compares(text, start) => return true,
        _ => {}
    }
    if continues_a_version(text, end) || in_package_table(text, start, end) || is_object_id(text, quad) {
        return true;
    }
    let word = word_before(text, start);
    if is_version_word(word) && !is_program(text, start, word) {
        return true;
    }
    small && !private && !in_address_place(text, quad, word)
}

/// True when a word and `-` or `.` are directly before: `openjdk-17.0.21.1`, `libfoo.so.1.2.3.4`.
fn joins_a_name(text: &[u8], start: usize) -> bool {
    start.checked_sub(2).is_some_and(|index| text[index].is_ascii_alphabetic() || text[index] == b'_')
}

/// `peer-91.12.44.3`, but not `openjdk-1.8.0.114`.
fn in_host_name(text: &[u8], start: usize) -> bool {
    let label = word_ending(text, start - 1)
        .rsplit(|byte| matches!(byte, b'-' | b'.' | b'_'))
        .next()
        .unwrap_or_default();
    HOST_PREFIXES.contains(label) || ADDRESS_WORDS.contains(label)
}

/// `src.10.0.0.1`: nothing is called so but fields of traces.
fn is_captured_source(text: &[u8], start: usize) -> bool {
    is_one_of(word_ending(text, start - 1), &["src", "dst", "addr", "ip", "host"])
}

/// `Chrome/120.0.6.1`, but neither `//10.0.0.1` nor `/srv/10.0.0.1` nor `host/10.0.0.1:80`.
fn names_a_product(text: &[u8], start: usize) -> bool {
    let name = word_ending(text, start - 1);
    let before = (start - 1).checked_sub(name.len() + 1).map(|index| text[index]);
    let port =
        text[start..].iter().take(24).find(|byte| !byte.is_ascii_digit() && **byte != b'.') == Some(&b':');
    name.first().is_some_and(u8::is_ascii_alphabetic)
        && before != Some(b'/')
        && !port
        && !name.contains(&b'.')
}

/// `>=1.2.3.4`, `==1.2.3.4`
fn compares(text: &[u8], start: usize) -> bool {
    text[start - 1] != b'='
        || start.checked_sub(2).is_some_and(|index| matches!(text[index], b'=' | b'<' | b'>' | b'!' | b'~'))
}

/// `1.2.3.4-5ubuntu`, `1.2.3.4+dfsg`, `1.2.3.4a`, `1.2.3.4.tar.gz`
fn continues_a_version(text: &[u8], end: usize) -> bool {
    let next = |offset: usize| text.get(end + offset).copied();
    match next(0) {
        Some(b'-') => match next(1) {
            Some(b'0'..=b'9') => Quad::read(text, end + 1, b'.').is_none(),
            Some(byte) => byte.is_ascii_alphabetic(),
            None => false,
        },
        Some(b'+' | b'_') => next(1).is_some_and(|byte| byte.is_ascii_alphanumeric()),
        Some(b'.') => {
            let word = first_word(&text[end + 1..]);
            let build = matches!(word, [b'b' | b'r', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit));
            build || FILE_ENDINGS.contains(word)
        }
        Some(byte) => byte.is_ascii_alphabetic(),
        None => false,
    }
}

fn first_word(text: &[u8]) -> &[u8] {
    &text[..text.iter().take(12).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()]
}

/// `name:amd64  1.2.3.4  amd64`
fn in_package_table(text: &[u8], start: usize, end: usize) -> bool {
    let blanks = text[end..].iter().take(24).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let after = blanks > 0 && ARCHITECTURES.contains(first_word(&text[end + blanks..]));
    let name_end =
        start - text[..start].iter().rev().take(40).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let before = name_end < start && ARCHITECTURES.contains(word_ending(text, name_end));
    after
        || (before
            && name_end
                .checked_sub(1 + word_ending(text, name_end).len())
                .is_some_and(|index| text[index] == b':'))
}

/// Object identifiers of exactly four numbers.
fn is_object_id(text: &[u8], quad: Quad) -> bool {
    match quad.octets {
        [1, 3, 6, 1] => true,
        [2, 5, 4 | 29, 0..=80] => {
            !(matches!(text.get(quad.end), Some(b'/' | b':'))
                && text.get(quad.end + 1).is_some_and(u8::is_ascii_digit))
        }
        _ => false,
    }
}

fn is_version_word(word: &[u8]) -> bool {
    let ends = |ending: &str| {
        word.len() > ending.len() && word[word.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
    };
    VERSION_WORDS.contains(word)
        || ends("version")
        || ends("-ver")
        || ends("_ver")
        || ends("release")
        || ends("revision")
}

/// `java[77]: 10.0.0.1`, `driver: 10.0.0.1`
fn is_program(text: &[u8], start: usize, word: &[u8]) -> bool {
    let tag = start >= 2 && text[start - 1] == b' ' && matches!(text[start - 2], b':' | b']');
    tag && PROGRAMS.contains(word)
}

fn in_address_place(text: &[u8], quad: Quad, word: &[u8]) -> bool {
    let next = text.get(quad.end).copied();
    let then = text.get(quad.end + 1).copied();
    let before = quad.start.checked_sub(1).map(|index| text[index]);
    let follows_number = then.is_some_and(|byte| byte.is_ascii_digit());
    matches!((next, follows_number), (Some(b':' | b'/' | b'#'), true))
        || matches!((before, next), (Some(b'['), Some(b']')))
        || matches!(before, Some(b'/' | b'@'))
        || (next == Some(b'-') && follows_number)
        || (next == Some(b'.') && then.is_some_and(is_word))
        || ADDRESS_WORDS.contains(word)
        || [&b"addr"[..], b"_ip", b"-ip", b"host", b"server"].iter().any(|ending| ends_with(word, ending))
}

fn ends_with(word: &[u8], ending: &[u8]) -> bool {
    word.len().checked_sub(ending.len()).is_some_and(|from| word[from..].eq_ignore_ascii_case(ending))
}

/// `IP 10.0.0.1.443 > 10.0.0.2.5000:`: captured traffic writes the port as a fifth number.
pub(super) fn is_captured(text: &[u8], quad: Quad) -> bool {
    let before = &text[..quad.start];
    let port = text[quad.end + 1..].iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let after = quad.end + 1 + port;
    let leads = before.ends_with(b"IP ") || before.ends_with(b"> ") || stands_at(text, after, b" >");
    port <= 5 && (leads || is_of_netstat(before)) && matches!(text.get(after), Some(b' ' | b':'))
}

/// True in a line of `netstat` of BSD or macOS: `tcp4       0      0  10.0.0.1.52814     10.0.0.2.443`.
fn is_of_netstat(before: &[u8]) -> bool {
    let line = before.iter().rposition(|byte| *byte == b'\n').map_or(before, |end| &before[end + 1..]);
    [&b"tcp4 "[..], b"tcp6 ", b"tcp46 ", b"udp4 ", b"udp6 ", b"udp46 ", b"tcp  ", b"udp  "]
        .iter()
        .any(|protocol| line.starts_with(protocol))
}

/// True when four numbers with dashes are the address in a host's name.
pub(super) fn is_dashed_address(text: &[u8], quad: Quad) -> bool {
    let Quad { octets, start, end } = quad;
    if is_joined(text, start) && !is_letter_prefix(text, start) {
        return false;
    }
    let next = |offset: usize| text.get(end + offset).copied();
    let ends = match next(0) {
        Some(b'-' | b'.') => !next(1).is_some_and(|byte| byte.is_ascii_digit()),
        Some(byte) => !byte.is_ascii_alphanumeric() && byte != b'_',
        None => true,
    };
    let before = start.checked_sub(1).map(|index| text[index]);
    let prefix = word_ending(text, start);
    let prefix = prefix
        .strip_suffix(b"-")
        .or(prefix.strip_suffix(b"."))
        .or(prefix.strip_suffix(b"_"))
        .unwrap_or(prefix);
    let label = prefix.rsplit(|byte| matches!(byte, b'-' | b'.' | b'_')).next().unwrap_or_default();
    let named = HOST_PREFIXES.contains(label);
    let continues = before == Some(b'-') && start >= 2 && text[start - 2].is_ascii_digit() && !named;
    let in_name = next(0) == Some(b'.') && next(1).is_some_and(|byte| byte.is_ascii_alphabetic());
    let private =
        octets[0] == 10 || octets[..2] == [192, 168] || (octets[0] == 172 && (16..32).contains(&octets[1]));
    let plausible = private && octets[0] > 12 || octets.iter().any(|octet| *octet > 99);
    ends && !continues && octets[0] > 0 && (named || in_name || plausible || (private && !label.is_empty()))
}

/// `p77-8-1-2`, `h10-0-0-1`: one letter stands before the address.
fn is_letter_prefix(text: &[u8], start: usize) -> bool {
    start >= 1
        && text[start - 1].is_ascii_alphabetic()
        && !start.checked_sub(2).is_some_and(|index| is_word(text[index]))
}
