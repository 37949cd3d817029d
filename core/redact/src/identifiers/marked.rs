//! Marks and pseudonyms that stand in the text already: redacting twice changes nothing.

use crate::detector::Detector;
use crate::mark::end_of_mark;
use crate::site::{More, Site, Verdict};

/// Longest mark or pseudonym that is looked for.
const LONGEST: usize = 512;

pub(super) const DETECTOR: Detector = Detector::at_words(
    "marked",
    &[
        "removed",
        "host-px-",
        "px-",
        "user-px-",
        "person-px-",
        "serial-px-",
        "ssid-px-",
        "name-px-",
        "geo-px-",
    ],
    examine,
);

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let text = site.ahead(site.at, LONGEST)?;
    let bracket = usize::from(site.byte_before(site.at) == Some(b'['));
    if let Some(end) = end_of_mark(text, 0) {
        let closes = bracket == 1 && site.byte(site.at + end)? == Some(b']');
        return Ok(Verdict::Keep { end: site.at + end + usize::from(closes) });
    }
    match candor_pseudonym::recognise::name_pseudonym_at(site.text, site.at).map(|end| end - site.at) {
        Some(end) => Ok(Verdict::Keep { end: site.at + end }),
        None => Ok(Verdict::Pass { resume: site.at + 1 }),
    }
}
