//! End to end tests through the real binary: nothing is mocked.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "functions of tests, which end where they cannot go on"
)]

mod abi;
mod catalogue;
mod command_line;
mod consent;
mod dialog;
mod faults;
mod inputs;
mod misbehaviour;
mod plan;
mod report;
