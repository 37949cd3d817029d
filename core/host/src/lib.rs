//! Plans, starts and supervises collectors.
//!
//! What for: a plan says what would run on this machine; with a grant for each collector, the host starts a worker
//! process a collector, listens to it as to an enemy, stages what it delivers through the redactor, and ends it with all
//! that it started.
//!
//! Who uses it: the CLI and later the review page. The same program is also the worker ([`worker::main`]).
//!
//! What it never does: load a library (a worker does, after it has confined itself), start anything without a
//! [`Grant`](candor_consent::Grant), or let raw text of a level below `secret` reach a disk. It is the only crate that
//! starts processes.
//!
//! Start with [`Plan::build`], then [`run`](run()).

mod broker;
mod check;
mod descendants;
mod frame;
pub mod identity;
mod library;
mod plan;
pub mod redaction;
mod required;
mod run;
mod stop;
mod supervise;
pub mod worker;

pub use check::{CheckError, PluginDescription, check_plugin};
pub use library::{Libraries, Library, LibraryError};
pub use plan::{Availability, Plan, PlannedCollector};
pub use required::Required;
pub use run::{Progress, RunError, RunOptions, entry_of, run};
pub use stop::{Stop, StopReason};
pub use supervise::{ReportCaps, StartError, Surroundings, start};
