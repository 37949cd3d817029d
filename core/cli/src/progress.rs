//! Live progress on a terminal; one line a finished collector elsewhere.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use candor_host::Progress;
use candor_manifest::CollectorId;

use crate::{summary, terminal};

/// Time between two redraws.
const REDRAW_EVERY: Duration = Duration::from_millis(100);

/// Draws what the host tells. Shared by its threads.
pub struct Display {
    quiet: bool,
    redraw: bool,
    state: Mutex<State>,
}

struct State {
    running: BTreeMap<CollectorId, Running>,
    drawn: usize,
    last: Option<Instant>,
}

struct Running {
    since: Instant,
    bytes: u64,
    files: u32,
}

impl Display {
    /// Quiet draws nothing: the result will be JSON.
    pub fn new(quiet: bool) -> Self {
        let state = State { running: BTreeMap::new(), drawn: 0, last: None };
        Self { quiet, redraw: !quiet && terminal::can_redraw(), state: Mutex::new(state) }
    }

    /// Takes one event.
    pub fn show(&self, event: Progress) {
        if self.quiet {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut finished = None;
        match event {
            Progress::Started { id } => {
                state.running.insert(id, Running { since: Instant::now(), bytes: 0, files: 0 });
            }
            Progress::Delivered { id, bytes, files } => {
                if let Some(running) = state.running.get_mut(&id) {
                    (running.bytes, running.files) = (bytes, files);
                }
            }
            Progress::Ended { entry } => {
                state.running.remove(&entry.id);
                finished = Some(summary::line_at_end(&entry));
            }
        }
        self.draw(&mut state, finished);
    }

    /// Redraws until the sender of `over` is gone, so that the clock of a silent collector goes on.
    pub fn tick_until(&self, over: &Receiver<()>) {
        while over.recv_timeout(REDRAW_EVERY) == Err(RecvTimeoutError::Timeout) {
            if self.redraw {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                self.draw(&mut state, None);
            }
        }
    }

    fn draw(&self, state: &mut State, finished: Option<String>) {
        let due = state.last.is_none_or(|last| last.elapsed() >= REDRAW_EVERY);
        if finished.is_none() && !(self.redraw && due) {
            return;
        }
        let mut text = String::new();
        if self.redraw && state.drawn > 0 {
            // Up to the first drawn line, and clear from there.
            text.push_str(&format!("\x1b[{}A\x1b[0J", state.drawn));
        }
        if let Some(line) = finished {
            text.push_str(&line);
            text.push('\n');
        }
        state.drawn = 0;
        if self.redraw {
            for (id, running) in &state.running {
                text.push_str(&running_line(id, running));
                text.push('\n');
                state.drawn += 1;
            }
        }
        state.last = Some(Instant::now());
        // Nothing can be done when stderr is gone.
        let _ = anstream::stderr().write_all(text.as_bytes());
    }
}

fn running_line(id: &CollectorId, running: &Running) -> String {
    let elapsed = u64::try_from(running.since.elapsed().as_millis()).unwrap_or(u64::MAX);
    let seconds = summary::seconds(elapsed);
    match running.files {
        0 => format!("Collecting {id:<20}  {seconds}"),
        files => {
            format!("Collecting {id:<20}  {files} files  {:>9}  {seconds}", summary::size(running.bytes))
        }
    }
}
