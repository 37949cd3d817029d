//! Requests as they come from outside: right, altered, late, and asking for too much.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod altered;
mod checks;
mod scope;
mod support;
