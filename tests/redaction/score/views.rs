//! A text as a reader could read it: escapes undone, percent and base64 decoded.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::corpus::model::{Form, Match};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
/// Shorter runs hold no value that is looked for.
const LEAST_BASE64: usize = 8;

/// Every reading of a text, joined.
pub struct Views {
    exact: String,
    folded: String,
}

impl Views {
    /// The readings of `text`.
    pub fn of(text: &str) -> Self {
        let unescaped = unescape(text);
        let twice = unescape(&unescaped);
        let percent = unpercent(text);
        let parts = [
            text,
            &unescaped,
            &twice,
            &percent,
            &undouble(text),
            &entities(text),
            &base64_runs(text),
            &base64_runs(&unescaped),
        ];
        let exact = parts.join("\n");
        let folded = exact.to_lowercase();
        Self { exact, folded }
    }

    /// True where `form` can be read.
    pub fn show(&self, form: &Form) -> bool {
        match form.matching {
            Match::Exact => self.exact.contains(&form.text),
            Match::Word => stands(&self.folded, &form.text.to_lowercase(), char::is_alphanumeric),
            Match::Number => stands(&self.folded, &form.text.to_lowercase(), |side| side.is_ascii_digit()),
        }
    }
}

fn stands(text: &str, word: &str, joins: fn(char) -> bool) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(joins) && !after.is_some_and(joins)
    })
}

fn unescape(text: &str) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let escaped = if character == '\\' { characters.next() } else { None };
        match escaped {
            Some('n') => units.push(u16::from(b'\n')),
            Some('t') => units.push(u16::from(b'\t')),
            Some('u') => {
                match characters.as_str().get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
                    Some(unit) => {
                        units.push(unit);
                        characters = characters.as_str()[4..].chars();
                    }
                    None => units.push(u16::from(b'u')),
                }
            }
            Some(other) => units.extend(other.encode_utf16(&mut [0; 2]).iter()),
            None => units.extend(character.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    String::from_utf16_lossy(&units)
}

fn unpercent(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let pair = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Quotes that are doubled inside quotes: SQL, YAML and CSV.
fn undouble(text: &str) -> String {
    text.replace("''", "'").replace("\"\"", "\"").replace("'\\''", "'")
}

fn entities(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&apos;", "'").replace("&amp;", "&")
}

fn base64_runs(text: &str) -> String {
    let is_base64 = |character: char| character.is_ascii_alphanumeric() || "+/-_=".contains(character);
    let runs = text.split(|character| !is_base64(character)).filter(|run| run.len() >= LEAST_BASE64);
    let mut out = String::new();
    for run in runs {
        // `key=value`: the run behind the sign counts too.
        for part in [run, run.trim_end_matches('=').rsplit('=').next().unwrap_or_default()] {
            let decoded = STANDARD.decode(part).or_else(|_| URL_SAFE.decode(part));
            if let Some(decoded) = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
                out.push_str(&decoded);
                out.push('\n');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_seen_through_each_coding() {
        for text in [
            "mail kofi@x.de here",
            r#"{"a":"kofi\u0040x.de"}"#,
            "q=kofi%40x.de&b=1",
            "payload: a29maUB4LmRl",
            r#"{"a":"{\"b\":\"kofi\\u0040x.de\"}"}"#,
        ] {
            assert!(Views::of(text).show(&Form::word("kofi@x.de")), "{text}");
        }
        assert!(!Views::of("mail kofix@x.de").show(&Form::word("kofi")));
        assert!(Views::of("KOFI.").show(&Form::word("kofi")));
        assert!(!Views::of("110.1.2.33").show(&Form::number("10.1.2.3")));
    }
}
