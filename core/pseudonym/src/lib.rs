//! Pseudonyms: what takes the place of names, addresses and numbers in a report. They are made with a key, the same value
//! gets the same pseudonym wherever it stands, and whoever holds the key, and nobody else, can translate them back. There is
//! no table to keep.
//!
//! Who uses it: `candor-redact` writes pseudonyms, `candor reveal` reads them, collectors of binary formats use the
//! functions on addresses.
//!
//! What it never does: find identifiers in a text, decide which of them to replace, read or write a file.
//!
//! Start with [`CaseKey`], then [`Pseudonyms`]. [`recognise`] tells pseudonyms from other text without a key. The forms and
//! their reasons are in `docs/design/pseudonyms.md`.

mod address;
mod cipher;
mod key;
mod name;
mod number;
mod pseudonyms;
pub mod recognise;
mod reveal;
mod unfit;

pub use address::{Ipv4Spelling, MacSpelling};
pub use key::{CaseKey, KeyError};
pub use name::{MAX_NAME_BYTES, NameKind};
pub use pseudonyms::Pseudonyms;
pub use reveal::{Found, Kind, Revealed};
pub use unfit::Unfit;
