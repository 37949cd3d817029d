//! Turns a manifest into a policy, and lets the kernel enforce it.
//!
//! What for: [`derive`](derive()) says what one process may do, as a pure function of a manifest, its options and what
//! the machine can. The process confines itself to that ([`confine`]) before foreign code is in it, and every file that it
//! opens from then on is opened for it by the [`Gate`], which is the host's end of the confinement and writes the
//! [`AccessReceipt`].
//!
//! Who uses it: `candor-host`, on both sides of a worker's socket; the CLI, to show policies.
//!
//! What it never does: start a process, load a library, decide whether a collector runs, or claim a measure that the kernel
//! did not accept.
//!
//! Start with [`Policy`], then [`Measure`].

mod derive;
mod enforcement;
mod gate;
mod machine;
mod measure;
mod platform;
mod policy;
mod programs;
mod receipt;

pub use derive::{PolicyError, derive, derive_check, derive_command};
pub use enforcement::{Enforcement, EnforcementLevel, MissingMeasure};
pub use gate::{Gate, GateError};
pub use machine::{Machine, Pretence, PretenceError, WorkerUser};
pub use measure::Measure;
pub use platform::{Confined, UserNamespace, confine, machine};
pub use policy::{Policy, ResourceLimits};
pub use programs::Program;
pub use receipt::{AccessReceipt, DeniedAccess, PathAccess, UnusedRead};
