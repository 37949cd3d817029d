//! Confines real processes and tries, in each, what it must not be able to do any more.
//!
//! Each case is a forked child of the test. Children that need it are answered by a small supervisor that refuses
//! everything. Cases that only root can set up are named on stderr when an ordinary user runs the tests.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on ends there")]

mod attempts;
mod child;
mod commands;
mod fallbacks;
mod kinds;
mod network;
mod supervisor;
mod workers;
