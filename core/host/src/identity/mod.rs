//! The values that tell this machine, its people and its networks apart, gathered before any collector runs.
//!
//! The redactor matches them exactly, whatever their length. Start with [`gather`].

mod gathering;
mod live;
mod names;
mod netlink;
mod remote;
mod root;
mod serial;
mod sources;
mod syntax;

use std::fmt;

use candor_redact::KnownValues;

use gathering::Gathering;
pub use live::Live;
pub use root::Root;

/// What is known of this machine.
///
/// `Debug` shows how much it is and no value.
#[derive(Clone, Default)]
pub struct Identity {
    /// The values, by what they are.
    pub known: KnownValues,
    /// What could not be looked at, each a phrase without any value: `` `/etc/shadow` cannot be read: permission denied ``.
    pub incomplete: Vec<String>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (known, incomplete) = (self.known.len(), self.incomplete.len());
        write!(formatter, "Identity({known} values, {incomplete} sources incomplete)")
    }
}

/// Gathers what the files below `root` and its live facts tell. Starts nothing, waits for nobody and never fails: what
/// is missing is missing, and what cannot be read is said in [`Identity::incomplete`].
///
/// Kept, because they identify nobody: names of system accounts, `root`, `localhost` and its like, names of digits only,
/// and serial numbers that manufacturers did not fill in.
#[must_use]
pub fn gather(root: &Root) -> Identity {
    let mut gathering = Gathering::new(root);
    for source in sources::IN_ORDER {
        source(&mut gathering);
    }
    gathering.finish()
}
