//! What `/sys/class/net` says of the device below an interface: speed, duplex, driver.

use candor_plugin::{Context, InputError};
use serde::Serialize;

/// What the device below an interface says; all absent for one made of software.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Device {
    /// Megabits a second; absent without a signal.
    pub(crate) speed_megabits: Option<u32>,
    /// `full`, `half`.
    pub(crate) duplex: Option<String>,
    /// Name of the kernel's driver.
    pub(crate) driver: Option<String>,
    /// Whether it is a radio.
    #[serde(skip)]
    pub(crate) is_wireless: bool,
}

/// Reads about one interface.
pub(crate) fn read(context: &Context, interface: &str) -> Device {
    let read = |name: &str| read_line(context, &format!("/sys/class/net/{interface}/{name}"));
    let value = |text: Option<String>, key: &str| {
        text?.lines().find_map(|line| Some(line.strip_prefix(key)?.strip_prefix('=')?.to_owned()))
    };
    Device {
        // Drivers that do not know say -1, which older kernels print as 4294967295.
        speed_megabits: read("speed")
            .and_then(|text| text.trim().parse().ok())
            .filter(|speed| *speed < u32::MAX),
        duplex: read("duplex").map(|text| text.trim().to_owned()).filter(|text| text != "unknown"),
        driver: value(read("device/uevent"), "DRIVER"),
        is_wireless: value(read("uevent"), "DEVTYPE").as_deref() == Some("wlan"),
    }
}

/// Without a signal the kernel answers `EINVAL` to `speed`, which is no fault.
fn read_line(context: &Context, path: &str) -> Option<String> {
    match context.read_text(path, 4096) {
        Ok(text) => Some(text),
        Err(InputError::Io { .. }) => None,
        Err(error) => {
            context.note_input(&error);
            None
        }
    }
}
