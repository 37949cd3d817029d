//! A request that is answered: read, admitted, told, remembered.

mod ledger;
mod told;

use std::path::Path;

use candor_manifest::Catalogue;
use candor_report::{AttachedName, Session, SessionError};
use candor_request::{
    Admitted, Circumstances, MAX_BYTES, OpenError, Refusal, ScopeError, Signed, TrustError,
};
use candor_trust::{Nonce, VerifyingKey};

pub use ledger::{Memory, of as memory_of, remember, remember_collecting};
pub use told::{Explained, explanation, sentence, tell, tell_statement};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::{self, shown};
use crate::trust::Trust;

/// Opens a request: size, zip and signature are right.
///
/// # Errors
/// When the file cannot be read, or one of them is not right.
pub fn open(path: &Path) -> Result<Signed, Failure> {
    let read = file::read(path, MAX_BYTES as u64);
    let bytes = read.map_err(|error| {
        Failure::because(format!("cannot read the request {}", shown(path)), &error, Exit::Usage)
    })?;
    Signed::open(&bytes).map_err(|error| refused(path, &error.into()))
}

/// Does every check of a request.
///
/// # Errors
/// With the first check that fails.
pub fn admit(path: &Path, catalogue: &Catalogue) -> Result<Admitted, Failure> {
    let signed = open(path)?;
    let trust = Trust::read()?.all();
    // What is remembered is read before the checks, so that a memory that cannot be read is no empty one.
    let memory = match signed.read() {
        Ok((request, _)) => memory_of(&request.nonce)?,
        Err(_) => None,
    };
    let known = |_: &Nonce| memory.as_ref().map(Memory::known);
    let circumstances =
        Circumstances { trust: &trust, now: jiff::Timestamp::now(), known: &known, catalogue };
    signed.admit(&circumstances).map_err(|refusal| refused(path, &refusal))
}

/// Adds the request's three documents to the session, as they came.
///
/// # Errors
/// When one cannot be written.
pub fn attach(session: &Session, admitted: &Admitted) -> Result<(), SessionError> {
    let signed = admitted.signed();
    session.attach(AttachedName::Request, signed.json())?;
    session.attach(AttachedName::RequestSignature, signed.signature())?;
    session.attach(AttachedName::Statement, signed.statement())
}

/// Why a request is not followed, and what can be done.
pub fn refused(path: &Path, refusal: &Refusal) -> Failure {
    let exit = match refusal {
        Refusal::Scope(_) | Refusal::Fields(_) => Exit::Usage,
        _ => Exit::Unverified,
    };
    let failure = Failure::because(format!("the request {} is refused", shown(path)), refusal, exit);
    match refusal {
        Refusal::Open(OpenError::Signature { key, .. }) => {
            fingerprint(failure, "the key that it names has the words", key)
                .hint("nothing of it is shown: ask whoever sent it for a new one")
        }
        Refusal::Open(_) | Refusal::Fields(_) => {
            failure.hint("nothing of it is shown: ask whoever sent it for a new one, or update this program")
        }
        Refusal::Trust(error) => distrusted(failure, error),
        Refusal::Time(_) => failure.hint("ask for a new request; if the time here is wrong, mend it"),
        Refusal::Replay(error) => failure.hint(format!(
            "an id is used once: ask for a new request. The other one has the hash `{}`",
            error.known
        )),
        Refusal::Scope(ScopeError::Option(error)) => failure.hint(error.fix()),
        Refusal::Scope(_) => failure.hint("`candor collectors` lists what is defined here"),
    }
}

fn fingerprint(failure: Failure, what: &str, key: &VerifyingKey) -> Failure {
    failure.hint(format!("{what}: {}", key.fingerprint()))
}

fn distrusted(failure: Failure, error: &TrustError) -> Failure {
    let failure = fingerprint(failure, "its key has the words", error.key());
    match error {
        TrustError::Unknown(_) => failure.hint(
            "nothing of it is shown. If you expect a request, get the card of whoever sent it, ask them for the words by telephone, \
             and if they are these: `candor trust add FILE.candor-card`",
        ),
        TrustError::NotForThis { .. } => {
            failure.hint("if they may: `candor trust add FILE.candor-card --may request`, with their card")
        }
    }
}
