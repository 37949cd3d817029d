//! The gate against a hostile process: a forked child under a small filter asks for things, the real gate answers.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test's helpers fail as the test does")]

mod child;
mod connections;
mod faults;
mod files;
mod listings;
mod looking;
mod measurement;
mod ordinary_user;
mod own_process;
mod receipts;
