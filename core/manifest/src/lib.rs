//! Collector manifests and report profiles: TOML in, typed and validated values out.
//!
//! What for: everything that a collector may read, run and cost is declared in its manifest; this crate reads the
//! declarations, checks them, and says with file, line, column and fix what is wrong with them.
//!
//! Who uses it: `candor-consent`, `candor-host`, `candor-report` and the CLI; product teams through `candor check`.
//!
//! What it never does: start anything, read what a manifest declares, or decide. It opens manifests and nothing else.
//!
//! Start with [`Manifest`] and [`Profile`], the two kinds of file, then [`Catalogue`], which loads folders of them.

mod access;
mod assignment;
mod catalogue;
mod category;
mod check;
mod diagnostic;
mod digest;
mod document;
mod file;
mod findings;
mod grounds;
mod language;
mod level;
mod manifest;
mod name;
mod option;
mod option_value;
mod overlap;
mod parse;
mod pattern;
mod profile;
mod quantity;
mod resolve;
mod resolve_error;
mod schema;
mod sensitivity;
mod shape;
mod suggest;
mod text;

pub use access::{Access, Broker, Capability, CapabilityError, Network};
pub use assignment::{AssignmentError, OptionAssignment};
pub use catalogue::{Catalogue, Loaded};
pub use category::{Category, CategoryError};
pub use diagnostic::{Diagnostic, Related, Severity};
pub use digest::{Digest, DigestError};
pub use document::Step;
pub use file::{Misfit, check_document, check_file, check_tree, top_keys};
pub use grounds::{LegalBasis, Necessity};
pub use language::{Language, LanguageError};
pub use level::{Level, LevelError};
pub use manifest::{Budget, Command, ConsentText, LevelReason, Manifest, Read, Support, Supports};
pub use name::{CollectorId, CommandId, NameError, OptionName, PluginName, ProfileId};
pub use option::{OptionError, OptionSpec};
pub use option_value::OptionValue;
pub use parse::{parse_manifest, parse_profile};
pub use pattern::{PathPattern, PatternError, Standing};
pub use profile::{Limits, Profile, ProfileLimits};
pub use quantity::{ByteSize, DurationText, QuantityError};
pub use resolve::{ResolvedCollector, ResolvedProfile};
pub use resolve_error::ResolveError;
pub use schema::{collector_schema, profile_schema};
pub use sensitivity::known_level;
