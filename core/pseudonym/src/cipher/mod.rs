//! The machinery below all kinds: subkeys, base32, and FF1 on numerals of any radix.

pub(crate) mod base32;
mod ff1;
mod numerals;
mod subkey;

pub(crate) use ff1::Ff1;
pub(crate) use subkey::{Purpose, subkey};
