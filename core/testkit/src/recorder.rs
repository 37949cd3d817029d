//! A sink that keeps what it is given and refuses what a host would refuse.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candor_contract::abi::{Sink, Sink_TO, SinkBox};
use candor_contract::abi_stable::std_types::{RErr, ROk, RResult, RSlice, RStr, RVec};
use candor_contract::document::{
    ArtifactHeader, ArtifactTrailer, CommandResult, Failure, LogRecord, SocketOwners,
};

/// One artifact that a collector delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Relative name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// The level, when the collector stated one of its own.
    pub level: Option<String>,
    /// Content.
    pub bytes: Vec<u8>,
}

/// What the host would answer, and what it heard.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    pub(crate) artifacts: Vec<Artifact>,
    pub(crate) log: Vec<LogRecord>,
    pub(crate) commands: BTreeMap<String, CommandResult>,
    pub(crate) socket_owners: Option<SocketOwners>,
    pub(crate) output_bytes: u64,
    open: Option<Artifact>,
    total_bytes: u64,
}

#[derive(Clone)]
pub(crate) struct Recorder(pub(crate) Arc<Mutex<Recording>>);

impl Recorder {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Recording> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn into_sink(self) -> SinkBox {
        Sink_TO::from_value(self, candor_contract::abi_stable::sabi_trait::TD_Opaque)
    }
}

fn refuse<T>(kind: &str, message: &str) -> RResult<T, RVec<u8>> {
    RErr(serde_json::to_vec(&Failure::new(kind, message)).unwrap_or_default().into())
}

impl Sink for Recorder {
    fn begin(&self, header: RSlice<'_, u8>) -> RResult<(), RVec<u8>> {
        let Ok(header) = serde_json::from_slice::<ArtifactHeader>(&header) else {
            return refuse("protocol", "unreadable artifact header");
        };
        let mut recording = self.lock();
        let bad_name = header.name.is_empty()
            || header.name.split('/').any(|part| matches!(part, "" | "." | ".."))
            || header.name.contains(['\\', '\0']);
        if bad_name {
            return refuse("protocol", "artifact name is not a relative path");
        }
        if recording.open.is_some() {
            return refuse("protocol", "another artifact is open");
        }
        if recording.artifacts.iter().any(|artifact| artifact.name == header.name) {
            return refuse("protocol", "artifact name was used before");
        }
        recording.open = Some(Artifact {
            name: header.name,
            media_type: header.media_type,
            level: header.level,
            bytes: Vec::new(),
        });
        ROk(())
    }

    fn chunk(&self, data: RSlice<'_, u8>) -> RResult<(), RVec<u8>> {
        let mut recording = self.lock();
        recording.total_bytes += data.len() as u64;
        if recording.output_bytes != 0 && recording.total_bytes > recording.output_bytes {
            return refuse("budget", "output budget used up");
        }
        match recording.open.as_mut() {
            Some(artifact) => artifact.bytes.extend_from_slice(&data),
            None => return refuse("protocol", "no artifact is open"),
        }
        ROk(())
    }

    fn end(&self, trailer: RSlice<'_, u8>) -> RResult<(), RVec<u8>> {
        let Ok(trailer) = serde_json::from_slice::<ArtifactTrailer>(&trailer) else {
            return refuse("protocol", "unreadable artifact trailer");
        };
        let mut recording = self.lock();
        let Some(artifact) = recording.open.take() else {
            return refuse("protocol", "no artifact is open");
        };
        if trailer.complete {
            recording.artifacts.push(artifact);
        }
        ROk(())
    }

    fn log(&self, record: RSlice<'_, u8>) {
        if let Ok(record) = serde_json::from_slice(&record) {
            self.lock().log.push(record);
        }
    }

    fn call(&self, operation: RStr<'_>, body: RSlice<'_, u8>) -> RResult<RVec<u8>, RVec<u8>> {
        let recording = self.lock();
        let answer = match operation.as_str() {
            "command" => {
                let request: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
                let id = request.get("id").and_then(serde_json::Value::as_str).unwrap_or_default();
                recording.commands.get(id).map(serde_json::to_vec)
            }
            "socket-owners" => recording.socket_owners.as_ref().map(serde_json::to_vec),
            _ => return refuse("unsupported", "unknown operation"),
        };
        match answer {
            Some(Ok(bytes)) => ROk(bytes.into()),
            _ => refuse("undeclared", "the manifest does not declare it"),
        }
    }
}
