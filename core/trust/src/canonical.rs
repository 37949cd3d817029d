//! JSON of which there is one spelling only: RFC 8785.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A document that is not canonical, or not of the shape that is wanted.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    /// It cannot be written.
    #[error("cannot write canonical JSON")]
    Write(#[source] serde_json::Error),
    /// It is not JSON of this shape: a field is missing, unknown, or of another type.
    #[error("not a document of this kind")]
    Shape(#[source] serde_json::Error),
    /// It is JSON, but not in the one spelling that can be signed: other order, spaces, a key twice, …
    #[error("not in the canonical spelling of RFC 8785")]
    Spelling,
}

/// The canonical bytes of a value, without a line end.
///
/// # Errors
/// When the value has no JSON form, such as a number that is not finite.
pub fn to_canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    serde_json_canonicalizer::to_vec(value).map_err(CanonicalError::Write)
}

/// Reads a document and refuses one that is not spelled as [`to_canonical`] would: what was signed and what was understood
/// are then one thing.
///
/// # Errors
/// When it is not of the shape of `T`, or not canonical.
pub fn from_canonical<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, CanonicalError> {
    let value: T = serde_json::from_slice(bytes).map_err(CanonicalError::Shape)?;
    if to_canonical(&value)? == bytes { Ok(value) } else { Err(CanonicalError::Spelling) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Pair {
        b: u32,
        a: Option<String>,
    }

    #[test]
    fn only_one_spelling_is_read() {
        let text = to_canonical(&Pair { b: 1, a: Some("ä\n".to_owned()) }).unwrap();
        assert_eq!(String::from_utf8_lossy(&text), "{\"a\":\"ä\\n\",\"b\":1}");
        assert_eq!(from_canonical::<Pair>(&text).unwrap().b, 1);
        for other in [
            "{\"b\":1,\"a\":null}",
            "{\"a\":null, \"b\":1}",
            "{\"a\":\"\\u00e4\",\"b\":1}",
            "{\"b\":1}",
            "{\"a\":null,\"b\":1}\n",
        ] {
            assert!(
                matches!(from_canonical::<Pair>(other.as_bytes()), Err(CanonicalError::Spelling)),
                "{other}"
            );
        }
        for wrong in ["{\"a\":null,\"b\":1,\"c\":2}", "{\"a\":null,\"b\":1,\"b\":2}", "{", "[]"] {
            assert!(
                matches!(from_canonical::<Pair>(wrong.as_bytes()), Err(CanonicalError::Shape(_))),
                "{wrong}"
            );
        }
    }
}
