//! The made-up machine that all documents come from: what its host would gather as known values.

/// What tells this machine, its people and its networks apart.
#[derive(Debug, Clone, Copy)]
pub struct Machine {
    /// Short name.
    pub host: &'static str,
    /// Domain of its full name.
    pub domain: &'static str,
    /// Other hosts that its own configuration names.
    pub other_hosts: &'static [&'static str],
    /// Login names of people.
    pub users: &'static [&'static str],
    /// Their real names.
    pub persons: &'static [&'static str],
    /// Serial numbers of the system, its board and its disks.
    pub serials: &'static [&'static str],
    /// Its machine-id.
    pub machine_id: &'static str,
    /// Names of wireless networks.
    pub ssids: &'static [&'static str],
    /// Addresses of its network cards, lower case with colons.
    pub macs: &'static [&'static str],
    /// Addresses of its interfaces.
    pub addresses: &'static [&'static str],
}

/// The machine. Its names are short and plain on purpose: only who knows them can find them.
pub const MACHINE: Machine = Machine {
    host: "orca7",
    domain: "fjordline.example-works.net",
    other_hosts: &["vx1", "zk4", "kiosk-north", "Printhall"],
    users: &["mjensen", "kofi", "kf", "ann-marie", "o.tamm"],
    persons: &[
        "Mette Jensen",
        "Kofi Boateng",
        "Tom\u{e1}\u{161} B\u{ed}l\u{fd}",
        "Ann-Marie O'Leary",
        "Olev Tamm",
    ],
    serials: &["7QX4T13", "PF3K9ZLM", "S5GXNX0R914772", "WD-WX92A41K7HPV", "CN7016308B00Q6"],
    machine_id: "3f1c07a4d6984e5bb2a95dd0c8e17f62",
    ssids: &["Fjordline Staff", "kai-9"],
    macs: &["a4:bb:6d:1f:90:c3", "a4:bb:6d:1f:90:c4"],
    addresses: &["10.83.2.77", "fd3a:91c7:5e02:4::4d", "2a02:8108:9640:1a2c::77"],
};
