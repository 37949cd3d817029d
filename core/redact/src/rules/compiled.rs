//! A rule that is ready to be tried.

use std::sync::OnceLock;

use memchr::memchr;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use super::keyed;
use super::pattern::{self, Pattern};
use super::schema::{Rule, RuleError};
use crate::anchors::WordTableBuilder;
use crate::mark::{find_mark, holds_pseudonym};
use crate::site::{More, Site};

/// Longest secret that a rule can find, in bytes, and how far before its anchor it may start.
pub(crate) const LONGEST_MATCH: usize = 4096;
const LONGEST_LEAD: usize = 256;
/// Most literal beginnings of a pattern.
const MOST_PREFIXES: usize = 250;

/// A rule with what is needed to try it.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    pub(crate) rule: Rule,
    shape: Shape,
    /// Longest match in bytes.
    longest: usize,
    /// Compiled when first tried: most rules never are.
    pattern: OnceLock<Option<Box<dyn Pattern>>>,
    /// Compiles the pattern. Called through this pointer, so that a program that makes no rules, as a plugin with
    /// [`crate::Engine::secrets_by_place`], is linked without the regular expressions.
    compile: fn(&str) -> Option<Box<dyn Pattern>>,
}

/// Where a rule is tried.
#[derive(Debug)]
enum Shape {
    /// At words that begin like one of these.
    Prefixes(Vec<Vec<u8>>),
    /// Around this literal; the first letter or digit of it has this offset.
    Anchor { literal: Vec<u8>, offset: usize },
    /// At values whose key holds one of the rule's words.
    Key,
}

impl CompiledRule {
    pub(crate) fn new(rule: Rule) -> Result<Self, RuleError> {
        rule.check()?;
        let text = rule.pattern.as_deref().or(rule.value.as_deref()).unwrap_or_default();
        let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(text);
        let hir = parsed.map_err(|error| rule.unusable(format!("its pattern is wrong: {error}")))?;
        let longest = hir.properties().maximum_len().unwrap_or(usize::MAX);
        if longest > LONGEST_MATCH {
            return Err(rule.unusable(format!(
                "its pattern may match more than {LONGEST_MATCH} bytes: write {{n,m}} in the place of +, * and {{n,}}"
            )));
        }
        if hir.properties().minimum_len().unwrap_or(0) == 0 {
            return Err(rule.unusable("its pattern matches the empty text"));
        }
        let shape = match (&rule.anchor, rule.key.is_empty()) {
            (_, false) => Shape::Key,
            (Some(anchor), true) => anchor_shape(&rule, anchor)?,
            (None, true) => prefix_shape(&rule, &hir)?,
        };
        Ok(Self { rule, shape, longest, pattern: OnceLock::new(), compile: pattern::compile })
    }

    /// Adds the words at which the rule is to be tried.
    pub(crate) fn register(&self, words: &mut WordTableBuilder, target: u32) {
        match &self.shape {
            Shape::Prefixes(prefixes) => prefixes.iter().for_each(|prefix| words.add(prefix, target)),
            Shape::Anchor { literal, offset } => words.add(&literal[*offset..], target),
            Shape::Key => self.rule.key.iter().for_each(|word| words.add(word.as_bytes(), target)),
        }
    }

    /// The secret at a word that is one of the rule's.
    pub(crate) fn find(&self, site: &Site<'_>) -> Result<Option<(usize, usize)>, More> {
        let at = site.at;
        let found = match &self.shape {
            Shape::Key => return keyed::examine(self, site),
            // The table of words has compared the beginning.
            Shape::Prefixes(_) => {
                site.ahead(at, self.longest + 1)?;
                self.match_at(site.text, at)
            }
            Shape::Anchor { literal, offset } => {
                let Some(start) = at.checked_sub(*offset) else { return Ok(None) };
                if !site.text[start..].starts_with(literal) {
                    return Ok(None);
                }
                let end = start + site.ahead(start, self.longest + 1)?.len().min(self.longest);
                let lead = LONGEST_LEAD.min(self.longest);
                self.match_around(site.text, site.floor.max(start.saturating_sub(lead))..end, start)
            }
        };
        let in_line = |start: usize| start >= at || memchr(b'\n', &site.text[start..at]).is_none();
        // A backslash before the closing quote is the quote's.
        let found = found.map(|(start, end)| {
            let quote = matches!(site.text.get(end), Some(b'"' | b'\''));
            let slashes = site.text[start..end].iter().rev().take_while(|byte| **byte == b'\\').count();
            (start, end - if quote { slashes } else { 0 })
        });
        Ok(found
            .filter(|(start, end)| start < end && !is_told(&site.text[*start..*end]))
            .filter(|(start, _)| *start >= site.floor && in_line(*start)))
    }

