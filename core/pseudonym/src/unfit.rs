//! Why a value gets no pseudonym.

/// Why a value cannot have a pseudonym. Nothing was written; the caller removes the value instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// So few values of this shape exist that a pseudonym would hide nothing.
    #[error("the value is too short to hide behind a pseudonym")]
    TooShort,
    /// Longer than a value of this kind ever is.
    #[error("the value is too long for its kind")]
    TooLong,
    /// It has not the shape of its kind.
    #[error("the value does not have the shape of its kind")]
    Malformed,
}
