//! Numbers with a shape: UUIDs and machine ids, Windows SIDs, telephone and card numbers, IBANs.

mod digits;
mod iban;
mod sid;
mod uuid;

pub(crate) use digits::{DigitsCipher, MOST_DIGITS};
pub(crate) use iban::IbanCipher;
pub(crate) use sid::SidCipher;
pub(crate) use uuid::UuidCipher;

/// Longest number or IBAN with a mark on both sides, without the marks.
pub const LONGEST_LAYOUT: usize = iban::MAX_BYTES;
