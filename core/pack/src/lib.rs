//! Zips of which there is one spelling only: every byte follows from names, contents and order.
//!
//! What for: requests, sealed reports, forward grants and withdrawals travel as zips that anybody can unpack. Two readers of a
//! zip may see different files in it, because names, sizes and places stand in it twice and gaps are allowed. In these nothing is
//! left to the reader: headers and directory are made anew from what was understood, and compared.
//!
//! Who uses it: `candor-request` for small files in memory ([`pack`], [`unpack`]); `candor-seal` for streams ([`Packer`],
//! [`Unpacker`]) and for files of which one entry is wanted ([`Places`]).
//!
//! What it never does: compress, decompress, encrypt, open a file.
//!
//! # Layout
//!
//! All numbers are little-endian; "wide" means that a number is `0xffffffff` or larger. Source: PKWARE APPNOTE 6.3.10, sections
//! 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3. From the first byte to the last, without anything between, before or behind:
//!
//! 1. for each entry its **local header** and its bytes;
//! 2. for each entry, in the same order, its **directory record**;
//! 3. the **end**.
//!
//! | local header | bytes | value |
//! |---|---|---|
//! | signature | 4 | `0x04034b50` |
//! | version needed | 2 | 20; 45 if a size is wide |
//! | flags | 2 | 0; `0x0800` if the name is not ASCII |
//! | method | 2 | 0 stored, 8 deflated |
//! | time, date | 2, 2 | 0, `0x0021`: 1980-01-01 00:00:00 |
//! | CRC-32, packed size, size | 4, 4, 4 | of the content; both sizes `0xffffffff` if one is wide |
//! | length of name, of extra field | 2, 2 | the latter 0; 20 if a size is wide |
//! | name | | UTF-8, relative, parts separated by `/`: see [`NameError`] |
//! | extra field | 0 or 20 | 1, 16, size (8 bytes), packed size (8 bytes) |
//!
//! The sizes are known before the bytes, so there are no data descriptors (flag 3): a reader of a stream knows where each entry ends.
//!
//! | directory record | bytes | value |
//! |---|---|---|
//! | signature | 4 | `0x02014b50` |
//! | made by | 2 | `0x032d`: Unix, version 45 |
//! | version needed | 2 | 20; 45 if there is an extra field |
//! | flags to size | 20 | as in the local header |
//! | length of name, extra field, comment | 2, 2, 2 | the last 0 |
//! | disk, internal attributes | 2, 2 | 0, 0 |
//! | external attributes | 4 | `0x81800000`: a regular file, 0600 |
//! | offset | 4 | of the local header; `0xffffffff` if it is wide |
//! | name | | |
//! | extra field | 0, 12, 20 or 28 | 1, length, then of 8 bytes each: size and packed size if one of them is wide, offset if it is wide |
//!
//! The end is zip's end record (22 bytes, no comment). Before it stand zip64's end record (56 bytes, no extensible data, both versions as in
//! "made by" and 45) and its locator (20 bytes) if there are 65535 entries or more, or the directory's offset or size is wide; the
//! fields of the end record that hold a number too large are all ones.

mod head;
mod name;
mod packer;
mod places;
mod record;
mod small;
mod unpacker;
mod walk;

pub use head::{Directory, Head, HeadError, Method};
pub use name::{MAX_NAME_BYTES, NameError};
pub use packer::{PackError, Packer};
pub use places::{Place, Places};
pub use small::{Unpacked, pack, unpack};
pub use unpacker::Unpacker;
pub use walk::{UnpackError, unpack_error_in};
