//! Loads the library of a plugin. The only place of the program that does.

use std::os::fd::RawFd;

use candor_contract::abi::CollectorModuleRef;
use candor_contract::abi_stable::library::AbiHeaderRef;
use candor_contract::document::Failure;
use candor_contract::module::{self, MODULE_SYMBOL, ModuleError};

/// Loads from the descriptor, so that the bytes that were hashed are the bytes that run.
pub(super) fn load(descriptor: RawFd) -> Result<CollectorModuleRef, Failure> {
    let path = format!("/proc/self/fd/{descriptor}");
    // SAFETY: loading runs the library's constructors. That is what the worker is for: it is confined before this.
    let library = unsafe { libloading::Library::new(&path) }
        .map_err(|error| refuse(format!("it is no shared library: {}", short(&error, &path))))?;
    // SAFETY: the symbol is a static that starts with an abi_stable header when the library is a plugin; `open` checks
    // its magic string before it looks at anything else.
    let header =
        unsafe { library.get::<AbiHeaderRef>(MODULE_SYMBOL) }.map(|symbol| *symbol).map_err(|_| {
            refuse(format!("it is a shared library but no plugin: it exports no `{MODULE_SYMBOL}`"))
        })?;
    // Never unloaded: the root module lives as long as the process.
    std::mem::forget(library);
    module::open(header).map_err(|error| {
        if let ModuleError::Layout { details } = &error {
            eprintln!("{details}");
        }
        refuse(error.to_string())
    })
}

fn refuse(message: String) -> Failure {
    Failure::new("load", message)
}

/// The loader's sentence without the descriptor's path, which says nothing to a reader.
fn short(error: &libloading::Error, path: &str) -> String {
    let mut text = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    text = text.replace(&format!("{path}: "), "");
    text.trim_matches('"').to_owned()
}
