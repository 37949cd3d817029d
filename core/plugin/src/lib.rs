//! What the author of a plugin uses: a trait, a context to read and write through, and one export line.
//!
//! What for: a plugin is 60–150 lines that read something and describe it. Everything around that (the frozen ABI,
//! panics, log forwarding, framing, budgets, declared reads) is here, out of the author's sight.
//!
//! Who uses it: every crate under `plugins/`. The host does not.
//!
//! What it never does: decide about consent, write to a disk, start a process, or open a path that the manifest does
//! not declare ([`Context::open`] refuses it before the kernel does).
//!
//! Start with [`Collector`]:
//!
//! ```
//! use candor_plugin::{CollectError, Collector, Completion, Context, export_collector};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize)]
//! struct Options {}
//!
//! #[derive(Serialize)]
//! struct Uptime {
//!     /// Seconds since the machine started.
//!     uptime_seconds: f64,
//! }
//!
//! struct UptimeCollector;
//!
//! impl Collector for UptimeCollector {
//!     type Options = Options;
//!     fn collect(_: Options, context: &Context) -> Result<Completion, CollectError> {
//!         let text = context.read_text("/proc/uptime", 1024)?;
//!         let uptime_seconds = text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0.0);
//!         context.write_json("uptime.json", &Uptime { uptime_seconds })?;
//!         Ok(Completion::Collected)
//!     }
//! }
//!
//! export_collector!("uptime", UptimeCollector);
//! # fn main() {}
//! ```

mod artifact;
mod collector;
mod command;
mod context;
mod declared;
mod error;
pub mod export;
mod forward;
mod input;
mod metadata;
mod walk;

pub use artifact::ArtifactWriter;
pub use candor_contract::document::{CommandResult, FirewallMessages, SocketOwner, SocketOwners};
pub use collector::{Collector, Completion};
pub use context::Context;
pub use error::CollectError;
pub use input::{Input, InputError, Text};
pub use metadata::FileMetadata;
pub use walk::{Expansion, WalkLimits};
