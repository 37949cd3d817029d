//! Who is asked at an anchor, and what is done about the answer.

use memchr::memchr;

use crate::anchors::{Anchor, Classes, WordsAt};
use crate::engine::{Asked, Engine, Target};
use crate::identifiers;
use crate::mark;
use crate::secrets::{Cell, TableStep};
use crate::site::{Encoding, Label, More, REACH, Site, Verdict};
use crate::skip::Skip;
use crate::stream::{Ahead, Consulted, DEEPEST, Pending, Stream};
use crate::treatment::Treated;

/// Bytes before an encoded text that are in view inside it.
pub(crate) const SEEN_BEFORE: usize = 64;
/// A match of so many bytes is followed to the end of its token.
const LONG_MATCH: usize = 3000;

/// What somebody who was asked has to say.
enum Answer {
    Verdict(Result<Verdict, More>),
    /// A rule, by number, has found a secret.
    Rule(usize, Result<(usize, usize), More>),
}

/// Who is still to be asked at an anchor.
struct Asking<'a> {
    words: WordsAt,
    classes: Classes,
    detectors: std::slice::Iter<'a, Asked>,
}

/// Who is asked next.
enum Next {
    Detector(Asked),
    Rule(usize),
    Known(usize),
}

impl<'a> Asking<'a> {
    #[inline(always)]
    fn next(&mut self, engine: &'a Engine) -> Option<Next> {
        if let Some(target) = engine.words.next(&mut self.words) {
            return Some(match Target::from(target) {
                Target::Detector(index) => Next::Detector(Asked { index, detector: engine.detectors[index] }),
                Target::Rule(index) => Next::Rule(index),
                Target::Known(index) => Next::Known(index),
            });
        }
        loop {
            if let Some(asked) = self.detectors.next() {
                return Some(Next::Detector(*asked));
            }
            self.detectors = engine.by_class[self.classes.take_first()?].iter();
        }
    }
}

impl Stream {
    /// Asks those who are to be asked at an anchor, until one finds something.
    pub(crate) fn consult(
        &mut self,
        engine: &Engine,
        anchor: Anchor,
        last: bool,
        output: &mut Vec<u8>,
    ) -> Consulted {
        let words = anchor.classes.meets(Classes::WORD);
        let mut asking = Asking {
            words: if words { engine.words.words_at(&self.text, anchor.at) } else { WordsAt::default() },
            classes: anchor.classes,
            detectors: [].iter(),
        };
        while let Some(answer) = self.next_answer(engine, anchor.at, last, &mut asking) {
            let consulted = match answer {
                Answer::Rule(_, Err(More)) => Consulted::Waits,
                Answer::Rule(index, Ok((start, end))) if start > anchor.at => {
                    self.look_ahead(start, Pending::Rule { index, length: end - start })
                }
                Answer::Verdict(Ok(Verdict::Remove { id, start, mask, skip })) if start > anchor.at => {
                    self.look_ahead(start, Pending::Secret { id, mask, skip })
                }
                Answer::Verdict(verdict) => self.carry_out(engine, verdict, anchor.at, last, output),
                Answer::Rule(index, Ok((start, end))) => {
                    self.carry_out_rule(engine, index, start, end, output)
                }
            };
            if !matches!(consulted, Consulted::Nothing) {
                return consulted;
            }
        }
        Consulted::Nothing
    }

