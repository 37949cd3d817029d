//! Opens the gate of a worker or command once it is confined, and closes it for the receipt.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use candor_redact::Engine;
use candor_sandbox::{Confined, Gate, GateError, Policy};

use crate::redaction::clean;
use crate::worker::LIBRARY_FD;

/// How long closing waits for a call that hangs, on a dead network drive for example.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a gate needs, and the gate.
pub(crate) struct Gatekeeper {
    pub(crate) policy: Policy,
    /// The library of a worker; a command has none.
    pub(crate) library: Option<Arc<OwnedFd>>,
    pub(crate) pidfd: OwnedFd,
    pub(crate) pid: u32,
    pub(crate) gate: Option<Gate>,
}

impl Gatekeeper {
    /// Opens the gate where the process waits for one.
    pub(crate) fn open(&mut self, confined: &Confined) -> Result<(), GateError> {
        let Some(listener) = confined.listener else {
            return Ok(());
        };
        let library = self.library.as_ref().map(|library| library.try_clone()).transpose();
        let library = library.map_err(GateError::TakeOver)?.map(|library| (LIBRARY_FD, library));
        self.gate = Some(Gate::open(self.pidfd.as_fd(), self.pid, listener, &self.policy, library)?);
        Ok(())
    }

    /// Closes it and tells what was asked, for the report.
    pub(crate) fn close(&mut self, engine: &Arc<Engine>) -> Option<serde_json::Value> {
        let receipt = self.gate.take()?.close(PATIENCE);
        let mut receipt = serde_json::to_value(receipt).ok()?;
        clean_all(&mut receipt, engine);
        Some(receipt)
    }
}

/// Names of files are a stranger's words too: what the redactor knows is taken out of them.
fn clean_all(value: &mut serde_json::Value, engine: &Arc<Engine>) {
    match value {
        serde_json::Value::String(text) => *text = clean(text, engine),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| clean_all(item, engine)),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(|field| clean_all(field, engine)),
        _ => {}
    }
}
