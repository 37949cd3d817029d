//! All checks of a request, in their order.

use candor_consent::Terms;
use candor_manifest::Catalogue;
use candor_trust::{Digest, May, Nonce, TrustFile, Trusted, VerifyingKey};
use jiff::{SignedDuration, Timestamp};

use crate::fields::FieldsError;
use crate::open::{OpenError, Signed};
use crate::request::Request;
use crate::scope::{Scope, ScopeError};
use crate::statement::Statement;

/// How much two clocks may differ.
const GRACE: SignedDuration = SignedDuration::from_mins(5);

/// What a request is held against.
pub struct Circumstances<'a> {
    /// Who is trusted here.
    pub trust: &'a TrustFile,
    /// The time.
    pub now: Timestamp,
    /// What is remembered of a nonce.
    pub known: &'a dyn Fn(&Nonce) -> Option<Known>,
    /// What is defined here.
    pub catalogue: &'a Catalogue,
}

/// What is remembered of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Hash of its `request.json`.
    pub sha256: Digest,
    /// When it was last collected for; `None` when it never came to that.
    pub collected: Option<Timestamp>,
}

/// Why a request is not followed, by the step that it fails.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Size, zip, signature.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Fields.
    #[error(transparent)]
    Fields(#[from] FieldsError),
    /// Trust.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// Times.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// Nonce.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Scope.
    #[error(transparent)]
    Scope(#[from] ScopeError),
}

/// Who signed is not trusted to ask.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Nobody here knows the key.
    #[error("the request is signed by a key that is not trusted here")]
    Unknown(VerifyingKey),
    /// The key is known, but not for this.
    #[error("the request is signed by `{name}`, who is not trusted to ask for reports")]
    NotForThis {
        /// Who it is.
        name: String,
        /// The key.
        key: VerifyingKey,
    },
}

impl TrustError {
    /// The key that signed.
    pub fn key(&self) -> &VerifyingKey {
        match self {
            Self::Unknown(key) | Self::NotForThis { key, .. } => key,
        }
    }
}

/// It is too early or too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// It is over.
    #[error("the request expired {0}")]
    Expired(Timestamp),
    /// It is from the future, or this machine's clock is behind.
    #[error("the request was made {created}, and it is {now} here")]
    Future {
        /// When it was made.
        created: Timestamp,
        /// The time here.
        now: Timestamp,
    },
}

/// The nonce belongs to another request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("another request with the id `{nonce}` was seen here before")]
pub struct ReplayError {
    /// The id.
    pub nonce: Nonce,
    /// Hash of the other one.
    pub known: Digest,
}

/// A request that passed every check. Only [`Signed::admit`] makes one.
#[derive(Debug, Clone)]
pub struct Admitted {
    signed: Signed,
    request: Request,
    statement: Statement,
    trusted: Trusted,
    scope: Scope,
    collected: Option<Timestamp>,
}

impl Signed {
    /// Who signed it, if they are trusted to ask.
    ///
    /// # Errors
    /// When they are not.
    pub fn trusted<'a>(&self, trust: &'a TrustFile) -> Result<&'a Trusted, TrustError> {
        let key = self.key();
        trust.signer(key, May::Request).ok_or_else(|| {
            let known = trust.trusted.iter().find(|trusted| trusted.signing.as_ref() == Some(key));
            match known {
                Some(trusted) => TrustError::NotForThis { name: trusted.name.to_string(), key: key.clone() },
                None => TrustError::Unknown(key.clone()),
            }
        })
    }

    /// Checks what is left after [`open`](Self::open): fields, trust, times, nonce, scope.
    ///
    /// # Errors
    /// With the first check that fails.
    pub fn admit(self, circumstances: &Circumstances<'_>) -> Result<Admitted, Refusal> {
        let (request, statement) = self.read()?;
        let trusted = self.trusted(circumstances.trust)?.clone();
        request.check_times(circumstances.now)?;
        let known = (circumstances.known)(&request.nonce);
        request.check_nonce(self.sha256(), known.as_ref())?;
        let scope = Scope::of(&request, circumstances.catalogue)?;
        let collected = known.and_then(|known| known.collected);
        Ok(Admitted { signed: self, request, statement, trusted, scope, collected })
    }
}

impl Request {
    /// Checks that it may be answered now.
    ///
    /// # Errors
    /// When it expired, or is from the future.
    pub fn check_times(&self, now: Timestamp) -> Result<(), TimeError> {
        if self.created.duration_since(now) > GRACE {
            return Err(TimeError::Future { created: self.created, now });
        }
        if now.duration_since(self.expires) > GRACE {
            return Err(TimeError::Expired(self.expires));
        }
        Ok(())
    }

    /// Checks that no other request had its nonce.
    ///
    /// # Errors
    /// When one had.
    pub fn check_nonce(&self, sha256: Digest, known: Option<&Known>) -> Result<(), ReplayError> {
        match known {
            Some(known) if known.sha256 != sha256 => {
                Err(ReplayError { nonce: self.nonce, known: known.sha256 })
            }
            _ => Ok(()),
        }
    }
}

impl Admitted {
    /// The file's three documents.
    pub fn signed(&self) -> &Signed {
        &self.signed
    }

    /// What it says.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The privacy statement.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Who asks, as they are known here.
    pub fn trusted(&self) -> &Trusted {
        &self.trusted
    }

    /// What is asked for.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// For narrowing further.
    pub fn scope_mut(&mut self) -> &mut Scope {
        &mut self.scope
    }

    /// When this request was collected for before.
    pub fn collected(&self) -> Option<Timestamp> {
        self.collected
    }

    /// What a consent is given for.
    pub fn terms(&self) -> Terms {
        self.request.terms(self.signed.sha256())
    }
}
