//! Records as they are made, signed, added to, read and held against a report.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on ends where it stands")]

mod bytes;
mod chain;
mod events;
mod support;
mod vocabulary;
