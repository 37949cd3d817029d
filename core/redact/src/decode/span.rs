//! The text around an escape that is decoded as one.

use std::ops::Range;

use crate::site::{More, REACH, Site};

/// Most bytes after the escape.
const LONGEST: usize = 2048;

/// The run of `wanted` bytes around the anchor.
pub(super) fn around(site: &Site<'_>, wanted: impl Fn(u8) -> bool) -> Result<Range<usize>, More> {
    let before = site.behind(site.at, REACH).iter().rev().take_while(|byte| wanted(**byte)).count();
    let after = site.run(site.at, LONGEST, wanted)?;
    Ok(site.at - before..site.at + after)
}
