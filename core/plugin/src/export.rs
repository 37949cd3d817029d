//! The glue that [`export_collector!`](crate::export_collector) puts between a [`Collector`] and the ABI.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use candor_contract::ABI_REVISION;
use candor_contract::abi::{Collector as AbiCollector, Collector_TO, SinkBox};
use candor_contract::document::{Failure, Request, Response};

use crate::forward::Forward;
use crate::{CollectError, Collector, Context};

#[doc(hidden)]
pub use candor_contract::abi::{CollectorBox, CollectorModule, CollectorModuleRef};
#[doc(hidden)]
pub use candor_contract::abi_stable;

use abi_stable::library::RootModuleResult;
use abi_stable::std_types::{RErr, ROk, RResult, RSlice, RVec};

/// The revision that the macro states.
#[doc(hidden)]
pub const REVISION: u32 = ABI_REVISION;

struct Adapter<C>(PhantomData<fn() -> C>);

impl<C: Collector> AbiCollector for Adapter<C> {
    fn collect(&mut self, request: RSlice<'_, u8>, sink: SinkBox) -> RResult<RVec<u8>, RVec<u8>> {
        let sink = Arc::new(sink);
        let answer = parse_request(&request).and_then(|request| {
            // Fails when a subscriber is set already, which only happens when a test runs two in one process.
            let _ = tracing::subscriber::set_global_default(Forward::new(
                Arc::clone(&sink),
                request.log_level.as_deref(),
            ));
            run::<C>(request, sink)
        });
        match answer {
            Ok(response) => ROk(serde_json::to_vec(&response).unwrap_or_default().into()),
            Err(failure) => RErr(serde_json::to_vec(&failure).unwrap_or_default().into()),
        }
    }
}

/// Makes the ABI object of one collector.
#[doc(hidden)]
pub fn boxed<C: Collector + 'static>() -> RResult<CollectorBox, RVec<u8>> {
    ROk(Collector_TO::from_value(Adapter::<C>(PhantomData), abi_stable::sabi_trait::TD_Opaque))
}

fn parse_request(bytes: &[u8]) -> Result<Request, Failure> {
    serde_json::from_slice(bytes)
        .map_err(|error| Failure::new("protocol", format!("unreadable request: {error}")))
}

/// Runs one collector in this process: options, panics and the response are handled as in a worker.
#[doc(hidden)]
pub fn run<C: Collector>(request: Request, sink: Arc<SinkBox>) -> Result<Response, Failure> {
    let options = serde_json::from_value(serde_json::Value::Object(request.options.clone()))
        .map_err(|error| Failure::new("options", format!("the options do not fit the plugin: {error}")))?;
    let context = Context::new(request, sink);
    let place = Arc::new(Mutex::new(None));
    note_panics(Arc::clone(&place));
    let result = catch_unwind(AssertUnwindSafe(|| C::collect(options, &context)));
    let _ = std::panic::take_hook();
    match result {
        Ok(Ok(completion)) => Ok(context.response(completion)),
        Ok(Err(error)) => Err(CollectError::into_failure(error)),
        Err(_) => Err(panicked(&place)),
    }
}

type Place = Arc<Mutex<Option<String>>>;

/// Keeps where a panic happened. What it said is left out: it may quote what was being read.
fn note_panics(place: Place) {
    std::panic::set_hook(Box::new(move |info| {
        if let Some(location) = info.location() {
            *place.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(format!("{}:{}", location.file(), location.line()));
        }
    }));
}

fn panicked(place: &Place) -> Failure {
    let place = place.lock().unwrap_or_else(PoisonError::into_inner).take();
    Failure::new(
        "panic",
        format!("the plugin panicked at `{}`", place.as_deref().unwrap_or("an unknown place")),
    )
}

/// Wraps the root module for the static that the macro exports.
#[doc(hidden)]
pub fn erased(module: fn() -> CollectorModuleRef) -> RootModuleResult {
    abi_stable::library::__call_root_module_loader(module)
}

/// Exports a [`Collector`] under the plugin's name, which is also the file name of its library:
/// `export_collector!("system_info", SystemInfo);`
#[macro_export]
macro_rules! export_collector {
    ($name:literal, $collector:ident) => {
        #[allow(missing_docs, clippy::all)]
        mod candor_export {
            use $crate::export::abi_stable::library::{CheckTypeLayout, LibHeader, RootModuleResult};
            use $crate::export::abi_stable::prefix_type::PrefixTypeTrait;
            use $crate::export::abi_stable::std_types::{RResult, RStr, RVec};
            use $crate::export::{CollectorBox, CollectorModule, CollectorModuleRef};

            // SAFETY: no other item of the library has this name; the host looks for it.
            #[unsafe(export_name = "candor_collector_module")]
            // SAFETY: `root_module` returns the erased form of a `CollectorModuleRef`.
            pub static MODULE: LibHeader = unsafe {
                LibHeader::from_constructor::<CollectorModuleRef>(root_module, CheckTypeLayout::Yes)
            };

            extern "C" fn root_module() -> RootModuleResult {
                $crate::export::erased(module)
            }

            fn module() -> CollectorModuleRef {
                CollectorModule { abi_revision: $crate::export::REVISION, name: RStr::from_str($name), new }
                    .leak_into_prefix()
            }

            extern "C" fn new() -> RResult<CollectorBox, RVec<u8>> {
                $crate::export::boxed::<super::$collector>()
            }
        }
    };
}
