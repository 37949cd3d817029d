//! Pseudonyms in the spelling of what they replace.

mod address;
mod names;

use candor_pseudonym::{NameKind, Pseudonyms, Unfit};

use crate::kind::Kind;
use crate::site::{Form, Found};

/// The pseudonym of an identifier; `None` where it cannot have one.
pub(crate) fn of(pseudonyms: &Pseudonyms, spelled: &[u8], found: &Found) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(spelled.len() + 24);
    write(pseudonyms, spelled, found, &mut out).ok()?;
    if found.form == Form::Number {
        out.insert(0, b'"');
        out.push(b'"');
    }
    Some(out)
}

fn write(pseudonyms: &Pseudonyms, spelled: &[u8], found: &Found, out: &mut Vec<u8>) -> Result<(), Unfit> {
    let name = |kind: NameKind, out: &mut Vec<u8>| pseudonyms.name(kind, spelled, out);
    match (found.kind, found.form) {
        (_, Form::Email { at, kept }) => {
            names::email(pseudonyms, spelled, at.saturating_sub(found.start), kept, out)
        }
        (Kind::Ipv4, form) => address::ipv4(pseudonyms, spelled, form, out),
        (Kind::Ipv6, form) => address::ipv6(pseudonyms, spelled, form, out),
        (Kind::Mac, _) => address::mac(pseudonyms, spelled, out),
        (Kind::Host, Form::Host { kept }) => pseudonyms.host(spelled, kept, out),
        (Kind::Host, _) => pseudonyms.host(spelled, 0, out),
        (Kind::User, _) => names::user(pseudonyms, spelled, out),
        (Kind::Email, _) => names::loose_email(pseudonyms, spelled, out),
        (Kind::Dn, _) => names::distinguished(pseudonyms, spelled, out),
        (Kind::Phone | Kind::Card, _) => pseudonyms.digits(spelled, out),
        (Kind::Iban, _) => pseudonyms.iban(spelled, out),
        (Kind::Uuid | Kind::MachineId, _) => pseudonyms.uuid(spelled, out),
        (Kind::Sid, _) => pseudonyms.sid(spelled, out),
        (Kind::Person, _) => name(NameKind::Person, out),
        (Kind::Serial, _) => name(NameKind::Serial, out),
        (Kind::Ssid, _) => name(NameKind::Ssid, out),
        (Kind::Coordinates, _) => name(NameKind::Geo, out),
        (Kind::Word, _) => name(NameKind::Name, out),
    }
}