    /// Compiles the pattern, to say now what is wrong with it.
    pub(crate) fn compile(&self) -> Result<(), RuleError> {
        match self.pattern() {
            Some(_) => Ok(()),
            None => Err(self.rule.unusable("its pattern is too large")),
        }
    }

    fn pattern(&self) -> Option<&dyn Pattern> {
        let text = || self.rule.pattern.as_deref().or(self.rule.value.as_deref());
        self.pattern.get_or_init(|| text().and_then(self.compile)).as_deref()
    }

    /// The secret of a match that starts at `from` in `text`.
    fn match_at(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let end = text.len().min(from + self.longest);
        let input = Input::new(text).range(from..end).anchored(Anchored::Yes);
        self.secret(&input)
    }

    /// The secret of a match in `range` that holds the byte at `anchor`.
    fn match_around(
        &self,
        text: &[u8],
        range: std::ops::Range<usize>,
        anchor: usize,
    ) -> Option<(usize, usize)> {
        let mut from = range.start;
        while from <= anchor {
            let input = Input::new(text).range(from..range.end);
            let whole = self.pattern()?.whole(&input)?;
            if whole.start > anchor {
                return None;
            }
            if whole.end > anchor {
                return self.secret(&input);
            }
            from = whole.end.max(from + 1);
        }
        None
    }

    /// True when the whole of `value` matches.
    pub(crate) fn matches_whole(&self, value: &[u8]) -> bool {
        let input = Input::new(value).anchored(Anchored::Yes);
        let found = self.pattern().and_then(|pattern| pattern.whole(&input));
        found.is_some_and(|found| found.end == value.len()) && self.random_enough(value)
    }

    fn secret(&self, input: &Input<'_>) -> Option<(usize, usize)> {
        let span = self.pattern()?.secret(input)?;
        let secret = &input.haystack()[span.start..span.end];
        (!secret.is_empty() && self.random_enough(secret)).then_some((span.start, span.end))
    }

    fn random_enough(&self, secret: &[u8]) -> bool {
        self.rule.entropy.is_none_or(|least| crate::entropy::shannon(secret) >= least)
    }
}

/// True for what this program has written, or what holds it.
fn is_told(text: &[u8]) -> bool {
    find_mark(text).is_some() || holds_pseudonym(text)
}

fn anchor_shape(rule: &Rule, anchor: &str) -> Result<Shape, RuleError> {
    let literal = anchor.as_bytes().to_vec();
    let offset = literal.iter().position(u8::is_ascii_alphanumeric);
    match offset {
        Some(offset) if literal.len() >= 3 && literal.len() <= 64 && literal.len() - offset >= 2 => {
            Ok(Shape::Anchor { literal, offset })
        }
        _ => {
            Err(rule
                .unusable("`anchor` has 3 to 64 bytes, at least 2 of them from its first letter or digit on"))
        }
    }
}

/// The literal beginnings of a pattern, in lower case. Few and short ones, if that is enough.
fn prefix_shape(rule: &Rule, hir: &regex_syntax::hir::Hir) -> Result<Shape, RuleError> {
    let decides =
        |start: &Vec<u8>| start.len() >= 3 && (start[0].is_ascii_alphanumeric() || start[0] >= 0x80);
    [4, 64]
        .into_iter()
        .map(|largest_class| prefixes(hir, largest_class))
        .find(|starts| !starts.is_empty() && starts.iter().all(decides))
        .map(Shape::Prefixes)
        .ok_or_else(|| {
            rule.unusable(
                "its pattern must begin with a letter or digit and at least 3 bytes that are known: give an `anchor`",
            )
        })
}

/// The beginnings of a pattern in lower case, going on through classes of at most so many bytes.
fn prefixes(hir: &regex_syntax::hir::Hir, largest_class: usize) -> Vec<Vec<u8>> {
    let mut extractor = Extractor::new();
    extractor
        .kind(ExtractKind::Prefix)
        .limit_total(MOST_PREFIXES)
        .limit_class(largest_class)
        .limit_literal_len(8);
    let extracted = extractor.extract(hir);
    let literals = extracted.literals().unwrap_or_default().iter();
    let mut prefixes: Vec<Vec<u8>> =
        literals.map(|literal| literal.as_bytes().to_ascii_lowercase()).collect();
    prefixes.sort();
    prefixes.dedup();
    prefixes
}
