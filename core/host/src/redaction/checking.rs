//! The independent scan as the filter of a walk through one file, whatever it is packed in.

use std::cell::RefCell;
use std::io::{self, Read};
use std::sync::Arc;
use std::thread::JoinHandle;

use candor_container::{
    Binary, Content, Encoding, EntryPath, Filter, FilterError, Opaque, TextFilter, sniff,
};
use candor_redact::{CheckError, Engine, Finding};
use crossbeam_channel::{Receiver, Sender, bounded};

use super::archive::UTF_32;
use super::text::missing_mark;

/// Pieces that wait for the scan.
const WAITING: usize = 4;

/// Looks through what is in one file with [`Engine::check`].
pub struct CheckingFilter {
    engine: Arc<Engine>,
    findings: RefCell<Vec<(String, Finding)>>,
}

impl CheckingFilter {
    /// For one file.
    #[must_use]
    pub fn new(engine: &Arc<Engine>) -> Self {
        Self { engine: Arc::clone(engine), findings: RefCell::default() }
    }

    /// What was found, each with its place as [`EntryPath`] displays it; a name's with that of nothing.
    #[must_use]
    pub fn into_findings(self) -> Vec<(String, Finding)> {
        self.findings.into_inner()
    }
}

impl Filter for CheckingFilter {
    fn text(&self, path: &EntryPath, head: &[u8]) -> Result<Box<dyn TextFilter + '_>, FilterError> {
        let mark = match sniff(head) {
            Content::Text(Encoding::Utf32Le | Encoding::Utf32Be) => return Err(FilterError::new(UTF_32)),
            Content::Text(encoding) => missing_mark(encoding, head),
            _ => &[],
        };
        let (sender, receiver) = bounded(WAITING);
        let engine = Arc::clone(&self.engine);
        let scan = move || engine.check(&mut mark.chain(Pieces { receiver, piece: Vec::new(), at: 0 }));
        let thread = std::thread::Builder::new().name("check".to_owned()).spawn(scan);
        let thread = Some(thread.map_err(|_| FilterError::new("no thread could be started"))?);
        Ok(Box::new(Text { filter: self, place: path.to_string(), sender: Some(sender), thread }))
    }

    fn binary(&self, _path: &EntryPath, _head: &[u8], _why: Opaque) -> Binary {
        Binary::Withhold
    }

    fn name(&self, name: &[u8]) -> Vec<u8> {
        let found = self.engine.scan(name).into_iter().map(|finding| (String::new(), finding));
        self.findings.borrow_mut().extend(found);
        name.to_vec()
    }
}

/// One text on its way to the scan, which takes it from a reader and so runs on a thread of its own.
struct Text<'f> {
    filter: &'f CheckingFilter,
    place: String,
    sender: Option<Sender<Vec<u8>>>,
    thread: Option<JoinHandle<Result<Vec<Finding>, CheckError>>>,
}

impl TextFilter for Text<'_> {
    fn push(&mut self, bytes: &[u8], _out: &mut Vec<u8>) -> Result<(), FilterError> {
        if let Some(sender) = &self.sender {
            // A scan that has found enough takes no more; what it says is asked at the end.
            let _ = sender.send(bytes.to_vec());
        }
        Ok(())
    }

    fn finish(&mut self, _out: &mut Vec<u8>) -> Result<(), FilterError> {
        drop(self.sender.take());
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(Ok(findings))) => {
                let found = findings.into_iter().map(|finding| (self.place.clone(), finding));
                self.filter.findings.borrow_mut().extend(found);
                Ok(())
            }
            Some(Ok(Err(error))) => Err(FilterError::new(error.to_string())),
            _ => Err(FilterError::new("the scan of it failed")),
        }
    }
}

impl Drop for Text<'_> {
    fn drop(&mut self) {
        drop(self.sender.take());
        if let Some(thread) = self.thread.take() {
            // It ended before its time and counts as withheld: what the scan says of a part does not matter.
            let _ = thread.join();
        }
    }
}

/// Reads what is pushed.
struct Pieces {
    receiver: Receiver<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.len() {
            match self.receiver.recv() {
                Ok(piece) => (self.piece, self.at) = (piece, 0),
                Err(_) => return Ok(0),
            }
        }
        let rest = &self.piece[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}
