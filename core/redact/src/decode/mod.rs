//! Sees through one level of encoding: Base64, percent-encoding, JSON's `\u` escapes.

mod base64;
mod escape;
mod percent;
mod span;

pub(crate) use base64::{Base64Stream, base64_content, opens_text};

use crate::detector::Detector;
use crate::site::Encoding;

/// Asked last: what the plain text shows needs no decoding.
pub(crate) const DETECTORS: &[Detector] = &[percent::DETECTOR, escape::DETECTOR, base64::DETECTOR];

impl Encoding {
    /// What `text` stands for.
    pub(crate) fn decode(self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Percent => percent::decode(text),
            Self::Escape => escape::decode(text),
        }
    }

    /// `decoded` in the place of `original`.
    pub(crate) fn encode(self, decoded: &[u8], original: &[u8]) -> Vec<u8> {
        match self {
            Self::Percent => percent::encode(decoded, original),
            Self::Escape => escape::encode(decoded),
        }
    }
}
