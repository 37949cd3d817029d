//! Pseudonyms of what is made of several names: addresses of mail, users of a domain, distinguished names.

use candor_pseudonym::{NameKind, Pseudonyms, Unfit};

use crate::identifiers::dn::{self, Holds};
use crate::identifiers::host;

/// `jane@web01.example.com`; nothing may stand behind the `@`.
pub(super) fn email(
    pseudonyms: &Pseudonyms,
    spelled: &[u8],
    at: usize,
    kept: usize,
    out: &mut Vec<u8>,
) -> Result<(), Unfit> {
    let (local, rest) = spelled.split_at_checked(at).ok_or(Unfit::Malformed)?;
    let host = rest.strip_prefix(b"@").ok_or(Unfit::Malformed)?;
    let quotes = |text: &[u8]| text.first() == Some(&b'"') && text.last() == Some(&b'"') && text.len() > 2;
    let (open, local) = match local {
        [b'"', inner @ .., b'\\', b'"'] => (b"\\\"".len(), inner),
        [_, inner @ .., _] if quotes(local) => (1, inner),
        plain => (0, plain),
    };
    // Of `\"jane doe\"@…` the first backslash stands before the address.
    let (before, after): (&[u8], &[u8]) = match open {
        2 => (b"\"", b"\\\""),
        1 => (b"\"", b"\""),
        _ => (b"", b""),
    };
    out.extend_from_slice(before);
    pseudonyms.name(NameKind::User, local, out)?;
    out.extend_from_slice(after);
    out.push(b'@');
    if host.is_empty() { Ok(()) } else { pseudonyms.host(host, kept, out) }
}

/// An address that was found as a known value.
pub(super) fn loose_email(pseudonyms: &Pseudonyms, spelled: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
    match spelled.iter().rposition(|byte| *byte == b'@') {
        Some(at) => email(pseudonyms, spelled, at, host::kept_labels(&spelled[at + 1..]), out),
        None => pseudonyms.name(NameKind::User, spelled, out),
    }
}

/// `jane`, `CORP\jane`
pub(super) fn user(pseudonyms: &Pseudonyms, spelled: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
    let Some(slash) = spelled.iter().position(|byte| *byte == b'\\').filter(|slash| *slash > 0) else {
        return pseudonyms.name(NameKind::User, spelled, out);
    };
    let (domain, rest) = spelled.split_at(slash);
    let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
    pseudonyms.host(domain, host::kept_labels(domain), out)?;
    out.extend_from_slice(&rest[..slashes]);
    pseudonyms.name(NameKind::User, &rest[slashes..], out)
}

/// A distinguished name part by part; types, separators and the country stay.
pub(super) fn distinguished(pseudonyms: &Pseudonyms, spelled: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
    let parsed = dn::parse(spelled);
    if parsed.end != spelled.len() || parsed.parts.is_empty() {
        return Err(Unfit::Malformed);
    }
    let mut copied = 0;
    for part in &parsed.parts {
        out.extend_from_slice(&spelled[copied..part.value.start]);
        copied = part.value.end;
        let value = &spelled[part.value.clone()];
        if dn::is_treated(value) {
            out.extend_from_slice(value);
        } else {
            part_value(pseudonyms, value, part.holds, out)?;
        }
    }
    out.extend_from_slice(&spelled[copied..]);
    Ok(())
}

fn part_value(pseudonyms: &Pseudonyms, value: &[u8], holds: Holds, out: &mut Vec<u8>) -> Result<(), Unfit> {
    match holds {
        Holds::Nothing => out.extend_from_slice(value),
        Holds::Person => pseudonyms.name(NameKind::Person, value, out)?,
        Holds::User => pseudonyms.name(NameKind::User, value, out)?,
        Holds::Name => pseudonyms.name(NameKind::Name, value, out)?,
        Holds::Email => loose_email(pseudonyms, value, out)?,
        Holds::Host => pseudonyms.host(value, host::kept_labels(value), out)?,
        Holds::Label => {
            // A later label of a host has no word before it.
            let mut label = Vec::new();
            pseudonyms.host(value, 0, &mut label)?;
            out.extend_from_slice(label.strip_prefix(b"host-").unwrap_or(&label));
        }
    }
    Ok(())
}
