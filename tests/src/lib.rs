//! Drives the real `candor` for the end to end tests.
//!
//! What for: each test gets a folder of its own with a state folder, an output folder and the laid out tree of the
//! program, and runs the binary as a person or a script would.
//!
//! Who uses it: the tests in `end_to_end/`.
//!
//! What it never does: skip. What is missing is named, with the command that makes it.
//!
//! Start with [`Sandbox`].

#![expect(clippy::expect_used, reason = "a test that cannot go on ends where it stands")]

#[path = "../redaction/corpus/mod.rs"]
pub mod corpus;
mod report;
mod run;
mod sandbox;
#[path = "../redaction/score/mod.rs"]
pub mod score;
mod user;

/// Names of all measures of the lock-down, as `--pretend-without` takes them.
pub const MEASURES: [&str; 18] = [
    "parent-death-signal",
    "undumpable",
    "closed-descriptors",
    "memory-limit",
    "processor-limit",
    "no-file-writes",
    "no-core-dumps",
    "open-files-limit",
    "process-limit",
    "own-network",
    "empty-root",
    "unprivileged-user",
    "dropped-capabilities",
    "no-new-privileges",
    "landlock",
    "seccomp",
    "exact-reads",
    "exact-connections",
];

pub use report::Report;
pub use run::{Finished, Running};
pub use sandbox::{Sandbox, fixture, fixture_plugins, program};
pub use user::User;
