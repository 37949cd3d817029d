//! The ids that systemd and D-Bus give to a machine and to each of its starts.

use std::sync::LazyLock;

use super::around::{pass, stands_at};
use super::labelled::{Keys, Opening, key_length};
use super::uuid;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at_words(
    "machine-id",
    &["machine id", "machine_id", "machine-id", "machineid", "boot id", "boot_id", "boot-id", "bootid"],
    examine,
);

const KEYS: &[&str] = &["machine id", "boot id"];

static KEYS_BY_LETTER: LazyLock<Keys> = LazyLock::new(|| Keys::new(KEYS));

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let near = site.ahead(site.at, 12)?;
    if !stands_at(near, 0, b"machine") && !stands_at(near, 0, b"boot") {
        return pass(site);
    }
    let Some(key) = key_length(site, &KEYS_BY_LETTER)? else { return pass(site) };
    match Opening::read(site, site.at + key)? {
        Some(opening) => uuid::digits(site, opening.start, Kind::MachineId),
        None => pass(site),
    }
}
