//! Drives one collector as the host would, inside the author's own tests.
//!
//! What for: a plugin's tests run its `collect` against this machine or against captured answers, and look at what it
//! delivered. Budgets, artifact names and the order of calls are checked as the host checks them.
//!
//! Who uses it: the tests of the crates under `plugins/`. Nothing that ships.
//!
//! What it never does: start a process or a worker; the end to end tests in `tests/` do that with the real binary.
//!
//! Start with [`Harness`].

mod harness;
mod recorder;

pub use harness::{Harness, Run};
pub use recorder::Artifact;
