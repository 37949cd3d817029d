//! Full names of hosts: labels with dots between them and a public suffix at the end.

use candor_pseudonym::recognise;

use super::code;
use super::suffix::{Ending, ending, kept_labels};
use super::{is_kept, is_own_machine};
use crate::anchors::Classes;
use crate::detector::Detector;
use crate::identifiers::around::{found_as, is_name_part, keep, pass, pass_to, window, word_start};
use crate::identifiers::{ipv4, ipv6};
use crate::kind::Kind;
use crate::site::{Form, Found, More, Site, Verdict};

pub(crate) const FULL: Detector = Detector::at("host", Classes::DOT_LETTER, full);

/// Longest name of DNS.
const LONGEST: usize = 253;
const LONGEST_LABEL: usize = 63;

/// A dotted name in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name<'a> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) text: &'a [u8],
}

impl<'a> Name<'a> {
    /// The name around `at`; what is settled is no part of it.
    pub(crate) fn around(site: &Site<'a>, at: usize) -> Result<Self, More> {
        let end = Self::end_from(site, at)?;
        let limit = LONGEST.min(at.saturating_sub(site.floor));
        let mut start = at - site.run_before(at, limit, is_name_part);
        start = word_start(site.text, start).min(at);
        start += punctuation_within(&site.text[start..at]);
        Ok(Self::trimmed(site.text, start, end))
    }

    /// The name that begins at `start`.
    pub(crate) fn from(site: &Site<'a>, start: usize) -> Result<Self, More> {
        Ok(Self::trimmed(site.text, start, Self::end_from(site, start)?))
    }

    fn end_from(site: &Site<'a>, at: usize) -> Result<usize, More> {
        let rest = site.text.get(at..).unwrap_or_default();
        let rest = &rest[..rest.len().min(LONGEST)];
        match rest.iter().position(|byte| !is_name_part(*byte)) {
            Some(length) => Ok(at + before_punctuation(&rest[..length])),
            None if rest.len() == LONGEST || site.last => Ok(at + before_punctuation(rest)),
            None => Err(More),
        }
    }

    /// Without dots and hyphens at its ends, and not across two dots.
    fn trimmed(text: &'a [u8], mut start: usize, mut end: usize) -> Self {
        while end > start && matches!(text[end - 1], b'.' | b'-' | b'_') {
            end -= 1;
        }
        while start < end && matches!(text[start], b'.' | b'-') {
            start += 1;
        }
        Self { start, end, text: &text[start..end] }
    }

    pub(crate) fn labels(&self) -> impl DoubleEndedIterator<Item = &'a [u8]> + Clone {
        self.text.split(|byte| *byte == b'.')
    }

    /// True when each label is one that DNS could hold, and one of those before the suffix has a letter.
    pub(crate) fn is_well_formed(&self) -> bool {
        let fits = |label: &[u8]| {
            (1..=LONGEST_LABEL).contains(&label.len()) && !label.starts_with(b"-") && !label.ends_with(b"-")
        };
        let letter = |label: &[u8]| label.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
        self.text.len() <= LONGEST && self.labels().all(fits) && self.labels().rev().skip(1).any(letter)
    }

    /// This name as a verdict.
    pub(crate) fn found(&self) -> Found {
        Found {
            kind: Kind::Host,
            start: self.start,
            end: self.end,
            form: Form::Host { kept: kept_labels(self.text) },
        }
    }
}

/// The length of `text` before the first character that is punctuation or a symbol.
fn before_punctuation(text: &[u8]) -> usize {
    memchr::memchr2(0xC2, 0xE2, text).unwrap_or(text.len())
}

/// The index in `text` after its last character that is punctuation or a symbol.
fn punctuation_within(text: &[u8]) -> usize {
    match memchr::memrchr2(0xC2, 0xE2, text) {
        Some(index) => text.len().min(index + if text[index] == 0xC2 { 2 } else { 3 }),
        None => 0,
    }
}

