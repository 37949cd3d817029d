//! The independent scan as the filter of a walk through one file.

use std::cell::RefCell;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use candor_container::{
    Binary, Content, Encoding, EntryPath, Filter, FilterError, Opaque, TextFilter, sniff,
};
use candor_redact::{CheckError, Engine, Finding};

use super::super::filter::UTF_32;
use super::found::Found;

/// Pieces that wait for the scan.
const WAITING: usize = 4;

/// Looks through what is in one file.
pub struct CheckingFilter<'e> {
    engine: &'e Arc<Engine>,
    outer: String,
    found: RefCell<Found>,
}

impl<'e> CheckingFilter<'e> {
    /// For the file at `outer`.
    pub fn new(engine: &'e Arc<Engine>, outer: &str) -> Self {
        Self { engine, outer: outer.to_owned(), found: RefCell::default() }
    }

    /// What was found.
    pub fn into_found(self) -> Found {
        self.found.into_inner()
    }
}

impl Filter for CheckingFilter<'_> {
    fn text(&self, path: &EntryPath, head: &[u8]) -> Result<Box<dyn TextFilter + '_>, FilterError> {
        let (sender, receiver) = sync_channel(WAITING);
        let engine = Arc::clone(self.engine);
        let piece = missing_mark(head)?.to_vec();
        let scan = move || engine.check(&mut Pieces { receiver, piece, at: 0 });
        let thread = std::thread::Builder::new().name("check".to_owned()).spawn(scan);
        let thread = thread.map_err(|_| FilterError::new("no thread could be started"))?;
        Ok(Box::new(Text {
            found: &self.found,
            path: path.to_string(),
            sender: Some(sender),
            thread: Some(thread),
        }))
    }

    fn binary(&self, _path: &EntryPath, _head: &[u8], _why: Opaque) -> Binary {
        Binary::Withhold
    }

    fn name(&self, name: &[u8]) -> Vec<u8> {
        let (redacted, rules) = super::super::names::redact_text(self.engine, name);
        self.found.borrow_mut().names(&self.outer, &rules);
        redacted
    }
}

/// The byte order mark that tells the scan what a text without one is in.
fn missing_mark(head: &[u8]) -> Result<&'static [u8], FilterError> {
    let mark: &[u8] = match sniff(head) {
        Content::Text(Encoding::Utf16Le) => b"\xff\xfe",
        Content::Text(Encoding::Utf16Be) => b"\xfe\xff",
        Content::Text(Encoding::Utf32Le | Encoding::Utf32Be) => return Err(FilterError::new(UTF_32)),
        _ => b"",
    };
    Ok(if head.starts_with(mark) { b"" } else { mark })
}

/// One text on its way to the scan, which takes it from a reader and so runs on a thread of its own.
struct Text<'f> {
    found: &'f RefCell<Found>,
    path: String,
    sender: Option<SyncSender<Vec<u8>>>,
    thread: Option<JoinHandle<Result<Vec<Finding>, CheckError>>>,
}

impl TextFilter for Text<'_> {
    fn push(&mut self, bytes: &[u8], _out: &mut Vec<u8>) -> Result<(), FilterError> {
        if let Some(sender) = &self.sender {
            // A scan that has found enough takes no more; what it says, is asked at the end.
            let _ = sender.send(bytes.to_vec());
        }
        Ok(())
    }

    fn finish(&mut self, _out: &mut Vec<u8>) -> Result<(), FilterError> {
        drop(self.sender.take());
        let ended = self.thread.take().map(JoinHandle::join);
        match ended {
            Some(Ok(Ok(findings))) => {
                self.found.borrow_mut().findings(&self.path, &findings);
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
            // It is over without its end, and withheld: what the scan says of a part does not matter.
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
