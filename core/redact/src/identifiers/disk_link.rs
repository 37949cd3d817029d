//! Serial numbers in the names by which disks are found: `/dev/disk/by-id/ata-Samsung_SSD_870_EVO_S6PUNX0T512345K-part1`.

use super::around::{found, holds_pseudonym, is_word, pass};
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at_words("disk-link", &["by-id/"], examine);

/// Buses whose links end in a model and a serial number, and those that have a number of the whole world only.
const BUSES: &[&[u8]] = &[b"ata-", b"nvme-", b"scsi-", b"usb-", b"virtio-", b"mmc-", b"wwn-", b"ieee1394-"];
/// Longest name of a link.
const LONGEST: usize = 160;
/// Shortest serial number.
const SHORTEST: usize = 6;

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let start = site.at + b"by-id/".len();
    if !site.starts_with(site.at, b"by-id/")? {
        return pass(site);
    }
    let length =
        site.run(start, LONGEST, |byte| is_word(byte) || matches!(byte, b'-' | b'_' | b'.' | b'+'))?;
    let name = &site.text[start..start + length];
    let Some(bus) = BUSES.iter().find(|bus| name.starts_with(bus)) else { return pass(site) };
    let mut end = memchr::memmem::find(name, b"-part").unwrap_or(length);
    // `_1` is the number of a namespace, `-0:0` that of a unit.
    end = name[..end].strip_suffix(b"_1").map_or(end, <[u8]>::len);
    if let Some(unit) = name[..end].strip_suffix(b"-0").filter(|_| *bus == b"usb-") {
        end = unit.len();
    }
    let from =
        name[..end].iter().rposition(|byte| *byte == b'_').map_or(bus.len(), |at| at + 1).max(bus.len());
    let serial = &name[from..end];
    let alone = from == bus.len();
    let named = serial.len() >= SHORTEST && serial.iter().filter(|byte| byte.is_ascii_digit()).count() >= 2;
    let numbered =
        alone && *bus != b"wwn-" && *bus != b"virtio-" && *bus != b"scsi-" && !serial.starts_with(b"eui.");
    if !named || numbered || holds_pseudonym(name) || start + from < site.floor {
        return pass(site);
    }
    found(Kind::Serial, start + from, start + end)
}
