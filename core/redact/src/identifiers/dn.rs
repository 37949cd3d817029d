//! Distinguished names of LDAP and X.509: `CN=Jane Doe,OU=Sales,DC=example,DC=com`, `/C=SE/O=Acme/CN=web01`.

use std::sync::LazyLock;

use super::word_set::WordSet;
use std::ops::Range;

use super::around::{found, holds_pseudonym, is_done, is_one_of, is_word, pass, pass_to, window};
use super::host;
use super::user::is_system_account;
use crate::detector::Detector;
use crate::kind::Kind;
use crate::site::{More, Site, Verdict};

pub(super) const DETECTOR: Detector = Detector::at_words(
    "dn",
    &[
        "cn=",
        "cn =",
        "uid=",
        "uid =",
        "dc=",
        "dc =",
        "ou=",
        "ou =",
        "o=",
        "o =",
        "c=",
        "c =",
        "st=",
        "st =",
        "l=",
        "l =",
        "emailaddress",
        "street=",
        "street =",
        "sn=",
        "givenname=",
        "e=",
    ],
    examine,
);

/// Longest name.
const LONGEST: usize = 480;
/// Most parts.
const MOST_PARTS: usize = 24;

/// Names that directories and authorities have everywhere.
static COMMON: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(&[
        "users",
        "computers",
        "builtin",
        "configuration",
        "schema",
        "system",
        "people",
        "groups",
        "group",
        "domain controllers",
        "domain admins",
        "domain users",
        "services",
        "hosts",
        "sites",
        "partitions",
        "subschema",
        "admin",
        "manager",
        "config",
        "monitor",
        "root",
        "accounts",
        "sudoers",
        "policies",
        "microsoft",
        "let's encrypt",
        "digicert inc",
        "internet security research group",
        "globalsign",
        "isrg root x1",
        "isrg root x2",
        "ca",
        "server",
        "client",
        "www.digicert.com",
    ])
});

/// What a part of a distinguished name holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Nothing that identifies.
    Nothing,
    Person,
    User,
    Host,
    /// One label of a domain.
    Label,
    Email,
    Name,
}

/// The value of one part.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) value: Range<usize>,
    pub(crate) holds: Holds,
}

/// Where a name ends, and its parts.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) end: usize,
    pub(crate) parts: Vec<Part>,
    /// Parts of which a directory or a certificate has at least one.
    telling: usize,
}

impl Parsed {
    fn hides(&self, text: &[u8]) -> bool {
        self.parts.iter().any(|part| part.holds != Holds::Nothing && !is_treated(&text[part.value.clone()]))
    }
}

/// True for a value that is a pseudonym or mark, or holds one.
pub(crate) fn is_treated(value: &[u8]) -> bool {
    is_done(value, 0) || holds_pseudonym(value)
}

/// The name at the start of `text`.
pub(crate) fn parse(text: &[u8]) -> Parsed {
    let slashes = has_slashes(text);
    let mut parsed = Parsed { end: 0, parts: Vec::new(), telling: 0 };
    let mut at = 0;
    while parsed.parts.len() < MOST_PARTS {
        let Some((attribute, start)) = attribute(text, at) else { break };
        let known = kind_of(attribute);
        let Some(known) = known else { break };
        let length = value_length(&text[start..], slashes);
        let end =
            start + if known == Holds::Label { label_length(&text[start..start + length]) } else { length };
        if end == start {
            break;
        }
        parsed.telling += usize::from(is_one_of(attribute, &["cn", "dc", "ou", "o", "uid"]));
        parsed.parts.push(Part { value: start..end, holds: holds(known, &text[start..end]) });
        parsed.end = end;
        match next_part(text, end, slashes) {
            Some(next) => at = next,
            None => break,
        }
    }
    if let Some(last) = parsed.parts.last_mut() {
        let length = last_length(&text[last.value.clone()], parsed.end == text.len());
        last.value.end = last.value.start + length;
        parsed.end = last.value.end;
        // What was cut off may change what it is.
        if last.holds != Holds::Nothing && last.holds != Holds::Label {
            last.holds = match last.holds {
                Holds::Person | Holds::Host | Holds::Name => {
                    holds_by_look(&text[last.value.clone()], last.holds)
                }
                other => other,
            };
        }
    }
    keep_suffix(text, &mut parsed.parts);
    parsed
}

