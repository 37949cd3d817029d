//! The window that moves over one text, and what stands in it.

use std::sync::Arc;

use memchr::{memchr_iter, memchr2};

use crate::anchors::{LOOKAHEAD, Walk};
use crate::engine::Engine;
use crate::line::Line;
use crate::nested::Nested;
use crate::secrets::{PRIVATE_KEY, Table};
use crate::site::{CONTEXT, Label, REACH};
use crate::skip::{Skip, Step};
use crate::tally::{Counts, Tally};
use crate::treatment::Cache;

/// Input is taken in pieces of this size, so that one large push costs no more memory than many small ones.
const PIECE: usize = 64 * 1024;

/// A value that was removed or replaced, in offsets of the input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Removal {
    pub(crate) label: Label,
    pub(crate) offset: usize,
    pub(crate) line: u64,
    pub(crate) length: usize,
}

/// Encodings inside one another that are seen through.
pub(crate) const DEEPEST: u8 = 3;

/// A secret that was found behind its anchor. What stands before it is looked at first.
#[derive(Debug)]
pub(crate) struct Ahead {
    /// Offset in the artifact.
    pub(crate) start: usize,
    pub(crate) pending: Pending,
}

/// How a secret that was found ahead is removed when the search is there.
#[derive(Debug)]
pub(crate) enum Pending {
    /// A rule found it; it is so long.
    Rule { index: usize, length: usize },
    /// A detector found it.
    Secret { id: &'static str, mask: Vec<u8>, skip: Skip },
}

/// What came of one anchor.
pub(crate) enum Consulted {
    Nothing,
    Waits,
    Found,
}

/// What is going on where the search stands.
#[derive(Debug)]
enum Active {
    /// A value is being removed.
    Removal { removal: Removal, skip: Skip },
    /// A run of Base64 is being redacted inside.
    Nested(Box<Nested>),
}

/// Redacts one text in UTF-8 or any encoding that has ASCII in single bytes.
pub(crate) struct Stream {
    pub(crate) engine: Arc<Engine>,
    /// Up to [`CONTEXT`] bytes that have been passed on, then those that have not.
    pub(crate) text: Vec<u8>,
    /// Offset of the window's first byte in the artifact.
    pub(crate) base: usize,
    /// Bytes of the window that have been passed on or replaced.
    settled: usize,
    /// Bytes of the window before this are decided: nothing that is found starts before it.
    pub(crate) floor: usize,
    /// Where the search goes on.
    pub(crate) next: usize,
    pub(crate) walk: Walk,
    /// By detector, the offset in the artifact before which it is not asked again.
    pub(crate) resumes: Vec<usize>,
    /// State of the line at `followed`.
    pub(crate) line: Line,
    pub(crate) followed: usize,
    /// Line breaks in the artifact before `counted`.
    breaks: u64,
    counted: usize,
    active: Option<Active>,
    pub(crate) cache: Cache,
    /// Holds what takes the place of an identifier while that is carried out.
    pub(crate) scratch: Vec<u8>,
    pub(crate) counts: Counts,
    /// Offset in the artifact behind the last part of a private key that was removed.
    pub(crate) key_part: Option<usize>,
    /// What was removed, when somebody asked.
    pub(crate) removals: Option<Vec<Removal>>,
    /// How many encodings this text was inside of. Not more than [`DEEPEST`] are seen through.
    pub(crate) depth: u8,
    /// Offset in the artifact up to which encoded text has been seen through.
    pub(crate) seen_through: usize,
    /// A secret that was found further on.
    pub(crate) ahead: Option<Ahead>,
    /// The table whose rows are passing, with places as offsets in the artifact.
    pub(crate) table: Option<Box<Table>>,
    /// Offset in the artifact where something was found last whose line may hold more of its kind.
    pub(crate) behind: Option<usize>,
    /// The search ends at this index, though there is more text to look at.
    limit: Option<usize>,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Stream(at {})", self.base + self.next)
    }
}

