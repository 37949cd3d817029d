//! Opens archives and compressed files, lets a filter rewrite the text inside, and packs them again.
//!
//! What for: a rotated log is gzip, a support bundle is `tar.xz`, and both hold text that somebody must look through
//! before it is passed on. [`transform`] walks through gzip, xz, zstd, bzip2, zip and tar, nested in any order, by
//! content and never by name. [`inspect`] is the same walk with nothing written.
//!
//! Who uses it: whoever has a [`Filter`]: the host for collected artifacts, the command line for files and folders.
//!
//! What it never does: know what is worth removing; follow a link or a `..` of an archive; write an entry under its
//! name to the disk; hold more than a bounded part of anything in memory; let through what it could not read whole.
//!
//! Start with [`transform`]; `content.rs` decides what each run of bytes is, `stream/`, `tar/` and `zip/` open it.

mod atomic;
mod budget;
mod content;
mod error;
mod filter;
mod limits;
mod path;
mod peek;
mod run;
mod sniff;
mod spool;
mod stream;
mod summary;
mod tar;
mod text;
mod walk;
mod zip;

pub use atomic::write_atomically;
pub use error::Error;
pub use filter::{Binary, Filter, FilterError, Opaque, TextFilter};
pub use limits::Limits;
pub use path::EntryPath;
pub use run::{inspect, transform, transform_draft};
pub use sniff::{Content, Encoding, Format, HEAD_BYTES, sniff};
pub use summary::{Outcome, Reason, Remark, Summary, WithheldEntry, withheld_line, withheld_name};
pub use text::TextWatch;
pub use walk::{Entry, EntryKind, WalkError, walk};
