//! The kernel's ring buffer, by syslog(2): what `dmesg` prints, without starting it.

use std::collections::BTreeMap;
use std::io;

use candor_plugin::{CollectError, Context};

use crate::events::{KernelEvent, KernelEvents};
use crate::summary::{KernelSummary, PRIORITIES, Summary};

/// Numbers of the syslog(2) actions. Source: the man page.
const READ_ALL: libc::c_int = 3;
const SIZE_BUFFER: libc::c_int = 10;
/// Largest buffer that is read; the kernel's own is 0.1 to 1 MiB unless somebody enlarged it.
const MOST_BYTES: usize = 4 << 20;

/// Delivers `kernel.txt`. Returns false when this machine has no such buffer.
///
/// # Errors
/// When the host refuses the artifact.
pub(crate) fn collect(context: &Context, summary: &mut Summary) -> Result<bool, CollectError> {
    let buffer = match read() {
        Ok(buffer) => buffer,
        Err(error) => {
            let denied = matches!(error.raw_os_error(), Some(libc::EPERM | libc::EACCES));
            let reason = match denied {
                true => "this user may not read the kernel ring buffer",
                false => "the kernel ring buffer cannot be read",
            };
            context.note_partial(reason);
            summary.not_read("kernel ring buffer", reason);
            return Ok(denied);
        }
    };
    let text = String::from_utf8_lossy(&buffer);
    summary.kernel = Some(parse(&text));
    context.write_text("kernel.txt", &text)?;
    Ok(true)
}

fn read() -> io::Result<Vec<u8>> {
    let size = klogctl(SIZE_BUFFER, &mut [])?;
    let mut buffer = vec![0; size.clamp(64 << 10, MOST_BYTES)];
    let count = klogctl(READ_ALL, &mut buffer)?;
    buffer.truncate(count);
    Ok(buffer)
}

fn klogctl(action: libc::c_int, buffer: &mut [u8]) -> io::Result<usize> {
    let length = libc::c_int::try_from(buffer.len()).unwrap_or(libc::c_int::MAX);
    // SAFETY: the kernel writes at most `length` bytes to the buffer, which has at least that many and outlives the call.
    let count = unsafe { libc::klogctl(action, buffer.as_mut_ptr().cast(), length) };
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}

/// Counts lines of the form `<6>[   12.345678] text`; a line without that head continues the one before.
fn parse(text: &str) -> KernelSummary {
    let mut summary = KernelSummary::default();
    let mut by_priority = [0_u64; 8];
    let mut events = KernelEvents::default();
    for line in text.lines() {
        summary.lines += 1;
        if let Some(event) = KernelEvent::of(line.as_bytes()) {
            events.count(event);
        }
        let Some((priority, uptime)) = head(line) else {
            continue;
        };
        by_priority[priority] += 1;
        summary.first_uptime_seconds = summary.first_uptime_seconds.or(uptime);
        summary.last_uptime_seconds = uptime.or(summary.last_uptime_seconds);
    }
    let counted = PRIORITIES.into_iter().zip(by_priority);
    summary.by_priority = counted.filter(|(_, count)| *count > 0).collect::<BTreeMap<_, _>>();
    summary.events = events;
    summary
}

/// Priority and time since boot of a line. The number in `<>` is facility times 8 plus priority.
fn head(line: &str) -> Option<(usize, Option<f64>)> {
    let (number, rest) = line.strip_prefix('<')?.split_once('>')?;
    let priority = number.parse::<u16>().ok()? % 8;
    let time = rest
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .and_then(|(time, _)| time.trim().parse().ok());
    Some((usize::from(priority), time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_by_priority_with_the_time_since_boot() {
        let summary = parse(concat!(
            "<5>[    0.000000] Linux version 6.1.0\n",
            "<6>[    0.004000] BIOS-provided physical RAM map:\n",
            "<30>[    3.500000] systemd[1]: Started.\n",
            "<3>[   99.125000] Out of memory: Killed process 7 (x) total-vm:1kB\n",
        ));
        assert_eq!(summary.lines, 4);
        assert_eq!(summary.by_priority, BTreeMap::from([("err", 1), ("info", 2), ("notice", 1)]));
        assert_eq!(summary.first_uptime_seconds, Some(0.0));
        assert_eq!(summary.last_uptime_seconds, Some(99.125));
        assert_eq!(summary.events.out_of_memory_kills, 1);
    }

    #[test]
    fn a_line_without_a_head_is_a_line_all_the_same() {
        let summary = parse("continued\n<x>[1] odd\n<6>no time\n");
        assert_eq!((summary.lines, summary.first_uptime_seconds), (3, None));
        assert_eq!(summary.by_priority, BTreeMap::from([("info", 1)]));
    }
}
