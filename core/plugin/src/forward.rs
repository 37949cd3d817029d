//! Forwards `tracing` events through the sink: a shared library has statics of its own, so the host's subscriber never
//! sees them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use candor_contract::abi::SinkBox;
use candor_contract::document::LogRecord;
use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Event, Level, Metadata, Subscriber};

/// Sends events of the level and above to the host. Spans are accepted and not forwarded.
pub(crate) struct Forward {
    pub(crate) sink: Arc<SinkBox>,
    pub(crate) most_verbose: Level,
    next_span: AtomicU64,
}

impl Forward {
    pub(crate) fn new(sink: Arc<SinkBox>, level: Option<&str>) -> Self {
        let most_verbose = level.and_then(|level| level.parse().ok()).unwrap_or(Level::INFO);
        Self { sink, most_verbose, next_span: AtomicU64::new(1) }
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    others: BTreeMap<String, String>,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.message, "{value:?}");
        } else {
            self.others.insert(field.name().to_owned(), format!("{value:?}"));
        }
    }
}

impl Subscriber for Forward {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.most_verbose
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(self.next_span.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let metadata = event.metadata();
        let record = LogRecord {
            level: metadata.level().as_str().to_ascii_lowercase(),
            target: metadata.target().to_owned(),
            message: fields.message,
            fields: fields.others,
        };
        if let Ok(bytes) = serde_json::to_vec(&record) {
            self.sink.log(bytes.as_slice().into());
        }
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}
