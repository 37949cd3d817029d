//! The plugin ABI of Candor, frozen at revision 1.
//!
//! What for: the few types that cross the boundary between a worker process and the shared library of a plugin,
//! and the JSON documents that travel through them.
//!
//! Who uses it: `candor-plugin` (which hides it from authors) and `candor-host` (whose worker loads libraries).
//! A plugin author should not use it: see `candor-plugin`.
//!
//! What it never does: any I/O, and growing. `abi_stable` rejects an older plugin as soon as one field or method is
//! appended, so [`abi`] is closed for good and everything new travels as bytes: as a member of a [`document`], or as a
//! new operation of [`abi::Sink::call`].
//!
//! Start with [`abi::CollectorModule`].

pub mod abi;
pub mod document;
pub mod module;

pub use abi::ABI_REVISION;
/// The one door to `abi_stable`: no other crate names it as a dependency.
pub use abi_stable;
