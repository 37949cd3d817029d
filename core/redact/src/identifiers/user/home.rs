//! The names of home folders: `/home/jane`, `/Users/jane`, `C:\Users\jane`.

use super::{is_personal, name_end};
use crate::detector::Detector;
use crate::identifiers::around::{found, is_done, is_one_of, pass, stands_at};
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(crate) const DETECTOR: Detector = Detector::at_words("home", &["home", "users"], examine);

/// Endings of files that stand beside home folders in places of the same name, as on websites.
const FILES: &[&str] = &[
    "html", "htm", "php", "js", "css", "png", "jpg", "svg", "json", "xml", "txt", "md", "conf", "cfg", "py",
    "rs", "ts", "tsx", "jsx", "vue", "go", "c", "h", "java", "rb", "yml", "yaml", "log",
];
/// Folders beside those of people.
const SHARED: &[&str] = &[
    "all users",
    "default user",
    "lost+found",
    "public",
    "shared",
    "default",
    "index",
    "page",
    "list",
    "login",
    "new",
    "edit",
    "search",
    "me",
    "api",
    "id",
];

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let at = site.at;
    let Some(before) = site.byte_before(at).filter(|byte| matches!(byte, b'/' | b'\\')) else {
        return pass(site);
    };
    let near = site.ahead(at, 12)?;
    let length = if stands_at(near, 0, b"home") {
        4
    } else if stands_at(near, 0, b"users") {
        5
    } else {
        return pass(site);
    };
    let windows = before == b'\\';
    let separators =
        near[length.min(near.len())..].iter().take_while(|byte| matches!(byte, b'/' | b'\\')).count();
    // `\/` is how JSON may write a slash.
    if !(1..=4).contains(&separators) || (!windows && separators > 2) {
        return pass(site);
    }
    let start = at + length + separators;
    let folders = length == 5 && !(windows || starts_path(site, at));
    if folders || is_done(site.text, start) || start < site.floor {
        return pass(site);
    }
    let mut end = name_end(site, start)?;
    if windows {
        end = windows_end(site, start, end)?;
    }
    let name = &site.text[start..end];
    if name.is_empty() || !is_personal(name) || is_one_of(name, SHARED) || is_file(site, name, end)? {
        return pass(site);
    }
    found(Kind::User, start, end)
}

/// `/Users` of macOS is at the root, and so is `C:/Users`; `/api/users` is something else.
fn starts_path(site: &Site<'_>, at: usize) -> bool {
    let capital = site.text[at] == b'U';
    let before = at.checked_sub(2).map(|index| site.text[index]);
    capital
        && !before
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'}'))
        || at.checked_sub(3).is_some_and(|index| matches!(&site.text[index..at], [b'/', b'a'..=b'z', b'/']))
}

/// On Windows names may have blanks, which end at the next backslash.
fn windows_end(site: &Site<'_>, start: usize, end: usize) -> Result<usize, More> {
    if site.byte(end)? != Some(b' ') {
        return Ok(end);
    }
    let rest = site.ahead(start, 40)?;
    let length = rest
        .iter()
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'.' | b'-') || **byte >= 0x80
        })
        .count();
    Ok(if rest.get(length) == Some(&b'\\') { start + length } else { end })
}

fn is_file(site: &Site<'_>, name: &[u8], end: usize) -> Result<bool, More> {
    let ending = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let inside = matches!(site.byte(end)?, Some(b'/' | b'\\'));
    Ok(!inside && ending.len() < name.len() && is_one_of(ending, FILES))
}
