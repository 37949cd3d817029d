//! zip (PKWARE's APPNOTE), read by its central directory and written without a need to seek.

mod directory;
mod extra;
mod record;
mod recover;
mod repack;
mod write;

pub(crate) use repack::pass;
