//! Lines of password files: `.pgpass`, `/etc/shadow`, `smbpasswd`, and passwords behind their scheme, `{SSHA}…`.

use crate::anchors::Classes;
use crate::detector::Detector;
use crate::mark;
use crate::placeholder::hides_nothing;
use crate::site::{More, Site, Verdict};
use crate::skip::Skip;

/// `host:5432:database:user:password`. Known by the usual ports, or by a `*`.
pub(super) const PGPASS: Detector = Detector {
    name: "pgpass",
    classes: Classes::WORD.or(Classes::ASSIGN),
    words: &["5432", "6432", "postgres"],
    asks_for_quotes: false,
    examine: pgpass,
};
/// `user:hash:20000:0:99999:7:::`, known by its greatest age.
pub(super) const SHADOW: Detector = Detector::at_words("shadow", &["99999"], shadow);
/// `user:1000:LM hash:NT hash:[U ]:LCT-…`
pub(super) const SMBPASSWD: Detector = Detector::at_words("smbpasswd", &["LCT-"], smbpasswd);
/// `{SSHA}…`, `{PLAIN}…`
pub(super) const SCHEME: Detector = Detector::at_words(
    "password-scheme",
    &["plain", "cleartext", "sha", "ssha", "crypt", "md5", "smd5", "cram", "blf", "pbkdf2", "argon2", "xor"],
    scheme,
);

const PASSWORD: &str = "password";
const HASH: &str = "password-hash";
/// Longest line of which fields are read, before and behind the anchor.
const LONGEST: usize = 400;

fn pass(site: &Site<'_>) -> Verdict {
    Verdict::Pass { resume: site.at + 1 }
}

/// The index at which the line starts, if that is near.
fn line_start(site: &Site<'_>) -> Option<usize> {
    let from = site.at.saturating_sub(LONGEST);
    let behind = &site.text[from..site.at];
    match behind.iter().rposition(|byte| matches!(byte, b'\n' | 0)) {
        Some(end) => Some(from + end + 1),
        None if from == 0 && site.first => Some(0),
        None => None,
    }
}

/// The indexes of the first `count` fields of the line, and of the end of the last.
fn fields(site: &Site<'_>, start: usize, count: usize) -> Result<Option<Vec<usize>>, More> {
    let mut starts = vec![start];
    let mut index = start;
    while index < start + 2 * LONGEST {
        match site.byte(index)? {
            None | Some(b'\n' | b'\r' | 0) => {
                starts.push(index + 1);
                return Ok((starts.len() == count + 1).then_some(starts));
            }
            Some(b'\\') if site.byte(index + 1)?.is_some_and(|next| next >= b' ') => index += 1,
            Some(b':') if starts.len() < count => starts.push(index + 1),
            Some(b' ' | b'\t') if starts.len() < count => return Ok(None),
            _ => {}
        }
        index += 1;
    }
    Ok(None)
}

fn remove(site: &Site<'_>, id: &'static str, start: usize, end: usize) -> Verdict {
    let value = &site.text[start..end];
    if start < site.floor || hides_nothing(value) || mark::is_in(value) {
        return pass(site);
    }
    Verdict::Remove { id, start, mask: mark::removed(id).into_bytes(), skip: Skip::Exactly(end - start) }
}

fn pgpass(site: &Site<'_>) -> Result<Verdict, More> {
    let before = site.byte_before(site.at);
    let star = before == Some(b'*') && site.text[site.at] == b':';
    if !star && before != Some(b':') {
        return Ok(pass(site));
    }
    let Some(start) = line_start(site) else { return Ok(pass(site)) };
    let Some(fields) = fields(site, start, 5)? else { return Ok(pass(site)) };
    let port = &site.text[fields[1]..fields[2] - 1];
    let is_port = port == b"*" || (port.len() < 6 && !port.is_empty() && port.iter().all(u8::is_ascii_digit));
    let named = fields[2] - 1 > fields[1] && fields[4] - 1 > fields[3] && fields[1] - 1 > fields[0];
    let password = &site.text[fields[4]..fields[5] - 1];
    // More fields: a line of another file.
    let more = password.windows(2).any(|pair| pair[1] == b':' && pair[0] != b'\\')
        || password.first() == Some(&b':');
    let in_field = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.*-/\\@:$".contains(byte) || *byte >= 0x80;
    let plain = site.text[start..fields[4]].iter().all(in_field);
    if !is_port || !named || more || !plain || password.contains(&b' ') {
        return Ok(pass(site));
    }
    Ok(remove(site, PASSWORD, fields[4], fields[5] - 1))
}

/// True for a name that an account may have.
fn is_name(name: &[u8]) -> bool {
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-$@+".contains(byte) || *byte >= 0x80;
    !name.is_empty() && name.iter().all(in_name)
}

fn shadow(site: &Site<'_>) -> Result<Verdict, More> {
    if site.byte_before(site.at) != Some(b':') || !site.starts_with(site.at, b"99999:")? {
        return Ok(pass(site));
    }
    let Some(start) = line_start(site) else { return Ok(pass(site)) };
    let line = &site.text[start..site.at];
    let mut fields = line.split(|byte| *byte == b':');
    let (name, hash) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    let locks = hash.iter().take_while(|byte| matches!(byte, b'!' | b'*')).count();
    let plain =
        hash.iter().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'\\' | b'['));
    if fields.count() != 3 || !is_name(name) || !plain || hash.len() - locks < 8 {
        return Ok(pass(site));
    }
    let from = start + name.len() + 1 + locks;
    Ok(remove(site, HASH, from, start + name.len() + 1 + hash.len()))
}

fn smbpasswd(site: &Site<'_>) -> Result<Verdict, More> {
    if site.byte_before(site.at) != Some(b':') || !site.starts_with(site.at, b"LCT-")? {
        return Ok(pass(site));
    }
    let Some(start) = line_start(site) else { return Ok(pass(site)) };
    let line = &site.text[start..site.at];
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b':').collect();
    let [name, uid, lan_manager, nt, ..] = fields.as_slice() else { return Ok(pass(site)) };
    let is_hash = |field: &[u8]| field.len() == 32 && field.iter().all(u8::is_ascii_alphanumeric);
    let from = start + name.len() + uid.len() + 2;
    if !is_name(name)
        || !is_hash(lan_manager)
        || !is_hash(nt)
        || nt.iter().all(|byte| *byte == b'X')
        || from < site.floor
    {
        return Ok(pass(site));
    }
    let mask = format!("{0}:{0}", mark::removed(HASH)).into_bytes();
    Ok(Verdict::Remove { id: HASH, start: from, mask, skip: Skip::Exactly(65) })
}

fn scheme(site: &Site<'_>) -> Result<Verdict, More> {
    if site.byte_before(site.at) != Some(b'{') {
        return Ok(pass(site));
    }
    let name =
        site.run(site.at, 24, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))?;
    if site.byte(site.at + name)? != Some(b'}') {
        return Ok(pass(site));
    }
    let start = site.at + name + 1;
    let in_value = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(byte, b':' | b'"' | b'\'' | b'<' | b'`' | b',' | b'\\' | b'}' | b'{' | b'[')
    };
    let length = site.run(start, 1024, in_value)?;
    let plain = site.text[site.at].eq_ignore_ascii_case(&b'p') || site.text[site.at..].starts_with(b"CLEAR");
    if length < if plain { 4 } else { 12 } {
        return Ok(pass(site));
    }
    Ok(remove(site, if plain { PASSWORD } else { HASH }, start, start + length))
}
