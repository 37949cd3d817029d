//! What holds for the fields of a request beyond their types.

use std::collections::BTreeSet;

use candor_trust::{CanonicalError, Digest, Recipients, RecipientsError, from_canonical};
use jiff::Timestamp;

use crate::request::{FORMAT, Request};
use crate::statement::{self, Statement, StatementError};

/// Most recipients, and most addresses to deliver to.
const MAX_LISTED: usize = 32;
/// Longest time between making and expiry: ten years.
const MAX_SECONDS: i64 = 3650 * 86_400;

/// What a request says is not understood, or contradicts itself.
#[derive(Debug, thiserror::Error)]
pub enum FieldsError {
    /// It is of a format that this program does not know.
    #[error("the format `{0}` is not known; this program reads `{FORMAT}`")]
    Format(String),
    /// It is not a request in the one spelling.
    #[error("`request.json` is not a request as this program writes it")]
    Canonical(#[source] CanonicalError),
    /// A time has parts of a second.
    #[error("the times are not to the second")]
    Time,
    /// It expires before it is made, or more than ten years after.
    #[error("it expires {expires}, and was made {created}: within ten years after that is expected")]
    Expiry {
        /// When it was made.
        created: Timestamp,
        /// When it expires.
        expires: Timestamp,
    },
    /// It lists too many.
    #[error("it lists more than {MAX_LISTED} {0}")]
    TooMany(&'static str),
    /// Something is listed twice.
    #[error("it names `{0}` twice")]
    Twice(String),
    /// It lists collectors, but none.
    #[error("it asks for no collector")]
    NoCollector,
    /// It sets options of a collector that it does not ask for.
    #[error("it sets options of `{0}`, which it does not ask for")]
    StrayOption(String),
    /// Nothing can be encrypted to its recipients.
    #[error("its recipients cannot be used together")]
    Recipients(#[source] RecipientsError),
    /// Its statement is no text.
    #[error("its privacy statement cannot be shown")]
    Statement(#[source] StatementError),
    /// The statement beside it is another than the one that it names.
    #[error("the privacy statement in the file is not the one that the request names")]
    OtherStatement,
}

/// Reads `request.json` and the statement that lies beside it.
pub(crate) fn read(json: &[u8], text: &[u8]) -> Result<(Request, Statement), FieldsError> {
    let request: Request = from_canonical(json).map_err(FieldsError::Canonical)?;
    check(&request)?;
    if Digest::of(text) != request.statement.sha256 {
        return Err(FieldsError::OtherStatement);
    }
    let text = statement::check_text(text).map_err(FieldsError::Statement)?;
    let statement = Statement::referred(&request.statement, text);
    Ok((request, statement))
}

/// Checks what the types do not.
pub(crate) fn check(request: &Request) -> Result<(), FieldsError> {
    if request.format != FORMAT {
        return Err(FieldsError::Format(request.format.clone()));
    }
    check_times(request.created, request.expires)?;
    check_lists(request)?;
    let keys = request.recipients.iter().map(|named| named.recipient.clone());
    Recipients::new(keys).map_err(FieldsError::Recipients)?;
    check_collectors(request)
}

fn check_times(created: Timestamp, expires: Timestamp) -> Result<(), FieldsError> {
    if created.subsec_nanosecond() != 0 || expires.subsec_nanosecond() != 0 {
        return Err(FieldsError::Time);
    }
    let seconds = expires.as_second().saturating_sub(created.as_second());
    if (1..=MAX_SECONDS).contains(&seconds) { Ok(()) } else { Err(FieldsError::Expiry { created, expires }) }
}

fn check_lists(request: &Request) -> Result<(), FieldsError> {
    if request.recipients.len() > MAX_LISTED {
        return Err(FieldsError::TooMany("recipients"));
    }
    if request.deliver.len() > MAX_LISTED {
        return Err(FieldsError::TooMany("addresses"));
    }
    once(request.recipients.iter().map(|named| named.recipient.as_str()))?;
    once(request.deliver.iter().map(candor_consent::Delivery::as_str))
}

fn check_collectors(request: &Request) -> Result<(), FieldsError> {
    let Some(collectors) = &request.collectors else { return Ok(()) };
    if collectors.is_empty() {
        return Err(FieldsError::NoCollector);
    }
    once(collectors.iter().map(candor_manifest::CollectorId::as_str))?;
    match request.options.keys().find(|id| !collectors.contains(id)) {
        Some(stray) => Err(FieldsError::StrayOption(stray.to_string())),
        None => Ok(()),
    }
}

fn once<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), FieldsError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(FieldsError::Twice(name.to_owned()));
        }
    }
    Ok(())
}
