//! The log of this program, on stderr.

use tracing_subscriber::EnvFilter;

use crate::arguments::{Global, LogFormat};

/// Environment variable that overrides `-v`, in the syntax of `tracing`'s filters.
const FILTER_VARIABLE: &str = "CANDOR_LOG";

/// Starts logging as the flags say. Quiet by default: results and errors are printed anyway.
pub fn start(global: &Global) {
    let level = match global.verbose {
        0 => "warn",
        1 => "candor=info,candor_host=debug,candor_report=info,warn",
        _ => "trace",
    };
    let filter = EnvFilter::try_from_env(FILTER_VARIABLE).unwrap_or_else(|_| EnvFilter::new(level));
    let base = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match global.log_format {
        LogFormat::Json => base.json().try_init(),
        LogFormat::Text => {
            let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
            base.with_ansi(colour).with_target(false).try_init()
        }
    };
    debug_assert!(started.is_ok(), "logging is started once");
}

/// Most verbose level that plugins' records are wanted at.
pub fn plugin_level(global: &Global) -> &'static str {
    match global.verbose {
        0 => "info",
        1 => "debug",
        _ => "trace",
    }
}