impl Stream {
    pub(crate) fn new(engine: &Arc<Engine>, depth: u8) -> Self {
        Self {
            engine: Arc::clone(engine),
            text: Vec::new(),
            base: 0,
            settled: 0,
            floor: 0,
            next: 0,
            walk: Walk::new(engine.interest),
            resumes: vec![0; engine.detectors.len()],
            line: Line::default(),
            followed: 0,
            breaks: 0,
            counted: 0,
            active: None,
            cache: Cache::default(),
            scratch: Vec::new(),
            counts: Counts::default(),
            key_part: None,
            removals: None,
            depth,
            seen_through: 0,
            ahead: None,
            table: None,
            behind: None,
            limit: None,
        }
    }

    /// A stream in the middle of a text, behind `context`, where nothing is going on.
    pub(crate) fn behind(engine: &Arc<Engine>, context: &[u8]) -> Self {
        let at = context.len();
        Self {
            text: context.to_vec(),
            // Not the first byte of the text, unless there is nothing before.
            base: at.min(1),
            settled: at,
            floor: at,
            next: at,
            followed: at,
            counted: at,
            ..Self::new(engine, 0)
        }
    }

    /// Takes `block` and appends what it becomes to `output`, with `ahead` in view that follows it. True when nothing goes
    /// on where the block ends: all of it has left, and a new stream would go on from there as this one. Otherwise this
    /// one has to, and has taken in what was ahead.
    pub(crate) fn run_block(&mut self, block: &[u8], ahead: &[u8], output: &mut Vec<u8>) -> bool {
        self.text.extend_from_slice(block);
        let limit = self.text.len();
        self.text.extend_from_slice(ahead);
        self.limit = Some(limit);
        self.settle(false, output);
        self.limit = None;
        let offset = self.base + limit;
        let clean = self.active.is_none()
            && self.ahead.is_none()
            && self.table.is_none()
            && self.key_part.is_none_or(|end| end + CONTEXT < self.base + self.next)
            && self.next == limit
            && self.text[limit - 1] == b'\n'
            && self.seen_through <= offset
            && self.resumes.iter().all(|resume| *resume <= offset);
        if clean {
            self.pass(limit, output);
            self.count_lines(limit);
        } else {
            self.trim();
        }
        clean
    }

    /// Bytes that have not left.
    pub(crate) fn held_bytes(&self) -> usize {
        self.text.len() - self.settled
    }

    /// What was found.
    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Line breaks that were passed.
    pub(crate) fn breaks(&self) -> u64 {
        self.breaks
    }

    /// Takes the next bytes and appends to `output` what is settled.
    pub(crate) fn push(&mut self, input: &[u8], output: &mut Vec<u8>) {
        for piece in input.chunks(PIECE) {
            self.text.extend_from_slice(piece);
            self.settle(false, output);
            self.trim();
        }
    }

    /// Appends the rest to `output`.
    pub(crate) fn finish(&mut self, output: &mut Vec<u8>) {
        self.settle(true, output);
    }

    /// What was found, by name.
    pub(crate) fn tally(&self) -> Tally {
        self.counts.tally(&self.engine)
    }

    fn settle(&mut self, last: bool, output: &mut Vec<u8>) {
        self.walk.forget();
        while self.leave(last, output) && self.find(last, output) {}
    }

    /// Goes on with what was entered, to its end. False when more input is needed for it.
    fn leave(&mut self, last: bool, output: &mut Vec<u8>) -> bool {
        match self.active.take() {
            None => true,
            Some(Active::Removal { removal, skip }) => self.leave_removal(removal, skip, last, output),
            Some(Active::Nested(nested)) => self.leave_nested(nested, last, output),
        }
    }

