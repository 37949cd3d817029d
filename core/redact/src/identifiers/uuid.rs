//! UUIDs with hyphens anywhere, without them behind a key.

use std::sync::LazyLock;

use super::around::{NEAR, found, is_marked, keep, pass, pass_to, stands_at, window};
use super::labelled::{Keys, Opening, key_length};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(super) const HYPHENS: Detector = Detector::at("uuid", Classes::DASH_HEX, hyphens);
pub(super) const LABELLED: Detector = Detector::at_words("uuid-labelled", &["uuid", "guid"], labelled);

const LENGTH: usize = 36;

/// What stands for a type, a format or nothing, and so is the same everywhere.
const WELL_KNOWN: &[&str] = &[
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    // Name spaces of RFC 9562.
    "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
    "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
    "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
    // Types of GPT partitions.
    "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
    "21686148-6449-6e6f-744e-656564454649",
    "024dee41-33e7-11d3-9d69-0008c781f39f",
    "e3c9e316-0b5c-4db8-817d-f92df00215ae",
    "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7",
    "de94bba4-06d1-4d40-a16a-bfd50179d6ac",
    "5808c8aa-7e8f-42e0-85d2-e1e90434cfb3",
    "af9b60a0-1431-4f62-bc68-3311714a69ad",
    "0fc63daf-8483-4772-8e79-3d69d8477de4",
    "a19d880f-05fc-4d3b-a006-743f0f84911e",
    "44479540-f297-41b2-9af7-d131d5f0458a",
    "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
    "69dad710-2ce4-4e3c-b16c-21a1d49abed3",
    "b921b045-1df0-41c3-af44-4c6f280d3fae",
    "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f",
    "e6d6d379-f507-44c2-a23c-238f2a3df928",
    "933ac7e1-2eb4-4f13-b844-0e14e2aef915",
    "3b8f8425-20e0-4f3b-907f-1a25a76f98e8",
    "4d21b016-b534-45c2-a9fb-5c16e091fd2d",
    "bc13c2ff-59e6-4262-a352-b275fd6f7172",
    "ca7d7ccb-63ed-4c53-861c-1742536059cc",
    "8da63339-0007-60c0-c436-083ac8230908",
    "48465300-0000-11aa-aa11-00306543ecac",
    "7c3457ef-0000-11aa-aa11-00306543ecac",
    // Namespaces of EFI variables.
    "8be4df61-93ca-11d2-aa0d-00e098032b8c",
    "d719b2cb-3d3a-4596-a3bc-dad00e67656f",
    "605dab50-e046-4300-abb6-3dd810dd8b23",
    "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
];

/// The rest of all short UUIDs of Bluetooth.
const BLUETOOTH_BASE: &[u8] = b"-0000-1000-8000-00805f9b34fb";

/// The rest of the identifiers that COM gave out itself.
const COM_BASE: &[u8] = b"-0000-0000-c000-000000000046";

fn hyphens(site: &Site<'_>) -> Result<Verdict, More> {
    let at = site.at;
    let Some(start) = at.checked_sub(8).filter(|start| *start >= site.floor) else { return pass(site) };
    let text = window(site, at, NEAR)?;
    if text.get(at + 5) != Some(&b'-') || text.get(at + 10) != Some(&b'-') || text.get(at + 15) != Some(&b'-')
    {
        return pass(site);
    }
    let end = start + LENGTH;
    let Some(spelled) = text.get(start..end) else { return pass(site) };
    let shape = |(index, byte): (usize, &u8)| {
        if matches!(index, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() }
    };
    if !spelled.iter().enumerate().all(shape) {
        return pass(site);
    }
    if is_marked(text, end) {
        return keep(end + 1);
    }
    let longer =
        start.checked_sub(1).is_some_and(|index| text[index].is_ascii_hexdigit()) && !escaped(text, start);
    if longer || text.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        return pass_to(site, end);
    }
    if is_well_known(spelled) { keep(end) } else { found(Kind::Uuid, start, end) }
}

fn escaped(text: &[u8], start: usize) -> bool {
    start >= 2 && matches!(text[start - 1], b'b' | b'f') && text[start - 2] == b'\\'
        || start >= 3 && text[start - 3] == b'%'
}

fn is_well_known(spelled: &[u8]) -> bool {
    stands_at(spelled, 8, BLUETOOTH_BASE)
        || stands_at(spelled, 8, COM_BASE)
        || WELL_KNOWN.iter().any(|known| spelled.eq_ignore_ascii_case(known.as_bytes()))
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::new(&["uuid", "guid"]));

/// `uuid=36f675cc81e74ef5e8e25d940ed90475`
fn labelled(site: &Site<'_>) -> Result<Verdict, More> {
    let Some(key) = key_length(site, &KEYS)? else { return pass(site) };
    match Opening::read(site, site.at + key)? {
        Some(opening) => digits(site, opening.start, Kind::Uuid),
        None => pass(site),
    }
}

/// The verdict on 32 hexadecimal digits at `start`.
pub(super) fn digits(site: &Site<'_>, start: usize, kind: Kind) -> Result<Verdict, More> {
    let text = site.ahead(start, 34)?;
    let digits = text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let ends = !text
        .get(digits)
        .is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, b'~' | b'_' | b'-'));
    let varied = text.iter().take(digits).any(|digit| Some(digit) != text.first());
    if digits == 32 && ends && varied { found(kind, start, start + digits) } else { pass(site) }
}
