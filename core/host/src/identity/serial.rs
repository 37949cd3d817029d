//! Which serial numbers are ones.

/// What manufacturers, hypervisors and set-up programs write where a number is missing.
const FILLERS: &[&str] = &[
    "0123456789abcdef",
    "amazon ec2",
    "asset-1234567890",
    "base board asset tag",
    "base board serial number",
    "board asset tag",
    "chassis asset tag",
    "chassis serial number",
    "default",
    "default string",
    "empty",
    "huaweicloud",
    "invalid",
    "n/a",
    "no asset information",
    "no asset tag",
    "no enclosure",
    "none",
    "not applicable",
    "not available",
    "not present",
    "not provided",
    "not specified",
    "not used",
    "null",
    "o.e.m.",
    "oem",
    "oraclecloud.com",
    "sernum",
    "serial",
    "serial number",
    "system serial number",
    "tag",
    "to be filled by o.e.m.",
    "to be filled by o.e.m",
    "type2 - board serial number",
    "type3 - chassis serial number",
    "unknown",
    "unspecified",
    "x.x",
    // The asset tag of every virtual machine of Azure.
    "7783-7084-3265-9085-8269-3286-77",
    // The UUID of boards that all share one.
    "03000200-0400-0500-0006-000700080009",
];

/// Fewest characters.
const SHORTEST: usize = 4;
/// Fewest characters of a number of digits only, so that counts and years stay.
const SHORTEST_NUMBER: usize = 6;

/// True when it tells one device apart: not a filler, not one character all over, not counted up from the keyboard, not
/// the address of a bus where a virtual device has nothing better, and not so short that it is found everywhere.
pub(super) fn identifies(serial: &str) -> bool {
    let serial = serial.trim();
    let is_number = serial.bytes().all(|byte| byte.is_ascii_digit());
    let shortest = if is_number { SHORTEST_NUMBER } else { SHORTEST };
    serial.len() >= shortest
        && !FILLERS.iter().any(|filler| filler.eq_ignore_ascii_case(serial))
        && !is_one_character(serial)
        && !is_counted_up(serial)
        && !is_bus_address(serial)
        && !is_word(serial)
}

/// `00000000`, `XX-XX`, `0000-0000`, `0x0000`.
fn is_one_character(serial: &str) -> bool {
    let bare = serial.strip_prefix("0x").unwrap_or(serial);
    let mut letters = bare.bytes().filter(u8::is_ascii_alphanumeric);
    let first = letters.next();
    letters.all(|letter| Some(letter) == first)
}

/// `123456789`, `0123456789`, `12345678900`.
fn is_counted_up(serial: &str) -> bool {
    let digits = serial.trim_start_matches('0').trim_end_matches('0');
    serial.bytes().all(|byte| byte.is_ascii_digit()) && "123456789".starts_with(digits)
}

/// `Server`, `laptop`.
fn is_word(serial: &str) -> bool {
    let mut letters = serial.bytes();
    letters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_lowercase())
}

/// `0000:00:14.0`, which a USB root hub has for a serial number, or `vhci_hcd.0`.
fn is_bus_address(serial: &str) -> bool {
    let is_pci = serial.len() == 12
        && serial.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b':',
            10 => byte == b'.',
            _ => byte.is_ascii_hexdigit(),
        });
    is_pci || serial.contains("_hcd.")
}

/// The serial numbers in the name of a link in `/dev/disk/by-id`: `ata-Fig_SSD_870_S5Y1NX0R1-part2` → `S5Y1NX0R1`.
pub(super) fn of_disk_link(link: &str) -> Option<String> {
    let (bus, rest) = link.split_once('-')?;
    let rest = without_suffix(rest, "-part");
    match bus {
        "wwn" => Some(rest.to_owned()),
        "nvme" if rest.starts_with("eui.") || rest.starts_with("uuid.") => {
            rest.split_once('.').map(|(_, number)| number.to_owned())
        }
        "ata" | "mmc" | "nvme" | "scsi" | "usb" | "ieee1394" | "memstick" => {
            let rest = if bus == "usb" { without_lun(rest) } else { rest };
            // The number of an NVMe namespace stands behind the serial number.
            let rest = if bus == "nvme" { without_suffix(rest, "_") } else { rest };
            rest.rsplit_once('_').map(|(_, serial)| serial).or(Some(rest)).map(str::to_owned)
        }
        "virtio" => Some(rest.to_owned()),
        "lvm" => rest.strip_prefix("pv-uuid-").map(str::to_owned),
        "md" => rest.strip_prefix("uuid-").map(str::to_owned),
        "dm" => rest.strip_prefix("uuid-").and_then(of_device_mapper),
        _ => None,
    }
}

