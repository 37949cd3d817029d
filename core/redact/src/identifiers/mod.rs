//! Identifiers: one file a kind, behind one list.

mod around;
mod card;
mod columns;
mod coordinates;
mod disk_link;
pub(crate) mod dn;
mod domain_user;
mod email;
pub(crate) mod host;
mod host_record;
mod iban;
pub(crate) mod ipv4;
pub(crate) mod ipv6;
pub(crate) mod kernel_table;
mod labelled;
mod mac;
mod machine_id;
mod marked;
mod no_value;
mod person;
mod phone;
mod principal;
mod serial;
mod share;
mod sid;
mod ssid;
mod user;
mod uuid;
mod vcard;
mod word_set;

use crate::detector::Detector;
use crate::site::{Found, More, Site, Verdict};

/// What this program has written already. Asked before everything else.
pub(crate) const MARKED: &[Detector] = &[marked::DETECTOR];

/// A known host name at `start..end`, with the domain that stands behind it.
pub(crate) fn known_host(site: &Site<'_>, start: usize, end: usize) -> Result<Found, More> {
    host::known(site, start, end)
}

/// The address of mail of which a known name at `start..end` is part: `jane.x@example.com`.
pub(crate) fn mail_around(site: &Site<'_>, start: usize, end: usize) -> Result<Option<Found>, More> {
    email::around(site, start, end)
}

pub(crate) use columns::behind;

/// The name of a user at `start..end`, if it is one that nobody has treated.
pub(crate) fn user_at(site: &Site<'_>, start: usize, end: usize) -> Result<Verdict, More> {
    user::judge(site, start, end)
}

/// In the order in which they are asked at the same place.
pub(crate) const DETECTORS: &[Detector] = &[
    share::PATHS,
    share::TOLD,
    domain_user::JOINED,
    domain_user::LABELLED,
    kernel_table::SOCKETS,
    kernel_table::ROUTES,
    dn::DETECTOR,
    sid::DETECTOR,
    host_record::ADDRESSED,
    ipv4::DOTTED,
    ipv4::DASHED,
    ipv6::COLONS,
    ipv6::BARE,
    mac::COLONS,
    mac::DASHES,
    mac::DOTS,
    mac::LABELLED,
    mac::INTERFACE,
    uuid::HYPHENS,
    uuid::LABELLED,
    machine_id::DETECTOR,
    serial::DETECTOR,
    disk_link::DETECTOR,
    iban::DETECTOR,
    host::ISO,
    user::MORE_IDS,
    phone::LABELLED,
    phone::INTERNATIONAL,
    card::DETECTOR,
    phone::LOCAL,
    coordinates::LABELLED,
    coordinates::PAIRS,
    coordinates::DEGREES,
    coordinates::DEGREE,
    coordinates::SIGNED,
    ssid::DETECTOR,
    ssid::ASSOCIATED,
    ssid::CONNECTION,
    vcard::DETECTOR,
    person::LABELLED,
    person::ADDRESSED,
    person::ACCOUNT,
    columns::LISTED_FILE,
    columns::LISTED,
    columns::GROUP,
    columns::PROCESS,
    user::HOME,
    user::LABELLED,
    user::OPTION,
    user::COMMAND,
    user::IDS,
    user::LOGIN,
    user::SUDO,
    user::CRON,
    user::SUPER,
    user::TERMINAL,
    user::ACCESS,
    user::NAMED,
    user::BRACKETED,
    email::DETECTOR,
    host::FULL,
    host::SYSLOG,
    host::LABELLED,
    host::AUTHORITY,
    host::UNAME,
    host_record::BEFORE,
    host_record::BEHIND,
];