    /// The next answer that is not no.
    fn next_answer<'a>(
        &mut self,
        engine: &'a Engine,
        at: usize,
        last: bool,
        asking: &mut Asking<'a>,
    ) -> Option<Answer> {
        let site = Site {
            text: &self.text,
            at,
            end: at,
            last,
            first: self.base == 0,
            in_quotes: false,
            floor: self.floor.max(at.saturating_sub(REACH)),
            after_key_part: self.key_part.and_then(|offset| offset.checked_sub(self.base)),
            options: &engine.policy.options,
        };
        let offset = self.base + at;
        while let Some(target) = asking.next(engine) {
            let Asked { index, detector } = match target {
                Next::Detector(asked) => asked,
                Next::Rule(index) => match engine.rules[index].find(&site) {
                    Ok(None) => continue,
                    Ok(Some(found)) => return Some(Answer::Rule(index, Ok(found))),
                    Err(More) => return Some(Answer::Rule(index, Err(More))),
                },
                Next::Known(index) => match engine.known.get(index)?.examine(index, &site) {
                    Ok(Verdict::Pass { .. }) => continue,
                    verdict => return Some(Answer::Verdict(verdict)),
                },
            };
            let resume = &mut self.resumes[index];
            if *resume > offset {
                continue;
            }
            let verdict = if detector.asks_for_quotes {
                if at > self.followed {
                    self.line.feed(&self.text[self.followed..at]);
                    self.followed = at;
                }
                (detector.examine)(&Site { in_quotes: self.line.in_quotes(), ..site })
            } else {
                (detector.examine)(&site)
            };
            match verdict {
                Ok(Verdict::Pass { resume: next }) => *resume = self.base + next,
                Ok(Verdict::Remove { id, start, ref skip, .. }) => match site.is_told(id, start, skip) {
                    Ok(true) => *resume = offset + 1,
                    Ok(false) => return Some(Answer::Verdict(verdict)),
                    Err(More) => return Some(Answer::Verdict(Err(More))),
                },
                verdict => return Some(Answer::Verdict(verdict)),
            }
        }
        None
    }

    /// Asks for more names in the line of what was found last.
    pub(crate) fn ask_behind(&mut self, engine: &Engine, last: bool, output: &mut Vec<u8>) -> Consulted {
        let here = self.base + self.next;
        if self.behind != Some(here) {
            self.behind = None;
            return Consulted::Nothing;
        }
        match identifiers::behind(&self.site(engine, self.next, last)) {
            Err(More) => Consulted::Waits,
            Ok(verdict @ Verdict::Found(_)) => {
                self.behind = None;
                self.carry_out(engine, Ok(verdict), self.next, last, output)
            }
            Ok(_) => {
                self.behind = None;
                Consulted::Nothing
            }
        }
    }

    fn site<'a>(&'a self, engine: &'a Engine, at: usize, last: bool) -> Site<'a> {
        Site {
            text: &self.text,
            at,
            end: at,
            last,
            first: self.base == 0,
            in_quotes: false,
            floor: self.floor.max(at.saturating_sub(REACH)),
            after_key_part: self.key_part.and_then(|offset| offset.checked_sub(self.base)),
            options: &engine.policy.options,
        }
    }

    fn carry_out_rule(
        &mut self,
        engine: &Engine,
        index: usize,
        start: usize,
        end: usize,
        output: &mut Vec<u8>,
    ) -> Consulted {
        let text = mark::in_place(&self.text, start, end, &engine.rules[index].rule.id);
        let label = Label::Rule(index as u32);
        if end - start >= LONG_MATCH {
            // A pattern has an end, and what it matches may go on.
            self.enter_secret(label, start, &text, Skip::Token { least: end - start }, output);
        } else {
            self.replace(label, start, end, &text, output);
        }
        Consulted::Found
    }

    /// Remembers a secret that starts further on. The first that is found is waited for.
    fn look_ahead(&mut self, start: usize, pending: Pending) -> Consulted {
        let ahead = Ahead { start: self.base + start, pending };
        self.ahead.get_or_insert(ahead);
        Consulted::Nothing
    }

    /// Removes the secret that was found ahead, now that the search is there; unless it is gone already. False when
    /// more input is needed.
    pub(crate) fn carry_out_ahead(&mut self, engine: &Engine, last: bool, output: &mut Vec<u8>) -> bool {
        let Some(Ahead { start, pending }) = self.ahead.take() else { return true };
        let at = start - self.base;
        if self.floor > at {
            return true;
        }
        match pending {
            Pending::Rule { index, length } => {
                self.carry_out_rule(engine, index, at, at + length, output);
            }
            Pending::Secret { id, mask, skip } => match self.rule_at(engine, at, last) {
                Ok(rule) => self.enter_named(engine, rule, id, at, &mask, skip, output),
                Err(More) => {
                    self.next = at;
                    self.ahead = Some(Ahead { start, pending: Pending::Secret { id, mask, skip } });
                    return false;
                }
            },
        }
        true
    }

    /// Removes the next secret of a table, or reads its next row, now that the search is there. False when more input is
    /// needed.
    pub(crate) fn carry_out_table(&mut self, engine: &Engine, last: bool, output: &mut Vec<u8>) -> bool {
        let Some(mut table) = self.table.take() else { return true };
        let places = (self.base + self.floor, self.base + self.next);
        let step = table.step(&self.text, self.base, places, last);
        let (cell, waits) = match step {
            Ok(TableStep::Ended) => return true,
            Ok(TableStep::Read) => (None, false),
            Ok(TableStep::Cell(cell)) => (Some(cell), false),
            Err(More) => (None, true),
        };
        let named = cell.map(|cell| (self.rule_at(engine, cell.start - self.base, last), cell));
        let waits = waits || matches!(named, Some((Err(More), _)));
        match named {
            Some((Err(More), cell)) => table.put_back(cell),
            Some((Ok(rule), Cell { start, length, id, mask })) => {
                let skip = Skip::Exactly(length);
                self.enter_named(engine, rule, id, start - self.base, &mask, skip, output);
            }
            None => {}
        }
        if waits {
            self.next = self.next.max(table.next().saturating_sub(self.base));
        }
        self.table = Some(table);
        !waits
    }

    /// Enters a secret, under the name of the rule that knows it by its shape, if there is one.
    #[expect(clippy::too_many_arguments, reason = "the parts of one verdict")]
    fn enter_named(
        &mut self,
        engine: &Engine,
        rule: Option<usize>,
        id: &'static str,
        start: usize,
        mask: &[u8],
        skip: Skip,
        output: &mut Vec<u8>,
    ) {
        match rule {
            None => self.enter_secret(Label::Secret(id), start, mask, skip, output),
            Some(index) => {
                let mask = mark::renamed(mask, &engine.rules[index].rule.id);
                self.enter_secret(Label::Rule(index as u32), start, &mask, skip, output);
            }
        }
    }

    /// True when something up to `end` would take the beginning of a secret that was found ahead.
    fn reaches_ahead(&self, end: usize) -> bool {
        let reaches = |start: usize| end + self.base > start;
        self.ahead.as_ref().is_some_and(|ahead| reaches(ahead.start))
            || self.table.as_ref().and_then(|table| table.next_cell()).is_some_and(reaches)
    }

    /// The rule that knows a secret at `start` by its shape: it says more than the key before it.
    fn rule_at(&self, engine: &Engine, start: usize, last: bool) -> Result<Option<usize>, More> {
        if start >= self.text.len() {
            return if last { Ok(None) } else { Err(More) };
        }
        for target in engine.words.targets(&self.text, start) {
            if let Target::Rule(index) = Target::from(target)
                && engine.rules[index]
                    .find(&self.site(engine, start, last))?
                    .is_some_and(|found| found.0 == start)
            {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn carry_out(
        &mut self,
        engine: &Engine,
        verdict: Result<Verdict, More>,
        at: usize,
        last: bool,
        output: &mut Vec<u8>,
    ) -> Consulted {
        let floor = self.floor.max(at.saturating_sub(REACH));
        let Ok(verdict) = verdict else { return Consulted::Waits };
        if verdict.start().is_some_and(|start| start < at && memchr(b'\n', &self.text[start..at]).is_some()) {
            return Consulted::Nothing;
        }
        match verdict {
            Verdict::Keep { end } if end > at && !self.reaches_ahead(end) => {
                self.floor = end;
                self.next = end;
                self.behind = Some(self.base + end);
                Consulted::Found
            }
            Verdict::Remove { id, start, mask, skip } if start >= floor => {
                match self.rule_at(engine, start, last) {
                    Err(More) => return Consulted::Waits,
                    Ok(rule) => self.enter_named(engine, rule, id, start, &mask, skip, output),
                }
                Consulted::Found
            }
            Verdict::Found(found)
                if found.start >= floor && found.end > found.start && !self.reaches_ahead(found.end) =>
            {
                let mut text = std::mem::take(&mut self.scratch);
                text.clear();
                match engine.treat(&self.text, &found, &mut self.cache, &mut text) {
                    Treated::Stays => {
                        self.floor = found.end;
                        self.next = found.end;
                    }
                    Treated::Replaced => {
                        self.replace(Label::Identifier(found.kind), found.start, found.end, &text, output);
                    }
                }
                self.scratch = text;
                self.behind = Some(self.base + found.end);
                Consulted::Found
            }
            Verdict::Encoded { start, end, encoding }
                if self.depth < DEEPEST
                    && start >= floor
                    && end > at
                    && self.base + at >= self.seen_through
                    && !self.reaches_ahead(end) =>
            {
                self.see_through(start, end, encoding, output)
            }
            Verdict::Base64 { start } if self.depth < DEEPEST && start >= floor && self.ahead.is_none() => {
                self.enter_nested(start, output);
                Consulted::Found
            }
            Verdict::Table(table)
                if self.table.as_ref().is_none_or(|armed| !armed.covers(self.base + at)) =>
            {
                self.table = Some(Box::new(table.moved(self.base, 0)));
                Consulted::Nothing
            }
            _ => Consulted::Nothing,
        }
    }

    /// Redacts what `text[start..end]` stands for, and encodes it again if something was found.
    fn see_through(
        &mut self,
        start: usize,
        end: usize,
        encoding: Encoding,
        output: &mut Vec<u8>,
    ) -> Consulted {
        let original = &self.text[start..end];
        // What stands before says whether the content starts a word.
        let before = &self.text[start.saturating_sub(SEEN_BEFORE)..start];
        let mut inner = Self::behind(&self.engine, before);
        inner.depth = self.depth + 1;
        inner.removals = Some(Vec::new());
        let mut content = Vec::with_capacity(original.len());
        inner.push(&encoding.decode(original), &mut content);
        inner.finish(&mut content);
        let found = inner.removals.unwrap_or_default();
        let Some((first, others)) = found.split_first() else {
            self.seen_through = self.seen_through.max(self.base + end);
            return Consulted::Nothing;
        };
        let text = encoding.encode(&content, original);
        let line = self.line_at(start);
        others.iter().for_each(|removal| self.counts.add(removal.label, 1, line));
        self.replace(first.label, start, end, &text, output);
        Consulted::Found
    }
}
