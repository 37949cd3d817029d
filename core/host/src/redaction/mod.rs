//! The engine of a run, applied to whatever goes into the report: texts, archives, and what others say.

mod archive;
mod checking;
mod proof;
mod text;
mod words;

pub use archive::ArchiveFilter;
pub use checking::{CheckingFilter, scanned};
pub use proof::{Proof, ProofError, Survivor, prove};
pub use words::{redact_entry, redact_options, redact_text};

pub(crate) use text::TextRedactor;
pub(crate) use words::{clean, redact_name};
