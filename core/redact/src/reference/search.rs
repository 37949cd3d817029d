//! From byte to byte through one text.

use std::ops::Range;

use crate::anchors::{classes_at, is_word_start};
use crate::consult::SEEN_BEFORE;
use crate::decode::base64_content;
use crate::engine::{Engine, Target};
use crate::identifiers;
use crate::kind::Treatment;
use crate::line::Line;
use crate::secrets::{PRIVATE_KEY, Table, TableStep};
use crate::site::{Label, REACH, Site, Verdict};
use crate::skip::{Skip, Step};
use crate::stream::DEEPEST;

/// Something that is still there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Survivor {
    pub(super) label: Label,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What stands at a place.
enum Standing {
    Nothing,
    /// Looked at and left, up to an index.
    Fine(usize),
    Survivor(Survivor),
}

/// A search through one text.
pub(super) struct Search<'a> {
    engine: &'a Engine,
    text: &'a [u8],
    /// The text is the start of an artifact.
    first: bool,
    depth: u8,
    floor: usize,
    line: Line,
    followed: usize,
    /// By detector, the index before which it is not asked again.
    resumes: Vec<usize>,
    /// Where something was looked at last whose line may hold more of its kind.
    behind: Option<usize>,
    /// What a rule has found further on.
    ahead: Option<Survivor>,
    /// The table whose rows are passing.
    pub(super) table: Option<Box<Table>>,
    /// Index behind the last part of a private key.
    pub(super) key_part: Option<usize>,
}

impl<'a> Search<'a> {
    pub(super) fn new(engine: &'a Engine, text: &'a [u8], first: bool, depth: u8) -> Self {
        let resumes = vec![0; engine.detectors.len()];
        Self {
            engine,
            text,
            first,
            depth,
            floor: 0,
            line: Line::default(),
            followed: 0,
            resumes,
            behind: None,
            ahead: None,
            table: None,
            key_part: None,
        }
    }

    /// Tells what is found at places in `range`.
    pub(super) fn run(&mut self, range: Range<usize>, tell: &mut dyn FnMut(Survivor)) {
        let mut at = range.start;
        while at < range.end {
            if let Some(survivor) = self.in_table(at) {
                tell(survivor);
                self.pass(survivor);
                at = survivor.end;
                continue;
            }
            if let Some(ahead) = self.ahead.take_if(|ahead| ahead.start <= at)
                && self.floor <= ahead.start
            {
                tell(ahead);
                self.pass(ahead);
                at = ahead.end;
                continue;
            }
            at = match self.at(at) {
                Standing::Nothing => at + 1,
                Standing::Fine(end) => {
                    self.floor = end;
                    end.max(at + 1)
                }
                Standing::Survivor(survivor) => {
                    tell(survivor);
                    self.pass(survivor);
                    survivor.end.max(at + 1)
                }
            };
        }
    }

    /// Goes on behind what was told.
    fn pass(&mut self, survivor: Survivor) {
        self.floor = survivor.end;
        if survivor.label == Label::Secret(PRIVATE_KEY) {
            self.key_part = Some(survivor.end);
        }
    }

    /// The secret of a table at `at`.
    fn in_table(&mut self, at: usize) -> Option<Survivor> {
        while let Some(mut table) = self.table.take_if(|table| table.next() <= at) {
            let cell = match table.step(self.text, 0, (self.floor.min(at), at), true) {
                Ok(TableStep::Ended) | Err(_) => return None,
                Ok(TableStep::Read) => None,
                Ok(TableStep::Cell(cell)) => Some(cell),
            };
            self.table = Some(table);
            if let Some(cell) = cell {
                let label = Label::Secret(cell.id);
                return Some(Survivor { label, start: cell.start, end: cell.start + cell.length });
            }
        }
        None
    }

    fn at(&mut self, at: usize) -> Standing {
        let engine = self.engine;
        if self.behind.take() == Some(at)
            && let Ok(verdict @ Verdict::Found(_)) = identifiers::behind(&self.site(at))
        {
            let standing = self.judge(verdict, at);
            if !matches!(standing, Standing::Nothing) {
                return standing;
            }
        }
        if is_word_start(self.text, at) {
            for target in engine.words.targets(self.text, at) {
                let standing = match Target::from(target) {
                    Target::Detector(index) => self.ask(index, at),
                    Target::Rule(index) => self.try_rule(index, at),
                    Target::Known(index) => self.try_known(index, at),
                };
                if !matches!(standing, Standing::Nothing) {
                    return standing;
                }
            }
        }
        for class in classes_at(self.text, at).numbers() {
            for asked in &engine.by_class[class] {
                let standing = self.ask(asked.index, at);
                if !matches!(standing, Standing::Nothing) {
                    return standing;
                }
            }
        }
        Standing::Nothing
    }

