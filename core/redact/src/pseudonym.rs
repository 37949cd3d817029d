//! Pseudonyms in the spelling of what they replace.

mod address;
mod names;

use candor_pseudonym::{NameKind, Pseudonyms, Unfit};

use crate::kind::Kind;
use crate::site::{Form, Found};

/// Appends the pseudonym of an identifier to `out`, or nothing where it cannot have one. True when it has.
pub(crate) fn write(pseudonyms: &Pseudonyms, spelled: &[u8], found: &Found, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    if found.form == Form::Number {
        out.push(b'"');
    }
    if form(pseudonyms, spelled, found, out).is_err() {
        out.truncate(start);
        return false;
    }
    if found.form == Form::Number {
        out.push(b'"');
    }
    true
}

fn form(pseudonyms: &Pseudonyms, spelled: &[u8], found: &Found, out: &mut Vec<u8>) -> Result<(), Unfit> {
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
