//! Zips of one spelling: what is made, who else reads it, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod others;
mod refused;
mod support;
mod wide;