/// The part of a device mapper's UUID that tells it apart: `LVM-…`, `CRYPT-LUKS2-…-name`.
pub(super) fn of_device_mapper(uuid: &str) -> Option<String> {
    if let Some(rest) = uuid.strip_prefix("LVM-") {
        return Some(rest.split('-').next().unwrap_or(rest).to_owned());
    }
    let mut parts = uuid.strip_prefix("CRYPT-")?.split('-');
    parts
        .find(|part| part.len() == 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(str::to_owned)
}

/// The serial number in a disk's world wide identifier: `naa.5002538f4`, `t10.ATA  Fig SSD  S5Y1NX0R1`, `eui.0025385b`.
pub(super) fn of_world_wide_id(wwid: &str) -> Option<&str> {
    let last = wwid.split_whitespace().last()?;
    Some(["naa.", "eui.", "uuid.", "t10."].iter().find_map(|kind| last.strip_prefix(kind)).unwrap_or(last))
}

/// Without `suffix` and digits at its end.
fn without_suffix<'a>(text: &'a str, suffix: &str) -> &'a str {
    match text.rsplit_once(suffix) {
        Some((before, number)) if !number.is_empty() && number.len() <= 3 && is_digits(number) => before,
        _ => text,
    }
}

/// `Fig_Stick_4C530001-0:0` → `Fig_Stick_4C530001`.
fn without_lun(text: &str) -> &str {
    match text.rsplit_once('-') {
        Some((before, lun)) if lun.split(':').all(is_digits) => before,
        _ => text,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_are_no_serial_numbers() {
        for filler in [
            "To Be Filled By O.E.M.",
            "None",
            "Default string",
            "00000000",
            "0000-0000",
            "0x00000000",
            "..............",
            "123456789",
            "0123456789",
            "12345678900",
            "0000:00:14.0",
            "vhci_hcd.0",
            "1.0",
            "2024",
            "Server",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert!(!identifies(filler), "{filler}");
        }
        for serial in ["5CD0", "PF2KQ7YV", "VMware-56 4d 1b 2c", "834712", "JKTMNBC", "i-0a7c3bd91"] {
            assert!(identifies(serial), "{serial}");
        }
    }

    #[test]
    fn serial_numbers_are_found_in_the_names_of_disk_links() {
        for (link, expected) in [
            ("ata-Fig_SSD_870_500GB_S5Y1NX0R1-part12", "S5Y1NX0R1"),
            ("nvme-Fig_980_S64DNL0T7_1", "S64DNL0T7"),
            ("nvme-Fig_980_S64DNL0T7-part1", "S64DNL0T7"),
            ("nvme-eui.0025385b21404b4d", "0025385b21404b4d"),
            ("wwn-0x5002538f41c7-part1", "0x5002538f41c7"),
            ("usb-Fig_Stick_4C530001-0:0-part1", "4C530001"),
            ("mmc-SD32G_0x1f2e3d4c", "0x1f2e3d4c"),
            ("virtio-fig-disk-1", "fig-disk-1"),
            ("dm-uuid-CRYPT-LUKS2-0f1e2d3c4b5a69788796a5b4c3d2e1f0-root", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
            ("dm-uuid-LVM-Zq3hUw7dPfAbCd", "Zq3hUw7dPfAbCd"),
            ("lvm-pv-uuid-Ab1-Cd2", "Ab1-Cd2"),
        ] {
            assert_eq!(of_disk_link(link).as_deref(), Some(expected), "{link}");
        }
        for link in ["dm-name-vg-root", "md-name-web:0", "x", ""] {
            assert_eq!(of_disk_link(link), None, "{link}");
        }
    }

    #[test]
    fn world_wide_identifiers_end_in_what_tells_the_disk_apart() {
        assert_eq!(of_world_wide_id("naa.5002538f41c7"), Some("5002538f41c7"));
        assert_eq!(of_world_wide_id("t10.ATA     Fig SSD 870       S5Y1NX0R1"), Some("S5Y1NX0R1"));
        assert_eq!(of_world_wide_id("  "), None);
    }
}
