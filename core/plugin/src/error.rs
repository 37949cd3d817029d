//! Why a collector could not go on.

use candor_contract::document::Failure;

use crate::InputError;

/// An error that ends a collector. Its text reaches the report: it must not hold collected data.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// A file could not be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The host refused: a budget is used up, the manifest does not declare it, the connection is gone.
    #[error("the host refused `{operation}`")]
    Host {
        /// What was asked: `artifact`, `command`, `socket-owners`.
        operation: String,
        /// The host's answer.
        source: Failure,
    },
    /// Something could not be encoded as JSON.
    #[error("cannot encode `{subject}`")]
    Encode {
        /// Name of the artifact or operation.
        subject: String,
        /// What the encoder says.
        source: serde_json::Error,
    },
    /// Anything else; the text is the author's.
    #[error("{0}")]
    Other(String),
}

impl CollectError {
    /// An error with a text of the author's: lowercase, without collected data.
    pub fn other(message: impl Into<String>) -> Self {
        Self::Other(message.into())
    }

    pub(crate) fn host(operation: &str, answer: &[u8]) -> Self {
        let source = serde_json::from_slice(answer)
            .unwrap_or_else(|_| Failure::new("protocol", "the host gave no readable reason"));
        Self::Host { operation: operation.to_owned(), source }
    }

    pub(crate) fn into_failure(self) -> Failure {
        let mut causes = Vec::new();
        let mut cause = std::error::Error::source(&self);
        while let Some(error) = cause {
            causes.push(error.to_string());
            cause = error.source();
        }
        let kind = match &self {
            Self::Input(_) => "input",
            Self::Host { source, .. } => source.kind.as_str(),
            Self::Encode { .. } => "encode",
            Self::Other(_) => "collector",
        };
        Failure { kind: kind.to_owned(), message: self.to_string(), causes }
    }
}

impl From<CollectError> for std::io::Error {
    fn from(error: CollectError) -> Self {
        Self::other(error)
    }
}

impl From<std::io::Error> for CollectError {
    fn from(error: std::io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(inner) => inner,
            Err(other) => Self::Other(other.to_string()),
        }
    }
}
