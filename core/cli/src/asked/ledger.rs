//! Which requests came: so that an id belongs to one request for ever, and the same one again is told.

use std::io;
use std::path::Path;

use candor_request::{Admitted, Known};
use candor_trust::{Digest, Nonce};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::{self, shown};
use crate::places;

const SCHEMA: u32 = 1;
/// A memory has less.
const MOST_BYTES: u64 = 1 << 20;
/// Collections that are kept, the last ones.
const MOST_COLLECTED: usize = 100;

/// What is kept of a request: `requests/<nonce>.json` in the state folder, 0600.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    schema: u32,
    /// Hash of its `request.json`.
    sha256: Digest,
    /// When it came first.
    seen: Timestamp,
    /// When something was collected for it, each with the session.
    collected: Vec<Collection>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Collection {
    at: Timestamp,
    session: String,
}

impl Memory {
    /// What the checks ask for.
    pub fn known(&self) -> Known {
        Known { sha256: self.sha256, collected: self.collected.last().map(|collection| collection.at) }
    }
}

/// What is remembered of a request.
///
/// # Errors
/// When there is a memory and it cannot be understood: then nobody knows whether it is the same request.
pub fn of(nonce: &Nonce) -> Result<Option<Memory>, Failure> {
    let path = places::request_file(nonce);
    let bytes = match file::read(&path, MOST_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        bytes => bytes.map_err(|error| unreadable(&path, &error))?,
    };
    let memory: Memory = serde_json::from_slice(&bytes).map_err(|error| unreadable(&path, &error))?;
    if memory.schema == SCHEMA {
        return Ok(Some(memory));
    }
    Err(unreadable(&path, &io::Error::other(format!("schema {} is not known", memory.schema))))
}

fn unreadable(path: &Path, error: &(dyn std::error::Error + 'static)) -> Failure {
    Failure::because(format!("cannot read what is remembered of the request, {}", shown(path)), error, Exit::Usage)
        .hint("as long as nobody knows whether another request had its id, it is not followed: mend the file, or remove it")
}

/// Remembers that a request came.
///
/// # Errors
/// When that cannot be written.
pub fn remember(admitted: &Admitted) -> Result<(), Failure> {
    update(admitted, |_| {})
}

/// Remembers that something is collected for it.
///
/// # Errors
/// When that cannot be written.
pub fn remember_collecting(admitted: &Admitted, session: &str) -> Result<(), Failure> {
    update(admitted, |memory| {
        memory.collected.push(Collection { at: now(), session: session.to_owned() });
        let surplus = memory.collected.len().saturating_sub(MOST_COLLECTED);
        memory.collected.drain(..surplus);
    })
}

fn update(admitted: &Admitted, change: impl FnOnce(&mut Memory)) -> Result<(), Failure> {
    let nonce = &admitted.request().nonce;
    let path = places::request_file(nonce);
    let fresh =
        || Memory { schema: SCHEMA, sha256: admitted.signed().sha256(), seen: now(), collected: Vec::new() };
    let mut memory = of(nonce)?.unwrap_or_else(fresh);
    change(&mut memory);
    let written = serde_json::to_vec(&memory)
        .map_err(io::Error::from)
        .and_then(|bytes| file::replace(&path, &bytes, 0o600));
    written.map_err(|error| {
        Failure::because(format!("cannot remember the request in {}", shown(&path)), &error, Exit::Internal)
            .hint("without it another request with its id would not be noticed, so nothing is collected")
    })
}

fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
