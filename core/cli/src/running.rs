//! A run as `collect` and `check --run` do it: with a session, progress on the terminal, and signals heeded.

use std::io::Write;
use std::sync::Arc;

use candor_consent::Grant;
use candor_host::{Plan, ReportCaps, RunError, RunOptions, Stop, StopReason};
use candor_redact::Engine;
use candor_report::{CollectorEntry, Compression, Session};

use crate::arguments::Global;
use crate::failure::Failure;
use crate::logging;
use crate::outlook::Outlook;
use crate::progress::Display;

/// What is to be run, and around what.
pub struct Run<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Where its artifacts are staged.
    pub session: &'a Session,
    /// Bounds of the report.
    pub caps: &'a ReportCaps,
    /// Ends it early.
    pub stop: &'a Stop,
    /// Shows how it goes.
    pub display: &'a Display,
}

/// `20260131T120000Z-1a2b3c4d`
pub fn session_id(created: jiff::Timestamp) -> String {
    let unique = uuid::Uuid::new_v4().simple().to_string();
    format!("{}-{}", created.strftime("%Y%m%dT%H%M%SZ"), &unique[..8])
}

/// The first SIGINT or SIGTERM ends the workers and leads to what the command makes of a part; the second ends the
/// program at once, with the note.
pub fn stop_on_signals(stop: &Stop, note: String) -> Result<(), Failure> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let stop = stop.clone();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            let reason = if signal == SIGINT { StopReason::Interrupted } else { StopReason::Terminated };
            if stop.requested().is_some() {
                let _ = writeln!(std::io::stderr(), "{note}");
                std::process::exit(if signal == SIGINT { 130 } else { 143 });
            }
            stop.request(reason);
        }
    })?;
    Ok(())
}

/// How a run is done on this machine.
pub fn options(
    global: &Global,
    outlook: Outlook,
    compression: Compression,
    engine: Arc<Engine>,
) -> RunOptions {
    RunOptions {
        workers: std::thread::available_parallelism().map_or(1, usize::from),
        log_level: logging::plugin_level(global).to_owned(),
        program: None,
        compression,
        machine: outlook.machine,
        required: outlook.required,
        engine,
    }
}

impl Run<'_> {
    /// Runs what there are grants for.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub fn go(&self, grants: Vec<Grant>, options: &RunOptions) -> Result<Vec<CollectorEntry>, RunError> {
        let Self { plan, session, caps, stop, display } = self;
        let (done, over) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(move || display.tick_until(&over));
            let result =
                candor_host::run(plan, grants, session, caps, stop, options, &|event| display.show(event));
            drop::<std::sync::mpsc::Sender<()>>(done);
            result
        })
    }
}