    fn leave_removal(
        &mut self,
        mut removal: Removal,
        mut skip: Skip,
        last: bool,
        output: &mut Vec<u8>,
    ) -> bool {
        match skip.advance(&self.text, self.next, last) {
            Step::Inside { upto } => {
                self.settle_before(upto);
                self.followed = self.followed.max(upto);
                self.active = Some(Active::Removal { removal, skip });
                false
            }
            Step::Ended { resume, tail } => {
                self.settle_before(resume);
                self.followed = self.followed.max(resume);
                removal.length = (self.base + resume).saturating_sub(removal.offset);
                if removal.label == Label::Secret(PRIVATE_KEY) {
                    self.key_part = Some(self.base + resume);
                }
                self.removals.iter_mut().for_each(|removals| removals.push(removal));
                self.line.feed(&tail);
                output.extend_from_slice(&tail);
                true
            }
        }
    }

    fn leave_nested(&mut self, mut nested: Box<Nested>, last: bool, output: &mut Vec<u8>) -> bool {
        match nested.advance(&self.text, self.next, last, output) {
            Err(upto) => {
                self.settle_before(upto);
                self.active = Some(Active::Nested(nested));
                false
            }
            Ok(end) => {
                self.settle_before(end);
                let removals = nested.into_findings(self.base + end);
                removals.iter().for_each(|removal| self.counts.add(removal.label, 1, removal.line));
                self.removals.iter_mut().for_each(|all| all.extend(&removals));
                true
            }
        }
    }

    /// Everything before `upto` has left, in whatever form.
    fn settle_before(&mut self, upto: usize) {
        self.next = upto;
        self.floor = upto;
        self.settled = upto;
    }

    /// Searches on until a secret is entered. False when the window is used up.
    fn find(&mut self, last: bool, output: &mut Vec<u8>) -> bool {
        let length = self.text.len();
        let horizon = if last { length } else { length.saturating_sub(LOOKAHEAD) };
        let horizon = horizon.min(self.limit.unwrap_or(length));
        let engine = Arc::clone(&self.engine);
        loop {
            if self.behind.is_some() && self.next < horizon {
                match self.ask_behind(&engine, last, output) {
                    Consulted::Waits => {
                        self.pass_before_reach(last, output);
                        return false;
                    }
                    Consulted::Found => continue,
                    Consulted::Nothing => {}
                }
            }
            let stop = self.stop().filter(|stop| *stop < horizon);
            let Some(anchor) = self.walk.next(&engine.words, &self.text, self.next, stop.unwrap_or(horizon))
            else {
                if stop.is_none() {
                    break;
                }
                if !self.arrive(&engine, last, output) {
                    self.pass_before_reach(last, output);
                    return false;
                }
                if self.active.is_some() {
                    return true;
                }
                continue;
            };
            match self.consult(&engine, anchor, last, output) {
                Consulted::Nothing => self.next = self.next.max(anchor.at + 1),
                Consulted::Found if self.active.is_some() => return true,
                Consulted::Found => {}
                Consulted::Waits => {
                    self.next = anchor.at;
                    self.pass_before_reach(last, output);
                    return false;
                }
            }
        }
        self.next = self.next.max(horizon);
        self.pass_before_reach(last, output);
        false
    }

    /// Where the search has to stop: at a secret that was found further on, at the next row or secret of a table.
    #[inline]
    fn stop(&self) -> Option<usize> {
        if self.ahead.is_none() && self.table.is_none() {
            return None;
        }
        let ahead = self.ahead.as_ref().map(|ahead| ahead.start);
        let table = self.table.as_ref().map(|table| table.next());
        Some(ahead.unwrap_or(usize::MAX).min(table.unwrap_or(usize::MAX)).saturating_sub(self.base))
    }

    /// Does what the search has stopped for. False when more input is needed.
    fn arrive(&mut self, engine: &Engine, last: bool, output: &mut Vec<u8>) -> bool {
        let start = self.ahead.as_ref().map_or(usize::MAX, |ahead| ahead.start);
        if self.table.as_ref().is_some_and(|table| table.next() <= start) {
            self.carry_out_table(engine, last, output)
        } else {
            self.carry_out_ahead(engine, last, output)
        }
    }

    /// Passes on what no detector can reach back to.
    fn pass_before_reach(&mut self, last: bool, output: &mut Vec<u8>) {
        let upto = if last { self.next } else { self.next.saturating_sub(REACH).max(self.floor) };
        self.pass(upto, output);
    }

