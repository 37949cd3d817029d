//! What holds for pseudonyms of all kinds, seen from outside.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod addresses;
mod names;
mod numbers;
mod recognition;
mod robust;
mod secrecy;
mod support;
mod vectors;
