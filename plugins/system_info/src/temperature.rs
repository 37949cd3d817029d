//! Temperatures, by the library from `/sys/class/hwmon` and, where that has none, `/sys/class/thermal`.

use candor_plugin::Context;
use serde::Serialize;
use sysinfo::Components;

use crate::sysfs;

/// One sensor.
#[derive(Debug, Serialize)]
pub(crate) struct Temperature {
    /// `coretemp Package id 0`, `nvme Composite Samsung SSD 980 PRO`.
    sensor: String,
    celsius: f32,
    /// Where the device takes harm; `null` when it does not say.
    critical_celsius: Option<f32>,
}

impl Temperature {
    /// All sensors, by name. Virtual machines have none.
    pub(crate) fn read_all(context: &Context) -> Vec<Self> {
        let components = Components::new_with_refreshed_list();
        let mut found: Vec<Self> = components
            .iter()
            .flat_map(|components| components.iter())
            .filter_map(|component| {
                Some(Self {
                    sensor: component.label().to_owned(),
                    celsius: component.temperature()?,
                    critical_celsius: component.critical(),
                })
            })
            .collect();
        if found.is_empty() && !sysfs::names(context, "/sys/class/thermal", "thermal_zone").is_empty() {
            // The library answers with none, not with an error, when it may not read them.
            context.note_partial("there are temperature sensors, and none could be read");
        }
        found.sort_by(|left, right| left.sensor.cmp(&right.sensor));
        found
    }
}