/// Asked at the dot before a letter: usually the first of a name.
fn full(site: &Site<'_>) -> Result<Verdict, More> {
    let end = Name::end_from(site, site.at)?;
    let rest = &site.text[site.at..end];
    let rest =
        &rest[..rest.iter().rposition(|byte| !matches!(byte, b'.' | b'-' | b'_')).map_or(0, |last| last + 1)];
    let last = memchr::memrchr(b'.', rest).map_or(rest, |dot| &rest[dot + 1..]);
    let ending = ending(last);
    if ending == Ending::None {
        return pass_to(site, end);
    }
    let name = Name::around(site, site.at)?;
    // The dot stands behind what is settled.
    if name.start >= site.at {
        return pass(site);
    }
    if let Some(verdict) = reverse(site, &name) {
        return verdict;
    }
    let next = site.byte(name.end)?;
    if next == Some(b'@') || !name.is_well_formed() {
        return pass_to(site, name.end);
    }
    if is_kept(name.text, site.options) {
        return keep(name.end);
    }
    let meant = code::is_meant(site, &name, ending)?;
    // `_ipp._tcp.local` is a service and nobody's name.
    let mut own_labels = name.labels().rev().skip(kept_labels(name.text));
    if !meant || own_labels.all(|label| label.starts_with(b"_")) {
        return pass_to(site, name.end);
    }
    Ok(Verdict::Found(name.found()))
}

/// What judges the first labels of a name, which end before a zone.
type Judge = fn(&Site<'_>, usize, usize) -> Result<Verdict, More>;

/// Names below `in-addr.arpa`, `ip6.arpa` and `ipv6-literal.net` are addresses.
fn reverse(site: &Site<'_>, name: &Name<'_>) -> Option<Result<Verdict, More>> {
    let zones: [(&[u8], Judge); 3] =
        [(ipv4::REVERSE_ZONE, ipv4::zone), (b".ip6.arpa", ipv6::zone), (b".ipv6-literal.net", ipv6::literal)];
    zones.iter().find_map(|(zone, examine)| {
        let split = name.text.len().checked_sub(zone.len()).filter(|split| *split > 0)?;
        name.text[split..].eq_ignore_ascii_case(zone).then(|| examine(site, name.start, name.start + split))
    })
}

/// A known name at `start..end`, with the domain that stands around it.
pub(crate) fn known(site: &Site<'_>, start: usize, end: usize) -> Result<Found, More> {
    let own = Name { start, end, text: &site.text[start..end] };
    let text = window(site, end, 2)?;
    let dot = |index: Option<usize>| index.and_then(|index| text.get(index)) == Some(&b'.');
    let hyphen = start > site.floor && matches!(text[start - 1], b'-' | b'.');
    if !dot(Some(end)) && !hyphen && text.get(end) != Some(&b'-') {
        return Ok(own.found());
    }
    let name = Name::around(&Site { at: start, ..*site }, start)?;
    let last = name.labels().next_back().unwrap_or_default();
    let covers = name.start <= start && name.end >= end && name.labels().count() > 1;
    let sure =
        covers && ending(last) != Ending::None && name.is_well_formed() && !is_kept(name.text, site.options);
    let file = matches!(ending(last), Ending::File) && name.labels().count() == 2;
    let address = site.byte(name.end)? == Some(b'@');
    if sure && !file && !address && name.start >= site.floor { Ok(name.found()) } else { Ok(own.found()) }
}

/// The verdict on a name that is meant as one of a host, whatever it looks like.
pub(crate) fn judge(site: &Site<'_>, name: &Name<'_>) -> Result<Verdict, More> {
    let own = is_own_machine(name.text) || recognise::name_pseudonym_at(site.text, name.start).is_some();
    if own || is_kept(name.text, site.options) {
        return keep(name.end.max(site.at + 1));
    }
    let Found { kind, start, end, form } = name.found();
    found_as(kind, start, end, form)
}
