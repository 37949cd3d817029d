//! The systemd journal, read natively.
//!
//! [`reader::JournalReader`] walks all files of a journal from the newest entry backwards, [`render::Renderer`] turns one entry into a
//! line of JSON. The files belong to somebody else, may be open for writing, damaged or made to do harm: every offset is
//! checked before it is followed, every length is bounded, and what could not be read is counted.

mod facts;
mod fields;
mod file;
mod folders;
mod json;
mod layout;
mod payload;
mod reader;
mod render;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
pub(crate) mod tests;
mod window;

pub(crate) use facts::{EventMark, Facts, Filter, NO_UNIT, OTHER_UNIT};
pub(crate) use file::{EntryKey, JournalFile};
pub(crate) use folders::{Discovery, discover};
pub(crate) use json::BinaryForm;
pub(crate) use reader::{Found, JournalReader};
pub(crate) use render::Renderer;
pub(crate) use window::{ReadAt, Windows};

/// Why a journal file, or a part of one, could not be read. Holds nothing of its content.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    /// The signature is not there.
    #[error("it is no journal file")]
    NoJournal,
    /// It uses a format that came after this reader.
    #[error("it uses a newer format (incompatible flags {0:#x})")]
    TooNew(u32),
    /// An offset leads beyond the end of the file.
    #[error("it refers to a place beyond its end")]
    BeyondEnd,
    /// Its structure is not as it should be.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    /// A payload does not unpack.
    #[error("a packed field does not unpack")]
    Unpack,
    /// The operating system says no.
    #[error("it cannot be read")]
    Io(#[from] std::io::Error),
}
