//! Which texts can be redacted at all.

/// Why an artifact cannot be redacted. The caller withholds it: what was not looked through does not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedactError {
    /// The text opens with the byte order mark of an encoding in which no rule would match.
    #[error("text is encoded as {encoding}, which cannot be searched for secrets")]
    UnsupportedEncoding {
        /// Name of the encoding: `UTF-16`.
        encoding: &'static str,
    },
    /// The search could not be set up.
    #[error("the search for secrets cannot be set up")]
    Rules,
}

/// Bytes that decide about the encoding.
pub(crate) const MARK_LENGTH: usize = 4;

/// Looks at the first [`MARK_LENGTH`] bytes of an artifact, or at all of a shorter one.
///
/// Text in UTF-16 *without* a mark is not recognised: its secrets pass.
pub(crate) fn check(head: &[u8]) -> Result<(), RedactError> {
    let encoding = match head {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => "UTF-32",
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "UTF-16",
        _ => return Ok(()),
    };
    Err(RedactError::UnsupportedEncoding { encoding })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_of_wide_encodings_are_refused_and_others_pass() {
        for wide in [&b"\xFF\xFEp\0"[..], b"\xFE\xFF\0p", b"\xFF\xFE\0\0", b"\0\0\xFE\xFF", b"\xFF\xFE"] {
            assert!(check(wide).is_err());
        }
        for narrow in [&b"\xEF\xBB\xBFpassword"[..], b"plain", b"", b"\xFF", b"\0\0\0\0", b"\xC3\xA5"] {
            assert_eq!(check(narrow), Ok(()));
        }
    }
}
