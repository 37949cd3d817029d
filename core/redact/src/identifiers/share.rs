//! Servers of shares: `\\nas\media`, `//nas/media` and `nas:/export` where something is mounted.

use super::around::{is_done, is_one_of, is_word, line_start, pass, pass_to, stands_at, word_before};
use super::host::{self, Name};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::site::{More, Site, Verdict};

pub(super) const PATHS: Detector = Detector::at("share", Classes::SHARE, examine);
pub(super) const TOLD: Detector = Detector::at_words("share-told", &["nfs: serv", "export list"], told);

/// Bytes of a line in which the kind of a file system is looked for.
const REST: usize = 256;
/// Bytes of a path before a blank.
const LONGEST_PATH: usize = 192;
/// Longest name before `:/`.
const LONGEST: usize = 64;

/// Names that stand in the place of a server everywhere.
const NO_SERVERS: &[&str] = &["wsl.localhost", "tsclient", "pipe", "unc"];
/// Words before `nas:/export`.
const COMMANDS: &[&str] =
    &["mount", "mounting", "unmounting", "umount", "mount.nfs", "mount.nfs4", "nfs", "rsync", "scp"];
/// Kinds of file systems that are mounted from a server, as a column or behind `type`.
const SAMBA: &[&[u8]] = &[b" cifs", b" smb3", b" smbfs", b"\tcifs", b"\tsmb3", b"\tsmbfs"];
const NFS: &[&[u8]] = &[b" nfs", b"\tnfs"];

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    match site.text[site.at] {
        b'\\' => universal(site),
        b'/' => slashed(site),
        _ => exported(site),
    }
}

/// True for what may stand before the name of a share.
fn is_bound(site: &Site<'_>, at: usize) -> bool {
    match site.byte_before(at) {
        // `C:\\Windows` is no share, `Path:\\nas\media` is one.
        Some(b':') => site.run_before(at - 1, 2, is_word) > 1,
        Some(byte) => {
            matches!(
                byte,
                0..=b' ' | b'"' | b'\'' | b'(' | b'[' | b'{' | b'=' | b'<' | b'>' | b',' | b';' | b'|' | b'`'
            )
        }
        None => true,
    }
}

/// `\\nas\media`, and `\\\\nas\\media` where a backslash is written twice.
fn universal(site: &Site<'_>) -> Result<Verdict, More> {
    let slashes = site.run(site.at, 5, |byte| byte == b'\\')?;
    if !matches!(slashes, 2 | 4) || !is_bound(site, site.at) {
        return pass(site);
    }
    let start = site.at + slashes;
    let name = Name::from(site, start)?;
    if name.start != start || name.text.len() < 2 || is_one_of(name.text, NO_SERVERS) {
        return pass(site);
    }
    let behind = site.run(name.end, 5, |byte| byte == b'\\')?;
    let shares = 2 * behind == slashes && site.byte(name.end + behind)?.is_some_and(is_word);
    let told =
        behind == 0 && matches!(site.byte(name.end)?, Some(b' ')) && site.text[..site.at].ends_with(b"VFS: ");
    let ends = behind == 0 && matches!(site.byte(name.end)?, None | Some(b'\n' | b'\r' | b'"'));
    let logon = ends && stands_at(site.text, site.at.saturating_sub(12), b"LOGONSERVER=");
    if shares || told || logon { server(site, &name) } else { pass(site) }
}

fn server(site: &Site<'_>, name: &Name<'_>) -> Result<Verdict, More> {
    if !host::is_short_name(name.text) || is_done(site.text, name.start) || name.start < site.floor {
        return pass(site);
    }
    host::judge(site, name)
}

/// `//nas/media  /mnt  cifs …`, `mount -t cifs //nas/media /mnt`, `smbclient //nas/media`
fn slashed(site: &Site<'_>) -> Result<Verdict, More> {
    if !is_bound(site, site.at) {
        return pass(site);
    }
    let name = Name::from(site, site.at + 2)?;
    if name.start != site.at + 2 || site.byte(name.end)? != Some(b'/') {
        return pass_to(site, name.end);
    }
    let before = word_before(site.text, site.at);
    let command = is_one_of(before, &["cifs", "smb3", "smbfs", "smbclient", "mount.cifs"]);
    if command || line_has(site, name.end, SAMBA)? { server(site, &name) } else { pass_to(site, name.end) }
}

/// True when the line goes on with one of `words` and then no other word.
fn line_has(site: &Site<'_>, from: usize, words: &[&[u8]]) -> Result<bool, More> {
    let rest = site.ahead(from, REST)?;
    let rest = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    let ends = |end: usize| !rest.get(end).is_some_and(|byte| is_word(*byte) && *byte != b'4');
    Ok(words.iter().any(|word| {
        memchr::memmem::find_iter(rest, word).any(|at| {
            let before = rest[..at].trim_ascii_end();
            ends(at + word.len()) && (before.ends_with(b" type") || before.contains(&b'/'))
        })
    }))
}

/// `nas:/export on /mnt type nfs4`, `nas:/export /mnt nfs`, `nas:/export  1.8T  901G …`
fn exported(site: &Site<'_>) -> Result<Verdict, More> {
    let at = site.at;
    let limit = LONGEST.min(at.saturating_sub(site.floor));
    let start = at - site.run_before(at, limit, |byte| is_word(byte) || matches!(byte, b'.' | b'-' | b'_'));
    // One letter is a drive.
    if at - start < 2 || !is_bound(site, start) {
        return pass(site);
    }
    let name = Name::from(site, start)?;
    if name.start != start || name.end != at {
        return pass(site);
    }
    let path = site.run(at + 1, LONGEST_PATH, |byte| byte > b' ')?;
    let command = is_one_of(word_before(site.text, start), COMMANDS);
    let begins = line_start(site, start, 16) == Some(start);
    let mounted = command || line_has(site, at, NFS)? || begins && is_usage(site, at + 1 + path)?;
    if mounted { server(site, &name) } else { pass(site) }
}

/// The columns of `df`: a size, what is used, what is free and a share of a hundred.
fn is_usage(site: &Site<'_>, from: usize) -> Result<bool, More> {
    let rest = site.ahead(from, 64)?;
    let mut columns = rest.split(|byte| matches!(byte, b' ' | b'\t')).filter(|column| !column.is_empty());
    let size =
        |column: Option<&[u8]>| column.is_some_and(|column| column[0].is_ascii_digit() || column == b"-");
    let sizes = size(columns.next()) && size(columns.next()) && size(columns.next());
    Ok(sizes && columns.next().is_some_and(|column| column == b"-" || column.ends_with(b"%")))
}

/// `nfs: server nas not responding`, `Export list for nas:`
fn told(site: &Site<'_>) -> Result<Verdict, More> {
    let text = site.ahead(site.at, 16)?;
    let words: [&[u8]; 2] = [b"nfs: server ", b"export list for "];
    let Some(word) = words.iter().find(|word| stands_at(text, 0, word)) else { return pass(site) };
    let start = site.at + word.len();
    let name = Name::from(site, start)?;
    let next = site.byte(name.end)?;
    if name.start == start && matches!(next, None | Some(b' ' | b':' | b'\n')) {
        server(site, &name)
    } else {
        pass(site)
    }
}
