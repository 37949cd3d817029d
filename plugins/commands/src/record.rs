//! `commands.json`: how each command ended.

use candor_plugin::CommandResult;
use serde::Serialize;

use crate::output::Output;

/// Name of the index among the artifacts.
pub(crate) const INDEX: &str = "commands.json";

/// Most bytes of standard error that the index keeps of one command, from its start.
const MOST_STDERR_BYTES: usize = 64 * 1024;
/// Bytes that are kept back for one record. Text that is all control characters, which JSON writes as six bytes each,
/// takes more; the host's cap is then the one that counts.
pub(crate) const MOST_BYTES: u64 = 80 * 1024;

/// One declared command.
#[derive(Debug, Default, Serialize)]
pub(crate) struct CommandRecord {
    /// Its id in the manifest.
    pub(crate) id: String,
    /// False when this machine does not have the program.
    pub(crate) installed: bool,
    /// The absolute path and arguments that ran; empty when nothing ran.
    pub(crate) argv: Vec<String>,
    /// The artifact with its standard output; absent when it printed nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) artifact: Option<String>,
    /// Exit code; absent when a signal ended it or nothing ran.
    pub(crate) exit_code: Option<i32>,
    /// The signal that ended it.
    pub(crate) signal: Option<i32>,
    /// True when its time ran out.
    pub(crate) timed_out: bool,
    /// True when the output cap cut what it printed.
    pub(crate) truncated: bool,
    /// Run time in milliseconds.
    pub(crate) duration_ms: u64,
    /// The first 64 KiB of its standard error; invalid UTF-8 is replaced.
    pub(crate) stderr: String,
    /// Why there is no output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    #[serde(skip)]
    silent: bool,
}

impl CommandRecord {
    pub(crate) fn ran(id: &str, result: CommandResult, output: Option<Output>) -> Self {
        Self {
            id: id.to_owned(),
            installed: true,
            silent: output.is_none(),
            argv: result.argv,
            artifact: output.map(|output| output.name),
            exit_code: result.exit_code,
            signal: result.signal,
            timed_out: result.timed_out,
            truncated: result.truncated,
            duration_ms: result.duration_ms,
            stderr: shortened(result.stderr),
            reason: None,
        }
    }

    /// It ran, and the host did not take its output.
    pub(crate) fn withheld(id: &str, result: CommandResult, reason: &str) -> Self {
        Self {
            reason: Some(format!("ran and its output was refused: {reason}")),
            ..Self::ran(id, result, None)
        }
    }

    pub(crate) fn unavailable(id: &str, reason: &str) -> Self {
        Self { id: id.to_owned(), reason: Some(format!("is not available: {reason}")), ..Self::default() }
    }

    pub(crate) fn not_run(id: &str, reason: &str) -> Self {
        Self {
            id: id.to_owned(),
            installed: true,
            reason: Some(format!("did not run: {reason}")),
            ..Self::default()
        }
    }

    pub(crate) fn is_unavailable(&self) -> bool {
        !self.installed
    }

    /// What is missing, as the end of a sentence. An exit code alone says little: many tools use it for an answer.
    pub(crate) fn shortfall(&self) -> Option<String> {
        if !self.installed {
            return None;
        }
        match (&self.reason, self.signal, self.exit_code) {
            (Some(reason), ..) => Some(reason.clone()),
            _ if self.timed_out => Some("ran out of its time".to_owned()),
            _ if self.truncated => Some("printed more than its output cap".to_owned()),
            (_, Some(signal), _) => Some(format!("was ended by signal {signal}")),
            (_, _, Some(code)) if code != 0 && self.silent => {
                Some(format!("printed nothing and ended with exit code {code}"))
            }
            _ => None,
        }
    }
}

fn shortened(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(MOST_STDERR_BYTES));
    text
}
