//! What no file of a machine tells, only its running kernel and this process.

use std::ffi::OsString;
use std::fmt;

use super::netlink;

/// Facts of the running machine. Empty ones stand for a machine that does not run.
///
/// `Debug` shows how many there are and none of them.
#[derive(Clone, Default)]
pub struct Live {
    /// The host name and the NIS domain name of uname(2).
    pub host_names: Vec<String>,
    /// Hardware addresses of the network cards, the burnt-in ones among them.
    pub hardware_addresses: Vec<[u8; 6]>,
    /// The environment of this process. What is no UTF-8 in it is left out.
    pub environment: Vec<(String, String)>,
    /// What could not be found out, each a phrase.
    pub incomplete: Vec<String>,
}

impl Live {
    /// Asks the kernel.
    #[must_use]
    pub fn of_this_machine() -> Self {
        let mut live = Self { host_names: host_names(), ..Self::default() };
        match netlink::hardware_addresses() {
            Ok(addresses) => live.hardware_addresses = addresses,
            Err(error) => {
                let reason = error.kind();
                live.incomplete
                    .push(format!("the kernel does not tell the addresses of the network cards: {reason}"));
            }
        }
        let text = |value: OsString| value.into_string().ok();
        let variables = std::env::vars_os();
        live.environment = variables.filter_map(|(name, value)| Some((text(name)?, text(value)?))).collect();
        live
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Live")
            .field("host_names", &self.host_names.len())
            .field("hardware_addresses", &self.hardware_addresses.len())
            .field("environment", &self.environment.len())
            .field("incomplete", &self.incomplete)
            .finish()
    }
}

fn host_names() -> Vec<String> {
    let names = rustix::system::uname();
    let texts = [names.nodename(), names.domainname()];
    texts.iter().filter_map(|name| name.to_str().ok()).map(str::to_owned).collect()
}
