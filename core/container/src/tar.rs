//! tar: ustar, pax, GNU and version 7, rewritten entry by entry.

mod extended;
mod header;
mod member;
mod repack;

pub(crate) use header::begins;
pub(crate) use repack::pass;
