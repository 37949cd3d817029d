//! From the symbol of a loaded library to its root module, every check on the way.

use abi_stable::library::{AbiHeaderRef, LibraryError};

use crate::ABI_REVISION;
use crate::abi::CollectorModuleRef;

/// The symbol that a plugin library exports: a static of type `abi_stable::library::LibHeader`, which begins with what
/// an [`AbiHeaderRef`] refers to.
pub const MODULE_SYMBOL: &str = "candor_collector_module";

/// Why a library is no plugin for this host. One readable sentence each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModuleError {
    /// Built with another `abi_stable`, or something else under the symbol's name.
    Header,
    /// The version of the contract differs.
    Version {
        /// What the plugin was built with.
        plugin: String,
    },
    /// The types differ from revision 1. The text is long; it is for the log.
    Layout {
        /// Every difference that was found.
        details: String,
    },
    /// The plugin states another revision.
    Revision {
        /// What it states.
        plugin: u32,
    },
    /// Its initialiser failed or panicked.
    Initialiser,
}

impl std::fmt::Display for ModuleError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let host = env!("CARGO_PKG_VERSION");
        match self {
            Self::Header => write!(formatter, "it was not built with the plugin interface of Candor"),
            Self::Version { plugin } => {
                write!(
                    formatter,
                    "interface version differs: host has {host}, plugin was built with {plugin}"
                )
            }
            Self::Layout { .. } => write!(
                formatter,
                "interface layout differs from revision {ABI_REVISION}: the plugin was built with a changed contract"
            ),
            Self::Revision { plugin } => {
                write!(formatter, "ABI revision differs: host speaks {ABI_REVISION}, plugin speaks {plugin}")
            }
            Self::Initialiser => write!(formatter, "its initialiser failed"),
        }
    }
}

impl std::error::Error for ModuleError {}

/// Checks header, version, layout and revision, and returns the root module.
///
/// # Errors
/// The first check that fails.
pub fn open(header: AbiHeaderRef) -> Result<CollectorModuleRef, ModuleError> {
    let header = header.upgrade().map_err(|_| ModuleError::Header)?;
    let module = header.init_root_module::<CollectorModuleRef>().map_err(explain)?;
    let revision = module.abi_revision();
    if revision == ABI_REVISION { Ok(module) } else { Err(ModuleError::Revision { plugin: revision }) }
}

fn explain(error: LibraryError) -> ModuleError {
    match error {
        LibraryError::IncompatibleVersionNumber { actual_version, .. } => {
            ModuleError::Version { plugin: actual_version.to_string() }
        }
        LibraryError::RootModule { .. } => ModuleError::Initialiser,
        LibraryError::AbiInstability(details) => ModuleError::Layout { details: details.to_string() },
        _ => ModuleError::Header,
    }
}
