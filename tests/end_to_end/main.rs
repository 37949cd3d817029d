//! End to end tests through the real binary: nothing is mocked.

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
