//! Pseudonyms of addresses in their spellings.

use std::net::{Ipv4Addr, Ipv6Addr};

use candor_pseudonym::{Ipv4Spelling, MacSpelling, NameKind, Pseudonyms, Unfit};

use crate::identifiers::ipv4::{Quad, zone_octets};
use crate::identifiers::{ipv6, kernel_table};
use crate::site::Form;

/// The address and the length of its prefix: `10.0.0.0/24`.
fn with_prefix(spelled: &[u8]) -> Result<(&[u8], Option<u32>), Unfit> {
    match spelled.iter().position(|byte| *byte == b'/') {
        None => Ok((spelled, None)),
        Some(slash) => {
            let bits = std::str::from_utf8(&spelled[slash + 1..]).ok().and_then(|bits| bits.parse().ok());
            Ok((&spelled[..slash], Some(bits.ok_or(Unfit::Malformed)?)))
        }
    }
}

pub(super) fn ipv4(
    pseudonyms: &Pseudonyms,
    spelled: &[u8],
    form: Form,
    out: &mut Vec<u8>,
) -> Result<(), Unfit> {
    let quad = |text: &[u8], separator: u8| {
        let quad = Quad::read(text, 0, separator).filter(|quad| quad.end == text.len());
        quad.map(|quad| Ipv4Addr::from(quad.octets)).ok_or(Unfit::Malformed)
    };
    match form {
        Form::Dashed => pseudonyms.ipv4_text(quad(spelled, b'-')?, Ipv4Spelling::Dashed, out),
        Form::Hexadecimal => {
            pseudonyms.ipv4_kernel_text(kernel_table::read_ipv4(spelled).ok_or(Unfit::Malformed)?, out);
        }
        Form::Reversed => {
            return pseudonyms.ipv4_zone_text(&zone_octets(spelled).ok_or(Unfit::Malformed)?, out);
        }
        _ => match with_prefix(spelled)? {
            (address, None) => pseudonyms.ipv4_text(quad(address, b'.')?, Ipv4Spelling::Dotted, out),
            (address, Some(bits)) => return pseudonyms.ipv4_prefix_text(quad(address, b'.')?, bits, out),
        },
    }
    Ok(())
}

pub(super) fn ipv6(
    pseudonyms: &Pseudonyms,
    spelled: &[u8],
    form: Form,
    out: &mut Vec<u8>,
) -> Result<(), Unfit> {
    match form {
        Form::Hexadecimal => {
            pseudonyms.ipv6_kernel_text(kernel_table::read_ipv6(spelled).ok_or(Unfit::Malformed)?, out);
            return Ok(());
        }
        Form::Reversed => {
            let (address, nibbles) = ipv6::zone_address(spelled).ok_or(Unfit::Malformed)?;
            return pseudonyms.ipv6_zone_text(address, nibbles, out);
        }
        Form::Dashed => {
            let (address, length) = ipv6::dashed(spelled).ok_or(Unfit::Malformed)?;
            let start = out.len();
            pseudonyms.ipv6_text(address, out);
            out[start..].iter_mut().filter(|byte| **byte == b':').for_each(|byte| *byte = b'-');
            out.extend_from_slice(&spelled[length..]);
            return Ok(());
        }
        _ => {}
    }
    if let Some(address) = ipv6::unspaced(spelled) {
        pseudonyms.ipv6_text(address, out);
        return Ok(());
    }
    let (address, bits) = with_prefix(spelled)?;
    let address: Ipv6Addr =
        std::str::from_utf8(address).ok().and_then(|text| text.parse().ok()).ok_or(Unfit::Malformed)?;
    match bits {
        Some(bits) => pseudonyms.ipv6_prefix_text(address, bits, out),
        None => {
            pseudonyms.ipv6_text(address, out);
            Ok(())
        }
    }
}

/// Bytes of `aa:bb:cc:dd:ee:ff`.
const GROUPED: usize = 17;

/// One address; or two that netfilter writes behind one another; longer identifiers as serial numbers.
pub(super) fn mac(pseudonyms: &Pseudonyms, spelled: &[u8], out: &mut Vec<u8>) -> Result<(), Unfit> {
    if spelled.len() == 2 * GROUPED + 1 {
        mac(pseudonyms, &spelled[..GROUPED], out)?;
        out.push(spelled[GROUPED]);
        return mac(pseudonyms, &spelled[GROUPED + 1..], out);
    }
    let digits: Vec<u8> =
        spelled.iter().filter_map(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8).collect();
    if digits.len() != 12 {
        return pseudonyms.name(NameKind::Serial, spelled, out);
    }
    let mut octets = [0; 6];
    for (octet, pair) in octets.iter_mut().zip(digits.chunks_exact(2)) {
        *octet = pair[0] << 4 | pair[1];
    }
    let separator = spelled.iter().find(|byte| !byte.is_ascii_hexdigit()).copied();
    let group = spelled.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(2);
    let letters = || spelled.iter().filter(|byte| byte.is_ascii_alphabetic());
    let upper = letters().count() > 0 && letters().all(u8::is_ascii_uppercase);
    pseudonyms.mac_text(octets, MacSpelling { separator, group, upper }, out)
}