/// The last labels of the domain are a public suffix, and stay.
fn keep_suffix(text: &[u8], parts: &mut [Part]) {
    let labels = || parts.iter().filter(|part| part.holds == Holds::Label);
    let domain = labels().map(|part| &text[part.value.clone()]).collect::<Vec<_>>().join(&b'.');
    let kept = host::kept_labels(&domain);
    for part in parts.iter_mut().rev().filter(|part| part.holds == Holds::Label).take(kept) {
        part.holds = Holds::Nothing;
    }
}

/// True when `/` separates the parts: it comes before the first comma, with a type behind it.
fn has_slashes(text: &[u8]) -> bool {
    let slash = text.iter().position(|byte| matches!(byte, b',' | b'/')).filter(|index| text[*index] == b'/');
    slash
        .and_then(|slash| attribute(text, slash + 1))
        .is_some_and(|(attribute, _)| kind_of(attribute).is_some())
}

/// The type at `at` and where its value begins.
fn attribute(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = text.get(at..)?;
    let length = rest.iter().take(24).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let blanks = rest[length..].iter().take(1).take_while(|byte| **byte == b' ').count();
    if length == 0 || rest.get(length + blanks) != Some(&b'=') {
        return None;
    }
    let after = length + blanks + 1;
    let gap = usize::from(rest.get(after) == Some(&b' '));
    Some((&rest[..length], at + after + gap))
}

/// What the values of a type hold; `None` for what is no type of a name.
fn kind_of(attribute: &[u8]) -> Option<Holds> {
    let is = |names: &[&str]| is_one_of(attribute, names);
    Some(match () {
        () if is(&["cn"]) => Holds::Host,
        () if is(&["uid", "samaccountname"]) => Holds::User,
        () if is(&["dc"]) => Holds::Label,
        () if is(&["sn", "givenname", "gn"]) => Holds::Person,
        () if is(&["e", "emailaddress", "mail"]) => Holds::Email,
        () if is(&[
            "ou",
            "o",
            "l",
            "st",
            "s",
            "street",
            "streetaddress",
            "postalcode",
            "title",
            "serialnumber",
        ]) =>
        {
            Holds::Name
        }
        () if is(&["c"]) => Holds::Nothing,
        () => return None,
    })
}

fn holds(kind: Holds, value: &[u8]) -> Holds {
    match kind {
        _ if COMMON.contains(value) => Holds::Nothing,
        Holds::Host => holds_by_look(value, Holds::Host),
        Holds::User if is_system_account(value) => Holds::Nothing,
        Holds::Email if !value.contains(&b'@') => Holds::Name,
        Holds::Label if !value.iter().all(|byte| is_word(*byte) || matches!(byte, b'-' | b'_')) => {
            Holds::Name
        }
        kind => kind,
    }
}

/// A common name may be that of a host, a person or anything.
fn holds_by_look(value: &[u8], kind: Holds) -> Holds {
    if kind == Holds::Name {
        return if COMMON.contains(value) { Holds::Nothing } else { kind };
    }
    match () {
        () if COMMON.contains(value) || host::is_own_machine(value) => Holds::Nothing,
        () if value.contains(&b' ') => Holds::Person,
        () if value.contains(&b'@') => Holds::Email,
        () if kind == Holds::Host && (host::has_suffix(value) || value.starts_with(b"*.")) => Holds::Host,
        () if kind == Holds::Person => Holds::Person,
        () => Holds::Name,
    }
}

/// The length of a value: up to the separator of parts, or to what no value holds.
fn value_length(text: &[u8], slashes: bool) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' if matches!(text.get(at + 1), Some(b',' | b'+' | b';' | b'=' | b'#')) => at += 2,
            b'/' if slashes && text.get(at + 1).is_some_and(u8::is_ascii_alphabetic) => break,
            b',' | b'+' if !slashes => break,
            0..=0x1F
            | b'"'
            | b';'
            | b'<'
            | b'>'
            | b'\\'
            | b'|'
            | b'{'
            | b'}'
            | b'['
            | b']'
            | b'('
            | b')'
            | b'&'
            | b'?'
            | b'='
            | b'`'
            | b'!' => break,
            b'\'' if !text.get(at + 1).is_some_and(|next| is_word(*next)) => break,
            _ => at += 1,
        }
    }
    if text.get(at) == Some(&b'=') {
        // The last word is the key of something else.
        at = text[..at].iter().rposition(|byte| *byte == b' ').unwrap_or(0);
    }
    at - text[..at].iter().rev().take_while(|byte| matches!(byte, b' ' | b'.')).count()
}