    pub(crate) fn replace(
        &mut self,
        label: Label,
        start: usize,
        end: usize,
        text: &[u8],
        output: &mut Vec<u8>,
    ) {
        // Nobody asks for the line when enough of them are known.
        let line = match self.removals.is_none() && self.counts.has_all_lines(label) {
            true => 0,
            false => self.line_at(start),
        };
        self.pass(start, output);
        output.extend_from_slice(text);
        let quotes = |bytes: &[u8]| memchr2(b'"', b'\\', bytes).is_some();
        let plain =
            text.first() != Some(&b'"') && matches!(label, Label::Identifier(kind) if kind.is_plain());
        if !plain && (quotes(text) || quotes(&self.text[start..end])) {
            self.follow(start);
            self.line.feed(text);
            self.followed = self.followed.max(end);
        }
        self.counts.add(label, 1, line);
        let removal = Removal { label, offset: self.base + start, line, length: end - start };
        self.removals.iter_mut().for_each(|removals| removals.push(removal));
        self.settle_before(end);
    }

    pub(crate) fn enter_secret(
        &mut self,
        label: Label,
        start: usize,
        mask: &[u8],
        skip: Skip,
        output: &mut Vec<u8>,
    ) {
        let line = self.line_at(start);
        self.pass(start, output);
        output.extend_from_slice(mask);
        self.rewind(start);
        self.follow(start);
        self.line.feed(mask);
        self.next = start;
        self.counts.add(label, 1, line);
        let offset = self.base + start;
        let skip = match self.table.as_ref().and_then(|table| table.end_of_text(offset)) {
            Some(end) => Skip::Within { most: end - offset, skip: Box::new(skip) },
            None => skip,
        };
        let removal = Removal { label, offset, line, length: 0 };
        self.active = Some(Active::Removal { removal, skip });
    }

    /// Enters a run of Base64 that starts at `start`.
    pub(crate) fn enter_nested(&mut self, start: usize, output: &mut Vec<u8>) {
        let line = self.line_at(start);
        self.pass(start, output);
        self.follow(start);
        self.next = start;
        self.active =
            Some(Active::Nested(Box::new(Nested::new(&self.engine, self.depth, self.base + start, line))));
    }

    /// The number of the line, from 1, in which the byte at `index` stands. Asked for rising indexes, mostly.
    pub(crate) fn line_at(&mut self, index: usize) -> u64 {
        self.count_lines(index);
        let back = match index < self.counted {
            true => memchr_iter(b'\n', &self.text[index..self.counted]).count() as u64,
            false => 0,
        };
        self.breaks - back + 1
    }

    fn count_lines(&mut self, upto: usize) {
        if upto > self.counted {
            self.breaks += memchr_iter(b'\n', &self.text[self.counted..upto]).count() as u64;
            self.counted = upto;
        }
    }

    /// Passes everything before `upto` on.
    fn pass(&mut self, upto: usize, output: &mut Vec<u8>) {
        if upto > self.settled {
            output.extend_from_slice(&self.text[self.settled..upto]);
            self.settled = upto;
        }
    }

    pub(crate) fn follow(&mut self, upto: usize) {
        if upto > self.followed {
            self.line.feed(&self.text[self.followed..upto]);
            self.followed = upto;
        }
    }

    /// Takes the state of the line back to `start`, which is not further before the search than [`REACH`].
    fn rewind(&mut self, start: usize) {
        if start < self.followed {
            let from = start.saturating_sub(REACH);
            self.line.rewind(&self.text[from..start], &self.text[start..self.followed]);
            self.followed = start;
        }
    }

    /// Forgets what no detector can look back at.
    fn trim(&mut self) {
        let cut = self.settled.saturating_sub(CONTEXT);
        self.follow(cut);
        self.count_lines(cut);
        self.text.drain(..cut);
        self.base += cut;
        self.settled -= cut;
        self.next -= cut;
        self.floor = self.floor.saturating_sub(cut);
        self.followed -= cut;
        self.counted -= cut;
    }
}
