//! Writing one artifact.

use std::io::{self, Write};
use std::sync::Arc;

use candor_contract::abi::SinkBox;
use candor_contract::document::{ArtifactHeader, ArtifactTrailer};

use crate::CollectError;

/// Bytes gathered before they go to the host at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// An artifact being delivered. Write to it, then [`finish`](Self::finish); dropped before that, the host forgets it.
pub struct ArtifactWriter {
    sink: Arc<SinkBox>,
    name: String,
    buffer: Vec<u8>,
    sent_bytes: u64,
    open: bool,
}

impl ArtifactWriter {
    pub(crate) fn begin(sink: Arc<SinkBox>, header: &ArtifactHeader) -> Result<Self, CollectError> {
        let name = header.name.clone();
        let header = encode(&name, header)?;
        sink.begin(header.as_slice().into())
            .into_result()
            .map_err(|answer| CollectError::host("artifact", &answer))?;
        Ok(Self { sink, name, buffer: Vec::new(), sent_bytes: 0, open: true })
    }

    /// Bytes written so far.
    pub fn written_bytes(&self) -> u64 {
        self.sent_bytes + self.buffer.len() as u64
    }

    /// Delivers the rest and closes the artifact.
    ///
    /// # Errors
    /// When the host refuses it: the output budget is used up, the redactor failed, the disk is full.
    pub fn finish(mut self) -> Result<(), CollectError> {
        self.send_buffer()?;
        self.close(true)
    }

    fn close(&mut self, complete: bool) -> Result<(), CollectError> {
        self.open = false;
        let trailer = encode(&self.name, &ArtifactTrailer { bytes: self.sent_bytes, complete })?;
        let answer = self.sink.end(trailer.as_slice().into()).into_result();
        answer.map_err(|answer| CollectError::host("artifact", &answer))
    }

    fn send_buffer(&mut self) -> Result<(), CollectError> {
        let buffer = std::mem::take(&mut self.buffer);
        if !buffer.is_empty() {
            self.send(&buffer)?;
        }
        self.buffer = buffer;
        self.buffer.clear();
        Ok(())
    }

    fn send(&mut self, data: &[u8]) -> Result<(), CollectError> {
        let answer = self.sink.chunk(data.into()).into_result();
        answer.map_err(|answer| CollectError::host("artifact", &answer))?;
        self.sent_bytes += data.len() as u64;
        Ok(())
    }
}

fn encode<T: serde::Serialize>(subject: &str, value: &T) -> Result<Vec<u8>, CollectError> {
    serde_json::to_vec(value).map_err(|source| CollectError::Encode { subject: subject.to_owned(), source })
}

impl Write for ArtifactWriter {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if self.buffer.len() + data.len() > CHUNK_BYTES {
            self.send_buffer()?;
        }
        if data.len() >= CHUNK_BYTES {
            self.send(data)?;
        } else {
            self.buffer.extend_from_slice(data);
        }
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(self.send_buffer()?)
    }
}

impl Drop for ArtifactWriter {
    fn drop(&mut self) {
        if self.open {
            // The host has the reason already, or learns from the outcome that the artifact was given up.
            let _ = self.close(false);
        }
    }
}
