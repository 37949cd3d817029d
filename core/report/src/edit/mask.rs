//! What is blanked in an artifact, and how.

mod bytes;
mod picture;
mod span;
mod text;

use std::io::{self, Read, Write};

use regex_automata::meta;
use regex_automata::util::syntax;
use serde::Serialize;

pub use self::picture::{PictureError, Region, RegionError};
pub use self::span::{Span, SpanError, Spans};
use crate::index::ArtifactEntry;
use crate::media;

/// Most memory that a pattern may need.
const PATTERN_BYTES: usize = 16 * 1024 * 1024;

/// What stands in a text where something was masked.
pub const MASK: &str = "[masked]";

/// What is to be blanked. All that is given is blanked at once.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    /// Lines of a text, counted from 1. Each becomes `[masked]`; the number of lines stays.
    pub lines: Spans,
    /// What matches in a text becomes `[masked]`. A match never goes beyond its line.
    pub patterns: Vec<Pattern>,
    /// Rectangles of a picture, which become black.
    pub regions: Vec<Region>,
    /// Bytes of any artifact, counted from 0, which become zeros.
    pub bytes: Spans,
}

/// A regular expression.
#[derive(Debug, Clone)]
pub struct Pattern(meta::Regex);

/// A text that is no regular expression.
#[derive(Debug, thiserror::Error)]
#[error("not a regular expression")]
pub struct PatternError(#[source] Box<meta::BuildError>);

impl std::str::FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let built = meta::Regex::builder()
            .syntax(syntax::Config::new().utf8(false))
            .configure(meta::Config::new().utf8_empty(false).nfa_size_limit(Some(PATTERN_BYTES)))
            .build(text);
        built.map(Self).map_err(|error| PatternError(Box::new(error)))
    }
}

/// Why an artifact cannot be masked so.
#[derive(Debug, thiserror::Error)]
pub enum MaskError {
    /// Nothing is given that could be masked.
    #[error("nothing is named that is to be masked")]
    Nothing,
    /// Lines and patterns are for text.
    #[error("it is `{0}`, and lines and patterns are masked in text only")]
    NotText(String),
    /// Regions are for pictures of one kind.
    #[error("it is `{0}`, and regions are blacked out in `image/png` only")]
    NotAPicture(String),
    /// Text, pictures and bytes are different views of an artifact.
    #[error("lines or patterns, regions, and bytes cannot be masked at once")]
    Mixed,
    /// What is said to be text holds zeros: it is binary, or UTF-16.
    #[error("it holds zero bytes in line {line}, so it is no text of this kind")]
    Binary {
        /// The line.
        line: u64,
    },
    /// A line is longer than what is held in memory.
    #[error("line {line} is longer than {limit} bytes")]
    LongLine {
        /// The line.
        line: u64,
        /// Most bytes.
        limit: u64,
    },
    /// A span begins behind the end.
    #[error("it has only {has} {unit}, and {first} is behind its end")]
    Beyond {
        /// What is counted: `lines`, `bytes`.
        unit: &'static str,
        /// How many there are.
        has: u64,
        /// Where the span begins.
        first: u64,
    },
    /// Nothing matched.
    #[error("nothing in it matches")]
    NoMatch,
    /// The picture cannot be changed.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// It could not be read or written.
    #[error("cannot read it, or write what is left of it")]
    Stream(#[from] io::Error),
}

/// How much was blanked: lines with something masked in them, pixels, or bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "unit", content = "count", rename_all = "snake_case")]
pub enum Masked {
    /// Lines in which something was masked.
    Lines(u64),
    /// Pixels.
    Pixels(u64),
    /// Bytes.
    Bytes(u64),
}

impl Mask {
    /// Says before anything is read whether this can be done to such an artifact.
    pub(crate) fn check(&self, artifact: &ArtifactEntry) -> Result<(), MaskError> {
        let media_type = || artifact.media_type.clone();
        match self.views() {
            (false, false, false) => Err(MaskError::Nothing),
            (true, false, false) if !media::is_text(&artifact.media_type) => {
                Err(MaskError::NotText(media_type()))
            }
            (false, true, false) if !picture::is_known(&artifact.media_type) => {
                Err(MaskError::NotAPicture(media_type()))
            }
            (true, false, false) | (false, true, false) | (false, false, true) => Ok(()),
            _ => Err(MaskError::Mixed),
        }
    }

    /// Copies an artifact with its parts blanked. What was written must not be used when this fails.
    pub(crate) fn apply(
        &self,
        artifact: &ArtifactEntry,
        source: impl Read,
        out: impl Write,
    ) -> Result<Masked, MaskError> {
        match self.views() {
            (true, ..) => text::mask(&self.lines, &self.patterns, source, out).map(Masked::Lines),
            (_, true, _) => Ok(picture::mask(&self.regions, source, out).map(Masked::Pixels)?),
            _ => bytes::mask(&self.bytes, artifact.bytes, source, out).map(Masked::Bytes),
        }
    }

    /// Whether it is about text, a picture, bytes.
    fn views(&self) -> (bool, bool, bool) {
        let text = !(self.lines.is_empty() && self.patterns.is_empty());
        (text, !self.regions.is_empty(), !self.bytes.is_empty())
    }
}
