//! `3-7,12`: which lines, or which bytes.

use std::fmt;
use std::str::FromStr;

/// A run of lines or bytes, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first.
    pub first: u64,
    /// The last; not less than `first`.
    pub last: u64,
}

/// Runs in rising order, none of which touches another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spans(Vec<Span>);

/// A text that is no list of runs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a list of numbers and runs, such as `3-7,12`")]
pub struct SpanError;

impl Spans {
    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The runs in order.
    pub fn iter(&self) -> impl Iterator<Item = Span> + '_ {
        self.0.iter().copied()
    }

    /// Adds those of another list.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.0.extend(&other.0);
        Self::ordered(self.0)
    }

    fn ordered(mut spans: Vec<Span>) -> Self {
        spans.sort_unstable();
        let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            match merged.last_mut() {
                Some(last) if span.first <= last.last.saturating_add(1) => {
                    last.last = last.last.max(span.last)
                }
                _ => merged.push(span),
            }
        }
        Self(merged)
    }
}

impl FromStr for Spans {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        text.split(',').map(str::parse).collect::<Result<Vec<Span>, _>>().map(Self::ordered)
    }
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten().ok_or(SpanError)
        };
        let (first, last) = text.trim().split_once('-').unwrap_or((text.trim(), text.trim()));
        let span = Self { first: number(first)?, last: number(last)? };
        if span.first <= span.last { Ok(span) } else { Err(SpanError) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_put_in_order_and_joined() {
        let spans: Spans = "12, 3-7,6-9,10".parse().unwrap();
        let shown: Vec<String> = spans.iter().map(|span| span.to_string()).collect();
        assert_eq!(shown, ["3-10", "12-12"]);
        let more = spans.and(&"11".parse().unwrap());
        assert_eq!(more.iter().collect::<Vec<_>>(), [Span { first: 3, last: 12 }]);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for wrong in ["", ",", "7-3", "a", "1-", "-1", "1-2-3", "+1", "99999999999999999999"] {
            assert_eq!(wrong.parse::<Spans>(), Err(SpanError), "{wrong}");
        }
    }
}
