//! What an entry tells beside its text: what the filter asks for and the summary counts.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Most unit names told apart.
const MOST_UNITS: usize = 4096;
/// Longest name that a unit can have.
const LONGEST_UNIT: usize = 256;

/// Stands for a unit when an entry names none.
pub(crate) const NO_UNIT: u16 = u16::MAX;
/// Stands for the units that came after [`MOST_UNITS`].
pub(crate) const OTHER_UNIT: u16 = u16::MAX - 1;

/// What a well-known message id says. Source: systemd's message catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventMark {
    CoreDump,
    UnitStarted,
    UnitStopped,
    UnitFailed,
    RestartScheduled,
    OutOfMemory,
    MessagesDropped,
}

impl EventMark {
    pub(super) fn of(id: &[u8]) -> Option<Self> {
        Some(match id {
            b"fc2e22bc6ee647b6b90729ab34a250b1" => Self::CoreDump,
            b"39f53479d3a045ac8e11786248231fbf" => Self::UnitStarted,
            b"9d1aaa27d60140bd96365438aad20286" => Self::UnitStopped,
            b"d9b373ed55a64feb8242e02dbe79a49c" => Self::UnitFailed,
            b"5eb03494b6584870a536b337290809b3" => Self::RestartScheduled,
            b"fe6faa94e7774663a0da52717891d8ef" | b"d989611b15e44c9dbf31e3c81256e4ed" => Self::OutOfMemory,
            b"a596d6fe7bfa4994828e72309e95d61e" | b"e9bf28e6e834481bb6f48f548ad13606" => {
                Self::MessagesDropped
            }
            _ => return None,
        })
    }
}

/// Which entries are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Greatest priority number; `None` for all, entries without a priority included.
    pub(crate) priority: Option<u8>,
    /// Full unit names; empty for all.
    pub(crate) units: HashSet<Vec<u8>>,
}

impl Filter {
    pub(super) fn admits_priority(&self, priority: Option<u8>) -> bool {
        match (self.priority, priority) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(most), Some(priority)) => priority <= most,
        }
    }
}

/// What an entry says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// 0 (emergency) to 7 (debug).
    pub(crate) priority: Option<u8>,
    /// Index into the names of units, [`NO_UNIT`] or [`OTHER_UNIT`].
    pub(crate) unit: u16,
    pub(crate) event: Option<EventMark>,
    pub(crate) from_kernel: bool,
    /// Where the JSON of the message stands in the output.
    pub(crate) message: Range<usize>,
    /// True when the filter lets it pass.
    pub(crate) wanted: bool,
}

/// Names of units, numbered in the order in which they were met.
#[derive(Default)]
pub(super) struct Units {
    pub(super) names: Vec<String>,
    wanted: Vec<bool>,
    numbers: HashMap<Vec<u8>, u16>,
}

impl Units {
    pub(super) fn number(&mut self, unit: &[u8], filter: &Filter) -> u16 {
        if let Some(number) = self.numbers.get(unit) {
            return *number;
        }
        let wanted = filter.units.contains(unit);
        if unit.len() > LONGEST_UNIT || (self.names.len() >= MOST_UNITS && !wanted) {
            return OTHER_UNIT;
        }
        let number = self.names.len() as u16;
        self.names.push(String::from_utf8_lossy(unit).into_owned());
        self.wanted.push(wanted);
        self.numbers.insert(unit.to_vec(), number);
        number
    }

    pub(super) fn is_wanted(&self, unit: u16) -> bool {
        self.wanted.get(usize::from(unit)).copied().unwrap_or(false)
    }
}
