//! Maker and model, from the firmware's tables. Serial numbers, asset tags and the UUID are neither declared nor read.

use candor_plugin::Context;
use serde::Serialize;

use crate::sysfs;

/// The machine as its firmware describes it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Machine {
    /// `Dell Inc.`, `QEMU`.
    pub(crate) vendor: Option<String>,
    /// `PowerEdge R640`.
    pub(crate) product: Option<String>,
    /// Revision of the product.
    pub(crate) version: Option<String>,
    pub(crate) family: Option<String>,
    pub(crate) board_vendor: Option<String>,
    pub(crate) board: Option<String>,
    pub(crate) board_version: Option<String>,
    pub(crate) firmware_vendor: Option<String>,
    pub(crate) firmware_version: Option<String>,
    /// As the vendor writes it, mostly `MM/DD/YYYY`.
    pub(crate) firmware_date: Option<String>,
    /// Chassis type number of the SMBIOS specification: 3 desktop, 10 notebook, 17 and 23 rack server.
    pub(crate) chassis_type: Option<u32>,
}

impl Machine {
    pub(crate) fn read(context: &Context) -> Self {
        let dmi = |name: &str| sysfs::text(context, &format!("/sys/class/dmi/id/{name}"));
        let tree = |name: &str| sysfs::text(context, &format!("/sys/firmware/devicetree/base/{name}"));
        Self {
            vendor: dmi("sys_vendor"),
            product: dmi("product_name").or_else(|| tree("model")),
            version: dmi("product_version"),
            family: dmi("product_family"),
            board_vendor: dmi("board_vendor"),
            board: dmi("board_name"),
            board_version: dmi("board_version"),
            firmware_vendor: dmi("bios_vendor"),
            firmware_version: dmi("bios_version"),
            firmware_date: dmi("bios_date"),
            chassis_type: dmi("chassis_type").and_then(|number| number.parse().ok()),
        }
    }
}
