//! Where values are found, one file a subject.

mod accounts;
mod credentials;
mod devices;
mod disks;
mod domains;
mod environment;
mod file_systems;
mod git;
mod hosts;
mod known_hosts;
mod mail;
mod network;
mod wireless;

use crate::identity::gathering::Gathering;

/// All, the most telling first and what people write themselves last, because the number of values is bounded.
/// `accounts` tells the others which names are those of system accounts.
pub(super) const IN_ORDER: &[fn(&mut Gathering<'_>)] = &[
    accounts::gather,
    hosts::gather_own,
    domains::gather,
    network::gather,
    wireless::gather,
    environment::gather,
    credentials::gather_of_packages,
    devices::gather,
    disks::gather,
    file_systems::gather,
    mail::gather,
    hosts::gather_table,
    known_hosts::gather,
    credentials::gather_of_people,
    git::gather,
];
