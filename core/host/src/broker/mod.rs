//! What the host does on behalf of a worker, as far as the manifest declares it.

mod command;
mod firewall;
mod sockets;

use std::path::{Path, PathBuf};
use std::time::Instant;

use candor_contract::document::Failure;
use candor_manifest::{Broker, Manifest};
use serde::Deserialize;

use crate::plan::PlannedCollector;
use crate::stop::Stop;
use crate::supervise::Surroundings;
use crate::worker::Call;
use command::{Launch, Run};

/// The operations that one collector may ask for, and the record of what was asked.
pub(crate) struct Brokers<'a> {
    planned: &'a PlannedCollector,
    manifest: &'a Manifest,
    around: &'a Surroundings<'a>,
    program: PathBuf,
    records: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct CommandRequest {
    id: String,
}

impl<'a> Brokers<'a> {
    pub(crate) fn new(planned: &'a PlannedCollector, around: &'a Surroundings<'a>, program: &Path) -> Self {
        let manifest = &planned.manifest.value;
        Self { planned, manifest, around, program: program.to_owned(), records: Vec::new() }
    }

    /// Names of the operations that the manifest opens.
    pub(crate) fn features(manifest: &Manifest) -> Vec<String> {
        let mut features: Vec<_> =
            manifest.access.brokers.iter().map(|broker| broker.as_str().to_owned()).collect();
        if !manifest.commands.is_empty() {
            features.push("command".to_owned());
        }
        features
    }

    /// Answers one call.
    pub(crate) fn answer(&mut self, call: &Call, stop: &Stop, deadline: Instant) -> Result<Vec<u8>, Failure> {
        match call.operation.as_str() {
            "command" => self.command(call, stop, deadline),
            "socket-owners" if self.declares(Broker::SocketOwners) => encode(&sockets::owners()),
            "socket-owners" => Err(undeclared("the broker `socket-owners`")),
            "firewall" if self.declares(Broker::Firewall) => encode(&firewall::messages(deadline)?),
            "firewall" => Err(undeclared("the broker `firewall`")),
            _ => Err(Failure::new("unsupported", "this host knows no such operation")),
        }
    }

    fn declares(&self, broker: Broker) -> bool {
        self.manifest.access.brokers.contains(&broker)
    }

    fn command(&mut self, call: &Call, stop: &Stop, deadline: Instant) -> Result<Vec<u8>, Failure> {
        let request: CommandRequest = serde_json::from_value(call.body.clone())
            .map_err(|_| Failure::new("protocol", "the request names no command"))?;
        let declared = self.manifest.commands.iter().find(|command| command.id.as_str() == request.id);
        let command = declared.ok_or_else(|| undeclared("this command"))?;
        let mut run = Run::new(command);
        let objection = |enforcement: &_| self.around.required.objection(self.planned.id(), enforcement);
        let result = match self.planned.command_policy(command, self.around.machine) {
            Ok(policy) => {
                let (program, engine) = (&self.program, self.around.engine);
                run.execute(&Launch { policy, program, objection: &objection, engine, stop, deadline })
            }
            Err(error) => Err(Failure::new("denied", error.to_string())),
        };
        self.records.push(run.record(&result, self.around.engine));
        encode(&result?)
    }

    /// One record for each command that was asked for.
    pub(crate) fn into_records(self) -> Vec<serde_json::Value> {
        self.records
    }
}

fn undeclared(what: &str) -> Failure {
    Failure::new("undeclared", format!("the manifest does not declare {what}"))
}

fn encode<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|error| Failure::new("encode", error.to_string()))
}
