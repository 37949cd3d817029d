//! Real archives, made and read back by the usual tools, on their way through a filter.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test's helpers fail as the test does"
)]

mod bombs;
mod damage;
mod filters;
mod memory;
mod nested;
mod streams;
mod tars;
mod tools;
mod zips;