    fn site(&self, at: usize) -> Site<'a> {
        Site {
            text: self.text,
            at,
            end: at,
            last: true,
            first: self.first,
            in_quotes: self.line.in_quotes(),
            floor: self.floor.max(at.saturating_sub(REACH)),
            after_key_part: self.key_part,
            options: &self.engine.policy.options,
        }
    }

    fn ask(&mut self, index: usize, at: usize) -> Standing {
        let detector = self.engine.detectors[index];
        if self.resumes[index] > at {
            return Standing::Nothing;
        }
        if detector.asks_for_quotes && at > self.followed {
            self.line.feed(&self.text[self.followed..at]);
            self.followed = at;
        }
        match (detector.examine)(&self.site(at)) {
            Ok(Verdict::Pass { resume }) => {
                self.resumes[index] = resume;
                Standing::Nothing
            }
            Ok(verdict) => self.judge(verdict, at),
            Err(_) => Standing::Nothing,
        }
    }

    fn try_rule(&mut self, index: usize, at: usize) -> Standing {
        let Ok(Some((start, end))) = self.engine.rules[index].find(&self.site(at)) else {
            return Standing::Nothing;
        };
        let survivor = Survivor { label: Label::Rule(index as u32), start, end };
        if start > at {
            self.ahead.get_or_insert(survivor);
            return Standing::Nothing;
        }
        Standing::Survivor(survivor)
    }

    fn reaches_ahead(&self, end: usize) -> bool {
        self.ahead.is_some_and(|ahead| end > ahead.start)
            || self.table.as_ref().and_then(|table| table.next_cell()).is_some_and(|start| end > start)
    }

    fn try_known(&mut self, index: usize, at: usize) -> Standing {
        let verdict = self.engine.known.get(index).map(|value| value.examine(index, &self.site(at)));
        match verdict {
            Some(Ok(verdict)) => self.judge(verdict, at),
            _ => Standing::Nothing,
        }
    }

    fn judge(&mut self, verdict: Verdict, at: usize) -> Standing {
        match verdict {
            Verdict::Pass { .. } => Standing::Nothing,
            Verdict::Keep { end } if self.reaches_ahead(end) => Standing::Nothing,
            Verdict::Keep { end } => {
                self.behind = Some(end);
                Standing::Fine(end)
            }
            // It has been told: another anchor leads to it.
            Verdict::Remove { start, .. } if start < self.floor => Standing::Nothing,
            Verdict::Remove { id, start, ref skip, .. }
                if matches!(self.site(at).is_told(id, start, skip), Ok(true)) =>
            {
                Standing::Nothing
            }
            Verdict::Remove { id, start, skip, .. } => {
                let label = Label::Secret(id);
                // The text of a cell ends with the cell.
                let cell = self.table.as_ref().and_then(|table| table.end_of_text(start));
                let text = &self.text[..cell.unwrap_or(self.text.len())];
                let survivor = Survivor { label, start, end: end_of(skip, text, start) };
                if start > at {
                    self.ahead.get_or_insert(survivor);
                    return Standing::Nothing;
                }
                Standing::Survivor(survivor)
            }
            Verdict::Found(found) if self.reaches_ahead(found.end) => Standing::Nothing,
            Verdict::Found(found) if self.stays(found.kind, found.start..found.end) => {
                self.behind = Some(found.end);
                Standing::Fine(found.end)
            }
            Verdict::Found(found) => {
                self.behind = Some(found.end);
                let label = Label::Identifier(found.kind);
                Standing::Survivor(Survivor { label, start: found.start, end: found.end })
            }
            Verdict::Encoded { start, end, encoding } if self.depth < DEEPEST && !self.reaches_ahead(end) => {
                let before = &self.text[start.saturating_sub(SEEN_BEFORE)..start];
                self.inside(before, &encoding.decode(&self.text[start..end]), start..end)
            }
            Verdict::Base64 { start } if self.depth < DEEPEST && self.ahead.is_none() => {
                let (length, content) = base64_content(&self.text[start..]);
                match self.inside(b"", &content, start..start + length) {
                    Standing::Nothing => Standing::Fine((start + length).max(at)),
                    standing => standing,
                }
            }
            Verdict::Table(table) => {
                if self.table.as_ref().is_none_or(|armed| !armed.covers(at)) {
                    self.table = Some(table);
                }
                Standing::Nothing
            }
            Verdict::Encoded { .. } | Verdict::Base64 { .. } => Standing::Nothing,
        }
    }

    fn stays(&self, kind: crate::kind::Kind, range: Range<usize>) -> bool {
        self.engine.treatment(kind) == Treatment::Keep
            || self.engine.kept.contains(&self.text[range].to_ascii_lowercase())
    }

    /// The first thing that is in what an encoded text stands for.
    fn inside(&self, before: &[u8], content: &[u8], range: Range<usize>) -> Standing {
        let mut first = None;
        let text = [before, content].concat();
        let mut search = Search::new(self.engine, &text, before.is_empty(), self.depth + 1);
        (search.floor, search.followed) = (before.len(), before.len());
        search.run(before.len()..text.len(), &mut |survivor| {
            first.get_or_insert(survivor.label);
        });
        match first {
            Some(label) => Standing::Survivor(Survivor { label, start: range.start, end: range.end }),
            None => Standing::Nothing,
        }
    }
}

fn end_of(mut skip: Skip, text: &[u8], start: usize) -> usize {
    match skip.advance(text, start, true) {
        Step::Ended { resume, .. } => resume,
        Step::Inside { upto } => upto,
    }
}
