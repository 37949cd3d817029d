//! The types that cross the library boundary. Nothing here may change: no field, no method, no order.

// The sabi_trait and StableAbi derives generate items that no doc comment can reach.
#![allow(missing_docs, clippy::all, non_local_definitions)]

use abi_stable::library::RootModule;
use abi_stable::package_version_strings;
use abi_stable::sabi_trait;
use abi_stable::sabi_types::VersionStrings;
use abi_stable::std_types::{RBox, RResult, RSlice, RStr, RVec};
use abi_stable::{StableAbi, declare_root_module_statics};

/// The one revision of this interface. A plugin that speaks another is refused before it runs.
pub const ABI_REVISION: u32 = 1;

/// The root module that every plugin library exports.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = CollectorModuleRef)))]
#[sabi(missing_field(panic))]
pub struct CollectorModule {
    /// [`ABI_REVISION`] of the contract that the plugin was built with.
    pub abi_revision: u32,
    /// The plugin's name, as manifests write it: `system_info`.
    pub name: RStr<'static>,
    /// Makes one collector. The error is a [`crate::document::Failure`] as JSON.
    #[sabi(last_prefix_field)]
    pub new: extern "C" fn() -> RResult<CollectorBox, RVec<u8>>,
}

impl RootModule for CollectorModuleRef {
    declare_root_module_statics! {CollectorModuleRef}
    const BASE_NAME: &'static str = "candor_plugin";
    const NAME: &'static str = "candor_plugin";
    const VERSION_STRINGS: VersionStrings = package_version_strings!();
}

/// One collector of a plugin: a single method, called once.
#[sabi_trait]
pub trait Collector: Send {
    /// Collects. `request` is a [`crate::document::Request`], the answer a [`crate::document::Response`], the error a
    /// [`crate::document::Failure`], all as JSON.
    #[sabi(last_prefix_field)]
    fn collect(&mut self, request: RSlice<'_, u8>, sink: SinkBox) -> RResult<RVec<u8>, RVec<u8>>;
}

/// Where a collector's output goes; given by the host. One artifact is open at a time.
///
/// Errors are a [`crate::document::Failure`] as JSON; after an error the collector should end.
#[sabi_trait]
pub trait Sink: Send + Sync {
    /// Opens an artifact: `header` is a [`crate::document::ArtifactHeader`] as JSON.
    fn begin(&self, header: RSlice<'_, u8>) -> RResult<(), RVec<u8>>;
    /// Appends raw bytes to the open artifact.
    fn chunk(&self, data: RSlice<'_, u8>) -> RResult<(), RVec<u8>>;
    /// Closes the open artifact: `trailer` is a [`crate::document::ArtifactTrailer`] as JSON.
    fn end(&self, trailer: RSlice<'_, u8>) -> RResult<(), RVec<u8>>;
    /// Forwards one [`crate::document::LogRecord`] as JSON. Never fails: a lost log line is not a lost report.
    fn log(&self, record: RSlice<'_, u8>);
    /// Asks the host for something by name. An operation that the host does not know, or that the manifest does not
    /// declare, answers a failure of kind `unsupported` or `undeclared`.
    #[sabi(last_prefix_field)]
    fn call(&self, op: RStr<'_>, body: RSlice<'_, u8>) -> RResult<RVec<u8>, RVec<u8>>;
}

/// An owned collector.
pub type CollectorBox = Collector_TO<'static, RBox<()>>;

/// An owned sink.
pub type SinkBox = Sink_TO<'static, RBox<()>>;
