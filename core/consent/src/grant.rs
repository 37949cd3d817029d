//! The value without which the host cannot start a collector.

use jiff::Timestamp;

use crate::Subject;

/// Permission to run one collector once, as it was shown, for a limited time.
///
/// Only [`Deliberation::conclude`](crate::Deliberation::conclude) makes one. It is neither `Clone` nor `Deserialize`, and
/// the host takes it by value: one approval, one start.
///
/// ```compile_fail
/// let forged = candor_consent::Grant { subject: todo!(), expires: todo!() };
/// ```
#[derive(Debug)]
#[must_use = "a grant is permission to start a collector"]
pub struct Grant {
    subject: Subject,
    expires: Timestamp,
}

/// The grant does not permit this start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// The grant is for another collector.
    #[error("the grant is for `{granted}`, not for `{wanted}`")]
    OtherCollector {
        /// What was granted.
        granted: String,
        /// What should start.
        wanted: String,
    },
    /// Something changed since it was shown.
    #[error("the {what} of `{collector}` changed after it was approved")]
    Changed {
        /// The collector.
        collector: String,
        /// `manifest`, `library`, `level`, `options` or `terms`.
        what: &'static str,
    },
    /// Its time is over.
    #[error("the approval of `{0}` has expired")]
    Expired(String),
}

impl Grant {
    pub(crate) fn new(subject: Subject, expires: Timestamp) -> Self {
        Self { subject, expires }
    }

    /// What was approved.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Checks that this grant permits starting `wanted` now.
    ///
    /// # Errors
    /// When it is for another collector, when anything that was shown has changed since, or when it has expired.
    pub fn check(&self, wanted: &Subject, now: Timestamp) -> Result<(), GrantError> {
        let granted = &self.subject;
        if granted.collector != wanted.collector {
            let (granted, wanted) = (granted.collector.to_string(), wanted.collector.to_string());
            return Err(GrantError::OtherCollector { granted, wanted });
        }
        let collector = granted.collector.to_string();
        let changed = [
            ("manifest", granted.manifest_digest == wanted.manifest_digest),
            ("library", granted.library_digest == wanted.library_digest),
            ("level", granted.level == wanted.level),
            ("options", granted.options == wanted.options),
            ("terms", granted.terms == wanted.terms),
        ];
        if let Some((what, _)) = changed.into_iter().find(|(_, same)| !same) {
            return Err(GrantError::Changed { collector, what });
        }
        if now >= self.expires {
            return Err(GrantError::Expired(collector));
        }
        Ok(())
    }
}
