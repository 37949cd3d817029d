//! The pattern of a rule, compiled.

use std::fmt::Debug;
use std::panic::{RefUnwindSafe, UnwindSafe};

use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;
use regex_automata::{Input, Span};

/// Memory that one compiled pattern may take.
const SIZE_LIMIT: usize = 1 << 20;

/// Finds what a rule describes.
pub(super) trait Pattern: Debug + Send + Sync + UnwindSafe + RefUnwindSafe {
    /// The first match.
    fn whole(&self, input: &Input<'_>) -> Option<Span>;

    /// The secret in the first match: its group 1, or all of it.
    fn secret(&self, input: &Input<'_>) -> Option<Span>;
}

/// Compiles a pattern over bytes; `None` for one that would be too large.
pub(super) fn compile(text: &str) -> Option<Box<dyn Pattern>> {
    let config = Config::new()
        .utf8_empty(false)
        .nfa_size_limit(Some(SIZE_LIMIT))
        .onepass_size_limit(Some(SIZE_LIMIT / 4))
        .hybrid(false)
        .dfa(false);
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    let regex = Regex::builder().configure(config).syntax(syntax).build(text).ok()?;
    Some(Box::new(regex))
}

impl Pattern for Regex {
    fn whole(&self, input: &Input<'_>) -> Option<Span> {
        self.search(input).map(|found| found.span())
    }

    fn secret(&self, input: &Input<'_>) -> Option<Span> {
        if self.captures_len() == 1 {
            return self.whole(input);
        }
        let mut captures = self.create_captures();
        self.search_captures(input, &mut captures);
        captures.get_group(1).or_else(|| captures.get_group(0))
    }
}
