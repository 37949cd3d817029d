//! `ssh-keys.json`: which SSH keys let somebody in, by fingerprint: sshd(8), "AUTHORIZED_KEYS FILE FORMAT".
//!
//! Comments (`anna@laptop`) and values of options (`command="…"`) are left out: the fingerprint is enough to find the
//! key's owner, and nothing else in the line is needed to tell why a login works or not.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use candor_plugin::{CollectError, Context, InputError};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::account_file::Directory;
use crate::accounts::can_log_in;

const FILES: [&str; 2] = ["authorized_keys", "authorized_keys2"];
/// Where some distributions keep them for all accounts.
const SHARED_FOLDERS: [&str; 2] = ["/etc/ssh/authorized_keys.d", "/etc/ssh/authorized_keys"];
const MOST_BYTES: u64 = 4 * 1024 * 1024;
const MOST_KEYS: usize = 20_000;

/// `ssh-keys.json`.
#[derive(Debug, Default, Serialize)]
struct SshKeys {
    keys: Vec<Key>,
    /// Accounts that can log in, with a home folder other than `/root` and those in `/home`: their keys are not looked
    /// at.
    not_looked_at: Vec<String>,
    /// Lines that are no key: broken, or of a kind that this version does not know.
    unreadable_lines: usize,
}

/// One key.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Key {
    /// Whom it lets in; several accounts can share a home folder.
    accounts: Vec<String>,
    file: String,
    line: usize,
    #[serde(flatten)]
    print: Print,
    /// Names of the options: `command`, `from`, `no-pty`.
    options: Vec<String>,
}

/// What identifies a key.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Print {
    /// `ssh-ed25519`.
    kind: String,
    /// As `ssh-keygen -lf` prints it: `SHA256:…`.
    fingerprint: String,
    bits: Option<u32>,
}

pub(crate) fn deliver(context: &Context, directory: &Directory) -> Result<(), CollectError> {
    let mut found = SshKeys::default();
    let homes = homes(context, directory);
    for (home, accounts) in &homes {
        for file in FILES {
            read_file(context, &format!("{home}/.ssh/{file}"), accounts, &mut found);
        }
    }
    for folder in SHARED_FOLDERS {
        for name in names(context, folder) {
            read_file(context, &format!("{folder}/{name}"), std::slice::from_ref(&name), &mut found);
        }
    }
    let elsewhere =
        directory.accounts.iter().filter(|account| can_log_in(account) && !is_declared(&account.home));
    found.not_looked_at = elsewhere.map(|account| account.name.clone()).collect();
    context.write_json("ssh-keys.json", &found)
}

/// Homes by path, with the accounts that have them. Folders in `/home` that no account of this machine's files has may
/// be those of a directory service's accounts.
fn homes(context: &Context, directory: &Directory) -> BTreeMap<String, Vec<String>> {
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for account in directory.accounts.iter().filter(|account| is_declared(&account.home)) {
        let home = account.home.trim_end_matches('/').to_owned();
        homes.entry(home).or_default().push(account.name.clone());
    }
    for name in names(context, "/home") {
        homes.entry(format!("/home/{name}")).or_default();
    }
    homes
}

fn names(context: &Context, folder: &str) -> Vec<String> {
    let names = context.list(folder).unwrap_or_else(|error| {
        context.note_input(&error);
        Vec::new()
    });
    names.into_iter().filter_map(|name| name.into_string().ok()).collect()
}

fn is_declared(home: &str) -> bool {
    let home = home.trim_end_matches('/');
    let below = home.strip_prefix("/home/");
    home == "/root" || below.is_some_and(|name| !name.is_empty() && !name.contains('/') && name != "..")
}

fn read_file(context: &Context, path: &str, accounts: &[String], found: &mut SshKeys) {
    let text = match context.read_text(path, MOST_BYTES) {
        Ok(text) => text,
        Err(error) => return note(context, &error),
    };
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if found.keys.len() >= MOST_KEYS {
            return context.note_partial(format!("only the first {MOST_KEYS} SSH keys are listed"));
        }
        match parse_line(line) {
            Some((print, options)) => found.keys.push(Key {
                accounts: accounts.to_vec(),
                file: path.to_owned(),
                line: index + 1,
                print,
                options,
            }),
            None => found.unreadable_lines += 1,
        }
    }
}

/// Without the path, which names a person.
fn note(context: &Context, error: &InputError) {
    let why = match error {
        InputError::Absent(_) => return,
        InputError::Denied(_) => "may be read by root only",
        InputError::LinkUndeclared { .. } => "are links to undeclared places",
        InputError::NotRegular { .. } => "are not in regular files",
        _ => "could not be read",
    };
    context.note_partial(format!("the SSH keys of some accounts {why}"));
}

/// `[options] kind base64 [comment]`. Options may hold quoted spaces.
fn parse_line(line: &str) -> Option<(Print, Vec<String>)> {
    if let Some(print) = parse_key(line) {
        return Some((print, Vec::new()));
    }
    let end = end_of_options(line);
    let print = parse_key(line[end..].trim_start())?;
    Some((print, option_names(&line[..end])))
}

