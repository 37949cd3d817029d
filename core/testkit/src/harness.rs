//! Sets up and runs one collector.

use std::sync::{Arc, Mutex};

use candor_contract::document::{
    CommandResult, DOCUMENT_VERSION, Failure, Limits, LogRecord, Request, Response, SocketOwners, Status,
};
use candor_plugin::Collector;

use crate::Artifact;
use crate::recorder::{Recorder, Recording};

/// A host for one collector, in this process.
#[derive(Debug)]
pub struct Harness {
    request: Request,
    recording: Recording,
}

impl Harness {
    /// A collector with the id, no options, no reads, no commands and no bounds.
    pub fn new(collector: &str) -> Self {
        let request = Request {
            version: DOCUMENT_VERSION,
            collector: collector.to_owned(),
            features: vec!["command".to_owned(), "socket-owners".to_owned()],
            options: serde_json::Map::new(),
            reads: Vec::new(),
            commands: Vec::new(),
            limits: Limits::default(),
            log_level: Some("debug".to_owned()),
        };
        Self { request, recording: Recording::default() }
    }

    /// Sets an option. Durations are integers in milliseconds, sizes integers in bytes.
    #[must_use]
    pub fn option(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.request.options.insert(name.to_owned(), value.into());
        self
    }

    /// Declares path patterns.
    #[must_use]
    pub fn reads<'a>(mut self, patterns: impl IntoIterator<Item = &'a str>) -> Self {
        self.request.reads.extend(patterns.into_iter().map(str::to_owned));
        self
    }

    /// Declares a command and what it answers.
    #[must_use]
    pub fn command(mut self, id: &str, answer: CommandResult) -> Self {
        self.request.commands.push(id.to_owned());
        self.recording.commands.insert(id.to_owned(), answer);
        self
    }

    /// Declares a command that printed `stdout` and ended with 0.
    #[must_use]
    pub fn command_output(self, id: &str, stdout: &str) -> Self {
        let answer = CommandResult {
            argv: vec![id.to_owned()],
            exit_code: Some(0),
            signal: None,
            timed_out: false,
            truncated: false,
            stdout: stdout.to_owned(),
            stderr: String::new(),
            duration_ms: 1,
        };
        self.command(id, answer)
    }

    /// Declares the broker `socket-owners` and its answer.
    #[must_use]
    pub fn socket_owners(mut self, owners: SocketOwners) -> Self {
        self.recording.socket_owners = Some(owners);
        self
    }

    /// Bounds the bytes of all artifacts together.
    #[must_use]
    pub fn output_budget_bytes(mut self, bytes: u64) -> Self {
        self.request.limits.output_bytes = bytes;
        self.recording.output_bytes = bytes;
        self
    }

    /// Runs the collector to its end.
    pub fn run<C: Collector + 'static>(self) -> Run {
        let recorder = Recorder(Arc::new(Mutex::new(self.recording)));
        let answer = candor_plugin::export::run::<C>(self.request, Arc::new(recorder.clone().into_sink()));
        let mut recording = recorder.lock();
        Run {
            answer,
            artifacts: std::mem::take(&mut recording.artifacts),
            log: std::mem::take(&mut recording.log),
        }
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    /// The collector's answer or error.
    pub answer: Result<Response, Failure>,
    /// What it delivered, in order.
    pub artifacts: Vec<Artifact>,
    /// What it logged.
    pub log: Vec<LogRecord>,
}

impl Run {
    /// The answer's status.
    ///
    /// # Panics
    /// When the collector failed.
    pub fn status(&self) -> Status {
        match &self.answer {
            Ok(response) => response.status,
            Err(failure) => panic!("the collector failed: {failure}"),
        }
    }

    /// The artifact of that name.
    ///
    /// # Panics
    /// When there is none.
    pub fn artifact(&self, name: &str) -> &Artifact {
        let names: Vec<_> = self.artifacts.iter().map(|artifact| artifact.name.as_str()).collect();
        match self.artifacts.iter().find(|artifact| artifact.name == name) {
            Some(artifact) => artifact,
            None => panic!("no artifact `{name}` among {names:?}"),
        }
    }

    /// The artifact of that name as text.
    ///
    /// # Panics
    /// When there is none or it is not UTF-8.
    pub fn text(&self, name: &str) -> &str {
        match std::str::from_utf8(&self.artifact(name).bytes) {
            Ok(text) => text,
            Err(error) => panic!("artifact `{name}` is not UTF-8: {error}"),
        }
    }

    /// The artifact of that name as JSON.
    ///
    /// # Panics
    /// When there is none or it is not JSON.
    pub fn json(&self, name: &str) -> serde_json::Value {
        match serde_json::from_str(self.text(name)) {
            Ok(value) => value,
            Err(error) => panic!("artifact `{name}` is not JSON: {error}"),
        }
    }
}
