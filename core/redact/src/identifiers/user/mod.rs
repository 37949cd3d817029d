//! Names of users: home folders, keys, the sentences of logins, `uid=1000(jane)`.

mod accounts;
mod commands;
mod home;
mod keys;
mod no_name;
mod phrases;
mod records;

pub(super) use accounts::is_system_account;
pub(super) use commands::{COMMAND, OPTION};
pub(super) use home::DETECTOR as HOME;
pub(super) use keys::{IDS, LABELLED, MORE_IDS};
pub(super) use phrases::{CRON, LOGIN, SUDO, SUPER};
pub(super) use records::{ACCESS, BRACKETED, NAMED, TERMINAL};

use super::around::{found, is_done, is_word, pass};
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

/// Longest login name.
const LONGEST: usize = 64;

/// Bytes of a login name.
fn is_part(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'.' | b'_' | b'-' | b'$')
}

/// The end of the login name at `start`, without the full stop of a sentence.
pub(super) fn name_end(site: &Site<'_>, start: usize) -> Result<usize, More> {
    let length = site.run(start, LONGEST + 1, is_part)?;
    let name = &site.text[start..start + length];
    let length = name.iter().position(|byte| matches!(byte, 0xC2 | 0xE2)).unwrap_or(length);
    let trailing = name[..length].iter().rev().take_while(|byte| matches!(byte, b'.' | b'-')).count();
    Ok(start + length - trailing)
}

/// True for what may be the login name of a person.
pub(super) fn is_personal(name: &[u8]) -> bool {
    let letter = name.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    let begins = name.first().is_some_and(|byte| is_word(*byte));
    letter && begins && name.len() <= LONGEST && !is_system_account(name) && !no_name::is_no_name(name)
}

/// The verdict on the name at `start..end`.
pub(super) fn judge(site: &Site<'_>, start: usize, end: usize) -> Result<Verdict, More> {
    let behind_mark = start.checked_sub(1).is_some_and(|before| site.text[before] == b'~');
    if behind_mark
        || end <= start
        || start < site.floor
        || is_done(site.text, start)
        || site.byte(end)? == Some(b'~')
        || !is_personal(&site.text[start..end])
    {
        return pass(site);
    }
    found(Kind::User, start, end)
}
