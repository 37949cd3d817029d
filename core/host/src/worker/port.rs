//! The worker's end of the connection, as the sink that a collector writes to.

use std::io::{IoSlice, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use abi_stable::std_types::{RErr, ROk, RResult, RSlice, RStr, RVec};
use candor_contract::abi::{Sink, Sink_TO, SinkBox};
use candor_contract::abi_stable;
use candor_contract::document::Failure;
use serde::Serialize;

use super::{Call, WorkerError};
use crate::frame::{CHUNK_MAX, FrameReader, Kind, header};

/// Bytes of frames that are gathered before they are sent, so that a small artifact costs one system call and not three.
const GATHERED_MAX: usize = 64 << 10;

/// The socket and what was sent over it.
pub(super) struct Connection {
    socket: UnixStream,
    answers: FrameReader,
    output_left: u64,
    gathered: Vec<u8>,
}

impl Connection {
    pub(super) fn new(socket: UnixStream, output_bytes: u64) -> Self {
        Self { socket, answers: FrameReader::new(), output_left: output_bytes, gathered: Vec::new() }
    }

    /// Sends a frame. Beginnings and small chunks wait for what follows them; an end never waits: what is finished is
    /// the host's at once.
    fn send(&mut self, kind: Kind, payload: &[u8]) -> std::io::Result<()> {
        self.gathered.extend_from_slice(&header(kind, payload.len()));
        let small = self.gathered.len() + payload.len() <= GATHERED_MAX;
        if small {
            self.gathered.extend_from_slice(payload);
            if matches!(kind, Kind::Begin | Kind::Chunk) {
                return Ok(());
            }
        }
        let rest = if small { &[][..] } else { payload };
        let gathered = std::mem::take(&mut self.gathered);
        let sent = send_all(&mut self.socket, [IoSlice::new(&gathered), IoSlice::new(rest)]);
        self.gathered = gathered;
        self.gathered.clear();
        sent
    }
}

fn send_all(socket: &mut UnixStream, mut parts: [IoSlice<'_>; 2]) -> std::io::Result<()> {
    let mut parts = &mut parts[..];
    IoSlice::advance_slices(&mut parts, 0);
    while !parts.is_empty() {
        match socket.write_vectored(parts) {
            Ok(0) => return Err(std::io::ErrorKind::WriteZero.into()),
            Ok(count) => IoSlice::advance_slices(&mut parts, count),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A shared handle to the connection.
#[derive(Clone)]
pub(super) struct Port(pub(super) Arc<Mutex<Connection>>);

impl Port {
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn send(&self, kind: Kind, payload: &[u8]) -> Result<(), WorkerError> {
        self.lock().send(kind, payload).map_err(|_| WorkerError::HostGone)
    }

    pub(super) fn tell<T: Serialize>(&self, kind: Kind, value: &T) -> Result<(), WorkerError> {
        let payload = serde_json::to_vec(value).map_err(|_| WorkerError::HostGone)?;
        self.send(kind, &payload)
    }

    /// Waits until the host is ready for foreign code.
    pub(super) fn wait_for_go(&self) -> Result<(), WorkerError> {
        let mut connection = self.lock();
        let Connection { socket, answers, .. } = &mut *connection;
        match answers.next(socket) {
            Ok(Some(frame)) if frame.kind == Kind::Go => Ok(()),
            _ => Err(WorkerError::HostGone),
        }
    }

    pub(super) fn into_sink(self) -> SinkBox {
        Sink_TO::from_value(self, abi_stable::sabi_trait::TD_Opaque)
    }

    fn deliver(&self, kind: Kind, payload: &[u8]) -> RResult<(), RVec<u8>> {
        match self.send(kind, payload) {
            Ok(()) => ROk(()),
            Err(_) => refuse("protocol", "the host closed the connection"),
        }
    }

    fn ask(&self, call: &Call) -> Option<(Kind, Vec<u8>)> {
        let payload = serde_json::to_vec(call).ok()?;
        let mut connection = self.lock();
        connection.send(Kind::Call, &payload).ok()?;
        let Connection { socket, answers, .. } = &mut *connection;
        let frame = answers.next(socket).ok().flatten()?;
        Some((frame.kind, frame.payload))
    }
}

fn refuse<T>(kind: &str, message: &str) -> RResult<T, RVec<u8>> {
    RErr(serde_json::to_vec(&Failure::new(kind, message)).unwrap_or_default().into())
}

impl Sink for Port {
    fn begin(&self, header: RSlice<'_, u8>) -> RResult<(), RVec<u8>> {
        self.deliver(Kind::Begin, &header)
    }

    fn chunk(&self, data: RSlice<'_, u8>) -> RResult<(), RVec<u8>> {
        {
            let mut connection = self.lock();
            let length = data.len() as u64;
            if length > connection.output_left {
                return refuse("budget", "the output budget is used up");
            }
            connection.output_left -= length;
        }
        for part in data.chunks(CHUNK_MAX) {
            if let RErr(answer) = self.deliver(Kind::Chunk, part) {
                return RErr(answer);
            }
        }
        ROk(())
    }

    fn end(&self, trailer: RSlice<'_, u8>) -> RResult<(), RVec<u8>> {
        self.deliver(Kind::End, &trailer)
    }

    fn log(&self, record: RSlice<'_, u8>) {
        // A log line is not worth an error; the next delivery finds out that the host is gone.
        let _ = self.send(Kind::Log, &record);
    }

    fn call(&self, operation: RStr<'_>, body: RSlice<'_, u8>) -> RResult<RVec<u8>, RVec<u8>> {
        let Ok(body) = serde_json::from_slice(&body) else {
            return refuse("protocol", "the request is not JSON");
        };
        match self.ask(&Call { operation: operation.as_str().to_owned(), body }) {
            Some((Kind::Answer, payload)) => ROk(payload.into()),
            Some((Kind::Refusal, payload)) => RErr(payload.into()),
            _ => refuse("protocol", "the host closed the connection"),
        }
    }
}
