//! Collector `network-config`: how this machine is connected, and what it listens to.
//!
//! What for: support sees wrong addresses, routes and name servers, a port that is taken or closed, a firewall or proxy in
//! the way. It reads the kernel's own lists over netlink, `/etc/resolv.conf`, `/etc/hosts` and their like, and asks the
//! host for the output of the firewall's tools and for the processes that hold the sockets.
//!
//! Private in it are addresses, host names, names of users, processes and wireless networks. With
//! `lan_addresses = "omit"` no artifact holds an address of the local network; [`local`] says what that is, [`omit`] how.
//!
//! What it never does: send a packet, look into another process, read keys of wireless networks or VPNs
//! (`system-connections`, `wpa_supplicant.conf`), change a setting.
//!
//! Start with [`NetworkConfig`], which is the order of reading; then [`netlink`].

mod address;
mod attribute;
mod delivery;
mod device;
mod firewall;
mod link;
mod local;
mod names;
mod neighbour;
mod netlink;
mod nftables;
mod omit;
mod overview;
mod proxy;
mod route;
mod rule;
mod socket;
mod spelling;
mod wireless;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod namespace;
#[cfg(test)]
mod tests;

use candor_plugin::{CollectError, Collector, Completion, Context, export_collector};
use serde::Deserialize;

use crate::delivery::Delivery;
use crate::overview::Overview;

/// What becomes of the addresses of the local network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
enum LanAddresses {
    /// They stay.
    Keep,
    /// Each is replaced by the word `omitted`.
    Omit,
}

/// The manifest's options.
#[derive(Debug, Deserialize)]
struct Options {
    lan_addresses: LanAddresses,
}

/// The collector.
struct NetworkConfig;

impl Collector for NetworkConfig {
    type Options = Options;

    fn collect(options: Options, context: &Context) -> Result<Completion, CollectError> {
        let overview = Overview::read(context, options.lan_addresses);
        let sockets = overview::sockets(context);
        let delivery = match options.lan_addresses {
            LanAddresses::Keep => Delivery::whole(context),
            LanAddresses::Omit => Delivery::omitting(context, overview.local_network()?),
        };
        delivery.json("network.json", &overview)?;
        delivery.list("sockets.json", &sockets)?;
        if let Some(text) = overview.names.resolver_text() {
            delivery.text("resolv.conf.txt", "text/plain; charset=utf-8", text)?;
        }
        for rules in &overview.firewall.texts {
            delivery.text(rules.artifact, rules.media_type, &rules.text)?;
        }
        Ok(Completion::Collected)
    }
}

export_collector!("network_config", NetworkConfig);
