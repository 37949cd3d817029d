//! Wireless networks that this machine knows: names, access points, keys.

mod ifupdown;
mod iwd;
mod netplan;
mod network_manager;
mod wpa_supplicant;

use crate::identity::gathering::Gathering;

pub(in crate::identity) fn gather(gathering: &mut Gathering<'_>) {
    network_manager::gather(gathering);
    wpa_supplicant::gather(gathering);
    iwd::gather(gathering);
    netplan::gather(gathering);
    ifupdown::gather(gathering);
}
