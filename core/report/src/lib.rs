//! The report: where artifacts are staged while collectors run, the archive that is made of them, and its verification.
//!
//! What for: what was collected must survive whatever ends the run, and must be found unchanged years later on a desk that
//! has an unzip and nothing of ours. A [`Session`] is a folder on disk; a report is a deterministic zip that is put together
//! from it without compressing anything again.
//!
//! Who uses it: `candor-host` stages and assembles; the CLI lists sessions, shows and verifies reports.
//!
//! What it never does: read the system, start anything, decide what may be collected, or redact. It writes below the session
//! root, at the output path, and in and beside a report that is edited, and nowhere else.
//!
//! Start with [`Session`], then [`CollectorStage`]; for reading, [`ReportReader`] and [`verify()`]; for changing, [`Editor`].

mod archive;
mod artifact;
mod aside;
mod assemble;
mod attached;
mod chain;
mod compressor;
mod container;
mod deflate;
mod digest;
mod edit;
mod entries;
mod file;
mod index;
mod layout;
mod listing;
mod media;
mod name;
mod outcome;
mod output;
mod packed;
mod proof;
mod reader;
mod redactions;
mod session;
mod stage;
mod staged;
mod tail;
mod verify;

pub use assemble::{
    AssembleError, Assembled, CONSENT_PATH, CONSENT_SIGNATURE_PATH, Closing, INDEX_PATH, REDACTIONS_PATH,
    Record,
};
pub use attached::{AttachedName, is_document};
pub use chain::{CloseError, close, close_again};
pub use compressor::{Compression, Compressor};
pub use edit::{
    EditError, Edited, Editor, MASK, Mask, MaskError, Masked, Pattern, PatternError, PictureError, Region,
    RegionError, Span, SpanError, Spans, finish_edit, replace_record,
};
pub use file::FileError;
pub use index::{ArtifactEntry, CollectorEntry, ReportIndex, SCHEMA, Tool};
pub use listing::SessionSummary;
pub use name::{ArtifactName, ArtifactNameError};
pub use outcome::Outcome;
pub use packed::{PackedEntry, Packing, ReportWriter, write_report};
pub use proof::{ClosedLeaf, Edit, EditAction, EditFault, LeafError, PROOF_SCHEME, Proof, leaf_of};
pub use reader::{ArchiveEntry, ReadError, ReportReader};
pub use redactions::{
    REDACTIONS_SCHEMA, Redaction, RedactionTerms, Redactions, RedactionsByRule, RedactionsDocument,
};
pub use session::{SESSION_SCHEMA, Session, SessionError, SessionHeader};
pub use stage::{CollectorStage, StageError};
pub use verify::{Problem, ProblemKind, ProofSummary, Verification, verify};