/// Labels of domains hold no blanks.
fn label_length(value: &[u8]) -> usize {
    value.iter().position(|byte| *byte == b' ').unwrap_or(value.len())
}

/// Where the next part begins behind `end`.
fn next_part(text: &[u8], end: usize, slashes: bool) -> Option<usize> {
    let separator = text.get(end)?;
    let fits = if slashes { *separator == b'/' } else { matches!(separator, b',' | b'+' | b';') };
    let next = end + 1 + usize::from(!slashes && text.get(end + 1) == Some(&b' '));
    let (attribute, _) = attribute(text, next).filter(|_| fits)?;
    kind_of(attribute).map(|_| next)
}

/// The last value ends where words in small letters or numbers go on.
fn last_length(value: &[u8], whole: bool) -> usize {
    if whole {
        return value.len();
    }
    let goes_on = |index: &usize| {
        value[*index] == b' '
            && !value
                .get(index + 1)
                .is_some_and(|next| next.is_ascii_uppercase() || *next >= 0x80 || *next == b'&')
    };
    (0..value.len()).find(goes_on).unwrap_or(value.len())
}

fn examine(site: &Site<'_>) -> Result<Verdict, More> {
    let start = site.at;
    let near = site.ahead(start, 16)?;
    let Some((first, _)) = attribute(near, 0).filter(|_| start >= site.floor) else { return pass(site) };
    let before = site.byte_before(start);
    if kind_of(first).is_none() || before.is_some_and(|byte| matches!(byte, b'_' | b'-' | b'.' | b'$' | b'~'))
    {
        return pass(site);
    }
    let first_is_name = first == b"CN" && is_named(site, start);
    if !first_is_name && !goes_on(site, start)? {
        return pass(site);
    }
    let text = &window(site, start, LONGEST)?[start..];
    let parsed = parse(text);
    let enough = parsed.parts.len() > 1 && parsed.telling > 0 || parsed.parts.len() == 1 && first_is_name;
    let letters = parsed
        .parts
        .iter()
        .filter(|part| text[part.value.clone()].iter().any(u8::is_ascii_alphabetic))
        .count();
    if !enough || letters == 0 {
        return pass(site);
    }
    if !parsed.hides(text) {
        return pass_to(site, start + parsed.end);
    }
    // All that is treated must be found again from the text alone.
    let end = start + parsed.end;
    if parse(&site.text[start..end]).end != parsed.end { pass(site) } else { found(Kind::Dn, start, end) }
}

/// True when a separator and another type follow the first value.
fn goes_on(site: &Site<'_>, start: usize) -> Result<bool, More> {
    let text = site.ahead(start, 128)?;
    let ends = |byte: &u8| {
        matches!(byte, b',' | b'/' | b'+' | b';' | b'"' | b'<' | b'>' | b'(' | b')' | b'|' | 0..=0x1F)
    };
    let mut from = 0;
    while let Some(end) = text[from..].iter().position(ends).map(|end| from + end) {
        let next = end + 1 + usize::from(text.get(end + 1) == Some(&b' '));
        match text[end] {
            b',' | b'/' | b'+' | b';'
                if attribute(text, next).is_some_and(|(word, _)| kind_of(word).is_some()) =>
            {
                return Ok(true);
            }
            // Escaped, or part of the value.
            b',' | b'/' | b'+' => from = end + 1,
            _ => return Ok(false),
        }
    }
    Ok(text.len() == 128)
}

/// `subject=CN = web01`, `issuer: CN=Acme CA`
fn is_named(site: &Site<'_>, start: usize) -> bool {
    let before = &site.text[start.saturating_sub(16)..start];
    let lower = before.to_ascii_lowercase();
    [&b"subject"[..], b"issuer", b"/", b"dn"].iter().any(|word| memchr::memmem::find(&lower, word).is_some())
}
