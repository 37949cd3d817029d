//! The kernel's settings below `/proc/sys`: what `sysctl -a` shows.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use candor_plugin::{Context, InputError, WalkLimits};
use serde_json::Value;

use crate::mask::without_secrets;
use crate::setting::{Setting, dotted};

/// Where the settings lie.
pub(crate) const ROOT: &str = "/proc/sys";

/// Most bytes of one value.
const MOST_VALUE_BYTES: u64 = 64 * 1024;
/// Names whose values are secrets: the seed of stable IPv6 addresses and the key of TCP Fast Open cookies.
const SECRETS: [&str; 2] = ["stable_secret", "tcp_fastopen_key"];
/// Not settings: one invents a value at each reading, the other does work when read.
const NOT_SETTINGS: [&str; 2] = ["/proc/sys/kernel/random/uuid", "/proc/sys/vm/stat_refresh"];

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct KernelSettings {
    pub(crate) settings: Vec<Setting>,
    /// Settings that only a user with more rights may read.
    pub(crate) denied: usize,
    /// True when the walk came to its bounds.
    pub(crate) truncated: bool,
}

/// Reads everything that the pattern stands for. With `mask`, secrets are not even read.
pub(crate) fn read(context: &Context, pattern: &str, mask: bool) -> KernelSettings {
    let found = context.expand(pattern, WalkLimits::default());
    let mut kernel = KernelSettings {
        truncated: found.truncated,
        denied: found.failed.len(),
        ..KernelSettings::default()
    };
    for path in &found.files {
        if NOT_SETTINGS.iter().any(|other| path == Path::new(other)) {
            continue;
        }
        let setting = Setting {
            key: key(path),
            value: Value::Null,
            source: path.display().to_string(),
            line: None,
            masked: false,
        };
        if mask && is_secret(path) {
            kernel.settings.push(Setting {
                value: Value::from(crate::mask::mark()),
                masked: true,
                ..setting
            });
            continue;
        }
        match context.read_text_cut(path, MOST_VALUE_BYTES) {
            Ok(text) => {
                kernel.truncated |= text.truncated;
                let setting = Setting { value: Value::from(text.text.trim_end()), ..setting };
                kernel.settings.push(if mask { without_secrets(false, setting) } else { setting });
            }
            Err(InputError::Denied(_)) if is_readable_by_someone(path) => kernel.denied += 1,
            // Write-only, gone with its interface, or not set: an unset seed answers with an error of input and output.
            Err(_) => {}
        }
    }
    kernel
}

fn is_secret(path: &Path) -> bool {
    path.file_name().is_some_and(|name| SECRETS.iter().any(|secret| name == *secret))
}

fn is_readable_by_someone(path: &Path) -> bool {
    path.metadata().is_ok_and(|data| data.mode() & 0o444 != 0)
}

/// As sysctl(8) writes it: dots between the parts, a dot inside a part (`eth0.1`) as a slash.
fn key(path: &Path) -> String {
    let parts = path.strip_prefix(ROOT).unwrap_or(path).iter();
    let parts: Vec<String> = parts.map(|part| part.to_string_lossy().replace('.', "/")).collect();
    dotted(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_sysctl() {
        assert_eq!(
            key(Path::new("/proc/sys/net/ipv4/conf/eth0.1/rp_filter")),
            "net.ipv4.conf.eth0/1.rp_filter"
        );
    }
}
