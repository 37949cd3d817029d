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
        let place = path.to_string();
        scanned(&self.engine, head, move |findings| {
            self.findings.borrow_mut().extend(findings.into_iter().map(|finding| (place.clone(), finding)));
        })
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

/// A text that begins with `head`, on its way through [`Engine::check`]. At its end `tell` hears what was found.
///
/// # Errors
/// When it cannot be searched, or no thread can be started for it.
pub fn scanned<'f>(
    engine: &Arc<Engine>,
    head: &[u8],
    tell: impl FnMut(Vec<Finding>) + 'f,
) -> Result<Box<dyn TextFilter + 'f>, FilterError> {
    let mark = match sniff(head) {
        Content::Text(Encoding::Utf32Le | Encoding::Utf32Be) => return Err(FilterError::new(UTF_32)),
        Content::Text(encoding) => missing_mark(encoding, head),
        _ => &[],
    };
    let (sender, receiver) = bounded(WAITING);
    let engine = Arc::clone(engine);
    let scan = move || engine.check(&mut mark.chain(Pieces { receiver, piece: Vec::new(), at: 0 }));
    let thread = std::thread::Builder::new().name("check".to_owned()).spawn(scan);
    let thread = Some(thread.map_err(|_| FilterError::new("no thread could be started"))?);
    Ok(Box::new(Text { tell, sender: Some(sender), thread }))
}

/// One text on its way to the scan, which takes it from a reader and so runs on a thread of its own.
struct Text<T> {
    tell: T,
    sender: Option<Sender<Vec<u8>>>,
    thread: Option<JoinHandle<Result<Vec<Finding>, CheckError>>>,
}

impl<T: FnMut(Vec<Finding>)> TextFilter for Text<T> {
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
                (self.tell)(findings);
                Ok(())
            }
            Some(Ok(Err(error))) => Err(FilterError::new(error.to_string())),
            _ => Err(FilterError::new("the scan of it failed")),
        }
    }
}

impl<T> Drop for Text<T> {
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
