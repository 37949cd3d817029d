//! Lists of `user:password`: cloud-init's `chpasswd:` with `list: |`, and what a shell feeds to `chpasswd`.

use super::{Cell, Grammar, Row, Seen, Table, cell};
use crate::detector::Detector;
use crate::mark;
use crate::site::{More, Site, Verdict};

pub(in crate::secrets) const DETECTOR: Detector = Detector::at_words("user-list", &["chpasswd"], examine);

const ID: &str = "password";
/// Most bytes between `chpasswd` and its list.
const LONGEST_DISTANCE: usize = 200;
/// What cloud-init sets to a password that it makes up itself.
const MADE_UP: &[&[u8]] = &[b"R", b"RANDOM"];

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let length = site.run(site.at, 10, |byte| byte.is_ascii_alphabetic())?;
    let end = site.at + length;
    let pass = Verdict::Pass { resume: end };
    let head = match site.byte(end)? {
        Some(b':') => site.ahead(end, LONGEST_DISTANCE)?,
        Some(b' ') => &site.text[end..end + site.run(end, LONGEST_DISTANCE, |byte| byte != b'\n')?],
        _ => return Ok(pass),
    };
    let list = match memchr::memmem::find(head, b"list:") {
        Some(list) if head[0] == b':' => list,
        None if head[0] == b' ' && memchr::memmem::find(head, b"<<").is_some() => 0,
        _ => return Ok(pass),
    };
    let from = end + list;
    let rows = from + site.run(from, LONGEST_DISTANCE, |byte| byte != b'\n')? + 1;
    Ok(Verdict::Table(Box::new(Table::new(Grammar::Pairs, Vec::new(), rows))))
}

/// Reads `  user:password` or `  - "user:password"`.
pub(super) fn read(seen: &Seen<'_>) -> Result<Row, More> {
    let end = seen.line_end(seen.at)?;
    let line = &seen.text[seen.at..end];
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'-' | b'"' | b'\'');
    let lead = line.iter().take_while(blank).count();
    let closing = line.iter().rev().take_while(|byte| matches!(byte, b'\r' | b' ' | b'"' | b'\'')).count();
    let pair = &line[lead..line.len() - closing.min(line.len() - lead)];
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-$@\\{}".contains(byte) || *byte >= 0x80;
    let name = pair.iter().take_while(|byte| in_name(byte)).count();
    if name == 0 || pair.get(name) != Some(&b':') || pair.get(name + 1).is_none_or(u8::is_ascii_whitespace) {
        return Ok(Row::End);
    }
    let value = &pair[name + 1..];
    let cell = (cell::is_secret(value, ID) && !MADE_UP.contains(&value)).then(|| Cell {
        start: seen.at + lead + name + 1,
        length: value.len(),
        id: ID,
        mask: mark::removed(ID).into_bytes(),
    });
    Ok(Row::Cells { cells: cell.into_iter().collect(), texts: Vec::new(), next: end + 1 })
}