fn end_of_options(line: &str) -> usize {
    unquoted(line)
        .find(|(_, character)| character.is_ascii_whitespace())
        .map_or(line.len(), |(index, _)| index)
}

/// Names before `=`, separated by commas outside of quotes. A name that is no word is not delivered.
fn option_names(options: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut start = 0;
    let ends = unquoted(options).filter(|(_, character)| *character == ',').map(|(index, _)| index);
    for end in ends.chain([options.len()]) {
        let name = options[start..end].split('=').next().unwrap_or_default().to_ascii_lowercase();
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            names.push(name);
        }
        start = (end + 1).min(options.len());
    }
    names
}

/// Characters outside of double quotes, with their places. A quote within quotes is written `\"`.
fn unquoted(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quoted = false;
    let mut escaped = false;
    text.char_indices().filter(move |(_, character)| {
        let was_escaped = std::mem::replace(&mut escaped, *character == '\\');
        if *character == '"' && !was_escaped {
            quoted = !quoted;
            return false;
        }
        !quoted
    })
}

fn parse_key(text: &str) -> Option<Print> {
    let mut words = text.split_ascii_whitespace();
    let kind = words.next()?;
    let blob = STANDARD.decode(words.next()?).ok()?;
    let mut rest = blob.as_slice();
    // The blob names its kind again: a line whose two names differ is no key.
    if field(&mut rest)? != kind.as_bytes() {
        return None;
    }
    Some(Print {
        kind: kind.to_owned(),
        fingerprint: format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&blob))),
        bits: bits(kind, rest),
    })
}

/// Bits of the key, as `ssh-keygen -lf` counts them.
fn bits(kind: &str, mut fields: &[u8]) -> Option<u32> {
    match kind {
        "ssh-rsa" => {
            let _exponent = field(&mut fields)?;
            bit_length(field(&mut fields)?)
        }
        "ssh-dss" => bit_length(field(&mut fields)?),
        "ssh-ed25519" | "sk-ssh-ed25519@openssh.com" => Some(256),
        _ if kind.contains("nistp256") => Some(256),
        _ if kind.contains("nistp384") => Some(384),
        _ if kind.contains("nistp521") => Some(521),
        _ => None,
    }
}

/// A length of four bytes, and as many bytes: RFC 4251, section 5.
fn field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, tail) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let field = tail.get(..length)?;
    *rest = &tail[length..];
    Some(field)
}

fn bit_length(number: &[u8]) -> Option<u32> {
    let start = number.iter().position(|byte| *byte != 0)?;
    let bytes = u32::try_from(number.len() - start).ok()?;
    Some(bytes.checked_mul(8)? - number[start].leading_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Public keys, and what `ssh-keygen -lf` says of them.
    const PUBLIC: &str = include_str!("../fixtures/authorized_keys");

    #[test]
    fn fingerprints_and_bits_are_those_of_ssh_keygen() {
        let keys: Vec<_> = PUBLIC.lines().filter_map(parse_line).map(|(print, _)| print).collect();
        let found: Vec<_> = keys.iter().map(|print| (print.bits, print.fingerprint.as_str())).collect();
        assert_eq!(
            found,
            [
                (Some(256), "SHA256:d3FcC2g8nq/m8vGjZXAmp2i/Xh2R4FG3FynQdg7rEmA"),
                (Some(2048), "SHA256:4uLGIBWxdmwMSjuTGIpjnE402YYO0hIpxpVQdPOr+HI"),
                (Some(384), "SHA256:sZ2zEELmcJDQ24QtSPvRxjAIzUMhl5qwWJx8qMRcjZ0"),
            ]
        );
    }

    #[test]
    fn options_are_named_without_their_values() {
        let line = PUBLIC.lines().next().unwrap();
        let line =
            format!("command=\"/bin/x --token \\\"se,cret\\\" y\",no-pty,from=\"192.0.2.7,nas\" {line}");
        let (print, options) = parse_line(&line).unwrap();
        assert_eq!(print.kind, "ssh-ed25519");
        assert_eq!(options, ["command", "no-pty", "from"]);
    }

    #[test]
    fn lines_that_are_no_keys_are_told_apart() {
        for line in [
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            "ssh-rsa !!!!",
            "\"",
            "no-pty",
            "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIN8EDEiYSVPGvGQiIOAzQWvR1sBhIuKCViaRRLF2uwPe",
            "a\\",
            "å\"å å",
        ] {
            assert_eq!(parse_line(line), None, "{line}");
        }
    }

    #[test]
    fn only_homes_that_the_manifest_declares_are_looked_into() {
        assert!(is_declared("/root") && is_declared("/home/anna") && is_declared("/home/anna/"));
        for home in
            ["/", "", "/home", "/home/", "/home/../etc", "/home/a/b", "/var/lib/postgresql", "/home/.."]
        {
            assert!(!is_declared(home), "{home}");
        }
    }
}
