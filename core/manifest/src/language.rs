//! The language of a text for people.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The text is no language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no language, such as `en`, `sv` or `pt-BR`")]
pub struct LanguageError(String);

/// A language, perhaps of a region: `en`, `sv-FI`. The subset of BCP 47 that says language and region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

impl Language {
    /// Checks and takes the text.
    ///
    /// # Errors
    /// When it is not two or three lowercase letters, with an optional `-` and region of two capitals or three digits.
    pub fn new(text: impl Into<String>) -> Result<Self, LanguageError> {
        let text = text.into();
        let (language, region) =
            text.split_once('-').map_or((text.as_str(), None), |(language, region)| (language, Some(region)));
        let language_fits =
            (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
        let region_fits = region.is_none_or(|region| {
            (region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase()))
                || (region.len() == 3 && region.bytes().all(|byte| byte.is_ascii_digit()))
        });
        if language_fits && region_fits { Ok(Self(text)) } else { Err(LanguageError(text)) }
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The tags to look a text up under, best first: `sv_FI.UTF-8` gives `sv-FI`, `sv`, `en`.
pub(crate) fn fallbacks(wanted: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let tag = wanted.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    let language = tag.split('-').next().unwrap_or_default().to_owned();
    [Cow::Owned(tag), Cow::Owned(language), Cow::Borrowed("en")].into_iter()
}

impl std::borrow::Borrow<str> for Language {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl std::str::FromStr for Language {
    type Err = LanguageError;
    fn from_str(text: &str) -> Result<Self, LanguageError> {
        Self::new(text)
    }
}

impl TryFrom<String> for Language {
    type Error = LanguageError;
    fn try_from(text: String) -> Result<Self, LanguageError> {
        Self::new(text)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> String {
        language.0
    }
}

impl schemars::JsonSchema for Language {
    fn schema_name() -> Cow<'static, str> {
        "Language".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[a-z]{2,3}(-([A-Z]{2}|[0-9]{3}))?$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_may_have_a_region() {
        for text in ["en", "sv", "gsw", "pt-BR", "es-419"] {
            assert_eq!(Language::new(text).unwrap().as_str(), text);
        }
        for text in ["", "e", "EN", "engl", "en-", "en-us", "en_US", "en-1", "en-US-x", "é"] {
            assert!(Language::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_locale_falls_back_to_its_language_and_then_to_english() {
        assert_eq!(fallbacks("sv_FI.UTF-8").collect::<Vec<_>>(), ["sv-FI", "sv", "en"]);
        assert_eq!(fallbacks("").collect::<Vec<_>>(), ["", "", "en"]);
    }
}
