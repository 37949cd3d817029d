//! How far it is, on a terminal, when it takes long.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crate::{summary, terminal};

/// Time between two redraws; what is over before the first draws nothing.
const REDRAW_EVERY: Duration = Duration::from_millis(250);

/// Counts what was read. Shared by threads.
#[derive(Debug, Default)]
pub struct Progress {
    bytes: AtomicU64,
    files: AtomicU64,
    /// Bytes of the input, where that is known.
    total: Option<u64>,
}

impl Progress {
    /// Of an input of that size.
    pub fn of(total: Option<u64>) -> Self {
        Self { total, ..Self::default() }
    }

    /// Counts bytes.
    pub fn read(&self, count: usize) {
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Counts a file of a folder.
    pub fn file_ended(&self) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }

    fn line(&self, what: &str) -> String {
        let (bytes, files) = (self.bytes.load(Ordering::Relaxed), self.files.load(Ordering::Relaxed));
        let of = self.total.map_or(String::new(), |total| format!(" of {}", summary::size(total)));
        let files = if files == 0 { String::new() } else { format!(", {}", summary::counted(files, "file")) };
        format!("{what} {}{of}{files}", summary::size(bytes))
    }
}

/// Does the work, and draws a line about it on stderr meanwhile, if that is a terminal and standard output gets no text there.
pub fn shown<T>(progress: &Progress, what: &str, visible: bool, work: impl FnOnce() -> T) -> T {
    if !visible || !terminal::can_redraw() {
        return work();
    }
    let (done, over) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut drawn = false;
            while over.recv_timeout(REDRAW_EVERY) == Err(RecvTimeoutError::Timeout) {
                drawn = true;
                // Nothing can be done when stderr is gone.
                let _ = write!(std::io::stderr(), "\r\x1b[2K{}", progress.line(what));
            }
            if drawn {
                let _ = write!(std::io::stderr(), "\r\x1b[2K");
            }
        });
        let result = work();
        drop(done);
        result
    })
}
