//! Numbers of the machine itself, of its boards, batteries and what is plugged in.

use candor_redact::Kind;

use crate::identity::gathering::Gathering;

const DMI: &str = "/sys/class/dmi/id";

pub(in crate::identity) fn gather(gathering: &mut Gathering<'_>) {
    gather_ids(gathering);
    gather_firmware(gathering);
    for device in gathering.names("/sys/bus/usb/devices") {
        // Root hubs have the address of their controller for a serial number; names with a colon are interfaces.
        if !device.starts_with("usb") && !device.contains(':') {
            let path = format!("/sys/bus/usb/devices/{device}/serial");
            let number = gathering.value(&path, "/sys/bus/usb/devices/*/serial");
            gathering.add_likely_serial(&number.unwrap_or_default());
        }
    }
    for supply in gathering.names("/sys/class/power_supply") {
        let path = format!("/sys/class/power_supply/{supply}/serial_number");
        add_attribute(gathering, &path, "/sys/class/power_supply/*/serial_number");
    }
}

/// See machine-id(5) and random(4).
fn gather_ids(gathering: &mut Gathering<'_>) {
    for path in ["/etc/machine-id", "/var/lib/dbus/machine-id"] {
        if let Some(id) = gathering.value(path, path) {
            add_machine_id(gathering, &id);
        }
    }
    let path = "/proc/sys/kernel/random/boot_id";
    if let Some(id) = gathering.value(path, path) {
        gathering.add_uuid(&id);
        // The journal writes it without hyphens.
        add_machine_id(gathering, &id.replace('-', ""));
    }
}

fn add_machine_id(gathering: &mut Gathering<'_>, id: &str) {
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id && id.bytes().any(|byte| byte != b'0') {
        gathering.add(Kind::MachineId, id);
    }
}

fn gather_firmware(gathering: &mut Gathering<'_>) {
    for name in gathering.names(DMI) {
        let path = format!("{DMI}/{name}");
        if name.contains("serial") || name.contains("asset_tag") {
            add_attribute(gathering, &path, "/sys/class/dmi/id/*serial*");
        } else if name == "product_uuid"
            && let Some(uuid) = gathering.value(&path, "/sys/class/dmi/id/product_uuid")
        {
            gathering.add_uuid(&uuid);
        }
    }
    for path in ["/proc/device-tree/serial-number", "/sys/firmware/devicetree/base/serial-number"] {
        add_attribute(gathering, path, path);
    }
    // Boards with an ARM processor.
    let processors = gathering.text("/proc/cpuinfo").unwrap_or_default();
    for line in processors.lines() {
        if let Some(("Serial", number)) = line.split_once(':').map(|(key, number)| (key.trim(), number)) {
            gathering.add_serial(number);
        }
    }
}

fn add_attribute(gathering: &mut Gathering<'_>, path: &str, shown: &'static str) {
    if let Some(number) = gathering.value(path, shown) {
        gathering.add_serial(&number);
    }
}
