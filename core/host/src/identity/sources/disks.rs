//! Serial numbers of disks and memory cards.

use crate::identity::gathering::Gathering;
use crate::identity::serial;

/// Attributes that hold a number as it is.
const NUMBERS: &[&str] = &["serial", "device/serial", "device/cid", "nguid", "eui", "uuid"];
/// Attributes that hold a world wide identifier.
const WORLD_WIDE_IDS: &[&str] = &["wwid", "device/wwid"];
const SHOWN: &str = "/sys/block/*/serial";

pub(in crate::identity) fn gather(gathering: &mut Gathering<'_>) {
    for disk in gathering.names("/sys/block") {
        let folder = format!("/sys/block/{disk}");
        for attribute in NUMBERS {
            if let Some(number) = gathering.value(&format!("{folder}/{attribute}"), SHOWN) {
                // An eui is shown as pairs of digits with blanks between.
                gathering.add_uuid(&number.replace(' ', ""));
            }
        }
        for attribute in WORLD_WIDE_IDS {
            let wwid = gathering.value(&format!("{folder}/{attribute}"), SHOWN).unwrap_or_default();
            if let Some(number) = serial::of_world_wide_id(&wwid) {
                add_number(gathering, number);
            }
        }
        if let Some(page) = gathering.bytes_shown_as(&format!("{folder}/device/vpd_pg80"), SHOWN) {
            gathering.add_likely_serial(&unit_serial(&page));
        }
        let uuid = gathering.value(&format!("{folder}/dm/uuid"), SHOWN).unwrap_or_default();
        if let Some(number) = serial::of_device_mapper(&uuid) {
            gathering.add_serial(&number);
        }
    }
    for controller in gathering.names("/sys/class/nvme") {
        if let Some(number) = gathering.value(&format!("/sys/class/nvme/{controller}/serial"), SHOWN) {
            gathering.add_serial(&number);
        }
    }
    for link in gathering.names("/dev/disk/by-id") {
        if let Some(number) = serial::of_disk_link(&link) {
            add_number(gathering, &number);
        }
    }
}

/// World wide names are written with and without `0x` before them.
fn add_number(gathering: &mut Gathering<'_>, number: &str) {
    let bare = number.strip_prefix("0x").unwrap_or(number);
    gathering.add_uuid(bare);
    if bare.len() >= 8 && bare.bytes().all(|byte| byte.is_ascii_hexdigit()) && serial::identifies(bare) {
        gathering.add_serial(&format!("0x{bare}"));
    }
}

/// The vital product data page 0x80 of a SCSI disk: four bytes of header, then the number.
fn unit_serial(page: &[u8]) -> String {
    let number = page.get(4..).unwrap_or_default();
    number.iter().filter(|byte| byte.is_ascii_graphic()).map(|byte| char::from(*byte)).collect()
}
