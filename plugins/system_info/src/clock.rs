//! Time zone, and whether the clock is right.

use std::path::Path;

use candor_plugin::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::sysfs;

const ZONE_BYTES: u64 = 256 * 1024;

/// Status bit of adjtimex(2): nothing disciplines the clock.
const UNSYNCHRONISED: i32 = libc::STA_UNSYNC;
/// Status bit of adjtimex(2): offsets are in nanoseconds, not microseconds.
const NANOSECONDS: i32 = libc::STA_NANO;

/// The clock.
#[derive(Debug, Serialize)]
pub(crate) struct Clock {
    /// `Europe/Stockholm`.
    time_zone: Option<String>,
    /// East of Greenwich, daylight saving time included.
    utc_offset_seconds: Option<i32>,
    /// True when a time service keeps the clock right (the kernel's view).
    synchronised: Option<bool>,
    /// How wrong the clock is at most, by the time service's reckoning.
    maximum_error_microseconds: Option<i64>,
    estimated_error_microseconds: Option<i64>,
    /// What is left to be corrected.
    offset_microseconds: Option<i64>,
    /// System clock minus hardware clock; `null` when the hardware clock runs in local time.
    hardware_clock_difference_seconds: Option<i64>,
    /// `tsc`, `kvm-clock`, `hpet`: a machine on `hpet` or `acpi_pm` is slow at telling the time.
    clock_source: Option<String>,
}

impl Clock {
    pub(crate) fn read(context: &Context) -> Self {
        let (time_zone, utc_offset_seconds) = zone(context);
        let kernel = kernel_state();
        if kernel.is_none() {
            context.note_partial("the state of the clock could not be asked for");
        }
        let hardware = hardware_clock(context);
        let now = Timestamp::now().as_second();
        Self {
            time_zone,
            utc_offset_seconds,
            synchronised: kernel.as_ref().map(|state| state.status & UNSYNCHRONISED == 0),
            maximum_error_microseconds: kernel.as_ref().map(|state| state.maxerror),
            estimated_error_microseconds: kernel.as_ref().map(|state| state.esterror),
            offset_microseconds: kernel.as_ref().map(offset_microseconds),
            hardware_clock_difference_seconds: hardware.and_then(|hardware| now.checked_sub(hardware)),
            clock_source: sysfs::text(
                context,
                "/sys/devices/system/clocksource/clocksource0/current_clocksource",
            ),
        }
    }
}

/// Reads the kernel's clock discipline without setting anything.
fn kernel_state() -> Option<libc::timex> {
    // SAFETY: `timex` is plain integers, for which all zeroes is a value; `modes` 0 means that nothing is set.
    let mut state: libc::timex = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a live, writable `timex`, which the kernel fills in before it returns.
    let answer = unsafe { libc::adjtimex(&raw mut state) };
    (answer >= 0).then_some(state)
}

/// Seconds since 1970 by the hardware clock.
fn hardware_clock(context: &Context) -> Option<i64> {
    // The third line of adjtime(5). The file is absent on machines that never set the clock, which then is UTC.
    if sysfs::text(context, "/etc/adjtime").is_some_and(|text| text.lines().any(|line| line == "LOCAL")) {
        return None;
    }
    parse_hardware_clock(&sysfs::text(context, "/proc/driver/rtc")?)
}

fn parse_hardware_clock(text: &str) -> Option<i64> {
    let value = |key| {
        text.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            (found.trim() == key).then(|| value.trim())
        })
    };
    let moment: Timestamp = format!("{}T{}Z", value("rtc_date")?, value("rtc_time")?).parse().ok()?;
    Some(moment.as_second())
}

fn offset_microseconds(state: &libc::timex) -> i64 {
    if state.status & NANOSECONDS == 0 { state.offset } else { state.offset / 1000 }
}

fn zone(context: &Context) -> (Option<String>, Option<i32>) {
    let link = std::fs::read_link("/etc/localtime").ok();
    let name = link.as_deref().and_then(zone_name).or_else(|| sysfs::text(context, "/etc/timezone"));
    // Without the file the zone is UTC: localtime(5).
    let Ok((data, _)) =
        context.read("/etc/localtime", ZONE_BYTES).map_err(|error| context.note_input(&error))
    else {
        return (name, None);
    };
    let offset = TimeZone::tzif("local", &data).ok().map(|zone| zone.to_offset(Timestamp::now()).seconds());
    (name, offset)
}

fn zone_name(link: &Path) -> Option<String> {
    let text = link.to_str()?;
    let (_, name) = text.rsplit_once("/zoneinfo/")?;
    Some(name.trim_start_matches("posix/").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_names_the_zone() {
        let name = |link| zone_name(Path::new(link));
        assert_eq!(name("../usr/share/zoneinfo/Europe/Stockholm").as_deref(), Some("Europe/Stockholm"));
        assert_eq!(name("/usr/share/zoneinfo/Etc/UTC").as_deref(), Some("Etc/UTC"));
        assert_eq!(name("/etc/my-zone"), None);
    }

    #[test]
    fn the_hardware_clock_is_read_as_utc() {
        let text = "rtc_time\t: 07:28:26\nrtc_date\t: 2026-11-22\nalrm_time\t: 00:00:00\n";
        assert_eq!(parse_hardware_clock(text), Some(1_795_332_506));
        assert_eq!(parse_hardware_clock("rtc_time: 99:99:99\nrtc_date: x\n"), None);
    }

    #[test]
    fn the_kernel_tells_the_state_of_the_clock() {
        assert!(kernel_state().is_some_and(|state| state.tick > 0));
    }
}
