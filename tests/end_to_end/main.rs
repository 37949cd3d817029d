//! End to end tests through the real binary: nothing is mocked.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "functions of tests, which end where they cannot go on"
)]

mod abi;
mod catalogue;
mod check_run;
mod command_line;
mod commands;
mod consent;
mod dialog;
mod edit;
mod escape;
mod faults;
mod firewall;
mod inputs;
mod misbehaviour;
mod no_loss;
mod plan;
mod policy;
mod record;
mod redact_tool;
mod redaction;
mod report;
mod requests;
